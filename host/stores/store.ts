/** A writer's right to a run's journal: it holds until somebody else claims the run. */
export interface Claim {
  /** A whole number below 2^53 that grows with every claim of a run, and does not begin anew with a run that was deleted. */
  readonly epoch: number;
  /** Entries that the journal has. */
  readonly position: number;
}

/** What is known of a stored run without reading its journal. */
export interface StoredRun {
  id: string;
  /** Bytes of the journal, header included. */
  bytes: number;
  header: Uint8Array;
  /** The last `TAIL` bytes of its last entry. */
  tail: Uint8Array;
}

/** A run's state as bytes, and how many entries of the journal it stands for. */
export interface Snapshot {
  position: number;
  state: Uint8Array;
}

/** Bytes of `StoredRun.tail`: what tells whether and how a run has ended. No entry is shorter. */
export const TAIL = 32;

/**
 * Where journals are kept. A journal is a header and, behind it, entries: bytes that begin with the size of their record (u32, little-endian),
 * which is followed by a link of eight bytes. A store need not know more of them. docs/journal.md has the format.
 *
 * Bytes that are handed over are the store's from then on: nobody writes to them any more. Bytes that it gives are the caller's, who does not either.
 * Ids are 1 to 64 bytes of UTF-8, whatever characters but NUL. Everything rejects with `StoreFailed` if the store itself fails.
 * `storeConformance` is the suite that every store passes.
 */
export interface Store {
  /**
   * Begins a journal with its first entries, and claims it; durable when it resolves. A journal is there with an entry or not at all.
   * @throws RunExists
   */
  create(run: string, header: Uint8Array, entries: readonly Uint8Array[]): Promise<Claim>;

  /**
   * Claims a run for writing, under a new epoch. Whoever held it before is fenced; or, where a store can tell that they are still alive, the
   * claim is refused. All entries that are there when it resolves are durable, although their writer may have died before they were: whoever
   * reads them acts upon them.
   * @throws RunMissing, RunLocked
   */
  claim(run: string): Promise<Claim>;

  /** Gives a claim back. What was appended stays. Does nothing if it is no claim any more. */
  release(run: string, epoch: number): Promise<void>;

  /**
   * Appends entries, one or more, all or none, if the journal is still at this claim's epoch and position. With `durable` they survive a loss of power when
   * this resolves, and so does all before them; else it is enough that they survive this process. Nothing is returned where that is at once.
   * @throws RunFenced; then nothing was written
   */
  append(run: string, at: Claim, entries: readonly Uint8Array[], durable: boolean): Promise<void> | undefined;

  /**
   * Puts another header and other entries in the place of a journal, durably and at once, if it is still at this claim's epoch and position; a
   * snapshot of it goes. The claim holds on, at the position of as many entries. A store without this keeps journals whole, however long they are.
   * @throws RunFenced; then nothing was changed
   */
  cut?(run: string, at: Claim, header: Uint8Array, entries: readonly Uint8Array[]): Promise<void>;

  /** The header, and with it that there is such a run. */
  header(run: string): Promise<Uint8Array | undefined>;

  /** Entries from a position on, in chunks of whole entries end to end. Needs no claim. @throws RunMissing */
  read(run: string, from?: number): AsyncIterable<Uint8Array>;

  /** All runs, in any order. */
  list(): AsyncIterable<StoredRun>;

  /** Removes a run's journal and snapshot. Nothing happens if there is none. @throws RunLocked */
  delete(run: string): Promise<void>;

  /** Keeps a snapshot in the place of the one before. It is a cache: a store may lose it. @throws RunFenced */
  saveSnapshot(run: string, epoch: number, snapshot: Snapshot): Promise<void>;

  snapshot(run: string): Promise<Snapshot | undefined>;

  /** Keeps bytes under their SHA-256 (64 hexadecimal digits), once; durable when it resolves. */
  saveBlob(hash: string, bytes: Uint8Array): Promise<void>;

  /** The bytes, whose hash the caller checks. */
  blob(hash: string): Promise<Uint8Array | undefined>;

  /** Of a store that seals texts: makes a run's unreadable, for ever. Its journal stays, and can be verified. */
  erase?(run: string): Promise<void>;

  /** Of a store that seals texts: where what it has sealed is. */
  readonly sealed?: Store;

  /** Gives claims and connections back. */
  close(): Promise<void>;
}
