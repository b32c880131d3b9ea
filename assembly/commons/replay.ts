import { findPlan } from "../definition/plans";
import { Effect as EffectClass } from "../definition/table";
import { CommandKind, REPLAYED_FIXED, ReplayedCommand } from "../protocol/commands";
import { EFFECT_FAILED_FIXED, EffectFailedEvent, EVENT_KINDS, EventKind, RESUME_FIXED, ReplayEvent } from "../protocol/events";
import { checkFrame } from "../protocol/check";
import { beginRecord, endRecord, outputCount, outputFrame, outputMark, rewindOutput } from "../protocol/output";
import { FailureKind } from "../protocol/types";
import { Arena, newArena } from "../memory/arena";
import { ask, askAnew, toolOf } from "../kernel/attempt";
import { tellApproval } from "../kernel/approval";
import { EffectKind, EffectState, listedEffect, openEffects } from "../kernel/effect";
import { words } from "../kernel/emit";
import { startAgain } from "../kernel/renew";
import { BASE, RECORD_HEAD, RECORD_VERSION, RecordHead, RunEvent, linkEvent } from "../kernel/record";
import { Run, RunFlag, RunState } from "../kernel/run";
import { findRun, queueRun } from "../kernel/runs";
import { takeTurn } from "../kernel/turn";
import { openRun } from "./events";
import { askGate, rejoinGate } from "./gates";
import { refuseEvent } from "./refuse";
import { runOf } from "./snapshots";
import { discard } from "./turns";

// A journal, record by record, into a run that does nothing in the world: each step is done again, and must come to the same commands.

const FRAME_HEAD: u32 = 16;
/** The events that are being applied; nothing else uses it, since a turn uses scratch memory of its own. */
const records: Arena = newArena();
/** Events for runs that are resumed in this step, which they read before it ends. */
const lost: Arena = newArena();

/** Events that a run's own record may hold; those that came later have later numbers. */
function isRunEvent(kind: i32): bool {
  return (
    kind == EventKind.Resume ||
    (kind >= EventKind.Start && kind <= EventKind.Grant) ||
    (kind >= EventKind.SearchResult && kind < <i32>EVENT_KINDS && kind != EventKind.Models)
  );
}

export function replayRecord(event: ReplayEvent, place: u32): void {
  const record = changetype<usize>(event) + event.recordAt;
  if (event.recordLength > RECORD_HEAD && changetype<RecordHead>(record).flags == BASE) return replayBase(event, place);
  const frame = readRecord(record, event.recordLength);
  if (!frame) return refuseEvent(place, event.tag, event.run, "bad-record");
  const head = changetype<RecordHead>(record);
  if (!event.run && head.step != 1) {
    words.clear().ascii("a journal begins with step 1, and this record is of step ").integer(head.step);
    return refuseEvent(place, event.tag, 0, "wrong-step");
  }
  const run = event.run ? findRun(event.run) : openReplay(event, frame);
  if (run === null || !run.has(RunFlag.Replaying)) {
    if (event.run) words.clear().ascii("there is no such run that replays");
    return refuseEvent(place, event.tag, event.run, event.run ? "unknown-run" : "bad-record");
  }
  if (head.step != run.steps + 1 || run.state == RunState.Finished) {
    words.clear().ascii("the record is of step ").integer(head.step).ascii(", and the run is at step ").integer(run.steps);
    return refuseEvent(place, event.tag, run.handle, "wrong-step");
  }
  replayStep(run, frame, head, event, place);
}

function replayStep(run: Run, frame: usize, head: RecordHead, event: ReplayEvent, place: u32): void {
  let next = frame + FRAME_HEAD;
  for (let left = load<u32>(frame, 4); left; left--) {
    const size = load<u32>(next);
    linkEvent(run, next);
    next += size;
  }
  const mark = outputMark();
  const count = outputCount();
  const digest = takeTurn(run, head.now);
  if (digest != head.digest) {
    rewindOutput(mark, count);
    words.clear().ascii("step ").integer(run.steps).ascii(" led to other commands than were recorded");
    refuseEvent(place, event.tag, run.handle, "diverged");
    run.state = <u8>RunState.Finished;
    return queueRun(run);
  }
  if (!event.show) keepWhatLeaves(mark, count);
  tellReplayed(run);
  if (run.state == RunState.Finished) discard(run);
}

/** The journal was cut here: the run is made of the snapshot in the record. One that comes by all its steps is there already. */
function replayBase(event: ReplayEvent, place: u32): void {
  const head = changetype<RecordHead>(changetype<usize>(event) + event.recordAt);
  let run = event.run ? findRun(event.run) : null;
  if (!event.run) {
    if (head.size != event.recordLength || head.version != RECORD_VERSION) {
      words.clear().ascii("these bytes are no record of a journal");
      return refuseEvent(place, event.tag, 0, "bad-record");
    }
    run = runOf(findPlan(event.definition), event.definition, changetype<usize>(head) + RECORD_HEAD, head.size - RECORD_HEAD);
    if (run === null) return refuseEvent(place, event.tag, 0, "bad-record");
    run.set(RunFlag.Replaying);
  }
  if (run === null || !run.has(RunFlag.Replaying)) {
    words.clear().ascii("there is no such run that replays");
    return refuseEvent(place, event.tag, event.run, "unknown-run");
  }
  if (head.step != run.steps) {
    words.clear().ascii("the record stands for step ").integer(head.step).ascii(", and the run is at step ").integer(run.steps);
    refuseEvent(place, event.tag, event.run, "wrong-step");
    if (!event.run) discard(run);
    return;
  }
  tellReplayed(run);
}

