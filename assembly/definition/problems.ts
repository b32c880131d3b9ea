import { Arena } from "../memory/arena";
import { Builder } from "../text/builder";
import { Doc } from "./doc";
import { DocType } from "./doc";

// What is wrong with a definition, in an arena, sorted by file and place. All of it is collected, up to a thousand.

export const enum Severity {
  Error,
  Warning,
}

const MOST: u32 = 1000;

/** One problem; texts are addresses. */
@unmanaged
export class Problem {
  next: usize;
  severity: u32;
  source: u32;
  line: u32;
  column: u32;
  codeAt: usize;
  codeLength: u32;
  fileAt: usize;
  fileLength: u32;
  pathAt: usize;
  pathLength: u32;
  messageAt: usize;
  messageLength: u32;
  suggestionAt: usize;
  suggestionLength: u32;

  nextProblem(): Problem | null {
    return changetype<Problem | null>(this.next);
  }
}

/** The problems of one definition. */
@unmanaged
export class Problems {
  arena: usize;
  /** Sources' paths: SourceText[]. */
  files: usize;
  first: usize;
  count: u32;
  errors: u32;
  warnings: u32;

  firstProblem(): Problem | null {
    return changetype<Problem | null>(this.first);
  }
}

/** Where a source's path lies. */
@unmanaged
export class SourceText {
  at: usize;
  length: u32;
}

// What is being checked now, and the problem whose message is being written. Nothing of it outlives a call from outside.
let sink: usize = 0;
let pending: usize = 0;
const message: Builder = changetype<Builder>(memory.data(16));
const scratch: Builder = changetype<Builder>(memory.data(16));

export function openProblems(problems: Problems): void {
  sink = changetype<usize>(problems);
  pending = 0;
}

/** To be called when no more problems follow: the last message is put away. */
export function closeProblems(): void {
  settle();
  sink = 0;
}

function current(): Problems {
  return changetype<Problems>(sink);
}

/** The arena of what is being checked. */
export function theArena(): Arena {
  return changetype<Arena>(current().arena);
}

/** An error at a value, or at its key; what is written into the builder is its message. */
export function complain(code: string, doc: Doc, atKey: bool): Builder {
  return note(Severity.Error, code, doc, atKey);
}

/** A warning, likewise. */
export function warn(code: string, doc: Doc, atKey: bool): Builder {
  return note(Severity.Warning, code, doc, atKey);
}

function note(severity: Severity, code: string, doc: Doc, atKey: bool): Builder {
  const named = atKey && doc.nameLine != 0;
  const text = noteAt(severity, code, doc.source, named ? doc.nameLine : doc.line, named ? doc.nameColumn : doc.column);
  if (pending) {
    const problem = changetype<Problem>(pending);
    scratch.clear();
    writePath(scratch, doc);
    problem.pathAt = theArena().copy(scratch.at, scratch.length);
    problem.pathLength = scratch.length;
  }
  return text;
}

/** A problem that belongs to no node of a tree. */
export function noteAt(severity: Severity, code: string, source: u32, line: u32, column: u32): Builder {
  settle();
  const problems = current();
  message.clear();
  if (problems.count >= MOST) {
    // The number goes on being right, so that a definition with a thousand warnings and an error is still refused.
    if (severity == Severity.Error) problems.errors++;
    else problems.warnings++;
    return message;
  }
  const arena = theArena();
  const problem = changetype<Problem>(arena.allocate(offsetof<Problem>()));
  const file = changetype<SourceText>(problems.files + source * offsetof<SourceText>());
  problem.severity = <u32>severity;
  problem.source = source;
  problem.line = line;
  problem.column = column;
  problem.fileAt = file.at;
  problem.fileLength = file.length;
  problem.codeAt = asciiIn(arena, code);
  problem.codeLength = <u32>code.length;
  if (severity == Severity.Error) problems.errors++;
  else problems.warnings++;
  problems.count++;
  pending = changetype<usize>(problem);
  insert(problems, problem);
  return message;
}

/** What was meant, of the problem that was noted last. */
export function suggest(at: usize, length: u32): void {
  if (!pending) return;
  const problem = changetype<Problem>(pending);
  problem.suggestionAt = theArena().copy(at, length);
  problem.suggestionLength = length;
}

/** The same in quotes: the text that was meant where something else stands. */
export function suggestQuoted(doc: Doc): void {
  scratch.clear().json(doc.textAt, doc.textLength);
  suggest(scratch.at, scratch.length);
}

function settle(): void {
  if (!pending) return;
  const problem = changetype<Problem>(pending);
  problem.messageAt = theArena().copy(message.at, message.length);
  problem.messageLength = message.length;
  pending = 0;
}

function insert(problems: Problems, problem: Problem): void {
  let before: Problem | null = null;
  let after: Problem | null = problems.firstProblem();
  while (after !== null && !comesBefore(problem, after)) {
    before = after;
    after = after.nextProblem();
  }
  problem.next = changetype<usize>(after);
  if (before === null) problems.first = changetype<usize>(problem);
  else before.next = changetype<usize>(problem);
}

function comesBefore(a: Problem, b: Problem): bool {
  if (a.source != b.source) return a.source < b.source;
  if (a.line != b.line) return a.line < b.line;
  return a.column < b.column;
}

function asciiIn(arena: Arena, text: string): usize {
  scratch.clear().ascii(text);
  return arena.copy(scratch.at, scratch.length);
}

/** `agents[2].tools[0].name` */
export function writePath(to: Builder, doc: Doc): void {
  const parent = changetype<Doc | null>(doc.parent);
  if (parent === null) return;
  writePath(to, parent);
  if (parent.type == <u8>DocType.List) {
    let index: u64 = 0;
    for (let item: Doc | null = parent.firstChild(); item !== null && item !== doc; item = item!.nextSibling()) index++;
    to.byte(0x5b).integer(index).byte(0x5d);
    return;
  }
  if (isSimple(doc.nameAt, doc.nameLength)) {
    if (to.length) to.byte(0x2e);
    to.bytes(doc.nameAt, doc.nameLength);
  } else to.byte(0x5b).json(doc.nameAt, doc.nameLength).byte(0x5d);
}

function isSimple(at: usize, length: u32): bool {
  if (!length) return false;
  for (let i: u32 = 0; i < length; i++) {
    const c = <u32>load<u8>(at + i);
    const letter = c | 0x20;
    if (!((letter >= 0x61 && letter <= 0x7a) || (c >= 0x30 && c <= 0x39) || c == 0x5f || c == 0x2d)) return false;
  }
  return true;
}
