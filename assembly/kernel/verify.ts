import { AgentPlan, agentPlanAt } from "../definition/plan";
import { EFFECT_SIZE, Effect, EffectKind, EffectState, effectAt } from "./effect";
import { Role, agentAt } from "./agent";
import { verifyAmendments } from "./amend";
import { ACTIVATION_SIZE, Activation, activationAt } from "./activation";
import { beginClaims, claim, claimFree, claimText, holdsAreRight } from "./claims";
import { Message } from "./message";
import { Run, RunFlag, RunState, SIZES, at, pieceBytes } from "./run";
import { TIMER_SIZE, Timer, TimerKind, timerAt, timerInPlace } from "./timer";
import { PART_SIZE, Part, TRANSCRIPT_SIZE, Transcript } from "./transcript";
import { Batch } from "../agents/aggregator";
import { INSTANCE_SIZE, Instance, instanceAt } from "../flow/instance";
import { NAME_SIZE, Name } from "../flow/names";
import { TALK_SIZE } from "../flow/talk";
import { accountsSound, modelCallSound } from "../ledger/verify";
import { spendingSound } from "../ledger/spending";
import { verifyFlow } from "../flow/verify";
import { activationsAreAll } from "./verify-activation";
import { verifyAgents, verifyQueues } from "./verify-agents";

// A run from a file is believed only when every link in it has been followed: to a record of its own, of the right kind, and back.

const FLAGS: i32 = RunFlag.Watched | RunFlag.Closed | RunFlag.Barrier | RunFlag.HopsSpent | RunFlag.Room;

/** Whether everything in the run holds together. The agents' table is found and claimed first. */
export function verifyRun(run: Run): bool {
  const plan = run.plan;
  beginClaims(run);
  if (<RunState>run.state < RunState.Starting || <RunState>run.state > RunState.Closing || <i32>run.flags & ~FLAGS) return false;
  if (run.agentCount != plan.agentCount || run.phase > plan.phases || run.stop > 12 || run.failureStop > 12) return false;
  if (run.agentCount && !claim(run, run.agents, run.agentCount << 6)) return false;
  if (!claim(run, run.ready, plan.classes << 3)) return false;
  if (run.failureAgent >= plan.agentCount && run.failureAgent != u32.MAX_VALUE) return false;
  if (!run.id || !claimText(run, run.id) || !claimText(run, run.output) || !claimText(run, run.failure)) return false;
  if (!verifyAmendments(run) || !verifyNumbers(run) || !verifyFailureTerm(run) || !accountsSound(run) || !spendingSound(run)) return false;
  if (!claimText(run, run.session) || !claimText(run, run.user) || (run.plan.sessions != 0) != (run.session != 0)) return false;
  // Of a run that closes nothing is used any more but what it waits for.
  if (run.state == RunState.Closing) return verifyTimers(run) && verifyEffects(run);
  return (
    verifyTimers(run) &&
    verifyEffects(run) &&
    verifyAgents(run) &&
    verifyFlow(run) &&
    activationsAreAll(run) &&
    verifyQueues(run) &&
    verifyFree(run) &&
    holdsAreRight(run)
  );
}

/** Where a flow failed goes out with its end. */
function verifyFailureTerm(run: Run): bool {
  const flow = run.plan.flow;
  return !run.failureTerm || (changetype<usize>(flow) != 0 && run.failureTerm <= flow.termCount);
}

/** Numbers that go out are below 2^53. */
function verifyNumbers(run: Run): bool {
  let all = run.now | run.startedAt | run.rootSpan | run.parentSpan | run.checkpointed;
  for (let at = offsetof<Run>("steps"); at <= offsetof<Run>("outputTokens"); at += 8) all |= load<u64>(changetype<usize>(run) + at);
  return isSafe(all);
}

function isSafe(value: u64): bool {
  return value >> 53 == 0;
}

function verifyTimers(run: Run): bool {
  if (run.timerCount > run.timerRoom || run.timerRoom > run.used) return false;
  if (run.timerRoom && !claim(run, run.timers, pieceBytes(run.timerRoom << 2))) return false;
  let sends: u32 = 0;
  for (let place: u32 = 0; place < run.timerCount; place++) {
    const ref = timerInPlace(run, place);
    if (!claim(run, ref, TIMER_SIZE)) return false;
    const timer = timerAt(run, ref);
    if (timer.place != place || <TimerKind>timer.kind > TimerKind.Approval || !isSafe(timer.deadline)) return false;
    if (place && isEarlier(timer, timerAt(run, timerInPlace(run, (place - 1) >> 1)))) return false;
    if (timer.kind == TimerKind.Send) sends++;
    if (run.state == RunState.Closing ? timer.kind != TimerKind.Grace : !isOwned(run, ref, timer)) return false;
  }
  return sends == run.sendTimers;
}

