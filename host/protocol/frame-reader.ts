import { FrameError } from "./frame-error.ts";
import type { Memory } from "./frame-writer.ts";
import { bytesOf, readText } from "./text.ts";

const VERSION = 1;
const HEADER = 16;
const RECORD_HEADER = 8;
const NEVER = 0xffffffff;

/**
 * Reads a frame where it lies. Everything is checked as it is read: a malformed frame throws a FrameError, whatever its bytes. The
 * generated `read…` functions call it. Little-endian machines only.
 */
export class FrameReader {
  private readonly memory: Memory;
  private bytes!: Uint8Array;
  private all!: Uint32Array;
  /** Holds the fixed part of a record that an older writer made shorter. */
  private short: Uint32Array | undefined;
  private start = 0;
  private end = 0;
  private following = 0;
  private left = 0;
  /** Bytes that the strings and lists of the record may still take together: none is to be read a thousand times. */
  private budget = 0;

  /** The header: bit 0 of `flags` is `more`. */
  flags = 0;
  /** Milliseconds; undefined for never. */
  time: number | undefined;
  /** Records in the frame. */
  count = 0;

  /** The record that `next` came to: where it lies in the memory, its size, its kind and the end of its fixed part. */
  at = 0;
  size = 0;
  kind = 0;
  fixed = 0;
  /** What the word indexes given by `part` count in. */
  words!: Uint32Array;

  constructor(memory: Memory) {
    this.memory = memory;
  }

  /** A reader of a frame that stands by itself. */
  static of(frame: Uint8Array): FrameReader {
    const aligned = frame.byteOffset % 8 === 0 ? frame : new Uint8Array(frame);
    const reader = new FrameReader(aligned);
    reader.open(aligned.byteOffset, aligned.length);
    return reader;
  }

  /** Begins to read a frame: checks and reads the header. */
  open(offset: number, length: number): void {
    // A WebAssembly.Memory that has grown has emptied what was seen of it before; asking it each time whether it has takes longer.
    if (this.all === undefined || this.all.length === 0) {
      const { buffer } = this.memory;
      this.bytes = bytesOf(buffer);
      this.all = new Uint32Array(buffer, 0, buffer.byteLength >>> 2);
    }
    this.start = offset;
    this.end = offset + length;
    this.at = offset;
    if (offset % 8) throw new RangeError(`a frame must begin on a multiple of 8, not at ${offset}`);
    if (length < HEADER || this.end > this.bytes.length) this.fault("frame too short");
    const word = offset >>> 2;
    const version = this.all[word] & 0xffff;
    if (version !== VERSION) this.fault(`version ${version} of the frame is unknown`);
    this.flags = this.all[word] >>> 16;
    this.count = this.left = this.all[word + 1];
    const low = this.all[word + 2];
    const high = this.all[word + 3];
    this.time = low === NEVER && high === NEVER ? undefined : this.u64(low, high);
    this.following = offset + HEADER;
  }

  /** Goes to the next record; false if there is none. */
  next(): boolean {
    if (this.left === 0) {
      this.at = this.following;
      if (this.following !== this.end) this.fault("bytes behind the last record");
      return false;
    }
    this.left--;
    this.record(this.following);
    this.following += this.size;
    return true;
  }

  /** Checks a record's header. */
  private record(at: number): void {
    this.at = at;
    if (this.end - at < RECORD_HEADER) this.fault("record cut off");
    const word = at >>> 2;
    const size = this.all[word];
    const head = this.all[word + 1];
    this.size = size;
    this.kind = head & 0xffff;
    this.fixed = head >>> 16;
    if (size < RECORD_HEADER || size % 8 !== 0 || size > this.end - at) this.fault(`size ${size} of the record is impossible`);
    if (this.fixed < RECORD_HEADER || this.fixed > size) this.fault(`fixed part of ${this.fixed} bytes is impossible`);
  }

  /** The word at which a record's fixed part begins, from `words`; what an older writer did not have is zero there. */
  part(at: number, known: number): number {
    if (at !== this.at) this.record(at);
    this.budget = this.size - this.fixed;
    this.words = this.all;
    if (this.fixed >= known) return at >>> 2;
    this.short ??= new Uint32Array(0x4000);
    this.short.fill(0, 0, (known + 3) >>> 2);
    new Uint8Array(this.short.buffer).set(this.bytes.subarray(at, at + this.fixed));
    this.words = this.short;
    return 0;
  }

  /** A word of the fixed part of the record that `next` came to, before it is read: to look at a handle without reading the rest. */
  peek(word: number): number {
    return word * 4 < this.fixed ? this.all[(this.at >>> 2) + word] : 0;
  }

  /** A list<u8> of the record that `next` came to, where it lies: its pair is at `word`. Good until the memory changes. */
  look(word: number): { words: Uint32Array; from: number; count: number } {
    const offset = this.peek(word);
    const length = this.peek(word + 1);
    this.budget = this.size - this.fixed;
    if (length !== 0) this.within(offset, length);
    if ((offset | length) % 4 !== 0) this.fault(`${length} bytes at ${offset} are no words`);
    return { words: this.all, from: (this.at + offset) >>> 2, count: length >>> 2 };
  }

  u64(low: number, high: number): number {
    if (high > 0x1fffff) this.fault("number beyond 2^53");
    return high * 0x1_0000_0000 + low;
  }

  bool(bits: number): boolean {
    const value = bits & 0xff;
    if (value > 1) this.fault(`${value} is neither true nor false`);
    return value === 1;
  }

  oneOf<T>(cases: readonly T[], bits: number): T {
    const value = bits & 0xff;
    if (value >= cases.length) this.fault(`there is no case ${value}`);
    return cases[value];
  }

  string(offset: number, length: number): string {
    if (length === 0) return "";
    this.within(offset, length);
    return readText(this.bytes, this.at + offset, length);
  }

  /** A copy of a list<u8>. */
  list8(offset: number, length: number): Uint8Array {
    if (length === 0) return new Uint8Array(0);
    this.within(offset, length);
    return new Uint8Array(this.bytes.subarray(this.at + offset, this.at + offset + length));
  }

  /** A list, each element read by `read` from its word of `words`. */
  list<T>(offset: number, count: number, stride: number, alignment: number, read: (reader: FrameReader, word: number) => T): T[] {
    if (count === 0) return [];
    this.within(offset, count * stride);
    if (offset % alignment !== 0) this.fault(`list at ${offset} is not aligned`);
    this.words = this.all;
    const first = (this.at + offset) >>> 2;
    // As long as it is, from the first: an array that grows takes room for seventeen.
    const list = new Array<T>(count);
    for (let i = 0; i < count; i++) list[i] = read(this, first + ((i * stride) >>> 2));
    return list;
  }

  /** Throws a FrameError. */
  fault(message: string): never {
    throw new FrameError(message, this.at - this.start);
  }

  private within(offset: number, length: number): void {
    if (offset < this.fixed || offset + length > this.size) this.fault(`${length} bytes at ${offset} are outside of the record`);
    if (length > this.budget) this.fault("strings and lists overlap");
    this.budget -= length;
  }
}
