// Generated from wit/ by tools/generate.ts; do not edit.
// biome-ignore-all format: generated

import type { FrameReader } from "./frame-reader.ts";
import type { FrameWriter } from "./frame-writer.ts";

/** Version of the protocol: major * 65536 + minor. */
export const PROTOCOL = 1;

/** A run in this engine: generation * 2^22 + index, below 2^53. Given by the core; 0 is none. */
export type Run = number;

/** Writes an element of a list of strings. */
export function writeText(writer: FrameWriter, at: number, value: string): void {
  writer.string(at, value);
}

/** Reads an element of a list of strings. */
export function readText(reader: FrameReader, at: number): string {
  return reader.string(reader.words[at], reader.words[at + 1]);
}

/** What a YAML parser made of a piece of text, before anybody decided what it means. */
export type NodeKind = "mapping" | "sequence" | "scalar" | "alias";

/** In the order of the protocol. */
export const NODE_KINDS: readonly NodeKind[] = ["mapping", "sequence", "scalar", "alias"];

/** The case's number; throws RangeError if there is no such case. */
export function nodeKindIndex(writer: FrameWriter, word: number, value: NodeKind): number {
  switch (value) {
    case "mapping":
      return 0;
    case "sequence":
      return 1;
    case "scalar":
      return 2;
    case "alias":
      return 3;
    default:
      return writer.refuse(word, value, "node-kind");
  }
}

export type ScalarStyle = "plain" | "single-quoted" | "double-quoted" | "literal" | "folded";

/** In the order of the protocol. */
export const SCALAR_STYLES: readonly ScalarStyle[] = ["plain", "single-quoted", "double-quoted", "literal", "folded"];

/** The case's number; throws RangeError if there is no such case. */
export function scalarStyleIndex(writer: FrameWriter, word: number, value: ScalarStyle): number {
  switch (value) {
    case "plain":
      return 0;
    case "single-quoted":
      return 1;
    case "double-quoted":
      return 2;
    case "literal":
      return 3;
    case "folded":
      return 4;
    default:
      return writer.refuse(word, value, "scalar-style");
  }
}

/**
 * One node of a document. A document is its nodes in order of appearance, each followed by its `count` children; a mapping's children
 * are its keys and values in turn.
 */
export interface Node {
  kind: NodeKind;
  style: ScalarStyle;
  /** From 1. */
  line: number;
  column: number;
  /** A sequence's items, a mapping's keys plus values; else 0. */
  count: number;
  /** As written in the file, without resolution: `!!str`, `!mine`; empty if none. */
  tag: string;
  /** Name of the anchor on this node, or, of an alias, the one it points at; empty if none. */
  anchor: string;
  /** A scalar's text after quotes, escapes and folding. */
  text: string;
}

/** Writes a Node into the words from `at`. */
export function writeNode(writer: FrameWriter, at: number, value: Node): void {
  writer.u32(at + 1, value.line);
  writer.u32(at + 2, value.column);
  writer.u32(at + 3, value.count);
  writer.word(at, nodeKindIndex(writer, at, value.kind) | scalarStyleIndex(writer, at, value.style) << 8);
  writer.string(at + 4, value.tag);
  writer.string(at + 6, value.anchor);
  writer.string(at + 8, value.text);
}

/** Reads the Node in the words from `at`. */
export function readNode(reader: FrameReader, at: number): Node {
  const { words } = reader;
  return {
    kind: reader.oneOf(NODE_KINDS, words[at]),
    style: reader.oneOf(SCALAR_STYLES, words[at] >>> 8),
    line: words[at + 1],
    column: words[at + 2],
    count: words[at + 3],
    tag: reader.string(words[at + 4], words[at + 5]),
    anchor: reader.string(words[at + 6], words[at + 7]),
    text: reader.string(words[at + 8], words[at + 9]),
  };
}

/** A file and its documents' nodes. */
export interface Source {
  path: string;
  /** How many documents the file holds: more or fewer than one is refused. */
  documents: number;
  nodes: Node[];
}

