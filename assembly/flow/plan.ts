import { StopReason } from "../protocol/types";
import { JsonKind, JsonNode } from "../json/node";
import { memberNamed } from "../json/members";
import { claimText } from "../kernel/claims";
import { words } from "../kernel/emit";
import { Run } from "../kernel/run";
import { dropText, holdText, newText, textBytes, textLength } from "../kernel/text";
import { scratch } from "../memory/scratch";
import { Keep, Reading, readSteps } from "../planner/read";
import { Step, Steps, stepAt } from "../planner/steps";
import { Gap, Prompt } from "../prompts/table";
import { clearGaps, setGap, writePrompt } from "../prompts/write";
import { Builder, newBuilder } from "../text/builder";
import { failHere, failWith, succeed } from "./end";
import { addCause, dropFailure, failureAt } from "./failure";
import { Instance, InstanceFlag, closeData, dataAt, instanceAt, openData, termOf } from "./instance";
import { open, setMeta, takeFailure, takeOutput } from "./step";
import { branchTalk } from "./talk";
import { NO_AGENT, Term, kidOf, labelOf } from "./term";
import { putValue } from "./value";
import { compareBytes } from "../text/slice";

// A planner makes a graph of steps; those whose prerequisites are done are run, and what fails is mended: by a step's alternatives, by the step
// before it once more, by another plan.
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
export const PLANNING: u8 = 0;
export const RUNNING: u8 = 1;
const MOST_STEPS: u32 = 1000;
const MOST_ALTERNATIVES: u32 = 3;
const NONE: u32 = u32.MAX_VALUE;

const steps = changetype<Steps>(memory.data(offsetof<Steps>(), 8));
const problems = newBuilder();
const known = newBuilder();

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

export function enterPlan(run: Run, ref: u32): void {
  const instance = instanceAt(run, ref);
  instance.phase = PLANNING;
  open(run, ref, termOf(run, instance).by, 0, holdText(run, instance.input), holdText(run, instance.inputMeta));
}

export function planKid(run: Run, ref: u32, kid: u32): void {
  const instance = instanceAt(run, ref);
  const ended = instanceAt(run, kid);
  if (instance.phase == PLANNING) {
    if (ended.has(InstanceFlag.Failed)) return failWith(run, ref, takeFailure(ended));
    if (!layPlan(run, instance, takeOutput(ended))) return failHere(run, ref, StopReason.BadDecision);
    instance.phase = RUNNING;
    return goOn(run, ref);
  }
  const record = recordAt(run, instance, ended.place);
  if (ended.has(InstanceFlag.Once)) record.once = 1;
  if (ended.has(InstanceFlag.Failed)) {
    record.state = StepState.Failed;
    dropFailure(run, record.failure);
    record.failure = takeFailure(ended);
    instance.failed++;
  } else {
    record.state = StepState.Done;
    dropText(run, record.output);
    record.output = takeOutput(ended);
    instance.done++;
  }
  goOn(run, ref);
}

/** Takes over the hold on the plan's text; false: it is none, and `words` says why. */
function layPlan(run: Run, instance: Instance, text: u32): bool {
  const former = formerPlans(run, instance);
  const done = whatIsDone(run, instance);
  losePlan(run, instance);
  closeData(run, instance);
  instance.done = 0;
  instance.failed = 0;
  if (!read(run, text)) {
    dropText(run, text);
    dropText(run, former);
    dropText(run, done);
    words.clear().bytes(problems.at, problems.length);
    return false;
  }
  let prerequisites: u32 = 0;
  for (let i: u32 = 0; i < steps.count; i++) prerequisites += stepAt(steps, i).prerequisiteCount;
  openData(run, instance, blockBytes(steps.count, prerequisites));
  const head = headOf(run, instance);
  head.plan = text;
  head.former = former;
  head.known = done;
  head.count = steps.count;
  head.prerequisites = prerequisites;
  let next: u32 = 0;
  for (let i: u32 = 0; i < steps.count; i++) {
    const step = stepAt(steps, i);
    const record = recordAt(run, instance, i);
    record.firstPrerequisite = next;
    record.prerequisites = step.prerequisiteCount;
    for (let k: u32 = 0; k < step.prerequisiteCount; k++) {
      store<u32>(dataAt(run, instance, HEAD + steps.count * RECORD + (next++ << 2)), step.prerequisite(k));
    }
  }
  return true;
}

