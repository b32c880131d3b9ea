import {
  closeSync,
  existsSync,
  ftruncateSync,
  fstatSync,
  mkdirSync,
  open,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { AixletError } from "../errors.ts";
import { BadJournal, RunExists, RunFenced, RunLocked, RunMissing, StoreFailed } from "./errors.ts";
import { FileLocks, codeOf, unlinkIfThere, writeWhole } from "./file-lock.ts";
import { fileNameOf, idOf } from "./file-names.ts";
import { Flusher } from "./flusher.ts";
import { recoverLogs, SharedLog } from "./shared-log.ts";
import { checkJournal, measure } from "./journal-file.ts";
import { headerSize, isTornHeader } from "./journal-header.ts";
import { nextEpoch } from "./epoch.ts";
import { type Claim, type Snapshot, type Store, type StoredRun, TAIL } from "./store.ts";
import { join as joinBytes } from "./memory.ts";

export interface FileStoreOptions {
  /** Writers that cannot be looked at, on another machine or in another container, are taken to be dead. Default: to be alive. */
  takeOver?: boolean;
  /** Bytes of a log, after which another one is begun. Default: 32 MB. */
  logSize?: number;
}

/** A journal that this store writes. */
interface Written {
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
const CHUNK = 1 << 20;
const SUFFIX = ".journal";

/**
 * Journals in a folder, a file each: the file is the journal. What is durable was flushed to the disk: in a log of all that this store writes, so that
 * one flush is enough for all runs that wait for one. Journals are flushed each for itself when a log has become long, and when the store is closed; after
 * a loss of power they get from the log what they lack.
 * A journal has one writer, held by a lock that a process loses when it dies. Only the owner may read the files.
 *
 * ```
 * runs/r-NAME.journal     header and entries       runs/r-NAME.lock    as long as somebody writes
 * runs/r-NAME.snapshot    the newest snapshot      writers/            who writes
 * blobs/HASH              engines, definitions
 * ```
 */
export class FileStore implements Store {
  readonly #folder: string;
  readonly #locks: FileLocks;
  readonly #flusher = new Flusher();
  readonly #log: SharedLog;
  /** Those that are open are at the end if they were used last. */
  readonly #written = new Map<string, Written>();
  /** Those whose files are being made. */
  readonly #beginning = new Set<string>();
  #open = 0;
  #parts = 0;
  #made = false;
  #recovered = false;

  constructor(folder: string, { takeOver = false, logSize }: FileStoreOptions = {}) {
    this.#folder = resolve(folder);
    const [writers, journals] = [join(this.#folder, "writers"), join(this.#folder, "runs")];
    this.#locks = new FileLocks({ writers, locks: journals, takeOver, mourn: (file) => recoverLogs(file, journals) });
    this.#log = new SharedLog(this.#locks.file, journals, this.#flusher, logSize);
  }

  create(run: string, header: Uint8Array, entries: readonly Uint8Array[]): Promise<Claim> {
    return attempt(async () => {
      this.#make();
      const path = this.#path(run, SUFFIX);
      const { descriptor, locked } = await this.#begin(run, path);
      try {
        this.#open++;
        const epoch = nextEpoch();
        const written: Written = { path, locked, header, epoch, position: 0, size: 0, descriptor, broken: false };
        this.#written.set(run, written);
        this.#write(written, descriptor, [header, ...entries]);
        written.position = entries.length;
        this.#closeSome();
        await this.#log.flush();
        return { epoch, position: entries.length };
      } catch (error) {
        this.#let(run);
        throw error;
      }
    });
  }

  /** Makes a journal's file. That of a run that never came to be may be there already: then it takes a lock. @throws RunExists, RunLocked */
  async #begin(run: string, path: string): Promise<{ descriptor: number; locked: boolean }> {
    if (this.#written.has(run) || this.#beginning.has(run)) throw new RunExists(run);
    this.#beginning.add(run);
    const name = fileNameOf(run);
    this.#locks.own(name);
    try {
      // Not at once: where others flush, the file system may let one wait who makes a file.
      return { descriptor: await openFile(path, "wx"), locked: false };
    } catch (error) {
      this.#locks.disown(name);
      if (codeOf(error) !== "EEXIST") throw error;
    } finally {
      this.#beginning.delete(run);
    }
    const taken = () => (wholeEntries(path)?.entries ?? 0) > 0;
    if (taken()) throw new RunExists(run);
    this.#lock(run);
    if (!taken()) return { descriptor: openSync(path, "w", 0o600), locked: true };
    this.#locks.release(this.#path(run, ".lock"));
    throw new RunExists(run);
  }

  claim(run: string): Promise<Claim> {
    return attempt(async () => {
      this.#make();
      const path = this.#path(run, SUFFIX);
      this.#recover();
      if (!existsSync(path)) throw new RunMissing(run);
      if (this.#written.has(run)) throw new RunLocked(run, "this process");
      this.#lock(run);
      try {
        const found = wholeEntries(path);
        if (found === undefined || found.entries === 0) throw new RunMissing(run);
        const epoch = nextEpoch();
        const descriptor = openSync(path, "r+");
        this.#open++;
        this.#written.set(run, { path, locked: true, header: readHead(path), epoch, position: found.entries, size: found.end, descriptor, broken: false });
        if (found.end < found.size) {
          // What a crash left of an entry, which was not durable: nothing that was to come after it was done. Behind damage nothing is cut off.
          checkJournal(readFileSync(path).subarray(0, found.end));
          ftruncateSync(descriptor, found.end);
          await this.#flusher.file(descriptor);
        }
        this.#closeSome();
        return { epoch, position: found.entries };
      } catch (error) {
        this.#let(run);
        throw error;
      }
    });
  }

  async release(run: string, epoch: number): Promise<void> {
    if (this.#written.get(run)?.epoch === epoch) this.#let(run);
  }

  append(run: string, at: Claim, entries: readonly Uint8Array[], durable: boolean): Promise<void> | undefined {
    const written = this.#written.get(run);
    if (written === undefined || written.epoch !== at.epoch || written.position !== at.position) throw new RunFenced(run);
    const descriptor = this.#descriptor(run, written);
    try {
      this.#write(written, descriptor, entries);
    } catch (error) {
      throw new StoreFailed(`The journal of the run ${JSON.stringify(run)} could not be written: ${(error as Error).message}`, error);
    }
    written.position += entries.length;
    this.#closeSome();
    if (!durable) return undefined;
    return this.#log.flush().catch((error: Error) => {
      throw new StoreFailed(`The journal of the run ${JSON.stringify(run)} could not be flushed: ${error.message}`, error);
    });
  }

  /** To the journal, and to the log that is flushed for all of them. */
  #write(written: Written, descriptor: number, parts: readonly Uint8Array[]): void {
    const offset = written.size;
    this.#log.add(basename(written.path), written.header, offset, write(written, descriptor, parts));
  }

  header(run: string): Promise<Uint8Array | undefined> {
    return attempt(async () => {
      this.#recover();
      const path = this.#path(run, SUFFIX);
      const found = wholeEntries(path);
      return found === undefined || found.entries === 0 ? undefined : readHead(path);
    });
  }

  async *read(run: string, from = 0): AsyncIterable<Uint8Array> {
    await attempt(async () => this.#recover());
    const journal = await attempt(() => readFile(this.#path(run, SUFFIX)).catch(unlessMissing(undefined)));
    if (journal === undefined) throw new RunMissing(run);
    const start = headerSize(journal);
    const { entries, end } = measure(journal.subarray(start), start);
    if (entries === 0) throw new RunMissing(run);
    if (from >= entries) return;
    for (let at = endOfEntries(journal, from); at < start + end; ) {
      const chunk = endOfChunk(journal, at, start + end);
      yield journal.subarray(at, chunk);
      at = chunk;
    }
  }

  async *list(): AsyncIterable<StoredRun> {
    await attempt(async () => this.#recover());
    const names = await attempt(() => readdir(join(this.#folder, "runs")).catch(unlessMissing<string[]>([])));
    for (const name of names) {
      const id = name.endsWith(SUFFIX) ? idOf(name.slice(0, -SUFFIX.length)) : undefined;
      const run = id === undefined ? undefined : await attempt(async () => look(id, join(this.#folder, "runs", name)));
      if (run !== undefined) yield run;
    }
  }

  delete(run: string): Promise<void> {
    return attempt(async () => {
      if (!existsSync(this.#path(run, SUFFIX))) return;
      this.#make();
      if (!this.#written.has(run)) this.#lock(run);
      try {
        this.#log.remove(fileNameOf(run) + SUFFIX, readHead(this.#path(run, SUFFIX)));
      } catch (error) {
        // What has no header is in no log.
        if (!(error instanceof BadJournal)) throw error;
      }
      for (const suffix of [SUFFIX, ".snapshot"]) unlinkIfThere(this.#path(run, suffix));
      this.#let(run);
      await Promise.all([this.#log.flush(), this.#flusher.folder(join(this.#folder, "runs"))]);
    });
  }

  saveSnapshot(run: string, epoch: number, { position, state }: Snapshot): Promise<void> {
    return attempt(async () => {
      if (this.#written.get(run)?.epoch !== epoch) throw new RunFenced(run);
      const bytes = new Uint8Array(8 + state.length);
      new DataView(bytes.buffer).setBigUint64(0, BigInt(position), true);
      bytes.set(state, 8);
      writeWhole(this.#path(run, ".snapshot"), bytes);
    });
  }

  snapshot(run: string): Promise<Snapshot | undefined> {
    return attempt(async () => this.#snapshot(run));
  }

  saveBlob(hash: string, bytes: Uint8Array): Promise<void> {
    return attempt(async () => {
      this.#make();
      const path = this.#blob(hash);
      if (existsSync(path) && statSync(path).size === bytes.length) return;
      const part = `${path}.${process.pid}.${this.#parts++}.part`;
      const descriptor = openSync(part, "w", 0o600);
      try {
        writeSync(descriptor, bytes);
        await this.#flusher.file(descriptor);
        if (existsSync(part)) renameSync(part, path);
      } finally {
        closeSync(descriptor);
      }
      // Left by somebody who died, or of no more use to somebody who saves the same.
      for (const name of readdirSync(join(this.#folder, "blobs"))) if (name.startsWith(`${hash}.`)) unlinkIfThere(join(this.#folder, "blobs", name));
      await this.#flusher.folder(join(this.#folder, "blobs"));
    });
  }

  blob(hash: string): Promise<Uint8Array | undefined> {
    return attempt(async () => {
      const bytes = await readFile(this.#blob(hash)).catch(unlessMissing(undefined));
      return bytes && new Uint8Array(bytes);
    });
  }

  async close(): Promise<void> {
    await this.#log.close();
    for (const run of [...this.#written.keys()]) this.#let(run);
    this.#locks.close();
  }

  #make(): void {
    if (this.#made) return;
    for (const part of ["runs", "blobs", "writers"]) mkdirSync(join(this.#folder, part), { recursive: true, mode: 0o700 });
    this.#made = true;
  }

  /** Before anything is read for the first time: what a loss of power has left undone. Where nothing may be written there is nothing to do. */
  #recover(): void {
    if (this.#recovered) return;
    this.#recovered = true;
    try {
      this.#locks.sweep();
    } catch (error) {
      if (!["ENOENT", "EACCES", "EPERM", "EROFS"].includes(codeOf(error) ?? "")) throw error;
    }
  }

  #path(run: string, suffix: string): string {
    return join(this.#folder, "runs", fileNameOf(run) + suffix);
  }

  #blob(hash: string): string {
    if (!/^[0-9a-f]{64}$/.test(hash)) throw new StoreFailed(`no hash: ${hash.slice(0, 80)}`);
    return join(this.#folder, "blobs", hash);
  }

  #lock(run: string): void {
    const holder = this.#locks.take(this.#path(run, ".lock"));
    if (holder !== undefined) throw new RunLocked(run, holder);
  }

  /** Lets go of a run that this store writes, or has locked. */
  #let(run: string): void {
    const written = this.#written.get(run);
    this.#written.delete(run);
    if (written !== undefined) this.#close(written);
    if (written?.locked === false) this.#locks.disown(fileNameOf(run));
    else this.#locks.release(this.#path(run, ".lock"));
  }

  #close(written: Written): void {
    if (written.descriptor === undefined) return;
    const { descriptor } = written;
    written.descriptor = undefined;
    this.#open--;
    this.#flusher.whenIdle(descriptor, () => closeSync(descriptor));
  }

  #descriptor(run: string, written: Written): number {
    if (written.broken) throw new StoreFailed(`The journal of the run ${JSON.stringify(run)} takes no more after a write that failed.`);
    if (written.descriptor === undefined) {
      written.descriptor = openSync(written.path, "r+");
      this.#open++;
    }
    // Used last.
    this.#written.delete(run);
    this.#written.set(run, written);
    return written.descriptor;
  }

  #closeSome(): void {
    if (this.#open <= MOST_OPEN) return;
    for (const written of this.#written.values()) {
      if (written.descriptor === undefined || !this.#flusher.isIdle(written.descriptor)) continue;
      this.#close(written);
      if (this.#open <= MOST_OPEN / 2) return;
    }
  }

  #snapshot(run: string): Snapshot | undefined {
    try {
      const bytes = readFileSync(this.#path(run, ".snapshot"));
      if (bytes.length < 8) return undefined;
      return { position: Number(bytes.readBigUInt64LE(0)), state: new Uint8Array(bytes.subarray(8)) };
    } catch (error) {
      return unlessMissing(undefined)(error);
    }
  }
}

/** Writes at the end, and only there: somebody else's bytes there mean that the lock does not hold. */
function write(written: Written, descriptor: number, parts: readonly Uint8Array[]): Uint8Array {
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

interface Whole {
  entries: number;
  /** Bytes of the whole entries and the header. */
  end: number;
  size: number;
}

/** The entries of a journal's file; undefined if there is none. @throws BadJournal */
function wholeEntries(path: string): Whole | undefined {
  let journal: Uint8Array;
  try {
    journal = readFileSync(path);
  } catch (error) {
    return unlessMissing(undefined)(error);
  }
  const start = beginning(journal);
  if (start === 0) return { entries: 0, end: 0, size: journal.length };
  const { entries, end } = measure(journal.subarray(start), start);
  return { entries, end: start + end, size: journal.length };
}

/** Bytes of the header; 0 if the file was left before anything was written whole. */
function beginning(journal: Uint8Array): number {
  try {
    return headerSize(journal);
  } catch (error) {
    if (error instanceof BadJournal && isTornHeader(journal)) return 0;
    throw error;
  }
}

function openFile(path: string, flags: string): Promise<number> {
  return new Promise((resolve, reject) => open(path, flags, 0o600, (error, descriptor) => (error ? reject(error) : resolve(descriptor))));
}

function readHead(path: string): Uint8Array {
  const journal = readFileSync(path);
  return new Uint8Array(journal.subarray(0, headerSize(journal)));
}

/** Where the first `position` entries end. */
function endOfEntries(journal: Uint8Array, position: number): number {
  const view = new DataView(journal.buffer, journal.byteOffset, journal.byteLength);
  let at = headerSize(journal);
  for (let left = position; left > 0 && at + 4 <= journal.length; left--) at += view.getUint32(at, true) + 8;
  return at;
}

/** The end of the last entry that ends within a chunk, or of the first one. */
function endOfChunk(journal: Uint8Array, from: number, end: number): number {
  if (end - from <= CHUNK) return end;
  const view = new DataView(journal.buffer, journal.byteOffset, journal.byteLength);
  let at = from;
  while (at < end) {
    const size = view.getUint32(at, true);
    const next = at + size + 8;
    if (size === 0 || next > end) return end;
    if (next - from > CHUNK) return at === from ? next : at;
    at = next;
  }
  return end;
}

function look(id: string, path: string): StoredRun | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch (error) {
    return unlessMissing(undefined)(error);
  }
  try {
    const { size } = fstatSync(descriptor);
    const head = new Uint8Array(Math.min(size, 1024));
    readSync(descriptor, head, 0, head.length, 0);
    const start = beginning(head);
    if (start === 0 || size <= start) return undefined;
    const tail = new Uint8Array(Math.min(TAIL, size - start));
    readSync(descriptor, tail, 0, tail.length, size - tail.length);
    return { id, bytes: size, header: head.slice(0, start), tail };
  } finally {
    closeSync(descriptor);
  }
}

/** What a store's own errors are not, the file system's are. */
async function attempt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (AixletError.isInstance(error)) throw error;
    throw new StoreFailed(`The store's files could not be used: ${(error as Error).message}`, error);
  }
}

function unlessMissing<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (codeOf(error) === "ENOENT") return value;
    throw error;
  };
}
