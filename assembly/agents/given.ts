import { Doc, DocFlag, DocType, child, textOf } from "../definition/doc";
import { agentPlanAt } from "../definition/plan";
import { Key } from "../definition/table";
import { Run } from "../kernel/run";
import { newText } from "../kernel/text";
import { Builder } from "../text/builder";

// An expert whose answer stands in the definition: it asks no model. The plan has the answer where others have their prompt.

/** Whether an agent of the tree is one. */
export function isGiven(agent: Doc): bool {
  return agent.is(DocFlag.Added) && child(agent, Key.Recommendation) !== null;
}

/** Its answer: what it recommends, and how sure it is and why, if it says so. */
export function writeGiven(to: Builder, agent: Doc): void {
  const recommendation = textOf(agent, Key.Recommendation);
  const confidence = child(agent, Key.Confidence);
  const rationale = textOf(agent, Key.Rationale);
  to.ascii('{"recommendation":');
  if (recommendation !== null) to.json(recommendation.textAt, recommendation.textLength);
  else to.ascii('""');
  if (confidence !== null && confidence.type == <u8>DocType.Decimal) to.ascii(',"confidence":').decimal(confidence.number);
  if (rationale !== null) to.ascii(',"rationale":').json(rationale.textAt, rationale.textLength);
  to.byte(0x7d);
}

/** The caller's hold is on it. */
export function givenAnswer(run: Run, agent: u32): u32 {
  const plan = agentPlanAt(run.plan, agent);
  return newText(run, plan.prompt, plan.promptLength);
}
