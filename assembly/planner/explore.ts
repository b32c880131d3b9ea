import { activationAt, setNoteNumber } from "../kernel/activation";
import { Run } from "../kernel/run";
import { askModel } from "../kernel/think";
import { Prompt } from "../prompts/table";
import { addTurn, askForPlan, beginTurn } from "./ask";
import { outline } from "./paths";
import { Phase, count, isAtMost, plannerOf } from "./state";

// react_planning: thought, action (a tool), observation, so often as it may; then the plan, in the same conversation.
//
//   numbers   calls of the model that have been answered

const ROUNDS: u32 = 0;

export const EXPLORE_NUMBERS: u32 = 1;

export function explore(run: Run, ref: u32): void {
  activationAt(run, ref).phase = <u8>Phase.Explore;
  beginTurn(run, ref, plannerOf(run, ref).maxIterations);
  addTurn(run, ref, Prompt.PlanExplore);
  askModel(run, ref, false);
}

/** Its tools have answered. */
export function explored(run: Run, ref: u32): void {
  const rounds = count(run, ref, ROUNDS) + 1;
  setNoteNumber(run, ref, ROUNDS, rounds);
  if (rounds < plannerOf(run, ref).maxIterations) askModel(run, ref, false);
  else knowsEnough(run, ref);
}

export function knowsEnough(run: Run, ref: u32): void {
  askForPlan(run, ref, outline.clear(), true);
}

export function exploringSound(run: Run, ref: u32): bool {
  return isAtMost(run, ref, ROUNDS, plannerOf(run, ref).maxIterations);
}
