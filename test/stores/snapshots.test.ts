import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Engine, type EngineOptions, recordsOf, type Store } from "../../host/index.ts";
import { checkJournal, MemoryStore, readHeader, type Snapshot } from "../../host/stores/index.ts";
import { BEFORE } from "../../host/stores/journal-header.ts";
import { join } from "../../host/stores/memory.ts";

// Snapshots on the way, and journals that are cut.

const looper = `agents: [{ name: looker, role: looker }]
flow: { loop: { do: looker, max: MANY } }
`;

const page = "what one sees there, at some length, ".repeat(40);
/** Looks so many times, and says each time what it saw. */
const looking = (turns: number) => looper.replace("MANY", `${turns}`);
const world = (store: Store, look = (text: string): string | Promise<string> => next(text)): EngineOptions & { store: Store } => ({
  store,
  agents: { looker: look },
});
const next = (text: string) => `${Number.parseInt(text, 10) + 1} ${page}`;

/** Begins a run that is left where it is, as by a crash, after so many looks. */
async function leftAfter(store: Store, looks: number, turns: number): Promise<void> {
  let left = looks;
  let stop = () => {};
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  const engine = await Engine.load(
    looking(turns),
    world(store, (text) => (left-- > 0 ? next(text) : (stop(), new Promise<never>(() => {})))),
  );
  engine.run("0", { id: "a", seed: 1 }).result.catch(() => {});
  await stopped;
}

class Watched extends MemoryStore {
  readonly reads: number[] = [];

  override read(run: string, from = 0): AsyncIterable<Uint8Array> {
    this.reads.push(from);
    return super.read(run, from);
  }
}

describe("a snapshot on the way", () => {
  it("is made as the journal grows, and a run comes back from it and the rest of the journal", async () => {
    const store = new Watched();
    await leftAfter(store, 150, 160);
    const { position } = (await store.snapshot("a")) as Snapshot;
    const steps = (await recordsIn(store, "a")).length;
    expect(position).toBeGreaterThan(50);
    expect(position).toBeLessThan(steps);
    store.reads.length = 0;
    await using engine = await Engine.load(looking(160), world(store));
    const result = await engine.resume("a");
    expect(result.text).toBe(`160 ${page}`);
    expect(store.reads).toEqual([position]);
    expect(result.counters).toMatchObject({ agentCalls: 160 });
    expect(await engine.replay("a")).toMatchObject({ finished: true });
  });

  it("that is broken, of another journal or of a later moment is passed over", async () => {
    const kept = new MemoryStore();
    await leftAfter(kept, 100, 110);
    const snapshot = (await kept.snapshot("a")) as Snapshot;
    const breakIt = (change: (state: Uint8Array) => void) => {
      const state = snapshot.state.slice();
      change(state);
      return { position: snapshot.position, state };
    };
    const text = new TextDecoder().decode(snapshot.state.subarray(8, 200));
    const head = 8 + text.indexOf('"head":"') + 8;
    const step = 8 + text.indexOf('"step":') + 7;
    const broken: Record<string, Snapshot> = {
      empty: { position: snapshot.position, state: new Uint8Array() },
      cut: { position: snapshot.position, state: snapshot.state.slice(0, -8) },
      bit: breakIt((state) => (state[state.length - 100] ^= 4)),
      head: breakIt((state) => (state[head] = state[head] === 0x61 ? 0x62 : 0x61)),
      step: breakIt((state) => (state[step] ^= 1)),
      position: { position: snapshot.position - 1, state: snapshot.state },
      later: { position: 1_000_000, state: snapshot.state },
    };
    for (const [name, bad] of Object.entries(broken)) {
      const store = new MemoryStore();
      await copy(kept, store, "a");
      const { epoch } = await store.claim("a");
      await store.saveSnapshot("a", epoch, bad);
      await using engine = await Engine.load(looking(110), world(store));
      const result = await engine.resume("a");
      expect([name, result.text, result.outputs.length, engine.liveRuns]).toEqual([name, `110 ${page}`, 1, 0]);
    }
  });
});