/** Writes a Source into the words from `at`. */
export function writeSource(writer: FrameWriter, at: number, value: Source): void {
  writer.u32(at + 2, value.documents);
  writer.string(at, value.path);
  writer.list(at + 3, value.nodes, 40, 4, writeNode);
}

/** Reads the Source in the words from `at`. */
export function readSource(reader: FrameReader, at: number): Source {
  const { words } = reader;
  return {
    path: reader.string(words[at], words[at + 1]),
    documents: words[at + 2],
    nodes: reader.list(words[at + 3], words[at + 4], 40, 4, readNode),
  };
}

/** A variable's value, or none if it is not set. */
export interface Variable {
  name: string;
  value?: string | undefined;
}

/** Writes a Variable into the words from `at`. */
export function writeVariable(writer: FrameWriter, at: number, value: Variable): void {
  writer.word(at + 2, (value.value === undefined ? 0 : 1));
  writer.string(at, value.name);
  writer.string(at + 3, value.value ?? "");
}

/** Reads the Variable in the words from `at`. */
export function readVariable(reader: FrameReader, at: number): Variable {
  const { words } = reader;
  return {
    name: reader.string(words[at], words[at + 1]),
    value: reader.bool(words[at + 2]) ? reader.string(words[at + 3], words[at + 4]) : undefined,
  };
}

export type Severity = "error" | "warning";

/** In the order of the protocol. */
export const SEVERITIES: readonly Severity[] = ["error", "warning"];

/** The case's number; throws RangeError if there is no such case. */
export function severityIndex(writer: FrameWriter, word: number, value: Severity): number {
  switch (value) {
    case "error":
      return 0;
    case "warning":
      return 1;
    default:
      return writer.refuse(word, value, "severity");
  }
}

/** What is wrong with a definition, where, and the way out. */
export interface Problem {
  severity: Severity;
  /** From a closed list, kebab-case: docs/errors.md. */
  code: string;
  /** File, as given. */
  file: string;
  line: number;
  column: number;
  /** Where in the document: `agents[2].tools[0].name`. */
  path: string;
  message: string;
  /** The key or value that was meant, or empty. */
  suggestion: string;
}

/** Writes a Problem into the words from `at`. */
export function writeProblem(writer: FrameWriter, at: number, value: Problem): void {
  writer.u32(at + 5, value.line);
  writer.u32(at + 6, value.column);
  writer.word(at, severityIndex(writer, at, value.severity));
  writer.string(at + 1, value.code);
  writer.string(at + 3, value.file);
  writer.string(at + 7, value.path);
  writer.string(at + 9, value.message);
  writer.string(at + 11, value.suggestion);
}

/** Reads the Problem in the words from `at`. */
export function readProblem(reader: FrameReader, at: number): Problem {
  const { words } = reader;
  return {
    severity: reader.oneOf(SEVERITIES, words[at]),
    code: reader.string(words[at + 1], words[at + 2]),
    file: reader.string(words[at + 3], words[at + 4]),
    line: words[at + 5],
    column: words[at + 6],
    path: reader.string(words[at + 7], words[at + 8]),
    message: reader.string(words[at + 9], words[at + 10]),
    suggestion: reader.string(words[at + 11], words[at + 12]),
  };
}

export type PartRole = "system" | "user" | "assistant" | "tool";

/** In the order of the protocol. */
export const PART_ROLES: readonly PartRole[] = ["system", "user", "assistant", "tool"];

/** The case's number; throws RangeError if there is no such case. */
export function partRoleIndex(writer: FrameWriter, word: number, value: PartRole): number {
  switch (value) {
    case "system":
      return 0;
    case "user":
      return 1;
    case "assistant":
      return 2;
    case "tool":
      return 3;
    default:
      return writer.refuse(word, value, "part-role");
  }
}

export type PartKind = "text" | "reasoning" | "tool-call" | "tool-result" | "tool-error";

/** In the order of the protocol. */
export const PART_KINDS: readonly PartKind[] = ["text", "reasoning", "tool-call", "tool-result", "tool-error"];

