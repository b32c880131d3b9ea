import { sessionCases } from "../sessions/conformance.ts";
import { AixletError, type AixletErrorCode } from "../errors.ts";
import { Chain, entryOf } from "./chain.ts";
import { BEFORE, readHeader, writeHeader } from "./journal-header.ts";
import { JournalReader } from "./journal-file.ts";
import { join } from "./memory.ts";
import { sha256Hex } from "./sha256.ts";
import { type Claim, type Store, TAIL } from "./store.ts";

/** How a test comes to a store. */
export interface StoreUnderTest {
  /** A new store, with nothing in it. */
  empty(): Promise<Store>;
  /** Another store over what `store` keeps, as another process would open it. None where what it keeps cannot outlive it. */
  again?(store: Store): Promise<Store>;
}

export interface StoreCase {
  name: string;
  /** @throws Error that says what is wrong */
  run(): Promise<void>;
}

type Check = (store: Store, again: ((store: Store) => Promise<Store>) | undefined) => Promise<void>;

/**
 * What every store must do, as tests for any runner:
 * `for (const { name, run } of storeConformance(mine)) test(name, run)`.
 */
export function storeConformance({ empty, again }: StoreUnderTest): StoreCase[] {
  return Object.entries(cases).map(([name, check]) => ({
    name,
    run: async () => {
      const opened: Store[] = [await empty()];
      try {
        await check(
          opened[0],
          again &&
            (async (store) => {
              const other = await again(store);
              opened.push(other);
              return other;
            }),
        );
      } finally {
        for (const store of opened.reverse()) await store.close();
      }
    },
  }));
}

