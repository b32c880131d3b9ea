import type { Conversation } from "./conversation.ts";

/** Who speaks in a part of a transcript. */
export type PartRole = "system" | "user" | "assistant" | "tool";
export type PartKind = "text" | "reasoning" | "tool-call" | "tool-result" | "tool-error";

/** A part of a turn; a turn is the parts of one role in a row. The protocol's `part`. */
export interface Part {
  role: PartRole;
  kind: PartKind;
  /** Text; of a tool call its arguments as JSON; of a tool result what the model is shown. */
  text: string;
  /** Of a call and its result: the model's own id of the call; else empty. */
  id: string;
  /** Of a call and its result: the tool's name; else empty. */
  name: string;
  /** What the provider wants back as it was (JSON), such as the signature of a thought; else empty. */
  metadata: string;
}

export type FinishReason = "stop" | "length" | "tool-calls" | "content-filter" | "other";

/** Tokens of one call. `input` includes what was read from and written to a cache, `output` includes reasoning. */
export interface Usage {
  input: number;
  output: number;
  cachedRead: number;
  cachedWrite: number;
  reasoning: number;
}

/** What one model call came to. */
export interface ModelAnswer {
  parts: Part[];
  finish: FinishReason;
  usage: Usage;
  /** What the provider could not do as asked (a setting it does not know), for people. */
  warnings?: string[];
}

/** A tool as a model is told of it. */
export interface ToolDeclaration {
  name: string;
  description?: string;
  /** A JSON Schema of type object. */
  inputSchema: Record<string, unknown>;
}

/** What is the same for every call that an agent makes to one of its models. */
export interface ModelSettings {
  /** The agent's name. */
  agent: string;
  temperature?: number;
  topP?: number;
  /** Upper bound of the answer, in tokens. */
  maxTokens?: number;
  tools?: readonly ToolDeclaration[];
  /** Settings of one provider's own, by its name, passed on as they are. */
  providerOptions?: Record<string, Record<string, unknown>>;
}

/** A piece of an answer as it comes in. */
export interface ModelDelta {
  kind: "text" | "reasoning" | "tool-input";
  text: string;
  /** Of a tool's input: the model's id of the call, and the tool. */
  id: string;
  name: string;
}

/** What belongs to a single call. */
export interface ModelCall {
  /** Aborts the call, its connection included. May be a getter: it is looked at only if the model looks at it. */
  signal?: AbortSignal;
  /** The same object for every call of a run. */
  scope?: object;
  /** The same for every attempt at one effect; sent as `idempotency-key`. */
  idempotencyKey?: string;
  /** No tools may be called. */
  noTools?: boolean;
  /** Tokens that the answer may have at most, where that is less than what the settings say. */
  maxTokens?: number;
  /** Tools beside the agent's own: the core does what they are called for. */
  offered?: readonly ToolDeclaration[];
  /** A JSON Schema that the answer is to follow. */
  schema?: Record<string, unknown>;
  /** With it the answer is streamed, and each piece is given here as it comes. The returned answer is still whole. */
  onDelta?: (delta: ModelDelta) => void;
}

/** A model, however it is reached. One attempt in, one answer or one ModelFailure out: whether to try again is the core's to say. */
export interface ChatModel {
  /** Who runs it, as OpenTelemetry names it: `openai`, `anthropic`, `scripted`. */
  readonly provider: string;
  readonly model: string;
  /** Set by models that only stand in for a real one; shown wherever their output shows. */
  readonly label?: "scripted" | "echo";
  /** Once for each agent: what can be worked out before the first call. */
  prepare(settings: ModelSettings): PreparedModel;
}

/** A model with an agent's settings. */
export interface PreparedModel {
  readonly model: ChatModel;
  /** @throws ModelFailure (as a rejection), and nothing else. */
  generate(conversation: Conversation, call: ModelCall): Promise<ModelAnswer>;
}

/** A usage of nothing. */
export function noUsage(): Usage {
  return { input: 0, output: 0, cachedRead: 0, cachedWrite: 0, reasoning: 0 };
}