/** The case's number; throws RangeError if there is no such case. */
export function partKindIndex(writer: FrameWriter, word: number, value: PartKind): number {
  switch (value) {
    case "text":
      return 0;
    case "reasoning":
      return 1;
    case "tool-call":
      return 2;
    case "tool-result":
      return 3;
    case "tool-error":
      return 4;
    default:
      return writer.refuse(word, value, "part-kind");
  }
}

/** A part of a turn; a turn is the parts of one role in a row. */
export interface Part {
  role: PartRole;
  kind: PartKind;
  /** Text; of a tool call its arguments as JSON; of a tool result what the model is shown. */
  text: string;
  /** Of a call and its result: the model's own id of the call. */
  id: string;
  /** Of a call and its result: the tool's name. */
  name: string;
  /** What the provider wants back as it was (JSON), such as the signature of a thought; empty if none. */
  metadata: string;
}

/** Writes a Part into the words from `at`. */
export function writePart(writer: FrameWriter, at: number, value: Part): void {
  writer.word(at, partRoleIndex(writer, at, value.role) | partKindIndex(writer, at, value.kind) << 8);
  writer.string(at + 1, value.text);
  writer.string(at + 3, value.id);
  writer.string(at + 5, value.name);
  writer.string(at + 7, value.metadata);
}

/** Reads the Part in the words from `at`. */
export function readPart(reader: FrameReader, at: number): Part {
  const { words } = reader;
  return {
    role: reader.oneOf(PART_ROLES, words[at]),
    kind: reader.oneOf(PART_KINDS, words[at] >>> 8),
    text: reader.string(words[at + 1], words[at + 2]),
    id: reader.string(words[at + 3], words[at + 4]),
    name: reader.string(words[at + 5], words[at + 6]),
    metadata: reader.string(words[at + 7], words[at + 8]),
  };
}

/** A tool that a model may call in one call. */
export interface OfferedTool {
  name: string;
  description: string;
  /** JSON Schema of its arguments. */
  parameters: string;
}

/** Writes a OfferedTool into the words from `at`. */
export function writeOfferedTool(writer: FrameWriter, at: number, value: OfferedTool): void {
  writer.string(at, value.name);
  writer.string(at + 2, value.description);
  writer.string(at + 4, value.parameters);
}

/** Reads the OfferedTool in the words from `at`. */
export function readOfferedTool(reader: FrameReader, at: number): OfferedTool {
  const { words } = reader;
  return {
    name: reader.string(words[at], words[at + 1]),
    description: reader.string(words[at + 2], words[at + 3]),
    parameters: reader.string(words[at + 4], words[at + 5]),
  };
}

/** Of one text. */
export interface TextCount {
  tokens: number;
}

/** Writes a TextCount into the words from `at`. */
export function writeTextCount(writer: FrameWriter, at: number, value: TextCount): void {
  writer.u32(at, value.tokens);
}

/** Reads the TextCount in the words from `at`. */
export function readTextCount(reader: FrameReader, at: number): TextCount {
  const { words } = reader;
  return {
    tokens: words[at],
  };
}

/** How documents are looked for. */
export type SearchMethod = "semantic" | "keyword";

/** In the order of the protocol. */
export const SEARCH_METHODS: readonly SearchMethod[] = ["semantic", "keyword"];

/** The case's number; throws RangeError if there is no such case. */
export function searchMethodIndex(writer: FrameWriter, word: number, value: SearchMethod): number {
  switch (value) {
    case "semantic":
      return 0;
    case "keyword":
      return 1;
    default:
      return writer.refuse(word, value, "search-method");
  }
}

export type FinishReason = "stop" | "length" | "tool-calls" | "content-filter" | "other";

/** In the order of the protocol. */
export const FINISH_REASONS: readonly FinishReason[] = ["stop", "length", "tool-calls", "content-filter", "other"];

/** The case's number; throws RangeError if there is no such case. */
export function finishReasonIndex(writer: FrameWriter, word: number, value: FinishReason): number {
  switch (value) {
    case "stop":
      return 0;
    case "length":
      return 1;
    case "tool-calls":
      return 2;
    case "content-filter":
      return 3;
    case "other":
      return 4;
    default:
      return writer.refuse(word, value, "finish-reason");
  }
}

