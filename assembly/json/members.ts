// Members by key. A few are looked through; of many, the reader keeps their addresses sorted: by key, then as written. Sorted and not
// hashed, so that no choice of keys makes it slow. Of equal keys the last one counts, as everywhere in JSON.

import { Arena } from "../memory/arena";
import { sortAddresses } from "../memory/sort";
import { isWord, sameBytes, compareBytes } from "../text/slice";
import { JsonKind, JsonNode } from "./node";

/** From this many members on an object is indexed. */
export const INDEXED: u32 = 17;

/** The member of that name, or null. Also null if this is no object. */
export function member(object: JsonNode, at: usize, length: u32): JsonNode | null {
  if (object.kind != JsonKind.Object) return null;
  if (object.index) return indexed(object, at, length);
  let found = changetype<JsonNode>(0);
  for (let each = object.first; each; each = each.next) {
    if (sameBytes(each.keyAt, each.keyLength, at, length)) found = each;
  }
  return found;
}

/** The member of that ASCII name, or null. */
export function memberNamed(object: JsonNode, word: string): JsonNode | null {
  if (object.kind != JsonKind.Object) return null;
  let found = changetype<JsonNode>(0);
  for (let each = object.first; each; each = each.next) {
    if (isWord(each.keyAt, each.keyLength, word)) found = each;
  }
  return found;
}

function indexed(object: JsonNode, at: usize, length: u32): JsonNode | null {
  let low: u32 = 0;
  let high = object.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    const each = load<JsonNode>(object.index + ((<usize>middle) << 2));
    if (compareKeys(each.keyAt, each.keyLength, at, length) <= 0) low = middle + 1;
    else high = middle;
  }
  if (!low) return null;
  const last = load<JsonNode>(object.index + ((<usize>(low - 1)) << 2));
  return compareKeys(last.keyAt, last.keyLength, at, length) == 0 ? last : null;
}

function compareKeys(a: usize, aLength: u32, b: usize, bLength: u32): i32 {
  const order = compareBytes(a, b, min(aLength, bLength));
  return order ? order : <i32>aLength - <i32>bLength;
}

export function byKey(a: usize, b: usize): i32 {
  const one = changetype<JsonNode>(a);
  const other = changetype<JsonNode>(b);
  return compareKeys(one.keyAt, one.keyLength, other.keyAt, other.keyLength);
}

/** The children, sorted; equal ones as written. An array of addresses. */
export function sortChildren(arena: Arena, parent: JsonNode, compare: (a: usize, b: usize) => i32): usize {
  const from = arena.allocate(parent.count << 2);
  let at = from;
  for (let each = parent.first; each; each = each.next, at += 4) store<JsonNode>(at, each);
  return sortAddresses(arena, from, parent.count, compare);
}

/** Whether a key comes twice; large objects are given their index on the way. */
export function indexMembers(arena: Arena, object: JsonNode): bool {
  if (object.count < INDEXED) {
    for (let a = object.first; a; a = a.next) {
      for (let b = a.next; b; b = b.next) if (sameBytes(a.keyAt, a.keyLength, b.keyAt, b.keyLength)) return true;
    }
    return false;
  }
  object.index = sortChildren(arena, object, byKey);
  let twice = false;
  for (let at = object.index, last = at + ((<usize>(object.count - 1)) << 2); at < last; at += 4) {
    if (byKey(load<usize>(at), load<usize>(at, 4)) == 0) twice = true;
  }
  return twice;
}
