// Schemas combined: one of several, none, one if another.

import { memberNamed } from "../json/members";
import { JsonNode } from "../json/node";
import { check, checkQuietly, doubts, forgetDoubts } from "./check";
import { hasType, sayTypes } from "./check-scalar";
import { Keyword, keywordOf } from "./keyword";
import { opens, problem, say, sayNumber, tell } from "./problem";

export function checkNot(rule: JsonNode, value: JsonNode): u32 {
  const before = doubts();
  if (checkQuietly(rule, value) || doubts() != before) return 0;
  return problem("must not be what the schema excludes (not)");
}

export function checkIf(schema: JsonNode, rule: JsonNode, value: JsonNode): u32 {
  const before = doubts();
  const holds = !checkQuietly(rule, value);
  if (holds && doubts() != before) return 0;
  const next = memberNamed(schema, holds ? "then" : "else");
  return next ? check(next, value) : 0;
}

export function checkChoice(keyword: Keyword, rule: JsonNode, value: JsonNode): u32 {
  const before = doubts();
  let sure: u32 = 0;
  let perhaps: u32 = 0;
  for (let each = rule.first; each; each = each.next) {
    const start = doubts();
    if (checkQuietly(each, value)) continue;
    if (doubts() != start) perhaps++;
    else if (++sure == 1 && keyword == Keyword.AnyOf) {
      forgetDoubts(before);
      return 0;
    }
  }
  if (sure > 1) {
    if (!opens("must fit exactly one of the alternatives (oneOf), and fits ")) return 1;
    sayNumber(sure);
    return tell();
  }
  return sure || perhaps ? 0 : tellNearest(rule, value);
}

/** None fits. If only one is for this type of value, that one is what was meant; else the one with the fewest problems is named. */
function tellNearest(rule: JsonNode, value: JsonNode): u32 {
  if (!opens("must be ")) return 1;
  let types: usize = 0;
  let count: u32 = 0;
  let open: u32 = 0;
  let nearest = changetype<JsonNode>(0);
  let number: u32 = 0;
  let fewest: u32 = u32.MAX_VALUE;
  for (let each = rule.first; each; each = each.next) {
    count++;
    const type = typeOf(each);
    if (type) types |= type.mark;
    else types |= 1;
    if (type && !hasType(type, value)) continue;
    open++;
    const wrong = checkQuietly(each, value);
    if (wrong >= fewest) continue;
    fewest = wrong;
    nearest = each;
    number = count;
  }
  if (!open && types > 1) {
    sayTypes(types);
    return tell();
  }
  if (open == 1) return check(nearest, value);
  opens("must fit one of ");
  sayNumber(count);
  say(" alternatives");
  if (!nearest) return tell();
  say("; the nearest is number ");
  sayNumber(number);
  say(":");
  tell();
  return check(nearest, value);
}

/** The `type` that a schema names, itself or by reference; null if it names none. */
function typeOf(schema: JsonNode): JsonNode | null {
  for (let hops = 0; hops < 8; hops++) {
    let next = changetype<JsonNode>(0);
    for (let rule = schema.first; rule; rule = rule.next) {
      const keyword = keywordOf(rule);
      if (keyword == Keyword.Type) return rule;
      if (keyword == Keyword.Ref) next = changetype<JsonNode>(rule.mark);
    }
    if (!next) return null;
    schema = next;
  }
  return null;
}
