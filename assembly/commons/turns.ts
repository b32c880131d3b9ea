import { leaveAllGates } from "./gates";
import { releasePlan } from "../definition/plans";
import { Run, RunFlag, RunState } from "../kernel/run";
import { closeRow, nextQueuedRun, queueRun } from "../kernel/runs";
import { nextDeadline } from "../kernel/timer";
import { takeTurn, wantsTurn } from "../kernel/turn";
import { dueRun, setWake } from "../kernel/wake";

// Which runs take their turn in a step: those with events, those whose time has come, those that were not finished in the last one. Each
// gets one turn of bounded work, so that none holds the others up.

/** Runs whose timers are due join the queue. */
export function wakeRuns(now: u64): void {
  for (let run = dueRun(now); run !== null; run = dueRun(now)) {
    setWake(run, u64.MAX_VALUE);
    if (!run.has(RunFlag.Replaying)) queueRun(run);
  }
}

/** The first `count` runs of the queue take their turns. */
export function takeTurns(count: u32, now: u64): void {
  for (; count; count--) {
    const run = nextQueuedRun();
    if (run === null) return;
    if (run.state == RunState.Finished) {
      // Thrown away without a turn.
      discard(run);
      continue;
    }
    takeTurn(run, now);
    settle(run);
  }
}

/** After a turn: the run ends, goes on at once, or waits for its next timer. */
export function settle(run: Run): void {
  if (run.state == RunState.Finished) {
    discard(run);
    return;
  }
  if (wantsTurn(run)) queueRun(run);
  setWake(run, run.timerCount ? nextDeadline(run) : u64.MAX_VALUE);
}

/** Everything a run holds is given back. */
export function discard(run: Run): void {
  leaveAllGates(run);
  setWake(run, u64.MAX_VALUE);
  releasePlan(run.plan);
  closeRow(run);
}
