import { NOT_FOUND, agentPlanAt } from "../definition/plan";
import { Decide, TermKind } from "../flow/term";
import { Program, activationAt } from "../kernel/activation";
import { failActivation } from "../kernel/closing";
import { words } from "../kernel/emit";
import { Run } from "../kernel/run";
import { dropText, textBytes, textLength } from "../kernel/text";
import { hasModel } from "../kernel/think";
import { scratch } from "../memory/scratch";
import { Gap, Prompt } from "../prompts/table";
import { clearGaps, setGap, writePrompt } from "../prompts/write";
import { StopReason } from "../protocol/types";
import { newBuilder } from "../text/builder";
import { ask, beginSystem, inputOf, isAsking, planOf, schema, settle, termOf } from "./asking";
import { agentNamed, choiceAt, choiceCount, setChoices } from "./choices";
import { beginClassify } from "./classifier";
import { readDecision, writeSchema } from "./decision-kinds";
import { clearVerdict } from "./verdict";

// An agent's term that says `decide`. A category is a classifier's to decide, a plan a planner's.

const members = newBuilder();
const count = newBuilder();

export function beginDecision(run: Run, ref: u32): void {
  const activation = activationAt(run, ref);
  const term = termOf(run, activation);
  activation.program = <u8>Program.Decide;
  if (term.decide == Decide.Category) return beginClassify(run, ref);
  if (!hasModel(run, ref)) {
    words.clear().ascii("it has no model to decide with");
    return failActivation(run, ref, StopReason.BadDecision);
  }
  setChoices(term, planOf(run, activation).classifier);
  writeMembers(run, activation.agent);
  const input = inputOf(run, ref);
  beginSystem(run, ref);
  count.clear().integer(term.count);
  setGap(Gap.Options, members.at, members.length);
  setGap(Gap.Count, count.at, count.length);
  writeSchema(schema, <Decide>term.decide);
  ask(run, ref, promptOf(<Decide>term.decide), input);
}

function promptOf(decide: Decide): Prompt {
  switch (decide) {
    case Decide.Next:
      return Prompt.DecideNext;
    case Decide.Assign:
      return Prompt.DecideAssign;
    case Decide.Queries:
      return Prompt.DecideQueries;
    case Decide.Score:
      return Prompt.DecideScore;
    default:
      return Prompt.DecideDone;
  }
}

/** The members and what their agents are for, a line each. */
function writeMembers(run: Run, agent: u32): void {
  members.clear();
  for (let i: u32 = 0; i < choiceCount; i++) {
    const choice = choiceAt(i);
    const index = agentNamed(run.plan, choice);
    if (i) members.byte(0x0a);
    clearGaps();
    setGap(Gap.Name, choice.at, choice.length);
    if (index != NOT_FOUND) setGap(Gap.Description, agentPlanAt(run.plan, index).description, agentPlanAt(run.plan, index).descriptionLength);
    writePrompt(members, run.plan, agent, Prompt.OptionLine);
  }
}

/** Takes over the hold on `text`. */
export function decisionAnswered(run: Run, ref: u32, text: u32): void {
  const activation = activationAt(run, ref);
  scratch.free();
  clearVerdict();
  const term = termOf(run, activation);
  setChoices(term, planOf(run, activation).classifier);
  const task = activation.input;
  const verdict = readDecision(term, textBytes(run, text), textLength(run, text), textBytes(run, task), textLength(run, task));
  dropText(run, text);
  settle(run, ref, verdict);
}

/** Whether an activation from a file is one that decides. */
export function decisionSound(run: Run, ref: u32): bool {
  const activation = activationAt(run, ref);
  if (!isAsking(activation) || !activation.term || activation.notes) return false;
  const term = termOf(run, activation);
  return term.kind == <u8>TermKind.Agent && term.decide != <u8>Decide.Nothing;
}
