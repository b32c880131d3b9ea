import { RetryPlan, WindowPlan } from "../definition/plan";

// A flow as tables that runs share and never change: terms in the order in which they stand in the definition, the outermost first. Links to
// other terms are indices, all others addresses in the plan's arena.

export const NO_TERM: u32 = u32.MAX_VALUE;
/** In place of an agent's index. */
export const NO_AGENT: u32 = u32.MAX_VALUE;
/** All of a transcript's turns. */
export const ALL_TURNS: u32 = u32.MAX_VALUE;

export const enum TermKind {
  Agent,
  Sequence,
  Parallel,
  Map,
  Choose,
  Loop,
  Handoff,
  Supervise,
  Join,
  Retrieve,
  Plan,
  Use,
}

/** Whose transcript an agent reads and writes. */
export const enum Share {
  /** What holds this term says. */
  Inherit,
  Own,
  None,
  Group,
}

export const enum OnError {
  Fail,
  /** An empty message with metadata `error`. */
  Skip,
  /** `handler` receives the failure. */
  Handle,
}

/** What a model is asked to decide. */
export const enum Decide {
  Nothing,
  Category,
  Next,
  Assign,
  Queries,
  Plan,
  Score,
  Done,
}

/** Who picks the next member. */
export const enum Pick {
  /** `by`, a term for a model without a name of its own, by its decision. */
  Model,
  /** `by`, a term. */
  Term,
  RoundRobin,
  /** `@NAME` at the head of the input, then of each answer. */
  Manual,
}

@unmanaged
export class Label {
  at: usize;
  length: u32;
}

/** What a reference begins with. */
export const enum Origin {
  /** What piping gives. */
  Previous,
  /** A binding: `binding` names it. */
  Binding,
}

/**
 * A reference: `$NAME.field.field`. Every name, `$input`, `$item` and `$last` is a binding with a number of its own, given at load: each `as`,
 * each `use` and the flow itself (`$input`), each map (`$item`), each loop (`$last`).
 */
@unmanaged
export class Reference {
  origin: u32;
  binding: u32;
  /** Label[fieldCount] */
  fields: usize;
  fieldCount: u32;
  /** Under which name it stands in an object made of several references: its last part without `$`. */
  key: usize;
  keyLength: u32;
}

/** A binding's number + 1; 0 is none. */
export type BindingOrNone = u32;

@unmanaged
export class Term {
  kind: u8;
  share: u8;
  onError: u8;
  /** `priority` is its own. */
  hasPriority: u8;
  priority: u32;
  parent: u32;
  /** Where it stands in the definition, as problems have it: `flow.sequence[1].parallel.branches.economist`. */
  path: usize;
  pathLength: u32;
  /** Its `name`, else its agent's, else empty. */
  name: usize;
  nameLength: u32;
  /** Reference[inputCount]; 0: what piping gives. One written as a list (even of one) is an object: `inputIsObject`. */
  input: usize;
  inputCount: u32;
  inputIsObject: u8;
  bind: BindingOrNone;
  /** A compiled condition of flow/condition.ts, or 0. */
  when: usize;
  /** Milliseconds, 0: none. */
  deadline: u64;
  /** BudgetPlan of its own, or 0; and the account of it in a run. */
  budget: usize;
  account: u32;
  /** The deadline is what the budget has of time. */
  deadlineOfBudget: u8;
  /** The node's own, or 0. Its `retryOn` is u32.MAX_VALUE if it names no failures: then any is tried again. */
  retry: RetryPlan;
  handler: u32;
  /** Its own or that of what holds it, or 0: its agent's. */
  window: WindowPlan;

  /** u32[kidCount]: branches, items' terms in turn, cases, members, a loop's one, a use's one. */
  kids: usize;
  kidCount: u32;
  /** Label[kidCount]: names of branches in the output's object, of cases (unless by condition) and of members; else 0. */
  labels: usize;
  /** Agent: who. Supervise with Pick.Model, join with a model, plan: whose model. Else NO_AGENT. */
  agent: u32;
  /** Most at once: parallel, map, plan. 0: no limit. */
  concurrency: u32;
  /** Loop: iterations. Handoff: hops. Supervise: rounds. Map: items. Plan: how often anew. */
  most: u32;

  // ---- agent ----
  decide: u8;
  /** Label[optionCount]: the grammar's `options`, or a classifier's own if there are none and it has some. */
  options: usize;
  optionCount: u32;
  /** Of queries. */
  count: u32;
  /** Reference, or 0. */
  context: usize;
  turns: u32;
  prompt: usize;
  promptLength: u32;

  // ---- parallel ----
  /** As many as are enough; 0: all. */
  quorum: u32;
  /** The output is that of the first. */
  first: u8;
  /** Parallel: one failure ends it. Map: an item's failure does. Supervise: a member's does. */
  failFast: u8;

  // ---- map, choose ----
  /** Reference: a map's `over`, a choice's `by` that is no node; or 0. In it, Previous is the node's own input. */
  over: usize;
  /** The map's `$item`. The loop's `$last`. The use's `$input`. A binding's number. */
  own: u32;

  // ---- choose ----
  /** usize[kidCount] compiled conditions, for cases that have one each; else 0. */
  conditions: usize;
  /** The node that decides: choose; plan; supervise, unless members take turns or are mentioned. Else NO_TERM. */
  by: u32;
  /** Choose: `else`. Supervise: the node that sums up. */
  otherwise: u32;
  /** Units of 10⁻⁹; -1: none. */
  minConfidence: i64;

  // ---- loop ----
  until: usize; // compiled condition, or 0
  /** Loop; and supervise where members take turns: the node that says whether it is done. */
  untilTerm: u32;
  keepBest: u8;
  /** Each iteration gets the loop's own input. */
  eachInput: u8;

  // ---- handoff, supervise ----
  entry: u32; // index in kids
  /** u8[kidCount * kidCount]: row may pass on to column; 0: everyone to everyone else. */
  transfers: usize;
  pick: u8;
  summarise: u8;

  // ---- join, retrieve ----
  /** JoinPlan of join/plan.ts, or 0. */
  join: usize;
  /** SearchPlan of flow/search.ts, or 0. */
  search: usize;
  /** An agent's term that orders what was found: NO_TERM: none. */
  rerank: u32;

  // ---- plan: kids are the executors ----
  backtrack: u8;
  stepDeadline: u64;
}

/** Terms of a definition. */
@unmanaged
export class Flow {
  terms: usize; // Term[termCount], 0 the outermost
  termCount: u32;
  bindingCount: u32;
}

export function termAt(flow: Flow, index: u32): Term {
  assert(index < flow.termCount);
  return changetype<Term>(flow.terms + index * offsetof<Term>());
}

export function kidOf(term: Term, place: u32): u32 {
  assert(place < term.kidCount);
  return load<u32>(term.kids + (place << 2));
}

export function labelOf(term: Term, place: u32): Label {
  assert(place < term.kidCount && term.labels);
  return changetype<Label>(term.labels + place * offsetof<Label>());
}

export function optionOf(term: Term, place: u32): Label {
  assert(place < term.optionCount);
  return changetype<Label>(term.options + place * offsetof<Label>());
}
