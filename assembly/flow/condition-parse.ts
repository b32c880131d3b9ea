import { readDuration } from "../definition/units";
import { Arena } from "../memory/arena";
import { Builder, newBuilder } from "../text/builder";
import { isWord } from "../text/slice";
import { Condition, Operand, OperandKind, Operation, Special } from "./condition-tree";
import { Label } from "./term";

// Conditions (R46), by recursive descent:
//
//   any      all ("or" all)*
//   all      one ("and" one)*
//   one      "not" one | "(" any ")" | has_category("x") | operand [("=="|"!="|"<"|"<="|">"|">=") operand]
//   operand  name.name… | number, with a unit of time if wanted, then in seconds | "text" | 'text' | true | false

/** Why a text is no condition. */
export const enum ConditionFault {
  Unexpected,
  End,
  Character,
  Truth,
  TooLong,
  TooDeep,
}

const LONGEST: u32 = 4096;
const DEEPEST: u32 = 32;

const enum Token {
  End,
  Name,
  Number,
  Text,
  Open,
  Close,
  Compare,
}

/** Of what compileCondition has refused. */
export let conditionFault: ConditionFault = ConditionFault.Unexpected;
/** In characters, from 1. */
export let conditionColumn: u32 = 0;
/** It speaks of `iteration` or `gain`. */
export let conditionUsesLoop: bool = false;

let arena = changetype<Arena>(0);
let start: usize = 0;
let at: usize = 0;
let end: usize = 0;
let failed: bool = false;
let depth: u32 = 0;
/** The token at hand, and its text. */
let token: Token = Token.End;
let tokenAt: usize = 0;
let tokenLength: u32 = 0;
let comparison: Operation = Operation.Equal;
const unquoted: Builder = newBuilder();

/** The condition that a text is, in `into`; 0 if it is none. */
export function compileCondition(into: Arena, text: usize, length: u32): usize {
  arena = into;
  start = text;
  at = text;
  end = text + length;
  failed = false;
  depth = 0;
  conditionUsesLoop = false;
  tokenAt = text;
  if (length > LONGEST) fail(ConditionFault.TooLong);
  advance();
  const condition = readAny();
  if (!failed && token != Token.End) fail(ConditionFault.Unexpected);
  return failed ? 0 : changetype<usize>(condition);
}

/** The first fault is the one that is told. */
function fail(fault: ConditionFault): void {
  if (failed) return;
  failed = true;
  conditionFault = fault == ConditionFault.Unexpected && token == Token.End ? ConditionFault.End : fault;
  conditionColumn = 1;
  for (let each = start; each < tokenAt; each++) if ((load<u8>(each) & 0xc0) != 0x80) conditionColumn++;
}

// ---- what joins others ----

function make(operation: Operation): Condition {
  const condition = changetype<Condition>(arena.allocate(offsetof<Condition>()));
  condition.operation = <u8>operation;
  return condition;
}

function readAny(): Condition {
  const first = readAll();
  if (failed || !takeWord("or")) return first;
  const any = make(Operation.Or);
  any.first = first;
  let last = first;
  do {
    last.next = readAll();
    last = last.next;
  } while (!failed && takeWord("or"));
  return any;
}

function readAll(): Condition {
  const first = readOne();
  if (failed || !takeWord("and")) return first;
  const all = make(Operation.And);
  all.first = first;
  let last = first;
  do {
    last.next = readOne();
    last = last.next;
  } while (!failed && takeWord("and"));
  return all;
}

function readOne(): Condition {
  if (++depth > DEEPEST) fail(ConditionFault.TooDeep);
  let one = changetype<Condition>(0);
  if (failed) one = make(Operation.Truth);
  else if (takeWord("not")) {
    one = make(Operation.Not);
    one.first = readOne();
  } else if (token == Token.Open) {
    advance();
    // What stands in brackets may be joined to what stands beside it, and is linked by itself.
    one = make(Operation.And);
    one.first = readAny();
    close();
  } else one = readComparison();
  depth--;
  return one;
}

function close(): void {
  if (token == Token.Close) advance();
  else fail(ConditionFault.Unexpected);
}

