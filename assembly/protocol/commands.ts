// Generated from wit/ by tools/generate.ts; do not edit.
// biome-ignore-all format: generated

/** Kinds of records, in the order of `variant command`. */
export const enum CommandKind {
  Defined,
  Problems,
  VariablesNeeded,
  Refused,
  Started,
  Append,
  CallModel,
  CallTool,
  CallAgent,
  StartAgent,
  CancelEffect,
  Output,
  Log,
  Message,
  SpanStart,
  SpanEnd,
  Finished,
  Saved,
  Replayed,
  Notice,
  Search,
  Index,
  AskApproval,
  SaveOutput,
  Verdict,
  Audit,
  CountTokens,
  Recall,
  Remember,
  Checkpoint,
}

export const COMMAND_KINDS: u32 = 30;

@unmanaged
export class DefinedCommand {
  size: u32;
  kind: u16;
  fixed: u16;
  tag: u32;
  definition: u32;
  /** SHA-256 of the sources before substitution, 64 hex digits. */
  hashAt: u32;
  hashLength: u32;
  /** The whole definition in canonical spelling, as JSON: docs/manifest.md. Secrets stand in it as `${NAME}`. */
  manifestAt: u32;
  manifestLength: u32;
  warningsAt: u32;
  warningsCount: u32;
}

export const DEFINED_FIXED: u32 = 40;
if (
  offsetof<DefinedCommand>("tag") !== 8 ||
  offsetof<DefinedCommand>("definition") !== 12 ||
  offsetof<DefinedCommand>("hashAt") !== 16 ||
  offsetof<DefinedCommand>("hashLength") !== 20 ||
  offsetof<DefinedCommand>("manifestAt") !== 24 ||
  offsetof<DefinedCommand>("manifestLength") !== 28 ||
  offsetof<DefinedCommand>("warningsAt") !== 32 ||
  offsetof<DefinedCommand>("warningsCount") !== 36
)
  ERROR("layout of DefinedCommand");

@unmanaged
export class ProblemsCommand {
  size: u32;
  kind: u16;
  fixed: u16;
  tag: u32;
  problemsAt: u32;
  problemsCount: u32;
}

export const PROBLEMS_FIXED: u32 = 20;
if (
  offsetof<ProblemsCommand>("tag") !== 8 ||
  offsetof<ProblemsCommand>("problemsAt") !== 12 ||
  offsetof<ProblemsCommand>("problemsCount") !== 16
)
  ERROR("layout of ProblemsCommand");

@unmanaged
export class VariablesNeededCommand {
  size: u32;
  kind: u16;
  fixed: u16;
  tag: u32;
  namesAt: u32;
  namesCount: u32;
}

export const VARIABLES_NEEDED_FIXED: u32 = 20;
if (
  offsetof<VariablesNeededCommand>("tag") !== 8 ||
  offsetof<VariablesNeededCommand>("namesAt") !== 12 ||
  offsetof<VariablesNeededCommand>("namesCount") !== 16
)
  ERROR("layout of VariablesNeededCommand");

/** An event that changed nothing. */
@unmanaged
export class RefusedCommand {
  size: u32;
  kind: u16;
  fixed: u16;
  /** The event's own tag, or 0. */
  tag: u32;
  /** Place of the event in the frame, from 0. */
  event: u32;
  run: u64;
  codeAt: u32;
  codeLength: u32;
  pathAt: u32;
  pathLength: u32;
  messageAt: u32;
  messageLength: u32;
}

export const REFUSED_FIXED: u32 = 48;
if (
  offsetof<RefusedCommand>("tag") !== 8 ||
  offsetof<RefusedCommand>("event") !== 12 ||
  offsetof<RefusedCommand>("run") !== 16 ||
  offsetof<RefusedCommand>("codeAt") !== 24 ||
  offsetof<RefusedCommand>("codeLength") !== 28 ||
  offsetof<RefusedCommand>("pathAt") !== 32 ||
  offsetof<RefusedCommand>("pathLength") !== 36 ||
  offsetof<RefusedCommand>("messageAt") !== 40 ||
  offsetof<RefusedCommand>("messageLength") !== 44
)
  ERROR("layout of RefusedCommand");

@unmanaged
export class StartedCommand {
  size: u32;
  kind: u16;
  fixed: u16;
  tag: u32;
  gap0: u8;
  gap1: u8;
  gap2: u8;
  gap3: u8;
  run: u64;
  idAt: u32;
  idLength: u32;
}

