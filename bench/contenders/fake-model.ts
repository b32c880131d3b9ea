import type { LanguageModel } from "../../host/models/ai-sdk.ts";

// A model object of the AI SDK that answers at once. The same for aixlet and for the loop of the AI SDK itself.

interface Message {
  role: string;
  content: string | { type: string; text?: string }[];
}

/** What the fake is called with; of it, what it looks at. */
export interface FakeCall {
  prompt: Message[];
}

type Content = { type: "text"; text: string } | { type: "tool-call"; toolCallId: string; toolName: string; input: string };

const usage = { inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 }, outputTokens: { total: 1, text: 1, reasoning: 0 } };
const stop = { unified: "stop", raw: "stop" };
const toolCalls = { unified: "tool-calls", raw: "tool_calls" };

export function fakeModel(specificationVersion: "v3" | "v4", answer: (call: FakeCall) => Content): LanguageModel {
  return {
    specificationVersion,
    provider: "fake",
    modelId: "fake",
    supportedUrls: {},
    async doGenerate(call: FakeCall) {
      const content = answer(call);
      return { content: [content], finishReason: content.type === "text" ? stop : toolCalls, usage, warnings: [] };
    },
    doStream: () => Promise.reject(new Error("not streamed here")),
  } as unknown as LanguageModel;
}

export function text(text: string): Content {
  return { type: "text", text };
}

export function toolCall(q: number): Content {
  return { type: "tool-call", toolCallId: `call-${q}`, toolName: "look", input: JSON.stringify({ q }) };
}

/** What the user said last. */
export function heard({ prompt }: FakeCall): string {
  const { content } = prompt[prompt.length - 1];
  return typeof content === "string" ? content : (content[0].text ?? "");
}

export function toolResults({ prompt }: FakeCall): number {
  let results = 0;
  for (const { role } of prompt) if (role === "tool") results++;
  return results;
}
