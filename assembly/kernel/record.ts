import { APPEND_FIXED, AppendCommand, CHECKPOINT_FIXED, CheckpointCommand, CommandKind } from "../protocol/commands";
import { StartEvent, EventKind } from "../protocol/events";
import { beginRecord, endRecord, outputCount, outputFrame, outputMark, putRoom } from "../protocol/output";
import { hashNumber, hashWords } from "../text/hash";
import { Run, RunFlag } from "./run";
import { snapshotSize, writeSnapshot } from "./snapshot";

// What a run's journal holds of one step: everything that went in, and a digest of what came of it. docs/journal.md describes the bytes.
//
//   u32 size | u16 version | u16 flags: 1 barrier, 2 base | u64 step | u64 now | u64 digest | events, as they stand in a frame, with run, tag and definition 0
//
// The record is written before the commands it is a record of, and its digest is filled in when they are known.

export const RECORD_HEAD: u32 = 32;
export const RECORD_VERSION: u16 = 1;

@unmanaged
export class RecordHead {
  size: u32;
  version: u16;
  flags: u16;
  step: u64;
  now: u64;
  digest: u64;
}

/** An event's first fields, as all events of runs have them. While a step is under way, `run` is the address of the run's next event. */
@unmanaged
export class RunEvent {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
}

/** Puts an event behind the run's others of this step. */
export function linkEvent(run: Run, at: usize): void {
  changetype<RunEvent>(at).run = 0;
  if (run.eventTail) changetype<RunEvent>(run.eventTail).run = at;
  else run.eventHead = <u32>at;
  run.eventTail = <u32>at;
  run.eventBytes += changetype<RunEvent>(at).size;
}

export function nextEvent(at: usize): usize {
  return <usize>changetype<RunEvent>(at).run;
}

export function forgetEvents(run: Run): void {
  run.eventHead = 0;
  run.eventTail = 0;
  run.eventBytes = 0;
}

/** Begins the step's record; gives its place in the output. */
export function beginStepRecord(run: Run): u32 {
  const mark = outputMark();
  const size = RECORD_HEAD + run.eventBytes;
  run.sinceSaved += size;
  run.sinceCut += size;
  const command = changetype<AppendCommand>(beginRecord(CommandKind.Append, APPEND_FIXED, size + 8));
  command.run = run.handle;
  const record = putRoom(offsetof<AppendCommand>("recordAt"), size);
  const head = changetype<RecordHead>(record);
  head.size = size;
  head.version = RECORD_VERSION;
  head.flags = 0;
  head.step = run.steps;
  head.now = run.now;
  head.digest = 0;
  let to = record + RECORD_HEAD;
  for (let at: usize = run.eventHead; at; at = nextEvent(at)) {
    const event = changetype<RunEvent>(at);
    memory.copy(to, at, event.size);
    const copy = changetype<StartEvent>(to);
    copy.run = 0;
    // Both have the tag at the same place.
    if (copy.kind == EventKind.Start || copy.kind == EventKind.Amend) copy.tag = 0;
    if (copy.kind == EventKind.Start) copy.definition = 0;
    to += event.size;
  }
  endRecord();
  return mark;
}

/** Fills in what became of it. */
export function endStepRecord(run: Run, mark: u32, digest: u64): void {
  const command = changetype<AppendCommand>(outputFrame() + mark);
  const barrier = run.has(RunFlag.Barrier);
  command.barrier = barrier ? 1 : 0;
  const head = changetype<RecordHead>(changetype<usize>(command) + command.recordAt);
  head.flags = barrier ? 1 : 0;
  head.digest = digest;
}

/** Bytes of a journal after which a snapshot is worth its while, if the run does not take more than that; so what is saved is as much again at most. */
const SAVE_EACH: u64 = 1 << 16;
/** A journal is cut when it is at least so many times what the run takes. */
const CUT_FACTOR: u64 = 4;
/** A record that holds the whole run. */
export const BASE: u16 = 2;

/**
 * The journal may have grown so far that the run is to be saved, or that it is to begin anew with the run as it is now. Outside of the digest:
 * a run that is done again does this, too, and nobody needs it then.
 */
export function endOfJournal(run: Run): void {
  const held = <u64>run.used;
  const cut = run.plan.limitJournal != 0 && run.sinceCut >= max(run.plan.limitJournal, held * CUT_FACTOR);
  if (!cut && run.sinceSaved < max(SAVE_EACH, held)) return;
  run.sinceSaved = 0;
  if (cut) run.sinceCut = 0;
  if (run.has(RunFlag.Replaying)) return;
  if (cut) writeBase(run);
  const command = changetype<CheckpointCommand>(beginRecord(CommandKind.Checkpoint, CHECKPOINT_FIXED, 0));
  command.run = run.handle;
  command.cut = cut ? 1 : 0;
  endRecord();
}

/** The record that stands for all before it: its head is that of the step it comes after, and a snapshot follows. */
function writeBase(run: Run): void {
  const size = RECORD_HEAD + snapshotSize(run);
  const command = changetype<AppendCommand>(beginRecord(CommandKind.Append, APPEND_FIXED, size + 8));
  command.run = run.handle;
  command.cut = 1;
  const record = putRoom(offsetof<AppendCommand>("recordAt"), size);
  const head = changetype<RecordHead>(record);
  head.size = size;
  head.version = RECORD_VERSION;
  head.flags = BASE;
  head.step = run.steps;
  head.now = run.now;
  head.digest = 0;
  store<u64>(record + size - 8, 0);
  writeSnapshot(run, record + RECORD_HEAD);
  endRecord();
}

/** Digest of the commands written since `mark`, without the handles that differ from engine to engine. */
export function digestSince(mark: u32, records: u32): u64 {
  let at = outputFrame() + mark;
  let digest: u64 = 0;
  for (let left = outputCount() - records; left; left--) {
    const size = load<u32>(at);
    digest = hashNumber(digest, load<u64>(at));
    digest = hashWords(digest, at + 16, size - 16);
    at += size;
  }
  return digest;
}
