import { output, room, step } from "../engine";
import { Arena, freeArena, newArena } from "../memory/arena";
import { COMMAND_LAYOUTS, COMMAND_STRIDE, ELEMENTS, ENTRIES, EVENT_LAYOUTS, EVENT_STRIDE, Op } from "./layout";
import { PROTOCOL } from "./types";

// The typed door, for hosts of the component model: the canonical ABI's memory on the outside, the same frames inside.
//
// A record lies in both in the same way, except that the canonical ABI has an address where a frame has an offset from the record's start.
// So a case's fixed part is copied as it is, and then the pairs of its strings and lists are followed, by the table of layout.ts.
//
//   variant:     u8 case | 7 bytes | the case's record ...
//   step-result: commands: address, count | next-wake: u8 some, 7 bytes, u64 | more: u8
//
// What the host writes for a call, and what it reads of the answer, lies in an arena that is freed when the host has read it.

const FRAME_HEADER: u32 = 16;
const VERSION: u16 = 1;
/** Where a variant's record lies: as far from its start as a frame record's fixed part, so that both count offsets alike. */
const PAYLOAD: u32 = 8;
const NEVER: u64 = u64.MAX_VALUE;

let call: Arena = changetype<Arena>(0);
/** The record that is being read or written, and where its variable data goes on. */
let record: usize = 0;
let tail: usize = 0;

function allocate(bytes: u32): usize {
  if (!changetype<usize>(call)) call = newArena();
  return call.allocate(bytes);
}

/** Memory for what the host passes in: `cabi_realloc`. */
export function c_realloc(old: usize, oldSize: u32, alignment: u32, size: u32): usize {
  if (!size) return alignment;
  const moved = allocate(size);
  memory.copy(moved, old, min(oldSize, size));
  return moved;
}

/** Called when the host has read an answer. */
export function c_post(_answer: usize): void {
  if (!changetype<usize>(call)) return;
  freeArena(call);
  call = changetype<Arena>(0);
}

/** `protocol` */
export function c_protocol(): u32 {
  return PROTOCOL;
}

/** `step-frame`: answers with the address of an address and a length. */
export function c_step_frame(at: usize, length: u32): usize {
  memory.copy(room(length), at, length);
  const answerLength = step(length);
  const answer = allocate(8);
  store<usize>(answer, output());
  store<u32>(answer, answerLength, 4);
  return answer;
}

/** `step`: answers with the address of a step-result. */
export function c_step(now: u64, events: usize, count: u32): usize {
  const length = step(writeEvents(now, events, count));
  return readCommands(output(), length);
}

/** Writes a frame of events; gives its length. */
function writeEvents(now: u64, events: usize, count: u32): u32 {
  let bytes: u32 = FRAME_HEADER;
  for (let i: u32 = 0; i < count; i++) {
    const event = events + i * EVENT_STRIDE;
    const layout = EVENT_LAYOUTS + ((<usize>load<u8>(event)) << 3);
    bytes += ((load<u32>(layout, 4) + 7) & ~7) + measure(event, load<u32>(layout));
  }
  const frame = room(bytes);
  store<u16>(frame, VERSION);
  store<u16>(frame, 0, 2);
  store<u32>(frame, count, 4);
  store<u64>(frame, now, 8);
  record = frame + FRAME_HEADER;
  for (let i: u32 = 0; i < count; i++) writeEvent(events + i * EVENT_STRIDE);
  return <u32>(record - frame);
}

function writeEvent(event: usize): void {
  const kind = <u32>load<u8>(event);
  const layout = EVENT_LAYOUTS + (kind << 3);
  const fixed = load<u32>(layout, 4);
  memory.copy(record + PAYLOAD, event + PAYLOAD, fixed - PAYLOAD);
  tail = record + fixed;
  lower(record, load<u32>(layout));
  const end = (tail + 7) & ~7;
  memory.fill(tail, 0, end - tail);
  store<u32>(record, <u32>(end - record));
  store<u16>(record, <u16>kind, 4);
  store<u16>(record, <u16>fixed, 6);
  record = end;
}

