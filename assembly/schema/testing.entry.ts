// What the tests beside these files call: schemas and values as JSON, problems as text.

import { JsonNode } from "../json/node";
import { readJson } from "../json/reader";
import { writeJson } from "../json/writer";
import { Arena } from "../memory/arena";
import { blockSize, takeBlock } from "../memory/blocks";
import { newBuilder } from "../text/builder";
import { checkSchema, doubts } from "./check";
import { compileSchema } from "./compile";
import { fillDefaults } from "./default";
import { Problem, writeProblems } from "./problem";
import { Schema } from "./schema";

const definition = changetype<Arena>(memory.data(offsetof<Arena>(), 8));
const scratch = changetype<Arena>(memory.data(offsetof<Arena>(), 8));
const text = newBuilder();
let schema = changetype<Schema>(0);
let value = changetype<JsonNode>(0);

export function room(bytes: u32): usize {
  return takeBlock(blockSize(bytes));
}

export function written(): usize {
  return text.at;
}

function told(problem: Problem): i32 {
  text.clear();
  writeProblems(text, problem);
  return text.length;
}

/** The length of what is wrong with the schema; -1 if it is no JSON. */
export function compile(at: usize, length: u32): i32 {
  definition.free();
  const json = readJson(definition, at, length);
  if (!json.root) return -1;
  schema = compileSchema(definition, json.root!);
  return told(schema.problems);
}

/** The names of what is left to the tool. */
export function left(): u32 {
  text.clear();
  for (let each = schema.left; each; each = each.next) text.bytes(each.at, each.length).byte(0x20);
  return text.length;
}

export function check(at: usize, length: u32): i32 {
  scratch.free();
  const json = readJson(scratch, at, length);
  if (!json.root) return -1;
  value = json.root!;
  return told(checkSchema(scratch, schema, value));
}

/** Whether the last check passed over something that it does not enforce. */
export function doubtful(): bool {
  return doubts() != 0;
}

export function fill(at: usize, length: u32): i32 {
  scratch.free();
  const json = readJson(scratch, at, length);
  if (!json.root) return -1;
  const filled = fillDefaults(scratch, schema, json.root!);
  text.clear();
  writeJson(text, json.root!);
  return filled;
}

export function filledLength(): u32 {
  return text.length;
}

/** Lines told about the value as filled. */
export function checkFilled(at: usize, length: u32): i32 {
  scratch.free();
  const json = readJson(scratch, at, length);
  fillDefaults(scratch, schema, json.root!);
  return told(checkSchema(scratch, schema, json.root!));
}
