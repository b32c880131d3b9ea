// Arrays: their items by position, and what they must contain.

import { jsonHash, sameJson } from "../json/equal";
import { toInteger } from "../json/decimal";
import { memberNamed, sortChildren } from "../json/members";
import { JsonKind, JsonNode } from "../json/node";
import { check, checkQuietly, doubt, doubts, spend } from "./check";
import { checkLeast, checkMost } from "./check-scalar";
import { Keyword } from "./keyword";
import { enterItem, leave, opens, problemArena, say, sayNumber, tell } from "./problem";

export function checkArrayKeyword(keyword: Keyword, rule: JsonNode, value: JsonNode): u32 {
  const beside = changetype<JsonNode>(rule.mark);
  if (keyword == Keyword.Items) return checkItems(rule, value, beside ? beside.count : 0);
  if (keyword == Keyword.AdditionalItems) return beside && beside.kind == JsonKind.Array ? checkItems(rule, value, beside.count) : 0;
  if (keyword == Keyword.PrefixItems) return checkPrefix(rule, value);
  if (keyword == Keyword.Contains) return checkContains(rule, value, beside);
  if (keyword == Keyword.UniqueItems) return rule.kind == JsonKind.True ? checkUnique(value) : 0;
  if (keyword == Keyword.MinItems) return checkLeast(rule, value.count, "item", "items");
  if (keyword == Keyword.MaxItems) return checkMost(rule, value.count, "item", "items");
  return keyword == Keyword.UnevaluatedItems ? doubt() : 0;
}

function checkItem(schema: JsonNode, value: JsonNode, position: u32): u32 {
  enterItem(position);
  const wrong = check(schema, value);
  leave();
  return wrong;
}

function checkItems(rule: JsonNode, value: JsonNode, skip: u32): u32 {
  let wrong: u32 = 0;
  let position: u32 = 0;
  for (let each = value.first; each; each = each.next) {
    if (position >= skip) wrong += checkItem(rule, each, position);
    position++;
  }
  return wrong;
}

function checkPrefix(rule: JsonNode, value: JsonNode): u32 {
  let wrong: u32 = 0;
  let position: u32 = 0;
  let schema = rule.first;
  for (let each = value.first; each && schema; each = each.next) {
    wrong += checkItem(schema, each, position++);
    schema = schema.next;
  }
  return wrong;
}

function checkContains(rule: JsonNode, value: JsonNode, schema: JsonNode): u32 {
  let sure: i64 = 0;
  let perhaps: i64 = 0;
  for (let each = value.first; each; each = each.next) {
    const before = doubts();
    if (checkQuietly(rule, each)) continue;
    if (doubts() == before) sure++;
    else perhaps++;
  }
  const least = memberNamed(schema, "minContains");
  const most = memberNamed(schema, "maxContains");
  const needed = least ? toInteger(least.at, least.length) : 1;
  if (sure + perhaps < needed) return tellContains("at least ", needed);
  const allowed = most ? toInteger(most.at, most.length) : i64.MAX_VALUE;
  return sure > allowed ? tellContains("at most ", allowed) : 0;
}

function tellContains(limit: string, count: i64): u32 {
  if (!opens("must contain ")) return 1;
  say(limit);
  sayNumber(count);
  say(count == 1 ? " item that fits the schema (contains)" : " items that fit the schema (contains)");
  return tell();
}

function byMark(a: usize, b: usize): i32 {
  const one = changetype<JsonNode>(a).mark;
  const other = changetype<JsonNode>(b).mark;
  return <i32>(one > other) - <i32>(one < other);
}

/** Sorted by hash, equal items lie in one run of equal hashes. */
function checkUnique(value: JsonNode): u32 {
  const count = value.count;
  if (count < 2 || !spend(count + (value.length >> 3))) return 0;
  for (let each = value.first; each; each = each.next) each.mark = <usize>jsonHash(each);
  const sorted = sortChildren(problemArena(), value, byMark);
  const end = sorted + ((<usize>count) << 2);
  for (let at = sorted; at < end; at += 4) {
    const item = load<JsonNode>(at);
    for (let other = at + 4; other < end && load<JsonNode>(other).mark == item.mark; other += 4) {
      const twin = load<JsonNode>(other);
      if (!spend(1 + (item.length >> 5))) return 1;
      if (sameJson(item, twin)) return tellTwin(value, item, twin);
    }
  }
  return 0;
}

function tellTwin(value: JsonNode, item: JsonNode, twin: JsonNode): u32 {
  enterItem(positionOf(value, twin));
  if (opens("must not repeat item ")) {
    sayNumber(positionOf(value, item));
    tell();
  }
  leave();
  return 1;
}

function positionOf(value: JsonNode, item: JsonNode): u32 {
  let position: u32 = 0;
  for (let each = value.first; each != item; each = each.next) position++;
  return position;
}
