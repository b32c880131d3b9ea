import { agentPlanAt } from "../definition/plan";
import { CommandKind, FINISHED_FIXED, FinishedCommand, SAVE_OUTPUT_FIXED, SaveOutputCommand } from "../protocol/commands";
import { beginRecord, endRecord, putBytes } from "../protocol/output";
import { putSpendings, spendings } from "../ledger/spending";
import { Level, SPENDING_SIZE, SpanKind, StopReason } from "../protocol/types";
import { aggregateFailed } from "../agents/aggregate";
import { closeCalls } from "../agents/react";
import { agentFailed } from "../flow/agent";
import { endAttemptSpan } from "./attempt";
import { leaveFlow } from "../flow/flow";
import { mayStepFlow } from "../flow/step";
import { termAt } from "../flow/term";
import { Activation, ActivationState, Program, activationAt, freeActivation } from "./activation";
import { AgentState, OUTSIDE, Role, agentAt } from "./agent";
import { freeTranscript } from "./transcript";
import { Effect, EffectKind, EffectState, effectAt, findEffect, freeEffect } from "./effect";
import { emitCancelEffect, emitNotice, words } from "./emit";
import { stopWord } from "./failure";
import { release, waitsFor } from "./router";
import { Run, RunFlag, RunState, at } from "./run";
import { leaveSession } from "./session";
import { endSpan } from "./span";
import { dropText, newText, textBytes, textLength } from "./text";
import { TimerKind, clearTimer, firstTimer, setTimer, timerAt, timerInPlace } from "./timer";

// How things end: an effect nobody waits for, an activation that failed, a run.

/** Milliseconds that a cancelled effect has to answer. */
const GRACE: u64 = 5000;

/** Nobody waits for the answer any more; it is still awaited, for a while, so that what was done and used is known. */
export function abandon(run: Run, effect: Effect): void {
  if (<EffectKind>effect.kind >= EffectKind.Recall) return leaveSession(run, findEffect(run, effect.ordinal));
  const waits = effect.state != EffectState.Dispatched;
  clearTimer(run, effect.timer);
  effect.timer = 0;
  effect.activation = 0;
  if (waits) {
    // Never asked of the host: there is nothing to cancel, but that a person may be looking at it.
    if (effect.state == EffectState.Asking) emitCancelEffect(run, effect);
    freeEffect(run, findEffect(run, effect.ordinal));
    return;
  }
  endAttemptSpan(run, effect, "cancelled");
  if (effect.kind == EffectKind.Model && effect.call) {
    freeTranscript(run, effect.call);
    effect.call = 0;
  }
  emitCancelEffect(run, effect);
  awaitLateResult(run, effect);
}

/** For a while, so that what it did and used is known. */
export function awaitLateResult(run: Run, effect: Effect): void {
  effect.activation = 0;
  effect.state = <u8>EffectState.Cancelled;
  effect.timer = setTimer(run, TimerKind.Grace, effect.ordinal, run.now + GRACE);
}

/** Lets go of the activation's open effects. */
export function abandonAll(run: Run, activation: Activation): void {
  let ref = activation.effects;
  activation.effects = 0;
  while (ref) {
    const effect = effectAt(run, ref);
    const next = effect.next;
    abandon(run, effect);
    ref = next;
  }
}

export function spanKindOf(effect: Effect): SpanKind {
  switch (<EffectKind>effect.kind) {
    case EffectKind.Model:
      return SpanKind.Chat;
    case EffectKind.Tool:
      return SpanKind.Tool;
    case EffectKind.Agent:
      return SpanKind.Agent;
    default:
      return SpanKind.Retrieval;
  }
}

/** The activation ends without an answer. `words` holds what people are told. */
export function failActivation(run: Run, ref: u32, stop: StopReason): void {
  const activation = activationAt(run, ref);
  const index = activation.agent;
  if (activation.program == Program.Aggregate && aggregateFailed(run, ref, stop)) return;
  if (activation.node) {
    abandonAll(run, activation);
    return agentFailed(run, ref, stop);
  }
  noteFailure(run, index, stop);
  if (stop != StopReason.Cancelled) emitNotice(run, index, Level.Error, "agent-failed");
  abandonAll(run, activation);
  endSpan(run, activation.span, SpanKind.Agent, index, stopWord(stop));
  run.busy--;
  release(run, ref);
  if (run.plan.failureStops && run.state == RunState.Running) closeRun(run, stop);
}

