import { findPlan } from "../definition/plans";
import { Plan } from "../definition/plan";
import { CommandKind, SAVED_FIXED, STARTED_FIXED, SavedCommand, StartedCommand } from "../protocol/commands";
import { RestoreEvent } from "../protocol/events";
import { beginRecord, endRecord, putBytes, putRoom } from "../protocol/output";
import { words } from "../kernel/emit";
import { Run, RunFlag } from "../kernel/run";
import { SnapshotFault, checkSnapshot, readSnapshot, resolveAgents, snapshotSize, writeSnapshot } from "../kernel/snapshot";
import { textBytes, textLength } from "../kernel/text";
import { verifyRun } from "../kernel/verify";
import { openRun } from "./events";
import { refuseEvent } from "./refuse";
import { resumeRun } from "./replay";
import { discard } from "./turns";

// Runs as bytes, out and in again.

export function saveRun(run: Run): void {
  const size = snapshotSize(run);
  const command = changetype<SavedCommand>(beginRecord(CommandKind.Saved, SAVED_FIXED, size + 8));
  command.run = run.handle;
  command.step = run.steps;
  const to = putRoom(offsetof<SavedCommand>("stateAt"), size);
  store<u64>(to + size - 8, 0);
  writeSnapshot(run, to);
  endRecord();
}

export function restoreRun(event: RestoreEvent, place: u32): void {
  const plan = findPlan(event.definition);
  const run = runOf(plan, event.definition, changetype<usize>(event) + event.stateAt, event.stateLength);
  if (run === null) return refuseEvent(place, event.tag, 0, whyNot);
  const length = textLength(run, run.id);
  const command = changetype<StartedCommand>(beginRecord(CommandKind.Started, STARTED_FIXED, length));
  command.tag = event.tag;
  command.run = run.handle;
  putBytes(offsetof<StartedCommand>("idAt"), textBytes(run, run.id), length);
  endRecord();
  if (event.paused) run.set(RunFlag.Replaying);
  else resumeRun(run);
}

/** The code of a refusal, while `words` says why. */
let whyNot: string = "";

/** A run that is made of a snapshot; null, with `words`, if it cannot be. */
export function runOf(plan: Plan | null, definition: u32, from: usize, size: u32): Run | null {
  if (plan === null) {
    words.clear().ascii("there is no definition ").integer(definition);
    whyNot = "unknown-definition";
    return null;
  }
  whyNot = "bad-state";
  const fault = checkSnapshot(plan, from, size);
  if (fault != SnapshotFault.None) {
    words.clear().ascii(faultWords(fault));
    return null;
  }
  const run = openRun(plan);
  if (run === null) {
    whyNot = "too-many-runs";
    return null;
  }
  readSnapshot(run, from);
  if (holds(run)) return run;
  words.clear().ascii("the snapshot was made by nobody's engine: what it says does not hold together");
  // Its effects are not to be believed either: there is nothing it could hold at a gate.
  run.slotCount = 0;
  discard(run);
  return null;
}

function holds(run: Run): bool {
  // Found before it is verified: verifyRun claims it as the first thing.
  if (run.agentCount != run.plan.agentCount || run.agents > run.used || run.agents & 7 || <u64>run.agents + ((<u64>run.agentCount) << 6) > run.used)
    return false;
  if (run.agentCount && !run.agents) return false;
  resolveAgents(run);
  return verifyRun(run);
}

function faultWords(fault: SnapshotFault): string {
  switch (fault) {
    case SnapshotFault.Format:
      return "these bytes are no snapshot of a run";
    case SnapshotFault.Version:
      return "the snapshot is of another version of the engine";
    case SnapshotFault.Size:
      return "the snapshot is cut off or too long";
    case SnapshotFault.Digest:
      return "the snapshot is damaged: its digest is not that of its bytes";
    default:
      return "the snapshot is of a run of another definition";
  }
}
