import { leaveAside } from "../agents/guided";
import { agentAt } from "./agent";
import { Run, at } from "./run";
import { dropText } from "./text";
import { clearTimer } from "./timer";
import { forgetTold, freeTranscript, transcriptAt } from "./transcript";

// One agent handling one message, from the moment it takes it until its answer is on its way.
//
// A wired agent has one activation at a time, and its answer goes along its edges. In a flow an activation belongs to an instance of an agent
// term, which gets the answer; the same agent may have many there.

export const enum ActivationState {
  Working,
  /** Its answer waits for room in a mailbox. */
  Sending,
}

/** What is done with a model's answers. */
export const enum Program {
  /** Thought and tools, until it answers. */
  React,
  Classify,
  Decide,
  Aggregate,
  Plan,
}

/** Where a guided loop stands. */
export const enum Guide {
  Thinking,
  /** Asking, aside, whether it is done: `aside` is what the agent itself hears and says. */
  Verifying,
  /** The last call, which writes the answer. */
  Answering,
}

@unmanaged
export class Activation {
  span: u64;
  /** Milliseconds since 1970; 0 is none. */
  deadlineAt: u64;
  agent: u32;
  sender: u32;
  input: u32; // text
  /** JSON object, text. */
  inputMeta: u32;
  answer: u32; // text
  answerMeta: u32;
  effects: u32; // open ones, through their `next`
  /** Effects that still owe an answer before it goes on. */
  awaited: u32;
  deadline: u32; // timer
  sendTimer: u32;
  nextWaiter: u32; // in a mailbox's list
  cursor: u32; // next edge of the answer
  /** First part of the turn whose calls are being run. */
  calls: u32;
  /** Instance of the flow that it answers, or 0. */
  node: u32;
  /** Index + 1 of that instance's term. */
  term: u32;
  transcript: u32;
  /** For questions aside, ends with it; 0: none was asked. */
  aside: u32;
  /** System text of its calls, or 0: the agent's prompt. */
  system: u32;
  /** JSON Schema of its answers, or 0. */
  schema: u32;
  /** The program's own: u32[noteTexts] texts, then i64[noteNumbers]. */
  notes: u32;
  noteTexts: u16;
  noteNumbers: u16;
  /** Member + 1 of a handoff to whom it passes the conversation on. */
  transfer: u32;
  /** First part of its transcript that it is shown, 0: all of them. */
  view: u32;
  /** Last part of its transcript before it began to hear, 0: there was none. */
  before: u32;
  /** Tokens of its calls so far. */
  tokens: u32;
  turns: u16;
  /** Of a guided loop: turns whose calls have their results. */
  rounds: u16;
  hops: u16;
  /** Of the message that a channel passes on. */
  label: u16;
  state: u8;
  program: u8;
  phase: u8;
  tries: u8;
  guide: u8;
  /** The transcript ends with it. */
  ownsTranscript: u8;
  /** Its budget is spent: the call under way, without tools, gives its answer. */
  final: u8;
  /** The texts of its next request were counted, as far as they could be. */
  counted: u8;
}

export const ACTIVATION_SIZE: u32 = (offsetof<Activation>() + 7) & ~7;

export function activationAt(run: Run, ref: u32): Activation {
  return changetype<Activation>(at(run, ref));
}

/** A wired agent's. Takes over the hold on `input`. */
export function newActivation(run: Run, index: u32, sender: u32, input: u32, hops: u16): u32 {
  const ref = takeActivation(run, index, sender, input);
  activationAt(run, ref).hops = hops;
  agentAt(run, index).activation = ref;
  return ref;
}

/** One that no agent's row knows. Takes over the hold on `input`. */
export function takeActivation(run: Run, index: u32, sender: u32, input: u32): u32 {
  let ref = run.freeActivations;
  if (ref) run.freeActivations = activationAt(run, ref).nextWaiter;
  else ref = run.allocate(ACTIVATION_SIZE);
  const activation = activationAt(run, ref);
  memory.fill(changetype<usize>(activation), 0, ACTIVATION_SIZE);
  activation.agent = index;
  activation.sender = sender;
  activation.input = input;
  return ref;
}

export function freeActivation(run: Run, ref: u32): void {
  const activation = activationAt(run, ref);
  clearTimer(run, activation.deadline);
  clearTimer(run, activation.sendTimer);
  dropText(run, activation.input);
  dropText(run, activation.inputMeta);
  dropText(run, activation.answer);
  dropText(run, activation.answerMeta);
  dropText(run, activation.system);
  dropText(run, activation.schema);
  if (activation.notes) dropNotes(run, activation);
  if (activation.aside) {
    leaveAside(activation);
    freeTranscript(run, activation.aside);
  }
  // Whoever comes next sees more, or less.
  if (activation.view) forgetTold(transcriptAt(run, activation.transcript));
  if (activation.ownsTranscript) freeTranscript(run, activation.transcript);
  if (!activation.node) agentAt(run, activation.agent).activation = 0;
  activation.nextWaiter = run.freeActivations;
  run.freeActivations = ref;
}

// ---- notes: what a program keeps between its calls ----

/** Room for the program's own state, zeroed. */
export function openNotes(run: Run, ref: u32, texts: u16, numbers: u16): void {
  const activation = activationAt(run, ref);
  assert(!activation.notes);
  const bytes = notesSize(texts, numbers);
  const notes = run.take(bytes);
  memory.fill(at(run, notes), 0, bytes);
  activation.notes = notes;
  activation.noteTexts = texts;
  activation.noteNumbers = numbers;
}

export function notesSize(texts: u32, numbers: u32): u32 {
  return max<u32>((((texts << 2) + 7) & ~7) + (numbers << 3), 16);
}

function dropNotes(run: Run, activation: Activation): void {
  for (let i: u32 = 0; i < activation.noteTexts; i++) dropText(run, load<u32>(at(run, activation.notes) + (i << 2)));
  run.give(activation.notes, notesSize(activation.noteTexts, activation.noteNumbers));
}

function textNote(run: Run, activation: Activation, index: u32): usize {
  assert(index < activation.noteTexts);
  return at(run, activation.notes) + (index << 2);
}

function numberNote(run: Run, activation: Activation, index: u32): usize {
  assert(index < activation.noteNumbers);
  return at(run, activation.notes) + (((((<u32>activation.noteTexts) << 2) + 7) & ~7) + (index << 3));
}

export function noteText(run: Run, ref: u32, index: u32): u32 {
  return load<u32>(textNote(run, activationAt(run, ref), index));
}

/** Takes over the hold on `text`; what was there is dropped. */
export function setNoteText(run: Run, ref: u32, index: u32, text: u32): void {
  const place = textNote(run, activationAt(run, ref), index);
  const former = load<u32>(place);
  store<u32>(place, text);
  dropText(run, former);
}

export function noteNumber(run: Run, ref: u32, index: u32): i64 {
  return load<i64>(numberNote(run, activationAt(run, ref), index));
}

export function setNoteNumber(run: Run, ref: u32, index: u32, value: i64): void {
  store<i64>(numberNote(run, activationAt(run, ref), index), value);
}