function readComparison(): Condition {
  const named = token == Token.Name && isWord(tokenAt, tokenLength, "has_category");
  const firstAt = tokenAt;
  const left = readOperand();
  if (named && token == Token.Open) {
    const has = make(Operation.HasCategory);
    advance();
    if (token != Token.Text) fail(ConditionFault.Unexpected);
    has.left = readOperand();
    close();
    return has;
  }
  if (token == Token.Compare) {
    const compared = make(comparison);
    compared.left = left;
    advance();
    compared.right = readOperand();
    return compared;
  }
  const truth = make(Operation.Truth);
  truth.left = left;
  if (!failed && (left.kind == <u8>OperandKind.Number || left.kind == <u8>OperandKind.Text)) {
    tokenAt = firstAt;
    fail(ConditionFault.Truth);
  }
  return truth;
}

// ---- operands ----

function readOperand(): Operand {
  const operand = changetype<Operand>(arena.allocate(offsetof<Operand>()));
  if (failed) return operand;
  switch (token) {
    case Token.Number:
      operand.kind = <u8>OperandKind.Number;
      break;
    case Token.Text:
      operand.kind = <u8>OperandKind.Text;
      break;
    case Token.Name:
      nameOperand(operand);
      break;
    default:
      fail(ConditionFault.Unexpected);
      return operand;
  }
  if (operand.kind != <u8>OperandKind.Field) {
    operand.at = arena.copy(tokenAt, tokenLength);
    operand.length = tokenLength;
    if (token == Token.Text) unquote(operand);
    else if (token == Token.Number) settleTime(operand);
  }
  if (!failed) advance();
  return operand;
}

function nameOperand(operand: Operand): void {
  if (isWord(tokenAt, tokenLength, "true")) operand.kind = <u8>OperandKind.True;
  else if (isWord(tokenAt, tokenLength, "false")) operand.kind = <u8>OperandKind.False;
  else if (isJoining()) fail(ConditionFault.Unexpected);
  else {
    operand.kind = <u8>OperandKind.Field;
    operand.special = <u8>specialNamed();
    if (operand.special == <u8>Special.Gain || operand.special == <u8>Special.Iteration) conditionUsesLoop = true;
    splitName(operand);
  }
}

function isJoining(): bool {
  return isWord(tokenAt, tokenLength, "and") || isWord(tokenAt, tokenLength, "or") || isWord(tokenAt, tokenLength, "not");
}

function specialNamed(): Special {
  if (isWord(tokenAt, tokenLength, "text")) return Special.Text;
  if (isWord(tokenAt, tokenLength, "category")) return Special.Category;
  if (isWord(tokenAt, tokenLength, "confidence")) return Special.Confidence;
  if (isWord(tokenAt, tokenLength, "score")) return Special.Score;
  if (isWord(tokenAt, tokenLength, "agreement")) return Special.Agreement;
  if (isWord(tokenAt, tokenLength, "gain")) return Special.Gain;
  if (isWord(tokenAt, tokenLength, "iteration")) return Special.Iteration;
  if (isWord(tokenAt, tokenLength, "elapsed")) return Special.Elapsed;
  return isWord(tokenAt, tokenLength, "tokens_spent") ? Special.Tokens : Special.None;
}

/** `a.b.0`: the lexer lets no part be empty. */
function splitName(operand: Operand): void {
  let count: u32 = 1;
  for (let i: u32 = 0; i < tokenLength; i++) if (load<u8>(tokenAt + i) == 0x2e) count++;
  operand.fields = arena.allocate(count * offsetof<Label>());
  operand.fieldCount = count;
  let part = arena.copy(tokenAt, tokenLength);
  const last = part + tokenLength;
  for (let i: u32 = 0; i < count; i++) {
    const label = changetype<Label>(operand.fields + i * offsetof<Label>());
    label.at = part;
    while (part < last && load<u8>(part) != 0x2e) part++;
    label.length = <u32>(part - label.at);
    part++;
  }
}