const cases: Record<string, Check> = {
  "a journal is what was created and appended": async (store) => {
    const { header, entries } = journal("a", 6);
    let claim = await store.create("a", header, entries.slice(0, 2));
    equal(claim.position, 2, "the first claim's position");
    claim = await append(store, "a", claim, entries.slice(2, 3));
    claim = await append(store, "a", claim, entries.slice(3), false);
    same(await store.header("a"), header, "the header");
    same(await read(store, "a"), join(entries), "the entries");
    for (let from = 0; from <= 7; from++) same(await read(store, "a", from), join(entries.slice(from)), `the entries from ${from} on`);
    const reader = new JournalReader(header);
    let records = 0;
    for await (const chunk of store.read("a")) for (const _ of reader.records(chunk)) records++;
    equal(records, 6, "records in chunks of whole entries");
  },

  "entries of all sizes come back as they were": async (store) => {
    const sizes = [32, 40, 4096, 65_536, 1 << 20];
    const { header, entries } = journal("sizes", sizes.length + 1, sizes);
    let claim = await store.create("sizes", header, entries.slice(0, 1));
    for (const entry of entries.slice(1)) claim = await append(store, "sizes", claim, [entry]);
    same(await read(store, "sizes"), join(entries), "the entries");
  },

  "a run is created once": async (store) => {
    const { header, entries } = journal("a", 2);
    await store.create("a", header, entries.slice(0, 1));
    await refused("run-exists", store.create("a", header, entries));
    const at = await Promise.allSettled(Array.from({ length: 8 }, () => store.create("b", journal("b", 1).header, journal("b", 1).entries)));
    equal(at.filter(({ status }) => status === "fulfilled").length, 1, "how many of eight that create one run at a time succeed");
    same(await read(store, "a"), join(entries.slice(0, 1)), "the entries");
  },

  "a journal that is cut begins anew, for whoever writes it and whoever reads it": async (store, again) => {
    if (store.cut === undefined) return;
    const { header, entries } = journal("a", 5);
    const anew = journal("a", 4, [64, 40, 40, 40], 7);
    let claim = await append(store, "a", await store.create("a", header, entries.slice(0, 2)), entries.slice(2));
    await store.saveSnapshot("a", claim.epoch, { position: 5, state: Uint8Array.of(1) });
    for (const wrong of [
      { epoch: claim.epoch, position: 4 },
      { epoch: claim.epoch + 1, position: 5 },
    ])
      await refused(
        "run-fenced",
        Promise.resolve().then(() => store.cut?.("a", wrong, anew.header, anew.entries.slice(0, 1))),
      );
    same(await read(store, "a"), join(entries), "the entries before the cut");
    await store.cut("a", claim, anew.header, anew.entries.slice(0, 2));
    same(await store.header("a"), anew.header, "the header");
    same(await read(store, "a"), join(anew.entries.slice(0, 2)), "the entries");
    equal(await store.snapshot("a"), undefined, "the snapshot of the journal that was");
    claim = await append(store, "a", { epoch: claim.epoch, position: 2 }, anew.entries.slice(2, 3));
    await refused("run-fenced", append(store, "a", { epoch: claim.epoch, position: 5 }, anew.entries.slice(3)));
    await store.release("a", claim.epoch);
    const other = (await again?.(store)) ?? store;
    const second = await other.claim("a");
    equal(second.position, 3, "the position");
    await append(other, "a", second, anew.entries.slice(3));
    same(await read(other, "a"), join(anew.entries), "the entries at last");
    let bytes = 0;
    for await (const run of other.list()) bytes = run.bytes;
    equal(bytes, anew.header.length + join(anew.entries).length, "the bytes");
  },

  "what is not there is not": async (store) => {
    await refused("run-missing", store.claim("none"));
    await refused("run-missing", read(store, "none"));
    equal(await store.header("none"), undefined, "the header");
    equal(await store.snapshot("none"), undefined, "the snapshot");
    equal(await store.blob("0".repeat(64)), undefined, "the blob");
    equal(await ids(store), [], "the list");
    await store.delete("none");
    await store.release("none", 1);
  },

  "an append at another position or epoch is refused, and writes nothing": async (store) => {
    const { header, entries } = journal("a", 4);
    const claim = await store.create("a", header, entries.slice(0, 2));
    for (const wrong of [
      { epoch: claim.epoch, position: 1 },
      { epoch: claim.epoch, position: 3 },
      { epoch: claim.epoch + 1, position: 2 },
      { epoch: claim.epoch - 1, position: 2 },
    ])
      await refused("run-fenced", append(store, "a", wrong, entries.slice(2)));
    await refused("run-fenced", append(store, "b", claim, entries.slice(2)));
    same(await read(store, "a"), join(entries.slice(0, 2)), "the entries");
    await append(store, "a", claim, entries.slice(2));
    same(await read(store, "a"), join(entries), "the entries");
  },

  "of many appends at one place one succeeds": async (store) => {
    const { header, entries } = journal("a", 3);
    const claim = await store.create("a", header, entries.slice(0, 1));
    const at = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => append(store, "a", claim, entries.slice(1, 2), i % 2 === 0)));
    equal(at.filter(({ status }) => status === "fulfilled").length, 1, "how many of ten appends succeed");
    for (const each of at) if (each.status === "rejected") equal((each.reason as AixletError).code, "run-fenced", "the others' error");
    same(await read(store, "a"), join(entries.slice(0, 2)), "the entries");
  },

  "a second writer fences the first, or is refused": async (store, again) => {
    const { header, entries } = journal("a", 4);
    const first = await store.create("a", header, entries.slice(0, 1));
    const other = (await again?.(store)) ?? store;
    const second = await other.claim("a").catch((error) => {
      equal((error as AixletError).code, "run-locked", "the error of the second claim");
      return undefined;
    });
    if (second === undefined) {
      await append(store, "a", first, entries.slice(1, 2));
      await store.release("a", first.epoch);
      const third = await other.claim("a");
      more(third.epoch, first.epoch, "the epoch of a later claim");
      await refused("run-fenced", append(store, "a", { epoch: first.epoch, position: 2 }, entries.slice(2, 3)));
      await append(other, "a", third, entries.slice(2, 3));
    } else {
      more(second.epoch, first.epoch, "the epoch of a later claim");
      await refused("run-fenced", append(store, "a", first, entries.slice(1, 2)));
      const third = await append(other, "a", second, entries.slice(1, 2));
      await refused("run-fenced", append(store, "a", { epoch: first.epoch, position: 2 }, entries.slice(2, 3)));
      await append(other, "a", third, entries.slice(2, 3));
    }
    same(await read(store, "a"), join(entries.slice(0, 3)), "the entries");
  },

  "a claim goes on where the journal ends": async (store) => {
    const { header, entries } = journal("a", 5);
    const claim = await append(store, "a", await store.create("a", header, entries.slice(0, 1)), entries.slice(1, 3));
    await store.release("a", claim.epoch);
    const second = await store.claim("a");
    more(second.epoch, claim.epoch, "the epoch");
    equal(second.position, 3, "the position");
    await append(store, "a", second, entries.slice(3));
    await store.release("a", second.epoch);
    more((await store.claim("a")).epoch, second.epoch, "the epoch after that");
    same(await read(store, "a"), join(entries), "the entries");
  },

  "what was released is not written any more": async (store) => {
    const { header, entries } = journal("a", 2);
    const claim = await store.create("a", header, entries.slice(0, 1));
    await store.release("a", claim.epoch);
    await store.claim("a");
    await refused("run-fenced", append(store, "a", claim, entries.slice(1)));
    // Of somebody else's claim, and of one that is none any more.
    await store.release("a", claim.epoch);
  },

  "another process finds all of it": async (store, again) => {
    if (again === undefined) return;
    const { header, entries } = journal("a", 4);
    const claim = await append(store, "a", await store.create("a", header, entries.slice(0, 1)), entries.slice(1, 3));
    await store.saveSnapshot("a", claim.epoch, { position: 3, state: Uint8Array.of(1, 2, 3) });
    await store.saveBlob(sha256Hex(header), header);
    const other = await again(store);
    same(await read(other, "a"), join(entries.slice(0, 3)), "the entries, while they are written");
    await store.close();
    const third = await again(store);
    same(await read(third, "a"), join(entries.slice(0, 3)), "the entries");
    equal((await third.snapshot("a"))?.position, 3, "the snapshot");
    same(await third.blob(sha256Hex(header)), header, "the blob");
    await append(third, "a", await third.claim("a"), entries.slice(3));
    same(await read(third, "a"), join(entries), "the entries");
  },

  "ids may be anything": async (store) => {
    const names = [
      "../../up",
      "..",
      ".",
      "/etc/passwd",
      "a/b\\c",
      "A",
      "a",
      "a b",
      "con",
      "nul.txt",
      "%2e%2e",
      "ä€🙂",
      "*?[",
      "-rf",
      "\n",
      "x".repeat(64),
      "🙂".repeat(16),
    ];
    for (const id of names) {
      const { header, entries } = journal(id, 2);
      const claim = await append(store, id, await store.create(id, header, entries.slice(0, 1)), entries.slice(1));
      await store.saveSnapshot(id, claim.epoch, { position: 2, state: new TextEncoder().encode(id) });
    }
    equal(await ids(store), [...names].sort(), "the list");
    for (const id of names) {
      const found = readHeader((await store.header(id)) ?? new Uint8Array()).run;
      equal(found, id, "the run of a header");
      same(await read(store, id), join(journal(id, 2).entries), `the entries of ${JSON.stringify(id)}`);
      same((await store.snapshot(id))?.state, new TextEncoder().encode(id), `the snapshot of ${JSON.stringify(id)}`);
    }
    for (const id of names) await store.delete(id);
    equal(await ids(store), [], "the list");
  },

  "a list has header, size and end of each run": async (store) => {
    for (let i = 0; i < 30; i++) {
      const { header, entries } = journal(`run-${i}`, 3);
      const claim = await store.create(`run-${i}`, header, entries.slice(0, 1));
      if (i % 3 > 0) await append(store, `run-${i}`, claim, entries.slice(1, 1 + (i % 3)));
    }
    const found = [];
    for await (const run of store.list()) found.push(run);
    equal(found.map(({ id }) => id).sort(), Array.from({ length: 30 }, (_, i) => `run-${i}`).sort(), "the ids");
    for (const { id, bytes, header, tail } of found) {
      const whole = join([header, await read(store, id)]);
      same(header, await store.header(id), "the header");
      equal(bytes, whole.length, "the size");
      const last = journal(id, 3).entries[Number(id.slice(4)) % 3];
      same(tail, last.slice(-TAIL), "the end");
    }
  },

  "a deleted run is gone, and its name free": async (store) => {
    const { header, entries } = journal("a", 2);
    const claim = await store.create("a", header, entries);
    await store.saveSnapshot("a", claim.epoch, { position: 2, state: Uint8Array.of(1) });
    await store.create("b", journal("b", 1).header, journal("b", 1).entries);
    await store.delete("a");
    equal(await ids(store), ["b"], "the list");
    equal(await store.header("a"), undefined, "the header");
    equal(await store.snapshot("a"), undefined, "the snapshot");
    await refused("run-fenced", append(store, "a", claim, entries.slice(1)));
    const anew = await store.create("a", header, entries.slice(0, 1));
    more(anew.epoch, claim.epoch, "the epoch of the new run");
    await refused("run-fenced", append(store, "a", { epoch: claim.epoch, position: 1 }, entries.slice(1)));
    same(await read(store, "a"), entries[0], "the entries");
  },

  "the newest snapshot is kept, and only its writer's": async (store) => {
    const { header, entries } = journal("a", 2);
    const claim = await store.create("a", header, entries);
    await refused("run-fenced", store.saveSnapshot("a", claim.epoch + 1, { position: 1, state: Uint8Array.of(9) }));
    equal(await store.snapshot("a"), undefined, "a snapshot before there is one");
    for (let position = 1; position <= 2; position++)
      await store.saveSnapshot("a", claim.epoch, { position, state: new Uint8Array(position * 100_000).fill(position) });
    const snapshot = await store.snapshot("a");
    equal(snapshot?.position, 2, "its position");
    same(snapshot?.state, new Uint8Array(200_000).fill(2), "its state");
  },

  "blobs are kept by their hash": async (store) => {
    const blobs = [new Uint8Array(0), Uint8Array.of(1, 2, 3), new Uint8Array(300_000).fill(5)];
    for (const bytes of [...blobs, ...blobs]) await store.saveBlob(sha256Hex(bytes), bytes);
    await Promise.all(Array.from({ length: 5 }, () => store.saveBlob(sha256Hex(Uint8Array.of(4)), Uint8Array.of(4))));
    for (const bytes of [...blobs, Uint8Array.of(4)]) same(await store.blob(sha256Hex(bytes)), bytes, "a blob");
  },

  "many runs are written at a time, and stay apart": async (store) => {
    await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        const { header, entries } = journal(`r${i}`, 12);
        let claim = await store.create(`r${i}`, header, entries.slice(0, 1));
        for (let at = 1; at < 12; at += 1 + (i % 3)) claim = await append(store, `r${i}`, claim, entries.slice(at, at + 1 + (i % 3)), at % 2 === 0);
        await store.release(`r${i}`, claim.epoch);
      }),
    );
    for (let i = 0; i < 40; i++) same(await read(store, `r${i}`), join(journal(`r${i}`, 12).entries), `the entries of r${i}`);
  },

  ...sessionCases,
};

