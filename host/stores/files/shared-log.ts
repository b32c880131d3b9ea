import { closeSync, openSync } from "node:fs";
import { dirname, join } from "node:path";
import { LINK } from "../chain.ts";
import { flushDescriptor, flushFiles, writeAll } from "./descriptors.ts";
import type { Flusher } from "./flusher.ts";
import { batchOf, writePiece } from "./log-pieces.ts";
import { unlinkIfThere } from "./whole-file.ts";

/** A log that is longer is followed by another one. */
const LONG = 1 << 25;
/** It goes after so many milliseconds: until then the system has written most journals of itself, and to flush them costs little. */
const LATER = 45_000;
/** A log is made as long as this before it is written, and longer by so much when it is full: then a flush has only what was written to do. */
const ROOM = 1 << 18;
/** A log that nobody has written to for so many milliseconds goes. */
const QUIET = 1000;

interface Waiting {
  resolve: () => void;
  reject: (error: Error) => void;
}

/**
 * What one writer writes to all its journals, once more and end to end, so that one flush is enough for all of them. Journals are flushed each for
 * itself only when a log has become long and goes; after a loss of power the log has what they lack.
 */
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
    this.#pieces.push(writePiece({ name: file, deleted, header: header.subarray(header.length - LINK), offset, bytes }));
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
    const batch = batchOf(pieces);
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
