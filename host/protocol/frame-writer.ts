import { bytesOf, textLength, writeText } from "./text.ts";

/** What holds the bytes: a WebAssembly.Memory, whose buffer may be replaced, or anything with a buffer. */
export interface Memory {
  readonly buffer: ArrayBufferLike;
}

/** Where a frame goes: an offset that is a multiple of 8, and the bytes there. */
export interface Room {
  offset: number;
  capacity: number;
}

/** Gives room for `bytes` in the same memory. What was written is carried over by the writer. */
export type MoreRoom = (bytes: number) => Room;

const VERSION = 1;
const HEADER = 16;
/** So that the end of a record can always be padded. */
const SLACK = 8;

/**
 * Writes a frame straight into memory, such as the core's own. The generated `write…` functions call it; positions are words (4 bytes)
 * from the record's start. A record that throws half-way leaves the frame as it was before. Little-endian machines only.
 */
export class FrameWriter {
  private readonly memory: Memory;
  private readonly more: MoreRoom | undefined;
  private bytes!: Uint8Array;
  private words!: Uint32Array;
  private start = 0;
  private limit = 0;
  /** Where the next record goes. */
  private next = 0;
  /** The record that is being written, in bytes and words, and where its variable data goes on. */
  private record = 0;
  private base = 0;
  private tail = 0;
  private records = 0;

  constructor(memory: Memory, room: Room, more?: MoreRoom) {
    this.memory = memory;
    this.more = more;
    this.open(room);
  }

  /** Begins a new frame. */
  open(room: Room): void {
    this.view(room);
    this.next = this.start + HEADER;
    this.records = 0;
  }

  /** Begins a new frame where the last one was. */
  again(): void {
    this.next = this.start + HEADER;
    this.records = 0;
  }

  /** Records written. */
  get count(): number {
    return this.records;
  }

  /** Bytes written, the header included. */
  get length(): number {
    return this.next - this.start;
  }

  /** Writes the header. `time` in milliseconds, undefined for never. Gives the frame's length. */
  finish(flags: number, time: number | undefined): number {
    if (this.words.length === 0) this.refresh();
    const { words } = this;
    const at = this.start >>> 2;
    words[at] = VERSION | (flags << 16);
    words[at + 1] = this.records;
    this.base = at;
    if (time === undefined) words[at + 2] = words[at + 3] = 0xffffffff;
    else this.u64(2, time);
    return this.length;
  }

  /** Begins a record. `fixed` is the end of its fixed part, every word of which is to be written. */
  begin(kind: number, fixed: number): void {
    if (this.words.length === 0) this.refresh();
    this.record = this.next;
    this.tail = this.next;
    this.base = this.next >>> 2;
    if (this.tail + fixed > this.limit) this.grow(fixed);
    this.tail += fixed;
    this.words[this.base + 1] = kind | (fixed << 16);
  }

  /** Ends the record. */
  end(): void {
    const { bytes, record } = this;
    const end = this.tail + (-this.tail & 7);
    for (let i = this.tail; i < end; i++) bytes[i] = 0;
    this.words[this.base] = end - record;
    this.next = end;
    this.records++;
  }

  /** A word as it is: small fields side by side, or padding. */
  word(word: number, bits: number): void {
    this.words[this.base + word] = bits;
  }

  u32(word: number, value: number): void {
    if (value >>> 0 !== value) this.refuse(word, value, "u32");
    this.words[this.base + word] = value;
  }

  /** Throws RangeError unless it is a safe integer. */
  u64(word: number, value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) this.refuse(word, value, "u64 that is a safe integer");
    const at = this.base + word;
    this.words[at] = value >>> 0;
    this.words[at + 1] = (value / 0x1_0000_0000) >>> 0;
  }

  /** Text behind the fixed part; the pair at `word` says where. */
  string(word: number, text: string): void {
    let length = text.length;
    if (length !== 0) {
      if (this.tail + length * 3 > this.limit) this.reserve(textLength(text));
      length = writeText(this.bytes, text, this.tail);
    }
    this.pair(word, length, length);
  }

  /** A list<u8>. */
  list8(word: number, value: Uint8Array): void {
    const { length } = value;
    if (length !== 0) {
      this.reserve(length);
      this.bytes.set(value, this.tail);
    }
    this.pair(word, length, length);
  }

  /** A list, each element written by `write` into the words from a place it is given. Alignment is 4 or 8. */
  list<T>(word: number, values: readonly T[], stride: number, alignment: number, write: (writer: FrameWriter, at: number, value: T) => void): void {
    const count = values.length;
    const length = count * stride;
    if (count !== 0) {
      this.reserve(length + alignment);
      while (this.tail % alignment) this.bytes[this.tail++] = 0;
    }
    const first = (this.tail - this.record) >>> 2;
    this.pair(word, count, length);
    for (let i = 0; i < count; i++) write(this, first + ((i * stride) >>> 2), values[i]);
  }

  /** Throws a RangeError that says which field it was. */
  refuse(word: number, value: unknown, wanted: string): never {
    const kind = this.words[this.base + 1] & 0xffff;
    throw new RangeError(`not a ${wanted}: ${String(value)} (kind ${kind}, byte ${word * 4})`);
  }

  private pair(word: number, count: number, length: number): void {
    const at = this.base + word;
    this.words[at] = count === 0 ? 0 : this.tail - this.record;
    this.words[at + 1] = count;
    this.tail += length;
  }

  private reserve(bytes: number): void {
    if (this.tail + bytes > this.limit) this.grow(bytes);
  }

  /** Moves the frame to where there is room for `bytes` behind what is written. */
  private grow(bytes: number): void {
    const { start } = this;
    const used = this.tail - start;
    if (!this.more) throw new RangeError(`no room for ${bytes} bytes more in the frame`);
    // Taken first: asking for room may free or replace what held the frame.
    const kept = new Uint8Array(this.bytes.subarray(start, this.tail));
    const wanted = Math.max(used + bytes + SLACK, (this.limit + SLACK - start) * 2);
    const room = this.more(wanted);
    if (room.capacity < used + bytes + SLACK) throw new RangeError(`room for ${room.capacity} bytes instead of ${wanted}`);
    this.view(room);
    this.bytes.set(kept, this.start);
    const moved = this.start - start;
    this.next += moved;
    this.record += moved;
    this.tail += moved;
    this.base = this.record >>> 2;
  }

  private view(room: Room): void {
    if (room.offset % 8) throw new RangeError(`a frame must begin on a multiple of 8, not at ${room.offset}`);
    if (this.words === undefined || this.words.buffer !== this.memory.buffer) this.refresh();
    this.start = room.offset;
    this.limit = room.offset + room.capacity - SLACK;
    if (room.capacity < HEADER + SLACK || room.offset + room.capacity > this.bytes.length)
      throw new RangeError(`no room for a frame in ${room.capacity} bytes`);
  }

  /** The memory has grown: what was seen of it is gone. */
  private refresh(): void {
    const { buffer } = this.memory;
    this.bytes = bytesOf(buffer);
    this.words = new Uint32Array(buffer, 0, buffer.byteLength >>> 2);
  }
}
