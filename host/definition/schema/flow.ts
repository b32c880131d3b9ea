import { z } from "zod";
import type { FlowNode } from "./flow-node.ts";
import { inner } from "./inner.ts";
import { anything, choice, decimal, duration, either, filled, flag, integer, key, list, map, name, record, share, text } from "./kinds.ts";
import { idle, later } from "./reasons.ts";
import { aggregatorKeys, strategyWords } from "./roles.ts";
import { budget, context, limits, retry } from "./runtime.ts";

// Terms of the flow algebra. A node is a map with one kind key, or a string: an agent's name. What a map of keys cannot say (exactly one kind,
// names, references, conditions) is checked in assembly/definition/flow-*.ts.

const self = z.lazy((): z.ZodType => node);
const nodes = list(self);
const members = either(nodes, record(self));
const rerank = either(flag(), filled());

const parallel = map({
  branches: key(members, { about: "What runs at once: a list, or name → node." }),
  join: key(either(choice(["all", "first"]), map({ quorum: key(integer({ min: 1 }), { about: "So many are enough." }) })), {
    about: "How many are enough: `all`, `first`, or `{quorum: k}`.",
    default: "`all`",
  }),
  fail_fast: key(flag(), { about: "One failure ends it.", default: "false" }),
  max_concurrency: key(integer({ min: 1, max: 1_000_000 }), { about: "Branches at once.", default: "no limit" }),
});

const each = map({
  over: key(filled(), { about: "A reference to the items.", default: "its input" }),
  do: key(either(self, nodes), { about: "What is done with each item, which is `$item`; a list takes items in turn." }),
  max_concurrency: key(integer({ min: 1, max: 1_000_000 }), { about: "Items at once.", default: "8" }),
  max_items: key(integer({ min: 1, max: 10_000_000 }), { about: "Most items; more fail it.", default: "100000" }),
  on_item_error: key(choice(["report", "fail"]), { about: "What a failed item does: it is reported in its place, or fails the map.", default: "`report`" }),
});

const choose = map({
  by: key(self, { about: "A node that decides a category; or a reference, or a field of the input." }),
  cases: key(either(record(self), list(map({ when: key(filled(), { about: "Condition on the node's input." }), do: key(self, { about: "What then." }) }))), {
    about: "Value → node; or, without `by`, a list of `{when, do}`, of which the first that holds counts.",
  }),
  else: key(self, { about: "What follows when no case does.", default: "a failure" }),
  min_confidence: key(share(), { about: "A decision less sure than this is none; with a node in `by` only.", default: "a classifier's own threshold" }),
});

const loop = map({
  do: key(self, { about: "What is done again and again." }),
  until: key(self, { about: "Condition on an iteration's output, or a node that decides whether it is done." }),
  max: key(integer({ min: 1, max: 1000 }), { about: "Most iterations; required." }),
  keep: key(choice(["last", "best"]), { about: "Which output counts: the last, or the one with the best score.", default: "`last`" }),
  each: key(choice(["$last", "$input"]), { about: "What an iteration gets: the one before it, or the loop's own input.", default: "`$last`" }),
});

const handoff = map({
  members: key(members, { about: "Who takes part: a list, or name → node." }),
  entry: key(filled(), { about: "Who begins.", default: "the first" }),
  max_hops: key(integer({ min: 0, max: 1_000_000 }), { about: "Most hops.", default: "10" }),
  transfers: key(record(list(filled())), { about: "Member → those it may pass on to.", default: "all others" }),
});

const supervise = map({
  members: key(members, { about: "Who takes part: a list, or name → node." }),
  by: key(self, {
    about: "Who picks the next member: a node that decides it, `{model, prompt}`, `round_robin`, or `manual` (`@NAME` at the head of the message).",
    default: "`model`",
  }),
  model: key(filled(), { about: "Model that picks, unless `by` does, and sums up." }),
  max_rounds: key(integer({ min: 1, max: 1_000_000 }), { about: "Most rounds.", default: "10" }),
  on_member_error: key(choice(["continue", "stop"]), { about: "What a failed member does: it costs the round, or fails the node.", default: "`continue`" }),
  summarise: key(flag(), { about: "Let the model sum up at the end.", default: "true" }),
});

const { aggregation_strategy: _1, show_conflicts: _2, show_consensus: _3, show_clusters: _4, timeout_ms: window, ...joinKeys } = aggregatorKeys;
const joinStrategies = choice([...strategyWords, "object", "first_success", "score", "rrf"], {
  enum: "JoinStrategy",
  also: { concat: "concatenate", "majority-vote": "voting_majority", rag: "rag_based" },
});
const join = map({
  strategy: key(joinStrategies, { about: "How parts become one message; required." }),
  model: key(filled(), { about: "Model of a strategy that asks one." }),
  ...joinKeys,
  timeout_ms: key(window.unwrap(), { about: "Batch window.", idle: idle.joins }),
  threshold: key(share(), { about: "Agreement needed; less fails with the parts." }),
  of: key(filled(), { about: "`score`: reference to the message that gets the score.", default: "the first part" }),
  method: key(choice(["average", "weighted_average", "max", "consensus"], { enum: "ScoreMethod" }), {
    about: "`score`: one score from several.",
    default: "`average`",
  }),
  extraction: key(choice(["json_first", "json", "regex", "sentiment"], { enum: "Extraction" }), {
    about: "`score`: how a score is read.",
    default: "`json_first`",
  }),
  weights: key(either(list(decimal({ min: 0 })), record(decimal({ min: 0 }))), { about: "`rrf`: weights of the lists, in their order or by their names." }),
  k: key(integer({ min: 1 }), { about: "`rrf`: its constant.", default: "60" }),
  top_k: key(integer({ min: 1 }), { about: "`rrf`: documents kept." }),
  rerank: key(rerank, { about: "`rrf`: order them again: true (by words), or an agent." }),
});

