import { AgentPlan, RetryPlan, ToolPlan, agentPlanAt, toolPlanAt } from "../definition/plan";
import { Effect as EffectClass, OnUnknown } from "../definition/table";
import { FailureKind, Level, StopReason } from "../protocol/types";
import { searchOf } from "../agents/retriever";
import { modelOf } from "./amend";
import { activationAt, noteText } from "./activation";
import { askApproval, askBeyond, needsApproval } from "./approval";
import { askGate } from "../commons/gates";
import { failActivation, spanKindOf } from "./closing";
import { askCounts, emitCountTokens } from "./counting";
import { Effect, EffectKind, EffectState, effectAt, findEffect, freeEffect } from "./effect";
import { emitCallAgent, emitCallModel, emitCallTool, emitCancelEffect, emitIndex, emitNotice, emitSearch, words } from "./emit";
import { failureWord } from "./failure";
import { Run, RunFlag, at } from "./run";
import { soften } from "../ledger/soft";
import { Reservation, Verdict, counting, reserve, scarce } from "../ledger/reserve";
import { askSession, sessionTimeout } from "./session";
import { endSpan, newSpan } from "./span";
import { unlinkEffect } from "./think";
import { TimerKind, clearTimer, setTimer } from "./timer";
import { forgetTold, partAt, transcriptAt } from "./transcript";
import { fitRequest, squeeze } from "./window";
import { noteOnce } from "../flow/progress";
import { mix } from "../text/mix";

// Attempts at an effect: asking the host, waiting, trying again. One place for all kinds of effects.

/** What became of a failed attempt. */
export const enum Outcome {
  /** It will be tried again, or is being tried at another provider. */
  TriedAgain,
  Failed,
  /** Nobody knows whether it was done. */
  Unknown,
}

export function toolOf(run: Run, effect: Effect): ToolPlan {
  return toolPlanAt(agentPlanAt(run.plan, effect.agent), effect.tool);
}

/** The next attempt: at once, or as soon as its gate lets it pass. */
export function dispatch(run: Run, ref: u32): void {
  const effect = effectAt(run, ref);
  if (effect.kind == EffectKind.Tool && !effect.attempt && effect.state != EffectState.Asking && needsApproval(run, effect)) return askApproval(run, effect);
  // Each attempt at a model is a call, and may cost as much as any other.
  if (effect.kind == EffectKind.Model && !hasRoom(run, ref, effect)) return;
  effect.gate = gateOf(run, effect);
  if (effect.gate) askGate(run, effect);
  else attempt(run, ref);
}

function gateOf(run: Run, effect: Effect): u32 {
  if (effect.kind == EffectKind.Tool) return toolOf(run, effect).gate;
  const plan = agentPlanAt(run.plan, effect.agent);
  return effect.kind == EffectKind.Model && plan.gates ? load<u32>(plan.gates + ((<u32>effect.provider) << 2)) : 0;
}

/** Holds what the call may cost; if that cannot be it waits, or is refused. */
function hasRoom(run: Run, ref: u32, effect: Effect): bool {
  if (effect.state == EffectState.Waiting) {
    run.waiting--;
    effect.state = <u8>EffectState.Dispatched;
  }
  if (soften(run, effect)) {
    askBeyond(run, effect);
    return false;
  }
  if (!effect.call && !fitRequest(run, effect)) {
    giveUp(run, ref, StopReason.Limit);
    return false;
  }
  const verdict = reserve(run, effect);
  if (verdict == Verdict.Granted) return true;
  if (verdict == Verdict.Wait) {
    effect.state = <u8>EffectState.Waiting;
    run.waiting++;
  } else if (!countInstead(run, ref, effect)) giveUp(run, ref, StopReason.Budget);
  return false;
}

/** What is refused by a count that may be too high is counted, and asked again. */
function countInstead(run: Run, ref: u32, effect: Effect): bool {
  const activation = activationAt(run, effect.activation);
  if (!counting || effect.attempt || effect.call || activation.counted || !askCounts(run, effect.activation, effect.provider, effect.noTools != 0))
    return false;
  activation.turns--;
  run.modelCalls--;
  unlinkEffect(run, activation, ref);
  freeEffect(run, ref);
  return true;
}

