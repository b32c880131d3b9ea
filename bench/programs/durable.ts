import { mkdtempSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Engine, type Store } from "../../host/index.ts";
import { FileStore } from "../../host/stores/files.ts";
import { MemoryStore } from "../../host/stores/memory.ts";
import { SqliteStore } from "../../host/stores/sqlite.ts";
import { cpuMicros } from "../cpu.ts";

// What keeping runs costs. A run is a pipeline of three agents with texts of 512 bytes: four steps, each of which has a barrier. Arguments: where runs
// are kept (nowhere, memory, files, sqlite, or plain: the same bytes by write and fdatasync), how many runs, and how many of them at once. Prints JSON.

const [kind, runs, together] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const STEPS = 4;
const answer = "word ".repeat(110).slice(0, 512);
const agents = ["first", "second", "third"].map((name, index, names) => ({
  name,
  role: "react" as const,
  model: "m",
  inputs: index > 0 ? [names[index - 1]] : [],
  outputs: index < names.length - 1 ? [names[index + 1]] : [],
}));

const home = mkdtempSync(join(tmpdir(), "aixlet-bench-"));
const stores: Record<string, () => Store | undefined> = {
  nowhere: () => undefined,
  memory: () => new MemoryStore(),
  files: () => new FileStore(join(home, "store")),
  sqlite: () => new SqliteStore(join(home, "store.db")),
};

/** So many at a time, until all have been. */
async function each(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: together }, worker));
}

async function measure(work: (index: number) => Promise<void>): Promise<{ cpu: number; wall: number }> {
  await each(Math.min(runs, 300), (index) => work(-1 - index));
  globalThis.gc?.();
  const [cpu, wall] = [cpuMicros(), performance.now()];
  await each(runs, work);
  return { cpu: (cpuMicros() - cpu) / runs / STEPS, wall: runs / ((performance.now() - wall) / 1000) };
}

/** The bytes of such a run, written step by step as a program would without an engine. */
async function plainly(index: number): Promise<void> {
  const file = await open(join(home, `plain${index}`), "wx", 0o600);
  for (let step = 0; step < STEPS; step++) {
    await file.write(Buffer.alloc(680, step));
    await file.datasync();
  }
  await file.close();
}

let bytes = 0;
let measured: { cpu: number; wall: number };
if (kind === "plain") measured = await measure(plainly);
else {
  const store = stores[kind]();
  const engine = await Engine.load({ agents }, { store, models: { m: () => answer }, env: () => undefined });
  measured = await measure(async (index) => {
    const { text } = await engine.run(answer, { id: `run${index}` });
    if (text !== answer) throw new Error(text);
  });
  for await (const run of store?.list() ?? []) bytes = run.bytes;
  await engine.close();
  await store?.close();
}
rmSync(home, { recursive: true });
console.log(JSON.stringify({ ...measured, bytes }));
