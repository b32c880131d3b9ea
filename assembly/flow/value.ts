import { fitsUnits, toUnits } from "../json/decimal";
import { memberNamed } from "../json/members";
import { JsonError, JsonKind, JsonNode } from "../json/node";
import { readJson } from "../json/reader";
import { Run } from "../kernel/run";
import { textBytes, textLength } from "../kernel/text";
import { scratch } from "../memory/scratch";
import { Builder } from "../text/builder";

// What flows is a text and, if there is more to say of it, a JSON object beside it.

/** No such number. */
export const NO_NUMBER: i64 = i64.MIN_VALUE;

/** Text as a JSON value: an object or a list as it is, all else as a string. */
export function putValue(to: Builder, text: usize, length: u32): void {
  if (isStructure(text, length)) to.bytes(text, length);
  else to.json(text, length);
}

/** Whether a text is one JSON object or list. */
export function isStructure(text: usize, length: u32): bool {
  for (let i: u32 = 0; i < length; i++) {
    const c = load<u8>(text + i);
    if (c == 0x20 || c == 0x0a || c == 0x0d || c == 0x09) continue;
    if (c != 0x7b && c != 0x5b) return false;
    scratch.free();
    return readJson(scratch, text, length).error == JsonError.None;
  }
  return false;
}

/** The number of that name in the metadata, else in the text if that is an object: units of 10⁻⁹, or NO_NUMBER. */
export function numberIn(run: Run, text: u32, meta: u32, name: string): i64 {
  const told = numberOf(textBytes(run, meta), textLength(run, meta), name);
  return told == NO_NUMBER ? numberOf(textBytes(run, text), textLength(run, text), name) : told;
}

function numberOf(at: usize, length: u32, name: string): i64 {
  const root = objectOf(at, length);
  if (root === null) return NO_NUMBER;
  const found = memberNamed(root, name);
  if (found === null || found.kind != JsonKind.Number || !fitsUnits(found.at, found.length)) return NO_NUMBER;
  return toUnits(found.at, found.length);
}

/** The text as an object in scratch, or null. */
export function objectOf(at: usize, length: u32): JsonNode | null {
  if (!length) return null;
  scratch.free();
  const root = readJson(scratch, at, length).root;
  return root !== null && root.kind == JsonKind.Object ? root : null;
}

/** A member's text if it is a string, else null. */
export function stringIn(at: usize, length: u32, name: string): JsonNode | null {
  const root = objectOf(at, length);
  if (root === null) return null;
  const found = memberNamed(root, name);
  return found !== null && found.kind == JsonKind.String ? found : null;
}

/** The member of that name of a text that is an object, in scratch; or null. */
export function memberWith(at: usize, length: u32, name: string): JsonNode | null {
  const root = objectOf(at, length);
  return root === null ? null : memberNamed(root, name);
}
