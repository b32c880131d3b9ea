import { findJson } from "../json/find";
import { member } from "../json/members";
import { JsonKind, JsonNode } from "../json/node";
import { readJson } from "../json/reader";
import { writeJson } from "../json/writer";
import { Arena } from "../memory/arena";
import { Builder } from "../text/builder";
import { Slice } from "../text/slice";
import { Label, Reference } from "./term";

// What a reference gives, as a function of the value it begins with: no run is needed for it.

const found = changetype<Slice>(memory.data(offsetof<Slice>(), 8));

/** The JSON that a text is, else the first object or array in it: models put prose and fences around it. Null if there is none. */
export function jsonIn(arena: Arena, at: usize, length: u32): JsonNode | null {
  const root = readJson(arena, at, length).root;
  if (root !== null || !findJson(at, length, 0, found)) return root;
  return readJson(arena, found.at, found.length).root;
}

/** A value within another by its path: members of objects, elements of arrays by number from 0. Null if it is not there. */
export function fieldIn(root: JsonNode | null, fields: usize, count: u32): JsonNode | null {
  let node = root;
  for (let i: u32 = 0; i < count && node !== null; i++) {
    const field = changetype<Label>(fields + i * offsetof<Label>());
    if (node.kind == JsonKind.Array) node = elementAt(node, field);
    else node = member(node, field.at, field.length);
  }
  return node;
}

function elementAt(array: JsonNode, index: Label): JsonNode | null {
  // Nothing has more elements than nine digits count.
  if (!index.length || index.length > 9) return null;
  let place: u32 = 0;
  for (let i: u32 = 0; i < index.length; i++) {
    const digit = <u32>load<u8>(index.at + i) - 0x30;
    if (digit > 9) return null;
    place = place * 10 + digit;
  }
  if (place >= array.count) return null;
  let element = array.first;
  for (; place; place--) element = element.next;
  return element;
}

const arena = changetype<Arena>(memory.data(offsetof<Arena>(), 8));

/**
 * What a reference picks out of the value it begins with, added to `to`: the whole value as it is, a string as its text, anything else as JSON.
 * False if a field is not there.
 */
export function pick(to: Builder, reference: Reference, at: usize, length: u32): bool {
  if (!reference.fieldCount) {
    to.bytes(at, length);
    return true;
  }
  const node = fieldIn(jsonIn(arena, at, length), reference.fields, reference.fieldCount);
  if (node !== null && node.kind == JsonKind.String) to.bytes(node.at, node.length);
  else if (node !== null) writeJson(to, node);
  arena.free();
  return node !== null;
}

/**
 * The same as a member of an object: its key, then the value as JSON. A text that is no JSON object or array stands as a string. The caller
 * writes the braces and commas.
 */
export function pickMember(to: Builder, reference: Reference, at: usize, length: u32): bool {
  to.json(reference.key, reference.keyLength).byte(0x3a);
  const isWhole = !reference.fieldCount;
  let node = isWhole ? readJson(arena, at, length).root : jsonIn(arena, at, length);
  if (isWhole) {
    if (node !== null && node.kind >= JsonKind.Array) writeJson(to, node);
    else to.json(at, length);
    arena.free();
    return true;
  }
  node = fieldIn(node, reference.fields, reference.fieldCount);
  if (node !== null) writeJson(to, node);
  arena.free();
  return node !== null;
}
