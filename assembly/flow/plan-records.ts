import { claimText } from "../kernel/claims";
import { Run } from "../kernel/run";
import { dropText, textBytes, textLength } from "../kernel/text";
import { scratch } from "../memory/scratch";
import { Keep, Reading, readSteps } from "../planner/read";
import { Steps, stepAt } from "../planner/steps";
import { newBuilder } from "../text/builder";
import { addCause, dropFailure } from "./failure";
import { Instance, dataAt } from "./instance";
import { Term } from "./term";

// What is kept of a plan while it runs.
//
//   block: head | one record a step | u32 for each prerequisite: places of steps, from 0

@unmanaged
export class PlanHead {
  /** The plan as the planner wrote it, and those before it as JSON with commas: texts. */
  plan: u32;
  former: u32;
  count: u32;
  prerequisites: u32;
  /** What steps of plans before it have done, as JSON with commas: text. */
  known: u32;
}

export const enum StepState {
  Waiting,
  Running,
  Done,
  Failed,
}

@unmanaged
export class StepRecord {
  state: u32;
  output: u32; // text
  failure: u32;
  /** Its alternatives that were tried. */
  tried: u16;
  /** It was run again with the step before it. */
  again: u8;
  /** A tool that may run once was started in it. */
  once: u8;
  firstPrerequisite: u32;
  prerequisites: u32;
}

const HEAD: u32 = 24;
const RECORD: u32 = 24;
/** Phases of the node. */
export const PLANNING: u8 = 0;
export const RUNNING: u8 = 1;
const MOST_STEPS: u32 = 1000;
/** In place of a step's. */
export const NONE: u32 = u32.MAX_VALUE;

/** Of the plan that was read last; in scratch. */
export const steps = changetype<Steps>(memory.data(offsetof<Steps>(), 8));
/** Why it is none. */
export const problems = newBuilder();

export function headOf(run: Run, instance: Instance): PlanHead {
  return changetype<PlanHead>(dataAt(run, instance, 0));
}

export function recordAt(run: Run, instance: Instance, place: u32): StepRecord {
  return changetype<StepRecord>(dataAt(run, instance, HEAD + place * RECORD));
}

export function prerequisiteAt(run: Run, instance: Instance, index: u32): u32 {
  const at = HEAD + headOf(run, instance).count * RECORD + (index << 2);
  return load<u32>(dataAt(run, instance, at));
}

/** How large the block is. */
export function blockBytes(count: u32, prerequisites: u32): u32 {
  return HEAD + count * RECORD + ((prerequisites + 1) & ~1) * 4;
}

/** Reads a plan into `steps`, in scratch. */
export function readPlan(run: Run, text: u32): bool {
  scratch.free();
  return readSteps(scratch, textBytes(run, text), textLength(run, text), Keep.SoundOrder, MOST_STEPS, steps, problems) == Reading.Good;
}

export function isReady(run: Run, instance: Instance, place: u32): bool {
  const record = recordAt(run, instance, place);
  if (record.state != StepState.Waiting) return false;
  for (let i: u32 = 0; i < record.prerequisites; i++) {
    const other = prerequisiteAt(run, instance, record.firstPrerequisite + i);
    if (recordAt(run, instance, other).state != StepState.Done) return false;
  }
  return true;
}

export function lastPrerequisite(run: Run, instance: Instance, record: StepRecord): u32 {
  let last = NONE;
  for (let i: u32 = 0; i < record.prerequisites; i++) {
    const other = prerequisiteAt(run, instance, record.firstPrerequisite + i);
    if (last == NONE || other > last) last = other;
  }
  return last;
}

export function isAwaited(run: Run, instance: Instance, place: u32): bool {
  const head = headOf(run, instance);
  for (let i: u32 = 0; i < head.prerequisites; i++) if (prerequisiteAt(run, instance, i) == place) return true;
  return false;
}

/** The failures of steps become causes of the node's. */
export function addStepCauses(run: Run, instance: Instance, failure: u32): void {
  const count = headOf(run, instance).count;
  for (let i: u32 = 0; i < count; i++) {
    const record = recordAt(run, instance, i);
    if (record.state != StepState.Failed || !record.failure) continue;
    addCause(run, failure, record.failure);
    record.failure = 0;
  }
}

export function losePlan(run: Run, instance: Instance): void {
  if (!instance.data) return;
  const head = headOf(run, instance);
  for (let i: u32 = 0; i < head.count; i++) {
    const record = recordAt(run, instance, i);
    dropText(run, record.output);
    dropFailure(run, record.failure);
  }
  dropText(run, head.plan);
  dropText(run, head.former);
  dropText(run, head.known);
}

/** Whether the block of a plan that is run, or made again, in a file is what this file lays out: as its plan's text has it. */
export function planSound(run: Run, instance: Instance, term: Term): bool {
  if (instance.phase > RUNNING || instance.iteration > term.most) return false;
  if (!instance.data) return instance.phase == PLANNING && !instance.iteration && !instance.done && !instance.failed;
  if (instance.dataBytes < HEAD) return false;
  const head = headOf(run, instance);
  if (!head.count || head.count > MOST_STEPS || instance.dataBytes < blockBytes(head.count, 0)) return false;
  if (!claimText(run, head.plan) || !claimText(run, head.former) || !claimText(run, head.known)) return false;
  if (!readPlan(run, head.plan) || steps.count != head.count) return false;
  let prerequisites: u32 = 0;
  for (let i: u32 = 0; i < steps.count; i++) prerequisites += stepAt(steps, i).prerequisiteCount;
  if (head.prerequisites != prerequisites || instance.dataBytes != blockBytes(head.count, prerequisites)) return false;
  let next: u32 = 0;
  for (let i: u32 = 0; i < steps.count; i++) {
    const step = stepAt(steps, i);
    const record = recordAt(run, instance, i);
    if (record.firstPrerequisite != next || record.prerequisites != step.prerequisiteCount) return false;
    for (let k: u32 = 0; k < step.prerequisiteCount; k++) if (prerequisiteAt(run, instance, next++) != step.prerequisite(k)) return false;
  }
  return true;
}
