import { Decide, Flow, NO_TERM, Origin, Reference, Term, TermKind, kidOf, termAt } from "../flow/term";
import { ENDLESS, activationCalls, attemptsOf, joinCalls, planSteps, plus, times, weigh, weightOf } from "./bound-activation";
import { Doc, child, decimalOf, firstItem, integerOf } from "./doc";
import { agentDoc } from "./flow-agents";
import { JoinPlan } from "../join/plan";
import { Key } from "./table";

// The most model calls that a run of a flow can make, each attempt counted, whatever models answer and whatever fails. Graph mode has such a bound
// for one activation only.

/** How often a step is run at most when its failure goes back: itself, three alternatives, after the step before it once more, and that step. */
const BACKTRACKS: u64 = 6;

let flow = changetype<Flow>(0);
let root = changetype<Doc>(0);

/** Of a checked definition. ENDLESS: more than anybody counts to. */
export function callsOfRun(whole: Flow, definition: Doc): u64 {
  flow = whole;
  root = definition;
  let calls = callsOf(termAt(flow, 0));
  const activations = integerOf(child(root, Key.Limits), Key.Activations, 0);
  if (activations) calls = min(calls, times(<u64>activations, dearestActivation()));
  return cut(calls, root);
}

/** The same in micro-dollars, of a run or, without a flow, of an activation. */
export function moneyOf(whole: Flow | null, definition: Doc): u64 {
  weigh(true);
  const money = whole === null ? callsOfActivation(definition) : callsOfRun(whole, definition);
  weigh(false);
  const usd = decimalOf(child(definition, Key.Budget), Key.Usd, -1);
  return usd < 0 ? money : min(money, (<u64>usd + 999) / 1000);
}

/** Of one activation of the agent that makes most. */
export function callsOfActivation(definition: Doc): u64 {
  let most: u64 = 0;
  for (let agent: Doc | null = firstItem(definition, Key.Agents); agent !== null; agent = agent!.nextSibling()) {
    most = max(most, activationCalls(definition, agent, Decide.Nothing, ENDLESS));
  }
  return cut(most, definition);
}

/** A budget of calls bounds them, and what they cost. */
function cut(calls: u64, definition: Doc): u64 {
  const budget = <u64>integerOf(child(definition, Key.Budget), Key.Calls, 0);
  return budget ? min(calls, times(budget, dearestAttempt(definition))) : calls;
}

/** What one call weighs at most. */
function dearestAttempt(definition: Doc): u64 {
  let most: u64 = 0;
  for (let agent: Doc | null = firstItem(definition, Key.Agents); agent !== null; agent = agent!.nextSibling()) {
    for (let each: Doc | null = firstItem(agent, Key.Providers); each !== null; each = each!.nextSibling()) most = max(most, weightOf(each, agent, definition));
  }
  return most;
}

function dearestActivation(): u64 {
  let most: u64 = 0;
  for (let i: u32 = 0; i < flow.termCount; i++) most = max(most, ownCalls(termAt(flow, i)));
  return most;
}

/** Of the activations of a term itself, which is one. */
function ownCalls(term: Term): u64 {
  const agent = agentDoc(term.agent);
  if (term.kind == <u8>TermKind.Agent) return activationCalls(root, agent, term.decide, partsOf(term));
  if (term.kind == <u8>TermKind.Plan) return activationCalls(root, agent, Decide.Plan, 0);
  return term.kind == <u8>TermKind.Join ? joinOf(term, agent) : 0;
}

/** Of a node with all it holds, its attempts and its handler. */
function callsOf(term: Term): u64 {
  let calls = once(term);
  if (changetype<usize>(term.retry)) calls = times(calls, term.retry.attempts);
  return plus(calls, at(term.handler));
}

function at(index: u32): u64 {
  return index == NO_TERM ? 0 : callsOf(termAt(flow, index));
}

function once(term: Term): u64 {
  switch (<TermKind>term.kind) {
    case TermKind.Map:
      return times(itemsOf(term), dearest(term));
    case TermKind.Choose:
      return plus(at(term.by), max(dearest(term), at(term.otherwise)));
    case TermKind.Loop:
      return times(term.most, plus(all(term), at(term.untilTerm)));
    case TermKind.Handoff:
      return times(<u64>term.most + 1, dearest(term));
    case TermKind.Supervise:
      return plus(times(term.most, plus(plus(at(term.by), at(term.untilTerm)), dearest(term))), at(term.otherwise));
    case TermKind.Plan:
      return ofPlan(term);
  }
  return plus(plus(ownCalls(term), all(term)), at(term.rerank));
}

function all(term: Term): u64 {
  let calls: u64 = 0;
  for (let i: u32 = 0; i < term.kidCount; i++) calls = plus(calls, at(kidOf(term, i)));
  return calls;
}

function dearest(term: Term): u64 {
  let calls: u64 = 0;
  for (let i: u32 = 0; i < term.kidCount; i++) calls = max(calls, at(kidOf(term, i)));
  return calls;
}

function ofPlan(term: Term): u64 {
  const steps = times(planSteps(child(agentDoc(term.agent), Key.PlannerConfig)), dearest(term));
  return times(plus(ownCalls(term), times(steps, term.backtrack ? BACKTRACKS : 1)), <u64>term.most + 1);
}

function joinOf(term: Term, agent: Doc | null): u64 {
  if (agent === null || !term.join) return 0;
  return times(joinCalls(changetype<JoinPlan>(term.join), partsOf(term)), attemptsOf(root, agent));
}

// ---- how many there are ----

function itemsOf(term: Term): u64 {
  const source = sourceOf(term, term.over);
  const known = source === null ? ENDLESS : decided(source);
  return min(<u64>term.most, known);
}

/** Elements of the list that an agent decides on. */
function decided(source: Term): u64 {
  if (source.kind != <u8>TermKind.Agent) return ENDLESS;
  if (source.decide == <u8>Decide.Queries) return source.count;
  return source.decide == <u8>Decide.Assign && source.optionCount ? source.optionCount : ENDLESS;
}

/** Parts that come to a join. */
function partsOf(term: Term): u64 {
  if (term.inputIsObject) return term.inputCount;
  const source = sourceOf(term, 0);
  if (source === null) return ENDLESS;
  if (source.kind == <u8>TermKind.Parallel) return source.kidCount;
  return source.kind == <u8>TermKind.Map ? itemsOf(source) : decided(source);
}

/** The term whose whole output a term works on, if that can be told: the one that set a name, or the one before it in its sequence. */
function sourceOf(term: Term, over: usize): Term | null {
  let reference = changetype<Reference>(over);
  if ((!over || reference.origin == Origin.Previous) && term.inputCount == 1 && !term.inputIsObject) {
    if (over && reference.fieldCount) return null;
    reference = changetype<Reference>(term.input);
  }
  if (!changetype<usize>(reference) || (reference.origin == Origin.Previous && !reference.fieldCount)) return before(term);
  if (reference.fieldCount || reference.origin == Origin.Previous) return null;
  for (let i: u32 = 0; i < flow.termCount; i++) if (termAt(flow, i).bind == reference.binding + 1) return termAt(flow, i);
  return null;
}

function before(term: Term): Term | null {
  if (term.parent == NO_TERM) return null;
  const parent = termAt(flow, term.parent);
  if (parent.kind != <u8>TermKind.Sequence) return null;
  for (let i: u32 = 1; i < parent.kidCount; i++) if (termAt(flow, kidOf(parent, i)) === term) return termAt(flow, kidOf(parent, i - 1));
  return null;
}
