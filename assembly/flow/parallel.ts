import { StopReason } from "../protocol/types";
import { words } from "../kernel/emit";
import { stopWord } from "../kernel/failure";
import { Run } from "../kernel/run";
import { dropText, holdText, newText, textBytes, textLength } from "../kernel/text";
import { Builder } from "../text/builder";
import { closeKids, failHere, failWith, succeed } from "./end";
import { addCause, dropFailure, failureAt, setFailureCause } from "./failure";
import { Instance, InstanceFlag, dataAt, instanceAt, openData, termOf } from "./instance";
import { open, setMeta, takeFailure, takeOutput, takeOutputMeta } from "./step";
import { joinTalk, newTalk, talkOf } from "./talk";
import { Term, kidOf, labelOf } from "./term";
import { putValue } from "./value";

// All branches on the same input. What each comes to stands in its place, and is put together in declared order, whatever order it came in.

export const enum BranchState {
  NotEntered,
  Running,
  Succeeded,
  Failed,
}

@unmanaged
export class Branch {
  state: u32;
  text: u32;
  meta: u32;
  failure: u32;
  talk: u32;
  unused: u32;
}

export const BRANCH_SIZE: u32 = 24;

export function branchAt(run: Run, instance: Instance, place: u32): Branch {
  return changetype<Branch>(dataAt(run, instance, place * BRANCH_SIZE));
}

export function enterParallel(run: Run, ref: u32): void {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  openData(run, instance, term.kidCount * BRANCH_SIZE);
  const most = term.concurrency ? min(term.concurrency, term.kidCount) : term.kidCount;
  for (let i: u32 = 0; i < most; i++) enterNext(run, ref);
}

function enterNext(run: Run, ref: u32): void {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  const place = instance.cursor;
  if (place == term.kidCount) return;
  instance.cursor++;
  const kid = open(run, ref, kidOf(term, place), place, holdText(run, instance.input), holdText(run, instance.inputMeta));
  const talk = newTalk(run, talkOf(instance));
  instanceAt(run, kid).talk = talk;
  const branch = branchAt(run, instance, place);
  branch.state = BranchState.Running;
  branch.talk = talk;
}

export function parallelKid(run: Run, ref: u32, kid: u32): void {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  const ended = instanceAt(run, kid);
  const branch = branchAt(run, instance, ended.place);
  if (ended.has(InstanceFlag.Failed)) {
    branch.state = BranchState.Failed;
    branch.failure = takeFailure(ended);
    instance.failed++;
    if (term.failFast) {
      const failure = branch.failure;
      branch.failure = 0;
      return failWith(run, ref, failure);
    }
  } else {
    branch.state = BranchState.Succeeded;
    branch.text = takeOutput(ended);
    branch.meta = takeOutputMeta(ended);
    instance.done++;
    if (term.first) {
      instance.output = holdText(run, branch.text);
      instance.outputMeta = holdText(run, branch.meta);
      return succeed(run, ref);
    }
  }
  const needed: u32 = term.first ? 1 : term.quorum;
  const over = instance.done + instance.failed;
  if (needed ? instance.done >= needed : over == term.kidCount && instance.done) return join(run, ref, false);
  if (needed ? term.kidCount - instance.failed < needed : over == term.kidCount) return failTogether(run, ref);
  enterNext(run, ref);
}

/** The node's own deadline: what has arrived is enough if all were waited for. */
export function parallelDeadline(run: Run, ref: u32): bool {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  if (term.first || term.quorum || !instance.done) return false;
  join(run, ref, true);
  return true;
}

function join(run: Run, ref: u32, late: bool): void {
  closeKids(run, ref);
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  words.clear();
  writeDone(run, words, instance, term);
  instance.output = newText(run, words.at, words.length);
  if (writeFailed(run, instance, term, late)) setMeta(run, ref);
  succeed(run, ref);
}

