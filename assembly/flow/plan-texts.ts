import { words } from "../kernel/emit";
import { Run } from "../kernel/run";
import { newText, textBytes, textLength } from "../kernel/text";
import { stepAt } from "../planner/steps";
import { Builder, newBuilder } from "../text/builder";
import { failureAt } from "./failure";
import { Instance } from "./instance";
import { StepState, headOf, isAwaited, prerequisiteAt, readPlan, recordAt, steps } from "./plan-records";
import { putValue } from "./value";

// What is said of a plan: to those who do its steps, to whoever plans the rest, and to whoever asked.

/** What came of a step's prerequisites. */
export const known = newBuilder();

/** The plan that is given up joins those before it. */
export function formerPlans(run: Run, instance: Instance): u32 {
  if (!instance.data) return 0;
  const head = headOf(run, instance);
  words.clear();
  if (head.former) words.bytes(textBytes(run, head.former), textLength(run, head.former)).byte(0x2c);
  putValue(words, textBytes(run, head.plan), textLength(run, head.plan));
  return newText(run, words.at, words.length);
}

/** What steps of the plan that is given up have done joins what those of the plans before it did. */
export function whatIsDone(run: Run, instance: Instance): u32 {
  if (!instance.data) return 0;
  readPlan(run, headOf(run, instance).plan);
  writeDone(run, words.clear(), instance);
  return newText(run, words.at, words.length);
}

/** Steps that are done, with what they gave, as JSON with commas. `steps` are those of the plan. */
export function writeDone(run: Run, to: Builder, instance: Instance): void {
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

/** What came of a step's prerequisites, a paragraph each, into `known`. */
export function writeKnown(run: Run, instance: Instance, place: u32): void {
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

/** What a planner that plans the rest is given: the problem, what is done, what failed. */
export function writeState(run: Run, to: Builder, instance: Instance, broken: u32): void {
  readPlan(run, headOf(run, instance).plan);
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

/** {"1": answer, …} of the steps that are done. */
export function writeAnswers(run: Run, to: Builder, instance: Instance, lastOnly: bool): void {
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