export const STARTED_FIXED: u32 = 32;
if (
  offsetof<StartedCommand>("tag") !== 8 ||
  offsetof<StartedCommand>("run") !== 16 ||
  offsetof<StartedCommand>("idAt") !== 24 ||
  offsetof<StartedCommand>("idLength") !== 28
)
  ERROR("layout of StartedCommand");

/** Append to the run's journal, before anything after it is done. With `barrier` the commands of this run that follow wait until it is durable. */
@unmanaged
export class AppendCommand {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  barrier: u8;
  gap0: u8;
  gap1: u8;
  gap2: u8;
  recordAt: u32;
  recordLength: u32;
  /** The record holds the whole run as it is after its step: it stands for all before it, which may be thrown away. */
  cut: u8;
}

export const APPEND_FIXED: u32 = 29;
if (
  offsetof<AppendCommand>("run") !== 8 ||
  offsetof<AppendCommand>("barrier") !== 16 ||
  offsetof<AppendCommand>("recordAt") !== 20 ||
  offsetof<AppendCommand>("recordLength") !== 24 ||
  offsetof<AppendCommand>("cut") !== 28
)
  ERROR("layout of AppendCommand");

/** Call a model. The turns of this agent that were sent before stand; `parts` follow the first `known` of them. */
@unmanaged
export class CallModelCommand {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  effect: u32;
  attempt: u32;
  agent: u32;
  /** Which of the agent's `providers`, from 0. */
  provider: u32;
  /** Parts of the transcript that the host has already. */
  known: u32;
  /** No tools may be called. */
  noTools: u8;
  gap0: u8;
  gap1: u8;
  gap2: u8;
  /** 0: none. */
  timeout: u64;
  span: u64;
  parent: u64;
  partsAt: u32;
  partsCount: u32;
  /** The transcript that this call shows: parts are counted in each by itself. One that has ended may be another one's later, with `known` 0. */
  conversation: u32;
  /** JSON Schema that the answer should follow, or empty. Whether it does, the core checks. */
  schemaAt: u32;
  schemaLength: u32;
  /** Tools beside the agent's own; their calls come back in the answer as all others, and the core does them itself. */
  offeredAt: u32;
  offeredCount: u32;
  /** The model that is called in place of the provider's; empty: the provider's. */
  modelAt: u32;
  modelLength: u32;
  /** Tokens that the answer may have at most, where that is less than the agent's own bound; 0: it is not. */
  maxOutput: u32;
}

export const CALL_MODEL_FIXED: u32 = 104;
if (
  offsetof<CallModelCommand>("run") !== 8 ||
  offsetof<CallModelCommand>("effect") !== 16 ||
  offsetof<CallModelCommand>("attempt") !== 20 ||
  offsetof<CallModelCommand>("agent") !== 24 ||
  offsetof<CallModelCommand>("provider") !== 28 ||
  offsetof<CallModelCommand>("known") !== 32 ||
  offsetof<CallModelCommand>("noTools") !== 36 ||
  offsetof<CallModelCommand>("timeout") !== 40 ||
  offsetof<CallModelCommand>("span") !== 48 ||
  offsetof<CallModelCommand>("parent") !== 56 ||
  offsetof<CallModelCommand>("partsAt") !== 64 ||
  offsetof<CallModelCommand>("partsCount") !== 68 ||
  offsetof<CallModelCommand>("conversation") !== 72 ||
  offsetof<CallModelCommand>("schemaAt") !== 76 ||
  offsetof<CallModelCommand>("schemaLength") !== 80 ||
  offsetof<CallModelCommand>("offeredAt") !== 84 ||
  offsetof<CallModelCommand>("offeredCount") !== 88 ||
  offsetof<CallModelCommand>("modelAt") !== 92 ||
  offsetof<CallModelCommand>("modelLength") !== 96 ||
  offsetof<CallModelCommand>("maxOutput") !== 100
)
  ERROR("layout of CallModelCommand");

@unmanaged
export class CallToolCommand {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  effect: u32;
  attempt: u32;
  agent: u32;
  /** Index in the agent's `tools`. */
  tool: u32;
  timeout: u64;
  span: u64;
  parent: u64;
  /** The model's id of the call. */
  idAt: u32;
  idLength: u32;
  nameAt: u32;
  nameLength: u32;
  /** JSON, checked against the tool's schema, defaults filled in. */
  argumentsAt: u32;
  argumentsLength: u32;
}

