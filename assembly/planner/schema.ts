import { NUMBER, TEXT, beginObject, endObject, field } from "../agents/schemas";
import { PlannerPlan } from "../definition/plan-planner";
import { StepDetail } from "../definition/table";
import { Builder, newBuilder } from "../text/builder";

// JSON Schemas of what planners ask for: what they ask for in words, once more.

const INTEGER: string = '{"type":"integer"}';
const TEXTS: string = '{"type":"array","items":{"type":"string"}}';

/** Objects within others are written before them. */
const step = newBuilder();
const inner = newBuilder();
const backup = newBuilder();

/** A list of texts, and the goal, if that is not known yet. */
export function writeListSchema(to: Builder, goal: bool): void {
  beginObject(to);
  if (goal) field(to, "goal").ascii(TEXT);
  field(to, "steps").ascii(TEXTS);
  endObject(to);
}

export function writeScoreSchema(to: Builder): void {
  beginObject(to);
  field(to, "score").ascii(NUMBER);
  endObject(to);
}

export function writePlanSchema(to: Builder, plan: PlannerPlan): void {
  const detailed = plan.detail >= <u8>StepDetail.Detailed;
  const standard = plan.detail >= <u8>StepDetail.Standard;
  writeStep(plan, standard, detailed);
  const comprehensive = plan.detail >= <u8>StepDetail.Comprehensive;
  if (comprehensive) writeFallbacks();
  beginObject(to);
  if (standard) {
    field(to, "problem").ascii(TEXT);
    field(to, "analysis").ascii(TEXT);
  }
  list(to, "steps", step);
  if (detailed) field(to, "estimated_duration").ascii(TEXT);
  if (comprehensive) {
    field(to, "risk_assessment").bytes(inner.at, inner.length);
    field(to, "success_criteria").ascii(TEXTS);
    list(to, "backup_plans", backup);
  }
  endObject(to);
}

function writeStep(plan: PlannerPlan, standard: bool, detailed: bool): void {
  beginObject(inner.clear());
  field(inner, "action").ascii(TEXT);
  field(inner, "reasoning").ascii(TEXT);
  field(inner, "trade_offs").ascii(TEXT);
  endObject(inner);
  beginObject(step.clear());
  field(step, "step_number").ascii(INTEGER);
  field(step, "action").ascii(TEXT);
  if (standard) field(step, "reasoning").ascii(TEXT);
  if (plan.keepsOrder) field(step, "prerequisites").ascii('{"type":"array","items":').ascii(INTEGER).byte(0x7d);
  if (detailed) {
    field(step, "expected_outcome").ascii(TEXT);
    field(step, "complexity").ascii('{"type":"string","enum":["low","medium","high"]}');
    field(step, "confidence").ascii(NUMBER);
  }
  if (plan.alternatives) list(step, "alternatives", inner);
  endObject(step);
}

/** What can go wrong, and what then. */
function writeFallbacks(): void {
  beginObject(inner.clear());
  field(inner, "overall_risk").ascii(TEXT);
  field(inner, "risk_factors").ascii(TEXTS);
  field(inner, "mitigation_steps").ascii(TEXTS);
  endObject(inner);
  beginObject(backup.clear());
  field(backup, "trigger_condition").ascii(TEXT);
  field(backup, "description").ascii(TEXT);
  field(backup, "alternative_steps").ascii(TEXTS);
  endObject(backup);
}

function list(to: Builder, name: string, item: Builder): void {
  field(to, name).ascii('{"type":"array","items":').bytes(item.at, item.length).byte(0x7d);
}
