import { PartKind, PartRole, SpanKind, StopReason } from "../protocol/types";
import { cancelActivation } from "../kernel/closing";
import { words } from "../kernel/emit";
import { stopWord } from "../kernel/failure";
import { Run, RunState } from "../kernel/run";
import { endSpan } from "../kernel/span";
import { dropText, holdText, newText } from "../kernel/text";
import { TimerKind, clearTimer, setTimer } from "../kernel/timer";
import { addPart } from "../kernel/transcript";
import { mix } from "../text/mix";
import { Failure, addCause, failureAt, newFailure, writeFailure } from "./failure";
import {
  Instance,
  InstanceFlag,
  InstanceState,
  Pending,
  closeData,
  freeInstance,
  instanceAt,
  newInstance,
  queueInstance,
  termOf,
  unlink,
  unqueueInstance,
} from "./instance";
import { dropNames } from "./names";
import { loseLoop } from "./loop";
import { addFirstCause, loseMap } from "./map";
import { addCauses, loseParallel } from "./parallel";
import { addStepCauses, losePlan } from "./plan-records";
import { writePartial } from "./partial";
import { open, takeFailure } from "./step";
import { endAttempt, endGroup, groupAround, isGroup } from "./talk";
import { OnError, TermKind } from "./term";

// How an instance ends: well, with a failure that may be mended, or because nobody wants it any more.

/** Its output stands; its parent is told in its turn. */
export function succeed(run: Run, ref: u32): void {
  const instance = instanceAt(run, ref);
  if (termOf(run, instance).kind != TermKind.Agent) closeKids(run, ref);
  leaveKind(run, instance);
  endAttempt(run, instance, true);
  over(run, ref, instance, null);
}

function over(run: Run, ref: u32, instance: Instance, error: string | null): void {
  const term = termOf(run, instance);
  const group = isGroup(run, instance);
  if (group || term.kind == TermKind.Use) tellOuterGroup(run, instance);
  if (group) endGroup(run, instance);
  clearTimer(run, instance.timer);
  clearTimer(run, instance.retryTimer);
  instance.timer = 0;
  instance.retryTimer = 0;
  // Its next attempt may have been due when its deadline came.
  unqueueInstance(run, ref);
  endSpan(run, instance.span, term.kind == TermKind.Agent ? SpanKind.Agent : SpanKind.Node, term.agent, error);
  instance.state = <u8>InstanceState.Over;
  queueInstance(run, ref, Pending.Over);
}

/** Of a group or another definition within a group only the output is heard outside. */
function tellOuterGroup(run: Run, instance: Instance): void {
  if (!instance.output || instance.has(InstanceFlag.Failed)) return;
  const transcript = groupAround(run, instance);
  if (transcript) addPart(run, transcript, PartRole.User, PartKind.Text, holdText(run, instance.output), 0, 0, 0);
}

/** `words` is the message of a failure of the instance itself; what it has done so far is kept in the failure. */
export function failHere(run: Run, ref: u32, stop: StopReason): void {
  const failure = newFailure(run, stop, instanceAt(run, ref).term);
  words.clear();
  writePartial(run, words, ref);
  failureAt(run, failure).partial = newText(run, words.at, words.length);
  addKidsCauses(run, instanceAt(run, ref), failure);
  failWith(run, ref, failure);
}

function addKidsCauses(run: Run, instance: Instance, failure: u32): void {
  if (!instance.data) return;
  const kind = <TermKind>termOf(run, instance).kind;
  if (kind == TermKind.Parallel) addCauses(run, instance, failure);
  else if (kind == TermKind.Map) addFirstCause(run, instance, failure);
  else if (kind == TermKind.Plan) addStepCauses(run, instance, failure);
}

/** Takes over the failure: another attempt follows, or the instance is over with it. */
export function failWith(run: Run, ref: u32, failure: u32): void {
  closeKids(run, ref);
  const instance = instanceAt(run, ref);
  leaveKind(run, instance);
  if (instance.apart) {
    const again = mayTryAgain(run, ref, instance, failureAt(run, failure));
    endAttempt(run, instance, !again);
    if (again) {
      instance.cause = replaced(run, instance.cause, failure);
      return tryAgain(run, ref, instance);
    }
  }
  instance.failure = failure;
  instance.set(InstanceFlag.Failed);
  over(run, ref, instance, stopWord(failureAt(run, failure).stop));
}

/** What a kind keeps in its own block is given back. */
function leaveKind(run: Run, instance: Instance): void {
  switch (<TermKind>termOf(run, instance).kind) {
    case TermKind.Parallel:
      loseParallel(run, instance);
      break;
    case TermKind.Map:
      loseMap(run, instance);
      break;
    case TermKind.Loop:
      loseLoop(run, instance);
      break;
    case TermKind.Plan:
      losePlan(run, instance);
      break;
    default:
  }
  closeData(run, instance);
  dropNames(run, instance.scope);
  instance.scope = 0;
}

function replaced(run: Run, former: u32, failure: u32): u32 {
  if (former) addCause(run, failure, former);
  return failure;
}

function mayTryAgain(run: Run, ref: u32, instance: Instance, failure: Failure): bool {
  const retry = termOf(run, instance).retry;
  if (<u32>instance.attempt >= retry.attempts || instance.has(InstanceFlag.Once) || run.state != RunState.Running) return false;
  const stop = <StopReason>failure.stop;
  if (stop != StopReason.Failed && stop != StopReason.BadDecision && stop != StopReason.Deadline) return false;
  if (retry.retryOn != u32.MAX_VALUE && !(failure.kind && (retry.retryOn >> (failure.kind - 1)) & 1)) return false;
  // Its own deadline has come if that is what it failed of.
  return !instance.deadlineAt || run.now + backOff(run, ref, instance) < instance.deadlineAt;
}