function tellReplayed(run: Run): void {
  const command = changetype<ReplayedCommand>(beginRecord(CommandKind.Replayed, REPLAYED_FIXED, 0));
  command.run = run.handle;
  command.step = run.steps;
  command.finished = run.state == RunState.Finished ? 1 : 0;
  endRecord();
}

/** Of the step's commands those are told again that tell what came out of the run: its result is theirs. Nothing is done again. */
function keepWhatLeaves(mark: u32, records: u32): void {
  let from = outputFrame() + mark;
  let to = from;
  let kept = records;
  for (let left = outputCount() - records; left; left--) {
    const size = load<u32>(from);
    const kind = load<u16>(from, 4);
    if (kind == CommandKind.Output || kind == CommandKind.Finished) {
      if (to != from) memory.copy(to, from, size);
      to += size;
      kept++;
    }
    from += size;
  }
  rewindOutput(<u32>(to - outputFrame()), kept);
}

/** The record's events as a frame, checked as one; 0 with `words` if it is none. */
function readRecord(record: usize, length: u32): usize {
  const head = changetype<RecordHead>(record);
  if (length < RECORD_HEAD || head.size != length || head.version != RECORD_VERSION || head.flags > 1) {
    words.clear().ascii("these bytes are no record of a journal");
    return 0;
  }
  records.free();
  const bytes = length - RECORD_HEAD;
  const frame = records.allocate(bytes + FRAME_HEAD + 8);
  memory.copy(frame + FRAME_HEAD, record + RECORD_HEAD, bytes);
  store<u16>(frame, 1);
  store<u64>(frame, head.now & ((1 << 53) - 1), 8);
  let count: u32 = 0;
  for (let at: u32 = 0; at < bytes; count++) {
    const size: u32 = bytes - at < 16 ? 0 : load<u32>(frame + FRAME_HEAD + at);
    if (size < 16 || size > bytes - at || !isRunEvent(load<u16>(frame + FRAME_HEAD + at, 4))) {
      words
        .clear()
        .ascii("the record is damaged at byte ")
        .integer(at + RECORD_HEAD);
      return 0;
    }
    at += size;
  }
  store<u32>(frame, count, 4);
  const fault = checkFrame(frame, bytes + FRAME_HEAD);
  if (!fault) return frame;
  words
    .clear()
    .ascii("the record is damaged at byte ")
    .integer(fault - 1 - FRAME_HEAD + RECORD_HEAD);
  return 0;
}

/** A new run for a journal's first record; null with `words` if there can be none. */
function openReplay(event: ReplayEvent, frame: usize): Run | null {
  const plan = findPlan(event.definition);
  if (plan === null) {
    words.clear().ascii("there is no definition ").integer(event.definition);
    return null;
  }
  if (!load<u32>(frame, 4) || changetype<RunEvent>(frame + FRAME_HEAD).kind != EventKind.Start) {
    words.clear().ascii("a journal begins with the start of its run");
    return null;
  }
  const run = openRun(plan);
  if (run !== null) run.set(RunFlag.Replaying);
  return run;
}

/** The run goes on for real: what it waits for is asked of the host again, but for tools that may run only once. */
export function resumeRun(run: Run): void {
  run.flags &= <u8>~RunFlag.Replaying;
  linkEvent(run, resumed());
  const list = openEffects(run);
  const count = run.outstanding;
  for (let i: u32 = 0; i < count; i++) {
    const effect = listedEffect(list, i);
    if (effect.state == EffectState.Queued) askGate(run, effect);
    if (effect.state == EffectState.Asking) tellApproval(run, effect);
    if (effect.held) rejoinGate(run, effect);
    // A turn that was being kept when the run had ended is kept all the same.
    if (effect.kind == EffectKind.Remember && effect.state == EffectState.Cancelled) ask(run, effect);
    if (effect.state != EffectState.Dispatched) continue;
    if (effect.kind == EffectKind.Tool && toolOf(run, effect).effectClass == EffectClass.Once) {
      linkEvent(run, lostEvent(effect.ordinal, effect.attempt));
      continue;
    }
    askAnew(run, effect);
  }
  startAgain(run);
  queueRun(run);
}

/** The step is over. */
export function forgetLost(): void {
  if (lost.chunk) lost.free();
}

/** That it goes on stands in its record, since those who are asked again have their time anew. */
function resumed(): usize {
  const at = lost.allocate(RESUME_FIXED);
  const event = changetype<RunEvent>(at);
  event.size = RESUME_FIXED;
  event.kind = <u16>EventKind.Resume;
  event.fixed = <u16>RESUME_FIXED;
  return at;
}

/** Whoever ran the tool is gone, and nobody knows how far it came. */
function lostEvent(ordinal: u32, attempt: u32): usize {
  const at = lost.allocate((EFFECT_FAILED_FIXED + 7) & ~7);
  const event = changetype<EffectFailedEvent>(at);
  event.size = (EFFECT_FAILED_FIXED + 7) & ~7;
  event.kind = <u16>EventKind.EffectFailed;
  event.fixed = <u16>EFFECT_FAILED_FIXED;
  event.effect = ordinal;
  event.attempt = attempt;
  event.failure = <u8>FailureKind.Aborted;
  return at;
}
