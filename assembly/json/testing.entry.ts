// What the tests beside these files call: JSON in, and a description of what was read out.

import { Arena } from "../memory/arena";
import { blockSize, takeBlock } from "../memory/blocks";
import { Builder, newBuilder } from "../text/builder";
import { Slice } from "../text/slice";
import { compareDecimals, fitsUnits, isIntegerText, isMultiple, toInteger, toUnits } from "./decimal";
import { jsonHash, sameJson } from "./equal";
import { extractJson } from "./extract";
import { findJson } from "./find";
import { member, memberNamed } from "./members";
import { Json, JsonNode } from "./node";
import { readJson } from "./reader";
import { writeJson } from "./writer";

export { compareDecimals, fitsUnits, isIntegerText, isMultiple, toInteger, toUnits };

const arena = changetype<Arena>(memory.data(offsetof<Arena>(), 8));
const found = changetype<Slice>(memory.data(offsetof<Slice>(), 8));
const builder: Builder = newBuilder();

export function room(bytes: u32): usize {
  return takeBlock(blockSize(bytes));
}

export function reset(): void {
  arena.free();
}

export function read(at: usize, length: u32): Json {
  return readJson(arena, at, length);
}

export function rootOf(json: Json): JsonNode | null {
  return json.root;
}

export function errorOf(json: Json): u32 {
  return json.error;
}

export function offsetOf(json: Json): u32 {
  return json.offset;
}

export function duplicatesIn(json: Json): bool {
  return json.duplicates;
}

export function kindOf(node: JsonNode): u32 {
  return node.kind;
}

export function find(at: usize, length: u32, wanted: u32): i32 {
  return findJson(at, length, wanted, found) ? <i32>(found.at - at) : -1;
}

export function foundLength(): u32 {
  return found.length;
}

/** What was asked for, read; null if there is none. */
export function extract(at: usize, length: u32, wanted: u32): JsonNode | null {
  return extractJson(arena, at, length, wanted);
}

export function write(node: JsonNode): u32 {
  builder.clear();
  writeJson(builder, node);
  return builder.length;
}

export function written(): usize {
  return builder.at;
}

export function get(object: JsonNode, at: usize, length: u32): JsonNode | null {
  return member(object, at, length);
}

export function getAnswer(object: JsonNode): JsonNode | null {
  return memberNamed(object, "answer");
}

export function same(a: JsonNode, b: JsonNode): bool {
  return sameJson(a, b);
}

export function hash(node: JsonNode): u64 {
  return jsonHash(node);
}
