import * as conventions from "@opentelemetry/semantic-conventions/incubating";
import { describe, expect, it } from "vitest";
import { AiSdkModel } from "./models/ai-sdk.ts";
import { providerName } from "./provider-names.ts";

const model = (provider: string) =>
  new AiSdkModel({ specificationVersion: "v3", provider, modelId: "m", doGenerate: () => Promise.reject(provider), doStream: () => Promise.reject(provider) });

describe("a provider's name in telemetry", () => {
  it.each([
    ["openai.responses", "openai"],
    ["openai.chat", "openai"],
    ["anthropic.messages", "anthropic"],
    ["google.generative-ai", "gcp.gemini"],
    ["google.vertex.chat", "gcp.vertex_ai"],
    ["vertex.anthropic.messages", "gcp.vertex_ai"],
    ["amazon-bedrock", "aws.bedrock"],
    ["azure.responses", "azure.ai.openai"],
    ["azure-openai.chat", "azure.ai.openai"],
    ["mistral.chat", "mistral_ai"],
    ["xai.responses", "x_ai"],
    ["groq.chat", "groq"],
    ["deepseek.chat", "deepseek"],
    ["cohere.chat", "cohere"],
    ["perplexity", "perplexity"],
  ])("of %s is OpenTelemetry's %s", (provider, name) => {
    expect(providerName(model(provider))).toBe(name);
    const known = Object.entries(conventions).filter(([key]) => key.startsWith("GEN_AI_PROVIDER_NAME_VALUE_"));
    expect(known.map(([, value]) => value)).toContain(name);
  });

  it("is its own where OpenTelemetry has none", () => {
    expect(providerName(model("vllm.chat"))).toBe("vllm");
    expect(providerName({ provider: "scripted", model: "script", prepare: () => expect.unreachable() })).toBe("scripted");
  });
});
