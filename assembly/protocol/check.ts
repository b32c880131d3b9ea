import { isUtf8 } from "../text/utf8";
import { EVENT_KINDS } from "./events";
import { ELEMENTS, ENTRIES, EVENT_LAYOUTS, Op } from "./layout";

// The check of a frame of events, before anything in it is believed. It reads nothing outside of the frame, and its work is linear in the
// frame's length: what the strings and lists of a record say they hold, together, must fit into the record, so that no byte can be
// pointed at a thousand times.

/** What is wrong with a frame. */
export const enum FrameFault {
  None,
  /** Too short for a header. */
  Header,
  Version,
  /** A flag that no input has. */
  Flags,
  /** A record's size is no multiple of 8, or leaves the frame. */
  Size,
  Kind,
  /** The fixed part is longer than the record. */
  Fixed,
  /** The fixed part is shorter than this version's. */
  Older,
  /** Bytes behind the last record. */
  Trailing,
  /** A string or list lies outside of its record. */
  Bounds,
  /** A list's elements are not aligned. */
  Alignment,
  /** An enum, bool or option has no such case. */
  Case,
  /** A number of 2^53 or more. */
  Number,
  Utf8,
}

const FRAME_HEADER: u32 = 16;
const RECORD_HEADER: u32 = 8;
const VERSION: u16 = 1;
/** The high half of a number that is not below 2^53 is above this. */
const WIDEST: u32 = 0x1fffff;

let reason: FrameFault = FrameFault.None;
let frame: usize = 0;
/** The record that is being checked, its header, and the bytes that strings and lists may still take. */
let record: usize = 0;
let size: u32 = 0;
let fixed: u32 = 0;
let budget: u32 = 0;

/** Why the last frame was refused. */
export function frameFault(): FrameFault {
  return reason;
}

/** 0 if the frame of events is well-formed; else 1 + the offset of what is wrong first. `at` is a multiple of 8. */
export function checkFrame(at: usize, length: u32): u32 {
  frame = at;
  reason = FrameFault.None;
  if (length < FRAME_HEADER) return refuse(at, FrameFault.Header);
  if (load<u16>(at) != VERSION) return refuse(at, FrameFault.Version);
  if (load<u16>(at, 2)) return refuse(at + 2, FrameFault.Flags);
  if (load<u32>(at, 12) > WIDEST) return refuse(at + 8, FrameFault.Number);
  const end = at + length;
  record = at + FRAME_HEADER;
  for (let left = load<u32>(at, 4); left; left--) {
    const fault = checkRecord(<u32>(end - record));
    if (fault) return fault;
    record += size;
  }
  return record == end ? 0 : refuse(record, FrameFault.Trailing);
}

function checkRecord(room: u32): u32 {
  if (room < RECORD_HEADER) return refuse(record, FrameFault.Size);
  size = load<u32>(record);
  if (size < RECORD_HEADER || size & 7 || size > room) return refuse(record, FrameFault.Size);
  const kind = <u32>load<u16>(record, 4);
  if (kind >= EVENT_KINDS) return refuse(record + 4, FrameFault.Kind);
  fixed = load<u16>(record, 6);
  if (fixed > size) return refuse(record + 6, FrameFault.Fixed);
  const layout = EVENT_LAYOUTS + (kind << 3);
  if (fixed < load<u32>(layout, 4)) return refuse(record + 6, FrameFault.Older);
  budget = size - fixed;
  return checkEntries(record, load<u32>(layout));
}

/** Checks what begins at `base` by a row of entries. */
function checkEntries(base: usize, entries: u32): u32 {
  let next = ENTRIES + ((entries & 0xffff) << 2);
  const end = next + ((entries >> 16) << 2);
  while (next < end) {
    const entry = load<u32>(next);
    const at = base + (entry & 0xffff);
    const argument = (entry >> 16) & 0xff;
    next += 4;
    switch (entry >> 24) {
      case Op.Case: {
        if (<u32>load<u8>(at) >= argument) return refuse(at, FrameFault.Case);
        break;
      }
      case Op.Wide: {
        if (load<u32>(at, 4) > WIDEST) return refuse(at, FrameFault.Number);
        break;
      }
      case Op.Has: {
        const has = load<u8>(at);
        if (has > 1) return refuse(at, FrameFault.Case);
        if (!has) next += argument << 2;
        break;
      }
      case Op.String: {
        const length = load<u32>(at, 4);
        if (!take(load<u32>(at), length)) return refuse(at, FrameFault.Bounds);
        const text = record + load<u32>(at);
        if (!isUtf8(text, length)) return refuse(text, FrameFault.Utf8);
        break;
      }
      case Op.Bytes: {
        if (!take(load<u32>(at), load<u32>(at, 4))) return refuse(at, FrameFault.Bounds);
        break;
      }
      default: {
        const fault = checkList(at, ELEMENTS + (argument << 3));
        if (fault) return fault;
      }
    }
  }
  return 0;
}

function checkList(at: usize, element: usize): u32 {
  const offset = load<u32>(at);
  const count = load<u32>(at, 4);
  const stride = load<u16>(element, 4);
  const bytes = <u64>count * stride;
  if (bytes > budget || !take(offset, <u32>bytes)) return refuse(at, FrameFault.Bounds);
  if (offset & (load<u16>(element, 6) - 1)) return refuse(at, FrameFault.Alignment);
  let next = record + offset;
  for (const end = next + <u32>bytes; next < end; next += stride) {
    const fault = checkEntries(next, load<u32>(element));
    if (fault) return fault;
  }
  return 0;
}

/** Whether a string or list may lie there. Nothing lies at 0. */
function take(offset: u32, length: u32): bool {
  if (!length) return offset == 0;
  if (length > budget || offset < fixed || offset > size - length) return false;
  budget -= length;
  return true;
}

function refuse(at: usize, fault: FrameFault): u32 {
  reason = fault;
  return 1 + <u32>(at - frame);
}
