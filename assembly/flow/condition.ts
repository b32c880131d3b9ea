import { compareDecimals } from "../json/decimal";
import { memberNamed } from "../json/members";
import { JsonKind, JsonNode } from "../json/node";
import { readJson } from "../json/reader";
import { Arena } from "../memory/arena";
import { Builder, newBuilder } from "../text/builder";
import { sameBytes, compareBytes } from "../text/slice";
import { Condition, Operand, OperandKind, Operation, Special } from "./condition-tree";
import { fieldIn, jsonIn } from "./reference";

// Whether a compiled condition holds of a message. A comparison with something missing is false, and `not` makes it true.

export { compileCondition, conditionColumn, conditionFault, conditionUsesLoop } from "./condition-parse";

const enum Has {
  Gain = 1,
  Iteration = 2,
  Elapsed = 4,
  Tokens = 8,
}

/** What a condition looks at. All of it may be left at 0. */
@unmanaged
export class Scene {
  text: usize;
  textLength: u32;
  /** A message's metadata as JSON. */
  metadata: usize;
  metadataLength: u32;
  /** Which of those below there are. */
  has: u32;
  /** Units of 10⁻⁹. */
  gain: i64;
  iteration: u64;
  /** Milliseconds. */
  elapsed: u64;
  tokens: u64;

  clear(): this {
    memory.fill(changetype<usize>(this), 0, offsetof<Scene>());
    return this;
  }

  setGain(units: i64): this {
    this.has |= Has.Gain;
    this.gain = units;
    return this;
  }

  setIteration(number: u64): this {
    this.has |= Has.Iteration;
    this.iteration = number;
    return this;
  }

  setElapsed(milliseconds: u64): this {
    this.has |= Has.Elapsed;
    this.elapsed = milliseconds;
    return this;
  }

  setTokens(count: u64): this {
    this.has |= Has.Tokens;
    this.tokens = count;
    return this;
  }
}

const enum ValueKind {
  Missing,
  Number,
  Text,
  True,
  False,
  /** A list or an object, which nothing equals. */
  Other,
}

/** What an operand stands for. */
@unmanaged
class Value {
  kind: u32;
  at: usize;
  length: u32;
}

const left = changetype<Value>(memory.data(offsetof<Value>(), 8));
const right = changetype<Value>(memory.data(offsetof<Value>(), 8));
const leftNumber: Builder = newBuilder();
const rightNumber: Builder = newBuilder();

const arena = changetype<Arena>(memory.data(offsetof<Arena>(), 8));
let scene = changetype<Scene>(0);
let fields: JsonNode | null = null;
let fieldsRead: bool = false;
let metadata: JsonNode | null = null;
let metadataRead: bool = false;

/** `condition` is what compileCondition has given. */
export function holds(condition: usize, where: Scene): bool {
  scene = where;
  fieldsRead = false;
  metadataRead = false;
  const answer = isSo(changetype<Condition>(condition));
  arena.free();
  return answer;
}

/** The same for what an agent sends: of a classification that was not accepted nothing holds. */
export function lettingPass(condition: usize, where: Scene): bool {
  if (!holds(condition, where)) return false;
  fieldsRead = false;
  metadataRead = false;
  const answer = isAccepted(theMetadata()) && isAccepted(theFields());
  arena.free();
  return answer;
}

function isAccepted(record: JsonNode | null): bool {
  if (record === null) return true;
  const accepted = memberNamed(record, "accepted");
  return accepted === null || accepted.kind != JsonKind.False;
}

function theFields(): JsonNode | null {
  if (!fieldsRead) fields = jsonIn(arena, scene.text, scene.textLength);
  fieldsRead = true;
  return fields;
}

function theMetadata(): JsonNode | null {
  if (!metadataRead) metadata = scene.metadataLength ? readJson(arena, scene.metadata, scene.metadataLength).root : null;
  metadataRead = true;
  return metadata;
}

function isSo(condition: Condition): bool {
  switch (<Operation>condition.operation) {
    case Operation.And:
      for (let part = condition.first; part; part = part.next) if (!isSo(part)) return false;
      return true;
    case Operation.Or:
      for (let part = condition.first; part; part = part.next) if (isSo(part)) return true;
      return false;
    case Operation.Not:
      return !isSo(condition.first);
    case Operation.HasCategory:
      return hasCategory(condition.left);
    case Operation.Truth:
      read(condition.left, left, leftNumber);
      return left.kind == ValueKind.True;
  }
  read(condition.left, left, leftNumber);
  read(condition.right, right, rightNumber);
  return compare(<Operation>condition.operation);
}

