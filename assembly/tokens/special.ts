import { Builder } from "../text/builder";
import { countTokens } from "./count";
import { encodeText } from "./encode";
import { TokenTable, base } from "./table";

// Special tokens: texts that have ids of their own, which stand for something that is not text. What a user wrote must never become one,
// so they are only seen where they are asked for. A table's special tokens are in sets, since one table serves several encodings.

export const RECORD: usize = 12;

/** One special token, by the address of its record. */
export class Special {
  @inline static id(record: usize): u32 {
    return load<u32>(record);
  }

  @inline static sets(record: usize): u32 {
    return load<u16>(record, 4);
  }

  @inline static length(record: usize): u32 {
    return load<u16>(record, 6);
  }

  @inline static bytes(record: usize): usize {
    return load<u32>(record, 8);
  }
}

/** The first one of that id, or 0. */
export function findSpecialById(id: u32): usize {
  const table = changetype<TokenTable>(base);
  const end = table.special + RECORD * table.specials;
  for (let record = table.special; record < end; record += RECORD) if (Special.id(record) == id) return record;
  return 0;
}

/** The longest one of these sets that the text begins with, or 0. They are in the order of their bytes. */
function specialAt(at: usize, length: u32, sets: u32): usize {
  const table = changetype<TokenTable>(base);
  if (!load<u8>(table.specialFirst + load<u8>(at))) return 0;
  while (length) {
    const record = lastUpTo(table, at, length);
    if (!record) return 0;
    const size = Special.length(record);
    const common = commonLength(Special.bytes(record), at, min(size, length));
    if (common == size && Special.sets(record) & sets) return record;
    // What else the text begins with is shorter than what both have in common.
    length = common == size ? size - 1 : common;
  }
  return 0;
}

/** The last one that is not behind the text, or 0. */
function lastUpTo(table: TokenTable, at: usize, length: u32): usize {
  let low: u32 = 0;
  let high = table.specials;
  while (low < high) {
    const middle = (low + high) >> 1;
    const record = table.special + RECORD * middle;
    if (compareBytes(Special.bytes(record), Special.length(record), at, length) <= 0) low = middle + 1;
    else high = middle;
  }
  return low ? table.special + RECORD * (low - 1) : 0;
}

export function compareBytes(a: usize, aLength: u32, b: usize, bLength: u32): i32 {
  const order = memory.compare(a, b, min(aLength, bLength));
  return order ? order : aLength < bLength ? -1 : aLength > bLength ? 1 : 0;
}

function commonLength(a: usize, b: usize, most: u32): u32 {
  let length: u32 = 0;
  while (length < most && load<u8>(a + length) == load<u8>(b + length)) length++;
  return length;
}

/** Appends the ids of valid UTF-8 in which special tokens of these sets mean themselves. */
export function encodeWithSpecials(ids: Builder, at: usize, length: u32, sets: u32): void {
  const end = at + length;
  let start = at;
  while (at < end) {
    const special = specialAt(at, <u32>(end - at), sets);
    if (!special) {
      at++;
      continue;
    }
    encodeText(ids, start, <u32>(at - start));
    store<u32>(ids.room(4), Special.id(special));
    ids.length += 4;
    start = at += Special.length(special);
  }
  encodeText(ids, start, <u32>(end - start));
}

/** How many tokens that makes. */
export function countWithSpecials(at: usize, length: u32, sets: u32): u32 {
  const end = at + length;
  let start = at;
  let count: u32 = 0;
  while (at < end) {
    const special = specialAt(at, <u32>(end - at), sets);
    if (!special) {
      at++;
      continue;
    }
    count += countTokens(start, <u32>(at - start)) + 1;
    start = at += Special.length(special);
  }
  return count + countTokens(start, <u32>(end - start));
}