export const CALL_TOOL_FIXED: u32 = 80;
if (
  offsetof<CallToolCommand>("run") !== 8 ||
  offsetof<CallToolCommand>("effect") !== 16 ||
  offsetof<CallToolCommand>("attempt") !== 20 ||
  offsetof<CallToolCommand>("agent") !== 24 ||
  offsetof<CallToolCommand>("tool") !== 28 ||
  offsetof<CallToolCommand>("timeout") !== 32 ||
  offsetof<CallToolCommand>("span") !== 40 ||
  offsetof<CallToolCommand>("parent") !== 48 ||
  offsetof<CallToolCommand>("idAt") !== 56 ||
  offsetof<CallToolCommand>("idLength") !== 60 ||
  offsetof<CallToolCommand>("nameAt") !== 64 ||
  offsetof<CallToolCommand>("nameLength") !== 68 ||
  offsetof<CallToolCommand>("argumentsAt") !== 72 ||
  offsetof<CallToolCommand>("argumentsLength") !== 76
)
  ERROR("layout of CallToolCommand");

/** Host code as an agent. */
@unmanaged
export class CallAgentCommand {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  effect: u32;
  attempt: u32;
  agent: u32;
  gap0: u8;
  gap1: u8;
  gap2: u8;
  gap3: u8;
  timeout: u64;
  span: u64;
  parent: u64;
  /** Who sent the message. */
  senderAt: u32;
  senderLength: u32;
  textAt: u32;
  textLength: u32;
  /** What its node is given by `with`: documents as JSON, or empty. */
  contextAt: u32;
  contextLength: u32;
}

export const CALL_AGENT_FIXED: u32 = 80;
if (
  offsetof<CallAgentCommand>("run") !== 8 ||
  offsetof<CallAgentCommand>("effect") !== 16 ||
  offsetof<CallAgentCommand>("attempt") !== 20 ||
  offsetof<CallAgentCommand>("agent") !== 24 ||
  offsetof<CallAgentCommand>("timeout") !== 32 ||
  offsetof<CallAgentCommand>("span") !== 40 ||
  offsetof<CallAgentCommand>("parent") !== 48 ||
  offsetof<CallAgentCommand>("senderAt") !== 56 ||
  offsetof<CallAgentCommand>("senderLength") !== 60 ||
  offsetof<CallAgentCommand>("textAt") !== 64 ||
  offsetof<CallAgentCommand>("textLength") !== 68 ||
  offsetof<CallAgentCommand>("contextAt") !== 72 ||
  offsetof<CallAgentCommand>("contextLength") !== 76
)
  ERROR("layout of CallAgentCommand");

/** Make a custom agent ready; answered by `agent-ready` or `agent-failed`. */
@unmanaged
export class StartAgentCommand {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  agent: u32;
}

export const START_AGENT_FIXED: u32 = 20;
if (
  offsetof<StartAgentCommand>("run") !== 8 ||
  offsetof<StartAgentCommand>("agent") !== 16
)
  ERROR("layout of StartAgentCommand");

/** Its answer is not wanted any more. */
@unmanaged
export class CancelEffectCommand {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  effect: u32;
  attempt: u32;
}

export const CANCEL_EFFECT_FIXED: u32 = 24;
if (
  offsetof<CancelEffectCommand>("run") !== 8 ||
  offsetof<CancelEffectCommand>("effect") !== 16 ||
  offsetof<CancelEffectCommand>("attempt") !== 20
)
  ERROR("layout of CancelEffectCommand");

/** A message that leaves the run. */
@unmanaged
export class OutputCommand {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  agent: u32;
  /** The port it leaves by, or empty. */
  portAt: u32;
  portLength: u32;
  textAt: u32;
  textLength: u32;
}

export const OUTPUT_FIXED: u32 = 36;
if (
  offsetof<OutputCommand>("run") !== 8 ||
  offsetof<OutputCommand>("agent") !== 16 ||
  offsetof<OutputCommand>("portAt") !== 20 ||
  offsetof<OutputCommand>("portLength") !== 24 ||
  offsetof<OutputCommand>("textAt") !== 28 ||
  offsetof<OutputCommand>("textLength") !== 32
)
  ERROR("layout of OutputCommand");

@unmanaged
export class LogCommand {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  level: u8;
  gap0: u8;
  gap1: u8;
  gap2: u8;
  agent: u32;
  /** The message's sender, or empty. */
  senderAt: u32;
  senderLength: u32;
  textAt: u32;
  textLength: u32;
}

