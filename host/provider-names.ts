import { AiSdkModel } from "./models/ai-sdk.ts";
import type { ChatModel } from "./models/types.ts";

// What the AI SDK's packages call themselves, by how it begins, and what OpenTelemetry calls the same provider (`gen_ai.provider.name`). The
// longer beginnings come first.
const names: readonly (readonly [string, string])[] = [
  ["google.vertex", "gcp.vertex_ai"],
  ["google-vertex", "gcp.vertex_ai"],
  ["vertex", "gcp.vertex_ai"],
  ["google", "gcp.gemini"],
  ["gemini", "gcp.gemini"],
  ["amazon-bedrock", "aws.bedrock"],
  ["bedrock", "aws.bedrock"],
  ["azure", "azure.ai.openai"],
  ["mistral", "mistral_ai"],
  ["xai", "x_ai"],
];

/** Who runs a model, as OpenTelemetry names it; those that it has no name for keep their own. */
export function providerName(model: ChatModel): string {
  const name = model instanceof AiSdkModel ? model.inner.provider : model.provider;
  for (const [beginning, known] of names) if (name.startsWith(beginning)) return known;
  return name.split(".")[0];
}
