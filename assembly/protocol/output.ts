import { blockSize, giveBlock, takeBlock } from "../memory/blocks";

// The frame that a step gives: docs/protocol.md has the layout. One buffer, used again by each step.

const HEADER: u32 = 16;
const VERSION: u16 = 1;
const FIRST_ROOM: u32 = 1 << 16;

let buffer: usize = 0;
let capacity: u32 = 0;
let used: u32 = 0;
let count: u32 = 0;
/** The record that is being written, and where its variable data goes on. */
let record: usize = 0;
let tail: usize = 0;

export function beginOutput(): void {
  if (!capacity) grow(FIRST_ROOM);
  used = HEADER;
  count = 0;
}

/** Writes the header; gives the frame's length. A time that no number of 53 bits can tell is never. */
export function endOutput(more: bool, nextWake: u64): u32 {
  store<u16>(buffer, VERSION);
  store<u16>(buffer, <u16>more, 2);
  store<u32>(buffer, count, 4);
  store<u64>(buffer, nextWake >> 53 ? u64.MAX_VALUE : nextWake, 8);
  return used;
}

export function outputFrame(): usize {
  return buffer;
}

/** How much is written: a place to return to, or to read on from. */
export function outputMark(): u32 {
  return used;
}

export function outputCount(): u32 {
  return count;
}

/** Forgets what was written after a mark. */
export function rewindOutput(mark: u32, records: u32): void {
  used = mark;
  count = records;
}

function grow(bytes: u32): void {
  const size = blockSize(max(bytes, capacity << 1));
  const moved = takeBlock(size);
  if (capacity) {
    memory.copy(moved, buffer, used);
    giveBlock(buffer, capacity);
  }
  buffer = moved;
  capacity = size;
}

/** Begins a record whose fixed part ends at `fixed`, with room for `variable` bytes behind it, padding included. Its fields are zero. */
export function beginRecord(kind: u32, fixed: u32, variable: u32): usize {
  const room = fixed + variable + 16;
  if (used + room > capacity) grow(used + room);
  record = buffer + used;
  memory.fill(record, 0, fixed);
  store<u16>(record, <u16>kind, 4);
  store<u16>(record, <u16>fixed, 6);
  tail = record + fixed;
  return record;
}

/** Puts text or bytes behind the fixed part; `field` is the record's offset of the pair that says where. */
export function putBytes(field: u32, from: usize, length: u32): void {
  putBytesOf(record + field, from, length);
}

/** The same for a pair inside a list's element. */
export function putBytesOf(pair: usize, from: usize, length: u32): void {
  if (!length) return;
  store<u32>(pair, <u32>(tail - record));
  store<u32>(pair, length, 4);
  memory.copy(tail, from, length);
  tail += length;
}

/** Room for a list's elements, zeroed; their alignment is 4 or 8. */
export function putList(field: u32, elements: u32, stride: u32, alignment: u32): usize {
  if (!elements) return 0;
  const start = (tail + alignment - 1) & ~(<usize>alignment - 1);
  const bytes = elements * stride;
  memory.fill(tail, 0, start - tail + bytes);
  store<u32>(record + field, <u32>(start - record));
  store<u32>(record + field, elements, 4);
  tail = start + bytes;
  return start;
}

/** Raw bytes of a list<u8> field that are filled in later; where they begin. */
export function putRoom(field: u32, bytes: u32): usize {
  const start = (tail + 7) & ~7;
  memory.fill(tail, 0, start - tail);
  store<u32>(record + field, <u32>(start - record));
  store<u32>(record + field, bytes, 4);
  tail = start + bytes;
  return start;
}

export function endRecord(): void {
  store<u64>(tail, 0);
  const size = (<u32>(tail - record) + 7) & ~7;
  store<u32>(record, size);
  used += size;
  count++;
}
