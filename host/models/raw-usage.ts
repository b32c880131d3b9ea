import { count } from "./ai-sdk-answer.ts";
import { noUsage, type Usage } from "./types.ts";

/** The pieces of Anthropic's and Gemini's own streams that tell tokens. OpenAI's tells them with its last piece alone. */
interface RawPiece {
  type?: unknown;
  message?: { usage?: AnthropicUsage };
  usage?: AnthropicUsage;
  usageMetadata?: { promptTokenCount?: number; candidatesTokenCount?: number; thoughtsTokenCount?: number; cachedContentTokenCount?: number };
}

interface AnthropicUsage {
  input_tokens?: number;
  output_tokens?: number;
  cache_read_input_tokens?: number;
  cache_creation_input_tokens?: number;
}

/**
 * Tokens that a provider has told of before its answer was whole, so that an answer that breaks off is not taken for one that cost nothing.
 * Returns what was known before if this piece tells nothing.
 */
export function rawUsage(piece: unknown, before: Usage | undefined): Usage | undefined {
  if (typeof piece !== "object" || piece === null) return before;
  const { type, message, usage, usageMetadata } = piece as RawPiece;
  if (type === "message_start" && message?.usage) {
    const { input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens } = message.usage;
    const cachedRead = count(cache_read_input_tokens);
    const cachedWrite = count(cache_creation_input_tokens);
    return { ...noUsage(), input: count(input_tokens) + cachedRead + cachedWrite, output: count(output_tokens), cachedRead, cachedWrite };
  }
  if (type === "message_delta" && usage) return { ...(before ?? noUsage()), output: count(usage.output_tokens) };
  if (usageMetadata) {
    const reasoning = count(usageMetadata.thoughtsTokenCount);
    const output = count(usageMetadata.candidatesTokenCount) + reasoning;
    return { ...noUsage(), input: count(usageMetadata.promptTokenCount), output, cachedRead: count(usageMetadata.cachedContentTokenCount), reasoning };
  }
  return before;
}