const retrieve = map({
  from: key(filled(), { about: "Retriever, collection or store.", default: "the file's `vectorstore`" }),
  top_k: key(integer({ min: 1 }), { about: "Documents.", default: "5" }),
  min_score: key(share(), { about: "Least score." }),
  method: key(choice(["semantic", "keyword"]), { about: "By meaning or by words.", default: "`semantic`" }),
  filters: key(record(anything()), { about: "What a document must match." }),
  rerank: key(rerank, { about: "Order what was found again: true (by words), or an agent." }),
});

const plan = map({
  planner: key(filled(), { about: "The agent that plans." }),
  executors: key(list(filled()), { about: "The agents that do the steps." }),
  max_concurrency: key(integer({ min: 1, max: 1_000_000 }), { about: "Steps at once.", default: "1; 8 with the planner's `parallelizable_steps`" }),
  backtrack: key(flag(), { about: "A failed step: its alternatives, then the step before.", default: "the planner's `enable_backtracking`" }),
  replans: key(integer({ min: 0, max: 1000 }), { about: "Most new plans.", default: "3; 0 without the planner's `enable_replanning`" }),
  step_deadline: key(duration(), { about: "A step's deadline.", default: "the planner's `task_timeout_ms`" }),
});

const term = map({
  agent: key(filled(), { about: "Kind: an agent, once." }),
  sequence: key(nodes, { about: "Kind: one after the other." }),
  parallel: key(parallel, { about: "Kind: all on the same input." }),
  map: key(each, { about: "Kind: the same for each item." }),
  choose: key(choose, { about: "Kind: one of several." }),
  loop: key(loop, { about: "Kind: again until something holds." }),
  handoff: key(handoff, { about: "Kind: members pass the conversation on." }),
  supervise: key(supervise, { about: "Kind: round by round, somebody picks who goes on." }),
  join: key(join, { about: "Kind: many parts become one message." }),
  retrieve: key(retrieve, { about: "Kind: search for documents." }),
  plan: key(plan, { about: "Kind: make a plan and do it." }),
  use: key(either(filled(), inner), { about: "Kind: another definition, inline or by its path." }),
  decide: key(choice(["category", "next", "assign", "queries", "plan", "score", "done"]), { about: "Of `agent`: what it decides." }),
  options: key(list(filled()), { about: "Of `agent`: what it may decide.", default: "a classifier's categories" }),
  count: key(integer({ min: 1, max: 1000 }), { about: "Of `agent`: how many queries.", default: "3" }),
  with: key(filled(), { about: "Of `agent`: reference to what its prompt calls context." }),
  turns: key(integer({ min: 0 }), { about: "Of `agent`: turns of its transcript that it sees.", default: "all" }),
  prompt: key(text(), { about: "Of `agent`: added to its prompt. Of `supervise.by`: the prompt." }),
  model: key(filled(), { about: "Of `supervise.by` alone: who picks." }),
  name: key(filled(), { about: "The node's name.", default: "its agent's" }),
  input: key(either(filled(), list(filled())), { about: "Reference to what it gets, or a list of them, which becomes an object.", default: "`$prev`" }),
  as: key(name(), { about: "Name its output is kept under, for later nodes of the same sequence." }),
  share: key(choice(["own", "none", "group"]), {
    about: "Whose transcript the agents in it read and write.",
    default: "`own`; of `handoff` and `supervise` `group`",
  }),
  deadline: key(duration(), { about: "Its deadline." }),
  retry: key(retry, { about: "Attempts at the whole node.", default: "one attempt" }),
  budget: key(budget, { about: "Bound of what it spends in a run, however often it is entered." }),
  limits: key(limits, { about: "Bounds of its work.", later: later.nodeLimits }),
  priority: key(integer({ min: 0, max: 255 }), { about: "Higher goes first.", default: "the agent's" }),
  context: key(context, { about: "How much a model sees." }),
  when: key(filled(), { about: "Condition on its input; else it passes its input through." }),
  on_error: key(self, { about: "`fail`, `skip` (an empty message with the error), or a node that receives the failure.", default: "`fail`" }),
});

/** A node of a flow. The type says more than the schema can. */
export const node = either(filled(), term) as unknown as z.ZodType<FlowNode, FlowNode>;
/** A node that is a map. */
export const flowTerm = term;
