import { PartKind, PartRole, StopReason } from "../protocol/types";
import { addPart } from "../kernel/transcript";
import { words } from "../kernel/emit";
import { stopWord } from "../kernel/failure";
import { Run } from "../kernel/run";
import { dropText, holdText, newText, textBytes, textLength } from "../kernel/text";
import { isNameByte, sameBytes } from "../text/slice";
import { failHere, failWith, succeed } from "./end";
import { Failure, failureAt } from "./failure";
import { Instance, InstanceFlag, dataAt, instanceAt, openData, termOf } from "./instance";
import { isTrue } from "../json/node";
import { memberNamed } from "../json/members";
import { writeMembers } from "./meta";
import { open, setMeta, takeFailure, takeOutput, takeOutputMeta } from "./step";
import { groupFor, isGroup } from "./talk";
import { NO_TERM, Pick, Term, kidOf, labelOf } from "./term";
import { objectOf, stringIn } from "./value";

// Each round somebody picks a member, the member is called, and its answer is heard by all; until it is done, nobody fits, or there were enough
// rounds. The last answer is the instance's output until it is summed up. The block: for each member when it was last called, 0: never.

export const PICKING: u8 = 0;
export const CALLING: u8 = 1;
/** Asking whether it is done, where members take turns. */
export const ASKING: u8 = 2;
export const SUMMING: u8 = 3;
const NOBODY: u32 = u32.MAX_VALUE;

export function enterSupervise(run: Run, ref: u32): void {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  openData(run, instance, term.kidCount << 2);
  // The members hear what it is about, whatever task each is given.
  if (isGroup(run, instance)) addPart(run, groupFor(run, ref), PartRole.User, PartKind.Text, holdText(run, instance.input), 0, 0, 0);
  next(run, ref);
}

/** The next round: who is asked depends on who picks. */
function next(run: Run, ref: u32): void {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  if (instance.iteration == term.most) return sumUp(run, ref, StopReason.Limit);
  if (term.pick == Pick.RoundRobin) return call(run, ref, instance.iteration % term.kidCount, 0);
  if (term.pick == Pick.Manual) {
    const text = instance.iteration ? instance.output : instance.input;
    const member = mentioned(term, textBytes(run, text), textLength(run, text));
    return member == NOBODY ? sumUp(run, ref, StopReason.Done) : call(run, ref, member, 0);
  }
  instance.phase = PICKING;
  open(run, ref, term.by, term.kidCount, holdText(run, instance.input), holdText(run, instance.inputMeta));
}

/** The member that a text begins with, as @NAME. */
function mentioned(term: Term, at: usize, length: u32): u32 {
  if (!length || load<u8>(at) != 0x40) return NOBODY;
  let end: u32 = 1;
  while (end < length && isNameByte(load<u8>(at + end))) end++;
  return placeOf(term, at + 1, end - 1);
}

function placeOf(term: Term, at: usize, length: u32): u32 {
  for (let i: u32 = 0; i < term.kidCount; i++) {
    const label = labelOf(term, i);
    if (sameBytes(label.at, label.length, at, length)) return i;
  }
  return NOBODY;
}

/** One round: a member with a task, or, without one, with the input. Takes over the hold on `task`. */
function call(run: Run, ref: u32, member: u32, task: u32): void {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  instance.phase = CALLING;
  instance.iteration++;
  instance.cursor = member;
  store<u32>(dataAt(run, instance, member << 2), instance.iteration);
  const text = task || holdText(run, instance.input);
  open(run, ref, kidOf(term, member), member, text, task ? 0 : holdText(run, instance.inputMeta));
}

export function superviseKid(run: Run, ref: u32, kid: u32): void {
  const instance = instanceAt(run, ref);
  switch (instance.phase) {
    case PICKING:
      return picked(run, ref, kid);
    case CALLING:
      return called(run, ref, kid);
    case ASKING:
      return asked(run, ref, kid);
    default:
      return summed(run, ref, kid);
  }
}

