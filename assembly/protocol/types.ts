// Generated from wit/ by tools/generate.ts; do not edit.
// biome-ignore-all format: generated

/** Version of the protocol: major * 65536 + minor. */
export const PROTOCOL: u32 = 1;

/** An element of a list of strings; `at` counts from the record's start. */
@unmanaged
export class StringElement {
  at: u32;
  length: u32;
}

export const STRING_ELEMENT_SIZE: u32 = 8;

/** What a YAML parser made of a piece of text, before anybody decided what it means. */
export const enum NodeKind {
  Mapping,
  Sequence,
  Scalar,
  Alias,
}

export const enum ScalarStyle {
  Plain,
  SingleQuoted,
  DoubleQuoted,
  Literal,
  Folded,
}

/**
 * One node of a document. A document is its nodes in order of appearance, each followed by its `count` children; a mapping's children
 * are its keys and values in turn.
 */
@unmanaged
export class Node {
  kind: u8;
  style: u8;
  gap0: u8;
  gap1: u8;
  /** From 1. */
  line: u32;
  column: u32;
  /** A sequence's items, a mapping's keys plus values; else 0. */
  count: u32;
  /** As written in the file, without resolution: `!!str`, `!mine`; empty if none. */
  tagAt: u32;
  tagLength: u32;
  /** Name of the anchor on this node, or, of an alias, the one it points at; empty if none. */
  anchorAt: u32;
  anchorLength: u32;
  /** A scalar's text after quotes, escapes and folding. */
  textAt: u32;
  textLength: u32;
}

export const NODE_SIZE: u32 = 40;
if (
  offsetof<Node>("kind") !== 0 ||
  offsetof<Node>("style") !== 1 ||
  offsetof<Node>("line") !== 4 ||
  offsetof<Node>("column") !== 8 ||
  offsetof<Node>("count") !== 12 ||
  offsetof<Node>("tagAt") !== 16 ||
  offsetof<Node>("tagLength") !== 20 ||
  offsetof<Node>("anchorAt") !== 24 ||
  offsetof<Node>("anchorLength") !== 28 ||
  offsetof<Node>("textAt") !== 32 ||
  offsetof<Node>("textLength") !== 36
)
  ERROR("layout of Node");

/** A file and its documents' nodes. */
@unmanaged
export class Source {
  pathAt: u32;
  pathLength: u32;
  /** How many documents the file holds: more or fewer than one is refused. */
  documents: u32;
  nodesAt: u32;
  nodesCount: u32;
}

export const SOURCE_SIZE: u32 = 20;
if (
  offsetof<Source>("pathAt") !== 0 ||
  offsetof<Source>("pathLength") !== 4 ||
  offsetof<Source>("documents") !== 8 ||
  offsetof<Source>("nodesAt") !== 12 ||
  offsetof<Source>("nodesCount") !== 16
)
  ERROR("layout of Source");

/** A variable's value, or none if it is not set. */
@unmanaged
export class Variable {
  nameAt: u32;
  nameLength: u32;
  hasValue: u8;
  gap0: u8;
  gap1: u8;
  gap2: u8;
  valueAt: u32;
  valueLength: u32;
}

export const VARIABLE_SIZE: u32 = 20;
if (
  offsetof<Variable>("nameAt") !== 0 ||
  offsetof<Variable>("nameLength") !== 4 ||
  offsetof<Variable>("hasValue") !== 8 ||
  offsetof<Variable>("valueAt") !== 12 ||
  offsetof<Variable>("valueLength") !== 16
)
  ERROR("layout of Variable");

export const enum Severity {
  Error,
  Warning,
}

/** What is wrong with a definition, where, and the way out. */
@unmanaged
export class Problem {
  severity: u8;
  gap0: u8;
  gap1: u8;
  gap2: u8;
  /** From a closed list, kebab-case: docs/errors.md. */
  codeAt: u32;
  codeLength: u32;
  /** File, as given. */
  fileAt: u32;
  fileLength: u32;
  line: u32;
  column: u32;
  /** Where in the document: `agents[2].tools[0].name`. */
  pathAt: u32;
  pathLength: u32;
  messageAt: u32;
  messageLength: u32;
  /** The key or value that was meant, or empty. */
  suggestionAt: u32;
  suggestionLength: u32;
}

