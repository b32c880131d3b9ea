import { choice, decimal, durationIn, either, filled, flag, integer, key, list, map, record, required, share, text } from "./kinds.ts";
import { later } from "./reasons.ts";

// What one role's agents have, in the block of its name.

const temperature = decimal({ min: 0, max: 2 });
const tokens = integer({ min: 1 });

const category = map({
  name: required(filled(), { about: "The category." }),
  description: key(text(), { about: "For the model." }),
  keywords: key(list(text()), { about: "Words that speak for it." }),
  examples: key(list(text()), { about: "Inputs that belong to it." }),
});

const shot = map({
  input: required(text(), { about: "An input." }),
  category: required(filled(), { about: "Its category, a declared one." }),
  reason: key(text(), { about: "Why." }),
});

/** A string is a category's name. */
export const categories = list(either(filled(), category));

export const classifierConfig = map({
  categories: key(categories, { about: "The categories." }),
  confidence_threshold: key(share(), { about: "Accepted at or above.", default: "0.7" }),
  multi_label: key(flag(), { about: "Several may apply.", default: "false" }),
  strategy: key(choice(["single-label", "multi-label"], { enum: "ClassifierStrategy" }), {
    about: "`multi-label` is `multi_label: true`.",
    default: "`single-label`",
  }),
  use_embeddings: key(flag(), { about: "The nearest category by vector helps decide.", default: "false", later: later.vectors }),
  few_shot_examples: key(list(shot), { about: "Examples shown to the model." }),
  temperature: key(temperature, { about: "Of the model call.", default: "0.3" }),
  max_tokens: key(tokens, { about: "Of the model call.", default: "500" }),
});

/** Strategies of an aggregator; a flow's `join` has them too. */
export const strategyWords = [
  "consensus",
  "weighted",
  "semantic",
  "hierarchical",
  "rag_based",
  "voting_majority",
  "voting_unanimous",
  "voting_weighted",
  "voting_confidence",
  "concatenate",
] as const;

export const strategies = choice(strategyWords, {
  enum: "Strategy",
  also: { "majority-vote": "voting_majority", rag: "rag_based" },
});

export const deduplication = choice(["exact", "fuzzy", "semantic"], { enum: "Deduplication" });

/** The keys of `aggregator_config`; a panel has them too. */
export const aggregatorKeys = {
  aggregation_strategy: key(strategies, { about: "How answers become one.", default: "`consensus`; `concatenate` if there is no model" }),
  conflict_resolution: key(
    choice(["llm_arbitration", "vote", "confidence", "highest_weight_wins", "merge"], {
      enum: "Conflict",
      also: { llm_mediated: "llm_arbitration", llm_reasoning: "llm_arbitration" },
    }),
    { about: "What settles a `consensus` below its threshold.", default: "`llm_arbitration`" },
  ),
  deduplication_method: key(deduplication, {
    about:
      "Inputs that say the same become one, whose sources are all of theirs; in a vote they are votes for one answer. `fuzzy` and `semantic` go by likeness.",
    default: "none",
  }),
  summarization_enabled: key(flag(), {
    about: "Fill `summary_insights`: by one more call if there is a model, else with who said what, counted.",
    default: "false",
  }),
  max_input_sources: key(integer({ min: 1 }), { about: "Senders in a batch, in declared order; the rest wait, and go first next time.", default: "no limit" }),
  min_input_sources: key(integer({ min: 1 }), { about: "Fewer at the deadline: the batch fails.", default: "1" }),
  timeout_ms: key(durationIn(1), { about: "Batch window; a plain number is milliseconds.", default: "5000" }),
  semantic_similarity_threshold: key(share(), {
    about: "Same cluster, and same input for `deduplication_method`, at or above.",
    default: "0.85",
    also: ["semantic_similarity"],
  }),
  source_weights: key(record(decimal({ min: 0 })), { about: "Weight by sending agent or source; unlisted: 1, in a vote the input's own confidence." }),
  consensus_threshold: key(share(), { about: "Level that a `consensus` must reach, else `conflict_resolution` acts.", default: "0.7" }),
  show_conflicts: key(flag(), { about: "The record has `conflicts_resolved`.", default: "true" }),
  show_consensus: key(flag(), { about: "The record has `consensus_level`.", default: "true" }),
  show_clusters: key(flag(), { about: "The record has `semantic_clusters`.", default: "true" }),
  temperature: key(temperature, { about: "Of the model call of a strategy that makes one.", default: "0.5" }),
  max_tokens: key(tokens, { about: "Of that call.", default: "1500" }),
};

