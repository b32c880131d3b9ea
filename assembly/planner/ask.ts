import { StepDetail } from "../definition/table";
import { writeSystem } from "../flow/system";
import { promptLengthOf, promptOf } from "../kernel/amend";
import { activationAt, noteText } from "../kernel/activation";
import { words } from "../kernel/emit";
import { Run } from "../kernel/run";
import { textBytes, textLength } from "../kernel/text";
import { addUser, clearTurns, setSchema, setSystem, think } from "../kernel/think";
import { Gap, Prompt } from "../prompts/table";
import { clearGaps, setFlag, setGap, writePrompt } from "../prompts/write";
import { Builder, newBuilder } from "../text/builder";
import { writeListSchema, writePlanSchema, writeScoreSchema } from "./schema";
import { Note, Phase, plannerOf } from "./state";

// What a planner asks its model. All but the plan itself is asked without a memory of what was asked before.

const number: Builder = newBuilder();
const depth: Builder = newBuilder();
/** The agent's own prompt, and what its term in a flow adds to it. */
const own: Builder = newBuilder();

/** The system text of all its calls. */
export function giveSystem(run: Run, ref: u32): void {
  const plan = plannerOf(run, ref);
  const agent = activationAt(run, ref).agent;
  if (!writeSystem(run, ref, own.clear())) own.bytes(promptOf(run, agent), promptLengthOf(run, agent));
  clearGaps();
  setGap(Gap.Prompt, own.at, own.length);
  setGap(Gap.Extra, plan.extra.at, plan.extra.length);
  setGap(Gap.Examples, plan.examples.at, plan.examples.length);
  write(run, ref, Prompt.PlanSystem);
  setSystem(run, ref, words);
}

function write(run: Run, ref: u32, prompt: Prompt): void {
  writePrompt(words.clear(), run.plan, activationAt(run, ref).agent, prompt);
}

/** Begins to fill in a text: the problem, and a number of something. */
export function beginTurn(run: Run, ref: u32, most: u32): void {
  const problem = noteText(run, ref, Note.Problem);
  clearGaps();
  setGap(Gap.Problem, textBytes(run, problem), textLength(run, problem));
  number.clear().integer(most);
  setGap(Gap.Count, number.at, number.length);
}

/** Asks, in a conversation of its own, for a list of texts, and for the goal, if that is not known yet. */
export function askForList(run: Run, ref: u32, prompt: Prompt, goal: bool): void {
  activationAt(run, ref).phase = <u8>Phase.Grow;
  clearTurns(run, ref);
  addTurn(run, ref, prompt);
  writeListSchema(words.clear(), goal);
  setSchema(run, ref, words);
  think(run, ref);
}

/** Asks, in a conversation of its own, for a number from 0 to 1. */
export function askForScore(run: Run, ref: u32, path: Builder): void {
  beginTurn(run, ref, 0);
  setGap(Gap.Path, path.at, path.length);
  activationAt(run, ref).phase = <u8>Phase.Judge;
  clearTurns(run, ref);
  addTurn(run, ref, Prompt.PlanJudge);
  writeScoreSchema(words.clear());
  setSchema(run, ref, words);
  think(run, ref);
}

/** A turn of the user that goes on with the conversation. */
export function addTurn(run: Run, ref: u32, prompt: Prompt): void {
  write(run, ref, prompt);
  addUser(run, ref, words);
}

/** Asks for the plan: with an outline that it is to follow, if there is one, or after what the conversation has found out. */
export function askForPlan(run: Run, ref: u32, outline: Builder, goesOn: bool): void {
  const plan = plannerOf(run, ref);
  beginTurn(run, ref, plan.maxSteps);
  if (goesOn) setGap(Gap.Problem, 0, 0);
  else clearTurns(run, ref);
  setGap(Gap.Outline, outline.at, outline.length);
  if (plan.detail >= <u8>StepDetail.Standard) setFlag(Gap.Standard);
  if (plan.detail >= <u8>StepDetail.Detailed) setFlag(Gap.Detailed);
  if (plan.detail >= <u8>StepDetail.Comprehensive) setFlag(Gap.Comprehensive);
  if (plan.keepsOrder) setFlag(Gap.Order);
  if (plan.alternatives) setFlag(Gap.Alternatives);
  if (plan.parallel) setFlag(Gap.Parallel);
  depth.clear();
  if (plan.thought) depth.integer(plan.thought);
  setGap(Gap.Depth, depth.at, depth.length);
  askForJson(run, ref, Prompt.PlanWrite, Phase.Write);
}

/** A turn of the user that a plan is the answer to. */
export function askForJson(run: Run, ref: u32, prompt: Prompt, phase: Phase): void {
  addTurn(run, ref, prompt);
  writePlanSchema(words.clear(), plannerOf(run, ref));
  setSchema(run, ref, words);
  activationAt(run, ref).phase = <u8>phase;
  think(run, ref);
}