/** What has been done so far: an object, name → output, in declared order. */
export function writeDone(run: Run, to: Builder, instance: Instance, term: Term): void {
  to.byte(0x7b);
  let more = false;
  for (let i: u32 = 0; i < term.kidCount; i++) {
    const branch = branchAt(run, instance, i);
    if (branch.state != BranchState.Succeeded) continue;
    if (more) to.byte(0x2c);
    more = true;
    const label = labelOf(term, i);
    to.json(label.at, label.length).byte(0x3a);
    putValue(to, textBytes(run, branch.text), textLength(run, branch.text));
  }
  to.byte(0x7d);
}

/** {"failed": [names], "failures": {name: {stop, message}}}; those that were not waited for are missing. False: there is nothing to say. */
function writeFailed(run: Run, instance: Instance, term: Term, late: bool): bool {
  words.clear().ascii('{"failed":[');
  let count = 0;
  for (let i: u32 = 0; i < term.kidCount; i++) {
    if (!isMissing(branchAt(run, instance, i), late)) continue;
    if (count++) words.byte(0x2c);
    const label = labelOf(term, i);
    words.json(label.at, label.length);
  }
  if (!count) return false;
  words.ascii('],"failures":{');
  count = 0;
  for (let i: u32 = 0; i < term.kidCount; i++) {
    const branch = branchAt(run, instance, i);
    if (!isMissing(branch, late)) continue;
    if (count++) words.byte(0x2c);
    const label = labelOf(term, i);
    words.json(label.at, label.length);
    if (!branch.failure) words.ascii(':{"stop":"deadline","message":"no answer in time"}');
    else {
      const failure = failureAt(run, branch.failure);
      words.ascii(':{"stop":"').ascii(stopWord(failure.stop)).ascii('","message":');
      words.json(textBytes(run, failure.message), textLength(run, failure.message)).byte(0x7d);
    }
  }
  words.ascii("}}");
  return true;
}

function isMissing(branch: Branch, late: bool): bool {
  return branch.state == BranchState.Failed || (late && branch.state != BranchState.Succeeded);
}

/** One failure passes unchanged; of several the first in declared order gives the reason, and all are causes. */
function failTogether(run: Run, ref: u32): void {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  let first: u32 = 0;
  for (let i: u32 = 0; i < term.kidCount && !first; i++) first = branchAt(run, instance, i).failure;
  if (instance.failed == 1 && !instance.done) {
    for (let i: u32 = 0; i < term.kidCount; i++) branchAt(run, instance, i).failure = 0;
    return failWith(run, ref, first);
  }
  const stop = <StopReason>failureAt(run, first).stop;
  const kind = failureAt(run, first).kind;
  words.clear().integer(instance.failed).ascii(" of ").integer(term.kidCount).ascii(" branches failed");
  if (term.quorum > 1) words.ascii("; ").integer(term.quorum).ascii(" had to succeed");
  words.ascii(": ");
  let shown = 0;
  for (let i: u32 = 0; i < term.kidCount; i++) {
    const branch = branchAt(run, instance, i);
    if (!branch.failure || ++shown > 3) continue;
    const label = labelOf(term, i);
    const failure = failureAt(run, branch.failure);
    if (shown > 1) words.ascii("; ");
    words.bytes(label.at, label.length).ascii(": ").bytes(textBytes(run, failure.message), textLength(run, failure.message));
  }
  if (shown > 3) words.ascii("; and others");
  setFailureCause(kind - 1);
  failHere(run, ref, stop);
}

/** Their failures become causes of the instance's; called before the block is given back. */
export function addCauses(run: Run, instance: Instance, failure: u32): void {
  const term = termOf(run, instance);
  for (let i: u32 = 0; i < term.kidCount; i++) {
    const branch = branchAt(run, instance, i);
    if (!branch.failure) continue;
    addCause(run, failure, branch.failure);
    branch.failure = 0;
  }
}

/** Gives back what stands in the block: what was said is joined in declared order. */
export function loseParallel(run: Run, instance: Instance): void {
  if (!instance.data) return;
  const count = termOf(run, instance).kidCount;
  for (let i: u32 = 0; i < count; i++) {
    const branch = branchAt(run, instance, i);
    dropText(run, branch.text);
    dropText(run, branch.meta);
    dropFailure(run, branch.failure);
    if (branch.talk) joinTalk(run, branch.talk);
  }
}