export const LOG_FIXED: u32 = 40;
if (
  offsetof<LogCommand>("run") !== 8 ||
  offsetof<LogCommand>("level") !== 16 ||
  offsetof<LogCommand>("agent") !== 20 ||
  offsetof<LogCommand>("senderAt") !== 24 ||
  offsetof<LogCommand>("senderLength") !== 28 ||
  offsetof<LogCommand>("textAt") !== 32 ||
  offsetof<LogCommand>("textLength") !== 36
)
  ERROR("layout of LogCommand");

/** A message between two agents, if the run is watched. */
@unmanaged
export class MessageCommand {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  from: u32;
  to: u32;
  textAt: u32;
  textLength: u32;
}

export const MESSAGE_FIXED: u32 = 32;
if (
  offsetof<MessageCommand>("run") !== 8 ||
  offsetof<MessageCommand>("from") !== 16 ||
  offsetof<MessageCommand>("to") !== 20 ||
  offsetof<MessageCommand>("textAt") !== 24 ||
  offsetof<MessageCommand>("textLength") !== 28
)
  ERROR("layout of MessageCommand");

/** `agent` is u32::MAX for the run itself. */
@unmanaged
export class SpanStartCommand {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  span: u64;
  parent: u64;
  operation: u8;
  gap0: u8;
  gap1: u8;
  gap2: u8;
  agent: u32;
  nameAt: u32;
  nameLength: u32;
}

export const SPAN_START_FIXED: u32 = 48;
if (
  offsetof<SpanStartCommand>("run") !== 8 ||
  offsetof<SpanStartCommand>("span") !== 16 ||
  offsetof<SpanStartCommand>("parent") !== 24 ||
  offsetof<SpanStartCommand>("operation") !== 32 ||
  offsetof<SpanStartCommand>("agent") !== 36 ||
  offsetof<SpanStartCommand>("nameAt") !== 40 ||
  offsetof<SpanStartCommand>("nameLength") !== 44
)
  ERROR("layout of SpanStartCommand");

/** Also ends the spans that `call-model` and `call-tool` began. */
@unmanaged
export class SpanEndCommand {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  span: u64;
  operation: u8;
  ok: u8;
  gap0: u8;
  gap1: u8;
  agent: u32;
  usageInput: u32;
  usageOutput: u32;
  usageCachedRead: u32;
  usageCachedWrite: u32;
  usageReasoning: u32;
  /** `error.type` if it is not ok. */
  errorAt: u32;
  errorLength: u32;
}

export const SPAN_END_FIXED: u32 = 60;
if (
  offsetof<SpanEndCommand>("run") !== 8 ||
  offsetof<SpanEndCommand>("span") !== 16 ||
  offsetof<SpanEndCommand>("operation") !== 24 ||
  offsetof<SpanEndCommand>("ok") !== 25 ||
  offsetof<SpanEndCommand>("agent") !== 28 ||
  offsetof<SpanEndCommand>("usageInput") !== 32 ||
  offsetof<SpanEndCommand>("usageOutput") !== 36 ||
  offsetof<SpanEndCommand>("usageCachedRead") !== 40 ||
  offsetof<SpanEndCommand>("usageCachedWrite") !== 44 ||
  offsetof<SpanEndCommand>("usageReasoning") !== 48 ||
  offsetof<SpanEndCommand>("errorAt") !== 52 ||
  offsetof<SpanEndCommand>("errorLength") !== 56
)
  ERROR("layout of SpanEndCommand");

@unmanaged
export class FinishedCommand {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  stop: u8;
  gap0: u8;
  gap1: u8;
  gap2: u8;
  /** Where it stopped: an agent's name, a node of the flow as problems name it, or empty. */
  pathAt: u32;
  pathLength: u32;
  /** For people; empty if it is done. */
  messageAt: u32;
  messageLength: u32;
  /** The last output. */
  outputAt: u32;
  outputLength: u32;
  gap3: u8;
  gap4: u8;
  gap5: u8;
  gap6: u8;
  countersSteps: u64;
  countersActivations: u64;
  countersHops: u64;
  countersModelCalls: u64;
  countersToolCalls: u64;
  countersAgentCalls: u64;
  countersRetries: u64;
  countersTimeouts: u64;
  /** Messages that a full mailbox refused, and those it let go for newer ones. */
  countersRefused: u64;
  countersDropped: u64;
  /** Completions of effects that were over already. */
  countersLate: u64;
  countersInputTokens: u64;
  countersOutputTokens: u64;
  /** By agent and provider, in that order; those that were not called are left out. */
  spentAt: u32;
  spentCount: u32;
  /** Micro-dollars of all of them whose price is known, rounded half to even once. */
  cost: u64;
}

