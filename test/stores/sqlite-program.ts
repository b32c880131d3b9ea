import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Engine } from "../../host/index.ts";
import { storeConformance } from "../../host/stores/conformance.ts";
import { SqliteStore } from "../../host/stores/sqlite.ts";

// The store in SQLite, in a runtime that has it: says of each case whether it holds.

const home = mkdtempSync(join(tmpdir(), "aixlet-sqlite-"));
const files = new WeakMap<object, string>();
let made = 0;

function open(file = join(home, `${made++}.db`)): SqliteStore {
  const store = new SqliteStore(file);
  files.set(store, file);
  return store;
}

const failed: Record<string, string> = {};
const cases = storeConformance({ empty: async () => open(), again: async (store) => open(files.get(store)) });
for (const { name, run } of cases) await run().catch((error) => (failed[name] = String(error.stack)));

const store = open();
const engine = await Engine.load("agents: [{name: a, model: m}]", { store, models: { m: (messages) => `heard ${messages.at(-1)?.content}` } });
const texts = await Promise.all(Array.from({ length: 50 }, (_, i) => engine.run(`${i}`, { id: `run-${i}` }).text()));
const replays = await Promise.all(Array.from({ length: 50 }, (_, i) => engine.replay(`run-${i}`)));
await engine.close();
await store.close();
rmSync(home, { recursive: true });
console.log(JSON.stringify({ cases: cases.length, failed, texts: texts.length, finished: replays.filter(({ finished }) => finished).length }));
