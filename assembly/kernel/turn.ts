import { produce } from "../agents/producer";
import { closeBatch } from "../agents/aggregator";
import { outputCount, outputMark } from "../protocol/output";
import { FailureKind, StopReason } from "../protocol/types";
import { activateNext } from "./activate";
import { activationAt } from "./activation";
import { applyEvent, effectFailed } from "./apply";
import { attemptTimedOut, dispatch } from "./attempt";
import { closeRun, endIfQuiet, failActivation, finishIfDrained, noteFailure } from "./closing";
import { effectAt, findEffect, freeEffect } from "./effect";
import { words } from "./emit";
import { beginStepRecord, digestSince, endStepRecord, forgetEvents, nextEvent } from "./record";
import { stopWaiting } from "./router";
import { Run, RunFlag, RunState } from "./run";
import { agentStartTimedOut } from "./startup";
import { TimerKind, clearTimer, firstTimer, nextDeadline, timerAt, timerInPlace } from "./timer";
import { closeCalls } from "../agents/react";

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
  let work = run.plan.work;
  while (work && run.timerCount && nextDeadline(run) <= run.now) {
    fire(run);
    work--;
  }
  const most = run.plan.maxBusy;
  while (work && run.readyMask && (!most || run.busy < most)) {
    activateNext(run);
    work--;
  }
  checkLimits(run);
  endIfQuiet(run);
  const digest = digestSince(start, records);
  endStepRecord(run, mark, digest);
  return digest;
}

/** Whether the run has more to do at once. */
export function wantsTurn(run: Run): bool {
  if (run.state == RunState.Finished) return false;
  if (run.timerCount && nextDeadline(run) <= run.now) return true;
  return run.readyMask != 0 && (!run.plan.maxBusy || run.busy < run.plan.maxBusy);
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
      closeBatch(run, owner);
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
      endGracefully(run);
      break;
    case TimerKind.Limit:
      words.clear().ascii("the run's time is over");
      noteFailure(run, u32.MAX_VALUE, StopReason.Budget);
      closeRun(run, StopReason.Budget);
      break;
    case TimerKind.Grace: {
      freeEffect(run, findEffect(run, owner));
      finishIfDrained(run);
      break;
    }
    default:
      unreachable();
  }
}

function deadlineReached(run: Run, ref: u32): void {
  activationAt(run, ref).deadline = 0;
  closeCalls(run, ref);
  words.clear().ascii("it took longer than its timeout");
  failActivation(run, ref, StopReason.Deadline);
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

function checkLimits(run: Run): void {
  if (run.state != RunState.Running) return;
  const plan = run.plan;
  words.clear();
  if (plan.limitSteps && run.steps >= plan.limitSteps) words.ascii("steps: ").integer(plan.limitSteps);
  else if (run.has(RunFlag.HopsSpent)) words.ascii("hops of a message: ").integer(plan.maxHops);
  else if (plan.limitActivations && run.activations > plan.limitActivations) words.ascii("activations: ").integer(plan.limitActivations);
  else if (plan.limitMemory && <u64>run.used > plan.limitMemory) words.ascii("memory: ").integer(plan.limitMemory).ascii(" bytes");
  if (!words.length) return;
  noteFailure(run, u32.MAX_VALUE, StopReason.Limit);
  closeRun(run, StopReason.Limit);
}