export const FINISHED_FIXED: u32 = 168;
if (
  offsetof<FinishedCommand>("run") !== 8 ||
  offsetof<FinishedCommand>("stop") !== 16 ||
  offsetof<FinishedCommand>("pathAt") !== 20 ||
  offsetof<FinishedCommand>("pathLength") !== 24 ||
  offsetof<FinishedCommand>("messageAt") !== 28 ||
  offsetof<FinishedCommand>("messageLength") !== 32 ||
  offsetof<FinishedCommand>("outputAt") !== 36 ||
  offsetof<FinishedCommand>("outputLength") !== 40 ||
  offsetof<FinishedCommand>("countersSteps") !== 48 ||
  offsetof<FinishedCommand>("countersActivations") !== 56 ||
  offsetof<FinishedCommand>("countersHops") !== 64 ||
  offsetof<FinishedCommand>("countersModelCalls") !== 72 ||
  offsetof<FinishedCommand>("countersToolCalls") !== 80 ||
  offsetof<FinishedCommand>("countersAgentCalls") !== 88 ||
  offsetof<FinishedCommand>("countersRetries") !== 96 ||
  offsetof<FinishedCommand>("countersTimeouts") !== 104 ||
  offsetof<FinishedCommand>("countersRefused") !== 112 ||
  offsetof<FinishedCommand>("countersDropped") !== 120 ||
  offsetof<FinishedCommand>("countersLate") !== 128 ||
  offsetof<FinishedCommand>("countersInputTokens") !== 136 ||
  offsetof<FinishedCommand>("countersOutputTokens") !== 144 ||
  offsetof<FinishedCommand>("spentAt") !== 152 ||
  offsetof<FinishedCommand>("spentCount") !== 156 ||
  offsetof<FinishedCommand>("cost") !== 160
)
  ERROR("layout of FinishedCommand");

@unmanaged
export class SavedCommand {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  stateAt: u32;
  stateLength: u32;
  /** The last step that is in it. */
  step: u64;
}

export const SAVED_FIXED: u32 = 32;
if (
  offsetof<SavedCommand>("run") !== 8 ||
  offsetof<SavedCommand>("stateAt") !== 16 ||
  offsetof<SavedCommand>("stateLength") !== 20 ||
  offsetof<SavedCommand>("step") !== 24
)
  ERROR("layout of SavedCommand");

/** A record was replayed and led to the same commands. */
@unmanaged
export class ReplayedCommand {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  step: u64;
  finished: u8;
}

export const REPLAYED_FIXED: u32 = 25;
if (
  offsetof<ReplayedCommand>("run") !== 8 ||
  offsetof<ReplayedCommand>("step") !== 16 ||
  offsetof<ReplayedCommand>("finished") !== 24
)
  ERROR("layout of ReplayedCommand");

/** One line for whoever watches the engine: a mailbox nearly full, a breaker opened, a retry. */
@unmanaged
export class NoticeCommand {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  agent: u32;
  level: u8;
  gap0: u8;
  gap1: u8;
  gap2: u8;
  /** From a closed list, kebab-case. */
  codeAt: u32;
  codeLength: u32;
  textAt: u32;
  textLength: u32;
}

export const NOTICE_FIXED: u32 = 40;
if (
  offsetof<NoticeCommand>("run") !== 8 ||
  offsetof<NoticeCommand>("agent") !== 16 ||
  offsetof<NoticeCommand>("level") !== 20 ||
  offsetof<NoticeCommand>("codeAt") !== 24 ||
  offsetof<NoticeCommand>("codeLength") !== 28 ||
  offsetof<NoticeCommand>("textAt") !== 32 ||
  offsetof<NoticeCommand>("textLength") !== 36
)
  ERROR("layout of NoticeCommand");

/** Look for documents; answered by `search-result`. What is given too much is cut by the core. */
@unmanaged
export class SearchCommand {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  effect: u32;
  attempt: u32;
  agent: u32;
  gap0: u8;
  gap1: u8;
  gap2: u8;
  gap3: u8;
  timeout: u64;
  span: u64;
  parent: u64;
  /** The store's name as the definition has it, or empty: the only one. */
  storeAt: u32;
  storeLength: u32;
  collectionAt: u32;
  collectionLength: u32;
  method: u8;
  gap4: u8;
  gap5: u8;
  gap6: u8;
  queryAt: u32;
  queryLength: u32;
  /** How many documents are wanted. */
  topK: u32;
  /** What a document's metadata must be equal to: a JSON object, or empty. */
  filtersAt: u32;
  filtersLength: u32;
}