/** Nobody waits for the activation of a flow's instance any more. */
export function cancelActivation(run: Run, ref: u32): void {
  const activation = activationAt(run, ref);
  closeCalls(run, ref);
  abandonAll(run, activation);
  run.busy--;
  freeActivation(run, ref);
}

/** The first failure decides how the run ends, if nothing else does. `words` holds the message. */
export function noteFailure(run: Run, index: u32, stop: StopReason): void {
  if (run.failureStop) return;
  run.failureStop = <u8>stop;
  run.failureAgent = index;
  run.failure = newText(run, words.at, words.length);
}

/** Something that concerns the whole run decides how it ends, whatever failed before. `words` says what. */
export function stopRun(run: Run, stop: StopReason): void {
  if (<RunState>run.state >= RunState.Closing) return;
  dropText(run, run.failure);
  run.failureStop = 0;
  noteFailure(run, OUTSIDE, stop);
  closeRun(run, stop);
}

/** Begins the end of a run: nothing new is started, what is open is cancelled, and when that is settled it is over. */
export function closeRun(run: Run, stop: StopReason): void {
  if (<RunState>run.state >= RunState.Closing) return;
  leaveFlow(run, stop);
  run.state = <u8>RunState.Closing;
  run.stop = <u8>stop;
  run.readyMask = 0;
  while (run.timerCount) {
    const timer = firstTimer(run);
    const kind = timerAt(run, timer).kind;
    const owner = timerAt(run, timer).owner;
    clearTimer(run, timer);
    forgetTimer(run, kind, owner);
  }
  for (let i: u32 = 0; i < run.slotCount; i++) {
    const ref = load<u32>(at(run, run.slots) + (i << 2));
    if (!ref) continue;
    const effect = effectAt(run, ref);
    if (effect.state == EffectState.Cancelled) {
      effect.timer = setTimer(run, TimerKind.Grace, effect.ordinal, run.now + GRACE);
      continue;
    }
    abandon(run, effect);
  }
  for (let i: u32 = 0; i < run.agentCount; i++) {
    const agent = agentAt(run, i);
    if (agent.state != AgentState.Busy || agent.role == Role.Relay) continue;
    const activation = activationAt(run, agent.activation);
    activation.effects = 0;
    // One that waits for room has given its answer: its span has ended.
    if (activation.state == ActivationState.Working) endSpan(run, activation.span, SpanKind.Agent, i, stopWord(stop));
  }
  finishIfDrained(run);
}

/** Owners forget timers that are gone, so that nobody clears one twice. */
function forgetTimer(run: Run, kind: u32, owner: u32): void {
  if (kind == TimerKind.Attempt || kind == TimerKind.Retry || kind == TimerKind.Grace || kind == TimerKind.Approval) {
    const ref = findEffect(run, owner);
    if (ref) effectAt(run, ref).timer = 0;
  } else if (kind == TimerKind.Deadline) activationAt(run, owner).deadline = 0;
  else if (kind == TimerKind.Send) activationAt(run, owner).sendTimer = 0;
}

export function finishIfDrained(run: Run): void {
  if (run.state != RunState.Closing || run.outstanding) return;
  while (run.timerCount) clearTimer(run, firstTimer(run));
  run.state = <u8>RunState.Finished;
  emitFinished(run);
}

/** Nothing can happen by itself any more: the run is over, and is either done or stuck. */
export function endIfQuiet(run: Run): void {
  if (run.state != RunState.Running || !(run.has(RunFlag.Closed) || run.flowRoot)) return;
  if (mayStepFlow(run) || run.readyMask || run.outstanding || timersBringMore(run)) return;
  if (describeStall(run)) return stopRun(run, StopReason.Stalled);
  closeRun(run, run.failureStop ? <StopReason>run.failureStop : StopReason.Done);
}

