import { Arena } from "../memory/arena";
import { clearGaps, setGap, writePrompt } from "../prompts/write";
import { Gap, Prompt } from "../prompts/table";
import { Builder, newBuilder } from "../text/builder";
import { Slice } from "../text/slice";
import { Doc, boolOf, choiceOf, decimalOf, durationOf, firstItem, integerOf, textOf } from "./doc";
import { Plan } from "./plan";
import { Key, Planning, StepDetail } from "./table";

// `planner_config`, as planners and the plan nodes of flows read it.

@unmanaged
export class PlannerPlan {
  /** Planning and StepDetail of table.ts. */
  strategy: u8;
  name: usize;
  nameLength: u32;
  detail: u8;
  critique: u8;
  alternatives: u8;
  parallel: u8;
  /** Prerequisites are asked for. A plan without is a sequence. */
  keepsOrder: u8;
  /** Prerequisites that do not hold make the plan a bad one; otherwise they are left out. */
  validate: u8;
  backtracks: u8;
  replans: u8;
  maxSteps: u32;
  /** Levels of subgoals. */
  depth: u32;
  /** How far each step is to be thought through; 0: nothing is said of it. */
  thought: u32;
  /** How far a tree of thoughts or a search goes. */
  maxDepth: u32;
  branching: u32;
  beam: u32;
  simulations: u32;
  /** Units of 10⁻⁹. */
  exploration: i64;
  levels: u32;
  tasksPerLevel: u32;
  maxIterations: u32;
  /** Milliseconds of a step; 0 is none. */
  stepTimeout: u64;
  goal: Slice;
  /** Added to the system text. */
  extra: Slice;
  /** Example plans, as the model is shown them. */
  examples: Slice;
}

const SQRT2: i64 = 1_414_213_562;

/** The settings of an agent; without a block, what holds by default. */
export function readPlanner(plan: Plan, index: u32, config: Doc | null, arena: Arena): PlannerPlan {
  const to = changetype<PlannerPlan>(arena.allocate(offsetof<PlannerPlan>()));
  to.strategy = <u8>choiceOf(config, Key.PlanningStrategy, Planning.ChainOfThought);
  to.detail = <u8>choiceOf(config, Key.StepDetailLevel, StepDetail.Detailed);
  to.critique = <u8>boolOf(config, Key.EnableSelfCritique, false);
  to.alternatives = <u8>boolOf(config, Key.IncludeAlternatives, false);
  to.parallel = <u8>boolOf(config, Key.ParallelizableSteps, false);
  to.keepsOrder = <u8>(to.detail >= <u8>StepDetail.Detailed || to.parallel);
  to.validate = <u8>(to.strategy != <u8>Planning.BackwardChaining || boolOf(config, Key.ValidateDependencies, true));
  to.backtracks = <u8>boolOf(config, Key.EnableBacktracking, false);
  to.replans = <u8>boolOf(config, Key.EnableReplanning, true);
  to.maxSteps = <u32>integerOf(config, Key.MaxSteps, 20);
  to.depth = <u32>integerOf(config, Key.ReasoningDepth, 3);
  if (to.strategy != <u8>Planning.TreeOfThought && to.strategy != <u8>Planning.BackwardChaining) to.thought = <u32>integerOf(config, Key.ReasoningDepth, 0);
  readName(to, textOf(config, Key.PlanningStrategy), arena);
  const search = to.strategy == <u8>Planning.MonteCarlo;
  // What is found out that way becomes a plan's steps, one by one.
  to.maxDepth = min(<u32>integerOf(config, Key.MaxDepth, search ? to.maxSteps : to.depth), to.maxSteps);
  to.branching = <u32>integerOf(config, Key.BranchingFactor, 3);
  to.beam = <u32>integerOf(config, Key.BeamWidth, 2);
  to.simulations = <u32>integerOf(config, Key.Simulations, 10);
  to.exploration = decimalOf(config, Key.ExplorationConstant, SQRT2);
  to.levels = <u32>integerOf(config, Key.Levels, 2);
  to.tasksPerLevel = <u32>integerOf(config, Key.MaxTasksPerLevel, 5);
  to.maxIterations = <u32>integerOf(config, Key.MaxIterations, 5);
  to.stepTimeout = durationOf(config, Key.TaskTimeoutMs, 0);
  to.goal = copyText(textOf(config, Key.Goal), arena);
  to.extra = copyText(textOf(config, Key.Prompt), arena);
  to.examples = readExamples(plan, index, config, arena);
  return to;
}

function readName(to: PlannerPlan, strategy: Doc | null, arena: Arena): void {
  steps.clear();
  if (strategy === null) steps.ascii("chain_of_thought");
  else steps.bytes(strategy.textAt, strategy.textLength);
  to.name = arena.copy(steps.at, steps.length);
  to.nameLength = steps.length;
}

function copyText(doc: Doc | null, arena: Arena): Slice {
  const slice = changetype<Slice>(arena.allocate(offsetof<Slice>()));
  if (doc === null || !doc.textLength) return slice;
  slice.at = arena.copy(doc.textAt, doc.textLength);
  slice.length = doc.textLength;
  return slice;
}

const all: Builder = newBuilder();
const steps: Builder = newBuilder();

function readExamples(plan: Plan, index: u32, config: Doc | null, arena: Arena): Slice {
  all.clear();
  for (let example = firstItem(config, Key.ExamplePlans); example !== null; example = example!.nextSibling()) {
    if (all.length) all.ascii("\n\n");
    steps.clear();
    let number: u32 = 0;
    for (let step = firstItem(example, Key.Steps); step !== null; step = step!.nextSibling()) {
      if (number) steps.byte(0x0a);
      steps.integer(++number).ascii(". ").bytes(step.textAt, step.textLength);
    }
    clearGaps();
    fill(Gap.Problem, textOf(example, Key.Problem));
    fill(Gap.Reason, textOf(example, Key.Explanation));
    setGap(Gap.Steps, steps.at, steps.length);
    writePrompt(all, plan, index, Prompt.PlanExample);
  }
  const slice = changetype<Slice>(arena.allocate(offsetof<Slice>()));
  slice.at = arena.copy(all.at, all.length);
  slice.length = all.length;
  return slice;
}

function fill(gap: Gap, doc: Doc | null): void {
  if (doc !== null) setGap(gap, doc.textAt, doc.textLength);
}
