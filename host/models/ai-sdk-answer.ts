import type { ContentLike, DetailedUsage, FinishLike, FlatUsage, ResultLike, WarningLike } from "./ai-sdk-types.ts";
import { ModelFailure } from "./failure.ts";
import { type FinishReason, type ModelAnswer, noUsage, type Part, type Usage } from "./types.ts";

/** What a model of the AI SDK returned, in aixlet's own terms. */
export function toAnswer(result: ResultLike, provider: string): ModelAnswer {
  const { content } = result;
  const first = content.length === 0 ? undefined : toPart(content[0]);
  // Most answers have one part: an array that grows takes room for seventeen.
  const parts = first === undefined ? [] : [first];
  for (let i = 1; i < content.length; i++) {
    const part = toPart(content[i]);
    if (part !== undefined) parts.push(part);
  }
  return finishAnswer(parts, result.finishReason, toUsage(result.usage, provider), result.warnings, provider);
}

/** The answer of these parts, unless its end says that it is none. */
export function finishAnswer(parts: Part[], reason: FinishLike, usage: Usage, warnings: WarningLike[] | undefined, provider: string): ModelAnswer {
  const unified = typeof reason === "string" ? reason : reason.unified;
  const finish = toFinish(unified);
  if (finish === undefined) {
    const raw = typeof reason === "string" ? "" : (reason.raw ?? "");
    if (unified === "interrupted") throw new ModelFailure("network", `${provider}: the answer broke off`, { usage, parts });
    // Gemini's MALFORMED_FUNCTION_CALL comes to "error"; a second try mends it more often than not.
    if (unified === "error" && parts.length === 0) {
      throw new ModelFailure(/malformed/i.test(raw) ? "malformed" : "server-error", `${provider} gave no answer: ${raw || "it failed"}`, { usage });
    }
  }
  const answer: ModelAnswer = { parts, finish: withCalls(finish ?? "other", parts), usage };
  if (warnings !== undefined && warnings.length > 0) answer.warnings = warnings.map(describeWarning);
  return answer;
}

/** Ollama and others say "stop" to an answer that calls tools. */
function withCalls(finish: FinishReason, parts: readonly Part[]): FinishReason {
  if (finish !== "stop" && finish !== "other") return finish;
  for (let i = 0; i < parts.length; i++) if (parts[i].kind === "tool-call") return "tool-calls";
  return finish;
}

/** One part, or none if it is empty or of a kind that a transcript does not hold. */
export function toPart(content: ContentLike): Part | undefined {
  const metadata = content.providerMetadata === undefined ? "" : JSON.stringify(content.providerMetadata);
  switch (content.type) {
    case "text":
    case "reasoning": {
      const text = content.text ?? "";
      // Reasoning that the provider keeps to itself has no text, but its metadata has to go back.
      if (text === "" && metadata === "") return undefined;
      return { role: "assistant", kind: content.type, text, id: "", name: "", metadata };
    }
    case "tool-call":
      if (content.providerExecuted) return undefined;
      return { role: "assistant", kind: "tool-call", text: content.input ?? "", id: content.toolCallId ?? "", name: content.toolName ?? "", metadata };
    default:
      return undefined;
  }
}

/** Undefined for what is no regular end. */
function toFinish(unified: string): FinishReason | undefined {
  switch (unified) {
    case "stop":
    case "length":
    case "tool-calls":
    case "content-filter":
    case "other":
      return unified;
    default:
      return undefined;
  }
}

/** Tokens as OpenTelemetry counts them: what was read from a cache is part of the input. */
export function toUsage(usage: DetailedUsage | FlatUsage | undefined, provider: string): Usage {
  if (usage === undefined || usage === null) return noUsage();
  const { inputTokens: input, outputTokens: output } = usage;
  if (typeof input !== "object" || input === null || typeof output !== "object" || output === null) return toFlatUsage(usage as FlatUsage, provider);
  const cachedRead = count(input.cacheRead);
  const cachedWrite = count(input.cacheWrite);
  const reasoning = count(output.reasoning);
  return {
    input: input.total === undefined ? count(input.noCache) + cachedRead + cachedWrite : count(input.total),
    output: output.total === undefined ? count(output.text) + reasoning : count(output.total),
    cachedRead,
    cachedWrite,
    reasoning,
  };
}

function toFlatUsage(usage: FlatUsage, provider: string): Usage {
  const cachedRead = count(usage.cachedInputTokens);
  // v2 passed on what each provider counted, and these two count cached tokens apart.
  const apart = /anthropic|bedrock/.test(provider);
  return {
    input: count(usage.inputTokens) + (apart ? cachedRead : 0),
    output: count(usage.outputTokens),
    cachedRead,
    cachedWrite: 0,
    reasoning: count(usage.reasoningTokens),
  };
}

/** A count that fits the protocol's u32, whatever a provider wrote. */
export function count(value: number | undefined | null): number {
  if (typeof value !== "number" || !(value > 0)) return 0;
  return value < 4294967295 ? Math.floor(value) : 4294967295;
}

function describeWarning(warning: WarningLike): string {
  const what = warning.feature ?? warning.setting ?? warning.message ?? "";
  const text = warning.type === "other" ? what : `${warning.type}: ${what}`;
  return warning.details === undefined ? text : `${text} (${warning.details})`;
}
