import { bytes, choice, decimal, duration, durationIn, filled, flag, integer, key, list, map, money, record, required, secret, share, text } from "./kinds.ts";
import { idle, later } from "./reasons.ts";

// What holds for whole runs and engines: limits, budgets, switches, telemetry.

export const budget = map({
  usd: key(money(), { about: "Money in dollars, as a decimal string. Every model that may be asked needs a price." }),
  tokens: key(integer({ min: 1 }), { about: "Tokens, input and output together." }),
  calls: key(integer({ min: 1 }), { about: "Calls of models." }),
  time: key(duration(), { about: "Time from the start: a deadline whose reason is `budget`." }),
  soft: key(share(), { about: "Share of the budget from which `then` applies." }),
  then: key(filled(), { about: "`warn`, `ask`, or the name of a cheaper model to go on with.", default: "`warn`" }),
  final_answer: key(flag(), { about: "Keep one last turn in reserve, for an answer from what is known.", default: "false" }),
});

export const toolBudget = map({
  calls: key(integer({ min: 1 }), { about: "Calls of the tool by this agent in a run; beyond them the model is told that there are no more." }),
});

export const mailbox = map({
  size: key(integer({ min: 1, max: 65_535 }), { about: "Messages it holds.", default: "100" }),
  overflow: key(choice(["block", "drop_oldest", "refuse"], { enum: "Overflow" }), {
    about: "What happens when it is full. Everything dropped or refused is counted.",
    default: "`block`",
  }),
});

export const circuitBreaker = map({
  failures: key(integer({ min: 1, max: 1_000_000 }), { about: "Failures within the window that open it.", default: "5" }),
  window: key(duration(), { about: "How long a failure counts.", default: "1m" }),
  open_for: key(duration(), { about: "How long nothing is tried once it is open.", default: "30s" }),
  half_open: key(integer({ min: 1, max: 1_000_000 }), { about: "Trials after that; they must succeed for it to close.", default: "1" }),
});

export const rateLimit = map({
  requests_per_minute: key(integer({ min: 1, max: 1_000_000_000 }), { about: "Requests; as many may come at once after a quiet minute." }),
  tokens_per_minute: key(integer({ min: 1, max: 1_000_000_000 }), {
    about: "Tokens of requests, as they are counted before, and of answers, as they are told.",
  }),
});

export const toolRate = map({
  requests_per_minute: key(integer({ min: 1, max: 1_000_000_000 }), { about: "Calls; as many may come at once after a quiet minute." }),
});

export const context = map({
  max_tokens: key(integer({ min: 1, max: 1_000_000_000 }), { about: "Tokens of a request and its answer together.", default: "the model's window" }),
  strategy: key(choice(["drop_oldest", "keep_last", "summarise", "relevance"], { enum: "ContextStrategy" }), {
    about: "How a longer transcript is made to fit.",
    default: "`drop_oldest`",
  }),
  keep_last: key(integer({ min: 0, max: 1_000_000_000 }), {
    about: "Newest turns that stay, of all strategies but `drop_oldest`, if they fit.",
    default: "10",
  }),
  model: key(filled(), { about: "Model that summarises.", default: "the agent's" }),
});

export const limits = map({
  steps: key(integer({ min: 1 }), { about: "Steps of the run." }),
  hops: key(integer({ min: 1 }), { about: "Hops of one message from agent to agent.", default: "`supervisor.max_rounds`, else 100" }),
  activations: key(integer({ min: 1 }), { about: "Activations of the run." }),
  journal: key(bytes(), {
    about: "Bytes of the run's journal: when it has grown so far, and to four times what the run holds, it begins anew with the run as it is. 0: never.",
    default: "64MB",
  }),
  memory: key(bytes(), { about: "Memory of the run.", default: "64 MiB" }),
  run_time: key(duration(), { about: "Time from the run's start." }),
  work: key(integer({ min: 1 }), { about: "Units of work in one step; what is left goes on in the next." }),
});

export const retry = map({
  max_attempts: key(integer({ min: 1, max: 100 }), { about: "Attempts in all.", default: "3" }),
  initial_backoff: key(duration(), { about: "Wait before the second attempt.", default: "1s", also: ["initial_interval"] }),
  max_backoff: key(duration(), { about: "Longest wait.", default: "30s" }),
  multiplier: key(decimal({ min: 1, max: 1000 }), { about: "Each wait is so many times the one before.", default: "2" }),
  backoff: key(choice(["exponential", "constant"], { enum: "Backoff" }), { about: "Whether waits grow.", default: "`exponential`" }),
  retry_on: key(list(choice(["rate_limit", "timeout", "server_error"], { enum: "RetryOn" })), {
    about: "Failures that are tried again.",
    default: "all three",
  }),
});

