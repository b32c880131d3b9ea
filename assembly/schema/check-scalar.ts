// Types, constants, numbers and strings.

import { compareDecimals, isIntegerText, isMultiple, toInteger } from "../json/decimal";
import { sameJson } from "../json/equal";
import { JsonKind, JsonNode } from "../json/node";
import { countCodePoints } from "../text/utf8";
import { doubt, spend } from "./check";
import { Keyword, TYPES } from "./keyword";
import { opens, say, sayList, sayNumber, sayRaw, sayValue, tell } from "./problem";
import { literalAt } from "../text/literal";

/** By JsonKind: the type's place in TYPES. */
const places: usize = memory.data<u8>([7, 1, 1, 3, 4, 5, 6]);
const INTEGER: usize = 1 << 2;

/** Whether a value is of one of the types that a `type` names. */
export function hasType(rule: JsonNode, value: JsonNode): bool {
  if (rule.mark & ((<usize>1) << load<u8>(places + value.kind))) return true;
  return value.kind == JsonKind.Number && (rule.mark & INTEGER) != 0 && isIntegerText(value.at, value.length);
}

export function checkType(rule: JsonNode, value: JsonNode): u32 {
  if (hasType(rule, value)) return 0;
  if (!opens("must be ")) return 1;
  sayTypes(rule.mark);
  return tell();
}

/** "string, integer or null" */
export function sayTypes(types: usize): void {
  let more = popcnt(types);
  let start = literalAt(TYPES);
  let place = 1;
  for (let at = start; load<u8>(at); at++) {
    if (load<u8>(at) != 0x20) continue;
    if (types & ((<usize>1) << place)) {
      sayRaw(start, <u32>(at - start));
      if (--more) say(more == 1 ? " or " : ", ");
    }
    start = at + 1;
    place++;
  }
}

/** Comparing costs as much as the smaller of the two is long. */
function same(a: JsonNode, b: JsonNode): bool {
  return spend(1 + (min(a.length, b.length) >> 5)) && sameJson(a, b);
}

export function checkConst(rule: JsonNode, value: JsonNode): u32 {
  return same(rule, value) ? 0 : tellBound("", rule);
}

export function checkEnum(rule: JsonNode, value: JsonNode): u32 {
  for (let each = rule.first; each; each = each.next) if (same(each, value)) return 0;
  if (!opens("must be one of ")) return 1;
  sayList(rule, false);
  return tell();
}

export function checkNumberKeyword(keyword: Keyword, rule: JsonNode, value: JsonNode): u32 {
  if (keyword == Keyword.FineMultiple) return doubt();
  if (keyword == Keyword.MultipleOf) return isMultiple(value.at, value.length, rule.at, rule.length) ? 0 : tellBound("a multiple of ", rule);
  if (keyword < Keyword.Minimum || keyword > Keyword.ExclusiveMaximum) return 0;
  const order = compareDecimals(value.at, value.length, rule.at, rule.length);
  if (keyword == Keyword.Minimum) return order >= 0 ? 0 : tellBound(">= ", rule);
  if (keyword == Keyword.Maximum) return order <= 0 ? 0 : tellBound("<= ", rule);
  if (keyword == Keyword.ExclusiveMinimum) return order > 0 ? 0 : tellBound("> ", rule);
  return order < 0 ? 0 : tellBound("< ", rule);
}

function tellBound(bound: string, rule: JsonNode): u32 {
  if (!opens("must be ")) return 1;
  say(bound);
  sayValue(rule);
  return tell();
}

export function checkStringKeyword(keyword: Keyword, rule: JsonNode, value: JsonNode): u32 {
  if (keyword == Keyword.Pattern) return doubt();
  if (keyword == Keyword.MinLength) return checkLeast(rule, countCodePoints(value.at, value.length), "character", "characters");
  if (keyword == Keyword.MaxLength) return checkMost(rule, countCodePoints(value.at, value.length), "character", "characters");
  return 0;
}

export function checkLeast(rule: JsonNode, count: u32, one: string, many: string): u32 {
  return <i64>count >= toInteger(rule.at, rule.length) ? 0 : tellCount("must have at least ", rule, one, many);
}

export function checkMost(rule: JsonNode, count: u32, one: string, many: string): u32 {
  return <i64>count <= toInteger(rule.at, rule.length) ? 0 : tellCount("must have at most ", rule, one, many);
}

function tellCount(message: string, rule: JsonNode, one: string, many: string): u32 {
  if (!opens(message)) return 1;
  const count = toInteger(rule.at, rule.length);
  sayNumber(count);
  say(" ");
  say(count == 1 ? one : many);
  return tell();
}
