import { Program, ACTIVATION_SIZE, Activation, ActivationState, activationAt } from "../kernel/activation";
import { programSound } from "../agents/programs";
import { OUTSIDE, Role } from "../kernel/agent";
import { agentPlanAt } from "../definition/plan";
import { Hold, claim, claimShared, claimText, mark, unmark } from "../kernel/claims";
import { Run, RunState, pieceBytes } from "../kernel/run";
import { TimerKind } from "../kernel/timer";
import { transcriptAt } from "../kernel/transcript";
import {
  isPart,
  ownTranscript,
  timerOf,
  verifyAside,
  verifyDeadline,
  verifyNotes,
  verifyOpen,
  verifyTexts,
  verifyTranscript,
} from "../kernel/verify-activation";
import { timersOf } from "../kernel/verify";
import { FAILURE_SIZE, failureAt } from "./failure";
import { INSTANCE_SIZE, Instance, InstanceFlag, InstanceState, Pending, instanceAt, termOf } from "./instance";
import { NAME_SIZE, nameAt } from "./names";
import { ENTRY_SIZE, GROUP, TALK_SIZE, entryAt, talkAt, talkOf } from "./talk";
import { Decide, Term, TermKind, termAt } from "./term";
import { verifyBlock, verifyKids } from "./verify-blocks";

// A flow from a file: its instances from the outermost one on, each under the term that can stand there, with what they refer to. What the
// terms say is the definition's own and is believed, so no chain of instances is longer than the definition is deep.

const FLAGS: u8 = <u8>(((<u32>InstanceFlag.Selected) << 1) - 1);

/** Instances in the queue, and those that wait for a place. */
let queued: u32 = 0;
let waiting: u32 = 0;
/** Timers that instances have. */
let deadlines: u32 = 0;
let backOffs: u32 = 0;
/** Transcripts of talks with calls that have no result yet, and activations that wait for such results. */
let openTranscripts: u32 = 0;
let callers: u32 = 0;

export function verifyFlow(run: Run): bool {
  queued = 0;
  waiting = 0;
  deadlines = 0;
  backOffs = 0;
  openTranscripts = 0;
  callers = 0;
  const isUnder = changetype<usize>(run.plan.flow) != 0 && run.state == RunState.Running;
  if (isUnder != (run.flowRoot != 0) || !claimText(run, run.input)) return false;
  if (run.recalled && (!run.plan.sessions || !changetype<usize>(run.plan.flow) || run.state != RunState.Starting || !verifyTalk(run, run.recalled, 0)))
    return false;
  if (run.flowRoot && !verifyRoot(run, run.flowRoot)) return false;
  if (deadlines != timersOf(run, TimerKind.Node) || backOffs != timersOf(run, TimerKind.NodeRetry)) return false;
  return openTranscripts == callers && verifyQueue(run) && verifyWaiting(run);
}

function verifyRoot(run: Run, ref: u32): bool {
  if (!claim(run, ref, INSTANCE_SIZE)) return false;
  const instance = instanceAt(run, ref);
  const isHandler = instance.has(InstanceFlag.Handler);
  if (instance.parent || instance.nextKid || instance.previousKid || instance.term >= run.plan.flow.termCount) return false;
  if (isHandler ? termAt(run.plan.flow, 0).handler != instance.term : instance.term != 0) return false;
  return instance.has(InstanceFlag.OwnsTalk) && verifyTalk(run, instance.talk, 0) && verifyInstance(run, ref);
}

/** The children of an instance, each once, and each of them under it. */
export function verifyKid(run: Run, ref: u32, before: u32, parent: u32): bool {
  if (!claim(run, ref, INSTANCE_SIZE)) return false;
  const instance = instanceAt(run, ref);
  return instance.parent == parent && instance.previousKid == before && instance.term < run.plan.flow.termCount && instance.place < 0x80000000;
}

/** The term whose place a claimed child has in its parent. */
export function rolePlayed(run: Run, kid: Instance): u32 {
  if (!kid.has(InstanceFlag.Handler)) return kid.term;
  const mended = termAt(run.plan.flow, kid.term).parent;
  return mended < run.plan.flow.termCount && termAt(run.plan.flow, mended).handler == kid.term ? mended : u32.MAX_VALUE;
}