/** A journal as the engine writes them: a header and entries, whose records have so many bytes. */
/** A journal of records that hold nothing; with `cut` one that was cut at that step. */
function journal(run: string, count: number, sizes: readonly number[] = [48, 120, 32], cut = 0): { header: Uint8Array; entries: Uint8Array[] } {
  const hash = "ab".repeat(32);
  const header = writeHeader({
    run,
    created: 1_700_000_000_000,
    protocol: 1,
    engine: hash,
    definition: hash,
    inputs: { define: hash, ...(cut > 0 && { [BEFORE]: hash }) },
  });
  const chain = Chain.from(header);
  const entries = Array.from({ length: count }, (_, index) => {
    const size = sizes[index % sizes.length];
    const record = new Uint8Array(size).fill((index * 7 + run.length) & 255, 32);
    const view = new DataView(record.buffer);
    view.setUint32(0, size, true);
    view.setUint16(4, 1, true);
    if (cut > 0 && index === 0) view.setUint16(6, 2, true);
    view.setUint32(8, index + (cut || 1), true);
    return entryOf(record, chain);
  });
  return { header, entries };
}

async function append(store: Store, run: string, at: Claim, entries: readonly Uint8Array[], durable = true): Promise<Claim> {
  await store.append(run, at, entries, durable);
  return { epoch: at.epoch, position: at.position + entries.length };
}