/** Effects that wait for room in a budget try again, in the order in which they were made. */
export function tryWaiting(run: Run): void {
  run.flags &= <u8>~RunFlag.Room;
  let last: u32 = 0;
  while (run.waiting) {
    let ref: u32 = 0;
    let first = u32.MAX_VALUE;
    for (let i: u32 = 0; i < run.slotCount; i++) {
      const each = load<u32>(at(run, run.slots) + (i << 2));
      if (!each || effectAt(run, each).state != EffectState.Waiting) continue;
      const ordinal = effectAt(run, each).ordinal;
      if (ordinal <= last || ordinal >= first) continue;
      first = ordinal;
      ref = each;
    }
    if (!ref) return;
    last = first;
    dispatch(run, ref);
    // Nobody else gets what the run as a whole has not got.
    if (findEffect(run, last) == ref && effectAt(run, ref).state == EffectState.Waiting && !scarce) return;
  }
}

/** Asks the host. */
export function attempt(run: Run, ref: u32): void {
  const effect = effectAt(run, ref);
  if (effect.kind == EffectKind.Model) effect.reserved = <u8>Reservation.Called;
  const plan = agentPlanAt(run.plan, effect.agent);
  if (effect.kind == EffectKind.Tool && toolOf(run, effect).effectClass == EffectClass.Once) noteOnce(run, activationAt(run, effect.activation).node);
  effect.state = <u8>EffectState.Dispatched;
  effect.attempt++;
  effect.tries++;
  if (effect.kind != EffectKind.Count) effect.span = newSpan(run);
  const timeout = timeoutOf(run, effect, plan);
  if (timeout) effect.timer = setTimer(run, TimerKind.Attempt, effect.ordinal, run.now + timeout);
  ask(run, effect);
}

/** The attempt is not made; `words` says why. */
export function giveUp(run: Run, ref: u32, stop: StopReason): void {
  const effect = effectAt(run, ref);
  const activation = effect.activation;
  // It was counted as it was made.
  if (!effect.attempt) run.modelCalls--;
  activationAt(run, activation).effects = 0;
  freeEffect(run, ref);
  failActivation(run, activation, stop);
}

/** The command of the present attempt. */
export function ask(run: Run, effect: Effect): void {
  if (<EffectKind>effect.kind >= EffectKind.Recall) return askSession(run, effect);
  const activation = activationAt(run, effect.activation);
  const timeout = timeoutOf(run, effect, agentPlanAt(run.plan, effect.agent));
  if (effect.kind == EffectKind.Model) emitCallModel(run, effect, activation, timeout);
  else if (effect.kind == EffectKind.Tool) emitCallTool(run, effect, partAt(run, effect.call), timeout, activation.span);
  else if (effect.kind == EffectKind.Agent) emitCallAgent(run, effect, activation, timeout);
  else if (effect.kind == EffectKind.Count) emitCountTokens(run, effect, activation);
  else if (effect.kind == EffectKind.Search) emitSearch(run, effect, activation, searchOf(run, effect.activation), timeout);
  else emitIndex(run, effect, activation, searchOf(run, effect.activation), noteText(run, effect.activation, 0), timeout);
}

/** The present attempt's command once more; who asks a model is told the whole transcript. */
export function askAnew(run: Run, effect: Effect): void {
  if (effect.kind == EffectKind.Model) forgetTold(transcriptAt(run, effect.call || activationAt(run, effect.activation).transcript));
  ask(run, effect);
}

/** An attempt that is under way has all of its time from now on. */
export function renewTimeout(run: Run, effect: Effect): void {
  if (!effect.timer) return;
  clearTimer(run, effect.timer);
  effect.timer = setTimer(run, TimerKind.Attempt, effect.ordinal, run.now + timeoutOf(run, effect, agentPlanAt(run.plan, effect.agent)));
}

function timeoutOf(run: Run, effect: Effect, plan: AgentPlan): u64 {
  if (effect.kind == EffectKind.Tool) return toolOf(run, effect).timeout;
  if (<EffectKind>effect.kind >= EffectKind.Recall) return sessionTimeout();
  return effect.kind == EffectKind.Model ? plan.providerTimeout(effect.provider) : 0;
}

/** The provider found the request too long: once, it is tried again with less. */
export function shorten(run: Run, ref: u32): bool {
  const effect = effectAt(run, ref);
  clearTimer(run, effect.timer);
  effect.timer = 0;
  if (effect.call || !squeeze(run, effect)) return false;
  run.retries++;
  dispatch(run, ref);
  return true;
}

