import { PlannerPlan } from "../definition/plan-planner";
import { StepDetail } from "../definition/table";
import { Builder } from "../text/builder";

// The JSON Schema of the plan that a model is asked for: what it is asked for in words, once more.

const TEXT: string = '":{"type":"string"}';
const TEXTS: string = '":{"type":"array","items":{"type":"string"}}';
const ANY_LIST: string = '":{"type":"array","items":{"type":"object"}}';

export function writePlanSchema(to: Builder, plan: PlannerPlan): void {
  const detailed = plan.detail >= <u8>StepDetail.Detailed;
  const standard = plan.detail >= <u8>StepDetail.Standard;
  to.ascii('{"type":"object","properties":{');
  if (standard) to.ascii('"problem').ascii(TEXT).ascii(',"analysis').ascii(TEXT).byte(0x2c);
  to.ascii('"steps":{"type":"array","items":{"type":"object","properties":{"step_number":{"type":"integer"},"action').ascii(TEXT);
  if (standard) to.ascii(',"reasoning').ascii(TEXT);
  if (plan.keepsOrder) to.ascii(',"prerequisites":{"type":"array","items":{"type":"integer"}}');
  if (detailed) {
    to.ascii(',"expected_outcome').ascii(TEXT);
    to.ascii(',"complexity":{"type":"string","enum":["low","medium","high"]},"confidence":{"type":"number"}');
  }
  if (plan.alternatives) {
    to.ascii(',"alternatives":{"type":"array","items":{"type":"object","properties":{"action').ascii(TEXT);
    to.ascii(',"reasoning').ascii(TEXT).ascii(',"trade_offs').ascii(TEXT).ascii('},"required":["action"]}}');
  }
  to.ascii('},"required":["step_number","action"').ascii(plan.keepsOrder ? ',"prerequisites"]}}' : "]}}");
  if (detailed) to.ascii(',"estimated_duration').ascii(TEXT);
  if (plan.detail >= <u8>StepDetail.Comprehensive) {
    to.ascii(',"risk_assessment":{"type":"object"},"success_criteria').ascii(TEXTS);
    to.ascii(',"backup_plans').ascii(ANY_LIST);
  }
  to.ascii('},"required":["steps"]}');
}
