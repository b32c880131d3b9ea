import type { Conversation, Message } from "./conversation.ts";
import { toFailure } from "./map-failure.ts";
import { estimateUsage } from "./stand-in.ts";
import {
  type ChatModel,
  type ModelAnswer,
  type ModelCall,
  type ModelSettings,
  noUsage,
  type Part,
  type PreparedModel,
  type ToolDeclaration,
  type Usage,
} from "./types.ts";

/** A message as a model function gets it. */
export interface FunctionMessage {
  role: "system" | "user" | "assistant" | "tool";
  content: string;
  /** Of an assistant: the tools it called. */
  toolCalls?: FunctionToolCall[];
  /** Of a tool: which call this is the result of, and whether it failed. */
  toolCallId?: string;
  isError?: boolean;
}

export interface FunctionToolCall {
  id: string;
  name: string;
  arguments: unknown;
}

export interface FunctionModelOptions {
  signal?: AbortSignal;
  idempotencyKey?: string;
  /** The agent that asks. */
  agent: string;
  /** Tokens that its answer may have at most. */
  maxTokens?: number | undefined;
  /** The tools it may call. */
  tools: readonly ToolDeclaration[];
  /** The JSON Schema that its answer is to follow, if there is one. */
  schema?: Record<string, unknown> | undefined;
}

/** What a model function may return instead of a text. */
export interface FunctionAnswer {
  text?: string;
  toolCalls?: { id?: string; name: string; arguments?: unknown }[];
  /** Default: a token for every four characters begun. */
  usage?: Partial<Usage>;
}

/** A model in a few lines of one's own: messages in, a text (or calls of tools) out. To fail in a way of its choice, it throws a ModelFailure. */
export type ModelFunction = (messages: FunctionMessage[], options: FunctionModelOptions) => string | FunctionAnswer | Promise<string | FunctionAnswer>;

/** A function as a ChatModel. */
export class FunctionModel implements ChatModel {
  readonly provider = "function";
  readonly model: string;
  readonly run: ModelFunction;

  constructor(name: string, run: ModelFunction) {
    this.model = name;
    this.run = run;
  }

  prepare(settings: ModelSettings): PreparedModel {
    return {
      model: this,
      generate: async (conversation: Conversation, call: ModelCall): Promise<ModelAnswer> => {
        const tools = call.noTools ? [] : [...(settings.tools ?? []), ...(call.offered ?? [])];
        try {
          const result = await this.run(conversation.messages().flatMap(toFunctionMessages), new Options(call, settings, tools));
          const answer = toAnswer(result, conversation);
          if (call.onDelta !== undefined) for (const { kind, text } of answer.parts) if (kind === "text") call.onDelta({ kind, text, id: "", name: "" });
          return answer;
        } catch (error) {
          throw toFailure(error, this.model, call.signal);
        }
      },
    };
  }
}

class Options implements FunctionModelOptions {
  readonly #call: ModelCall;
  readonly idempotencyKey: string | undefined;
  readonly agent: string;
  readonly maxTokens: number | undefined;
  readonly tools: readonly ToolDeclaration[];
  readonly schema: Record<string, unknown> | undefined;

  constructor(call: ModelCall, { agent, maxTokens }: ModelSettings, tools: readonly ToolDeclaration[]) {
    this.#call = call;
    this.schema = call.schema;
    this.maxTokens = call.maxTokens ?? maxTokens;
    this.idempotencyKey = call.idempotencyKey;
    this.agent = agent;
    this.tools = tools;
  }

  /** Made when it is first looked at. */
  get signal(): AbortSignal | undefined {
    return this.#call.signal;
  }
}

/** One message each, but of tool results one for every result. */
function toFunctionMessages(message: Message): FunctionMessage[] {
  if (message.role === "system") return [{ role: "system", content: message.content }];
  const results: FunctionMessage[] = [];
  const whole: FunctionMessage = { role: message.role, content: "" };
  for (const content of message.content) {
    if (content.type === "text") whole.content += content.text;
    else if (content.type === "tool-call") {
      whole.toolCalls ??= [];
      whole.toolCalls.push({ id: content.toolCallId, name: content.toolName, arguments: content.input });
    } else if (content.type === "tool-result") {
      const { type, value } = content.output;
      results.push({ role: "tool", content: value, toolCallId: content.toolCallId, isError: type === "error-text" });
    }
  }
  return results.length > 0 ? results : [whole];
}

function toAnswer(result: string | FunctionAnswer, conversation: Conversation): ModelAnswer {
  const answer: FunctionAnswer = typeof result === "string" ? { text: result } : result;
  if (typeof answer !== "object" || answer === null) throw new Error(`it returned ${answer === null ? "null" : typeof answer}, not a text`);
  const parts: Part[] = [];
  if (answer.text) parts.push({ role: "assistant", kind: "text", text: answer.text, id: "", name: "", metadata: "" });
  const calls = answer.toolCalls ?? [];
  for (let i = 0; i < calls.length; i++) {
    const { id, name, arguments: given } = calls[i];
    const text = typeof given === "string" ? given : JSON.stringify(given ?? {});
    parts.push({ role: "assistant", kind: "tool-call", text, id: id ?? `call-${conversation.turns + 1}-${i + 1}`, name, metadata: "" });
  }
  return {
    parts,
    finish: calls.length > 0 ? "tool-calls" : "stop",
    usage: answer.usage === undefined ? estimateUsage(conversation, parts) : { ...noUsage(), ...answer.usage },
  };
}
