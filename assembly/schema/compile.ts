// Reads a schema once: every keyword's value has the shape it must have, every reference leads somewhere, and what is not enforced is named.

import { Decimal, isIntegerText, significand } from "../json/decimal";
import { memberNamed } from "../json/members";
import { DUPLICATE, JsonKind, JsonNode } from "../json/node";
import { Arena } from "../memory/arena";
import { sameBytes } from "../text/slice";
import {
  FIRST_ANNOTATION,
  FIRST_COUNT,
  FIRST_LEFT,
  FIRST_LIST,
  FIRST_MAP,
  FIRST_NUMBER,
  FIRST_OTHER,
  Keyword,
  nameKeyword,
  setKeyword,
  TYPES,
} from "./keyword";
import { resolvePointer } from "./pointer";
import { beginProblems, enterItem, enterKey, firstProblem, leave, opens, problem, sayText, tell } from "./problem";
import { LeftName, Schema } from "./schema";
import { placeIn } from "../text/literal";

/** A schema that has been read. */
const SEEN: u32 = 2;

let arena = changetype<Arena>(0);
let schema = changetype<Schema>(0);
/** Schemas within one that has an $id of its own. */
let foreign: u32 = 0;
/** References, chained by `mark` until they are followed. */
let pending = changetype<JsonNode>(0);

/** Reads `root`, which must live as long as the schema, in the same arena. */
export function compileSchema(into: Arena, root: JsonNode): Schema {
  arena = into;
  schema = changetype<Schema>(into.allocate(offsetof<Schema>()));
  schema.root = root;
  foreign = 0;
  pending = changetype<JsonNode>(0);
  beginProblems(into);
  readSchema(root);
  while (pending) {
    const ref = pending;
    pending = changetype<JsonNode>(ref.mark);
    follow(ref);
  }
  schema.problems = firstProblem();
  return schema;
}

/** What a reference leads to may lie where nothing else looks for a schema; it is read then. */
function follow(ref: JsonNode): void {
  const target = resolvePointer(schema.root, ref.at + 1, ref.length - 1);
  ref.mark = changetype<usize>(target);
  if (!target) {
    if (opens("$ref leads nowhere: ")) {
      sayText(ref.at, ref.length);
      tell();
    }
    ref.mark = changetype<usize>(schema.root);
  } else readSchema(target);
}

function readSchema(node: JsonNode): void {
  if (node.flags & SEEN) return;
  node.flags |= SEEN;
  if (node.kind == JsonKind.True || node.kind == JsonKind.False) return;
  if (node.kind != JsonKind.Object) {
    problem("must be a schema: an object, true or false");
    return;
  }
  if (node.flags & DUPLICATE) problem("has a key twice");
  const inner = node != schema.root && memberNamed(node, "$id") != null;
  if (inner) foreign++;
  for (let each = node.first; each; each = each.next) {
    enterKey(each.keyAt, each.keyLength);
    readKeyword(node, each);
    leave();
  }
  if (inner) foreign--;
}

function readKeyword(within: JsonNode, value: JsonNode): void {
  let keyword = nameKeyword(value);
  if (keyword == Keyword.Items && value.kind == JsonKind.Array) keyword = Keyword.PrefixItems;
  if (keyword == Keyword.Ref && (foreign || value.kind != JsonKind.String || !isLocal(value))) keyword = Keyword.FarRef;
  if (keyword == Keyword.Id && within != schema.root) keyword = Keyword.Unknown;
  if (keyword == Keyword.MultipleOf && value.kind == JsonKind.Number && !significand(number.read(value.at, value.length)) && number.first) {
    keyword = Keyword.FineMultiple;
  }
  setKeyword(value, keyword);
  if (keyword == Keyword.Unknown || keyword >= FIRST_LEFT) nameLeft(value.keyAt, value.keyLength);
  else if (keyword < FIRST_LIST) {
    value.mark = besides(within, keyword);
    readSchema(value);
  } else if (keyword < FIRST_MAP) {
    if (value.kind != JsonKind.Array) problem("must be a list of schemas");
    else readChildren(value);
  } else if (keyword < FIRST_COUNT) {
    if (value.kind != JsonKind.Object) problem("must be an object of schemas");
    else readChildren(value);
  } else if (keyword < FIRST_NUMBER) {
    if (!isCount(value)) problem("must be a whole number from 0 on");
  } else if (keyword < FIRST_OTHER) {
    if (value.kind != JsonKind.Number) problem("must be a number");
    else if (keyword == Keyword.MultipleOf && (!number.read(value.at, value.length).first || number.negative)) problem("must be more than 0");
  } else if (keyword < FIRST_ANNOTATION) readOther(keyword, value);
}

