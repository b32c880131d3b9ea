import { Plan } from "../definition/plan";
import { memberNamed } from "../json/members";
import { JsonKind, JsonNode, isString, isTrue } from "../json/node";
import { readJson } from "../json/reader";
import { scratch } from "../memory/scratch";
import { STRING_ELEMENT_SIZE, StringElement } from "../protocol/types";
import { sameBytes } from "../text/slice";

// What a definition says of who may use it, as JSON, and how it is looked at.

/** Null: it says nothing, and whoever comes may do what they want. Good until `scratch` is used again. */
export function rulesOf(plan: Plan): JsonNode | null {
  scratch.free();
  return plan.securityLength ? readJson(scratch, plan.security, plan.securityLength).root : null;
}

/** The value under a key, or null. */
export function at(object: JsonNode | null, key: string): JsonNode | null {
  return object === null ? null : memberNamed(object, key);
}

export function flagAt(object: JsonNode | null, key: string, fallback: bool): bool {
  const value = at(object, key);
  return value === null ? fallback : isTrue(value);
}

export function isAt(object: JsonNode | null, key: string, word: string): bool {
  const value = at(object, key);
  return value !== null && isString(value, word);
}

/** Permissions and records are on by themselves wherever others come (grammar §1.10). */
export function isOn(rules: JsonNode, key: string): bool {
  return flagAt(at(rules, key), "enabled", !isAt(rules, "environment", "development"));
}

/** Whether a list of texts has this one, or, with `folded`, one that differs in capitals alone. */
export function lists(list: JsonNode | null, text: usize, length: u32, folded: bool): bool {
  if (list === null) return false;
  for (let item = list.first; item; item = item.next) {
    if (item.kind != JsonKind.String || item.length != length) continue;
    if (folded ? sameFolded(item.at, text, length) : sameBytes(item.at, length, text, length)) return true;
  }
  return false;
}

function sameFolded(a: usize, b: usize, length: u32): bool {
  for (let i: u32 = 0; i < length; i++) if (lower(load<u8>(a + i)) != lower(load<u8>(b + i))) return false;
  return true;
}

function lower(c: u32): u32 {
  return c - 0x41 < 26 ? c | 0x20 : c;
}

/** Whether one of an event's texts is in a list. */
export function listsAny(list: JsonNode, event: usize, at: u32, count: u32): bool {
  for (let i: u32 = 0; i < count; i++) {
    const each = changetype<StringElement>(event + at + i * STRING_ELEMENT_SIZE);
    if (lists(list, event + each.at, each.length, false)) return true;
  }
  return false;
}

/** Whether a text is what a pattern says, in which `*` is any text. Linear in both together, but for the stars. */
export function fits(pattern: usize, patternLength: u32, text: usize, length: u32): bool {
  let p: u32 = 0;
  let t: u32 = 0;
  let star: i32 = -1;
  let after: u32 = 0;
  while (t < length) {
    if (p < patternLength && load<u8>(pattern + p) == 0x2a) {
      star = <i32>p;
      p++;
      after = t;
    } else if (p < patternLength && load<u8>(pattern + p) == load<u8>(text + t)) {
      p++;
      t++;
    } else if (star >= 0) {
      p = <u32>star + 1;
      t = ++after;
    } else return false;
  }
  while (p < patternLength && load<u8>(pattern + p) == 0x2a) p++;
  return p == patternLength;
}

/** A member of a policy as a pattern; what is none fits if `otherwise` says so. */
export function fitsAt(policy: JsonNode, key: string, text: usize, length: u32, otherwise: bool): bool {
  const pattern = at(policy, key);
  return pattern !== null && pattern.kind == JsonKind.String ? fits(pattern.at, pattern.length, text, length) : otherwise;
}