function picked(run: Run, ref: u32, kid: u32): void {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  const ended = instanceAt(run, kid);
  if (ended.has(InstanceFlag.Failed)) return call(run, ref, notUsedLast(instance, term), 0);
  const at = textBytes(run, ended.output);
  const length = textLength(run, ended.output);
  const root = objectOf(at, length);
  if (root !== null) {
    const done = memberNamed(root, "done");
    if (done !== null && isTrue(done)) return sumUp(run, ref, StopReason.Done);
  }
  const name = stringIn(at, length, "next");
  if (name === null || !name.length) return sumUp(run, ref, StopReason.Done);
  const member = placeOf(term, name.at, name.length);
  if (member == NOBODY) return call(run, ref, notUsedLast(instance, term), 0);
  const task = stringIn(at, length, "task");
  call(run, ref, member, task === null ? 0 : newText(run, task.at, task.length));
}

/** The first member that was not called last; of one member, that one. */
function notUsedLast(instance: Instance, term: Term): u32 {
  return instance.iteration && !instance.cursor && term.kidCount > 1 ? 1 : 0;
}

function called(run: Run, ref: u32, kid: u32): void {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  const ended = instanceAt(run, kid);
  if (ended.has(InstanceFlag.Failed)) {
    if (term.failFast) return failWith(run, ref, takeFailure(ended));
    noteFailed(run, instance, failureAt(run, ended.failure));
  } else {
    dropText(run, instance.output);
    dropText(run, instance.outputMeta);
    instance.output = takeOutput(ended);
    instance.outputMeta = takeOutputMeta(ended);
    instance.done++;
  }
  if (term.pick != Pick.RoundRobin || term.untilTerm == NO_TERM || instance.iteration == term.most) return next(run, ref);
  instance.phase = ASKING;
  open(run, ref, term.untilTerm, term.kidCount, holdText(run, instance.input), holdText(run, instance.inputMeta));
}

/** Why the last member gave no answer; in words where there is no answer yet, whose metadata would be there. */
function noteFailed(run: Run, instance: Instance, failure: Failure): void {
  instance.failed = failure.stop;
  if (instance.done) return;
  dropText(run, instance.outputMeta);
  instance.outputMeta = holdText(run, failure.message);
}

function asked(run: Run, ref: u32, kid: u32): void {
  const ended = instanceAt(run, kid);
  if (!ended.has(InstanceFlag.Failed)) {
    const root = objectOf(textBytes(run, ended.output), textLength(run, ended.output));
    if (root !== null) {
      const done = memberNamed(root, "done");
      if (done !== null && isTrue(done)) return sumUp(run, ref, StopReason.Done);
    }
  }
  next(run, ref);
}

/** No more rounds: what was said is summed up by whoever does that, or the last answer is the output. */
function sumUp(run: Run, ref: u32, stop: StopReason): void {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  if (!instance.done) {
    if (instance.iteration) {
      const last = instance.outputMeta;
      words.clear().ascii("none of the members that were called answered, the last: ").bytes(textBytes(run, last), textLength(run, last));
      return failHere(run, ref, <StopReason>(instance.failed || StopReason.Failed));
    }
    words.clear().ascii("no member was called");
    return failHere(run, ref, StopReason.NoRoute);
  }
  // Why it ended, until it is said in the metadata.
  instance.failed = <u32>stop;
  if (!term.summarise || term.otherwise == NO_TERM) return finish(run, ref);
  instance.phase = SUMMING;
  open(run, ref, term.otherwise, term.kidCount, holdText(run, instance.input), holdText(run, instance.inputMeta));
}

function summed(run: Run, ref: u32, kid: u32): void {
  const ended = instanceAt(run, kid);
  const instance = instanceAt(run, ref);
  if (!ended.has(InstanceFlag.Failed)) {
    dropText(run, instance.output);
    dropText(run, instance.outputMeta);
    instance.output = takeOutput(ended);
    instance.outputMeta = takeOutputMeta(ended);
  }
  finish(run, ref);
}

function finish(run: Run, ref: u32): void {
  const instance = instanceAt(run, ref);
  words.clear();
  writeMembers(words, textBytes(run, instance.outputMeta), textLength(run, instance.outputMeta), "rounds", "stop");
  words.ascii('"rounds":').integer(instance.iteration).ascii(',"stop":"').ascii(stopWord(instance.failed)).ascii('"}');
  setMeta(run, ref);
  succeed(run, ref);
}

/** The node's own deadline: the last answer is the output if there is one. */
export function superviseDeadline(run: Run, ref: u32): bool {
  const instance = instanceAt(run, ref);
  if (!instance.done) return false;
  instance.failed = StopReason.Deadline;
  finish(run, ref);
  return true;
}
