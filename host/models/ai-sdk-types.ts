import type { ProviderData } from "./conversation.ts";

// What the AI SDK's models answer with: the union of specifications v2, v3 and v4, as far as it is read here.

/** A part of an answer. Other types exist (files, sources, the provider's own tools) and are passed over. */
export interface ContentLike {
  type: string;
  text?: string;
  toolCallId?: string;
  toolName?: string;
  /** JSON, as the model wrote it. */
  input?: string;
  /** The provider ran this tool itself: nothing is to be called. */
  providerExecuted?: boolean;
  providerMetadata?: ProviderData;
}

type Count = number | undefined;

/** v3, v4. */
export interface DetailedUsage {
  inputTokens: { total: Count; noCache: Count; cacheRead: Count; cacheWrite: Count };
  outputTokens: { total: Count; text: Count; reasoning: Count };
}

/** v2. */
export interface FlatUsage {
  inputTokens: Count;
  outputTokens: Count;
  reasoningTokens?: Count;
  cachedInputTokens?: Count;
}

/** v3, v4: an object; v2: the word alone. */
export type FinishLike = string | { unified: string; raw?: string };

export interface WarningLike {
  type: string;
  feature?: string;
  setting?: string;
  details?: string;
  message?: string;
}

export interface ResultLike {
  content: ContentLike[];
  finishReason: FinishLike;
  usage: DetailedUsage | FlatUsage | undefined;
  warnings?: WarningLike[];
}
