import { anything, choice, decimal, duration, either, filled, flag, integer, key, list, map, record, required, setting, share, text } from "./kinds.ts";
import { idle, later } from "./reasons.ts";
import { providerName } from "./tools.ts";

// The supervisor, and patterns with their parameters. Patterns come in a later version: their keys are known and checked, and refused.

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
const names = list(filled());
const team = either(names, map({ manager: key(filled(), { about: "Who gives the team its tasks." }), workers: required(names, { about: "Who does them." }) }));

/** Parameters of all patterns; the reference page names the pattern of each. */
export const parameters = {
  timeout: key(duration(), { about: "Deadline of the whole pattern." }),
  agents: key(names, { about: "sequential, parallel, swarm, ensemble, aggregation, debate: members, in order." }),
  model: key(filled(), { about: "supervisor: who picks and sums up." }),
  max_rounds: key(rounds, { about: "supervisor: rounds.", default: "10" }),
  routing_strategy: key(choice(["best_match", "round_robin", "manual"]), { about: "supervisor: how a member is picked.", default: "`best_match`" }),
  system_prompt: key(text(), { about: "supervisor: system text of that decision." }),
  aggregation: key(filled(), { about: "parallel: `merge`, `concat`, `voting`, `first_success`, or an aggregator's name.", default: "`merge`" }),
  fail_fast: key(flag(), { about: "parallel: one failure ends it.", default: "false" }),
  classifier: key(filled(), { about: "router: who decides." }),
  routes: key(record(filled()), { about: "router: category → agent." }),
  fallback: key(filled(), { about: "router: agent for everything else.", also: ["default_route"] }),
  entry: key(filled(), { about: "swarm: first member.", default: "the first" }),
  max_handoffs: key(rounds, { about: "swarm: hops.", default: "10" }),
  shared_state: key(choice(["conversation", "none"]), { about: "swarm: whether all see one transcript.", default: "`conversation`" }),
  manager: key(filled(), { about: "hierarchical: who gives teams their tasks." }),
  teams: key(record(team), { about: "hierarchical: team → members." }),
  max_depth: key(integer({ min: 1, max: 20 }), { about: "hierarchical: levels.", default: "3" }),
  retriever: key(filled(), { about: "rag: who searches." }),
  generator: key(filled(), { about: "rag, reflection: who writes." }),
  top_k: key(integer({ min: 1 }), { about: "rag: documents.", default: "5", also: ["final_top_k"] }),
  similarity_threshold: key(share(), { about: "rag: least score.", default: "0", also: ["min_score"] }),
  rerank: key(flag(), { about: "rag: order again what was found.", default: "false" }),
  reranker: key(filled(), { about: "rag: who orders it." }),
  retrieval_strategy: key(choice(["standard", "conversational", "multi_query", "hybrid"]), { about: "rag: which one.", default: "`standard`" }),
  history_size: key(integer({ min: 0 }), { about: "rag, conversational: turns kept.", default: "100" }),
  context_turns: key(integer({ min: 0 }), { about: "rag, conversational: turns that help to rewrite the query.", default: "5" }),
  num_queries: key(integer({ min: 1 }), { about: "rag, multi_query: variants.", default: "3" }),
  query_expander: key(filled(), { about: "rag, multi_query: who writes them." }),
  semantic_top_k: key(integer({ min: 1 }), { about: "rag, hybrid: documents by meaning.", default: "10" }),
  keyword_top_k: key(integer({ min: 1 }), { about: "rag, hybrid: documents by words.", default: "10" }),
  keyword_retriever: key(filled(), { about: "rag, hybrid: who searches by words.", default: "BM25" }),
  semantic_weight: key(decimal({ min: 0 }), { about: "rag, hybrid: weight of meaning.", default: "0.7" }),
  keyword_weight: key(decimal({ min: 0 }), { about: "rag, hybrid: weight of words.", default: "0.3" }),
  fusion_method: key(choice(["reciprocal_rank_fusion"]), { about: "rag: how lists are joined." }),
  rrf_k: key(integer({ min: 1 }), { about: "rag: constant of that.", default: "60" }),
  critic: key(filled(), { about: "reflection: who judges.", default: "the generator" }),
  critics: key(names, { about: "reflection: several who judge." }),
  max_iterations: key(rounds, { about: "reflection: iterations.", default: "3" }),
  quality_threshold: key(share(), { about: "reflection: score that is enough.", default: "0.95" }),
  improvement_threshold: key(share(), { about: "reflection: gain below which it ends.", default: "0.1 without `quality_threshold`" }),
  num_critics: key(integer({ min: 1, max: 100 }), { about: "reflection: copies of the critic." }),
  critic_roles: key(list(text()), { about: "reflection: one critic for each." }),
  aggregation_method: key(choice(["average", "weighted_average", "max", "consensus"]), { about: "reflection: one score from several.", default: "`average`" }),
  score_extraction_method: key(choice(["json_first", "json", "regex", "sentiment"]), { about: "reflection: how a score is read.", default: "`json_first`" }),
  models: key(names, { about: "ensemble: members, as models." }),
  voting_strategy: key(choice(["majority", "weighted", "unanimous", "confidence"]), { about: "ensemble: the vote.", default: "`majority`", also: ["voting"] }),
  threshold: key(share(), { about: "ensemble: agreement needed.", default: "0.5" }),
  strategy: key(text(), { about: "aggregation: as `aggregation_strategy`.", default: "`consensus`" }),
  aggregator: key(filled(), { about: "aggregation: who joins the answers." }),
  planner: key(filled(), { about: "planning: who plans." }),
  executors: key(names, { about: "planning: who does the steps." }),
  mapper: key(either(filled(), names), { about: "mapreduce: who takes items." }),
  reducer: key(filled(), { about: "mapreduce: who joins what came of them." }),
  max_concurrency: key(integer({ min: 1 }), { about: "mapreduce: items at once.", default: "8" }),
  rounds: key(rounds, { about: "debate: rounds.", default: "3" }),
  judge: key(filled(), { about: "debate: who decides.", default: "the majority" }),
  definition: key(either(filled(), record(anything())), { about: "nested: a path, or a definition." }),
};

export const orchestration = map({
  pattern: key(choice(patterns), { about: "How agents work together." }),
  agents: key(names, { about: "Members, in order." }),
  config: key(map(parameters), { about: "The pattern's parameters." }),
});

export const supervisor = map({
  name: key(filled(), { about: "Its id in logs, spans and transcripts; no agent may have it.", default: "`supervisor`" }),
  model: key(filled(), { about: "Model of agents without one." }),
  provider: key(providerName(), { about: "Provider of that model." }),
  region: key(setting(), { about: "Region of that provider.", idle: idle.regions }),
  max_rounds: key(rounds, { about: "Bound of a run. Without a pattern: hops of one message from agent to agent.", default: "10 in a pattern, 100 hops" }),
  pattern: key(choice(patterns), { about: "The same as `orchestration.pattern`.", meaning: "/orchestration.pattern" }),
  routing_strategy: key(choice(["best_match", "round_robin", "manual"]), {
    about: "How the next worker is picked.",
    default: "`best_match`",
    idle: idle.patterns,
  }),
  system_prompt: key(text(), { about: "System text of that decision.", idle: idle.patterns }),
  failure_mode: key(choice(["continue", "stop"]), { about: "Whether one agent's failure ends the run.", default: "`continue`" }),
  mode: key(choice(["local", "distributed"], { off: "local" }), { about: "Where agents are.", default: "`local`", later: later.remote }),
});