/** Everything of an instance that has been claimed, and of those below it. */
export function verifyInstance(run: Run, ref: u32): bool {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  if ((instance.span | instance.deadlineAt | instance.enteredAt | instance.tokensBefore) >> 53 || instance.enteredAt > run.now) return false;
  if (instance.tokensBefore > run.inputTokens + run.outputTokens || instance.flags & ~FLAGS) return false;
  if (instance.id > run.instances || (instance.id != 0) != (instance.attempt != 0)) return false;
  if (!verifyHeld(run, instance) || !verifyTimers(run, ref, instance)) return false;
  const tries = changetype<usize>(term.retry) != 0 && term.retry.attempts > 1;
  if (<u32>instance.attempt > (tries ? term.retry.attempts : 1)) return false;
  switch (<InstanceState>instance.state) {
    case InstanceState.Over:
      if (instance.pending != Pending.Over || !isAtRest(instance)) return false;
      break;
    case InstanceState.Waiting:
      if (instance.pending == Pending.Place) return verifyPlace(run, ref, instance, term, tries);
      if (instance.pending == Pending.Over || !isAtRest(instance)) return false;
      // It has never been entered, or the next attempt is due or will be.
      if (instance.pending == Pending.Nothing && !instance.retryTimer) return false;
      if (instance.retryTimer && instance.pending != Pending.Nothing) return false;
      break;
    case InstanceState.Running:
      return instance.pending == Pending.Nothing && verifyApart(run, instance, tries) && verifyRunning(run, ref, instance, term);
    default:
      return false;
  }
  queue(ref, instance);
  return true;
}

function queue(ref: u32, instance: Instance): void {
  if (instance.pending == Pending.Nothing) return;
  queued++;
  mark(ref);
}

/** Nothing is under way in it. */
function isAtRest(instance: Instance): bool {
  return !instance.kids && !instance.open && !instance.activation && !instance.data && !instance.dataBytes && !instance.apart;
}

function verifyPlace(run: Run, ref: u32, instance: Instance, term: Term, tries: bool): bool {
  if (!isActivated(run, term) || !instance.attempt || instance.kids || instance.open || instance.activation || instance.data) return false;
  waiting++;
  mark(ref);
  return verifyApart(run, instance, tries);
}

/** What is said in an attempt that may be followed by another one. */
function verifyApart(run: Run, instance: Instance, tries: bool): bool {
  if (!instance.attempt || tries != (instance.apart != 0)) return false;
  return !tries || verifyTalk(run, instance.apart, instance.talk);
}

function verifyRunning(run: Run, ref: u32, instance: Instance, term: Term): bool {
  if (isActivated(run, term) && instance.activation) return !instance.kids && !instance.open && !instance.data && verifyActivation(run, ref, instance, term);
  return !instance.activation && verifyBlock(run, instance, term) && verifyKids(run, ref, instance, term);
}

/** Whether a term is done by an activation. */
function isActivated(run: Run, term: Term): bool {
  if (term.agent >= run.agentCount) return false;
  return term.kind == <u8>TermKind.Agent || term.kind == <u8>TermKind.Join || term.kind == <u8>TermKind.Retrieve;
}

// ---- what it holds ----

function verifyHeld(run: Run, instance: Instance): bool {
  if (!claimText(run, instance.input) || !claimText(run, instance.inputMeta)) return false;
  if (!claimText(run, instance.output) || !claimText(run, instance.outputMeta)) return false;
  const failed = instance.has(InstanceFlag.Failed);
  if (failed != (instance.failure != 0) || (failed && instance.state != InstanceState.Over)) return false;
  if (instance.has(InstanceFlag.Handler) && !instance.cause) return false;
  if (!verifyFailure(run, instance.failure) || !verifyFailure(run, instance.cause)) return false;
  return verifyNames(run, instance.outer) && verifyNames(run, instance.scope);
}

export function verifyFailure(run: Run, ref: u32): bool {
  if (!ref) return true;
  if (!claim(run, ref, pieceBytes(FAILURE_SIZE))) return false;
  const failure = failureAt(run, ref);
  if (failure.stop > 12 || failure.term >= run.plan.flow.termCount || failure.kind > 31) return false;
  return claimText(run, failure.message) && claimText(run, failure.causes) && claimText(run, failure.partial);
}

function verifyNames(run: Run, chain: u32): bool {
  for (let ref = chain; ref; ref = nameAt(run, ref).next) {
    const hold = claimShared(run, ref, NAME_SIZE);
    if (hold != Hold.First) return hold == Hold.Again;
    const name = nameAt(run, ref);
    if (!claimText(run, name.text) || !claimText(run, name.meta)) return false;
  }
  return true;
}

function verifyTimers(run: Run, ref: u32, instance: Instance): bool {
  if (instance.timer) {
    if (instance.state == InstanceState.Over || !timerOf(run, instance.timer, TimerKind.Node, ref)) return false;
    deadlines++;
  }
  if (instance.retryTimer) {
    if (instance.state != InstanceState.Waiting || !timerOf(run, instance.retryTimer, TimerKind.NodeRetry, ref)) return false;
    backOffs++;
  }
  return true;
}