/** How large the block is. */
export function blockBytes(count: u32, prerequisites: u32): u32 {
  return HEAD + count * RECORD + ((prerequisites + 1) & ~1) * 4;
}

/** Reads a plan into `steps`, in scratch. */
function read(run: Run, text: u32): bool {
  scratch.free();
  return readSteps(scratch, textBytes(run, text), textLength(run, text), Keep.SoundOrder, MOST_STEPS, steps, problems) == Reading.Good;
}

/** The plan that is given up joins those before it. */
function formerPlans(run: Run, instance: Instance): u32 {
  if (!instance.data) return 0;
  const head = headOf(run, instance);
  words.clear();
  if (head.former) words.bytes(textBytes(run, head.former), textLength(run, head.former)).byte(0x2c);
  putValue(words, textBytes(run, head.plan), textLength(run, head.plan));
  return newText(run, words.at, words.length);
}

/** What steps of the plan that is given up have done joins what those of the plans before it did. */
function whatIsDone(run: Run, instance: Instance): u32 {
  if (!instance.data) return 0;
  read(run, headOf(run, instance).plan);
  writeDone(run, words.clear(), instance);
  return newText(run, words.at, words.length);
}

/** Steps that are done, with what they gave, as JSON with commas. `steps` are those of the plan. */
function writeDone(run: Run, to: Builder, instance: Instance): void {
  const earlier = headOf(run, instance).known;
  let more = earlier != 0;
  to.bytes(textBytes(run, earlier), textLength(run, earlier));
  for (let i: u32 = 0; i < steps.count; i++) {
    const record = recordAt(run, instance, i);
    if (record.state != StepState.Done) continue;
    if (more) to.byte(0x2c);
    more = true;
    const step = stepAt(steps, i);
    to.ascii('{"step_number":')
      .integer(i + 1)
      .ascii(',"action":')
      .json(step.action, step.actionLength)
      .ascii(',"result":');
    to.json(textBytes(run, record.output), textLength(run, record.output)).byte(0x7d);
  }
}

/** Enters what may be entered; with a failed step nothing more, and when all that ran is over it is mended. */
function goOn(run: Run, ref: u32): void {
  const instance = instanceAt(run, ref);
  const count = headOf(run, instance).count;
  if (instance.done == count) return finish(run, ref);
  if (instance.failed) {
    if (!instance.open) mend(run, ref);
    return;
  }
  const most = termOf(run, instance).concurrency;
  for (let i: u32 = 0; i < count && (!most || instance.open < most); i++) if (isReady(run, instance, i)) enterStep(run, ref, i, NONE);
}

function isReady(run: Run, instance: Instance, place: u32): bool {
  const record = recordAt(run, instance, place);
  if (record.state != StepState.Waiting) return false;
  for (let i: u32 = 0; i < record.prerequisites; i++) {
    const other = prerequisiteAt(run, instance, record.firstPrerequisite + i);
    if (recordAt(run, instance, other).state != StepState.Done) return false;
  }
  return true;
}

/** Runs a step, or one of its alternatives, on the executor that its text names first, else on the next in turn. */
function enterStep(run: Run, ref: u32, place: u32, alternative: u32): void {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  read(run, headOf(run, instance).plan);
  const step = stepAt(steps, place);
  let action = step.action;
  let length = step.actionLength;
  if (alternative != NONE) {
    const other = alternativeOf(step, alternative)!;
    action = other.at;
    length = other.length;
  }
  const executor = executorFor(term, action, length, place);
  writeKnown(run, instance, place);
  clearGaps();
  setGap(Gap.Input, action, length);
  setGap(Gap.Done, known.at, known.length);
  const outcome = stringNamed(step.node, "expected_outcome");
  if (outcome !== null) setGap(Gap.Reason, outcome.at, outcome.length);
  writePrompt(words.clear(), run.plan, NO_AGENT, Prompt.PlanStep);
  const record = recordAt(run, instance, place);
  record.state = StepState.Running;
  const kid = open(run, ref, kidOf(term, executor), place, newText(run, words.at, words.length), 0);
  branchTalk(run, instanceAt(run, kid));
}