export const PROBLEM_SIZE: u32 = 52;
if (
  offsetof<Problem>("severity") !== 0 ||
  offsetof<Problem>("codeAt") !== 4 ||
  offsetof<Problem>("codeLength") !== 8 ||
  offsetof<Problem>("fileAt") !== 12 ||
  offsetof<Problem>("fileLength") !== 16 ||
  offsetof<Problem>("line") !== 20 ||
  offsetof<Problem>("column") !== 24 ||
  offsetof<Problem>("pathAt") !== 28 ||
  offsetof<Problem>("pathLength") !== 32 ||
  offsetof<Problem>("messageAt") !== 36 ||
  offsetof<Problem>("messageLength") !== 40 ||
  offsetof<Problem>("suggestionAt") !== 44 ||
  offsetof<Problem>("suggestionLength") !== 48
)
  ERROR("layout of Problem");

export const enum PartRole {
  System,
  User,
  Assistant,
  Tool,
}

export const enum PartKind {
  Text,
  Reasoning,
  ToolCall,
  ToolResult,
  ToolError,
}

/** A part of a turn; a turn is the parts of one role in a row. */
@unmanaged
export class Part {
  role: u8;
  kind: u8;
  gap0: u8;
  gap1: u8;
  /** Text; of a tool call its arguments as JSON; of a tool result what the model is shown. */
  textAt: u32;
  textLength: u32;
  /** Of a call and its result: the model's own id of the call. */
  idAt: u32;
  idLength: u32;
  /** Of a call and its result: the tool's name. */
  nameAt: u32;
  nameLength: u32;
  /** What the provider wants back as it was (JSON), such as the signature of a thought; empty if none. */
  metadataAt: u32;
  metadataLength: u32;
}

export const PART_SIZE: u32 = 36;
if (
  offsetof<Part>("role") !== 0 ||
  offsetof<Part>("kind") !== 1 ||
  offsetof<Part>("textAt") !== 4 ||
  offsetof<Part>("textLength") !== 8 ||
  offsetof<Part>("idAt") !== 12 ||
  offsetof<Part>("idLength") !== 16 ||
  offsetof<Part>("nameAt") !== 20 ||
  offsetof<Part>("nameLength") !== 24 ||
  offsetof<Part>("metadataAt") !== 28 ||
  offsetof<Part>("metadataLength") !== 32
)
  ERROR("layout of Part");

/** A tool that a model may call in one call. */
@unmanaged
export class OfferedTool {
  nameAt: u32;
  nameLength: u32;
  descriptionAt: u32;
  descriptionLength: u32;
  /** JSON Schema of its arguments. */
  parametersAt: u32;
  parametersLength: u32;
}

export const OFFERED_TOOL_SIZE: u32 = 24;
if (
  offsetof<OfferedTool>("nameAt") !== 0 ||
  offsetof<OfferedTool>("nameLength") !== 4 ||
  offsetof<OfferedTool>("descriptionAt") !== 8 ||
  offsetof<OfferedTool>("descriptionLength") !== 12 ||
  offsetof<OfferedTool>("parametersAt") !== 16 ||
  offsetof<OfferedTool>("parametersLength") !== 20
)
  ERROR("layout of OfferedTool");

/** Of one text. */
@unmanaged
export class TextCount {
  tokens: u32;
}

export const TEXT_COUNT_SIZE: u32 = 4;
if (
  offsetof<TextCount>("tokens") !== 0
)
  ERROR("layout of TextCount");

/** How documents are looked for. */
export const enum SearchMethod {
  Semantic,
  Keyword,
}

export const enum FinishReason {
  Stop,
  Length,
  ToolCalls,
  ContentFilter,
  Other,
}

/** Tokens of one call. Input includes what was read from and written to a cache; output includes reasoning. */
@unmanaged
export class Usage {
  input: u32;
  output: u32;
  cachedRead: u32;
  cachedWrite: u32;
  reasoning: u32;
}

export const USAGE_SIZE: u32 = 20;
if (
  offsetof<Usage>("input") !== 0 ||
  offsetof<Usage>("output") !== 4 ||
  offsetof<Usage>("cachedRead") !== 8 ||
  offsetof<Usage>("cachedWrite") !== 12 ||
  offsetof<Usage>("reasoning") !== 16
)
  ERROR("layout of Usage");

/** Why something outside failed. */
export const enum FailureKind {
  RateLimit,
  Timeout,
  ServerError,
  Network,
  Authentication,
  InvalidRequest,
  ContentFilter,
  Malformed,
  Missing,
  Failed,
  Aborted,
  /** Not tried: its circuit breaker is open. */
  Unavailable,
  /** More tokens than the model takes. */
  ContextLength,
}