const number = changetype<Decimal>(memory.data(offsetof<Decimal>(), 8));

/** What lies beside a keyword and changes what it means. */
function besides(within: JsonNode, keyword: Keyword): usize {
  let beside: JsonNode | null = null;
  if (keyword == Keyword.Contains) return changetype<usize>(within);
  if (keyword == Keyword.AdditionalProperties) {
    // Which members are additional depends on the patterns: not for us to say.
    beside = memberNamed(within, "patternProperties");
    if (!beside) beside = memberNamed(within, "properties");
  } else if (keyword == Keyword.Items) beside = memberNamed(within, "prefixItems");
  else if (keyword == Keyword.AdditionalItems) beside = memberNamed(within, "items");
  return changetype<usize>(beside);
}

function readOther(keyword: Keyword, value: JsonNode): void {
  if (keyword == Keyword.Type) {
    value.mark = 0;
    if (value.kind == JsonKind.Array) for (let each = value.first; each; each = each.next) readType(value, each);
    else readType(value, value);
  } else if (keyword == Keyword.Enum) {
    if (value.kind != JsonKind.Array) problem("must be a list");
  } else if (keyword == Keyword.UniqueItems) {
    if (value.kind != JsonKind.True && value.kind != JsonKind.False) problem("must be true or false");
  } else if (keyword == Keyword.Required) {
    readNames(value);
  } else if (keyword == Keyword.Ref) {
    value.mark = changetype<usize>(pending);
    pending = value;
  } else if (keyword == Keyword.DependentRequired || keyword == Keyword.Dependencies) {
    if (value.kind != JsonKind.Object) problem("must be an object");
    for (let each = value.first; each; each = each.next) {
      enterKey(each.keyAt, each.keyLength);
      if (keyword == Keyword.Dependencies && each.kind != JsonKind.Array) readSchema(each);
      else readNames(each);
      leave();
    }
  }
}

function readChildren(parent: JsonNode): void {
  const list = parent.kind == JsonKind.Array;
  let position: u32 = 0;
  if (parent.flags & DUPLICATE) problem("has a key twice");
  for (let each = parent.first; each; each = each.next) {
    if (list) enterItem(position++);
    else enterKey(each.keyAt, each.keyLength);
    readSchema(each);
    leave();
  }
}

function readType(rule: JsonNode, name: JsonNode): void {
  const place = name.kind == JsonKind.String ? placeIn(TYPES, name.at, name.length) : 0;
  if (place) rule.mark |= (<usize>1) << place;
  else problem("must be boolean, integer, number, string, array, object or null, or a list of these");
}

function readNames(list: JsonNode): void {
  let good = list.kind == JsonKind.Array;
  for (let each = list.first; each; each = each.next) if (each.kind != JsonKind.String) good = false;
  if (!good) problem("must be a list of names");
}

function isCount(node: JsonNode): bool {
  return node.kind == JsonKind.Number && isIntegerText(node.at, node.length) && load<u8>(node.at) != 0x2d;
}

/** # and a JSON pointer. */
function isLocal(ref: JsonNode): bool {
  return ref.length > 0 && load<u8>(ref.at) == 0x23 && (ref.length == 1 || load<u8>(ref.at, 1) == 0x2f);
}

function nameLeft(at: usize, length: u32): void {
  let last = changetype<LeftName>(0);
  for (let each = schema.left; each; each = each.next) {
    if (sameBytes(each.at, each.length, at, length)) return;
    last = each;
  }
  const name = changetype<LeftName>(arena.allocate(offsetof<LeftName>()));
  name.at = at;
  name.length = length;
  if (last) last.next = name;
  else schema.left = name;
}
