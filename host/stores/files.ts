import { existsSync, ftruncateSync, mkdirSync, open, openSync, readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { AixletError } from "../errors.ts";
import { nextEpoch } from "./epoch.ts";
import { BadJournal, RunExists, RunFenced, RunLocked, RunMissing, StoreFailed } from "./errors.ts";
import { Blobs } from "./files/blobs.ts";
import { flushNow } from "./files/descriptors.ts";
import { Flusher } from "./files/flusher.ts";
import { FileLocks } from "./files/locks.ts";
import { recoverLogs } from "./files/log-recovery.ts";
import { fileNameOf, idOf } from "./files/names.ts";
import { SharedLog } from "./files/shared-log.ts";
import { readSnapshot, writeSnapshot } from "./files/snapshot-file.ts";
import { codeOf, unlessMissing, unlinkIfThere, writeWhole } from "./files/whole-file.ts";
import { endOfChunk, endOfEntries, look, readHead, wholeEntries } from "./files/whole-journal.ts";
import { WrittenJournals } from "./files/written-journals.ts";
import { checkJournal, measure } from "./journal-file.ts";
import { headerSize } from "./journal-header.ts";
import { join as joinBytes } from "./memory.ts";
import type { Claim, Snapshot, Store, StoredRun } from "./store.ts";

export { FileKeys } from "./file-keys.ts";

export interface FileStoreOptions {
  /** Writers that cannot be looked at, on another machine or in another container, are taken to be dead. Default: to be alive. */
  takeOver?: boolean;
  /** Bytes of a log, after which another one is begun. Default: 32 MB. */
  logSize?: number;
}

const SUFFIX = ".journal";
const SNAPSHOT = ".snapshot";

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
  readonly #written: WrittenJournals;
  readonly #blobs: Blobs;
  /** Those whose files are being made. */
  readonly #beginning = new Set<string>();
  #made = false;
  #recovered = false;

  constructor(folder: string, { takeOver = false, logSize }: FileStoreOptions = {}) {
    this.#folder = resolve(folder);
    const [writers, journals] = [join(this.#folder, "writers"), join(this.#folder, "runs")];
    this.#locks = new FileLocks({ writers, locks: journals, takeOver, mourn: (file) => recoverLogs(file, journals) });
    this.#log = new SharedLog(this.#locks.file, journals, this.#flusher, logSize);
    this.#written = new WrittenJournals(this.#flusher, this.#log);
    this.#blobs = new Blobs(join(this.#folder, "blobs"), this.#flusher);
  }

  create(run: string, header: Uint8Array, entries: readonly Uint8Array[]): Promise<Claim> {
    return attempt(async () => {
      this.#make();
      const path = this.#path(run, SUFFIX);
      const { descriptor, locked } = await this.#begin(run, path);
      try {
        const epoch = nextEpoch();
        const written = this.#written.add(run, { path, locked, header, epoch, position: 0, size: 0, descriptor });
        this.#written.write(written, [header, ...entries]);
        written.position = entries.length;
        this.#written.closeSome();
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
        this.#written.add(run, { path, locked: true, header: readHead(path), epoch, position: found.entries, size: found.end, descriptor });
        if (found.end < found.size) {
          // What a crash left of an entry, which was not durable: nothing that was to come after it was done. Behind damage nothing is cut off.
          checkJournal(readFileSync(path).subarray(0, found.end));
          ftruncateSync(descriptor, found.end);
        }
        // Whoever wrote it may have died before it was flushed: what is found here must not be lost with the power after it was acted upon.
        await this.#flusher.file(descriptor);
        this.#written.closeSome();
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
    this.#written.open(run, written);
    try {
      this.#written.write(written, entries);
    } catch (error) {
      throw new StoreFailed(`The journal of the run ${JSON.stringify(run)} could not be written: ${(error as Error).message}`, error);
    }
    written.position += entries.length;
    this.#written.closeSome();
    if (!durable) return undefined;
    return this.#log.flush().catch((error: Error) => {
      throw new StoreFailed(`The journal of the run ${JSON.stringify(run)} could not be flushed: ${error.message}`, error);
    });
  }

  cut(run: string, at: Claim, header: Uint8Array, entries: readonly Uint8Array[]): Promise<void> {
    return attempt(async () => {
      const written = this.#written.get(run);
      if (written === undefined || written.epoch !== at.epoch || written.position !== at.position) throw new RunFenced(run);
      const bytes = joinBytes([header, ...entries]);
      const { path } = written;
      // The snapshot first: it is of the journal that was.
      unlinkIfThere(this.#path(run, SNAPSHOT));
      writeWhole(path, bytes, flushNow);
      // What the log has of the journal that was is of another header, and is not put into this one.
      this.#written.replace(written, header, bytes.length);
      written.position = entries.length;
      await this.#flusher.folder(join(this.#folder, "runs"));
    });
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
      for (const suffix of [SUFFIX, SNAPSHOT]) unlinkIfThere(this.#path(run, suffix));
      this.#let(run);
      await Promise.all([this.#log.flush(), this.#flusher.folder(join(this.#folder, "runs"))]);
    });
  }

  saveSnapshot(run: string, epoch: number, snapshot: Snapshot): Promise<void> {
    return attempt(async () => {
      if (this.#written.get(run)?.epoch !== epoch) throw new RunFenced(run);
      writeSnapshot(this.#path(run, SNAPSHOT), snapshot);
    });
  }

  snapshot(run: string): Promise<Snapshot | undefined> {
    return attempt(async () => readSnapshot(this.#path(run, SNAPSHOT)));
  }

  saveBlob(hash: string, bytes: Uint8Array): Promise<void> {
    return attempt(async () => {
      this.#make();
      await this.#blobs.save(hash, bytes);
    });
  }

  blob(hash: string): Promise<Uint8Array | undefined> {
    return attempt(() => this.#blobs.read(hash));
  }

  async close(): Promise<void> {
    await this.#log.close();
    for (const run of this.#written.runs) this.#let(run);
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

  #lock(run: string): void {
    const holder = this.#locks.take(this.#path(run, ".lock"));
    if (holder !== undefined) throw new RunLocked(run, holder);
  }

  /** Lets go of a run that this store writes, or has locked. */
  #let(run: string): void {
    const written = this.#written.remove(run);
    if (written?.locked === false) this.#locks.disown(fileNameOf(run));
    else this.#locks.release(this.#path(run, ".lock"));
  }
}

function openFile(path: string, flags: string): Promise<number> {
  return new Promise((resolve, reject) => open(path, flags, 0o600, (error, descriptor) => (error ? reject(error) : resolve(descriptor))));
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
