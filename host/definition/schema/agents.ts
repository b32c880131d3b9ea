import {
  anything,
  choice,
  duration,
  either,
  filled,
  flag,
  integer,
  key,
  list,
  map,
  name,
  openChoice,
  record,
  required,
  secret,
  setting,
  text,
} from "./kinds.ts";
import { conversationMemory, semanticCache } from "./memory.ts";
import { prompts } from "./prompts.ts";
import { idle, later } from "./reasons.ts";
import { aggregatorConfig, categories, classifierConfig, guidedConfig, plannerConfig } from "./roles.ts";
import { budget, circuitBreaker, context, limits, mailbox, rateLimit, retry } from "./runtime.ts";
import { provider, providerName, sampling, tool } from "./tools.ts";

// An agent, whatever its role.

/** Roles the engine has; others are registered with the host. */
export const roles = ["producer", "logger", "react", "classifier", "aggregator", "planner", "indexer", "retriever"] as const;

const label = key(filled(), { about: "Message type: an input takes only it, an output labels with it." });
const note = key(text(), { about: "For people and models." });

export const input = map({
  source: required(filled(), { about: "Agent, channel or port.", also: ["target"] }),
  type: label,
  description: note,
  metadata: key(record(anything()), { about: "Key → `required`, `optional`, or a value to match.", later: later.metadata }),
});

export const output = map({
  target: required(filled(), { about: "Agent, channel or port." }),
  type: label,
  description: note,
  condition: key(filled(), { about: "Send only what it holds of (docs/flow.md).", default: "always" }),
  addr: key(text(), { about: "`host:port` of the target.", later: later.remote }),
});

const agentSession = map({ enabled: key(flag(), { about: "false: `session_mode: disabled`." }) });

export const agent = map({
  name: required(name(), { about: "Unique; letters, digits, `-` and `_`, at most 64." }),
  role: key(
    openChoice(roles, {
      enum: "Role",
    }),
    { about: "What it does; a name that the host has registered is host code.", default: "`react` if it has a model, own or inherited", also: ["type"] },
  ),
  description: key(text(), { about: "For people, and for whoever routes to this agent." }),
  model: key(filled(), { about: "Model id, or name of a model service.", default: "`llm.model`, else `supervisor.model`" }),
  provider: key(providerName(), { about: "Who has the model; a host may know others.", default: "by the model's id" }),
  prompt: key(text(), { about: "System text." }),
  inputs: key(list(either(filled(), input)), { about: "Who it hears, in order; a plain string is `{source: …}`." }),
  outputs: key(list(either(filled(), output)), { about: "Who hears it, in order; a plain string is `{target: …}`." }),
  endpoint: key(setting(), { about: "Base URL of the provider." }),
  listen: key(text(), { about: "Where to serve it.", idle: idle.serving }),
  depends_on: key(list(filled()), { about: "Agents that must be ready first." }),
  interval: key(duration(), { about: "Time between messages.", default: "sends only when called", roles: ["producer"] }),
  tools: key(list(tool), { about: "What it can do." }),
  mcp_servers: key(list(filled()), { about: "Tool servers it may use; `[]`: none.", default: "all, for `react`" }),
  classifier_config: key(classifierConfig, { about: "Settings of a classifier.", roles: ["classifier"] }),
  aggregator_config: key(aggregatorConfig, { about: "Settings of an aggregator.", roles: ["aggregator"] }),
  planner_config: key(plannerConfig, { about: "Settings of a planner.", roles: ["planner"] }),
  guided_config: key(guidedConfig, { about: "Settings of a guided loop.", roles: ["react"] }),
  categories: key(categories, { about: "The same as `classifier_config.categories`.", meaning: "classifier_config.categories", roles: ["classifier"] }),
  strategy: key(text(), {
    about: "The same as the strategy in the role's own block.",
    meaning: "classifier_config.strategy aggregator_config.aggregation_strategy planner_config.planning_strategy",
    roles: ["classifier", "aggregator", "planner"],
  }),
  min_inputs: key(integer({ min: 1 }), {
    about: "The same as `aggregator_config.min_input_sources`.",
    meaning: "aggregator_config.min_input_sources",
    roles: ["aggregator"],
  }),
  settings: key(record(anything()), {
    about: "The same as the role's own block.",
    meaning: "classifier_config aggregator_config planner_config",
    roles: ["classifier", "aggregator", "planner"],
  }),
  ...sampling,
  output_schema: key(record(anything()), { about: "JSON Schema of the answer; one that does not fit is asked for again, at most 3 times.", roles: ["react"] }),
  timeout: key(duration(), { about: "Deadline of one activation; of an aggregator the batch window." }),
  retry: key(retry, { about: "Attempts of its calls.", default: "one attempt" }),
  providers: key(list(provider), { about: "Providers in order; the next when one fails after its retries." }),
  fallback_strategy: key(choice(["cascade"]), { about: "How the next provider is taken.", default: "`cascade`" }),
  api_key: key(secret(), { about: "Key of the provider.", default: "the environment's" }),
  region: key(setting(), { about: "Region of the provider.", idle: idle.regions }),
  location: key(setting(), { about: "Location of the provider.", idle: idle.regions }),
  project_id: key(setting(), { about: "Project at the provider.", idle: idle.regions }),
  bedrock_config: key(map({ guardrail_id: key(text(), { about: "Guardrail." }), guardrail_version: key(text(), { about: "Its version." }) }), {
    about: "Sent with each call.",
    later: later.guardrails,
  }),
  session_mode: key(choice(["enabled", "lightweight", "disabled"], { enum: "SessionMode" }), {
    about: "Whether its conversations are kept, where there is a `session` block; `lightweight`: only as long as the process lives.",
    default: "`enabled`",
  }),
  session: key(agentSession, { about: "`enabled: false` is `session_mode: disabled`." }),
  transfers: key(list(filled()), { about: "Whom it may hand over to.", default: "all members" }),
  vector_store: key(text(), { about: "Store it searches.", roles: ["retriever", "indexer"] }),
  collection: key(text(), { about: "Collection it searches.", roles: ["retriever", "indexer"] }),
  embedding_model: key(text(), { about: "Model of its vectors.", roles: ["retriever", "indexer"] }),
  top_k: key(integer({ min: 1 }), { about: "Documents it gives.", roles: ["retriever", "indexer"] }),
  conversation_memory: key(conversationMemory, { about: "What it remembers of earlier conversations.", later: later.memory }),
  semantic_cache: key(semanticCache, { about: "Answers used again.", later: later.cache }),
  mailbox: key(mailbox, { about: "Messages that wait for it." }),
  priority: key(integer({ min: 0, max: 255 }), { about: "Higher goes first; age breaks ties.", default: "128" }),
  circuit_breaker: key(circuitBreaker, { about: "When to stop trying its provider." }),
  rate_limit: key(rateLimit, { about: "How much its provider is asked." }),
  budget: key(budget, { about: "Bound of what it spends in a run." }),
  limits: key(limits, { about: "Bounds of its work.", later: "limits of one agent are not in this version: put them at the top" }),
  context: key(context, { about: "How much of its transcript a model sees." }),
  prompts: key(prompts, { about: "Texts that replace the core's, of this agent alone." }),
});
