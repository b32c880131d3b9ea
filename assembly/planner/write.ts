import { PlannerPlan } from "../definition/plan-planner";
import { StepDetail } from "../definition/table";
import { fitsUnits, toUnits } from "../json/decimal";
import { memberNamed } from "../json/members";
import { JsonKind, JsonNode } from "../json/node";
import { writeJson } from "../json/writer";
import { Arena } from "../memory/arena";
import { Builder } from "../text/builder";
import { Slice } from "../text/slice";
import { criticalPath, levelSizes, totalComplexity } from "./graph";
import { ONE } from "./state";
import { Complexity, Step, Steps, stepAt } from "./steps";

// The result of a planner, `reasoning_plan`: what the model was asked for and no more, steps renumbered from 1 in the order written, and what
// their graph says.

/** `critique` may be empty: there was none. */
export function writePlan(to: Builder, arena: Arena, plan: PlannerPlan, steps: Steps, problem: Slice, tokens: u32, critique: Slice): void {
  const standard = plan.detail >= <u8>StepDetail.Standard;
  const comprehensive = plan.detail >= <u8>StepDetail.Comprehensive;
  const sizes = levelSizes(arena, steps);
  const root = steps.root;
  to.ascii('{"type":"reasoning_plan","problem":');
  const said = standard ? memberNamed(root, "problem") : null;
  if (said !== null && said.kind == JsonKind.String) writeJson(to, said);
  else to.json(problem.at, problem.length);
  copyOr(to, root, standard, "analysis", "null");
  to.ascii(',"steps":[');
  for (let i: u32 = 0; i < steps.count; i++) {
    if (i) to.byte(0x2c);
    writeStep(to, plan, steps, i, sizes);
  }
  to.byte(0x5d);
  writeOrder(to, arena, plan, steps, sizes);
  copyOr(to, root, comprehensive, "backup_plans", "[]");
  copyOr(to, root, comprehensive, "success_criteria", "[]");
  copyOr(to, root, comprehensive, "risk_assessment", "null");
  to.ascii(',"total_complexity":');
  if (plan.detail >= <u8>StepDetail.Detailed) to.integer(totalComplexity(steps));
  else to.ascii("null");
  copyOr(to, root, plan.detail >= <u8>StepDetail.Detailed, "estimated_duration", "null");
  to.ascii(',"tokens_used":').integer(tokens);
  to.ascii(',"planning_strategy":').json(plan.name, plan.nameLength).ascii(',"self_critique":');
  if (critique.length) to.json(critique.at, critique.length);
  else to.ascii("null");
  to.byte(0x7d);
}

function writeStep(to: Builder, plan: PlannerPlan, steps: Steps, place: u32, sizes: usize): void {
  const step = stepAt(steps, place);
  to.ascii('{"step_number":')
    .integer(place + 1)
    .ascii(',"action":')
    .json(step.action, step.actionLength);
  if (plan.detail >= <u8>StepDetail.Standard) copy(to, step.node, "reasoning");
  if (plan.keepsOrder) {
    to.ascii(',"prerequisites":[');
    for (let i: u32 = 0; i < step.prerequisiteCount; i++) {
      if (i) to.byte(0x2c);
      to.integer(step.prerequisite(i) + 1);
    }
    to.ascii('],"can_parallelize":').ascii(load<u32>(sizes + (step.level << 2)) > 1 ? "true" : "false");
  }
  if (plan.detail >= <u8>StepDetail.Detailed) {
    copy(to, step.node, "expected_outcome");
    to.ascii(
      step.complexity == <u8>Complexity.Low
        ? ',"complexity":"low"'
        : step.complexity == <u8>Complexity.High
          ? ',"complexity":"high"'
          : ',"complexity":"medium"',
    );
    writeConfidence(to, step);
  }
  if (plan.alternatives) copyOr(to, step.node, true, "alternatives", "[]");
  to.byte(0x7d);
}

function writeConfidence(to: Builder, step: Step): void {
  const confidence = memberNamed(step.node, "confidence");
  if (confidence === null || confidence.kind != JsonKind.Number || !fitsUnits(confidence.at, confidence.length)) return;
  to.ascii(',"confidence":').decimal(min(max(toUnits(confidence.at, confidence.length), 0), ONE));
}

/** How the steps are carried out: one after the other, or in groups at once. */
function writeOrder(to: Builder, arena: Arena, plan: PlannerPlan, steps: Steps, sizes: usize): void {
  const parallel = plan.parallel != 0 && steps.levels < steps.count;
  to.ascii(parallel ? ',"execution_strategy":"parallel_optimized","critical_path":[' : ',"execution_strategy":"sequential","critical_path":[');
  const path = criticalPath(arena, steps);
  for (let i: u32 = 0; i < steps.levels; i++) {
    if (i) to.byte(0x2c);
    to.integer(load<u32>(path + (i << 2)) + 1);
  }
  to.ascii('],"parallel_groups":[');
  if (parallel) writeGroups(to, arena, steps, sizes);
  to.byte(0x5d);
}

/** Steps of a level can be carried out at once; a level of one step is no group. */
function writeGroups(to: Builder, arena: Arena, steps: Steps, sizes: usize): void {
  // By level, its steps in a row: where the row of each begins, and then ends.
  const ends = arena.allocate(steps.levels << 2);
  const row = arena.allocate(steps.count << 2);
  for (let level: u32 = 1; level < steps.levels; level++) {
    store<u32>(ends + (level << 2), load<u32>(ends + ((level - 1) << 2)) + load<u32>(sizes + ((level - 1) << 2)));
  }
  for (let i: u32 = 0; i < steps.count; i++) {
    const end = ends + (stepAt(steps, i).level << 2);
    store<u32>(row + (load<u32>(end) << 2), i);
    store<u32>(end, load<u32>(end) + 1);
  }
  let at: u32 = 0;
  let more = false;
  for (let level: u32 = 0; level < steps.levels; level++) {
    const first = at;
    const end = load<u32>(ends + (level << 2));
    if (end - first > 1) {
      if (more) to.byte(0x2c);
      more = true;
      for (; at < end; at++) to.byte(at == first ? 0x5b : 0x2c).integer(load<u32>(row + (at << 2)) + 1);
      to.byte(0x5d);
    }
    at = end;
  }
}

/** `,"name":value` as the model has it, or nothing. */
function copy(to: Builder, node: JsonNode, name: string): void {
  const value = memberNamed(node, name);
  if (value === null) return;
  to.ascii(',"').ascii(name).ascii('":');
  writeJson(to, value);
}

/** The same, with something else where it is not there or was not asked for. */
function copyOr(to: Builder, node: JsonNode, asked: bool, name: string, other: string): void {
  const value = asked ? memberNamed(node, name) : null;
  to.ascii(',"').ascii(name).ascii('":');
  if (value !== null) writeJson(to, value);
  else to.ascii(other);
}