export const SEARCH_FIXED: u32 = 96;
if (
  offsetof<SearchCommand>("run") !== 8 ||
  offsetof<SearchCommand>("effect") !== 16 ||
  offsetof<SearchCommand>("attempt") !== 20 ||
  offsetof<SearchCommand>("agent") !== 24 ||
  offsetof<SearchCommand>("timeout") !== 32 ||
  offsetof<SearchCommand>("span") !== 40 ||
  offsetof<SearchCommand>("parent") !== 48 ||
  offsetof<SearchCommand>("storeAt") !== 56 ||
  offsetof<SearchCommand>("storeLength") !== 60 ||
  offsetof<SearchCommand>("collectionAt") !== 64 ||
  offsetof<SearchCommand>("collectionLength") !== 68 ||
  offsetof<SearchCommand>("method") !== 72 ||
  offsetof<SearchCommand>("queryAt") !== 76 ||
  offsetof<SearchCommand>("queryLength") !== 80 ||
  offsetof<SearchCommand>("topK") !== 84 ||
  offsetof<SearchCommand>("filtersAt") !== 88 ||
  offsetof<SearchCommand>("filtersLength") !== 92
)
  ERROR("layout of SearchCommand");

/** Keep documents; answered by `index-result`. */
@unmanaged
export class IndexCommand {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  effect: u32;
  attempt: u32;
  agent: u32;
  gap0: u8;
  gap1: u8;
  gap2: u8;
  gap3: u8;
  timeout: u64;
  span: u64;
  parent: u64;
  storeAt: u32;
  storeLength: u32;
  collectionAt: u32;
  collectionLength: u32;
  /** A JSON list of {id, text, metadata}. One of an id that is there replaces it. */
  documentsAt: u32;
  documentsLength: u32;
}

export const INDEX_FIXED: u32 = 80;
if (
  offsetof<IndexCommand>("run") !== 8 ||
  offsetof<IndexCommand>("effect") !== 16 ||
  offsetof<IndexCommand>("attempt") !== 20 ||
  offsetof<IndexCommand>("agent") !== 24 ||
  offsetof<IndexCommand>("timeout") !== 32 ||
  offsetof<IndexCommand>("span") !== 40 ||
  offsetof<IndexCommand>("parent") !== 48 ||
  offsetof<IndexCommand>("storeAt") !== 56 ||
  offsetof<IndexCommand>("storeLength") !== 60 ||
  offsetof<IndexCommand>("collectionAt") !== 64 ||
  offsetof<IndexCommand>("collectionLength") !== 68 ||
  offsetof<IndexCommand>("documentsAt") !== 72 ||
  offsetof<IndexCommand>("documentsLength") !== 76
)
  ERROR("layout of IndexCommand");

/** A person is to approve a call of a tool, or to deny it; answered by `approval`. Withdrawn by `cancel-effect`. */
@unmanaged
export class AskApprovalCommand {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  effect: u32;
  agent: u32;
  /** Index in the agent's `tools`; u32::MAX and the name `budget`: a model is to be called beyond the soft limit of a budget. */
  tool: u32;
  nameAt: u32;
  nameLength: u32;
  /** JSON, as the tool would get it. */
  argumentsAt: u32;
  argumentsLength: u32;
  gap0: u8;
  gap1: u8;
  gap2: u8;
  gap3: u8;
  /** From then on it is denied: milliseconds since 1970. */
  expires: u64;
  parent: u64;
  /** SHA-256 of the tool's name, a zero and the arguments: 64 hex digits. */
  hashAt: u32;
  hashLength: u32;
}

export const ASK_APPROVAL_FIXED: u32 = 72;
if (
  offsetof<AskApprovalCommand>("run") !== 8 ||
  offsetof<AskApprovalCommand>("effect") !== 16 ||
  offsetof<AskApprovalCommand>("agent") !== 20 ||
  offsetof<AskApprovalCommand>("tool") !== 24 ||
  offsetof<AskApprovalCommand>("nameAt") !== 28 ||
  offsetof<AskApprovalCommand>("nameLength") !== 32 ||
  offsetof<AskApprovalCommand>("argumentsAt") !== 36 ||
  offsetof<AskApprovalCommand>("argumentsLength") !== 40 ||
  offsetof<AskApprovalCommand>("expires") !== 48 ||
  offsetof<AskApprovalCommand>("parent") !== 56 ||
  offsetof<AskApprovalCommand>("hashAt") !== 64 ||
  offsetof<AskApprovalCommand>("hashLength") !== 68
)
  ERROR("layout of AskApprovalCommand");