/** An attempt failed: again later, at another provider, or not at all. */
export function attemptFailed(run: Run, ref: u32, kind: FailureKind, retryAfter: u64): Outcome {
  const effect = effectAt(run, ref);
  const plan = agentPlanAt(run.plan, effect.agent);
  clearTimer(run, effect.timer);
  effect.timer = 0;
  if (effect.kind == EffectKind.Tool) return toolFailed(run, ref, effect, kind, retryAfter);
  if (mayRetry(plan.retry, effect, kind) && backOff(run, effect, plan.retry, kind, retryAfter)) return Outcome.TriedAgain;
  if (effect.kind == EffectKind.Model && <u32>effect.provider + 1 < plan.providers && !modelOf(run, effect.agent)) {
    effect.provider++;
    effect.tries = 0;
    words
      .clear()
      .ascii(failureWord(kind))
      .ascii(": on to provider ")
      .integer(<u32>effect.provider + 1)
      .ascii(" of ")
      .integer(plan.providers);
    emitNotice(run, effect.agent, Level.Warn, "fallback");
    dispatch(run, ref);
    return Outcome.TriedAgain;
  }
  return Outcome.Failed;
}

/** A tool that was asked and did not answer: it runs again only if its class allows that and its policy says so. */
function toolFailed(run: Run, ref: u32, effect: Effect, kind: FailureKind, retryAfter: u64): Outcome {
  // The host had no such tool: it did not run.
  if (kind == FailureKind.Missing || kind == FailureKind.InvalidRequest || kind == FailureKind.Unavailable) return Outcome.Failed;
  const tool = toolOf(run, effect);
  if (tool.effectClass == EffectClass.Once) return Outcome.Unknown;
  if (changetype<usize>(tool.retry)) {
    if (mayRetry(tool.retry, effect, kind) && backOff(run, effect, tool.retry, kind, retryAfter)) return Outcome.TriedAgain;
  } else if (tool.onUnknown == OnUnknown.Retry && <u32>effect.tries < 3) {
    run.retries++;
    words
      .clear()
      .ascii(failureWord(kind))
      .ascii(": tool runs again, attempt ")
      .integer(effect.attempt + 1);
    emitNotice(run, effect.agent, Level.Warn, "retry");
    dispatch(run, ref);
    return Outcome.TriedAgain;
  }
  return tool.effectClass == EffectClass.Pure ? Outcome.Failed : Outcome.Unknown;
}

function mayRetry(retry: RetryPlan, effect: Effect, kind: FailureKind): bool {
  if (!changetype<usize>(retry) || <u32>effect.tries >= retry.attempts) return false;
  return ((retry.retryOn >> <u32>kind) & 1) != 0;
}

/** Waits before the next attempt; false if that would reach the activation's deadline. */
function backOff(run: Run, effect: Effect, retry: RetryPlan, kind: FailureKind, retryAfter: u64): bool {
  let wait = retry.initial;
  for (let i: u32 = 1; i < <u32>effect.tries && wait < retry.most; i++) wait = (wait * (retry.multiplier / 1_000_000)) / 1000;
  wait = min(wait, retry.most);
  // Half of it at random, so that many that failed together do not come back together. The draw depends on the effect alone, not on what
  // else happened before.
  const half = wait >> 1;
  wait = wait - half + (half ? mix(run.seed ^ mix(((<u64>effect.ordinal) << 16) | effect.attempt)) % (half + 1) : 0);
  wait = max(wait, retryAfter);
  const activation = activationAt(run, effect.activation);
  if (activation.deadlineAt && run.now + wait >= activation.deadlineAt) return false;
  run.retries++;
  effect.state = <u8>EffectState.BackingOff;
  effect.timer = setTimer(run, TimerKind.Retry, effect.ordinal, run.now + wait);
  words
    .clear()
    .ascii(failureWord(kind))
    .ascii(": attempt ")
    .integer(effect.attempt + 1)
    .ascii(" in ")
    .integer(wait)
    .ascii(" ms");
  emitNotice(run, effect.agent, Level.Warn, "retry");
  return true;
}

/** The attempt's time is up. */
export function attemptTimedOut(run: Run, ordinal: u32): u32 {
  const ref = findEffect(run, ordinal);
  assert(ref);
  const effect = effectAt(run, ref);
  effect.timer = 0;
  run.timeouts++;
  emitCancelEffect(run, effect);
  return ref;
}

/** Ends the span of an attempt. */
export function endAttemptSpan(run: Run, effect: Effect, error: string | null): void {
  if (effect.span) endSpan(run, effect.span, spanKindOf(effect), effect.agent, error);
}
