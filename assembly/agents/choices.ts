import { ClassifierPlan } from "../definition/classifier-plan";
import { CategoryPlan } from "../definition/classifier-plan";
import { NOT_FOUND, Plan, agentPlanAt } from "../definition/plan";
import { Term } from "../flow/term";
import { Builder, newBuilder } from "../text/builder";
import { foldText } from "../text/fold";
import { Slice, sameBytes } from "../text/slice";

// What a model may choose from: the options of its term, else a classifier's categories, else anything.

let base: usize = 0;
let stride: u32 = 0;
export let choiceCount: u32 = 0;

const wanted = newBuilder();
const offered = newBuilder();

/** From now on, until the next call; either may be 0. */
export function setChoices(term: Term, classifier: ClassifierPlan): void {
  choiceCount = 0;
  if (changetype<usize>(term) && term.optionCount) {
    base = term.options;
    stride = offsetof<Slice>();
    choiceCount = term.optionCount;
  } else if (changetype<usize>(classifier)) {
    base = classifier.categories;
    stride = offsetof<CategoryPlan>();
    choiceCount = classifier.categoryCount;
  }
}

export function choiceAt(index: u32): Slice {
  assert(index < choiceCount);
  return changetype<Slice>(base + index * stride);
}

/** The choice of that name, whatever its case and spaces if none has just these bytes; or NOT_FOUND. */
export function findChoice(at: usize, length: u32): u32 {
  for (let i: u32 = 0; i < choiceCount; i++) {
    const choice = choiceAt(i);
    if (sameBytes(choice.at, choice.length, at, length)) return i;
  }
  foldText(wanted.clear(), at, length);
  for (let i: u32 = 0; i < choiceCount; i++) {
    const choice = choiceAt(i);
    foldText(offered.clear(), choice.at, choice.length);
    if (sameBytes(offered.at, offered.length, wanted.at, wanted.length)) return i;
  }
  return NOT_FOUND;
}

/** All of them, as JSON strings with commas between. */
export function writeChoices(to: Builder): void {
  for (let i: u32 = 0; i < choiceCount; i++) {
    if (i) to.ascii(", ");
    to.json(choiceAt(i).at, choiceAt(i).length);
  }
}

/** The agent of that name, or NOT_FOUND. */
export function agentNamed(plan: Plan, name: Slice): u32 {
  for (let i: u32 = 0; i < plan.agentCount; i++) {
    const agent = agentPlanAt(plan, i);
    if (sameBytes(agent.name, agent.nameLength, name.at, name.length)) return i;
  }
  return NOT_FOUND;
}