/** Tokens of one call. Input includes what was read from and written to a cache; output includes reasoning. */
export interface Usage {
  input: number;
  output: number;
  cachedRead: number;
  cachedWrite: number;
  reasoning: number;
}

/** Writes a Usage into the words from `at`. */
export function writeUsage(writer: FrameWriter, at: number, value: Usage): void {
  writer.u32(at, value.input);
  writer.u32(at + 1, value.output);
  writer.u32(at + 2, value.cachedRead);
  writer.u32(at + 3, value.cachedWrite);
  writer.u32(at + 4, value.reasoning);
}

/** Reads the Usage in the words from `at`. */
export function readUsage(reader: FrameReader, at: number): Usage {
  const { words } = reader;
  return {
    input: words[at],
    output: words[at + 1],
    cachedRead: words[at + 2],
    cachedWrite: words[at + 3],
    reasoning: words[at + 4],
  };
}

/** Why something outside failed. */
export type FailureKind = "rate-limit" | "timeout" | "server-error" | "network" | "authentication" | "invalid-request" | "content-filter" | "malformed" | "missing" | "failed" | "aborted" | "unavailable" | "context-length";

/** In the order of the protocol. */
export const FAILURE_KINDS: readonly FailureKind[] = ["rate-limit", "timeout", "server-error", "network", "authentication", "invalid-request", "content-filter", "malformed", "missing", "failed", "aborted", "unavailable", "context-length"];

/** The case's number; throws RangeError if there is no such case. */
export function failureKindIndex(writer: FrameWriter, word: number, value: FailureKind): number {
  switch (value) {
    case "rate-limit":
      return 0;
    case "timeout":
      return 1;
    case "server-error":
      return 2;
    case "network":
      return 3;
    case "authentication":
      return 4;
    case "invalid-request":
      return 5;
    case "content-filter":
      return 6;
    case "malformed":
      return 7;
    case "missing":
      return 8;
    case "failed":
      return 9;
    case "aborted":
      return 10;
    case "unavailable":
      return 11;
    case "context-length":
      return 12;
    default:
      return writer.refuse(word, value, "failure-kind");
  }
}

/** Why a run, a node of a flow or an activation is over. */
export type StopReason = "done" | "failed" | "cancelled" | "deadline" | "budget" | "limit" | "no-progress" | "no-route" | "bad-decision" | "refused" | "denied" | "unknown" | "stalled";

/** In the order of the protocol. */
export const STOP_REASONS: readonly StopReason[] = ["done", "failed", "cancelled", "deadline", "budget", "limit", "no-progress", "no-route", "bad-decision", "refused", "denied", "unknown", "stalled"];

/** The case's number; throws RangeError if there is no such case. */
export function stopReasonIndex(writer: FrameWriter, word: number, value: StopReason): number {
  switch (value) {
    case "done":
      return 0;
    case "failed":
      return 1;
    case "cancelled":
      return 2;
    case "deadline":
      return 3;
    case "budget":
      return 4;
    case "limit":
      return 5;
    case "no-progress":
      return 6;
    case "no-route":
      return 7;
    case "bad-decision":
      return 8;
    case "refused":
      return 9;
    case "denied":
      return 10;
    case "unknown":
      return 11;
    case "stalled":
      return 12;
    default:
      return writer.refuse(word, value, "stop-reason");
  }
}

export type Level = "debug" | "info" | "warn" | "error";

/** In the order of the protocol. */
export const LEVELS: readonly Level[] = ["debug", "info", "warn", "error"];

/** The case's number; throws RangeError if there is no such case. */
export function levelIndex(writer: FrameWriter, word: number, value: Level): number {
  switch (value) {
    case "debug":
      return 0;
    case "info":
      return 1;
    case "warn":
      return 2;
    case "error":
      return 3;
    default:
      return writer.refuse(word, value, "level");
  }
}

export type SpanKind = "workflow" | "agent" | "chat" | "tool" | "retrieval" | "node";

/** In the order of the protocol. */
export const SPAN_KINDS: readonly SpanKind[] = ["workflow", "agent", "chat", "tool", "retrieval", "node"];

