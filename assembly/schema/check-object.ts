// Objects: their members, and their members' names.

import { member } from "../json/members";
import { JsonKind, JsonNode } from "../json/node";
import { check, doubt, spend } from "./check";
import { checkLeast, checkMost } from "./check-scalar";
import { Keyword, keywordOf } from "./keyword";
import { enterKey, leave, opens, say, sayList, sayText, speakOfName, tell } from "./problem";

export function checkObjectKeyword(keyword: Keyword, rule: JsonNode, value: JsonNode): u32 {
  if (keyword == Keyword.Properties) return checkProperties(rule, value);
  if (keyword == Keyword.Required) return checkRequired(rule, value, changetype<JsonNode>(0));
  if (keyword == Keyword.AdditionalProperties) return checkAdditional(rule, value);
  if (keyword == Keyword.PropertyNames) return checkNames(rule, value);
  if (keyword == Keyword.MinProperties) return checkLeast(rule, value.count, "property", "properties");
  if (keyword == Keyword.MaxProperties) return checkMost(rule, value.count, "property", "properties");
  if (keyword == Keyword.DependentRequired || keyword == Keyword.DependentSchemas || keyword == Keyword.Dependencies) {
    return checkDependencies(rule, value);
  }
  return keyword == Keyword.PatternProperties || keyword == Keyword.UnevaluatedProperties ? doubt() : 0;
}

function checkMember(schema: JsonNode, value: JsonNode): u32 {
  enterKey(value.keyAt, value.keyLength);
  const wrong = check(schema, value);
  leave();
  return wrong;
}

function checkProperties(rule: JsonNode, value: JsonNode): u32 {
  if (!spend(value.count)) return 1;
  let wrong: u32 = 0;
  for (let each = value.first; each; each = each.next) {
    const schema = member(rule, each.keyAt, each.keyLength);
    if (schema) wrong += checkMember(schema, each);
  }
  return wrong;
}

function checkAdditional(rule: JsonNode, value: JsonNode): u32 {
  const named = changetype<JsonNode>(rule.mark);
  if (named && keywordOf(named) == Keyword.PatternProperties) return doubt();
  if (!spend(value.count)) return 1;
  let wrong: u32 = 0;
  for (let each = value.first; each; each = each.next) {
    if (named && member(named, each.keyAt, each.keyLength)) continue;
    wrong += rule.kind == JsonKind.False ? tellUnknown(named, each) : checkMember(rule, each);
  }
  return wrong;
}

/** Whoever has to mend it wants to know what there is. */
function tellUnknown(named: JsonNode, value: JsonNode): u32 {
  enterKey(value.keyAt, value.keyLength);
  if (opens("is not a known property")) {
    if (named && named.first) {
      say("; known: ");
      sayList(named, true);
    }
    tell();
  }
  leave();
  return 1;
}

function checkRequired(names: JsonNode, value: JsonNode, because: JsonNode): u32 {
  if (!spend(names.count)) return 1;
  let wrong: u32 = 0;
  for (let name = names.first; name; name = name.next) {
    if (member(value, name.at, name.length)) continue;
    enterKey(name.at, name.length);
    if (opens("is required")) {
      if (because) {
        say(" beside ");
        sayText(because.keyAt, because.keyLength);
      }
      tell();
    }
    leave();
    wrong++;
  }
  return wrong;
}

function checkDependencies(rule: JsonNode, value: JsonNode): u32 {
  if (!spend(rule.count)) return 1;
  let wrong: u32 = 0;
  for (let each = rule.first; each; each = each.next) {
    if (!member(value, each.keyAt, each.keyLength)) continue;
    wrong += each.kind == JsonKind.Array ? checkRequired(each, value, each) : check(each, value);
  }
  return wrong;
}

/** A name as a value. Names hold no names, so one is enough. */
const name = changetype<JsonNode>(memory.data(offsetof<JsonNode>(), 8));

function checkNames(rule: JsonNode, value: JsonNode): u32 {
  let wrong: u32 = 0;
  for (let each = value.first; each; each = each.next) {
    name.kind = JsonKind.String;
    name.at = each.keyAt;
    name.length = each.keyLength;
    enterKey(each.keyAt, each.keyLength);
    speakOfName(true);
    wrong += check(rule, name);
    speakOfName(false);
    leave();
  }
  return wrong;
}
