import { StopReason, SpanKind } from "../protocol/types";
import { words } from "../kernel/emit";
import { Run, RunState } from "../kernel/run";
import { newSpan, startSpan } from "../kernel/span";
import { dropText, holdText, newText } from "../kernel/text";
import { TimerKind, setTimer } from "../kernel/timer";
import { enterAgent, hasPlace } from "./agent";
import { chooseKid, enterChoose } from "./choose";
import { failHere, rescue, succeed } from "./end";
import { holdsAt } from "./environment";
import { enterHandoff, handoffKid } from "./handoff";
import {
  Instance,
  InstanceFlag,
  InstanceState,
  Pending,
  freeInstance,
  instanceAt,
  newInstance,
  queueInstance,
  termOf,
  unlink,
  unqueueInstance,
} from "./instance";
import { enterJoin } from "./join";
import { enterLoop, loopKid } from "./loop";
import { enterMap, mapKid } from "./map";
import { bindName, holdNames } from "./names";
import { finishFlow } from "./flow";
import { enterParallel, parallelKid } from "./parallel";
import { enterPlan, planKid } from "./plan";
import { enterRetrieve, retrieveKid } from "./retrieve";
import { select } from "./select";
import { enterSequence, sequenceKid } from "./sequence";
import { enterSupervise, superviseKid } from "./supervise";
import { beginAttempt, talkOf } from "./talk";
import { Term, TermKind, termAt } from "./term";
import { enterUse, useKid } from "./use";

// One unit of a flow's work: an instance is entered, or its parent is told that it is over.

/** Whether there is something to do. */
export function mayStepFlow(run: Run): bool {
  return run.state == RunState.Running && (run.flowHead != 0 || (run.flowWaiting != 0 && hasPlace(run)));
}

/** Does what is next; only if mayStepFlow. Whoever waits for a place goes first if there is one. */
export function stepFlow(run: Run): void {
  if (run.flowWaiting && hasPlace(run)) {
    const ref = run.flowWaiting;
    unqueueInstance(run, ref);
    instanceAt(run, ref).state = <u8>InstanceState.Running;
    return enterAgent(run, ref);
  }
  const ref = run.flowHead;
  const instance = instanceAt(run, ref);
  const pending = <Pending>instance.pending;
  run.flowHead = instance.nextQueued;
  if (!run.flowHead) run.flowTail = 0;
  instance.pending = <u8>Pending.Nothing;
  if (pending == Pending.Enter) enter(run, ref);
  else settle(run, ref);
}

/** A child, to be entered when its turn comes. Takes over the holds on `text` and `meta`. */
export function open(run: Run, parent: u32, term: u32, place: u32, text: u32, meta: u32): u32 {
  const ref = newInstance(run, parent, term, place);
  const instance = instanceAt(run, ref);
  instance.input = text;
  instance.inputMeta = meta;
  const above = instanceAt(run, parent);
  instance.outer = holdNames(run, above.scope);
  instance.talk = talkOf(above);
  queueInstance(run, ref, Pending.Enter);
  return ref;
}

/** The same, with one more name in view. */
export function openWith(run: Run, parent: u32, term: u32, place: u32, text: u32, meta: u32, binding: u32, bound: u32, boundMeta: u32): u32 {
  const ref = open(run, parent, term, place, text, meta);
  const instance = instanceAt(run, ref);
  instance.outer = bindName(run, instance.outer, binding, bound, boundMeta);
  return ref;
}

/** The same term again in the same place, for the next attempt. */
export function enter(run: Run, ref: u32): void {
  const instance = instanceAt(run, ref);
  const term: Term = termOf(run, instance);
  instance.state = <u8>InstanceState.Running;
  if (!instance.attempt) firstEntry(run, ref, instance, term);
  instance.attempt++;
  instance.scope = holdNames(run, instance.outer);
  if (changetype<usize>(term.retry) && term.retry.attempts > 1) beginAttempt(run, instance);
  if (term.inputCount && !instance.has(InstanceFlag.Selected)) {
    if (!select(run, ref)) return failHere(run, ref, StopReason.Failed);
    instance.set(InstanceFlag.Selected);
  }
  if (term.when) {
    if (!holdsAt(run, ref, term.when, instance.input, instance.inputMeta)) {
      instance.output = holdText(run, instance.input);
      instance.outputMeta = holdText(run, instance.inputMeta);
      return succeed(run, ref);
    }
  }
  enterKind(run, ref, term);
}