/** The case's number; throws RangeError if there is no such case. */
export function spanKindIndex(writer: FrameWriter, word: number, value: SpanKind): number {
  switch (value) {
    case "workflow":
      return 0;
    case "agent":
      return 1;
    case "chat":
      return 2;
    case "tool":
      return 3;
    case "retrieval":
      return 4;
    case "node":
      return 5;
    default:
      return writer.refuse(word, value, "span-kind");
  }
}

/** What a run has counted since it began. */
export interface Counters {
  steps: number;
  activations: number;
  hops: number;
  modelCalls: number;
  toolCalls: number;
  agentCalls: number;
  retries: number;
  timeouts: number;
  /** Messages that a full mailbox refused, and those it let go for newer ones. */
  refused: number;
  dropped: number;
  /** Completions of effects that were over already. */
  late: number;
  inputTokens: number;
  outputTokens: number;
}

/** Writes a Counters into the words from `at`. */
export function writeCounters(writer: FrameWriter, at: number, value: Counters): void {
  writer.u64(at, value.steps);
  writer.u64(at + 2, value.activations);
  writer.u64(at + 4, value.hops);
  writer.u64(at + 6, value.modelCalls);
  writer.u64(at + 8, value.toolCalls);
  writer.u64(at + 10, value.agentCalls);
  writer.u64(at + 12, value.retries);
  writer.u64(at + 14, value.timeouts);
  writer.u64(at + 16, value.refused);
  writer.u64(at + 18, value.dropped);
  writer.u64(at + 20, value.late);
  writer.u64(at + 22, value.inputTokens);
  writer.u64(at + 24, value.outputTokens);
}

/** Reads the Counters in the words from `at`. */
export function readCounters(reader: FrameReader, at: number): Counters {
  const { words } = reader;
  return {
    steps: reader.u64(words[at], words[at + 1]),
    activations: reader.u64(words[at + 2], words[at + 3]),
    hops: reader.u64(words[at + 4], words[at + 5]),
    modelCalls: reader.u64(words[at + 6], words[at + 7]),
    toolCalls: reader.u64(words[at + 8], words[at + 9]),
    agentCalls: reader.u64(words[at + 10], words[at + 11]),
    retries: reader.u64(words[at + 12], words[at + 13]),
    timeouts: reader.u64(words[at + 14], words[at + 15]),
    refused: reader.u64(words[at + 16], words[at + 17]),
    dropped: reader.u64(words[at + 18], words[at + 19]),
    late: reader.u64(words[at + 20], words[at + 21]),
    inputTokens: reader.u64(words[at + 22], words[at + 23]),
    outputTokens: reader.u64(words[at + 24], words[at + 25]),
  };
}

/** An option of a run that the definition leaves to its caller; 0 is none. */
export interface Allowance {
  calls: number;
  tokens: number;
  /** Milliseconds from the run's start. */
  time: number;
  /** Micro-dollars. */
  money: number;
}

/** Writes a Allowance into the words from `at`. */
export function writeAllowance(writer: FrameWriter, at: number, value: Allowance): void {
  writer.u64(at, value.calls);
  writer.u64(at + 2, value.tokens);
  writer.u64(at + 4, value.time);
  writer.u64(at + 6, value.money);
}

/** Reads the Allowance in the words from `at`. */
export function readAllowance(reader: FrameReader, at: number): Allowance {
  const { words } = reader;
  return {
    calls: reader.u64(words[at], words[at + 1]),
    tokens: reader.u64(words[at + 2], words[at + 3]),
    time: reader.u64(words[at + 4], words[at + 5]),
    money: reader.u64(words[at + 6], words[at + 7]),
  };
}

/** What a model costs: micro-dollars for a million tokens of a kind. */
export interface Tariff {
  input: number;
  output: number;
  cachedRead: number;
  cachedWrite: number;
  reasoning: number;
}

/** Writes a Tariff into the words from `at`. */
export function writeTariff(writer: FrameWriter, at: number, value: Tariff): void {
  writer.u64(at, value.input);
  writer.u64(at + 2, value.output);
  writer.u64(at + 4, value.cachedRead);
  writer.u64(at + 6, value.cachedWrite);
  writer.u64(at + 8, value.reasoning);
}