function compare(operation: Operation): bool {
  if (left.kind == ValueKind.Missing || right.kind == ValueKind.Missing) return false;
  const isOrdered = left.kind == right.kind && (left.kind == ValueKind.Number || left.kind == ValueKind.Text);
  if (!isOrdered) {
    const isSame = left.kind == right.kind && left.kind != ValueKind.Other;
    return operation == Operation.Equal ? isSame : operation == Operation.NotEqual ? !isSame : false;
  }
  const order = left.kind == ValueKind.Number ? compareDecimals(left.at, left.length, right.at, right.length) : compareTexts();
  switch (operation) {
    case Operation.Equal:
      return order == 0;
    case Operation.NotEqual:
      return order != 0;
    case Operation.Less:
      return order < 0;
    case Operation.LessEqual:
      return order <= 0;
    case Operation.Greater:
      return order > 0;
  }
  return order >= 0;
}

/** By their bytes, which is the order of their characters' numbers. */
function compareTexts(): i32 {
  const order = compareBytes(left.at, right.at, min(left.length, right.length));
  return order ? order : <i32>left.length - <i32>right.length;
}

// ---- operands ----

function read(operand: Operand, to: Value, number: Builder): void {
  to.at = operand.at;
  to.length = operand.length;
  switch (<OperandKind>operand.kind) {
    case OperandKind.Number:
      to.kind = ValueKind.Number;
      return;
    case OperandKind.Text:
      to.kind = ValueKind.Text;
      return;
    case OperandKind.True:
      to.kind = ValueKind.True;
      return;
    case OperandKind.False:
      to.kind = ValueKind.False;
      return;
  }
  if (operand.special != <u8>Special.None && readSpecial(operand, to, number)) return;
  // What is known of a message beside its text has names, too: `stop`, `failed`, `error` …
  const field = fieldIn(theFields(), operand.fields, operand.fieldCount);
  take(field === null ? fieldIn(theMetadata(), operand.fields, operand.fieldCount) : field, to);
}

function take(node: JsonNode | null, to: Value): void {
  if (node === null || node.kind == JsonKind.Null) {
    to.kind = ValueKind.Missing;
    return;
  }
  to.at = node.at;
  to.length = node.length;
  to.kind =
    node.kind == JsonKind.Number
      ? ValueKind.Number
      : node.kind == JsonKind.String
        ? ValueKind.Text
        : node.kind == JsonKind.True
          ? ValueKind.True
          : node.kind == JsonKind.False
            ? ValueKind.False
            : ValueKind.Other;
}

/** The names that win over fields, if there is what they stand for. */
function readSpecial(operand: Operand, to: Value, number: Builder): bool {
  number.clear();
  switch (<Special>operand.special) {
    case Special.Text:
      to.kind = ValueKind.Text;
      to.at = scene.text;
      to.length = scene.textLength;
      return true;
    case Special.Gain:
      if (!(scene.has & Has.Gain)) return false;
      number.decimal(scene.gain);
      break;
    case Special.Iteration:
      if (!(scene.has & Has.Iteration)) return false;
      number.integer(scene.iteration);
      break;
    case Special.Elapsed:
      if (!(scene.has & Has.Elapsed)) return false;
      number.integer(scene.elapsed).ascii("e-3");
      break;
    case Special.Tokens:
      if (!(scene.has & Has.Tokens)) return false;
      number.integer(scene.tokens);
      break;
    default: {
      const own = fieldIn(theMetadata(), operand.fields, operand.fieldCount);
      if (own === null || own.kind == JsonKind.Null) return false;
      take(own, to);
      return true;
    }
  }
  to.kind = ValueKind.Number;
  to.at = number.at;
  to.length = number.length;
  return true;
}

/** A classification that was not accepted has no category. */
function hasCategory(name: Operand): bool {
  return isIn(theMetadata(), name) || isIn(theFields(), name);
}

function isIn(record: JsonNode | null, name: Operand): bool {
  if (record === null || !isAccepted(record)) return false;
  if (isText(memberNamed(record, "category"), name)) return true;
  const all = memberNamed(record, "categories");
  if (all === null || all.kind != JsonKind.Array) return false;
  for (let each = all.first; each; each = each.next) if (isText(each, name)) return true;
  return false;
}

function isText(node: JsonNode | null, name: Operand): bool {
  return node !== null && node.kind == JsonKind.String && sameBytes(node.at, node.length, name.at, name.length);
}
