// What is wrong with a value, said to whoever has to mend it, often a model: "/ra: must be <= 180".

import { JsonNode } from "../json/node";
import { writeJson } from "../json/writer";
import { Arena } from "../memory/arena";
import { Builder, newBuilder } from "../text/builder";

/** One line: where (a JSON pointer, empty for the whole), a colon and a space, and what. */
@unmanaged
export class Problem {
  next: Problem;
  at: usize;
  length: u32;
  /** The part of it that says where. */
  pathLength: u32;
}

/** More than these are counted, not told. */
const MOST_TOLD: u32 = 16;
/** A list of what would be allowed is cut here. */
const LONG_LIST: u32 = 240;

/** Where in a value the work is: keys, or positions where keyAt is 0. */
@unmanaged
class Part {
  keyAt: usize;
  /** The key's length, or the position. */
  number: u32;
}
const MOST_PARTS: u32 = 160;
const parts: usize = memory.data(<i32>MOST_PARTS * offsetof<Part>(), 4);
let depth: u32 = 0;

let arena = changetype<Arena>(0);
let first = changetype<Problem>(0);
let last = changetype<Problem>(0);
let told: u32 = 0;
let hushed: u32 = 0;
let ofName: bool = false;
const line: Builder = newBuilder();
let pathLength: u32 = 0;

export function beginProblems(into: Arena): void {
  arena = into;
  first = changetype<Problem>(0);
  last = first;
  told = 0;
  hushed = 0;
  depth = 0;
  ofName = false;
}

/** The first of those told since beginProblems; address 0 if there are none. */
export function firstProblem(): Problem {
  return first;
}

/** Where lines are kept, and what is needed while they are found. */
export function problemArena(): Arena {
  return arena;
}

/** Until `unhush`, nothing is told. They nest. */
export function hush(): void {
  hushed++;
}

export function unhush(): void {
  hushed--;
}

/** While this is set, what is said is said of a member's name. */
export function speakOfName(yes: bool): void {
  ofName = yes;
}

export function enterKey(at: usize, length: u32): void {
  const part = push();
  part.keyAt = at;
  part.number = length;
}

export function enterItem(position: u32): void {
  const part = push();
  part.keyAt = 0;
  part.number = position;
}

export function leave(): void {
  depth--;
}

function push(): Part {
  assert(depth < MOST_PARTS);
  return changetype<Part>(parts + depth++ * offsetof<Part>());
}

/** A line to be written on, or false if nothing is to be told. `tell` ends it. */
export function opens(message: string): bool {
  if (hushed || told == MOST_TOLD) return false;
  line.clear();
  for (let i: u32 = 0; i < depth; i++) {
    const part = changetype<Part>(parts + i * offsetof<Part>());
    line.byte(0x2f);
    if (part.keyAt) writePart(part);
    else line.integer(part.number);
  }
  pathLength = line.length;
  line.ascii(": ");
  if (ofName) line.ascii("its name ");
  line.ascii(message);
  return true;
}

function writePart(part: Part): void {
  for (let i: u32 = 0; i < part.number; i++) {
    const c = load<u8>(part.keyAt + i);
    if (c == 0x7e) line.ascii("~0");
    else if (c == 0x2f) line.ascii("~1");
    else line.byte(c);
  }
}

export function say(message: string): void {
  line.ascii(message);
}

/** A part of a message. */
export function sayRaw(at: usize, length: u32): void {
  line.bytes(at, length);
}

export function sayNumber(value: u64): void {
  line.integer(value);
}

export function sayText(at: usize, length: u32): void {
  line.json(at, length);
}

export function sayValue(node: JsonNode): void {
  if (node.length > LONG_LIST) line.ascii("what the schema says");
  else writeJson(line, node);
}

/** The children, or their keys, as far as a line goes. */
export function sayList(parent: JsonNode, keys: bool): void {
  const start = line.length;
  for (let each = parent.first; each; each = each.next) {
    if (each != parent.first) line.ascii(", ");
    if (line.length - start + (keys ? each.keyLength : each.length) > LONG_LIST) {
      line.ascii("...");
      return;
    }
    if (keys) line.bytes(each.keyAt, each.keyLength);
    else writeJson(line, each);
  }
}

/** Ends the line; returns 1, the number of problems it is. */
export function tell(): u32 {
  const problem = changetype<Problem>(arena.allocate(offsetof<Problem>()));
  problem.at = arena.copy(line.at, line.length);
  problem.length = line.length;
  problem.pathLength = pathLength;
  if (last) last.next = problem;
  else first = problem;
  last = problem;
  told++;
  return 1;
}

/** A problem that needs no more words. */
export function problem(message: string): u32 {
  return opens(message) ? tell() : 1;
}

/** All lines, each with its end. */
export function writeProblems(builder: Builder, problem: Problem): void {
  for (; problem; problem = problem.next) builder.bytes(problem.at, problem.length).byte(0x0a);
}
