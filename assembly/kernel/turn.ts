import { produce } from "../agents/producer";
import { windowOver } from "../agents/aggregator";
import { classifyWindowOver } from "../agents/classify-batch";
import { agentPlanAt } from "../definition/plan";
import { outputCount, outputMark } from "../protocol/output";
import { FailureKind, StopReason } from "../protocol/types";
import { Role, agentAt } from "./agent";
import { activateNext } from "./activate";
import { activationAt } from "./activation";
import { applyEvent, effectFailed } from "./apply";
import { approvalExpired } from "./approval";
import { attemptTimedOut, dispatch, tryWaiting } from "./attempt";
import { endIfQuiet, failActivation, finishIfDrained, stopRun } from "./closing";
import { effectAt, findEffect, freeEffect } from "./effect";
import { words } from "./emit";
import { beginStepRecord, digestSince, endOfJournal, endStepRecord, forgetEvents, nextEvent } from "./record";
import { stopWaiting } from "./router";
import { ENDED, Run, RunFlag, RunState } from "./run";
import { agentStartTimedOut } from "./startup";
import { TimerKind, clearTimer, firstTimer, nextDeadline, timerAt, timerInPlace } from "./timer";
import { closeCalls } from "../agents/react";
import { retryNode } from "../flow/end";
import { nodeDeadline } from "../flow/flow";
import { mayStepFlow, stepFlow } from "../flow/step";

// A run's turn: its events in order, then its timers, then its agents, as far as one step goes. What it does depends on the run and its
// record alone, never on other runs.

/** Takes the turn; gives the digest of what came of it. */
export function takeTurn(run: Run, now: u64): u64 {
  run.now = max(run.now, now);
  run.steps++;
  run.flags &= <u8>~RunFlag.Barrier;
  const mark = beginStepRecord(run);
  const start = outputMark();
  const records = outputCount();
  for (let at: usize = run.eventHead; at; at = nextEvent(at)) applyEvent(run, at);
  forgetEvents(run);
  work(run, run.plan.work);
  endIfQuiet(run);
  checkSteps(run);
  const digest = digestSince(start, records);
  endStepRecord(run, mark, digest);
  if (run.state != RunState.Finished) endOfJournal(run);
  return digest;
}

/** Timers that are due, then agents that are ready; `left` of them at most. */
function work(run: Run, left: u32): void {
  while (left) {
    if (run.has(RunFlag.Room)) tryWaiting(run);
    while (left && isDue(run) && !waitsForOwnMailbox(run)) {
      fire(run);
      left--;
    }
    const held = isDue(run);
    while (left && mayStepFlow(run)) {
      if (isOverLimit(run)) return;
      stepFlow(run);
      left--;
      if (held) break;
    }
    while (left && mayActivate(run)) {
      if (isOverLimit(run)) return;
      activateNext(run);
      left--;
      if (held) break;
    }
    if (!held && !run.has(RunFlag.Room)) break;
  }
  isOverLimit(run);
}

function isDue(run: Run): bool {
  return run.timerCount != 0 && nextDeadline(run) <= run.now;
}

/** A jump of time can bring a producer more messages than its mailbox holds: it sends them before the next ones come. */
function waitsForOwnMailbox(run: Run): bool {
  const timer = timerAt(run, firstTimer(run));
  if (timer.kind != TimerKind.Produce || !mayActivate(run)) return false;
  const agent = agentAt(run, timer.owner);
  return agent.waiting >= agent.limit;
}

/** Whether the run has more to do at once. */
export function wantsTurn(run: Run): bool {
  if (run.state == RunState.Finished) return false;
  return isDue(run) || mayActivate(run) || mayStepFlow(run) || run.has(RunFlag.Room);
}

function mayActivate(run: Run): bool {
  // What is done last in a run that ends may put somebody in line once more.
  return run.readyMask != 0 && <RunState>run.state < RunState.Closing && (!run.plan.maxBusy || run.busy < run.plan.maxBusy);
}

function fire(run: Run): void {
  const ref = firstTimer(run);
  const timer = timerAt(run, ref);
  const kind = timer.kind;
  const owner = timer.owner;
  const due = timer.deadline;
  clearTimer(run, ref);
  switch (<TimerKind>kind) {
    case TimerKind.Produce:
      produce(run, owner, due);
      break;
    case TimerKind.Batch:
      if (agentAt(run, owner).role == Role.Classifier) classifyWindowOver(run, owner);
      else windowOver(run, owner);
      break;
    case TimerKind.Start:
      agentStartTimedOut(run, owner);
      break;
    case TimerKind.Deadline:
      deadlineReached(run, owner);
      break;
    case TimerKind.Attempt:
      effectFailed(run, attemptTimedOut(run, owner), FailureKind.Timeout, 0, true);
      break;
    case TimerKind.Retry: {
      const effect = findEffect(run, owner);
      effectAt(run, effect).timer = 0;
      dispatch(run, effect);
      break;
    }
    case TimerKind.Send:
      stopWaiting(run, owner);
      break;
    case TimerKind.End:
      run.endTimer = ENDED;
      endGracefully(run);
      break;
    case TimerKind.Limit:
      timeIsOver(run, owner);
      break;
    case TimerKind.Grace: {
      freeEffect(run, findEffect(run, owner));
      finishIfDrained(run);
      break;
    }
    case TimerKind.Approval:
      approvalExpired(run, owner);
      break;
    case TimerKind.Node:
      nodeDeadline(run, owner);
      break;
    case TimerKind.NodeRetry:
      retryNode(run, owner);
      break;
    default:
      unreachable();
  }
}

function deadlineReached(run: Run, ref: u32): void {
  activationAt(run, ref).deadline = 0;
  closeCalls(run, ref);
  const budget = agentPlanAt(run.plan, activationAt(run, ref).agent).timeoutOfBudget != 0;
  words.clear().ascii(budget ? "it took longer than its budget of time" : "it took longer than its timeout");
  failActivation(run, ref, budget ? StopReason.Budget : StopReason.Deadline);
}

/** The time it was given is over: producers fall silent, and what is under way comes to its end. */
function endGracefully(run: Run): void {
  run.set(RunFlag.Closed);
  for (let place: u32 = 0; place < run.timerCount; ) {
    const ref = timerInPlace(run, place);
    if (timerAt(run, ref).kind == TimerKind.Produce) {
      clearTimer(run, ref);
      place = 0;
    } else place++;
  }
}

/** Stops a run that would go beyond a limit of its own. Asked before each activation, so that it does not matter how much a step does. */
function isOverLimit(run: Run): bool {
  const plan = run.plan;
  if (run.has(RunFlag.HopsSpent)) words.clear().ascii("limits.hops: ").integer(plan.maxHops);
  else if (<u64>run.used > plan.limitMemory) words.clear().ascii("limits.memory: ").integer(plan.limitMemory).ascii(" bytes");
  else if (plan.limitActivations && run.activations >= plan.limitActivations && run.readyMask)
    words.clear().ascii("limits.activations: ").integer(plan.limitActivations);
  else return false;
  stopRun(run, StopReason.Limit);
  return true;
}

function checkSteps(run: Run): void {
  const most = run.plan.limitSteps;
  if (!most || run.steps < most) return;
  words.clear().ascii("limits.steps: ").integer(most);
  stopRun(run, StopReason.Limit);
}

function timeIsOver(run: Run, limit: u32): void {
  words
    .clear()
    .ascii(limit ? "limits.run_time: " : "budget of time: ")
    .integer(run.now - run.startedAt)
    .ascii(" ms");
  stopRun(run, limit ? StopReason.Limit : StopReason.Budget);
}
