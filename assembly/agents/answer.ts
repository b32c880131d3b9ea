import { AgentPlan, agentPlanAt } from "../definition/plan";
import { extractJson } from "../json/extract";
import { JsonError, JsonNode } from "../json/node";
import { readJson } from "../json/reader";
import { writeJson } from "../json/writer";
import { activationAt } from "../kernel/activation";
import { finishActivation } from "../kernel/activate";
import { failActivation } from "../kernel/closing";
import { emitNotice, words } from "../kernel/emit";
import { Run } from "../kernel/run";
import { newText, textBytes, textLength, dropText } from "../kernel/text";
import { addUser, askModel } from "../kernel/think";
import { scratch } from "../memory/scratch";
import { Gap, Prompt } from "../prompts/table";
import { clearGaps, setGap, writePrompt } from "../prompts/write";
import { Level, StopReason } from "../protocol/types";
import { checkSchema } from "../schema/check";
import { fillDefaults } from "../schema/default";
import { writeProblems } from "../schema/problem";
import { Schema } from "../schema/schema";
import { newBuilder } from "../text/builder";

// An answer that has to fit a schema: it is checked, and one that does not fit is asked for again, with what is wrong.

const REPAIRS: u8 = 3;
const errors = newBuilder();

/** The last answer of an activation whose agent has an `output_schema`. Takes over the hold on `text`. */
export function checkAnswer(run: Run, ref: u32, text: u32): void {
  const activation = activationAt(run, ref);
  const plan: AgentPlan = agentPlanAt(run.plan, activation.agent);
  scratch.free();
  const node = valueIn(textBytes(run, text), textLength(run, text));
  errors.clear();
  if (node === null) errors.ascii("it is no JSON");
  else {
    const schema = changetype<Schema>(plan.outputSchema);
    fillDefaults(scratch, schema, node);
    const problems = checkSchema(scratch, schema, node);
    if (changetype<usize>(problems)) writeProblems(errors, problems);
    else {
      writeJson(words.clear(), node);
      dropText(run, text);
      activation.answer = newText(run, words.at, words.length);
      return finishActivation(run, ref);
    }
  }
  dropText(run, text);
  if (activation.tries == REPAIRS) {
    words.clear().ascii("its answer does not fit its output_schema: ").bytes(errors.at, errors.length);
    return failActivation(run, ref, StopReason.BadDecision);
  }
  activation.tries++;
  run.retries++;
  words.clear().ascii("its answer is asked for again: ").bytes(errors.at, errors.length);
  emitNotice(run, activation.agent, Level.Warn, "repair");
  clearGaps();
  setGap(Gap.Errors, errors.at, errors.length);
  writePrompt(words.clear(), run.plan, activation.agent, Prompt.RepairAnswer);
  addUser(run, ref, words);
  askModel(run, ref, false);
}

/** The text as JSON, else what JSON stands in it. */
function valueIn(at: usize, length: u32): JsonNode | null {
  const json = readJson(scratch, at, length);
  return json.error == JsonError.None ? json.root : extractJson(scratch, at, length, 0);
}
