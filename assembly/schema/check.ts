// Checks a value against a schema. Every answer is sure: a value is refused only if it is wrong by what is enforced, whatever the
// keywords that are left to the tool would say. So there are three answers: wrong (more than 0 problems), right, and not wrong as far as
// the core can say, which shows in `unsure` having grown. `not`, `oneOf`, `if` and `contains` ask for the difference.

import { JsonKind, JsonNode } from "../json/node";
import { Arena } from "../memory/arena";
import { checkArrayKeyword } from "./check-array";
import { checkChoice, checkIf, checkNot } from "./check-choice";
import { checkObjectKeyword } from "./check-object";
import { checkConst, checkEnum, checkNumberKeyword, checkStringKeyword, checkType } from "./check-scalar";
import { Keyword, keywordOf } from "./keyword";
import { beginProblems, firstProblem, hush, Problem, problem, unhush } from "./problem";
import { Schema } from "./schema";

/** Schemas within schemas: a value's levels, times what combines schemas at each of them. */
const DEEPEST: u32 = 200;
/** Steps of work that a check may take: some tens of milliseconds. */
const MOST_WORK: i64 = 1 << 21;

let work: i64 = 0;
let depth: u32 = 0;
/** The work is used up: what is found from here on counts for nothing. */
let spent: bool = false;
let unsure: u32 = 0;

/** What is wrong with a value: the first of the problems, told in `arena`; address 0 if it is right. The schema must have no problems itself. */
export function checkSchema(arena: Arena, schema: Schema, value: JsonNode): Problem {
  beginProblems(arena);
  work = MOST_WORK;
  depth = 0;
  spent = false;
  unsure = 0;
  check(schema.root, value);
  if (spent) {
    beginProblems(arena);
    problem("is too large or too deep to be checked");
  }
  return firstProblem();
}

/** Takes from the work that is left; false if there is none. */
export function spend(steps: u32): bool {
  work -= steps;
  if (work < 0) spent = true;
  return !spent;
}

/** How often something was passed over; compared before and after. */
export function doubts(): u32 {
  return unsure;
}

/** A keyword that is not enforced was passed over. */
export function doubt(): u32 {
  unsure++;
  return 0;
}

/** What was passed over before this point did not matter after all. */
export function forgetDoubts(since: u32): void {
  unsure = since;
}

/** The number of problems. */
export function check(schema: JsonNode, value: JsonNode): u32 {
  if (schema.kind == JsonKind.True) return 0;
  if (schema.kind == JsonKind.False) return problem("is not allowed");
  if (depth == DEEPEST) spent = true;
  if (!spend(1 + schema.count + (value.kind < JsonKind.Array ? value.length >> 5 : 0))) return 1;
  depth++;
  let wrong: u32 = 0;
  for (let rule = schema.first; rule; rule = rule.next) wrong += checkKeyword(schema, rule, value);
  depth--;
  return wrong;
}

/** The same, and nothing is told. */
export function checkQuietly(schema: JsonNode, value: JsonNode): u32 {
  hush();
  const wrong = check(schema, value);
  unhush();
  return wrong;
}

function checkKeyword(schema: JsonNode, rule: JsonNode, value: JsonNode): u32 {
  const keyword = keywordOf(rule);
  if (keyword == Keyword.Type) return checkType(rule, value);
  if (keyword == Keyword.Enum) return checkEnum(rule, value);
  if (keyword == Keyword.Const) return checkConst(rule, value);
  if (keyword == Keyword.Ref) return check(changetype<JsonNode>(rule.mark), value);
  if (keyword == Keyword.AllOf) {
    let wrong: u32 = 0;
    for (let each = rule.first; each; each = each.next) wrong += check(each, value);
    return wrong;
  }
  if (keyword == Keyword.AnyOf || keyword == Keyword.OneOf) return checkChoice(keyword, rule, value);
  if (keyword == Keyword.Not) return checkNot(rule, value);
  if (keyword == Keyword.If) return checkIf(schema, rule, value);
  if (keyword == Keyword.FarRef || keyword == Keyword.DynamicRef || keyword == Keyword.RecursiveRef) return doubt();
  if (value.kind == JsonKind.Object) return checkObjectKeyword(keyword, rule, value);
  if (value.kind == JsonKind.Array) return checkArrayKeyword(keyword, rule, value);
  if (value.kind == JsonKind.Number) return checkNumberKeyword(keyword, rule, value);
  if (value.kind == JsonKind.String) return checkStringKeyword(keyword, rule, value);
  return 0;
}
