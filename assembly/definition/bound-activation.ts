import { Decide } from "../flow/term";
import { child, countOf, Doc, firstItem, integerOf } from "./doc";
import { hasRole, setting } from "./flow-agents";
import { JoinPlan, asksModel, readJoin } from "../join/plan";
import { theArena } from "./problems";
import { Conflict, JoinStrategy, Key } from "./table";

// How many model calls one activation of an agent makes at most, each attempt counted, at each of its providers.

/** More than anybody counts to; sums and products stop there. It is the largest whole number that JSON's readers all understand. */
export const ENDLESS: u64 = 9_007_199_254_740_991;

const TURNS: u64 = 10;
const REPAIRS: u64 = 2;
const SCHEMA_REPAIRS: u64 = 3;

export function plus(a: u64, b: u64): u64 {
  return min(a + b, ENDLESS);
}

export function times(a: u64, b: u64): u64 {
  if (!a || !b) return 0;
  return a > ENDLESS / b ? ENDLESS : a * b;
}

/** `decide`: what its term has it decide. A join of `parts` says how many there are; for anybody else it does not matter. */
export function activationCalls(root: Doc, agent: Doc | null, decide: u32, parts: u64): u64 {
  if (agent === null || child(agent, Key.Providers) === null) return 0;
  return times(turnsOf(agent, decide, parts), attemptsOf(root, agent));
}

function turnsOf(agent: Doc, decide: u32, parts: u64): u64 {
  if (hasRole(agent, "aggregator")) return joinCalls(readJoin(child(agent, Key.AggregatorConfig), Key.AggregationStrategy, 0, theArena()), parts);
  const guided = child(agent, Key.GuidedConfig);
  const isGuided = setting(guided, "enabled") !== null && setting(guided, "enabled")!.number != 0;
  const own = countOf(agent, Key.Tools) || !hasRole(agent, "classifier") ? TURNS : 1;
  const turns = isGuided ? plus(times(2, number(guided, "max_iterations", 5)), 1) : own;
  const extra = child(agent, Key.OutputSchema) !== null ? SCHEMA_REPAIRS : 0;
  if (hasRole(agent, "planner") && (decide == Decide.Nothing || decide == Decide.Plan)) return plus(planCalls(child(agent, Key.PlannerConfig)), extra);
  if (hasRole(agent, "classifier") || decide != Decide.Nothing) return (countOf(agent, Key.Tools) ? turns : 1) + REPAIRS + extra;
  return turns + extra;
}

/** By each planning strategy; all but the last call are made once. */
function planCalls(config: Doc | null): u64 {
  const critique = setting(config, "enable_self_critique");
  const more: u64 = critique !== null && critique.number ? 2 : 0;
  const depth = number(config, "reasoning_depth", 3);
  const steps = planSteps(config);
  switch (<u32>number(config, "planning_strategy", 0)) {
    case 0: // chain_of_thought
      return 3 + more;
    case 1: {
      // tree_of_thought
      const branches = times(number(config, "beam_width", 2), number(config, "branching_factor", 3));
      return plus(times(times(2, number(config, "max_depth", depth)), branches), 2 + more);
    }
    case 2: // react_planning
      return plus(number(config, "max_iterations", 5), 3 + more);
    case 3: // monte_carlo
      return plus(times(2, number(config, "simulations", 10)), 3 + more);
    case 4: // backward_chaining
      return plus(times(steps, depth), 3 + more);
    default: // hierarchical_plan
      return plus(times(steps, number(config, "levels", 2)), 3 + more);
  }
}

/** Steps of a plan. */
export function planSteps(config: Doc | null): u64 {
  return number(config, "max_steps", 20);
}

/** A checked value of a role's block: a whole number, or the place of a word in its list. */
function number(config: Doc | null, word: string, otherwise: u64): u64 {
  const value = setting(config, word);
  return value === null ? otherwise : <u64>max<i64>(value.number, 0);
}

/** A vote or calculation asks nobody. */
export function joinCalls(join: JoinPlan, parts: u64): u64 {
  const summary = <u64>join.summary;
  if (!asksModel(join)) return summary;
  const own = join.strategy != <u8>JoinStrategy.Hierarchical ? 1 : join.most ? min(<u64>join.most, parts) : parts;
  const arbitration: u64 = join.conflict == <u8>Conflict.LlmArbitration ? 1 : 0;
  return plus(own, arbitration + summary);
}

/** Attempts at a call, at all providers together. */
export function attemptsOf(root: Doc, agent: Doc): u64 {
  const retry = child(agent, Key.Retry);
  const workflow = hasRole(agent, "classifier") ? integerOf(child(root, Key.Workflow), Key.MaxRetries, 0) : 0;
  const attempts = retry === null ? workflow + 1 : integerOf(retry, Key.MaxAttempts, 3);
  let providers: u64 = 0;
  for (let each: Doc | null = firstItem(agent, Key.Providers); each !== null; each = each!.nextSibling()) providers++;
  return times(<u64>attempts, max<u64>(providers, 1));
}