export const config = map({
  agent_start_timeout: key(duration(), { about: "Each agent's time to become ready.", default: "30s" }),
  channel_buffer_size: key(integer({ min: 1, max: 65_535 }), { about: "Length of a mailbox whose agent has no `mailbox.size`.", default: "100" }),
  send_timeout: key(duration(), { about: "Longest wait for room in a full mailbox.", default: "5s" }),
  max_concurrent_calls: key(integer({ min: 0, max: 1_000_000 }), { about: "Activations at once; 0: no limit.", default: "0" }),
  channel_full_warning_threshold: key(integer({ min: 0, max: 100 }), {
    about: "Percentage of a mailbox from which it is reported as nearly full.",
    default: "80",
  }),
  enable_metrics: key(flag(), { about: "Report counters to OpenTelemetry.", default: "false" }),
  enable_tracing: key(flag(), { about: "Report spans to OpenTelemetry.", default: "true" }),
});

const llmObservability = map({
  enabled: key(flag(), { about: "Whether calls of models are reported." }),
  provider: key(text(), { about: "Service they are reported to." }),
  endpoint: key(text(), { about: "Its address." }),
  public_key: key(text(), { about: "Its public key." }),
  secret_key: key(secret(), { about: "Its secret key." }),
  track_tokens: key(flag(), { about: "Report tokens." }),
  daily_token_limit: key(integer({ min: 1 }), { about: "Calls are refused beyond it.", later: later.rates }),
  cost_alert_threshold: key(decimal({ min: 0 }), { about: "Dollars a day from which there is an alert.", later: later.money }),
});

export const observability = map({
  enabled: key(flag(), { about: "Counters and spans.", default: "false" }),
  metrics: key(flag(), { about: "Counters.", meaning: "/config.enable_metrics" }),
  tracing: key(flag(), { about: "Spans.", meaning: "/config.enable_tracing" }),
  service_name: key(text(), { about: "Name in telemetry.", idle: idle.exporter }),
  exporter: key(choice(["none", "otlp", "prometheus", "datadog", "langfuse", "stdout"], { off: "none" }), {
    about: "Where telemetry goes.",
    idle: idle.exporter,
  }),
  endpoint: key(text(), { about: "Its address.", idle: idle.exporter }),
  headers: key(record(text()), { about: "Headers sent there.", idle: idle.exporter }),
  sampling_rate: key(share(), { about: "Share of runs that are traced.", default: "1", idle: idle.exporter }),
  span_timeout: key(duration(), { about: "Longest time a span stays open.", idle: idle.exporter }),
  debug: key(flag(), { about: "More of it.", idle: idle.exporter }),
  metrics_port: key(integer({ min: 0, max: 65535 }), { about: "Port that counters are read from.", idle: idle.serving }),
  health_port: key(integer({ min: 0, max: 65535 }), { about: "Port that health is read from.", idle: idle.serving }),
  langfuse_public_key: key(text(), { about: "Key for Langfuse.", idle: idle.exporter }),
  langfuse_secret_key: key(secret(), { about: "Secret key for Langfuse.", idle: idle.exporter }),
  cost_tracking: key(flag(), { about: "Count money. It always is." }),
  cost_alert_threshold: key(decimal({ min: 0 }), { about: "Dollars a day from which there is an alert.", later: later.money }),
  llm_observability: key(llmObservability, { about: "Reporting of model calls.", idle: idle.exporter }),
  track_token_usage: key(flag(), { about: "Count tokens. They always are." }),
  log_confidence_scores: key(flag(), { about: "Log how sure classifiers were.", default: "false" }),
  track_latency: key(flag(), { about: "Measure how long calls take. It always is." }),
  alert_threshold: key(share(), { about: "Confidence below which there is an alert.", idle: later.alerts }),
  latency_threshold_ms: key(durationIn(1), { about: "Latency above which there is an alert.", idle: later.alerts }),
  metrics_export_interval: key(durationIn(1000), { about: "How often counters are exported; a plain number is seconds.", default: "60", idle: idle.exporter }),
});

export const logging = map({
  level: key(choice(["debug", "info", "warn", "error"], { enum: "LogLevel" }), { about: "Least level that is shown.", default: "`info`", idle: idle.logging }),
  format: key(choice(["text", "json"], { enum: "LogFormat" }), { about: "Form of a line.", default: "`text`", idle: idle.logging }),
  include_identity: key(flag(), { about: "Name who asked, and what a proxy says of them, in the service's line for each request.", default: "false" }),
});

export const server = map({
  port: key(integer({ min: 0, max: 65535 }), { about: "Port of the HTTP server.", default: "8080" }),
  grpc_port: key(integer({ min: 0, max: 65535 }), { about: "Port of the gRPC server.", idle: idle.grpc }),
});

export const price = map({
  input: required(money(), { about: "Dollars per million input tokens." }),
  output: required(money(), { about: "Per million output tokens." }),
  cached_input: key(money(), { about: "Per million input tokens read from a cache.", default: "as `input`" }),
  cache_write: key(money(), { about: "Per million tokens written to a cache.", default: "as `input`" }),
  reasoning: key(money(), { about: "Per million reasoning tokens.", default: "as `output`" }),
  as_of: key(text(), { about: "Day of the price." }),
});