async function read(store: Store, run: string, from?: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of store.read(run, from)) chunks.push(chunk.slice());
  return join(chunks);
}

async function ids(store: Store): Promise<string[]> {
  const found: string[] = [];
  for await (const { id } of store.list()) found.push(id);
  return found.sort();
}

function equal(found: unknown, expected: unknown, what: string): void {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)];
  if (left !== right) throw new Error(`${what}: ${left} instead of ${right}`);
}

function more(found: number, than: number, what: string): void {
  if (!(found > than)) throw new Error(`${what}: ${found}, which is not more than ${than}`);
}

function same(found: Uint8Array | undefined, expected: Uint8Array | undefined, what: string): void {
  if (found === undefined || expected === undefined) return equal(found, expected, what);
  if (found.length !== expected.length) throw new Error(`${what}: ${found.length} bytes instead of ${expected.length}`);
  const at = found.findIndex((byte, index) => byte !== expected[index]);
  if (at >= 0) throw new Error(`${what}: another byte at ${at}`);
}

/** That something is refused with this code, whether it throws or rejects. */
async function refused(code: AixletErrorCode, asked: Promise<unknown>): Promise<void> {
  const error = await asked.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!AixletError.isInstance(error))
    throw new Error(`it should have been refused with ${code}, and ${error === undefined ? "was not" : `failed: ${String(error)}`}`, { cause: error });
  if (error.code !== code) throw new Error(`it should have been refused with ${code}, and was with ${error.code}: ${error.message}`);
}