function isEarlier(a: Timer, b: Timer): bool {
  return a.deadline < b.deadline || (a.deadline == b.deadline && <i32>(a.order - b.order) < 0);
}

/** Whether the timer's owner is one, and knows it. What the owner is, is verified where the owner is. */
function isOwned(run: Run, ref: u32, timer: Timer): bool {
  switch (<TimerKind>timer.kind) {
    case TimerKind.Produce:
      return timer.owner < run.agentCount && agentPlanAt(run.plan, timer.owner).role == Role.Producer && agentPlanAt(run.plan, timer.owner).interval != 0;
    case TimerKind.Start:
      return timer.owner < run.agentCount && agentAt(run, timer.owner).role == Role.Custom && agentAt(run, timer.owner).transcript == ref;
    case TimerKind.Batch:
      return timer.owner < run.agentCount && batchTimer(run, timer.owner) == ref;
    case TimerKind.Deadline:
      return isRecord(run, timer.owner, ACTIVATION_SIZE) && activationAt(run, timer.owner).deadline == ref;
    case TimerKind.Send:
      return isRecord(run, timer.owner, ACTIVATION_SIZE) && activationAt(run, timer.owner).sendTimer == ref;
    case TimerKind.Attempt:
    case TimerKind.Retry:
    case TimerKind.Approval:
    case TimerKind.Grace: {
      const effect = effectOf(run, timer.owner);
      return effect != 0 && effectAt(run, effect).timer == ref;
    }
    case TimerKind.Node:
      return isRecord(run, timer.owner, INSTANCE_SIZE) && instanceAt(run, timer.owner).timer == ref;
    case TimerKind.NodeRetry:
      return isRecord(run, timer.owner, INSTANCE_SIZE) && instanceAt(run, timer.owner).retryTimer == ref;
    default:
      return true;
  }
}

/** How many timers of a kind are set. */
export function timersOf(run: Run, kind: TimerKind): u32 {
  let count: u32 = 0;
  for (let place: u32 = 0; place < run.timerCount; place++) if (timerAt(run, timerInPlace(run, place)).kind == kind) count++;
  return count;
}

function batchTimer(run: Run, index: u32): u32 {
  const ref = agentAt(run, index).transcript;
  if (agentAt(run, index).role == Role.Classifier) return ref;
  if (agentAt(run, index).role != Role.Aggregator) return 0;
  return isRecord(run, ref, 40) ? changetype<Batch>(at(run, ref)).timer : 0;
}

function isRecord(run: Run, ref: u32, bytes: u32): bool {
  return ref >= 8 && !(ref & 7) && bytes <= run.used && ref <= run.used - bytes;
}

/** The effect's ref by its ordinal, in slots that are not verified yet. */
function effectOf(run: Run, ordinal: u32): u32 {
  if (!run.slotCount || run.slotCount & (run.slotCount - 1) || run.slotCount > run.used || !isRecord(run, run.slots, run.slotCount << 2)) return 0;
  const ref = load<u32>(at(run, run.slots) + ((ordinal & (run.slotCount - 1)) << 2));
  return isRecord(run, ref, EFFECT_SIZE) && effectAt(run, ref).ordinal == ordinal ? ref : 0;
}

/** Sessions that are being read. */
let recalls: u32 = 0;

function verifyEffects(run: Run): bool {
  const count = run.slotCount;
  if (!count) return run.outstanding == 0 && run.waiting == 0;
  if (count < 16 || count & (count - 1) || count > run.used || !claim(run, run.slots, pieceBytes(count << 2))) return false;
  let open: u32 = 0;
  let waiting: u32 = 0;
  recalls = 0;
  for (let i: u32 = 0; i < count; i++) {
    const ref = load<u32>(at(run, run.slots) + (i << 2));
    if (!ref) continue;
    open++;
    if (!claim(run, ref, EFFECT_SIZE)) return false;
    const effect = effectAt(run, ref);
    if (!effect.ordinal || (effect.ordinal & (count - 1)) != i || effect.ordinal > run.lastOrdinal) return false;
    if (!verifyEffect(run, effect)) return false;
    if (effect.state == EffectState.Waiting) waiting++;
  }
  return open == run.outstanding && waiting == run.waiting;
}

