import {
  anything,
  choice,
  decimal,
  duration,
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
  share,
  text,
} from "./kinds.ts";
import { idle, later } from "./reasons.ts";
import { circuitBreaker, retry, toolBudget, toolRate } from "./runtime.ts";

// Tools, tool servers, model services.

const storeHandler = map({
  collection: required(filled(), { about: "Collection it works on." }),
  operation: key(choice(["search", "index", "get"]), {
    about: "What it does.",
    default: "by its arguments: `query` searches, `content` or `text` keeps, `id` or `document_id` gives",
  }),
  top_k: key(integer({ min: 1 }), { about: "Documents it gives.", default: "`vectorstore.default_top_k`" }),
  min_score: key(share(), { about: "Least score of a document." }),
  generate_embedding: key(flag(), { about: "Make the vector of the text. Stores that have vectors always do.", default: "true" }),
  filters: key(record(anything()), {
    about: "What a document's metadata must be; `scope: current_user`: what was kept for the same user, without one in the same run.",
  }),
});

export const tool = map({
  name: required(name(), { about: "Its name; unique within the agent." }),
  description: key(text(), { about: "For the model." }),
  input_schema: key(record(anything()), {
    about: "JSON Schema of its arguments; defaults are filled in.",
    default: "any object",
    also: ["parameters", "schema"],
  }),
  vectorstore: key(storeHandler, { about: "Let the engine's own handler search or fill a store of documents, if the host has no tool of that name." }),
  effect: key(choice(["once", "idempotent", "pure"], { enum: "Effect" }), {
    about: "Whether it may be run again: `pure` and `idempotent` may, `once` never.",
    default: "`once`",
  }),
  confirm: key(flag(), { about: "A person approves each call.", default: "false" }),
  confirm_expiry: key(duration(), { about: "How long the person has; then it is denied.", default: "24h" }),
  on_unknown: key(choice(["tell", "fail", "ask", "retry"], { enum: "OnUnknown", later: { ask: later.approvals } }), {
    about: "When nobody knows whether it ran: tell the model, fail, ask a person, or (not for `once`) run it again.",
    default: "`tell`",
  }),
  timeout: key(duration(), { about: "Deadline of one call.", default: "60s" }),
  max_concurrency: key(integer({ min: 1 }), { about: "Calls of it at once.", default: "no limit" }),
  retry: key(retry, { about: "Attempts, for `pure` and `idempotent` tools." }),
  circuit_breaker: key(circuitBreaker, { about: "When to stop trying." }),
  rate_limit: key(toolRate, { about: "How often it is called." }),
  budget: key(toolBudget, { about: "Bound of its calls." }),
});

const tlsConfig = map({
  ca_file: key(text(), { about: "Certificates it trusts." }),
  cert_file: key(text(), { about: "Own certificate." }),
  key_file: key(text(), { about: "Its key." }),
  server_name: key(text(), { about: "Name expected of the server." }),
  insecure_skip_verify: key(flag(), { about: "Trust any server. In development only." }),
});

const serverAuth = map({
  type: key(choice(["bearer", "oauth"], { later: { oauth: later.oauth } }), { about: "How the engine shows who it is.", default: "`bearer`" }),
  token: key(secret(), { about: "The token." }),
  token_env: key(text(), { about: "Variable that holds it." }),
});

export const mcpServer = map({
  name: required(filled(), { about: "Its name." }),
  transport: required(choice(["local", "grpc", "stdio", "http"], { later: { grpc: later.grpc } }), {
    about: "How it is reached: `local` is the host's own code, `stdio` a process that the host starts, `http` streamable HTTP.",
  }),
  command: key(filled(), { about: "With `stdio`: the program." }),
  args: key(list(setting()), { about: "Its arguments." }),
  env: key(record(setting()), { about: "Its variables, beside a few harmless ones of the host's own." }),
  cwd: key(text(), { about: "Where it is started.", default: "where the host was" }),
  address: key(setting(), { about: "With `http`: its URL, or `host:port`; more with commas, tried in turn.", also: ["url"] }),
  tls: key(flag(), { about: "Encrypt, where the address does not say; without, only this machine is spoken to outside of development.", default: "false" }),
  tls_config: key(tlsConfig, { about: "How.", later: later.tls }),
  auth: key(serverAuth, { about: "Signing in to it." }),
  tools: key(list(tool), { about: "Tools expected of it, with settings of their own; one missing fails the start.", default: "all" }),
});

const serviceConfig = map({
  quantization: key(text(), { about: "Asked of the runtime.", later: later.services }),
  variant: key(choice(["basic", "optimized"]), { about: "Asked of the runtime.", later: later.services }),
  address: key(setting(), { about: "The same as `address` of the service." }),
  endpoint: key(setting(), { about: "Base URL." }),
  api_key: key(secret(), { about: "Key." }),
  token: key(secret(), { about: "Key." }),
});

/** Providers of the grammar; a host may know others. */
export const providerName = () =>
  openChoice(["openai", "anthropic", "gemini", "vertexai", "xai", "huggingface", "bedrock", "ollama", "vllm", "mock"], { also: { google: "gemini" } });

export const modelService = map({
  name: required(filled(), { about: "Name for agents' `model`." }),
  provider: required(providerName(), { about: "Provider." }),
  model: required(filled(), { about: "Model id sent to it." }),
  runtime: key(choice(["cloud", "ollama", "vllm"], { enum: "Runtime" }), {
    about: "`ollama` at localhost:11434, `vllm` at localhost:8000, or the provider's own.",
    default: "`cloud`",
  }),
  transport: key(choice(["local", "grpc"], { later: { grpc: later.remote } }), { about: "How it is reached." }),
  address: key(setting(), { about: "Overrides the runtime's address." }),
  config: key(serviceConfig, { about: "Its settings." }),
});

export const provider = map({
  model: key(filled(), { about: "Model id.", default: "the agent's" }),
  provider: key(providerName(), { about: "Provider.", default: "by the model's id" }),
  runtime: key(choice(["cloud", "ollama", "vllm"]), { about: "As of a model service." }),
  region: key(setting(), { about: "Region.", idle: idle.regions }),
  location: key(setting(), { about: "Location.", idle: idle.regions }),
  endpoint: key(setting(), { about: "Base URL." }),
  timeout: key(duration(), { about: "Deadline of one call." }),
  api_key: key(secret(), { about: "Key." }),
  project_id: key(setting(), { about: "Project.", idle: idle.regions }),
  only: key(choice(["summaries", "soft"]), {
    about: "It and those behind it are asked for one thing alone: summaries (`context.model`), or what is beyond a soft limit (`budget.then`).",
  }),
});

/** Sampling, wherever it stands. */
export const sampling = {
  temperature: key(decimal({ min: 0, max: 2 }), { about: "Sampling temperature.", default: "the model's" }),
  max_tokens: key(integer({ min: 1 }), { about: "Longest answer.", default: "the model's" }),
  top_p: key(share(), { about: "Nucleus sampling.", default: "the model's" }),
};