describe("a graph that runs for a simulated year", () => {
  beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2030, 0, 1), toFake: ["setTimeout", "clearTimeout", "Date"] }));
  afterEach(() => void vi.useRealTimers());

  const graph = `agents:
  - { name: clock, role: producer, interval: 1h, outputs: [gauge] }
  - { name: gauge, role: reader, inputs: [clock], outputs: [desk] }
  - { name: desk, role: logger, inputs: [gauge] }
limits: { journal: 64KB }
`;
  const DAY = 86_400_000;

  it("keeps its journal, its snapshot and its memory bounded, and can be taken over at any time", async () => {
    const store = new MemoryStore();
    let heard = 0;
    const options = { store, agents: { reader: (text: string) => (heard++, `${text} is ${"a page ".repeat(20)}`) }, now: Date.now };
    let engine = await Engine.load(graph, options);
    let run = engine.run(undefined, { id: "year" });
    run.result.catch(() => {});
    const sizes: { journal: number; memory: number; cut: boolean; outputs: number }[] = [];
    for (let month = 0; month < 12; month++) {
      for (let day = 0; day < 365 / 12; day++) await vi.advanceTimersByTimeAsync(DAY);
      const bytes = await journalOf(store, "year");
      const { inputs } = checkJournal(bytes).header;
      sizes.push({ journal: bytes.length, memory: engine.memoryBytes, cut: BEFORE in inputs, outputs: run.outputs.length });
      if (month % 3 !== 2) continue;
      // Another process takes it over: as after a crash, from the cut and what came after it.
      engine = await Engine.load(graph, options);
      run = engine.resume("year");
      run.result.catch(() => {});
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(heard).toBeGreaterThan(8700);
    for (const { journal, memory, cut } of sizes) {
      expect(cut).toBe(true);
      expect(journal).toBeLessThan(100_000);
      expect(memory).toBe(sizes[0].memory);
    }
    run.cancel("the year is over");
    await vi.advanceTimersByTimeAsync(0);
    expect(await run.result).toMatchObject({ stop: "cancelled" });
    const { steps, finished } = await engine.replay("year");
    expect([steps > 8700, finished]).toEqual([true, true]);
  });

  it("keeps what a run without a store remembers bounded, too, and that can be done again", async () => {
    const engine = await Engine.load(graph, { agents: { reader: (text: string) => text.repeat(30) }, now: Date.now });
    const run = engine.run(undefined, { id: "year" });
    run.result.catch(() => {});
    for (let day = 0; day < 120; day++) await vi.advanceTimersByTimeAsync(DAY);
    expect(run.journal.length).toBeLessThan(100_000);
    const [base] = recordsOf(run.journal.bytes());
    expect(base[6]).toBe(2);
    expect(engine.replay(run.journal.bytes())).toMatchObject({ finished: false });
    await vi.runOnlyPendingTimersAsync();
  });
});

async function journalOf(store: Store, run: string): Promise<Uint8Array> {
  const parts = [(await store.header(run)) as Uint8Array];
  for await (const chunk of store.read(run)) parts.push(chunk);
  return join(parts);
}

async function recordsIn(store: Store, run: string): Promise<Uint8Array[]> {
  return checkJournal(await journalOf(store, run)).records;
}

async function copy(from: Store, to: Store, run: string): Promise<void> {
  const header = (await from.header(run)) as Uint8Array;
  const journal = await journalOf(from, run);
  const { engine, inputs } = readHeader(header);
  for (const hash of [engine, ...Object.values(inputs)]) await to.saveBlob(hash, (await from.blob(hash)) as Uint8Array);
  const entries: Uint8Array[] = [];
  const view = new DataView(journal.buffer);
  for (let at = header.length; at < journal.length; at += view.getUint32(at, true) + 8) entries.push(journal.slice(at, at + view.getUint32(at, true) + 8));
  await to.create(run, header, entries);
}
