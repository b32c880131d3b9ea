import { Decide } from "../flow/term";
import { boolOf, child, choiceOf, countOf, Doc, firstItem, integerOf } from "./doc";
import { dearestCall } from "./prices";
import { hasRole } from "./flow-agents";
import { JoinPlan, asksModel, readJoin } from "../join/plan";
import { theArena } from "./problems";
import { Conflict, ContextStrategy, JoinStrategy, Key, Planning } from "./table";

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
  const calls = times(turnsOf(agent, decide, parts), attemptsOf(root, agent));
  return sumsUp(agent) || sumsUp(root) ? times(calls, 2) : calls;
}

/** Then each turn may be two calls. */
function sumsUp(doc: Doc): bool {
  return choiceOf(child(doc, Key.Context), Key.Strategy, ContextStrategy.DropOldest) == ContextStrategy.Summarise;
}

function turnsOf(agent: Doc, decide: u32, parts: u64): u64 {
  if (hasRole(agent, "aggregator")) return joinCalls(readJoin(child(agent, Key.AggregatorConfig), Key.AggregationStrategy, 0, theArena()), parts);
  const guided = child(agent, Key.GuidedConfig);
  const turns = boolOf(guided, Key.Enabled, false) ? plus(times(2, number(guided, Key.MaxIterations, 5)), 1) : TURNS;
  const extra = child(agent, Key.OutputSchema) !== null ? SCHEMA_REPAIRS : 0;
  if (hasRole(agent, "planner") && (decide == Decide.Nothing || decide == Decide.Plan)) return plus(planCalls(child(agent, Key.PlannerConfig)), extra);
  if (hasRole(agent, "classifier") || decide != Decide.Nothing) return (countOf(agent, Key.Tools) ? turns : 1) + REPAIRS + extra;
  return turns + extra;
}

/** By each planning strategy; all but the last call are made once. */
function planCalls(config: Doc | null): u64 {
  const more: u64 = boolOf(config, Key.EnableSelfCritique, false) ? 2 : 0;
  const depth = number(config, Key.ReasoningDepth, 3);
  const steps = planSteps(config);
  switch (<Planning>choiceOf(config, Key.PlanningStrategy, Planning.ChainOfThought)) {
    case Planning.ChainOfThought:
      return 3 + more;
    case Planning.TreeOfThought: {
      const branches = times(number(config, Key.BeamWidth, 2), number(config, Key.BranchingFactor, 3));
      return plus(times(times(2, number(config, Key.MaxDepth, depth)), branches), 2 + more);
    }
    case Planning.ReactPlanning:
      return plus(number(config, Key.MaxIterations, 5), 3 + more);
    case Planning.MonteCarlo:
      return plus(times(2, number(config, Key.Simulations, 10)), 3 + more);
    case Planning.BackwardChaining:
      return plus(times(steps, depth), 3 + more);
    default:
      return plus(times(steps, number(config, Key.Levels, 2)), 3 + more);
  }
}

/** Steps of a plan. */
export function planSteps(config: Doc | null): u64 {
  return number(config, Key.MaxSteps, 20);
}

function number(config: Doc | null, key: u32, otherwise: i64): u64 {
  return <u64>max<i64>(integerOf(config, key, otherwise), 0);
}

/** A vote or calculation asks nobody. */
export function joinCalls(join: JoinPlan, parts: u64): u64 {
  const summary = <u64>join.summary;
  if (!asksModel(join)) return summary;
  const own = join.strategy != <u8>JoinStrategy.Hierarchical ? 1 : join.most ? min(<u64>join.most, parts) : parts;
  const arbitration: u64 = join.conflict == <u8>Conflict.LlmArbitration ? 1 : 0;
  return plus(own, arbitration + summary);
}

let inMoney: bool = false;

/** From now on each call weighs what it can cost at most, in micro-dollars, instead of one. */
export function weigh(money: bool): void {
  inMoney = money;
}

/** What a call of a provider's model counts as. */
export function weightOf(provider: Doc, agent: Doc, root: Doc): u64 {
  if (!inMoney) return 1;
  const cost = dearestCall(provider, agent, root);
  return cost < 0 ? ENDLESS : <u64>cost;
}

/** Attempts at a call, at all providers together. */
export function attemptsOf(root: Doc, agent: Doc): u64 {
  const retry = child(agent, Key.Retry);
  const workflow = hasRole(agent, "classifier") ? integerOf(child(root, Key.Workflow), Key.MaxRetries, 0) : 0;
  const attempts = retry === null ? workflow + 1 : integerOf(retry, Key.MaxAttempts, 3);
  let providers: u64 = 0;
  for (let each: Doc | null = firstItem(agent, Key.Providers); each !== null; each = each!.nextSibling()) {
    // Those that are asked for one thing alone stand in another one's place.
    if (inMoney || child(each, Key.Only) === null) providers = plus(providers, weightOf(each, agent, root));
  }
  return times(<u64>attempts, inMoney ? providers : max<u64>(providers, 1));
}