/** A talk and its transcripts, each once. */
export function verifyTalk(run: Run, ref: u32, above: u32): bool {
  if (!claim(run, ref, TALK_SIZE)) return false;
  const talk = talkAt(run, ref);
  if (talk.above != above) return false;
  let last: u32 = 0;
  for (let at = talk.first; at; at = entryAt(run, at).next) {
    if (!claim(run, at, ENTRY_SIZE)) return false;
    const entry = entryAt(run, at);
    if (!(entry.key & GROUP) && entry.key >= run.agentCount) return false;
    if (!verifyTranscript(run, entry.transcript) || entry.base > transcriptAt(run, entry.transcript).count) return false;
    if (transcriptAt(run, entry.transcript).openCalls) openTranscripts++;
    last = at;
  }
  return last == talk.last;
}

// ---- activations ----

function verifyActivation(run: Run, ref: u32, instance: Instance, term: Term): bool {
  const at = instance.activation;
  if (!claim(run, at, ACTIVATION_SIZE)) return false;
  const activation = activationAt(run, at);
  if ((activation.span | activation.deadlineAt) >> 53 || activation.agent != term.agent || activation.sender != OUTSIDE) return false;
  if (activation.node != ref || activation.term != instance.term + 1 || activation.state != ActivationState.Working) return false;
  if (activation.sendTimer || activation.answer || activation.answerMeta || !mayTransfer(run, instance, activation)) return false;
  const role = <Role>agentPlanAt(run.plan, term.agent).role;
  if (!isProgramOf(role, term, <Program>activation.program)) return false;
  if (!verifyTranscripts(run, instance, activation) || !verifyTexts(run, activation) || !verifyNotes(run, activation)) return false;
  return verifyDeadline(run, at, activation) && verifyOpen(run, at, activation, role) && programSound(run, at);
}

/** A transcript of its own, or one of the talk that its instance is in. */
function verifyTranscripts(run: Run, instance: Instance, activation: Activation): bool {
  const transcript = ownTranscript(activation);
  if (activation.ownsTranscript) {
    if (!verifyTranscript(run, transcript)) return false;
  } else if (transcript) {
    if (!isIn(run, talkOf(instance), transcript)) return false;
    if (activation.calls) callers++;
  }
  if (activation.before && (!transcript || !isPart(run, transcript, activation.before))) return false;
  return verifyAside(run, activation) && (!activation.view || (transcript != 0 && isPart(run, transcript, activation.view)));
}

function isIn(run: Run, talk: u32, transcript: u32): bool {
  for (let ref = talkAt(run, talk).first; ref; ref = entryAt(run, ref).next) if (entryAt(run, ref).transcript == transcript) return true;
  return false;
}

/** The member to whom it passes the conversation on is one of the handoff that it is in. */
function mayTransfer(run: Run, instance: Instance, activation: Activation): bool {
  if (!activation.transfer) return true;
  if (!instance.parent) return false;
  const above = termOf(run, instanceAt(run, instance.parent));
  return above.kind == <u8>TermKind.Handoff && activation.transfer <= above.kidCount;
}

function isProgramOf(role: Role, term: Term, program: Program): bool {
  if (role == Role.Custom || role == Role.Retriever || role == Role.Indexer) return program == Program.React;
  if (term.decide == <u8>Decide.Plan || (term.decide == <u8>Decide.Nothing && role == Role.Planner)) return program == Program.Plan;
  if (term.decide == <u8>Decide.Category || (term.decide == <u8>Decide.Nothing && role == Role.Classifier)) return program == Program.Classify;
  if (term.decide != <u8>Decide.Nothing) return program == Program.Decide;
  return program == (role == Role.Aggregator ? Program.Aggregate : Program.React);
}

// ---- queues ----

function verifyQueue(run: Run): bool {
  let last: u32 = 0;
  for (let ref = run.flowHead; ref; ref = instanceAt(run, ref).nextQueued) {
    if (!unmark(run, ref) || instanceAt(run, ref).pending == Pending.Place) return false;
    queued--;
    last = ref;
  }
  return queued == 0 && last == run.flowTail;
}

function verifyWaiting(run: Run): bool {
  for (let ref = run.flowWaiting; ref; ref = instanceAt(run, ref).nextQueued) {
    if (!unmark(run, ref) || instanceAt(run, ref).pending != Pending.Place) return false;
    waiting--;
  }
  return waiting == 0;
}