/** Whether a timer is set that does more than say when something must be over. */
function timersBringMore(run: Run): bool {
  const others = run.timerCount - run.sendTimers;
  // A run has one timer for its end and one for its limit, at most.
  if (!others || others > 2) return others != 0;
  for (let place: u32 = 0; place < run.timerCount; place++) {
    const kind = timerAt(run, timerInPlace(run, place)).kind;
    if (kind != TimerKind.Send && kind != TimerKind.End && kind != TimerKind.Limit) return true;
  }
  return false;
}

/** Who waits for whom, into `words`; false if nobody does. */
function describeStall(run: Run): bool {
  words.clear();
  let stuck = 0;
  for (let i: u32 = 0; i < run.agentCount; i++) {
    const agent = agentAt(run, i);
    const sending = agent.state == AgentState.Busy && activationAt(run, agent.activation).state == ActivationState.Sending;
    if (!sending && !agent.waiting) continue;
    if (++stuck > 10) continue;
    if (words.length) words.ascii("; ");
    name(run, i);
    if (sending) {
      words.ascii(" waits for room in the mailbox of ");
      name(run, waitsFor(run, activationAt(run, agent.activation)));
    } else
      words
        .ascii(" has ")
        .integer(agent.waiting)
        .ascii(agent.state == AgentState.Waiting ? " messages and is not started" : " messages that nobody takes");
  }
  if (stuck > 10)
    words
      .ascii("; and ")
      .integer(stuck - 10)
      .ascii(" more");
  return stuck != 0;
}

function name(run: Run, index: u32): void {
  const plan = agentPlanAt(run.plan, index);
  words.bytes(plan.name, plan.nameLength);
}

function emitFinished(run: Run): void {
  run.set(RunFlag.Barrier);
  const failed = run.stop != StopReason.Done;
  endSpan(run, run.rootSpan, SpanKind.Workflow, OUTSIDE, failed ? stopWord(run.stop) : null);
  let path: usize = 0;
  let pathLength: u32 = 0;
  if (failed && run.failureTerm) {
    const term = termAt(run.plan.flow, run.failureTerm - 1);
    path = term.path;
    pathLength = term.pathLength;
  } else if (failed && run.failureStop && run.failureAgent < run.plan.agentCount) {
    const agent = agentPlanAt(run.plan, run.failureAgent);
    path = agent.name;
    pathLength = agent.nameLength;
  }
  const messageLength: u32 = failed ? textLength(run, run.failure) : 0;
  const outputLength = textLength(run, run.output);
  if (!failed && run.plan.savePathLength) {
    const save = changetype<SaveOutputCommand>(beginRecord(CommandKind.SaveOutput, SAVE_OUTPUT_FIXED, run.plan.savePathLength + outputLength));
    save.run = run.handle;
    putBytes(offsetof<SaveOutputCommand>("pathAt"), run.plan.savePath, run.plan.savePathLength);
    putBytes(offsetof<SaveOutputCommand>("textAt"), textBytes(run, run.output), outputLength);
    endRecord();
  }
  const command = changetype<FinishedCommand>(
    beginRecord(CommandKind.Finished, FINISHED_FIXED, pathLength + messageLength + outputLength + spendings(run) * SPENDING_SIZE + 8),
  );
  command.run = run.handle;
  command.stop = run.stop;
  if (pathLength) putBytes(offsetof<FinishedCommand>("pathAt"), path, pathLength);
  if (messageLength) putBytes(offsetof<FinishedCommand>("messageAt"), textBytes(run, run.failure), messageLength);
  putBytes(offsetof<FinishedCommand>("outputAt"), textBytes(run, run.output), outputLength);
  command.countersSteps = run.steps;
  command.countersActivations = run.activations;
  command.countersHops = run.hops;
  command.countersModelCalls = run.modelCalls;
  command.countersToolCalls = run.toolCalls;
  command.countersAgentCalls = run.agentCalls;
  command.countersRetries = run.retries;
  command.countersTimeouts = run.timeouts;
  command.countersRefused = run.refused;
  command.countersDropped = run.dropped;
  command.countersLate = run.late;
  command.countersInputTokens = run.inputTokens;
  command.countersOutputTokens = run.outputTokens;
  putSpendings(run, command);
  endRecord();
}
