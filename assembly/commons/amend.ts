import { AmendEvent } from "../protocol/events";
import { CommandKind, STARTED_FIXED, StartedCommand } from "../protocol/commands";
import { beginRecord, endRecord, outputCount, outputMark, putBytes, rewindOutput } from "../protocol/output";
import { mayAmend } from "../kernel/amend";
import { words } from "../kernel/emit";
import { linkEvent } from "../kernel/record";
import { Run, RunFlag, RunState } from "../kernel/run";
import { findRun, queueRun } from "../kernel/runs";
import { refuseEvent } from "./refuse";

// A run that replayed goes on as another one, with changes; a run that begins, begins with them.

/** The run that began with the event before this one, its tag, and where the output stood then. */
let begun: u64 = 0;
let begunTag: u32 = 0;
let mark: u32 = 0;
let records: u32 = 0;

/** What is written from now on is undone if the run that begins is refused its changes. */
export function markStart(): void {
  mark = outputMark();
  records = outputCount();
}

/** The run that an `amend` right behind it would be about. */
export function noteStart(run: Run, tag: u32): void {
  begun = run.handle;
  begunTag = tag;
}

/** Any other event follows. */
export function forgetStart(): void {
  begun = 0;
}

export function amendRun(event: AmendEvent, place: u32): void {
  if (!event.run) return amendStart(event, place);
  const run = findRun(event.run);
  if (run === null || !run.has(RunFlag.Replaying)) {
    words.clear().ascii("there is no such run that replays");
    return refuseEvent(place, event.tag, event.run, "unknown-run");
  }
  if (!event.idLength || event.idLength > 64) {
    words.clear().ascii("a run's id has 1 to 64 bytes");
    return refuseEvent(place, event.tag, event.run, "bad-input");
  }
  if (!mayAmend(run, event)) return refuseEvent(place, event.tag, event.run, "bad-input");
  run.flags &= <u8>~RunFlag.Replaying;
  const at = changetype<usize>(event);
  const started = changetype<StartedCommand>(beginRecord(CommandKind.Started, STARTED_FIXED, event.idLength));
  started.tag = event.tag;
  started.run = run.handle;
  putBytes(offsetof<StartedCommand>("idAt"), at + event.idAt, event.idLength);
  endRecord();
  linkEvent(run, at);
  queueRun(run);
}

function amendStart(event: AmendEvent, place: u32): void {
  const run = begunTag == event.tag ? findRun(begun) : null;
  if (run === null || event.idLength) {
    words.clear().ascii("it is not about the run of the start before it");
    return refuseEvent(place, event.tag, 0, "unknown-run");
  }
  if (mayAmend(run, event)) return linkEvent(run, changetype<usize>(event));
  // Nobody has heard of the run yet.
  rewindOutput(mark, records);
  refuseEvent(place, event.tag, 0, "bad-input");
  run.state = <u8>RunState.Finished;
}