/** Without quotes; `\n` and `\t` are what they are in JSON, any other character after `\` is itself. */
function unquote(operand: Operand): void {
  unquoted.clear();
  for (let i: u32 = 1; i + 1 < operand.length; i++) {
    let c = <u32>load<u8>(operand.at + i);
    if (c == 0x5c) {
      c = load<u8>(operand.at + ++i);
      if (c == 0x6e) c = 0x0a;
      else if (c == 0x74) c = 0x09;
    }
    unquoted.byte(c);
  }
  operand.at = arena.copy(unquoted.at, unquoted.length);
  operand.length = unquoted.length;
}

/** A number with a unit of time becomes one of seconds. */
function settleTime(operand: Operand): void {
  const last = <u32>load<u8>(operand.at + operand.length - 1);
  if (isDigit(last)) return;
  const time = readDuration(operand.at, operand.length);
  if (time < 0) return fail(ConditionFault.Character);
  unquoted
    .clear()
    .integer(<u64>time)
    .ascii("e-3");
  operand.at = arena.copy(unquoted.at, unquoted.length);
  operand.length = unquoted.length;
}

// ---- tokens ----

function takeWord(word: string): bool {
  if (token != Token.Name || !isWord(tokenAt, tokenLength, word)) return false;
  advance();
  return true;
}

function isNameStart(c: u32): bool {
  const letter = c | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || c == 0x5f || c >= 0x80;
}

function isDigit(c: u32): bool {
  return c - 0x30 < 10;
}

function peek(): u32 {
  return at < end ? <u32>load<u8>(at) : 0;
}

function advance(): void {
  while (at < end && (peek() == 0x20 || (peek() >= 0x09 && peek() <= 0x0d))) at++;
  tokenAt = at;
  const c = peek();
  if (at >= end) token = Token.End;
  else if (isNameStart(c)) readName();
  else if (isDigit(c) || c == 0x2d) readNumber();
  else if (c == 0x22 || c == 0x27) readText(c);
  else readSign(c);
  tokenLength = <u32>(at - tokenAt);
}

/** Parts of letters, digits, `_` and `-`, with points between; parts after the first may begin with a digit. */
function readName(): void {
  token = Token.Name;
  while (at < end) {
    const c = peek();
    if (c == 0x2e) {
      const after = at + 1 < end ? <u32>load<u8>(at, 1) : 0;
      if (!isNameStart(after) && !isDigit(after)) break;
    } else if (!isNameStart(c) && !isDigit(c) && c != 0x2d) break;
    at++;
  }
}

/** As JSON has them; letters of a unit may follow. */
function readNumber(): void {
  token = Token.Number;
  if (peek() == 0x2d) at++;
  if (!isDigit(peek())) return fail(ConditionFault.Character);
  while (isDigit(peek())) at++;
  if (peek() == 0x2e) {
    at++;
    if (!isDigit(peek())) return fail(ConditionFault.Character);
    while (isDigit(peek())) at++;
  }
  if ((peek() | 0x20) == 0x65) {
    at++;
    if (peek() == 0x2b || peek() == 0x2d) at++;
    if (!isDigit(peek())) return fail(ConditionFault.Character);
    while (isDigit(peek())) at++;
  } else while (at < end && (isNameStart(peek()) || isDigit(peek()))) at++;
  if (isNameStart(peek()) || peek() == 0x2e) fail(ConditionFault.Character);
}

function readText(quote: u32): void {
  token = Token.Text;
  for (at++; at < end && peek() != quote; at++) if (peek() == 0x5c) at++;
  if (at < end) at++;
  else {
    at = end;
    token = Token.End;
    fail(ConditionFault.End);
  }
}

function readSign(c: u32): void {
  const next = at + 1 < end ? <u32>load<u8>(at, 1) : 0;
  at++;
  if (c == 0x28) token = Token.Open;
  else if (c == 0x29) token = Token.Close;
  else {
    token = Token.Compare;
    if (next == 0x3d) at++;
    if (c == 0x3d && next == 0x3d) comparison = Operation.Equal;
    else if (c == 0x21 && next == 0x3d) comparison = Operation.NotEqual;
    else if (c == 0x3c) comparison = next == 0x3d ? Operation.LessEqual : Operation.Less;
    else if (c == 0x3e) comparison = next == 0x3d ? Operation.GreaterEqual : Operation.Greater;
    else fail(ConditionFault.Character);
  }
}