export const aggregatorConfig = map(aggregatorKeys);

const plan = map({
  problem: required(text(), { about: "A problem." }),
  steps: key(list(text()), { about: "Its plan." }),
  explanation: key(text(), { about: "Why." }),
});

export const planning = choice(["chain_of_thought", "tree_of_thought", "react_planning", "monte_carlo", "backward_chaining", "hierarchical_plan"], {
  enum: "Planning",
  also: { react: "react_planning", hierarchical: "hierarchical_plan", monte_carlo_tree_search: "monte_carlo" },
});

export const plannerConfig = map({
  planning_strategy: key(planning, { about: "How the plan is made.", default: "`chain_of_thought`", also: ["strategy"] }),
  max_steps: key(integer({ min: 1, max: 10_000 }), { about: "Steps of a plan.", default: "20", also: ["max_tasks"] }),
  step_detail_level: key(choice(["minimal", "standard", "detailed", "comprehensive"], { enum: "StepDetail" }), {
    about: "What each step says.",
    default: "`detailed`",
  }),
  reasoning_depth: key(integer({ min: 1, max: 5 }), {
    about: "Depth of tree or subgoals, with default 3; with other strategies, how far the model is told to think each step through.",
  }),
  parallelizable_steps: key(flag(), { about: "Run independent steps at once.", default: "false" }),
  include_alternatives: key(flag(), { about: "Each step has alternatives.", default: "false" }),
  enable_backtracking: key(flag(), { about: "A failed step: its alternatives, then the step before.", default: "false" }),
  enable_self_critique: key(flag(), { about: "Judge the plan once and revise it.", default: "false" }),
  enable_replanning: key(flag(), { about: "Plan the rest anew after a failure.", default: "true" }),
  task_timeout_ms: key(durationIn(1), { about: "A step's deadline; a plain number is milliseconds." }),
  temperature: key(temperature, { about: "Of the model call.", default: "0.7" }),
  max_tokens: key(tokens, { about: "Of the model call.", default: "2000" }),
  example_plans: key(list(plan), { about: "Plans shown to the model." }),
  branching_factor: key(integer({ min: 1, max: 100 }), { about: "tree_of_thought: continuations of a branch.", default: "3" }),
  max_depth: key(integer({ min: 1, max: 1000 }), { about: "tree_of_thought, monte_carlo: depth.", default: "`reasoning_depth`" }),
  beam_width: key(integer({ min: 1, max: 100 }), { about: "tree_of_thought: branches kept.", default: "2" }),
  simulations: key(integer({ min: 1, max: 10_000 }), { about: "monte_carlo: rounds.", default: "10" }),
  exploration_constant: key(decimal({ min: 0 }), { about: "monte_carlo: how much it explores.", default: "√2" }),
  goal: key(text(), { about: "backward_chaining: the goal." }),
  validate_dependencies: key(flag(), { about: "backward_chaining: check the graph.", default: "true" }),
  levels: key(integer({ min: 1, max: 10 }), { about: "hierarchical_plan: levels.", default: "2" }),
  max_tasks_per_level: key(integer({ min: 1, max: 1000 }), { about: "hierarchical_plan: tasks of a level.", default: "5" }),
  max_iterations: key(integer({ min: 1, max: 1000 }), { about: "react_planning: cycles.", default: "5" }),
  tools: key(list(filled()), { about: "react_planning: tools." }),
  prompt: key(text(), { about: "Text added to the planning prompt." }),
});

export const guidedConfig = map({
  enabled: key(flag(), { about: "Guided loop.", default: "false" }),
  max_iterations: key(integer({ min: 1, max: 1000 }), { about: "Turns, then one last call.", default: "5" }),
  verification_prompt: key(text(), { about: "Asks whether to go on." }),
  require_confirmation: key(flag(), { about: "A person approves each tool call.", default: "false" }),
});