function stringNamed(node: JsonNode, name: string): JsonNode | null {
  if (node.kind != JsonKind.Object) return null;
  const found = memberNamed(node, name);
  return found !== null && found.kind == JsonKind.String && found.length ? found : null;
}

/** What a step's alternative says to do instead, or null. */
function alternativeOf(step: Step, index: u32): JsonNode | null {
  if (step.node.kind != JsonKind.Object) return null;
  const list = memberNamed(step.node, "alternatives");
  if (list === null || list.kind != JsonKind.Array || index >= list.count) return null;
  let each = list.first;
  for (let i: u32 = 0; i < index; i++) each = each.next;
  if (each.kind == JsonKind.String) return each;
  return stringNamed(each, "action");
}

function executorFor(term: Term, at: usize, length: u32, place: u32): u32 {
  let first = NONE;
  let chosen = place % term.kidCount;
  for (let i: u32 = 0; i < term.kidCount; i++) {
    const label = labelOf(term, i);
    const found = wordIn(at, length, label.at, label.length);
    if (found >= first) continue;
    first = found;
    chosen = i;
  }
  return chosen;
}

/** Where a word stands in a text, or NONE. */
function wordIn(at: usize, length: u32, word: usize, wordLength: u32): u32 {
  for (let i: u32 = 0; i + wordLength <= length; i++) {
    if (compareBytes(at + i, word, wordLength)) continue;
    if ((!i || !isNameByte(load<u8>(at + i - 1))) && (i + wordLength == length || !isNameByte(load<u8>(at + i + wordLength)))) return i;
  }
  return NONE;
}

function isNameByte(c: u32): bool {
  return (c >= 0x30 && c <= 0x39) || ((c | 0x20) >= 0x61 && (c | 0x20) <= 0x7a) || c == 0x2d || c == 0x5f || c >= 0x80;
}

/** What came of a step's prerequisites, a paragraph each, into `known`. */
function writeKnown(run: Run, instance: Instance, place: u32): void {
  const record = recordAt(run, instance, place);
  known.clear();
  for (let i: u32 = 0; i < record.prerequisites; i++) {
    const other = prerequisiteAt(run, instance, record.firstPrerequisite + i);
    const step = stepAt(steps, other);
    const output = recordAt(run, instance, other).output;
    if (i) known.ascii("\n\n");
    known
      .integer(other + 1)
      .ascii(". ")
      .bytes(step.action, step.actionLength)
      .ascii("\n");
    known.bytes(textBytes(run, output), textLength(run, output));
  }
}

/** The first failed step: another way to do it, then the step before it and it again, then another plan. */
function mend(run: Run, ref: u32): void {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  let place: u32 = 0;
  while (recordAt(run, instance, place).state != StepState.Failed) place++;
  const record = recordAt(run, instance, place);
  if (term.backtrack && !record.once) {
    read(run, headOf(run, instance).plan);
    if (record.tried < MOST_ALTERNATIVES && alternativeOf(stepAt(steps, place), record.tried) !== null) {
      instance.failed--;
      return enterStep(run, ref, place, record.tried++);
    }
    const before = lastPrerequisite(run, instance, record);
    if (before != NONE && !record.again && !recordAt(run, instance, before).once) {
      record.again = 1;
      instance.failed--;
      record.state = StepState.Waiting;
      instance.done--;
      return enterStep(run, ref, before, NONE);
    }
  }
  if (instance.iteration == term.most) return giveUp(run, ref, place);
  instance.iteration++;
  writeState(run, words, instance, place);
  instance.phase = PLANNING;
  open(run, ref, term.by, 0, newText(run, words.at, words.length), 0);
}

