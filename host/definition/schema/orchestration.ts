import type { z } from "zod";
import { type About, choice, decimal, duration, either, filled, flag, integer, key, list, map, record, required, setting, share, text } from "./kinds.ts";
import { inner } from "./inner.ts";
import { idle, later } from "./reasons.ts";
import { strategies } from "./roles.ts";
import { providerName } from "./tools.ts";

// The supervisor, and patterns with their parameters. A pattern becomes a flow: assembly/definition/pattern-*.ts.

export const patterns = [
  "supervisor",
  "sequential",
  "parallel",
  "router",
  "swarm",
  "hierarchical",
  "rag",
  "reflection",
  "ensemble",
  "classifier",
  "aggregation",
  "planning",
  "mapreduce",
  "debate",
  "nested",
] as const;

const rounds = integer({ min: 1, max: 1_000_000 });
const iterations = integer({ min: 1, max: 1000 });
const names = list(filled());
const team = either(
  names,
  map({ manager: key(filled(), { about: "Who gives the team its tasks." }), workers: required(names, { about: "Who does them: agents, or teams." }) }),
);

type Pattern = (typeof patterns)[number];

/** A parameter of these patterns. */
const of = <T extends z.ZodType>(owners: readonly Pattern[], type: T, about: About) => key(type, { ...about, patterns: owners });

/** Parameters of all patterns. */
export const parameters = {
  timeout: key(duration(), { about: "Deadline of the whole pattern; parallel then goes on with what has arrived." }),
  agents: of(["supervisor", "sequential", "parallel", "swarm", "ensemble", "aggregation", "planning", "debate"], names, {
    about: "Members, in order; of planning the executors. A model's name stands for an agent that has it.",
    default: "react, classifier and planner agents that no other parameter names",
  }),
  model: of(["supervisor"], filled(), { about: "Who picks and sums up.", default: "`supervisor.model`, else `llm.model`" }),
  max_rounds: of(["supervisor"], rounds, { about: "Rounds.", default: "10" }),
  routing_strategy: of(["supervisor"], choice(["best_match", "round_robin", "manual"]), {
    about: "How a member is picked: by the model, in turn, or by `@NAME` at the head of the message.",
    default: "`best_match`",
  }),
  system_prompt: of(["supervisor"], text(), { about: "System text of that decision." }),
  aggregation: of(["parallel"], filled(), { about: "`merge`, `concat`, `voting`, `first_success`, or an aggregator's name.", default: "`merge`" }),
  fail_fast: of(["parallel"], flag(), { about: "One failure ends it.", default: "false" }),
  classifier: of(["router", "classifier"], filled(), { about: "Who decides; required." }),
  routes: of(["router", "classifier"], record(filled()), { about: "Category → agent. Required by router; without it a classification is the result." }),
  fallback: of(["router", "classifier"], filled(), { about: "Agent for everything else.", also: ["default_route"] }),
  entry: of(["swarm"], filled(), { about: "First member.", default: "the first" }),
  max_handoffs: of(["swarm"], rounds, { about: "Hops.", default: "10" }),
  shared_state: of(["swarm"], choice(["conversation", "none"]), { about: "Whether all see one transcript.", default: "`conversation`" }),
  manager: of(["hierarchical"], filled(), { about: "Who gives teams their tasks; required." }),
  teams: of(["hierarchical"], record(team), { about: "Team → members; required. A team that another names among its workers is one level down." }),
  max_depth: of(["hierarchical"], integer({ min: 1, max: 20 }), { about: "Levels of managers.", default: "3" }),
  retriever: of(["rag"], filled(), { about: "Who searches: a retriever, or a collection.", default: "the file's `vectorstore`" }),
  generator: of(["rag", "reflection"], filled(), { about: "Who writes; required." }),
  top_k: of(["rag"], integer({ min: 1 }), { about: "Documents.", default: "5", also: ["final_top_k"] }),
  similarity_threshold: of(["rag"], share(), { about: "Least score.", default: "0", also: ["min_score"] }),
  rerank: of(["rag"], flag(), { about: "Order again what was found.", default: "true with a `reranker`" }),
  reranker: of(["rag"], filled(), { about: "Who orders it.", default: "BM25" }),
  retrieval_strategy: of(["rag"], choice(["standard", "conversational", "multi_query", "hybrid"], { enum: "Retrieval" }), {
    about: "Which one.",
    default: "`standard`",
  }),
  history_size: of(["rag"], integer({ min: 0 }), { about: "conversational: turns that the generator sees.", default: "100" }),
  context_turns: of(["rag"], integer({ min: 0 }), { about: "conversational: turns that help to rewrite the query.", default: "5" }),
  num_queries: of(["rag"], integer({ min: 1 }), { about: "multi_query: variants.", default: "3" }),
  query_expander: of(["rag"], filled(), { about: "multi_query: who writes them.", default: "an agent with the generator's model" }),
  semantic_top_k: of(["rag"], integer({ min: 1 }), { about: "hybrid: documents by meaning.", default: "10" }),
  keyword_top_k: of(["rag"], integer({ min: 1 }), { about: "hybrid: documents by words.", default: "10" }),
  keyword_retriever: of(["rag"], filled(), { about: "hybrid: who searches by words.", default: "BM25" }),
  semantic_weight: of(["rag"], decimal({ min: 0 }), { about: "hybrid: weight of meaning.", default: "0.7" }),
  keyword_weight: of(["rag"], decimal({ min: 0 }), { about: "hybrid: weight of words.", default: "0.3" }),
  fusion_method: of(["rag"], choice(["reciprocal_rank_fusion"]), { about: "multi_query, hybrid: how lists are joined." }),
  rrf_k: of(["rag"], integer({ min: 1 }), { about: "multi_query, hybrid: constant of that.", default: "60" }),
  critic: of(["reflection"], filled(), { about: "Who judges.", default: "the generator" }),
  critics: of(["reflection"], names, { about: "Several who judge." }),
  max_iterations: of(["reflection"], iterations, { about: "Iterations.", default: "3" }),
  quality_threshold: of(["reflection"], share(), { about: "Score that is enough.", default: "0.95" }),
  improvement_threshold: of(["reflection"], share(), { about: "Gain below which it ends.", default: "0.1 without `quality_threshold`" }),
  num_critics: of(["reflection"], integer({ min: 1, max: 100 }), { about: "Copies of the critic." }),
  critic_roles: of(["reflection"], list(text()), { about: "One copy of the critic for each." }),
  aggregation_method: of(["reflection"], choice(["average", "weighted_average", "max", "consensus"]), {
    about: "One score from several.",
    default: "`average`",
  }),
  score_extraction_method: of(["reflection"], choice(["json_first", "json", "regex", "sentiment"]), {
    about: "How a score is read.",
    default: "`json_first`",
  }),
  models: of(["ensemble"], names, { about: "The same as `agents`." }),
  voting_strategy: of(["ensemble"], choice(["majority", "weighted", "unanimous", "confidence"], { enum: "Vote" }), {
    about: "The vote.",
    default: "`majority`",
    also: ["voting"],
  }),
  threshold: of(["ensemble"], share(), { about: "Agreement needed.", default: "0.5" }),
  strategy: of(["aggregation"], strategies, { about: "How answers become one.", default: "`consensus`" }),
  aggregator: of(["aggregation"], filled(), { about: "Who joins the answers, or the model that does." }),
  planner: of(["planning"], filled(), { about: "Who plans; required." }),
  executors: of(["planning"], names, { about: "The same as `agents`." }),
  mapper: of(["mapreduce"], either(filled(), names), { about: "Who takes items; several take turns.", default: "as `agents` elsewhere" }),
  reducer: of(["mapreduce"], filled(), { about: "Who joins what came of them.", default: "the one aggregator" }),
  max_concurrency: of(["mapreduce"], integer({ min: 1 }), { about: "Items at once.", default: "8" }),
  rounds: of(["debate"], iterations, { about: "Rounds.", default: "3" }),
  judge: of(["debate"], filled(), { about: "Who decides.", default: "the majority" }),
  definition: of(["nested"], either(filled(), inner), { about: "A path, or a definition; required." }),
};

