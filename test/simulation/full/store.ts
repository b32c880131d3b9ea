import { RunExists, RunFenced, RunMissing, StoreFailed } from "../../../host/stores/errors.ts";
import { join } from "../../../host/stores/memory.ts";
import { type Claim, type Snapshot, type Store, type StoredRun, TAIL } from "../../../host/stores/store.ts";
import type { Choices } from "../../../host/simulate/choices.ts";
import type { Disk, Kept } from "./disk.ts";
import type { Domain, Timeline } from "./timeline.ts";

/** How a store may fail. */
export interface StoreFaults {
  /** Writes that are refused, and nothing is written. */
  refuses: boolean;
  /** Writes that are said to have failed, and are there. */
  lies: boolean;
  /** Times at which nothing more can be written. */
  fills: boolean;
  /** Writes that take long. */
  slow: boolean;
}

/** A process's way to the disk. It keeps what a store promises, and fails in every way in which it may. */
export class SimulatedStore implements Store {
  readonly #disk: Disk;
  readonly #timeline: Timeline;
  readonly #domain: Domain;
  readonly #choices: Choices;
  readonly #faults: StoreFaults;
  /** Writes that are under way, which a crash tears. */
  readonly writing = new Set<{ run: string; at: Claim; entries: readonly Uint8Array[] }>();

  constructor(disk: Disk, timeline: Timeline, domain: Domain, choices: Choices, faults: StoreFaults) {
    this.#disk = disk;
    this.#timeline = timeline;
    this.#domain = domain;
    this.#choices = choices;
    this.#faults = faults;
  }

  async create(run: string, header: Uint8Array, entries: readonly Uint8Array[]): Promise<Claim> {
    await this.#takeTime();
    this.#mayWrite();
    if (this.#disk.runs.has(run)) throw new RunExists(run);
    const epoch = ++this.#disk.epoch;
    this.#disk.runs.set(run, { header, entries: [...entries], durable: entries.length, torn: new Uint8Array(), epoch, snapshot: undefined });
    this.#mayLie();
    return { epoch, position: entries.length };
  }

  async claim(run: string): Promise<Claim> {
    await this.#takeTime();
    const kept = this.#kept(run);
    this.#disk.repair(kept);
    kept.durable = kept.entries.length;
    kept.epoch = ++this.#disk.epoch;
    return { epoch: kept.epoch, position: kept.entries.length };
  }

  async release(): Promise<void> {
    await this.#takeTime();
  }

  append(...[run, at, entries, durable]: Parameters<Store["append"]>): ReturnType<Store["append"]> {
    // A write that needs no flush may be over at once.
    if (!durable && this.#choices.once(2)) {
      this.#write(run, at, entries, false);
      return undefined;
    }
    return this.#append(run, at, entries, durable);
  }

  async #append(run: string, at: Claim, entries: readonly Uint8Array[], durable: boolean): Promise<void> {
    const write = { run, at, entries };
    this.writing.add(write);
    try {
      await this.#takeTime();
    } finally {
      this.writing.delete(write);
    }
    this.#write(run, at, entries, durable);
    this.#mayLie();
  }

  #write(run: string, at: Claim, entries: readonly Uint8Array[], durable: boolean): void {
    this.#mayWrite();
    const kept = this.#disk.runs.get(run);
    if (kept === undefined || kept.epoch !== at.epoch || kept.entries.length !== at.position) throw new RunFenced(run);
    kept.entries.push(...entries);
    if (durable) kept.durable = kept.entries.length;
  }

  async header(run: string): Promise<Uint8Array | undefined> {
    await this.#takeTime();
    return this.#disk.runs.get(run)?.header;
  }

  async *read(run: string, from = 0): AsyncIterable<Uint8Array> {
    await this.#takeTime();
    const entries = this.#kept(run).entries.slice(from);
    // In as many pieces as it likes.
    while (entries.length > 0) yield join(entries.splice(0, 1 + this.#choices.below(entries.length)));
  }

  async *list(): AsyncIterable<StoredRun> {
    for (const [id, { header, entries }] of this.#disk.runs) {
      const bytes = header.length + entries.reduce((sum, { length }) => sum + length, 0);
      yield { id, bytes, header, tail: entries[entries.length - 1].slice(-TAIL) };
    }
  }

  async delete(run: string): Promise<void> {
    this.#disk.runs.delete(run);
  }

  async saveSnapshot(run: string, epoch: number, snapshot: Snapshot): Promise<void> {
    await this.#takeTime();
    const kept = this.#kept(run);
    if (kept.epoch !== epoch) throw new RunFenced(run);
    // It is a cache.
    if (this.#choices.once(8)) return;
    kept.snapshot = snapshot;
  }

  async snapshot(run: string): Promise<Snapshot | undefined> {
    await this.#takeTime();
    const kept = this.#disk.runs.get(run);
    if (kept?.snapshot !== undefined && kept.snapshot.position > kept.entries.length) return undefined;
    return kept?.snapshot;
  }

  async saveBlob(hash: string, bytes: Uint8Array): Promise<void> {
    this.#disk.blobs.set(hash, bytes);
  }

  async blob(hash: string): Promise<Uint8Array | undefined> {
    return this.#disk.blobs.get(hash);
  }

  async close(): Promise<void> {}

  #kept(run: string): Kept {
    const kept = this.#disk.runs.get(run);
    if (kept === undefined) throw new RunMissing(run);
    return kept;
  }

  #takeTime(): Promise<void> {
    const delay = this.#faults.slow ? this.#choices.below(40) : this.#choices.below(3);
    return this.#timeline.wait(delay, this.#domain);
  }

  #mayWrite(): void {
    if (this.#faults.fills && this.#choices.once(40)) this.#disk.full = true;
    if (this.#disk.full) throw new StoreFailed("The disk is full");
    if (this.#faults.refuses && this.#choices.once(25)) throw new StoreFailed("The write failed");
  }

  #mayLie(): void {
    if (this.#faults.lies && this.#choices.once(25)) throw new StoreFailed("The connection broke before the answer came");
  }
}