/** Why a run, a node of a flow or an activation is over. */
export const enum StopReason {
  Done,
  Failed,
  Cancelled,
  Deadline,
  Budget,
  Limit,
  NoProgress,
  NoRoute,
  BadDecision,
  Refused,
  Denied,
  Unknown,
  Stalled,
}

export const enum Level {
  Debug,
  Info,
  Warn,
  Error,
}

export const enum SpanKind {
  Workflow,
  Agent,
  Chat,
  Tool,
  Retrieval,
  /** A node of a flow that is no agent. */
  Node,
}

/** What a run has counted since it began. */
@unmanaged
export class Counters {
  steps: u64;
  activations: u64;
  hops: u64;
  modelCalls: u64;
  toolCalls: u64;
  agentCalls: u64;
  retries: u64;
  timeouts: u64;
  /** Messages that a full mailbox refused, and those it let go for newer ones. */
  refused: u64;
  dropped: u64;
  /** Completions of effects that were over already. */
  late: u64;
  inputTokens: u64;
  outputTokens: u64;
}

export const COUNTERS_SIZE: u32 = 104;
if (
  offsetof<Counters>("steps") !== 0 ||
  offsetof<Counters>("activations") !== 8 ||
  offsetof<Counters>("hops") !== 16 ||
  offsetof<Counters>("modelCalls") !== 24 ||
  offsetof<Counters>("toolCalls") !== 32 ||
  offsetof<Counters>("agentCalls") !== 40 ||
  offsetof<Counters>("retries") !== 48 ||
  offsetof<Counters>("timeouts") !== 56 ||
  offsetof<Counters>("refused") !== 64 ||
  offsetof<Counters>("dropped") !== 72 ||
  offsetof<Counters>("late") !== 80 ||
  offsetof<Counters>("inputTokens") !== 88 ||
  offsetof<Counters>("outputTokens") !== 96
)
  ERROR("layout of Counters");

/** An option of a run that the definition leaves to its caller; 0 is none. */
@unmanaged
export class Allowance {
  calls: u64;
  tokens: u64;
  /** Milliseconds from the run's start. */
  time: u64;
  /** Micro-dollars. */
  money: u64;
}

export const ALLOWANCE_SIZE: u32 = 32;
if (
  offsetof<Allowance>("calls") !== 0 ||
  offsetof<Allowance>("tokens") !== 8 ||
  offsetof<Allowance>("time") !== 16 ||
  offsetof<Allowance>("money") !== 24
)
  ERROR("layout of Allowance");

/** What a model costs: micro-dollars for a million tokens of a kind. */
@unmanaged
export class Tariff {
  input: u64;
  output: u64;
  cachedRead: u64;
  cachedWrite: u64;
  reasoning: u64;
}

export const TARIFF_SIZE: u32 = 40;
if (
  offsetof<Tariff>("input") !== 0 ||
  offsetof<Tariff>("output") !== 8 ||
  offsetof<Tariff>("cachedRead") !== 16 ||
  offsetof<Tariff>("cachedWrite") !== 24 ||
  offsetof<Tariff>("reasoning") !== 32
)
  ERROR("layout of Tariff");

/** What is known of a model. */
@unmanaged
export class ModelFacts {
  /** As definitions name it. */
  providerAt: u32;
  providerLength: u32;
  modelAt: u32;
  modelLength: u32;
  /** Tokens that may go in, and that may come out; 0: not known. */
  maxInput: u32;
  maxOutput: u32;
  priceInput: u64;
  priceOutput: u64;
  priceCachedRead: u64;
  priceCachedWrite: u64;
  priceReasoning: u64;
  /** With more input tokens than so many a call costs `long`; 0: never. */
  longFrom: u32;
  gap0: u8;
  gap1: u8;
  gap2: u8;
  gap3: u8;
  longInput: u64;
  longOutput: u64;
  longCachedRead: u64;
  longCachedWrite: u64;
  longReasoning: u64;
}

