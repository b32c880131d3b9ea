import { z } from "zod";
import { anything, choice, duration, either, filled, flag, integer, key, list, map, record, share, text } from "./kinds.ts";
import { aggregatorKeys, strategies } from "./roles.ts";
import { budget, context, limits, retry } from "./runtime.ts";

// Terms of the flow algebra. A node is a map with one kind key, or a string: an agent's name. Flows come in a later version.

const self = z.lazy((): z.ZodType => node);
const nodes = list(self);
const members = either(nodes, record(self));
const reference = either(filled(), list(filled()));

const parallel = map({
  branches: key(members, { about: "What runs at once." }),
  join: key(either(choice(["all", "first"]), map({ quorum: key(integer({ min: 1 }), { about: "So many." }) })), {
    about: "How many are enough.",
    default: "`all`",
  }),
  fail_fast: key(flag(), { about: "One failure ends it.", default: "false" }),
  max_concurrency: key(integer({ min: 1 }), { about: "Branches at once." }),
});

const each = map({
  over: key(filled(), { about: "The items.", default: "its input" }),
  do: key(either(self, nodes), { about: "What is done with each." }),
  max_concurrency: key(integer({ min: 1 }), { about: "Items at once.", default: "8" }),
  max_items: key(integer({ min: 1 }), { about: "Most items.", default: "100000" }),
  on_item_error: key(choice(["report", "fail"]), { about: "What a failed item does.", default: "`report`" }),
});

const choose = map({
  by: key(self, { about: "Who or what decides." }),
  cases: key(either(record(self), list(map({ when: key(filled(), { about: "Condition." }), do: key(self, { about: "What then." }) }))), {
    about: "What follows.",
  }),
  else: key(self, { about: "What follows otherwise." }),
  min_confidence: key(share(), { about: "Less is otherwise." }),
});

const loop = map({
  do: key(self, { about: "What is done again." }),
  until: key(self, { about: "Condition that ends it." }),
  max: key(integer({ min: 1, max: 1000 }), { about: "Most iterations." }),
  keep: key(choice(["last", "best"]), { about: "Which output counts.", default: "`last`" }),
  each: key(filled(), { about: "What an iteration gets.", default: "`$last`" }),
});

const handoff = map({
  members: key(members, { about: "Who takes part." }),
  entry: key(filled(), { about: "Who begins.", default: "the first" }),
  max_hops: key(integer({ min: 0 }), { about: "Most hops.", default: "10" }),
  transfers: key(record(list(filled())), { about: "Who may pass on to whom." }),
});

const supervise = map({
  members: key(members, { about: "Who takes part." }),
  by: key(either(filled(), record(anything())), { about: "Who picks." }),
  model: key(filled(), { about: "Model that picks and sums up." }),
  max_rounds: key(integer({ min: 1 }), { about: "Most rounds.", default: "10" }),
  on_member_error: key(choice(["continue", "stop"]), { about: "What a failed member does.", default: "`continue`" }),
  summarise: key(flag(), { about: "Sum up at the end.", default: "true" }),
});

const { aggregation_strategy: _, ...joinKeys } = aggregatorKeys;
const join = map({
  strategy: key(either(strategies, filled()), { about: "How parts become one." }),
  model: key(filled(), { about: "Model of a strategy that has one." }),
  ...joinKeys,
  threshold: key(share(), { about: "Agreement needed." }),
  of: key(filled(), { about: "Message that gets the score." }),
  method: key(choice(["average", "weighted_average", "max", "consensus"]), { about: "One score from several." }),
  extraction: key(choice(["json_first", "json", "regex", "sentiment"]), { about: "How a score is read." }),
  weights: key(anything(), { about: "Weights of lists." }),
  k: key(integer({ min: 1 }), { about: "Constant of fusion.", default: "60" }),
  top_k: key(integer({ min: 1 }), { about: "Documents kept." }),
  rerank: key(either(flag(), self), { about: "Order them again." }),
});

const retrieve = map({
  from: key(filled(), { about: "Retriever, collection or store." }),
  top_k: key(integer({ min: 1 }), { about: "Documents.", default: "5" }),
  min_score: key(share(), { about: "Least score." }),
  method: key(choice(["semantic", "keyword"]), { about: "How." }),
  filters: key(record(anything()), { about: "What a document must match." }),
  rerank: key(either(flag(), self), { about: "Order them again." }),
});

const plan = map({
  planner: key(filled(), { about: "Who plans." }),
  executors: key(list(filled()), { about: "Who does it." }),
  max_concurrency: key(integer({ min: 1 }), { about: "Steps at once." }),
  backtrack: key(flag(), { about: "Go back after a failure." }),
  replans: key(integer({ min: 0 }), { about: "Most new plans.", default: "3" }),
  step_deadline: key(duration(), { about: "A step's deadline." }),
});

const term = map({
  agent: key(filled(), { about: "An agent." }),
  sequence: key(nodes, { about: "One after the other." }),
  parallel: key(parallel, { about: "All at once." }),
  map: key(each, { about: "Each item." }),
  choose: key(choose, { about: "One of several." }),
  loop: key(loop, { about: "Again and again." }),
  handoff: key(handoff, { about: "Pass the conversation on." }),
  supervise: key(supervise, { about: "A model picks the next." }),
  join: key(join, { about: "Many become one." }),
  retrieve: key(retrieve, { about: "Search." }),
  plan: key(plan, { about: "Plan and do." }),
  use: key(either(filled(), record(anything())), { about: "Another definition." }),
  decide: key(choice(["category", "next", "assign", "queries", "plan", "score", "done"]), { about: "What an agent decides." }),
  options: key(list(filled()), { about: "What it may decide." }),
  count: key(integer({ min: 1 }), { about: "How many texts.", default: "3" }),
  with: key(filled(), { about: "What its prompt calls context." }),
  turns: key(integer({ min: 0 }), { about: "Turns it sees." }),
  prompt: key(text(), { about: "Added to its prompt." }),
  name: key(filled(), { about: "The node's name." }),
  input: key(reference, { about: "What it gets.", default: "`$prev`" }),
  as: key(filled(), { about: "Name its output is kept under." }),
  share: key(choice(["own", "none", "group"]), { about: "Whose transcript.", default: "`own`" }),
  deadline: key(duration(), { about: "Its deadline." }),
  retry: key(retry, { about: "Attempts." }),
  budget: key(budget, { about: "Bound of what it spends." }),
  limits: key(limits, { about: "Bounds of its work." }),
  priority: key(integer({ min: 0, max: 255 }), { about: "Higher goes first." }),
  context: key(context, { about: "How much a model sees." }),
  when: key(filled(), { about: "Condition: else it passes its input through." }),
  on_error: key(self, { about: "`fail`, `skip`, or a node that receives the failure." }),
});

/** A node of a flow. */
export const node: z.ZodType = either(filled(), term);
/** A node that is a map. */
export const flowTerm = term;
