import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { BadJournal } from "../errors.ts";
import { measure } from "../journal-file.ts";
import { headerSize, isTornHeader } from "../journal-header.ts";
import { type StoredRun, TAIL } from "../store.ts";
import { unlessMissing } from "./whole-file.ts";

/** Bytes of a chunk that is read, unless one entry is longer. */
const CHUNK = 1 << 20;

/** What of a journal's file is whole. */
export interface Whole {
  entries: number;
  /** Bytes of the whole entries and the header. */
  end: number;
  size: number;
}

/** The entries of a journal's file; undefined if there is none. @throws BadJournal */
export function wholeEntries(path: string): Whole | undefined {
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

/** The header. @throws BadJournal */
export function readHead(path: string): Uint8Array {
  const journal = readFileSync(path);
  return new Uint8Array(journal.subarray(0, headerSize(journal)));
}

/** Where the first `position` entries end. */
export function endOfEntries(journal: Uint8Array, position: number): number {
  const view = new DataView(journal.buffer, journal.byteOffset, journal.byteLength);
  let at = headerSize(journal);
  for (let left = position; left > 0 && at + 4 <= journal.length; left--) at += view.getUint32(at, true) + 8;
  return at;
}

/** The end of the last entry that ends within a chunk, or of the first one. */
export function endOfChunk(journal: Uint8Array, from: number, end: number): number {
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

/** What is known of a run without reading all of its journal. */
export function look(id: string, path: string): StoredRun | undefined {
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