/** No fewer bytes than the variable data of what begins at `base`, and the gaps in it, will take. */
function measure(base: usize, entries: u32): u32 {
  let bytes: u32 = 8;
  let next = ENTRIES + ((entries & 0xffff) << 2);
  for (const end = next + ((entries >> 16) << 2); next < end; next += 4) {
    const entry = load<u32>(next);
    const at = base + (entry & 0xffff);
    const op = entry >> 24;
    if (op == Op.String || op == Op.Bytes) bytes += load<u32>(at, 4);
    else if (op == Op.Has) next += load<u8>(at) ? 0 : skipped(entry);
    else if (op == Op.List) {
      const element = elementOf(entry);
      const count = load<u32>(at, 4);
      for (let i: u32 = 0; i < count; i++) bytes += measure(load<usize>(at) + i * strideOf(element), load<u32>(element)) + strideOf(element);
    }
  }
  return bytes;
}

/** Copies what the addresses point at behind the record, and makes them offsets. */
function lower(base: usize, entries: u32): void {
  let next = ENTRIES + ((entries & 0xffff) << 2);
  for (const end = next + ((entries >> 16) << 2); next < end; next += 4) {
    const entry = load<u32>(next);
    const at = base + (entry & 0xffff);
    const op = entry >> 24;
    if (op == Op.Has && !load<u8>(at)) next += skipped(entry);
    else if (op == Op.String || op == Op.Bytes) move(at, load<u32>(at, 4));
    else if (op == Op.List) lowerList(at, elementOf(entry));
  }
}

function lowerList(at: usize, element: usize): void {
  const count = load<u32>(at, 4);
  const stride = strideOf(element);
  if (count) {
    const start = (tail + alignmentOf(element) - 1) & ~(alignmentOf(element) - 1);
    memory.fill(tail, 0, start - tail);
    tail = start;
  }
  let next = tail;
  move(at, count * stride);
  for (const end = tail; next < end; next += stride) lower(next, load<u32>(element));
}

/** Copies the bytes that a pair points at to the tail; the pair then holds their offset. */
function move(at: usize, bytes: u32): void {
  memory.copy(tail, load<usize>(at), bytes);
  store<u32>(at, bytes ? <u32>(tail - record) : 0);
  tail += bytes;
}

/** Gives the step-result that an output frame says. Strings stay where they are: the frame is kept until the next step. */
function readCommands(frame: usize, length: u32): usize {
  const count = load<u32>(frame, 4);
  const commands = allocate(count * COMMAND_STRIDE);
  record = frame + FRAME_HEADER;
  for (let i: u32 = 0; i < count; i++) {
    const command = commands + i * COMMAND_STRIDE;
    const kind = <u32>load<u16>(record, 4);
    const layout = COMMAND_LAYOUTS + (kind << 3);
    store<u8>(command, <u8>kind);
    memory.copy(command + PAYLOAD, record + PAYLOAD, load<u32>(layout, 4) - PAYLOAD);
    lift(command, load<u32>(layout));
    record += load<u32>(record);
  }
  assert(record == frame + length);
  const result = allocate(32);
  store<usize>(result, commands);
  store<u32>(result, count, 4);
  const wake = load<u64>(frame, 8);
  store<u8>(result, <u8>(wake != NEVER), 8);
  store<u64>(result, wake, 16);
  store<u8>(result, load<u8>(frame, 2) & 1, 24);
  return result;
}

/** Makes offsets addresses. Lists are copied, because their elements hold offsets too. */
function lift(base: usize, entries: u32): void {
  let next = ENTRIES + ((entries & 0xffff) << 2);
  for (const end = next + ((entries >> 16) << 2); next < end; next += 4) {
    const entry = load<u32>(next);
    const at = base + (entry & 0xffff);
    const op = entry >> 24;
    if (op == Op.Has && !load<u8>(at)) next += skipped(entry);
    else if (op == Op.String || op == Op.Bytes) store<usize>(at, load<u32>(at, 4) ? record + load<u32>(at) : 0);
    else if (op == Op.List) liftList(at, elementOf(entry));
  }
}

function liftList(at: usize, element: usize): void {
  const stride = strideOf(element);
  const bytes = load<u32>(at, 4) * stride;
  const list = allocate(bytes);
  memory.copy(list, record + load<u32>(at), bytes);
  store<usize>(at, list);
  for (let next = list; next < list + bytes; next += stride) lift(next, load<u32>(element));
}

/** Bytes of the entries that an option without a value skips. */
function skipped(entry: u32): u32 {
  return ((entry >> 16) & 0xff) << 2;
}

function elementOf(entry: u32): usize {
  return ELEMENTS + (((entry >> 16) & 0xff) << 3);
}

function strideOf(element: usize): u32 {
  return load<u16>(element, 4);
}

function alignmentOf(element: usize): usize {
  return load<u16>(element, 6);
}
