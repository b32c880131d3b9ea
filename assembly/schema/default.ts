// Fills in what a schema says is meant when a member is missing.
//
// Followed are properties, items and references, and all of `allOf`; not alternatives and conditions, where it depends on the value which
// schema is meant. A default is taken as it stands: members missing in it stay missing.

import { INDEXED, indexMembers, member, memberNamed } from "../json/members";
import { JsonKind, JsonNode } from "../json/node";
import { Arena } from "../memory/arena";
import { Keyword, keywordOf } from "./keyword";
import { Schema } from "./schema";

const DEEPEST: u32 = 200;
const MOST_WORK: i64 = 1 << 20;

let arena = changetype<Arena>(0);
let work: i64 = 0;
let depth: u32 = 0;
let filled: u32 = 0;

/** Adds the missing members to `value`, in `arena`; how many. They refer to the schema's memory. */
export function fillDefaults(into: Arena, schema: Schema, value: JsonNode): u32 {
  arena = into;
  work = MOST_WORK;
  depth = 0;
  filled = 0;
  fill(schema.root, value);
  return filled;
}

function fill(schema: JsonNode, value: JsonNode): void {
  if (value.kind < JsonKind.Array || schema.kind != JsonKind.Object) return;
  work -= 1 + schema.count + value.count;
  if (work < 0 || depth == DEEPEST) return;
  depth++;
  for (let rule = schema.first; rule; rule = rule.next) fillBy(keywordOf(rule), rule, value);
  depth--;
}

function fillBy(keyword: Keyword, rule: JsonNode, value: JsonNode): void {
  if (keyword == Keyword.Ref) fill(changetype<JsonNode>(rule.mark), value);
  else if (keyword == Keyword.AllOf) for (let each = rule.first; each; each = each.next) fill(each, value);
  else if (value.kind == JsonKind.Object) {
    if (keyword == Keyword.Properties) fillMembers(rule, value);
    else if (keyword == Keyword.AdditionalProperties) {
      const named = changetype<JsonNode>(rule.mark);
      if (named && keywordOf(named) == Keyword.PatternProperties) return;
      for (let each = value.first; each; each = each.next) if (!named || !member(named, each.keyAt, each.keyLength)) fill(rule, each);
    }
  } else if (keyword == Keyword.Items || keyword == Keyword.PrefixItems) fillItems(keyword, rule, value);
}

function fillItems(keyword: Keyword, rule: JsonNode, value: JsonNode): void {
  const before = changetype<JsonNode>(rule.mark);
  let skip = keyword == Keyword.Items && before ? before.count : 0;
  let schema = rule.first;
  for (let each = value.first; each; each = each.next) {
    if (keyword == Keyword.PrefixItems) {
      if (!schema) return;
      fill(schema, each);
      schema = schema.next;
    } else if (skip) skip--;
    else fill(rule, each);
  }
}

function fillMembers(properties: JsonNode, value: JsonNode): void {
  const before = value.count;
  let last = value.first;
  while (last && last.next) last = last.next;
  work -= properties.count;
  for (let each = properties.first; each; each = each.next) {
    const present = member(value, each.keyAt, each.keyLength);
    if (present) fill(each, present);
    else {
      const meant = defaultOf(each);
      if (!meant || work < 0) continue;
      const copy = changetype<JsonNode>(arena.copy(changetype<usize>(meant), offsetof<JsonNode>()));
      copy.next = changetype<JsonNode>(0);
      copy.keyAt = each.keyAt;
      copy.keyLength = each.keyLength;
      if (last) last.next = copy;
      else value.first = copy;
      last = copy;
      value.count++;
      // The index, if there is one, is behind; a key that is filled is not looked for again until it is made anew.
      filled++;
    }
  }
  if (value.count == before) return;
  value.index = 0;
  if (value.count >= INDEXED) indexMembers(arena, value);
}

/** A schema's default, its own or that of the schema it refers to. */
function defaultOf(schema: JsonNode): JsonNode | null {
  for (let hops = 0; hops < 8; hops++) {
    const own = memberNamed(schema, "default");
    if (own) return own;
    let next = changetype<JsonNode>(0);
    for (let rule = schema.first; rule; rule = rule.next) if (keywordOf(rule) == Keyword.Ref) next = changetype<JsonNode>(rule.mark);
    if (!next) return null;
    schema = next;
  }
  return null;
}