/** Write the run's result to a file, if the host lets definitions do that; else tell who watches that it was not. It comes before `finished`. */
@unmanaged
export class SaveOutputCommand {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  pathAt: u32;
  pathLength: u32;
  textAt: u32;
  textLength: u32;
}

export const SAVE_OUTPUT_FIXED: u32 = 32;
if (
  offsetof<SaveOutputCommand>("run") !== 8 ||
  offsetof<SaveOutputCommand>("pathAt") !== 16 ||
  offsetof<SaveOutputCommand>("pathLength") !== 20 ||
  offsetof<SaveOutputCommand>("textAt") !== 24 ||
  offsetof<SaveOutputCommand>("textLength") !== 28
)
  ERROR("layout of SaveOutputCommand");

@unmanaged
export class VerdictCommand {
  size: u32;
  kind: u16;
  fixed: u16;
  tag: u32;
  outcome: u8;
  gap0: u8;
  gap1: u8;
  gap2: u8;
  /** Who it is; empty: nobody in particular. */
  principalAt: u32;
  principalLength: u32;
  /** Whether they are known by their key or token, and not by a proxy. */
  byKey: u8;
  gap3: u8;
  gap4: u8;
  gap5: u8;
  /** Whose bucket is asked for with what they want; empty: everybody's. */
  bucketAt: u32;
  bucketLength: u32;
  /** For people: why not. */
  reasonAt: u32;
  reasonLength: u32;
  gap6: u8;
  gap7: u8;
  gap8: u8;
  gap9: u8;
  /** Milliseconds after which it is worth another try; 0: it is not. */
  wait: u64;
  /** What is left in the bucket, and since when. */
  left: u64;
  since: u64;
}

export const VERDICT_FIXED: u32 = 72;
if (
  offsetof<VerdictCommand>("tag") !== 8 ||
  offsetof<VerdictCommand>("outcome") !== 12 ||
  offsetof<VerdictCommand>("principalAt") !== 16 ||
  offsetof<VerdictCommand>("principalLength") !== 20 ||
  offsetof<VerdictCommand>("byKey") !== 24 ||
  offsetof<VerdictCommand>("bucketAt") !== 28 ||
  offsetof<VerdictCommand>("bucketLength") !== 32 ||
  offsetof<VerdictCommand>("reasonAt") !== 36 ||
  offsetof<VerdictCommand>("reasonLength") !== 40 ||
  offsetof<VerdictCommand>("wait") !== 48 ||
  offsetof<VerdictCommand>("left") !== 56 ||
  offsetof<VerdictCommand>("since") !== 64
)
  ERROR("layout of VerdictCommand");

/** Something to be remembered of who did what. */
@unmanaged
export class AuditCommand {
  size: u32;
  kind: u16;
  fixed: u16;
  definition: u32;
  /** `sign-in`, or what somebody wanted to do. */
  actionAt: u32;
  actionLength: u32;
  principalAt: u32;
  principalLength: u32;
  resourceAt: u32;
  resourceLength: u32;
  outcome: u8;
  gap0: u8;
  gap1: u8;
  gap2: u8;
  reasonAt: u32;
  reasonLength: u32;
}

export const AUDIT_FIXED: u32 = 48;
if (
  offsetof<AuditCommand>("definition") !== 8 ||
  offsetof<AuditCommand>("actionAt") !== 12 ||
  offsetof<AuditCommand>("actionLength") !== 16 ||
  offsetof<AuditCommand>("principalAt") !== 20 ||
  offsetof<AuditCommand>("principalLength") !== 24 ||
  offsetof<AuditCommand>("resourceAt") !== 28 ||
  offsetof<AuditCommand>("resourceLength") !== 32 ||
  offsetof<AuditCommand>("outcome") !== 36 ||
  offsetof<AuditCommand>("reasonAt") !== 40 ||
  offsetof<AuditCommand>("reasonLength") !== 44
)
  ERROR("layout of AuditCommand");

