import { words } from "../kernel/emit";
import { Run } from "../kernel/run";
import { dropText, holdText, newText, textBytes, textLength } from "../kernel/text";
import { stepAt } from "../planner/steps";
import { Gap, Prompt } from "../prompts/table";
import { clearGaps, setGap, writePrompt } from "../prompts/write";
import { StopReason } from "../protocol/types";
import { failHere, failWith, succeed } from "./end";
import { dropFailure, failureAt } from "./failure";
import { Instance, InstanceFlag, closeData, dataAt, instanceAt, openData, termOf } from "./instance";
import {
  NONE,
  PLANNING,
  RUNNING,
  StepState,
  blockBytes,
  headOf,
  isAwaited,
  isReady,
  lastPrerequisite,
  losePlan,
  problems,
  readPlan,
  recordAt,
  steps,
} from "./plan-records";
import { alternativeOf, executorFor, stringNamed } from "./plan-steps";
import { formerPlans, known, whatIsDone, writeAnswers, writeKnown, writePlan, writeState } from "./plan-texts";
import { open, setMeta, takeFailure, takeOutput } from "./step";
import { branchTalk } from "./talk";
import { NO_AGENT, kidOf } from "./term";

// A planner makes a graph of steps; those whose prerequisites are done are run, and what fails is mended: by a step's alternatives, by the step
// before it once more, by another plan.

const MOST_ALTERNATIVES: u32 = 3;

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
  if (!readPlan(run, text)) {
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
      store<u32>(dataAt(run, instance, blockBytes(steps.count, 0) + (next++ << 2)), step.prerequisite(k));
    }
  }
  return true;
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

/** Runs a step, or one of its alternatives, on the executor that its text names first, else on the next in turn. */
function enterStep(run: Run, ref: u32, place: u32, alternative: u32): void {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  readPlan(run, headOf(run, instance).plan);
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

/** The first failed step: another way to do it, then the step before it and it again, then another plan. */
function mend(run: Run, ref: u32): void {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  let place: u32 = 0;
  while (recordAt(run, instance, place).state != StepState.Failed) place++;
  const record = recordAt(run, instance, place);
  if (term.backtrack && !record.once) {
    readPlan(run, headOf(run, instance).plan);
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
