import { PartKind, PartRole } from "../protocol/types";
import { Run, at } from "./run";
import { dropText } from "./text";

// What an agent has heard and said, part by part, oldest first. A turn is the parts of one role in a row.
//
// A call is open until it has its result; no model is asked while one is, so a call without a result cannot be sent.

@unmanaged
export class Transcript {
  head: u32;
  tail: u32;
  count: u32;
  /** Parts that the host has. */
  told: u32;
  /** The last part of them. */
  toldTail: u32;
  openCalls: u32;
}

@unmanaged
export class Part {
  next: u32;
  role: u8;
  kind: u8;
  /** The text is the agent's prompt in the plan. */
  planned: u8;
  /** Of a call: it has its result. */
  settled: u8;
  text: u32;
  id: u32; // text
  name: u32; // text
  metadata: u32; // text
  /** Of a result: the call's part. */
  call: u32;
}

export const PART_SIZE: u32 = 32;

export function transcriptAt(run: Run, ref: u32): Transcript {
  return changetype<Transcript>(at(run, ref));
}

export function partAt(run: Run, ref: u32): Part {
  return changetype<Part>(at(run, ref));
}

export function newTranscript(run: Run): u32 {
  return run.allocate(24);
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
  part.planned = 0;
  part.settled = 0;
  part.text = text;
  part.id = id;
  part.name = name;
  part.metadata = metadata;
  part.call = 0;
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

export function dropTranscript(run: Run, ref: u32): void {
  const transcript = transcriptAt(run, ref);
  for (let at = transcript.head; at; ) {
    const part = partAt(run, at);
    const next = part.next;
    dropText(run, part.text);
    dropText(run, part.id);
    dropText(run, part.name);
    dropText(run, part.metadata);
    part.next = run.freeParts;
    run.freeParts = at;
    at = next;
  }
  memory.fill(changetype<usize>(transcript), 0, offsetof<Transcript>());
}
