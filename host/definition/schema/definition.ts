import type { z } from "zod";
import { agent } from "./agents.ts";
import { node } from "./flow.ts";
import { anything, choice, filled, integer, key, list, map, namedList, record, secret, text } from "./kinds.ts";
import { embeddings, session, vectorstore } from "./memory.ts";
import { orchestration, supervisor } from "./orchestration.ts";
import { advanced, expert, expertAgent, llm, panelAggregator, panelOutput, routing, topic, workflow } from "./panels.ts";
import { prompts, promptVersions } from "./prompts.ts";
import { idle, later } from "./reasons.ts";
import { strategies } from "./roles.ts";
import { budget, circuitBreaker, config, context, limits, logging, mailbox, observability, price, rateLimit, server } from "./runtime.ts";
import { security, securityKeys } from "./security.ts";
import { mcpServer, modelService, sampling } from "./tools.ts";

/** The whole of a definition: every key there is. The core's table, the JSON Schema and the reference page are made from this. */
export const definition = map({
  agents: key(namedList(agent, agent.partial({ name: true })), { about: "The agents, in order. A map gives name → agent." }),
  supervisor: key(supervisor, { about: "Coordination." }),
  llm: key(llm, { about: "Model of agents without one." }),
  model_services: key(list(modelService), { about: "Names for models and where they are." }),
  config: key(config, { about: "Start-up, mailboxes, switches.", also: ["runtime"] }),
  budget: key(budget, { about: "Bound of what a run spends." }),
  limits: key(limits, { about: "Bounds of a run; reaching one is a typed stop." }),
  seed: key(integer({ min: 0 }), { about: "The run's random seed.", default: "from the host" }),
  mailbox: key(mailbox, { about: "Mailboxes of agents without their own." }),
  priority: key(integer({ min: 0, max: 255 }), { about: "Priority of agents without their own.", default: "128" }),
  circuit_breaker: key(circuitBreaker, { about: "Breakers of providers and tools without their own.", default: "off" }),
  rate_limit: key(rateLimit, { about: "How much each provider is asked, of agents without their own; one at an `endpoint` by itself.", default: "no limit" }),
  logging: key(logging, { about: "Log lines." }),
  observability: key(observability, { about: "Counters and spans." }),
  server: key(server, { about: "Ports, when it is served." }),
  default_model: key(filled(), { about: "The same as `llm.model`.", meaning: "/llm.model" }),
  temperature: key(sampling.temperature.unwrap(), { about: "The same as `llm.temperature`.", meaning: "/llm.temperature" }),
  max_tokens: key(sampling.max_tokens.unwrap(), { about: "The same as `llm.max_tokens`.", meaning: "/llm.max_tokens" }),
  orchestration: key(orchestration, { about: "A pattern: a short way to write a flow." }),
  flow: key(node, { about: "How agents work together: a node (docs/flow.md). Not beside `orchestration`." }),
  mcp_servers: key(list(mcpServer), { about: "Tool servers (MCP): the host connects to them, and their tools become the agents' (docs/mcp.md)." }),
  session: key(session, { about: "Conversations that are kept and go on in later runs." }),
  embeddings: key(embeddings, { about: "Who makes vectors.", idle: idle.search }),
  vectorstore: key(vectorstore, { about: "Store of documents." }),
  ...securityKeys,
  security: key(security, { about: "The same keys as at the top." }),
  scenario: key(text(), { about: "What a panel is about; experts with given answers have answered it." }),
  experts: key(list(expert), { about: "A panel's members whose answers are given." }),
  voting_strategies: key(list(strategies), {
    about: "How a panel's answers become one; each is run on the same answers.",
    default: "`voting_majority` of given answers, else `consensus`",
  }),
  output_format: key(choice(["summary", "detailed"]), { about: "What a panel gives: what came of it, or the whole record of it.", default: "`summary`" }),
  research_topic: key(topic, { about: "What the panel's members that ask a model are asked, beside the run's input." }),
  expert_agents: key(list(expertAgent), { about: "A panel's members that ask a model." }),
  aggregator: key(panelAggregator, { about: "How a panel's answers become one." }),
  output: key(panelOutput, { about: "What a panel gives." }),
  advanced: key(advanced, { about: "More of a panel." }),
  routing: key(routing, { about: "What follows a classification." }),
  workflow: key(workflow, { about: "What classifiers add." }),
  prices: key(record(price), { about: "Model → price, in place of what is known of it." }),
  context: key(context, { about: "How much of a transcript a model sees." }),
  prompts: key(prompts, { about: "Texts that replace the core's." }),
  prompt_version: key(choice(promptVersions), { about: "Pins the core's own texts.", default: "the newest" }),
  openai_key: key(secret(), { about: "Key for OpenAI.", later: later.flat }),
  anthropic_key: key(secret(), { about: "Key for Anthropic.", later: later.flat }),
  huggingface_key: key(secret(), { about: "Key for Hugging Face.", later: later.flat }),
  gcp_project: key(text(), { about: "Project at Google.", later: later.flat }),
  gcp_credentials: key(secret(), { about: "Credentials for Google.", later: later.flat }),
  embedding_model: key(text(), { about: "Model of vectors.", idle: idle.search }),
  vector_provider: key(text(), { about: "As `vectorstore.provider`.", idle: idle.search }),
  vector_config: key(record(anything()), { about: "As `vectorstore`.", idle: idle.search }),
});

/** What `defineAgents` takes, and a YAML file means. Canonical spellings; others are accepted when it is loaded. */
export type Definition = z.input<typeof definition>;
