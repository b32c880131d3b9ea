import { PlannerPlan } from "../definition/plan-planner";
import { Planning } from "../definition/table";
import { beginActivation } from "../kernel/activate";
import { Program, activationAt, openNotes } from "../kernel/activation";
import { Run } from "../kernel/run";
import { dropText } from "../kernel/text";
import { openHearing } from "../kernel/think";
import { askForPlan, giveSystem } from "./ask";
import { beginBranches, branchAnswered, branchJudged, branchNumbers, branchTexts, branchesSound } from "./branches";
import { EXPLORE_NUMBERS, explore, exploringSound, knowsEnough } from "./explore";
import { planJudged, planRevised, planWritten } from "./finish";
import { noteProblem } from "./input";
import { beginOutline, itemAnswered, outlineNumbers, outlineSound, outlineTexts } from "./outline";
import { outline } from "./paths";
import { beginSearch, nodeAnswered, nodeJudged, searchNumbers, searchSound, searchTexts } from "./search";
import { FIRST_TEXT, Phase, TOO_LONG, plannerOf } from "./state";

// A planner, whichever way it plans: what its strategy finds out first, then the plan, which is the only answer that is repaired.

/** A wired planner with a message. Takes over the hold on `text`. */
export function beginWiredPlanner(run: Run, index: u32, sender: u32, hops: u16, text: u32): void {
  beginPlanner(run, beginActivation(run, index, sender, hops, text));
}

export function beginPlanner(run: Run, ref: u32): void {
  activationAt(run, ref).program = <u8>Program.Plan;
  const plan = plannerOf(run, ref);
  if (!activationAt(run, ref).ownsTranscript) openHearing(run, ref);
  openNotes(run, ref, <u16>textsOf(plan), <u16>numbersOf(plan));
  noteProblem(run, ref);
  giveSystem(run, ref);
  switch (<Planning>plan.strategy) {
    case Planning.ChainOfThought:
      return askForPlan(run, ref, outline.clear(), false);
    case Planning.TreeOfThought:
      return beginBranches(run, ref);
    case Planning.MonteCarlo:
      return beginSearch(run, ref);
    case Planning.ReactPlanning:
      return explore(run, ref);
    default:
      beginOutline(run, ref);
  }
}

function textsOf(plan: PlannerPlan): u32 {
  switch (<Planning>plan.strategy) {
    case Planning.TreeOfThought:
      return FIRST_TEXT + branchTexts(plan);
    case Planning.MonteCarlo:
      return FIRST_TEXT + searchTexts(plan);
    case Planning.BackwardChaining:
    case Planning.HierarchicalPlan:
      return FIRST_TEXT + outlineTexts(plan);
    default:
      return FIRST_TEXT;
  }
}

function numbersOf(plan: PlannerPlan): u32 {
  switch (<Planning>plan.strategy) {
    case Planning.ChainOfThought:
      return 0;
    case Planning.TreeOfThought:
      return branchNumbers(plan);
    case Planning.MonteCarlo:
      return searchNumbers(plan);
    case Planning.ReactPlanning:
      return EXPLORE_NUMBERS;
    default:
      return outlineNumbers(plan);
  }
}

/** Takes over the hold on `text`. */
export function plannerAnswered(run: Run, ref: u32, text: u32): void {
  switch (<Phase>activationAt(run, ref).phase) {
    case Phase.Write:
      return planWritten(run, ref, text);
    case Phase.Critique:
      return planJudged(run, ref, text);
    case Phase.Revise:
      return planRevised(run, ref, text);
    case Phase.Explore:
      knowsEnough(run, ref);
      break;
    case Phase.Judge:
      if (plannerOf(run, ref).strategy == <u8>Planning.MonteCarlo) nodeJudged(run, ref, text);
      else branchJudged(run, ref, text);
      break;
    default:
      switch (<Planning>plannerOf(run, ref).strategy) {
        case Planning.TreeOfThought:
          branchAnswered(run, ref, text);
          break;
        case Planning.MonteCarlo:
          nodeAnswered(run, ref, text);
          break;
        default:
          itemAnswered(run, ref, text);
      }
  }
  dropText(run, text);
}

/** Whether what a snapshot says of a planner is something that a planner can go on from. */
export function plannerSound(run: Run, ref: u32): bool {
  const activation = activationAt(run, ref);
  const phase = <Phase>activation.phase;
  const plan = plannerOf(run, ref);
  if (activation.noteTexts != textsOf(plan) || activation.noteNumbers != numbersOf(plan)) return false;
  if (phase > Phase.Revise || (activation.tries & ~TOO_LONG) > 2) return false;
  if (phase >= Phase.Write) return true;
  switch (<Planning>plan.strategy) {
    case Planning.TreeOfThought:
      return phase != Phase.Explore && branchesSound(run, ref, phase);
    case Planning.MonteCarlo:
      return phase != Phase.Explore && searchSound(run, ref, phase);
    case Planning.ReactPlanning:
      return phase == Phase.Explore && exploringSound(run, ref);
    case Planning.ChainOfThought:
      return false;
    default:
      return phase == Phase.Grow && outlineSound(run, ref);
  }
}
