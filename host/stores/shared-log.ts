import { closeSync, constants, existsSync, fdatasync, fsyncSync, open, openSync, readdirSync, readFileSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { codeOf, unlinkIfThere } from "./file-lock.ts";
import { LINK } from "./chain.ts";
import type { Flusher } from "./flusher.ts";
import { headerSize, isTornHeader } from "./journal-header.ts";
import { join as joinBytes } from "./memory.ts";
import { sha256 } from "./sha256.ts";

// What one writer writes to all its journals, once more and end to end, so that one flush is enough for all of them. Journals are flushed each for
// itself only when a log has become long and goes; after a loss of power the log has what they lack.
//
// A log is batches, each written and flushed at once:
//
//    0  u32  "AIXW"      4  u32  size of the batch, a multiple of 8
//    8       pieces, each: u32 size of the piece | u16 bytes of the file's name | u16 1 if the file was deleted | u64 offset | u32 bytes | u32 0 |
//            the last 8 bytes of the journal's header | the name | the bytes | zeros up to a multiple of 8
// size - 8   the first eight bytes of the SHA-256 of all before

const MAGIC = 0x57584941;
const PIECE = 32;
/** A log that is longer is followed by another one. */
const LONG = 1 << 25;
/** It goes after so many milliseconds: until then the system has written most journals of itself, and to flush them costs little. */
const LATER = 45_000;
/** A log is made as long as this before it is written, and longer by so much when it is full: then a flush has only what was written to do. */
const ROOM = 1 << 18;
/** A log that nobody has written to for so many milliseconds goes. */
const QUIET = 1000;
/** Files that are flushed at a time. */
const AT_ONCE = 4;

interface Waiting {
  resolve: () => void;
  reject: (error: Error) => void;
}

export class SharedLog {
  /** Where the logs are, and what their names begin with. */
  readonly #path: string;
  readonly #journals: string;
  readonly #flusher: Flusher;
  readonly #long: number;
  #number = 0;
  #descriptor: number | undefined;
  #size = 0;
  #room = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pieces: Uint8Array[] = [];
  #waiting: Waiting[] = [];
  #busy: Promise<void> | undefined;
  #scheduled = false;
  #failed: Error | undefined;
  /** Journals that this log has bytes of, and those that the next batch will have. */
  #files = new Set<string>();
  #next = new Set<string>();
  /** Logs that have come to their end, with what they hold. */
  readonly #old: { log: string; files: Set<string> }[] = [];
  #clearing: ReturnType<typeof setTimeout> | undefined;
  readonly #going = new Set<Promise<void>>();

  /** `path`: of the writer; `journals`: the folder of the journals; `long`: bytes of a log that is to go. */
  constructor(path: string, journals: string, flusher: Flusher, long = LONG) {
    this.#flusher = flusher;
    this.#path = path;
    this.#journals = journals;
    this.#long = long;
  }

  /** Takes in that a journal's file was deleted. */
  remove(file: string, header: Uint8Array): void {
    this.add(file, header, 0, new Uint8Array(0), true);
  }

  /** Takes in what was written to a journal's file. `header`: the journal's. */
  add(file: string, header: Uint8Array, offset: number, bytes: Uint8Array, deleted = false): void {
    const name = new TextEncoder().encode(file);
    const piece = new Uint8Array((PIECE + name.length + bytes.length + 7) & ~7);
    const view = new DataView(piece.buffer);
    view.setUint32(0, piece.length, true);
    view.setUint16(4, name.length, true);
    view.setUint16(6, deleted ? 1 : 0, true);
    view.setBigUint64(8, BigInt(offset), true);
    view.setUint32(16, bytes.length, true);
    piece.set(header.subarray(header.length - LINK), 24);
    piece.set(name, PIECE);
    piece.set(bytes, PIECE + name.length);
    this.#pieces.push(piece);
    this.#next.add(file);
  }

  /** Resolves when all that was taken in until now is durable. */
  flush(): Promise<void> {
    if (this.#failed !== undefined) return Promise.reject(this.#failed);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      if (this.#scheduled || this.#busy !== undefined) return;
      this.#scheduled = true;
      // What others in this turn of the event loop write goes along.
      setImmediate(() => {
        this.#scheduled = false;
        this.#begin();
      });
    });
  }

  #begin(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    const pieces = this.#pieces;
    const files = this.#next;
    this.#waiting = [];
    this.#pieces = [];
    this.#next = new Set();
    this.#busy = this.#write(pieces, files).then(
      () => {
        this.#busy = undefined;
        for (const { resolve } of waiting) resolve();
        this.#begin();
      },
      (error: Error) => {
        this.#busy = undefined;
        // After a flush has failed nobody knows what is on the disk, and a second one may say that all is well.
        this.#failed = error;
        for (const { reject } of [...waiting, ...this.#waiting.splice(0)]) reject(error);
      },
    );
  }

  async #write(pieces: Uint8Array[], files: Set<string>): Promise<void> {
    if (this.#descriptor === undefined) {
      this.#descriptor = openSync(this.#name(this.#number), "wx", 0o600);
      this.#size = 0;
      this.#room = 0;
      await this.#flusher.folder(dirname(this.#path));
    }
    for (const file of files) this.#files.add(file);
    const batch = joinBytes([new Uint8Array(8), ...pieces, new Uint8Array(LINK)]);
    const view = new DataView(batch.buffer);
    view.setUint32(0, MAGIC, true);
    view.setUint32(4, batch.length, true);
    batch.set(sha256(batch.subarray(0, batch.length - LINK)).subarray(0, LINK), batch.length - LINK);
    if (this.#size + batch.length > this.#room) {
      const more = new Uint8Array(Math.max(ROOM, this.#room, batch.length));
      writeAll(this.#descriptor, more, this.#room);
      this.#room += more.length;
    }
    writeAll(this.#descriptor, batch, this.#size);
    this.#size += batch.length;
    await flushDescriptor(this.#descriptor);
    if (this.#size > this.#long) this.#rotate(true);
    else this.#rest();
  }

  /** When it has been quiet for a while the journals stand for themselves again. */
  #rest(): void {
    if (this.#timer !== undefined) {
      this.#timer.refresh();
      return;
    }
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#busy === undefined && this.#waiting.length === 0) this.#rotate(false);
    }, QUIET);
    // The process need not wait for that.
    this.#timer.unref();
  }

  #name(number: number): string {
    return `${this.#path}.${number}.log`;
  }

  /** The log has come to its end. What it holds is flushed where it belongs, at once or later, and then it goes. */
  #rotate(later: boolean): void {
    if (this.#descriptor !== undefined) {
      closeSync(this.#descriptor);
      this.#descriptor = undefined;
      this.#old.push({ log: this.#name(this.#number++), files: this.#files });
      this.#files = new Set();
    }
    if (!later) return this.#clear();
    this.#clearing ??= setTimeout(() => this.#clear(), LATER);
    this.#clearing.unref();
  }

  #clear(): void {
    clearTimeout(this.#clearing);
    this.#clearing = undefined;
    for (const { log, files } of this.#old.splice(0)) {
      // If that fails the log stays, for whoever comes after this process.
      const going = flushFiles([...files].map((file) => join(this.#journals, file))).then(
        () => unlinkIfThere(log),
        () => {},
      );
      this.#going.add(going);
      void going.then(() => this.#going.delete(going));
    }
  }

  /** Flushes all journals, so that no log is left. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#pieces.length > 0 || this.#busy !== undefined) await this.flush().catch(() => {});
    if (this.#failed === undefined) this.#rotate(false);
    else clearTimeout(this.#clearing);
    await Promise.all(this.#going);
  }
}

/**
 * Puts what the logs of a writer hold, who is dead, where it belongs, and takes the logs away. Where nothing was lost that changes nothing, whoever
 * else does the same at the time.
 */
export function recoverLogs(path: string, journals: string): void {
  const prefix = `${basename(path)}.`;
  const logs = readdirSync(dirname(path)).filter((name) => name.startsWith(prefix) && name.endsWith(".log"));
  const numberOf = (name: string) => Number(name.slice(prefix.length, -".log".length));
  for (const log of logs.sort((left, right) => numberOf(left) - numberOf(right))) {
    const file = join(dirname(path), log);
    const bytes = readIfThere(file);
    const restored = new Set<string>();
    for (const piece of piecesOf(bytes)) if (restore(join(journals, piece.name), piece)) restored.add(piece.name);
    // Somebody else may have deleted what this writer made.
    for (const other of readdirSync(dirname(path))) {
      if (!other.endsWith(".log") || other === log) continue;
      for (const piece of piecesOf(readIfThere(join(dirname(path), other)))) if (piece.deleted) restore(join(journals, piece.name), piece);
    }
    for (const name of restored) flushNow(join(journals, name));
    if (restored.size > 0) flushNow(journals);
    unlinkIfThere(file);
  }
}

function readIfThere(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return new Uint8Array(0);
    throw error;
  }
}

interface Piece {
  name: string;
  deleted: boolean;
  header: Uint8Array;
  offset: number;
  bytes: Uint8Array;
}

/** The pieces of all whole batches. */
function* piecesOf(log: Uint8Array): Generator<Piece> {
  const view = new DataView(log.buffer, log.byteOffset, log.byteLength);
  for (let at = 0; log.length - at >= 16 && view.getUint32(at, true) === MAGIC; ) {
    const end = at + view.getUint32(at + 4, true);
    if (end > log.length || end < at + 16) return;
    const hash = sha256(log.subarray(at, end - LINK));
    if (!log.subarray(end - LINK, end).every((byte, index) => byte === hash[index])) return;
    for (let next = at + 8; next < end - LINK; next += view.getUint32(next, true)) {
      const named = next + PIECE + view.getUint16(next + 4, true);
      yield {
        deleted: view.getUint16(next + 6, true) === 1,
        name: new TextDecoder().decode(log.subarray(next + PIECE, named)),
        header: log.subarray(next + 24, next + 32),
        offset: Number(view.getBigUint64(next + 8, true)),
        bytes: log.subarray(named, named + view.getUint32(next + 16, true)),
      };
    }
    at = end;
  }
}

/** Does a piece again, if its journal lacks it; gives whether there is something to flush. */
function restore(path: string, { name, deleted, header, offset, bytes }: Piece): boolean {
  if (basename(name) !== name) return false;
  const journal = readIfThere(path);
  if (deleted) {
    if (journal.length > 0 && isOf(journal, header, offset)) unlinkIfThere(path);
    return false;
  }
  if (journal.length === 0 ? offset > 0 : !isOf(journal, header, offset)) return false;
  const there = journal.subarray(offset, offset + bytes.length);
  if (there.length === bytes.length && there.every((byte, index) => byte === bytes[index])) return false;
  // Not "w": what stands behind is another piece's.
  const descriptor = openSync(path, constants.O_WRONLY | constants.O_CREAT, 0o600);
  try {
    writeAll(descriptor, bytes, offset);
    return true;
  } finally {
    closeSync(descriptor);
  }
}

function writeAll(descriptor: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done, bytes.length - done, at + done);
}

/** Whether a journal is the one with this header: it may have been deleted, and another one have its name. */
function isOf(journal: Uint8Array, header: Uint8Array, offset: number): boolean {
  try {
    const size = headerSize(journal);
    return header.every((byte, index) => byte === journal[size - LINK + index]);
  } catch {
    // Of a journal that was lost whole the first piece has the header.
    return offset === 0 && isTornHeader(journal);
  }
}

async function flushFiles(paths: string[]): Promise<void> {
  const worker = async () => {
    for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
      const descriptor = await opened(path);
      if (descriptor === undefined) continue;
      try {
        await flushDescriptor(descriptor);
      } finally {
        closeSync(descriptor);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** Undefined if the file has been deleted. */
function opened(path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    open(path, "r+", (error, descriptor) => {
      if (error === null) resolve(descriptor);
      else if (codeOf(error) === "ENOENT") resolve(undefined);
      else reject(error);
    });
  });
}

function flushDescriptor(descriptor: number): Promise<void> {
  return new Promise((resolve, reject) => fdatasync(descriptor, (error) => (error ? reject(error) : resolve())));
}

function flushNow(path: string): void {
  if (!existsSync(path)) return;
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