export const orchestration = map({
  pattern: key(choice(patterns, { enum: "Pattern" }), { about: "How agents work together." }),
  agents: key(names, { about: "Members, in order.", meaning: "/orchestration.config.agents" }),
  config: key(map(parameters), { about: "The pattern's parameters." }),
});

export const supervisor = map({
  name: key(filled(), { about: "Its id in logs, spans and transcripts; no agent may have it.", default: "`supervisor`" }),
  model: key(filled(), { about: "Model of agents without one." }),
  provider: key(providerName(), { about: "Provider of that model." }),
  region: key(setting(), { about: "Region of that provider.", idle: idle.regions }),
  max_rounds: key(rounds, {
    about: "Rounds of the pattern supervisor; of others activations; without a pattern hops of one message from agent to agent.",
    default: "10 rounds, 100 hops",
  }),
  pattern: key(choice(patterns, { enum: "Pattern" }), { about: "The same as `orchestration.pattern`.", meaning: "/orchestration.pattern" }),
  routing_strategy: key(choice(["best_match", "round_robin", "manual"]), {
    about: "Pattern supervisor: how the next worker is picked.",
    default: "`best_match`",
  }),
  system_prompt: key(text(), { about: "Pattern supervisor: system text of that decision." }),
  failure_mode: key(choice(["continue", "stop"]), { about: "Whether one agent's failure ends the run.", default: "`continue`" }),
  mode: key(choice(["local", "distributed"], { off: "local" }), { about: "Where agents are.", default: "`local`", later: later.remote }),
});
