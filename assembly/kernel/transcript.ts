import { PartKind, PartRole } from "../protocol/types";
import { Run, at } from "./run";
import { dropText, holdText } from "./text";

// What agents have heard and said, part by part, oldest first. A turn is the parts of one role in a row.
//
// A call is open until it has its result; no model is asked while one is, so a call without a result cannot be sent.
//
// The host keeps what it was sent, and is sent only what is new, as long as the same agent reads it under the same system text.

@unmanaged
export class Transcript {
  head: u32;
  tail: u32;
  count: u32;
  /** Parts that the host has been told of. */
  told: u32;
  /** The last part of them. */
  toldTail: u32;
  openCalls: u32;
  /** Its number among those of the run, from 0: the host knows it by that. */
  number: u32;
  /** Parts as the host counts them: those told that its reader is shown, and the system text. */
  sent: u32;
  /** Agent + 1 whom the host has shown it to. */
  reader: u32;
  /** The system text it was shown with: a held text, or 0, its own prompt. */
  system: u32;
  /** Next free one. */
  next: u32;
  /** What stands before its parts, for that reader, comes to so many tokens; how that is known. */
  tokens: u32;
  basis: u8;
  /** What stands in place of the turns that are summed up, or 0. */
  summary: u32; // text
}

@unmanaged
export class Part {
  next: u32;
  role: u8;
  kind: u8;
  /** Of a call: its result is an error. */
  failed: u8;
  /** Of a call: it has its result. */
  settled: u8;
  text: u32;
  id: u32; // text
  name: u32; // text
  metadata: u32; // text
  /** Of a call: its result's text, until all calls of the turn have theirs. */
  call: u32;
  /** Agent + 1 who said it; 0: said to whoever reads. */
  author: u32;
  /** What it comes to in a request, and how that is known: Basis of counts.ts. */
  tokens: u32;
  basis: u8;
  /** Its reader is not shown it: window.ts. */
  hidden: u8;
}

export const PART_SIZE: u32 = 40;
export const TRANSCRIPT_SIZE: u32 = 56;

export function transcriptAt(run: Run, ref: u32): Transcript {
  return changetype<Transcript>(at(run, ref));
}

export function partAt(run: Run, ref: u32): Part {
  return changetype<Part>(at(run, ref));
}

export function newTranscript(run: Run): u32 {
  let ref = run.freeTranscripts;
  if (ref) {
    // Of one from a file nothing but its place in the list is known.
    const free = transcriptAt(run, ref);
    const number = free.number;
    run.freeTranscripts = free.next;
    memory.fill(changetype<usize>(free), 0, TRANSCRIPT_SIZE);
    free.number = number;
  } else {
    ref = run.allocate(TRANSCRIPT_SIZE);
    transcriptAt(run, ref).number = run.transcripts++;
  }
  return ref;
}

/** Takes over the holds on the texts. */
export function addPart(run: Run, transcript: u32, role: PartRole, kind: PartKind, text: u32, id: u32, name: u32, metadata: u32): u32 {
  let ref = run.freeParts;
  if (ref) run.freeParts = partAt(run, ref).next;
  else ref = run.allocate(PART_SIZE);
  const part = partAt(run, ref);
  part.next = 0;
  part.role = <u8>role;
  part.kind = <u8>kind;
  part.failed = 0;
  part.settled = 0;
  part.text = text;
  part.id = id;
  part.name = name;
  part.metadata = metadata;
  part.call = 0;
  part.author = 0;
  part.tokens = 0;
  part.basis = 0;
  part.hidden = 0;
  const list = transcriptAt(run, transcript);
  if (list.tail) partAt(run, list.tail).next = ref;
  else list.head = ref;
  list.tail = ref;
  list.count++;
  if (kind == PartKind.ToolCall) list.openCalls++;
  return ref;
}

/** The result of a call closes it. */
export function closeCall(run: Run, transcript: u32, call: u32): void {
  const part = partAt(run, call);
  assert(!part.settled);
  part.settled = 1;
  transcriptAt(run, transcript).openCalls--;
}

/** Appends copies of the parts from `first` on; their calls must be closed. */
export function copyParts(run: Run, from: u32, to: u32): void {
  for (let at = from; at; ) {
    const part = partAt(run, at);
    const kind = <PartKind>part.kind;
    const role = <PartRole>part.role;
    const author = part.author;
    const settled = part.settled;
    const next = part.next;
    const tokens = part.tokens;
    const basis = part.basis;
    const copy = addPart(run, to, role, kind, holdText(run, part.text), holdText(run, part.id), holdText(run, part.name), holdText(run, part.metadata));
    partAt(run, copy).author = author;
    partAt(run, copy).tokens = tokens;
    partAt(run, copy).basis = basis;
    if (kind == PartKind.ToolCall) {
      assert(settled);
      closeCall(run, to, copy);
    }
    at = next;
  }
}

/** Where the last `turns` begin, never between a call and its result; 0 is an empty transcript. */
export function lastTurns(run: Run, transcript: u32, turns: u32): u32 {
  const list = transcriptAt(run, transcript);
  let all: u32 = 0;
  let before: u32 = 0;
  for (let ref = list.head; ref; ref = partAt(run, ref).next) {
    if (begins(run, ref, before)) all++;
    before = ref;
  }
  let skip = all > turns ? all - turns : 0;
  before = 0;
  for (let ref = list.head; ref; ref = partAt(run, ref).next) {
    if (begins(run, ref, before) && !skip--) return ref;
    before = ref;
  }
  return 0;
}

/** A turn of whoever speaks: what is said to the agents, or all of an agent's answer with its calls and their results. */
function begins(run: Run, ref: u32, before: u32): bool {
  if (!before) return true;
  const part = partAt(run, ref);
  const former = partAt(run, before);
  return part.role != PartRole.Tool && (part.author != former.author || (part.role == PartRole.User) != (former.role == PartRole.User));
}

/** The host is sent all of it with the next call. */
export function forgetTold(list: Transcript): void {
  list.told = 0;
  list.toldTail = 0;
  list.sent = 0;
}

/** Empties it; the host will be told anew. */
export function clearTranscript(run: Run, ref: u32): void {
  const transcript = transcriptAt(run, ref);
  for (let at = transcript.head; at; ) {
    const part = partAt(run, at);
    const next = part.next;
    dropText(run, part.text);
    dropText(run, part.id);
    dropText(run, part.name);
    dropText(run, part.metadata);
    dropText(run, part.call);
    part.next = run.freeParts;
    run.freeParts = at;
    at = next;
  }
  dropText(run, transcript.system);
  dropText(run, transcript.summary);
  const number = transcript.number;
  memory.fill(changetype<usize>(transcript), 0, TRANSCRIPT_SIZE);
  transcript.number = number;
}

export function freeTranscript(run: Run, ref: u32): void {
  clearTranscript(run, ref);
  transcriptAt(run, ref).next = run.freeTranscripts;
  run.freeTranscripts = ref;
}
