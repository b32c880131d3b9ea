import type { Conversation } from "./conversation.ts";
import { type ModelDelta, noUsage, type Part, type Usage } from "./types.ts";

/** Tokens as a model without a tokenizer of its own counts them: one for every four characters begun. */
export function estimateUsage(conversation: Conversation, parts: readonly Part[]): Usage {
  let output = 0;
  for (const part of parts) output += part.text.length;
  return { ...noUsage(), input: Math.ceil(conversation.characters / 4), output: Math.ceil(output / 4) };
}

/** Gives a text word by word, as real models do. */
export function streamText(text: string, onDelta: (delta: ModelDelta) => void, kind: "text" | "reasoning" = "text"): void {
  for (const piece of text.match(/\s*\S+\s*$|\s*\S+|\s+/g) ?? []) onDelta({ kind, text: piece, id: "", name: "" });
}