/** Reads the Tariff in the words from `at`. */
export function readTariff(reader: FrameReader, at: number): Tariff {
  const { words } = reader;
  return {
    input: reader.u64(words[at], words[at + 1]),
    output: reader.u64(words[at + 2], words[at + 3]),
    cachedRead: reader.u64(words[at + 4], words[at + 5]),
    cachedWrite: reader.u64(words[at + 6], words[at + 7]),
    reasoning: reader.u64(words[at + 8], words[at + 9]),
  };
}

/** What is known of a model. */
export interface ModelFacts {
  /** As definitions name it. */
  provider: string;
  model: string;
  /** Tokens that may go in, and that may come out; 0: not known. */
  maxInput: number;
  maxOutput: number;
  price: Tariff;
  /** With more input tokens than so many a call costs `long`; 0: never. */
  longFrom: number;
  long: Tariff;
}

/** Writes a ModelFacts into the words from `at`. */
export function writeModelFacts(writer: FrameWriter, at: number, value: ModelFacts): void {
  writer.u32(at + 4, value.maxInput);
  writer.u32(at + 5, value.maxOutput);
  writer.u64(at + 6, value.price.input);
  writer.u64(at + 8, value.price.output);
  writer.u64(at + 10, value.price.cachedRead);
  writer.u64(at + 12, value.price.cachedWrite);
  writer.u64(at + 14, value.price.reasoning);
  writer.u32(at + 16, value.longFrom);
  writer.u64(at + 18, value.long.input);
  writer.u64(at + 20, value.long.output);
  writer.u64(at + 22, value.long.cachedRead);
  writer.u64(at + 24, value.long.cachedWrite);
  writer.u64(at + 26, value.long.reasoning);
  writer.word(at + 17, 0);
  writer.string(at, value.provider);
  writer.string(at + 2, value.model);
}

/** Reads the ModelFacts in the words from `at`. */
export function readModelFacts(reader: FrameReader, at: number): ModelFacts {
  const { words } = reader;
  return {
    provider: reader.string(words[at], words[at + 1]),
    model: reader.string(words[at + 2], words[at + 3]),
    maxInput: words[at + 4],
    maxOutput: words[at + 5],
    price: {
      input: reader.u64(words[at + 6], words[at + 7]),
      output: reader.u64(words[at + 8], words[at + 9]),
      cachedRead: reader.u64(words[at + 10], words[at + 11]),
      cachedWrite: reader.u64(words[at + 12], words[at + 13]),
      reasoning: reader.u64(words[at + 14], words[at + 15]),
    },
    longFrom: words[at + 16],
    long: {
      input: reader.u64(words[at + 18], words[at + 19]),
      output: reader.u64(words[at + 20], words[at + 21]),
      cachedRead: reader.u64(words[at + 22], words[at + 23]),
      cachedWrite: reader.u64(words[at + 24], words[at + 25]),
      reasoning: reader.u64(words[at + 26], words[at + 27]),
    },
  };
}

/** What an agent has used of one of its models. Tokens as its provider has told them. */
export interface Spending {
  agent: number;
  /** Which of the agent's `providers`, from 0. */
  provider: number;
  /** Attempts that were made. */
  calls: number;
  /** Those of which no tokens were told, though it may have used some: they count with all that was reserved for them. */
  assumed: number;
  input: number;
  output: number;
  cachedRead: number;
  cachedWrite: number;
  reasoning: number;
  /** Micro-dollars, rounded half to even; none: its price is not known. */
  cost?: number | undefined;
}

/** Writes a Spending into the words from `at`. */
export function writeSpending(writer: FrameWriter, at: number, value: Spending): void {
  writer.u32(at, value.agent);
  writer.u32(at + 1, value.provider);
  writer.u64(at + 2, value.calls);
  writer.u64(at + 4, value.assumed);
  writer.u64(at + 6, value.input);
  writer.u64(at + 8, value.output);
  writer.u64(at + 10, value.cachedRead);
  writer.u64(at + 12, value.cachedWrite);
  writer.u64(at + 14, value.reasoning);
  writer.u64(at + 18, value.cost ?? 0);
  writer.word(at + 16, (value.cost === undefined ? 0 : 1));
  writer.word(at + 17, 0);
}

