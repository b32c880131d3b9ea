import { agentPlanAt } from "../definition/plan";
import { PlannerPlan } from "../definition/plan-planner";
import { activationAt, noteNumber } from "../kernel/activation";
import { Run } from "../kernel/run";

// What a planner keeps between its calls, in its activation's notes: four texts that all strategies have, and then the strategy's own.

/** What it does with the answer that it waits for. */
export const enum Phase {
  /** How a plan may go on, or into what a task is divided, or which subgoals come before one. */
  Grow,
  /** How good a path is. */
  Judge,
  /** What it finds out with its tools. */
  Explore,
  Write,
  Critique,
  Revise,
}

export const enum Note {
  /** The problem as the model is shown it. */
  Problem,
  Goal,
  /** A sound plan that is judged, or being revised. */
  Plan,
  Critique,
}

/** The strategy's own texts begin here. */
export const FIRST_TEXT: u32 = 4;

/** Flags of Activation.tries, beside how often the plan was asked for again. */
export const TOO_LONG: u8 = 0x80;

export const ONE: i64 = 1_000_000_000;
/** The score of what has none. */
export const HALF: i64 = 500_000_000;

/** The settings of the activation's agent; of one that is no planner, those that hold by default. */
export function plannerOf(run: Run, ref: u32): PlannerPlan {
  const own = agentPlanAt(run.plan, activationAt(run, ref).agent).planner;
  return changetype<usize>(own) ? own : run.plan.planner;
}

/** A number of the notes that counts something or says which. */
export function count(run: Run, ref: u32, index: u32): u32 {
  return <u32>noteNumber(run, ref, index);
}

/** Whether a counter is at most `most`. */
export function isAtMost(run: Run, ref: u32, index: u32, most: u32): bool {
  const value = noteNumber(run, ref, index);
  return value >= 0 && value <= <i64>most;
}
