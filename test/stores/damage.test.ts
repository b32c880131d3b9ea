import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { AixletError, Engine, type EngineOptions } from "../../host/index.ts";
import type { ModelFunction } from "../../host/models/function-model.ts";
import { checkJournal, MemoryStore, type Snapshot } from "../../host/stores/index.ts";
import { FileStore } from "../../host/stores/files.ts";
import { allGolden, storeOf } from "../golden/shelf.ts";

// Journals, snapshots and cuts that are not what was written, through the whole of a host: a run comes to where the journal leads, or is refused.

const home = mkdtempSync(join(tmpdir(), "aixlet-damage-"));
afterAll(() => rmSync(home, { recursive: true }));

const definition = `agents:
  - { name: clerk, model: m, tools: [{name: pay}, {name: look, effect: pure}] }
`;
const model: ModelFunction = (messages) => {
  const results = messages.filter(({ role }) => role === "tool");
  if (results.length === 0) return { toolCalls: [{ name: "pay" }, { name: "look" }] };
  return `paid: ${results.map(({ content, isError }) => (isError ? "?" : content)).join(", ")}`;
};
const world: EngineOptions = { models: { m: model }, tools: { pay: () => "ten", look: () => "sunny" } };

/** What came of a run: its text, or the code of the error. */
async function comesTo(engine: Engine): Promise<string> {
  try {
    const { stop, text } = await engine.resume("a");
    return stop === "done" ? text : stop;
  } catch (error) {
    if (!AixletError.isInstance(error)) throw error;
    // The claim of the time before is given back only when all is written.
    if (error.code === "run-locked") return new Promise((resolve) => setTimeout(resolve, 1)).then(() => comesTo(engine));
    return error.code;
  }
}

async function inFiles(name: string): Promise<{ path: string; journal: Uint8Array; engine: Engine }> {
  const folder = join(home, name);
  const engine = await Engine.load(definition, { ...world, store: new FileStore(folder) });
  await engine.run("the bill", { id: "a", seed: 1 });
  const path = join(folder, "runs/r-a.journal");
  await engine.close();
  // The log of the first store is gone with it.
  const store = new FileStore(folder);
  return { path, journal: new Uint8Array(readFileSync(path)), engine: await Engine.load(definition, { ...world, store }) };
}

it("a journal in files, cut off at any byte, goes on from its last whole step, or there is no such run", { timeout: 60_000 }, async () => {
  const { path, journal, engine } = await inFiles("cut");
  const found = new Map<string, number>();
  for (let length = 0; length <= journal.length; length++) {
    writeFileSync(path, journal.subarray(0, length));
    const outcome = await comesTo(engine);
    found.set(outcome, (found.get(outcome) ?? 0) + 1);
    if (outcome === "run-missing") continue;
    expect(outcome, `${length} bytes`).toMatch(/^paid: (ten|\?), sunny$/);
    expect(checkJournal(readFileSync(path)).end, `${length} bytes`).toBeDefined();
  }
  expect([...found.keys()].sort()).toEqual(["paid: ?, sunny", "paid: ten, sunny", "run-missing"]);
  await engine.close();
});

it("a journal in files with a bit flipped is refused with the offset, and stays as it is", { timeout: 60_000 }, async () => {
  const { path, journal, engine } = await inFiles("bits");
  for (let bit = 0; bit < journal.length * 8; bit += 7) {
    const damaged = journal.slice();
    damaged[bit >> 3] ^= 1 << (bit & 7);
    writeFileSync(path, damaged);
    expect([bit, await comesTo(engine)]).toEqual([bit, "bad-journal"]);
    expect(new Uint8Array(readFileSync(path)), `bit ${bit}`).toEqual(damaged);
  }
  expect(engine.liveRuns).toBe(0);
  await engine.close();
});

it("a journal that was cut, with a bit flipped anywhere, is refused; cut off anywhere it opens to its last whole step", async () => {
  const golden = (await allGolden()).find(({ name }) => name === "graph");
  if (golden === undefined) throw new Error("there is no golden graph");
  const { records } = checkJournal(golden.journal);
  expect(records[0][6]).toBe(2);
  for (let bit = 0; bit < golden.journal.length * 8; bit += 61) {
    const damaged = golden.journal.slice();
    damaged[bit >> 3] ^= 1 << (bit & 7);
    expect(() => checkJournal(damaged), `bit ${bit}`).toThrow(AixletError);
  }
  const { store } = await storeOf(golden, 1);
  await using engine = await Engine.ofRun("graph", { store, agents: { counter: (text: string) => `${text.length}` } });
  const replay = await engine.replay("graph");
  expect(replay).toMatchObject({ finished: false, steps: new DataView(records[0].buffer, records[0].byteOffset).getUint32(8, true) });
});

it("a snapshot of which any byte is another is passed over, or is of a run that comes to the same", { timeout: 60_000 }, async () => {
  const store = new MemoryStore();
  let asked = () => {};
  const waits = new Promise<void>((resolve) => (asked = resolve));
  const first = await Engine.load(definition, { ...world, store, tools: { pay: () => "ten", look: () => (asked(), new Promise<never>(() => {})) } });
  first.run("the bill", { id: "a", seed: 1 }).result.catch(() => {});
  await waits;
  await new Promise((resolve) => setTimeout(resolve, 5));
  await first.suspend();
  const { position, state } = (await store.snapshot("a")) as Snapshot;
  const entries: Uint8Array[] = [];
  for await (const chunk of store.read("a")) entries.push(chunk.slice());
  const header = (await store.header("a")) as Uint8Array;
  const engine = await Engine.load(definition, { ...world, store });
  for (let at = 0; at < state.length; at += at < 400 ? 1 : 13) {
    await store.delete("a");
    const parts: Uint8Array[] = [];
    const [all] = entries;
    const view = new DataView(all.buffer, all.byteOffset);
    for (let from = 0; from < all.length; from += view.getUint32(from, true) + 8) parts.push(all.slice(from, from + view.getUint32(from, true) + 8));
    const { epoch } = await store.create("a", header, parts);
    const damaged = state.slice();
    damaged[at] ^= 1 + (at % 255);
    await store.saveSnapshot("a", epoch, { position, state: damaged });
    expect(await comesTo(engine), `byte ${at}`).toBe("paid: ten, sunny");
  }
  expect(engine.liveRuns).toBe(0);
  await engine.close();
});
