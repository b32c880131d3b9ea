import { Arena } from "../memory/arena";
import { Builder } from "../text/builder";
import { Doc, DocType } from "./doc";
import { wordAt, wordLength } from "./grammar";
import { writePath } from "./path";
import { MESSAGE_CODES, MESSAGE_TEXTS, Message, TABLE } from "./table";

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

// What is being checked now, and the problem whose words are being written. Nothing of it outlives a call from outside.
let sink: usize = 0;
let pending: usize = 0;
const message: Builder = changetype<Builder>(memory.data(16));
/** For paths and suggestions. */
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

/** How many errors have been found so far. */
export function errorCount(): u32 {
  return current().errors;
}

/** A problem at a value. Its severity, code and words are the table's; gaps in them that the node does not fill are filled by `put`. */
export function complain(what: Message, doc: Doc): void {
  complainIn(what, doc, doc.line, doc.column);
}

/** A problem at the key of a value. */
export function complainKey(what: Message, doc: Doc): void {
  if (doc.nameLine) complainIn(what, doc, doc.nameLine, doc.nameColumn);
  else complainIn(what, doc, doc.line, doc.column);
}

/** A problem with a node's path, at another place. */
export function complainIn(what: Message, doc: Doc, line: u32, column: u32): void {
  complainAt(what, doc.source, line, column);
  subject = changetype<usize>(doc);
  if (pending) {
    const problem = changetype<Problem>(pending);
    scratch.clear();
    writePath(scratch, doc);
    problem.pathAt = theArena().copy(scratch.at, scratch.length);
    problem.pathLength = scratch.length;
  }
  goOn();
}

/** A problem that belongs to no node. */
export function complainAt(what: Message, source: u32, line: u32, column: u32): void {
  settle();
  subject = 0;
  begin(what);
  const problems = current();
  const code = load<u16>(TABLE + MESSAGE_CODES + ((<u32>what) << 1));
  const isWarning = code >> 15;
  problems.warnings += isWarning;
  problems.errors += 1 - isWarning;
  // The numbers go on being right, so that a definition with a thousand warnings and an error is still refused.
  if (problems.count >= MOST) return;
  const problem = changetype<Problem>(theArena().allocate(offsetof<Problem>()));
  const file = changetype<SourceText>(problems.files + source * offsetof<SourceText>());
  problem.severity = isWarning;
  problem.source = source;
  problem.line = line;
  problem.column = column;
  problem.fileAt = file.at;
  problem.fileLength = file.length;
  problem.codeAt = wordAt(code & 0x7fff);
  problem.codeLength = wordLength(code & 0x7fff);
  problems.count++;
  pending = changetype<usize>(problem);
  insert(problems, problem);
}

// ---- words ----

// The message that is being written, up to the next gap that the caller fills.
let template: usize = 0;
let templateEnd: usize = 0;
/** The node it is about. */
let subject: usize = 0;

function begin(what: Message): void {
  const word = load<u16>(TABLE + MESSAGE_TEXTS + ((<u32>what) << 1));
  template = wordAt(word);
  templateEnd = template + wordLength(word);
  message.clear();
}

/** Goes on with the message as far as it can. */
function goOn(): void {
  for (; template < templateEnd; template++) {
    const c = <u32>load<u8>(template);
    if (c > 4) message.byte(c);
    else if (c == 4 || !subject) return;
    else putSubject(changetype<Doc>(subject), c);
  }
}

function putSubject(doc: Doc, gap: u32): void {
  if (gap == 1) putCut(doc.nameAt, doc.nameLength);
  else if (gap == 2) putCut(doc.textAt, doc.textLength);
  else {
    const whole = template;
    const wholeEnd = templateEnd;
    add(
      doc.type == <u8>DocType.Map
        ? Message.WantMap
        : doc.type == <u8>DocType.List
          ? Message.WantList
          : doc.type == <u8>DocType.Null
            ? Message.IsNothing
            : doc.type == <u8>DocType.String
              ? Message.IsText
              : doc.type == <u8>DocType.Bool
                ? Message.IsFlag
                : Message.IsNumber,
    );
    template = whole;
    templateEnd = wholeEnd;
  }
}

/** At most 60 bytes, ending with a whole character, in one line. */
function putCut(at: usize, length: u32): void {
  if (length > 60) {
    length = 60;
    while (length && (load<u8>(at + length) & 0xc0) == 0x80) length--;
  }
  for (let i: u32 = 0; i < length; i++) {
    const c = <u32>load<u8>(at + i);
    // U+0080 to U+009F are controls, too.
    const isControl = c < 0x20 || c == 0x7f || (c == 0xc2 && load<u8>(at + i, 1) < 0xa0);
    message.byte(isControl ? 0x20 : c);
    if (isControl && c == 0xc2) i++;
  }
}

/** Fills the next gap of the message. */
export function put(at: usize, length: u32): void {
  goOn();
  putCut(at, length);
  template++;
  goOn();
}

export function putWord(word: u32): void {
  goOn();
  message.bytes(wordAt(word), wordLength(word));
  template++;
  goOn();
}

/** Fills it with a number; in units of 10⁻⁹ if it `isDecimal`. */
export function putNumber(number: i64, isDecimal: bool): void {
  goOn();
  if (isDecimal) message.decimal(number);
  else message.integer(<u64>number);
  template++;
  goOn();
}

/** Fills it with a part of its own, which may have gaps, too. */
export function putPart(part: Message): void {
  goOn();
  const rest = template + 1;
  const end = templateEnd;
  add(part);
  template = rest;
  templateEnd = end;
  goOn();
}

/** Adds a part at the end of a message whose gaps are filled. */
export function add(part: Message): void {
  const word = load<u16>(TABLE + MESSAGE_TEXTS + ((<u32>part) << 1));
  template = wordAt(word);
  templateEnd = template + wordLength(word);
  goOn();
}

/** Adds bytes at the end of a message whose gaps are filled. */
export function addText(at: usize, length: u32): void {
  message.bytes(at, length);
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
  goOn();
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