/** Count these texts by a tokenizer; answered by `counted`. What has been counted before is not asked again. */
@unmanaged
export class CountTokensCommand {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  effect: u32;
  attempt: u32;
  agent: u32;
  /** Which of the agent's `providers`, from 0: they are for its model. */
  provider: u32;
  /** `o200k_base`, `o200k_harmony` or `cl100k_base`; empty: the model's own, if the host has it. */
  encodingAt: u32;
  encodingLength: u32;
  textsAt: u32;
  textsCount: u32;
}

export const COUNT_TOKENS_FIXED: u32 = 48;
if (
  offsetof<CountTokensCommand>("run") !== 8 ||
  offsetof<CountTokensCommand>("effect") !== 16 ||
  offsetof<CountTokensCommand>("attempt") !== 20 ||
  offsetof<CountTokensCommand>("agent") !== 24 ||
  offsetof<CountTokensCommand>("provider") !== 28 ||
  offsetof<CountTokensCommand>("encodingAt") !== 32 ||
  offsetof<CountTokensCommand>("encodingLength") !== 36 ||
  offsetof<CountTokensCommand>("textsAt") !== 40 ||
  offsetof<CountTokensCommand>("textsCount") !== 44
)
  ERROR("layout of CountTokensCommand");

/** Read a session; answered by `recalled`. One that is not there has no turns. */
@unmanaged
export class RecallCommand {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  effect: u32;
  attempt: u32;
  timeout: u64;
  sessionAt: u32;
  sessionLength: u32;
  /** Whose it is, or empty. */
  userAt: u32;
  userLength: u32;
  /** At most so many turns of each agent, the latest. */
  turns: u32;
}

export const RECALL_FIXED: u32 = 52;
if (
  offsetof<RecallCommand>("run") !== 8 ||
  offsetof<RecallCommand>("effect") !== 16 ||
  offsetof<RecallCommand>("attempt") !== 20 ||
  offsetof<RecallCommand>("timeout") !== 24 ||
  offsetof<RecallCommand>("sessionAt") !== 32 ||
  offsetof<RecallCommand>("sessionLength") !== 36 ||
  offsetof<RecallCommand>("userAt") !== 40 ||
  offsetof<RecallCommand>("userLength") !== 44 ||
  offsetof<RecallCommand>("turns") !== 48
)
  ERROR("layout of RecallCommand");

/**
 * Append a turn to a session, which comes to be with its first one; answered by `remembered`. Run and effect are its name: under one name it is
 * appended once.
 */
@unmanaged
export class RememberCommand {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  effect: u32;
  attempt: u32;
  timeout: u64;
  sessionAt: u32;
  sessionLength: u32;
  userAt: u32;
  userLength: u32;
  /** Only as long as this process lives. */
  lightweight: u8;
  /** Mark a checkpoint behind it. */
  checkpoint: u8;
  gap0: u8;
  gap1: u8;
  /** A JSON object {agent, parts}: docs/sessions.md. */
  turnAt: u32;
  turnLength: u32;
}

export const REMEMBER_FIXED: u32 = 60;
if (
  offsetof<RememberCommand>("run") !== 8 ||
  offsetof<RememberCommand>("effect") !== 16 ||
  offsetof<RememberCommand>("attempt") !== 20 ||
  offsetof<RememberCommand>("timeout") !== 24 ||
  offsetof<RememberCommand>("sessionAt") !== 32 ||
  offsetof<RememberCommand>("sessionLength") !== 36 ||
  offsetof<RememberCommand>("userAt") !== 40 ||
  offsetof<RememberCommand>("userLength") !== 44 ||
  offsetof<RememberCommand>("lightweight") !== 48 ||
  offsetof<RememberCommand>("checkpoint") !== 49 ||
  offsetof<RememberCommand>("turnAt") !== 52 ||
  offsetof<RememberCommand>("turnLength") !== 56
)
  ERROR("layout of RememberCommand");

/** The run's journal has grown so far that a snapshot now (`save`) would make recovery shorter. Whoever keeps none need do nothing. */
@unmanaged
export class CheckpointCommand {
  size: u32;
  kind: u16;
  fixed: u16;
  run: u64;
  /** The journal was cut just now: what left the run before is in no record any more, and no snapshot is needed. */
  cut: u8;
}

export const CHECKPOINT_FIXED: u32 = 17;
if (
  offsetof<CheckpointCommand>("run") !== 8 ||
  offsetof<CheckpointCommand>("cut") !== 16
)
  ERROR("layout of CheckpointCommand");