function firstEntry(run: Run, ref: u32, instance: Instance, term: Term): void {
  instance.id = ++run.instances;
  instance.enteredAt = run.now;
  instance.tokensBefore = run.inputTokens + run.outputTokens;
  instance.span = newSpan(run);
  const parent = instance.parent;
  const above = parent ? instanceAt(run, parent).span : run.rootSpan;
  const kind = term.kind == TermKind.Agent ? SpanKind.Agent : SpanKind.Node;
  if (term.nameLength) startSpan(run, instance.span, above, kind, term.agent, term.name, term.nameLength);
  else startSpan(run, instance.span, above, kind, term.agent, term.path, term.pathLength);
  const outer = parent ? instanceAt(run, parent).deadlineAt : 0;
  instance.deadlineAt = outer;
  const limit = limitOf(run, instance, term);
  if (!limit) return;
  const own = run.now + limit;
  if (outer && outer <= own) return;
  instance.deadlineAt = own;
  instance.timer = setTimer(run, TimerKind.Node, ref, own);
}

/** Milliseconds it may take by itself: a step of a plan no more than the plan says. */
function limitOf(run: Run, instance: Instance, term: Term): u64 {
  if (!instance.parent) return term.deadline;
  const above = termOf(run, instanceAt(run, instance.parent));
  if (above.kind != <u8>TermKind.Plan || !above.stepDeadline || instance.term == above.by) return term.deadline;
  return term.deadline ? min(term.deadline, above.stepDeadline) : above.stepDeadline;
}

function enterKind(run: Run, ref: u32, term: Term): void {
  switch (<TermKind>term.kind) {
    case TermKind.Agent:
      return enterAgent(run, ref);
    case TermKind.Sequence:
      return enterSequence(run, ref);
    case TermKind.Parallel:
      return enterParallel(run, ref);
    case TermKind.Map:
      return enterMap(run, ref);
    case TermKind.Choose:
      return enterChoose(run, ref);
    case TermKind.Loop:
      return enterLoop(run, ref);
    case TermKind.Handoff:
      return enterHandoff(run, ref);
    case TermKind.Supervise:
      return enterSupervise(run, ref);
    case TermKind.Join:
      return enterJoin(run, ref);
    case TermKind.Retrieve:
      return enterRetrieve(run, ref);
    case TermKind.Plan:
      return enterPlan(run, ref);
    case TermKind.Use:
      return enterUse(run, ref);
    default:
      unreachable();
  }
}

/** It is over: its parent goes on, or the flow is. */
function settle(run: Run, ref: u32): void {
  const kid = instanceAt(run, ref);
  if (kid.has(InstanceFlag.Failed) && rescue(run, ref)) return;
  unlink(run, ref);
  const parent = kid.parent;
  if (!parent) return finishFlow(run, ref);
  switch (<TermKind>termOf(run, instanceAt(run, parent)).kind) {
    case TermKind.Sequence:
      sequenceKid(run, parent, ref);
      break;
    case TermKind.Parallel:
      parallelKid(run, parent, ref);
      break;
    case TermKind.Map:
      mapKid(run, parent, ref);
      break;
    case TermKind.Choose:
      chooseKid(run, parent, ref);
      break;
    case TermKind.Loop:
      loopKid(run, parent, ref);
      break;
    case TermKind.Handoff:
      handoffKid(run, parent, ref);
      break;
    case TermKind.Supervise:
      superviseKid(run, parent, ref);
      break;
    case TermKind.Retrieve:
    case TermKind.Join:
      retrieveKid(run, parent, ref);
      break;
    case TermKind.Plan:
      planKid(run, parent, ref);
      break;
    case TermKind.Use:
      useKid(run, parent, ref);
      break;
    default:
      unreachable();
  }
  freeInstance(run, ref);
}

/** The term that an instance stands for in its parent: of a handler, the one whose failure it received. */
export function roleOf(run: Run, instance: Instance): Term {
  const term = termAt(run.plan.flow, instance.term);
  return instance.has(InstanceFlag.Handler) ? termAt(run.plan.flow, term.parent) : term;
}

/** Takes the output from an instance that is over: the caller holds it from now on. */
export function takeOutput(instance: Instance): u32 {
  const text = instance.output;
  instance.output = 0;
  return text;
}

export function takeOutputMeta(instance: Instance): u32 {
  const meta = instance.outputMeta;
  instance.outputMeta = 0;
  return meta;
}

/** Takes the failure from an instance that is over. */
export function takeFailure(instance: Instance): u32 {
  const failure = instance.failure;
  instance.failure = 0;
  return failure;
}

/** The child's output is the instance's, and the instance is over. */
export function passUp(run: Run, ref: u32, kid: u32): void {
  const from = instanceAt(run, kid);
  const to = instanceAt(run, ref);
  dropText(run, to.output);
  dropText(run, to.outputMeta);
  to.output = takeOutput(from);
  to.outputMeta = takeOutputMeta(from);
  succeed(run, ref);
}

/** `words` as the instance's metadata. */
export function setMeta(run: Run, ref: u32): void {
  const meta = newText(run, words.at, words.length);
  const instance = instanceAt(run, ref);
  dropText(run, instance.outputMeta);
  instance.outputMeta = meta;
}