/** Milliseconds before the next attempt; a half of it drawn from the run's seed and the instance's place. */
function backOff(run: Run, ref: u32, instance: Instance): u64 {
  const retry = termOf(run, instance).retry;
  let wait = retry.initial;
  for (let i: u32 = 1; i < <u32>instance.attempt && wait < retry.most; i++) wait = (wait * (retry.multiplier / 1_000_000)) / 1000;
  wait = min(wait, retry.most);
  const half = wait >> 1;
  return wait - half + (half ? placeDigest(run, ref) % (half + 1) : 0);
}

/** A number that depends on the run's seed and on where the instance stands: terms, places, iterations and attempts down to it. */
export function placeDigest(run: Run, ref: u32): u64 {
  let digest = run.seed;
  for (let at = ref; at; at = instanceAt(run, at).parent) {
    const instance = instanceAt(run, at);
    digest = mix(digest ^ mix(((<u64>instance.term) << 32) | instance.place));
    digest = mix(digest ^ (((<u64>instance.iteration) << 32) | instance.attempt));
  }
  return digest;
}

function tryAgain(run: Run, ref: u32, instance: Instance): void {
  const at = run.now + backOff(run, ref, instance);
  dropText(run, instance.output);
  dropText(run, instance.outputMeta);
  instance.output = 0;
  instance.outputMeta = 0;
  instance.state = <u8>InstanceState.Waiting;
  instance.cursor = 0;
  instance.done = 0;
  instance.failed = 0;
  instance.phase = 0;
  instance.iteration = 0;
  run.retries++;
  instance.retryTimer = setTimer(run, TimerKind.NodeRetry, ref, at);
}

/** The time for the next attempt has come; its timer is gone. */
export function retryNode(run: Run, ref: u32): void {
  instanceAt(run, ref).retryTimer = 0;
  queueInstance(run, ref, Pending.Enter);
}

/** What `on_error` does for an instance that failed; true: its handler stands in its place. */
export function rescue(run: Run, ref: u32): bool {
  const instance = instanceAt(run, ref);
  if (instance.has(InstanceFlag.Handler)) {
    addCause(run, instance.failure, instance.cause);
    instance.cause = 0;
    return false;
  }
  const term = termOf(run, instance);
  if (instance.cause) {
    addCause(run, instance.failure, instance.cause);
    instance.cause = 0;
  }
  if (term.onError == OnError.Fail || run.state != RunState.Running) return false;
  const failure = takeFailure(instance);
  words.clear();
  if (term.onError == OnError.Skip) words.ascii('{"error":');
  writeFailure(run, words, failure);
  if (term.onError == OnError.Skip) words.byte(0x7d);
  const text = newText(run, words.at, words.length);
  if (term.onError == OnError.Skip) {
    instance.failure = failure;
    instance.flags &= <u8>~InstanceFlag.Failed;
    dropText(run, instance.output);
    dropText(run, instance.outputMeta);
    instance.output = 0;
    instance.outputMeta = text;
    return false;
  }
  const parent = instance.parent;
  const place = instance.place;
  const talk = instance.talk;
  const ownsTalk = instance.has(InstanceFlag.OwnsTalk);
  const handler = openHandler(run, parent, term.handler, place, text);
  const standIn = instanceAt(run, handler);
  standIn.cause = failure;
  standIn.set(InstanceFlag.Handler);
  // It goes on with what was heard and said in the branch.
  standIn.talk = talk;
  if (ownsTalk) standIn.set(InstanceFlag.OwnsTalk);
  instance.flags &= <u8>~InstanceFlag.OwnsTalk;
  standIn.outer = instance.outer;
  instance.outer = 0;
  unlink(run, ref);
  freeInstance(run, ref);
  return true;
}

function openHandler(run: Run, parent: u32, term: u32, place: u32, text: u32): u32 {
  if (parent) {
    const ref = open(run, parent, term, place, text, 0);
    dropNames(run, instanceAt(run, ref).outer);
    return ref;
  }
  return openRoot(run, term, text);
}

/** The outermost instance: its talk is its own. */
export function openRoot(run: Run, term: u32, text: u32): u32 {
  const ref = newInstance(run, 0, term, 0);
  instanceAt(run, ref).input = text;
  run.flowRoot = ref;
  queueInstance(run, ref, Pending.Enter);
  return ref;
}

/** Closes all that is open below: nobody waits for it any more. */
export function closeKids(run: Run, ref: u32): void {
  if (instanceAt(run, ref).activation) {
    const activation = instanceAt(run, ref).activation;
    instanceAt(run, ref).activation = 0;
    cancelActivation(run, activation);
  }
  // The newest stands first in the list: it is gone through from its other end.
  let kid = instanceAt(run, ref).kids;
  while (kid && instanceAt(run, kid).nextKid) kid = instanceAt(run, kid).nextKid;
  while (kid) {
    const next = instanceAt(run, kid).previousKid;
    discard(run, kid);
    kid = next;
  }
}

function discard(run: Run, ref: u32): void {
  closeKids(run, ref);
  unqueueInstance(run, ref);
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  if (instance.attempt && instance.state != InstanceState.Over) {
    leaveKind(run, instance);
    endAttempt(run, instance, true);
    if (isGroup(run, instance)) endGroup(run, instance);
    endSpan(run, instance.span, term.kind == TermKind.Agent ? SpanKind.Agent : SpanKind.Node, term.agent, "cancelled");
  }
  unlink(run, ref);
  freeInstance(run, ref);
}
