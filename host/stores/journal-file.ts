import { Chain, LINK } from "./chain.ts";
import { BadJournal } from "./errors.ts";
import { END_FLAGS, endsWithFoot, isEnd } from "./end-entry.ts";
import { headerSize, type JournalHeader, MAGIC, readHeader } from "./journal-header.ts";

/** The smallest record: its head. */
const HEAD = 32;

/** Whether bytes begin as a journal with a header does; records alone do not. */
export function isJournalFile(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true) === MAGIC;
}

/** The flags of a record that holds the whole run as it is after its step, and stands for all before it. */
const BASE = 2;

/** Whether a record is where a journal was cut. */
export function isBase(record: Uint8Array): boolean {
  return record[6] === BASE && record[7] === 0;
}

/** Where a reader begins that does not begin at the beginning. */
export interface ReaderStart {
  /** Entries before, their last step, and the hash of all of them. */
  position: number;
  step: number;
  head: Uint8Array;
}

/** Reads a journal, chunk by chunk, and checks every link: what it gives is what was written. */
export class JournalReader {
  readonly header: JournalHeader;
  /** Bytes that were read and found good. */
  offset: number;
  /** Records so far, that of the end included. */
  position = 0;
  /** The last step so far. */
  step = 0;
  /** The record that the host wrote of the run's end. */
  end: Uint8Array | undefined;
  readonly #chain: Chain;

  /** `known`: what the header says, if it has been read. @throws BadJournal */
  constructor(header: Uint8Array, from?: ReaderStart, known?: JournalHeader) {
    this.header = known ?? readHeader(header);
    this.offset = headerSize(header);
    if (header.length !== this.offset) throw new BadJournal(this.offset, "Something stands behind the journal's header that is not of it");
    this.#chain = from === undefined ? Chain.from(header) : Chain.after(from.head);
    this.position = from?.position ?? 0;
    this.step = from?.step ?? 0;
  }

  /** The hash of all so far. */
  get head(): Uint8Array {
    return this.#chain.head;
  }

  get chain(): Chain {
    return this.#chain;
  }

  /** The records of a chunk of whole entries, but for the end's. @throws BadJournal */
  *records(chunk: Uint8Array): Generator<Uint8Array> {
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let at = 0; at < chunk.length; ) {
      const size = chunk.length - at < HEAD + LINK ? 0 : view.getUint32(at, true);
      if (size < HEAD || size % 8 !== 0 || size + LINK > chunk.length - at) throw new BadJournal(this.offset, "The journal is cut off or damaged");
      if (this.end !== undefined) throw new BadJournal(this.offset, "Something stands behind the journal's end");
      const record = chunk.subarray(at, at + size);
      at += size;
      if (!this.#chain.follow(record, chunk.subarray(at, at + LINK)))
        throw new BadJournal(this.offset, "The journal is damaged: a record is not what was written");
      at += LINK;
      if (isEnd(record)) this.end = record;
      else this.#follow(record, view.getUint32(at - LINK - size + 8, true));
      this.offset += size + LINK;
      this.position++;
      if (this.end === undefined) yield record;
    }
  }

  /** A journal that was cut begins with any step, and whoever keeps all of it has the same step twice where it was. */
  #follow(record: Uint8Array, step: number): void {
    const next = isBase(record) ? (this.position === 0 ? step : this.step) : this.step + 1;
    if (step !== next) throw new BadJournal(this.offset, "The journal lacks a step");
    this.step = step;
  }
}

/** A whole journal, checked. */
export interface CheckedJournal {
  header: JournalHeader;
  /** The core's records. */
  records: Uint8Array[];
  /** The record of the run's end. */
  end: Uint8Array | undefined;
  /** The hash of all of it. */
  head: Uint8Array;
}

/** Takes a journal apart that came from anywhere. @throws BadJournal with the offset of the first byte that cannot be */
export function checkJournal(journal: Uint8Array): CheckedJournal {
  const size = headerSize(journal);
  const reader = new JournalReader(journal.slice(0, size));
  const records = [...reader.records(journal.subarray(size))];
  return { header: reader.header, records, end: reader.end, head: reader.head };
}

/** How far a journal that may end in the middle of an entry is whole. */
export interface Extent {
  entries: number;
  /** Where the first entry begins that is not whole; the journal's size if all are. */
  end: number;
}

/**
 * Measures the entries of a journal by their sizes, in a part of it that comes after step `last`. What a crash leaves behind is a part of an
 * entry, or zeros where nothing was written; whatever else is wrong is for a reader to find, who follows the links.
 * @throws BadJournal if what seems to be cut off is a size that was damaged
 */
export function measure(part: Uint8Array, offset = 0, last = 0): Extent {
  const view = new DataView(part.buffer, part.byteOffset, part.byteLength);
  let entries = 0;
  let step = last;
  let at = 0;
  while (part.length - at >= 4) {
    const size = view.getUint32(at, true);
    if (size === 0 && part.subarray(at).every((byte) => byte === 0)) break;
    // Nobody knows where the next entry is: the reader is to stumble over this one.
    if (size < HEAD || size % 8 !== 0) return { entries: entries + 1, end: part.length };
    if (size + LINK > part.length - at) {
      if (goesOn(view, at, step)) throw new BadJournal(offset + at, "The journal is damaged: the size of a record is not what was written");
      break;
    }
    step = view.getUint32(at + 8, true);
    at += size + LINK;
    entries++;
  }
  return { entries, end: at };
}

/**
 * Whether an entry that seems to go beyond the journal's end does not: because another one stands behind its beginning, which is to be known
 * by its number, or because what it holds ends where an entry would.
 */
function goesOn(view: DataView, at: number, last: number): boolean {
  for (let next = at + HEAD + LINK; next + HEAD <= view.byteLength; next += 8) {
    if (view.getUint16(next + 4, true) !== 1 || view.getUint32(next + 12, true) !== 0) continue;
    const step = view.getUint32(next + 8, true);
    const size = view.getUint32(next, true);
    const flags = view.getUint16(next + 6, true);
    const follows = step === last + 2 || (step === last + 1 && (flags === END_FLAGS || flags === BASE));
    if (follows && size >= HEAD && size % 8 === 0) return true;
  }
  return isWhole(view, at);
}

/** Whether the events in a record, or the foot of an end's, end eight bytes before the journal does. */
function isWhole(view: DataView, at: number): boolean {
  const end = view.byteLength - LINK;
  if (end < at + HEAD) return false;
  if (view.getUint16(at + 6, true) === END_FLAGS) return isEnd(new Uint8Array(view.buffer, view.byteOffset + at, end - at)) && endsWithFoot(view, end);
  let next = at + HEAD;
  while (next + 8 <= end) {
    const size = view.getUint32(next, true);
    if (size < 8 || size % 8 !== 0) return false;
    next += size;
  }
  return next === end && !beginsEvent(view, end);
}

/** Whether these eight bytes can be the first of an event; a link is that once in half a million. */
function beginsEvent(view: DataView, at: number): boolean {
  return view.getUint32(at, true) % 8 === 0 && view.getUint32(at, true) < 1 << 30 && view.getUint16(at + 4, true) < 256 && view.getUint16(at + 6, true) < 1024;
}
