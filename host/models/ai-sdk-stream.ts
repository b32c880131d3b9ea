import { finishAnswer, toPart, toUsage } from "./ai-sdk-answer.ts";
import type { ContentLike, DetailedUsage, FinishLike, FlatUsage, WarningLike } from "./ai-sdk-types.ts";
import type { ProviderData } from "./conversation.ts";
import { ModelFailure } from "./failure.ts";
import { toFailure } from "./map-failure.ts";
import { rawUsage } from "./raw-usage.ts";
import { type ModelAnswer, type ModelDelta, noUsage, type Part, type Usage } from "./types.ts";

/** A piece of a stream of the AI SDK: all versions' pieces in one, as far as they are read here. */
export interface StreamPart extends ContentLike {
  id?: string;
  delta?: string;
  finishReason?: FinishLike;
  usage?: DetailedUsage | FlatUsage;
  warnings?: WarningLike[];
  error?: unknown;
  /** A piece of the provider's own stream. */
  rawValue?: unknown;
}

/** A text or a thought that is still coming in. */
interface Open {
  type: "text" | "reasoning";
  text: string;
  providerMetadata?: ProviderData;
  /** Its place among the parts. */
  at: number;
}

/**
 * Reads a stream to its end: every piece to `onDelta`, and the same answer as without streaming.
 * A stream that breaks off fails with what had come in.
 */
export async function readStream(
  stream: ReadableStream<StreamPart>,
  provider: string,
  onDelta: (delta: ModelDelta) => void,
  signal: AbortSignal | undefined,
): Promise<ModelAnswer> {
  const answer = new Gathered(provider, onDelta);
  const reader = stream.getReader();
  // A model that does not watch the signal would hold us for as long as it likes.
  const abort = () => void reader.cancel(signal?.reason).catch(() => {});
  signal?.addEventListener("abort", abort, { once: true });
  try {
    if (signal?.aborted) throw signal.reason;
    for (;;) {
      const { done, value } = await reader.read();
      if (signal?.aborted) throw signal.reason;
      if (done) break;
      answer.take(value);
    }
    return answer.finish();
  } catch (error) {
    const failure = toFailure(error, provider, signal);
    if (failure.parts !== undefined) throw failure;
    throw new ModelFailure(failure.kind, failure.message, {
      retryAfter: failure.retryAfter,
      usage: failure.usage ?? answer.usage,
      parts: answer.received(),
      cause: failure.cause,
    });
  } finally {
    signal?.removeEventListener("abort", abort);
    abort();
  }
}

class Gathered {
  usage: Usage | undefined;
  readonly #provider: string;
  readonly #onDelta: (delta: ModelDelta) => void;
  readonly #parts: (ContentLike | undefined)[] = [];
  readonly #open = new Map<string, Open>();
  readonly #toolNames = new Map<string, string>();
  #reason: FinishLike | undefined;
  #warnings: WarningLike[] | undefined;

  constructor(provider: string, onDelta: (delta: ModelDelta) => void) {
    this.#provider = provider;
    this.#onDelta = onDelta;
  }

  take(part: StreamPart): void {
    switch (part.type) {
      case "text-start":
      case "reasoning-start":
        this.#start(part.type === "text-start" ? "text" : "reasoning", part);
        break;
      case "text-delta":
      case "reasoning-delta":
        this.#extend(part.type === "text-delta" ? "text" : "reasoning", part);
        break;
      case "text-end":
      case "reasoning-end":
        this.#end(part.type === "text-end" ? "text" : "reasoning", part);
        break;
      case "tool-input-start":
        this.#toolNames.set(part.id ?? "", part.toolName ?? "");
        break;
      case "tool-input-delta":
        this.#onDelta({ kind: "tool-input", text: part.delta ?? "", id: part.id ?? "", name: this.#toolNames.get(part.id ?? "") ?? "" });
        break;
      case "tool-call":
        this.#parts.push(part);
        break;
      case "stream-start":
        this.#warnings = part.warnings;
        break;
      case "finish":
        this.#reason = part.finishReason;
        this.usage = toUsage(part.usage, this.#provider);
        break;
      case "raw":
        this.usage = rawUsage(part.rawValue, this.usage);
        break;
      case "error":
        throw part.error;
    }
  }

  /** Parts that have come in, whole or not. A call whose arguments were still coming is no call. */
  received(): Part[] {
    for (const open of this.#open.values()) this.#parts[open.at] = open;
    this.#open.clear();
    const parts: Part[] = [];
    for (const content of this.#parts) {
      const part = content && toPart(content);
      if (part !== undefined) parts.push(part);
    }
    return parts;
  }

  finish(): ModelAnswer {
    const parts = this.received();
    if (this.#reason === undefined) {
      throw new ModelFailure("network", `${this.#provider}: the stream ended before the answer did`, { parts, usage: this.usage });
    }
    return finishAnswer(parts, this.#reason, this.usage ?? noUsage(), this.#warnings, this.#provider);
  }

  // Texts and thoughts may be numbered alike.
  #start(type: Open["type"], part: StreamPart): Open {
    const open: Open = { type, text: "", providerMetadata: part.providerMetadata, at: this.#parts.length };
    this.#parts.push(undefined);
    this.#open.set(`${type} ${part.id}`, open);
    return open;
  }

  #extend(type: Open["type"], part: StreamPart): void {
    const open = this.#open.get(`${type} ${part.id}`) ?? this.#start(type, part);
    // The last metadata is the whole of it: signatures come with the last piece.
    if (part.providerMetadata !== undefined) open.providerMetadata = part.providerMetadata;
    const text = part.delta ?? "";
    if (text === "") return;
    open.text += text;
    this.#onDelta({ kind: type, text, id: "", name: "" });
  }

  #end(type: Open["type"], part: StreamPart): void {
    const key = `${type} ${part.id}`;
    const open = this.#open.get(key);
    if (open === undefined) return;
    if (part.providerMetadata !== undefined) open.providerMetadata = part.providerMetadata;
    this.#parts[open.at] = open;
    this.#open.delete(key);
  }
}