function verifyEffect(run: Run, effect: Effect): bool {
  if (run.state == RunState.Closing && effect.state != EffectState.Cancelled) return false;
  if (
    !isSafe(effect.span) ||
    effect.agent >= run.agentCount ||
    <EffectKind>effect.kind > EffectKind.Remember ||
    <EffectState>effect.state > EffectState.Waiting
  )
    return false;
  const plan = agentPlanAt(run.plan, effect.agent);
  if (<EffectKind>effect.kind >= EffectKind.Recall) return verifySession(run, effect, plan);
  if (!mayAsk(<Role>plan.role, <EffectKind>effect.kind)) return false;
  if (effect.kind == EffectKind.Model && !modelCallSound(run, effect)) return false;
  if (effect.kind == EffectKind.Tool && effect.tool >= plan.toolCount) return false;
  if (effect.edited && (effect.kind != EffectKind.Tool || effect.state == EffectState.Asking || !claimText(run, effect.edited))) return false;
  if (effect.kind == EffectKind.Model && effect.call && effect.state == EffectState.Cancelled) return false;
  if (effect.gate > run.plan.gateCount || effect.held > 1 || (effect.held && !effect.gate) || effect.noTools > 1) return false;
  if ((effect.state == EffectState.Cancelled) != (effect.activation == 0)) return false;
  if (!effect.activation) return effect.timer != 0 && timerIs(run, effect, TimerKind.Grace);
  if (effect.state == EffectState.Queued) return effect.timer == 0 && effect.gate != 0;
  if (effect.state == EffectState.Asking)
    return (effect.kind == EffectKind.Tool || effect.kind == EffectKind.Model) && timerIs(run, effect, TimerKind.Approval);
  if (effect.state == EffectState.Waiting) return effect.timer == 0 && effect.kind == EffectKind.Model;
  if (effect.state == EffectState.BackingOff) return timerIs(run, effect, TimerKind.Retry);
  return !effect.timer || timerIs(run, effect, TimerKind.Attempt);
}

/** A session is read before anybody is started; a turn that is kept is a text. */
function verifySession(run: Run, effect: Effect, plan: AgentPlan): bool {
  if (effect.activation || effect.edited || effect.gate || effect.held || effect.noTools > 1) return false;
  if (effect.kind == EffectKind.Recall) {
    if (++recalls > 1 || !run.plan.sessions || run.state != RunState.Starting || run.phase || run.starting || run.recalled) return false;
  } else if (!plan.session || !effect.call || !claimText(run, effect.call)) return false;
  switch (<EffectState>effect.state) {
    case EffectState.Dispatched:
      return timerIs(run, effect, TimerKind.Attempt);
    case EffectState.BackingOff:
      return timerIs(run, effect, TimerKind.Retry);
    case EffectState.Cancelled:
      return effect.kind == EffectKind.Remember && run.state == RunState.Closing && timerIs(run, effect, TimerKind.Grace);
    default:
      return false;
  }
}

/** Whether an agent of that role has effects of that kind. */
function mayAsk(role: Role, kind: EffectKind): bool {
  switch (kind) {
    case EffectKind.Agent:
      return role == Role.Custom;
    case EffectKind.Search:
      return role == Role.Retriever;
    case EffectKind.Index:
      return role == Role.Indexer;
    case EffectKind.Tool:
      return role == Role.React || role == Role.Classifier || role == Role.Planner;
    default:
      return role != Role.Custom && role != Role.Retriever && role != Role.Indexer;
  }
}

function timerIs(run: Run, effect: Effect, kind: TimerKind): bool {
  if (!isRecord(run, effect.timer, TIMER_SIZE)) return false;
  const timer = timerAt(run, effect.timer);
  return timer.kind == kind && timer.owner == effect.ordinal && isSet(run, effect.timer, timer);
}

/** Whether a timer stands in the heap. */
export function isSet(run: Run, ref: u32, timer: Timer): bool {
  return timer.place < run.timerCount && timerInPlace(run, timer.place) == ref;
}

function verifyFree(run: Run): bool {
  if (!claimFree(run, run.freeMessages, offsetof<Message>(), offsetof<Message>("next"))) return false;
  if (!claimFree(run, run.freeEffects, EFFECT_SIZE, offsetof<Effect>("next"))) return false;
  if (!claimFree(run, run.freeActivations, ACTIVATION_SIZE, offsetof<Activation>("nextWaiter"))) return false;
  if (!claimFree(run, run.freeTranscripts, TRANSCRIPT_SIZE, offsetof<Transcript>("next"))) return false;
  if (!claimFree(run, run.freeParts, PART_SIZE, offsetof<Part>("next"))) return false;
  if (!claimFree(run, run.freeTimers, TIMER_SIZE, offsetof<Timer>("place"))) return false;
  if (!claimFree(run, run.freeInstances, INSTANCE_SIZE, offsetof<Instance>("nextQueued"))) return false;
  if (!claimFree(run, run.freeNames, NAME_SIZE, offsetof<Name>("next"))) return false;
  if (!claimFree(run, run.freeTalks, TALK_SIZE, 0)) return false;
  if (!run.freePieces) return true;
  if (!claim(run, run.freePieces, (SIZES * 4 + 7) & ~7)) return false;
  for (let k: u32 = 0; k < SIZES; k++) if (!claimFree(run, load<u32>(at(run, run.freePieces) + (k << 2)), 16 << k, 0)) return false;
  return true;
}
