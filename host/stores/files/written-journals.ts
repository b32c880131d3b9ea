import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { basename } from "node:path";
import { StoreFailed } from "../errors.ts";
import { join as joinBytes } from "../memory.ts";
import type { Flusher } from "./flusher.ts";
import type { SharedLog } from "./shared-log.ts";

/** A journal that this store writes. */
export interface Written {
  path: string;
  /** Held by a lock; else it was made here. */
  locked: boolean;
  header: Uint8Array;
  epoch: number;
  position: number;
  /** Bytes: where the next entry goes. */
  size: number;
  /** Open as long as there are not too many. */
  descriptor: number | undefined;
  /** The last write failed, and nobody knows how far it came. */
  broken: boolean;
}

/** Files that may be open at a time. */
const MOST_OPEN = 200;

/** The journals that a store writes, their files open as long as there are not too many. */
export class WrittenJournals {
  readonly #flusher: Flusher;
  readonly #log: SharedLog;
  /** Those that are open are at the end if they were used last. */
  readonly #written = new Map<string, Written>();
  #open = 0;

  constructor(flusher: Flusher, log: SharedLog) {
    this.#flusher = flusher;
    this.#log = log;
  }

  get runs(): string[] {
    return [...this.#written.keys()];
  }

  has(run: string): boolean {
    return this.#written.has(run);
  }

  get(run: string): Written | undefined {
    return this.#written.get(run);
  }

  /** A journal whose file has just been opened. */
  add(run: string, journal: Omit<Written, "broken">): Written {
    const written = { ...journal, broken: false };
    this.#written.set(run, written);
    this.#open++;
    return written;
  }

  /** Lets go of a journal, if there is one. */
  remove(run: string): Written | undefined {
    const written = this.#written.get(run);
    this.#written.delete(run);
    if (written !== undefined) this.#close(written);
    return written;
  }

  /** Another file has come in the place of a journal's: it begins with this header, and is so long. */
  replace(written: Written, header: Uint8Array, size: number): void {
    this.#close(written);
    Object.assign(written, { header, size });
  }

  /** Opens a journal's file again, if it was closed. @throws StoreFailed after a write that failed */
  open(run: string, written: Written): void {
    if (written.broken) throw new StoreFailed(`The journal of the run ${JSON.stringify(run)} takes no more after a write that failed.`);
    if (written.descriptor === undefined) {
      written.descriptor = openSync(written.path, "r+");
      this.#open++;
    }
    // Used last.
    this.#written.delete(run);
    this.#written.set(run, written);
  }

  /** Writes to the end of an open journal, and to the log that is flushed for all of them. */
  write(written: Written, parts: readonly Uint8Array[]): void {
    const offset = written.size;
    this.#log.add(basename(written.path), written.header, offset, append(written, parts));
  }

  /** Closes those that were used longest ago, if there are too many. */
  closeSome(): void {
    if (this.#open <= MOST_OPEN) return;
    for (const written of this.#written.values()) {
      if (written.descriptor === undefined || !this.#flusher.isIdle(written.descriptor)) continue;
      this.#close(written);
      if (this.#open <= MOST_OPEN / 2) return;
    }
  }

  #close(written: Written): void {
    if (written.descriptor === undefined) return;
    const { descriptor } = written;
    written.descriptor = undefined;
    this.#open--;
    this.#flusher.whenIdle(descriptor, () => closeSync(descriptor));
  }
}

/** Writes at the end, and only there: somebody else's bytes there mean that the lock does not hold. */
function append(written: Written, parts: readonly Uint8Array[]): Uint8Array {
  const descriptor = written.descriptor as number;
  const bytes = parts.length === 1 ? parts[0] : joinBytes(parts);
  if (fstatSync(descriptor).size !== written.size) throw new Error("its file has another size than was written");
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done, bytes.length - done, written.size + done);
  } catch (error) {
    // A disk that is full: as it was before, if that can be.
    written.broken = true;
    ftruncateSync(descriptor, written.size);
    written.broken = false;
    throw error;
  }
  written.size += bytes.length;
  return bytes;
}