export const MODEL_FACTS_SIZE: u32 = 112;
if (
  offsetof<ModelFacts>("providerAt") !== 0 ||
  offsetof<ModelFacts>("providerLength") !== 4 ||
  offsetof<ModelFacts>("modelAt") !== 8 ||
  offsetof<ModelFacts>("modelLength") !== 12 ||
  offsetof<ModelFacts>("maxInput") !== 16 ||
  offsetof<ModelFacts>("maxOutput") !== 20 ||
  offsetof<ModelFacts>("priceInput") !== 24 ||
  offsetof<ModelFacts>("priceOutput") !== 32 ||
  offsetof<ModelFacts>("priceCachedRead") !== 40 ||
  offsetof<ModelFacts>("priceCachedWrite") !== 48 ||
  offsetof<ModelFacts>("priceReasoning") !== 56 ||
  offsetof<ModelFacts>("longFrom") !== 64 ||
  offsetof<ModelFacts>("longInput") !== 72 ||
  offsetof<ModelFacts>("longOutput") !== 80 ||
  offsetof<ModelFacts>("longCachedRead") !== 88 ||
  offsetof<ModelFacts>("longCachedWrite") !== 96 ||
  offsetof<ModelFacts>("longReasoning") !== 104
)
  ERROR("layout of ModelFacts");

/** What an agent has used of one of its models. Tokens as its provider has told them. */
@unmanaged
export class Spending {
  agent: u32;
  /** Which of the agent's `providers`, from 0. */
  provider: u32;
  /** Attempts that were made. */
  calls: u64;
  /** Those of which no tokens were told, though it may have used some: they count with all that was reserved for them. */
  assumed: u64;
  input: u64;
  output: u64;
  cachedRead: u64;
  cachedWrite: u64;
  reasoning: u64;
  /** Micro-dollars, rounded half to even; none: its price is not known. */
  hasCost: u8;
  gap0: u8;
  gap1: u8;
  gap2: u8;
  gap3: u8;
  gap4: u8;
  gap5: u8;
  gap6: u8;
  cost: u64;
}

export const SPENDING_SIZE: u32 = 80;
if (
  offsetof<Spending>("agent") !== 0 ||
  offsetof<Spending>("provider") !== 4 ||
  offsetof<Spending>("calls") !== 8 ||
  offsetof<Spending>("assumed") !== 16 ||
  offsetof<Spending>("input") !== 24 ||
  offsetof<Spending>("output") !== 32 ||
  offsetof<Spending>("cachedRead") !== 40 ||
  offsetof<Spending>("cachedWrite") !== 48 ||
  offsetof<Spending>("reasoning") !== 56 ||
  offsetof<Spending>("hasCost") !== 64 ||
  offsetof<Spending>("cost") !== 72
)
  ERROR("layout of Spending");

/** What one of a run's agents has in place of what its definition gives it. */
@unmanaged
export class Amendment {
  /** Its name. */
  agentAt: u32;
  agentLength: u32;
  /** Its prompt, from its next task on. */
  hasPrompt: u8;
  gap0: u8;
  gap1: u8;
  gap2: u8;
  promptAt: u32;
  promptLength: u32;
  /** The model it asks, in place of all its providers; or empty. */
  modelAt: u32;
  modelLength: u32;
}

export const AMENDMENT_SIZE: u32 = 28;
if (
  offsetof<Amendment>("agentAt") !== 0 ||
  offsetof<Amendment>("agentLength") !== 4 ||
  offsetof<Amendment>("hasPrompt") !== 8 ||
  offsetof<Amendment>("promptAt") !== 12 ||
  offsetof<Amendment>("promptLength") !== 16 ||
  offsetof<Amendment>("modelAt") !== 20 ||
  offsetof<Amendment>("modelLength") !== 24
)
  ERROR("layout of Amendment");

/** How good is what somebody shows of who they are: nothing; a name that nobody vouches for; one that is vouched for; one that is forged, or known to nobody. */
export const enum Evidence {
  Absent,
  Unchecked,
  Valid,
  Invalid,
}

/** What becomes of a request. */
export const enum Outcome {
  Allowed,
  Unauthenticated,
  Forbidden,
  Limited,
}

/** What an effect that is under way comes to, so that nobody is asked. */
@unmanaged
export class AmendedResult {
  effect: u32;
  isError: u8;
  gap0: u8;
  gap1: u8;
  gap2: u8;
  textAt: u32;
  textLength: u32;
}

export const AMENDED_RESULT_SIZE: u32 = 16;
if (
  offsetof<AmendedResult>("effect") !== 0 ||
  offsetof<AmendedResult>("isError") !== 4 ||
  offsetof<AmendedResult>("textAt") !== 8 ||
  offsetof<AmendedResult>("textLength") !== 12
)
  ERROR("layout of AmendedResult");
