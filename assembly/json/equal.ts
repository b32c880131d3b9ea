// When two JSON values are the same: numbers by value, strings by their text, arrays in order, objects whatever their order.

import { hashBytes, hashNumber } from "../text/hash";
import { sameBytes } from "../text/slice";
import { compareDecimals, decimalHash } from "./decimal";
import { member } from "./members";
import { DUPLICATE, JsonKind, JsonNode } from "./node";

export function sameJson(a: JsonNode, b: JsonNode): bool {
  if (a.kind != b.kind) return false;
  if (a.kind == JsonKind.Number) return compareDecimals(a.at, a.length, b.at, b.length) == 0;
  if (a.kind == JsonKind.String) return sameBytes(a.at, a.length, b.at, b.length);
  if (a.kind < JsonKind.Array) return true;
  if (a.count != b.count) return false;
  if (a.kind == JsonKind.Object) return hasMembersOf(a, b) && (!((a.flags | b.flags) & DUPLICATE) || hasMembersOf(b, a));
  let other = b.first;
  for (let each = a.first; each && other; each = each.next, other = other.next) if (!sameJson(each, other)) return false;
  return true;
}

function hasMembersOf(a: JsonNode, b: JsonNode): bool {
  for (let each = b.first; each; each = each.next) {
    const mine = member(a, each.keyAt, each.keyLength);
    if (!mine || !sameJson(mine, each)) return false;
  }
  return true;
}

/** Equal for equal values: of arguments whose keys stand in another order, of 1 and 1.0. */
export function jsonHash(node: JsonNode): u64 {
  if (node.kind == JsonKind.Number) return decimalHash(node.at, node.length);
  let hash = hashNumber(0, node.kind);
  if (node.kind == JsonKind.String) return hashBytes(hash, node.at, node.length);
  const object = node.kind == JsonKind.Object;
  for (let each = node.first; each; each = each.next) {
    if (object) hash += hashNumber(hashBytes(0, each.keyAt, each.keyLength), jsonHash(each));
    else hash = hashNumber(hash, jsonHash(each));
  }
  return hash;
}