function lastPrerequisite(run: Run, instance: Instance, record: StepRecord): u32 {
  let last = NONE;
  for (let i: u32 = 0; i < record.prerequisites; i++) {
    const other = prerequisiteAt(run, instance, record.firstPrerequisite + i);
    if (last == NONE || other > last) last = other;
  }
  return last;
}

/** What a planner that plans the rest is given: the problem, what is done, what failed. */
function writeState(run: Run, to: Builder, instance: Instance, broken: u32): void {
  read(run, headOf(run, instance).plan);
  to.clear().ascii('{"problem":').json(textBytes(run, instance.input), textLength(run, instance.input)).ascii(',"done":[');
  writeDone(run, to, instance);
  const step = stepAt(steps, broken);
  const failure = failureAt(run, recordAt(run, instance, broken).failure);
  to.ascii('],"failed":{"step_number":')
    .integer(broken + 1)
    .ascii(',"action":')
    .json(step.action, step.actionLength);
  to.ascii(',"error":').json(textBytes(run, failure.message), textLength(run, failure.message)).ascii("}}");
}

function giveUp(run: Run, ref: u32, place: u32): void {
  const instance = instanceAt(run, ref);
  const failure = failureAt(run, recordAt(run, instance, place).failure);
  const stop = <StopReason>failure.stop;
  words
    .clear()
    .ascii("step ")
    .integer(place + 1)
    .ascii(": ")
    .bytes(textBytes(run, failure.message), textLength(run, failure.message));
  if (instance.iteration)
    words
      .ascii(" (after ")
      .integer(instance.iteration + 1)
      .ascii(" plans)");
  failHere(run, ref, stop);
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

/** Over with what the last steps gave: those that none waits for. One is the output as it is, several are an object by number. */
function finish(run: Run, ref: u32): void {
  const instance = instanceAt(run, ref);
  const count = headOf(run, instance).count;
  let last: u32 = 0;
  let lasts: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    if (isAwaited(run, instance, i)) continue;
    last = i;
    lasts++;
  }
  if (lasts == 1) instance.output = holdText(run, recordAt(run, instance, last).output);
  else {
    words.clear();
    writeAnswers(run, words, instance, true);
    instance.output = newText(run, words.at, words.length);
  }
  words.clear();
  writePlan(run, words, instance);
  setMeta(run, ref);
  succeed(run, ref);
}

function isAwaited(run: Run, instance: Instance, place: u32): bool {
  const head = headOf(run, instance);
  for (let i: u32 = 0; i < head.prerequisites; i++) if (prerequisiteAt(run, instance, i) == place) return true;
  return false;
}

/** {"1": answer, …} of the steps that are done. */
function writeAnswers(run: Run, to: Builder, instance: Instance, lastOnly: bool): void {
  const count = headOf(run, instance).count;
  let more = false;
  to.byte(0x7b);
  for (let i: u32 = 0; i < count; i++) {
    const record = recordAt(run, instance, i);
    if (record.state != StepState.Done || (lastOnly && isAwaited(run, instance, i))) continue;
    if (more) to.byte(0x2c);
    more = true;
    to.byte(0x22)
      .integer(i + 1)
      .ascii('":');
    putValue(to, textBytes(run, record.output), textLength(run, record.output));
  }
  to.byte(0x7d);
}

/** {"plan", "answers", "former_plans"}: what is known of a plan that was run. */
export function writePlan(run: Run, to: Builder, instance: Instance): void {
  const head = headOf(run, instance);
  to.ascii('{"plan":');
  putValue(to, textBytes(run, head.plan), textLength(run, head.plan));
  to.ascii(',"answers":');
  writeAnswers(run, to, instance, false);
  if (head.former) {
    to.ascii(',"former_plans":[').bytes(textBytes(run, head.former), textLength(run, head.former)).byte(0x5d);
  }
  to.byte(0x7d);
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
  if (!read(run, head.plan) || steps.count != head.count) return false;
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
