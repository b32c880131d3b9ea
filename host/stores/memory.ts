import { nextEpoch } from "./epoch.ts";
import { RunExists, RunFenced, RunMissing } from "./errors.ts";
import { type Claim, type Snapshot, type Store, type StoredRun, TAIL } from "./store.ts";

interface Kept {
  header: Uint8Array;
  entries: Uint8Array[];
  bytes: number;
  epoch: number;
  snapshot: Snapshot | undefined;
}

/** Journals in memory: for tests, and for runs that are to be suspended and resumed within one process. */
export class MemoryStore implements Store {
  readonly #runs = new Map<string, Kept>();
  readonly #blobs = new Map<string, Uint8Array>();

  async create(run: string, header: Uint8Array, entries: readonly Uint8Array[]): Promise<Claim> {
    if (this.#runs.has(run)) throw new RunExists(run);
    const kept: Kept = { header, entries: [], bytes: header.length, epoch: nextEpoch(), snapshot: undefined };
    this.#runs.set(run, kept);
    add(kept, entries);
    return { epoch: kept.epoch, position: entries.length };
  }

  async claim(run: string): Promise<Claim> {
    const kept = this.#kept(run);
    kept.epoch = nextEpoch(kept.epoch);
    return { epoch: kept.epoch, position: kept.entries.length };
  }

  async release(): Promise<void> {}

  append(...[run, at, entries]: Parameters<Store["append"]>): ReturnType<Store["append"]> {
    add(this.#claimed(run, at), entries);
    return undefined;
  }

  async cut(run: string, at: Claim, header: Uint8Array, entries: readonly Uint8Array[]): Promise<void> {
    const kept = this.#claimed(run, at);
    Object.assign(kept, { header, entries: [], bytes: header.length, snapshot: undefined });
    add(kept, entries);
  }

  async header(run: string): Promise<Uint8Array | undefined> {
    return this.#runs.get(run)?.header;
  }

  async *read(run: string, from = 0): AsyncIterable<Uint8Array> {
    const { entries } = this.#kept(run);
    if (from < entries.length) yield join(entries.slice(from));
  }

  async *list(): AsyncIterable<StoredRun> {
    for (const id of [...this.#runs.keys()]) {
      const kept = this.#runs.get(id);
      if (kept === undefined) continue;
      const last = kept.entries[kept.entries.length - 1];
      yield { id, bytes: kept.bytes, header: kept.header, tail: last.slice(-TAIL) };
    }
  }

  async delete(run: string): Promise<void> {
    this.#runs.delete(run);
  }

  async saveSnapshot(run: string, epoch: number, { position, state }: Snapshot): Promise<void> {
    const kept = this.#kept(run);
    if (kept.epoch !== epoch) throw new RunFenced(run);
    kept.snapshot = { position, state };
  }

  async snapshot(run: string): Promise<Snapshot | undefined> {
    return this.#runs.get(run)?.snapshot;
  }

  async saveBlob(hash: string, bytes: Uint8Array): Promise<void> {
    if (!this.#blobs.has(hash)) this.#blobs.set(hash, bytes);
  }

  async blob(hash: string): Promise<Uint8Array | undefined> {
    return this.#blobs.get(hash);
  }

  async close(): Promise<void> {}

  #kept(run: string): Kept {
    const kept = this.#runs.get(run);
    if (kept === undefined) throw new RunMissing(run);
    return kept;
  }

  #claimed(run: string, at: Claim): Kept {
    const kept = this.#runs.get(run);
    if (kept === undefined || kept.epoch !== at.epoch || kept.entries.length !== at.position) throw new RunFenced(run);
    return kept;
  }
}

function add(kept: Kept, entries: readonly Uint8Array[]): void {
  for (const entry of entries) {
    kept.entries.push(entry);
    kept.bytes += entry.length;
  }
}

/** Bytes end to end. */
export function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