/** Reads the Spending in the words from `at`. */
export function readSpending(reader: FrameReader, at: number): Spending {
  const { words } = reader;
  return {
    agent: words[at],
    provider: words[at + 1],
    calls: reader.u64(words[at + 2], words[at + 3]),
    assumed: reader.u64(words[at + 4], words[at + 5]),
    input: reader.u64(words[at + 6], words[at + 7]),
    output: reader.u64(words[at + 8], words[at + 9]),
    cachedRead: reader.u64(words[at + 10], words[at + 11]),
    cachedWrite: reader.u64(words[at + 12], words[at + 13]),
    reasoning: reader.u64(words[at + 14], words[at + 15]),
    cost: reader.bool(words[at + 16]) ? reader.u64(words[at + 18], words[at + 19]) : undefined,
  };
}

/** What one of a run's agents has in place of what its definition gives it. */
export interface Amendment {
  /** Its name. */
  agent: string;
  /** Its prompt, from its next task on. */
  prompt?: string | undefined;
  /** The model it asks, in place of all its providers; or empty. */
  model: string;
}

/** Writes a Amendment into the words from `at`. */
export function writeAmendment(writer: FrameWriter, at: number, value: Amendment): void {
  writer.word(at + 2, (value.prompt === undefined ? 0 : 1));
  writer.string(at, value.agent);
  writer.string(at + 3, value.prompt ?? "");
  writer.string(at + 5, value.model);
}

/** Reads the Amendment in the words from `at`. */
export function readAmendment(reader: FrameReader, at: number): Amendment {
  const { words } = reader;
  return {
    agent: reader.string(words[at], words[at + 1]),
    prompt: reader.bool(words[at + 2]) ? reader.string(words[at + 3], words[at + 4]) : undefined,
    model: reader.string(words[at + 5], words[at + 6]),
  };
}

/** How good is what somebody shows of who they are: nothing; a name that nobody vouches for; one that is vouched for; one that is forged, or known to nobody. */
export type Evidence = "absent" | "unchecked" | "valid" | "invalid";

/** In the order of the protocol. */
export const EVIDENCES: readonly Evidence[] = ["absent", "unchecked", "valid", "invalid"];

/** The case's number; throws RangeError if there is no such case. */
export function evidenceIndex(writer: FrameWriter, word: number, value: Evidence): number {
  switch (value) {
    case "absent":
      return 0;
    case "unchecked":
      return 1;
    case "valid":
      return 2;
    case "invalid":
      return 3;
    default:
      return writer.refuse(word, value, "evidence");
  }
}

/** What becomes of a request. */
export type Outcome = "allowed" | "unauthenticated" | "forbidden" | "limited";

/** In the order of the protocol. */
export const OUTCOMES: readonly Outcome[] = ["allowed", "unauthenticated", "forbidden", "limited"];

/** The case's number; throws RangeError if there is no such case. */
export function outcomeIndex(writer: FrameWriter, word: number, value: Outcome): number {
  switch (value) {
    case "allowed":
      return 0;
    case "unauthenticated":
      return 1;
    case "forbidden":
      return 2;
    case "limited":
      return 3;
    default:
      return writer.refuse(word, value, "outcome");
  }
}

/** What an effect that is under way comes to, so that nobody is asked. */
export interface AmendedResult {
  effect: number;
  isError: boolean;
  text: string;
}

/** Writes a AmendedResult into the words from `at`. */
export function writeAmendedResult(writer: FrameWriter, at: number, value: AmendedResult): void {
  writer.u32(at, value.effect);
  writer.word(at + 1, (value.isError ? 1 : 0));
  writer.string(at + 2, value.text);
}

/** Reads the AmendedResult in the words from `at`. */
export function readAmendedResult(reader: FrameReader, at: number): AmendedResult {
  const { words } = reader;
  return {
    effect: words[at],
    isError: reader.bool(words[at + 1]),
    text: reader.string(words[at + 2], words[at + 3]),
  };
}
