import { describe, expect, it } from "vitest";
import { AixletError, type MissingKey } from "../errors.ts";
import { AiSdkModel } from "./ai-sdk.ts";
import { Conversation } from "./conversation.ts";
import { providerOf } from "./providers.ts";
import { type ModelReference, ModelSource, type ModelSourceOptions, toChatModel } from "./resolve.ts";

/** The packages of AI SDK 7 where both are installed; `@ai-sdk/xai` and the compatible one are not, for 6. */
const load = (name: string): Promise<object> => import(name.replace(/^@ai-sdk\/(.*)$/, "$1-v4"));

/** A package that only notes how it was used. */
function noted(factory: string) {
  const notes: unknown[] = [];
  const make = (options: unknown) => (model: string) => {
    notes.push(options, model);
    return { specificationVersion: "v3", provider: "noted", modelId: model, doGenerate() {}, doStream() {} };
  };
  const load = async (name: string) => {
    notes.push(name);
    return { [factory]: make };
  };
  return { notes, load };
}

function find(reference: Partial<ModelReference>, env: Record<string, string> = {}, options: Partial<ModelSourceOptions> = {}) {
  return new ModelSource({ env: (name) => env[name], load, ...options }).find({ provider: "", model: "m", ...reference });
}

async function refusal(promise: Promise<unknown>): Promise<AixletError> {
  const error = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!AixletError.isInstance(error)) throw new Error(`not refused: ${error}`);
  return error;
}

describe("a provider by name", () => {
  it.each([
    ["openai", "gpt-4", { OPENAI_API_KEY: "k" }],
    ["anthropic", "claude-sonnet-4-5", { ANTHROPIC_API_KEY: "k" }],
    ["gemini", "gemini-2.5-pro", { GEMINI_API_KEY: "k" }],
    ["google", "gemini-2.5-pro", { GOOGLE_GENERATIVE_AI_API_KEY: "k" }],
    ["xai", "grok-4", { XAI_API_KEY: "k" }],
    ["ollama", "llama3.2:3b", {}],
    ["vllm", "Qwen/Qwen3-8B", {}],
  ])("%s is found in its package", async (provider, model, env) => {
    const found = await find({ provider, model }, env as unknown as Record<string, string>);
    expect(found).toBeInstanceOf(AiSdkModel);
    expect(found).toMatchObject({ model, provider: provider === "gemini" ? "google" : provider });
    expect(found.label).toBeUndefined();
  });

  it("may be left to the model's name", async () => {
    expect((await find({ model: "gpt-4" }, { OPENAI_API_KEY: "k" })).provider).toBe("openai");
    expect(["claude-x", "gemini-2", "grok-4", "anthropic.claude-v2", "vertex/x", "org/name", "llama3:8b", "o3-mini", "mystery"].map(providerOf)).toEqual([
      "anthropic",
      "gemini",
      "xai",
      "bedrock",
      "vertexai",
      "huggingface",
      "ollama",
      "openai",
      undefined,
    ]);
  });

  it("gets key and address from where they are named", async () => {
    const { notes, load } = noted("createAnthropic");
    await find(
      { provider: "anthropic", api_key: "${MINE}", endpoint: "https://${HOST:-proxy.test}/v1" },
      { MINE: "key-of-mine", ANTHROPIC_API_KEY: "other" },
      { load },
    );
    expect(notes).toEqual(["@ai-sdk/anthropic", { apiKey: "key-of-mine", baseURL: "https://proxy.test/v1" }, "m"]);
  });

  it.each([
    [{ provider: "ollama" }, "http://localhost:11434/v1"],
    [{ provider: "vllm" }, "http://localhost:8000/v1"],
    [{ provider: "ollama", endpoint: "gpu-1:11434" }, "http://gpu-1:11434/v1"],
    [{ provider: "openai", endpoint: "https://gateway.test/llm" }, "https://gateway.test/llm"],
  ])("%j is a server of the compatible kind at %s", async (reference, baseURL) => {
    const { notes, load } = noted("createOpenAICompatible");
    await find(reference, {}, { load });
    expect(notes.slice(0, 2)).toEqual(["@ai-sdk/openai-compatible", expect.objectContaining({ baseURL, apiKey: undefined, includeUsage: true })]);
  });

  it("is one object for one reference, and tried again after a refusal", async () => {
    const env: Record<string, string> = {};
    const source = new ModelSource({ env: (name) => env[name], load });
    const reference = { provider: "openai", model: "gpt-4" };
    expect((await refusal(source.find(reference))).code).toBe("missing-key");
    env.OPENAI_API_KEY = "k";
    expect(await source.find(reference)).toBe(await source.find({ ...reference }));
    expect(await source.find(reference)).not.toBe(await source.find({ ...reference, model: "gpt-5" }));
  });
});

describe("a refusal", () => {
  it("of a model without key names the variable and the other ways", async () => {
    const error = (await refusal(find({ provider: "gemini", model: "gemini-2" }))) as MissingKey;
    expect(error.code).toBe("missing-key");
    expect(error.variables).toEqual(["GOOGLE_GENERATIVE_AI_API_KEY", "GEMINI_API_KEY"]);
    expect(error.message).toMatch(/gemini-2 \(gemini\).*set GOOGLE_GENERATIVE_AI_API_KEY or GEMINI_API_KEY.*--script FILE.*--model echo/);
  });

  it("of a reference to a variable that is not set names that one", async () => {
    const error = await refusal(find({ provider: "openai", api_key: "${TEAM_KEY}" }, { OPENAI_API_KEY: "k" }));
    expect(error).toMatchObject({ code: "missing-key", variables: ["TEAM_KEY"] });
  });

  it("of a missing package says what to install", async () => {
    const missing = () => import("@ai-sdk/never-published" as string);
    const error = await refusal(
      find(
        { provider: "openai", model: "gpt-4" },
        { OPENAI_API_KEY: "k" },
        {
          load: async () => {
            throw Object.assign(new Error("Cannot find package '@ai-sdk/openai'"), { code: "ERR_MODULE_NOT_FOUND" });
          },
        },
      ),
    );
    expect(error).toMatchObject({ code: "missing-package", packageName: "@ai-sdk/openai" });
    expect(error.message).toBe("The model gpt-4 needs the package @ai-sdk/openai: npm install @ai-sdk/openai");
    const broken = await refusal(find({ provider: "openai", model: "gpt-4" }, { OPENAI_API_KEY: "k" }, { load: missing }));
    expect(broken.message).toContain("could not be loaded");
    const old = await refusal(find({ provider: "openai" }, { OPENAI_API_KEY: "k" }, { load: async () => ({}) }));
    expect(old.message).toContain("has no createOpenAI");
  });

  it("of a provider that is not reached by name says how to go on", async () => {
    for (const [provider, packageName] of [
      ["bedrock", "@ai-sdk/amazon-bedrock"],
      ["vertexai", "@ai-sdk/google-vertex"],
      ["huggingface", "@ai-sdk/huggingface"],
    ]) {
      const error = await refusal(find({ provider }));
      expect(error).toMatchObject({ code: "unsupported-provider", provider });
      expect(error.message).toContain(`npm install ${packageName}`);
    }
    expect((await refusal(find({ provider: "toString" }))).code).toBe("unsupported-provider");
    expect(await refusal(find({ model: "mystery" }))).toMatchObject({ code: "unknown-model", model: "mystery" });
  });

  it("never shows a key", async () => {
    const secret = "team-secret-0123456789";
    const error = await refusal(find({ provider: "bedrock", api_key: secret }, { OPENAI_API_KEY: secret }));
    expect(JSON.stringify(error) + error.message + error.stack).not.toContain(secret);
  });
});

describe("a model passed in", () => {
  const answer = { content: [{ type: "text", text: "mine" }], finishReason: { unified: "stop", raw: "" }, usage: undefined };
  const inner = { specificationVersion: "v4" as const, provider: "mine", modelId: "x", doGenerate: async () => answer, doStream: async () => answer };

  const say = async (model: Awaited<ReturnType<typeof find>>) => {
    const conversation = new Conversation();
    conversation.append([{ role: "user", kind: "text", text: "hi", id: "", name: "", metadata: "" }]);
    return (await model.prepare({ agent: "a" }).generate(conversation, {})).parts.map((part) => part.text);
  };

  it("stands before any provider, by name or by function", async () => {
    expect(await say(await find({ model: "gpt-4" }, {}, { models: { "gpt-4": inner } }))).toEqual(["mine"]);
    expect(await say(await find({ model: "gpt-4" }, {}, { models: (name, provider) => async () => `${name} of ${provider}` }))).toEqual(["gpt-4 of openai"]);
    expect((await refusal(find({ model: "gpt-4" }, {}, { models: () => undefined }))).code).toBe("missing-key");
    expect((await refusal(find({ provider: "openai", model: "toString" }, {}, { models: {} }))).code).toBe("missing-key");
  });

  it("is an AI SDK model, a ChatModel or a function, and nothing else", () => {
    const chat = toChatModel(inner, "x");
    expect(toChatModel(chat, "x")).toBe(chat);
    for (const other of [{}, null, "gpt-4", { ...inner, specificationVersion: "v9" }]) {
      expect(() => toChatModel(other as never, "x")).toThrow(/passed in as x/);
    }
  });
});

describe("the echo", () => {
  it("comes only where it is asked for, and says what it is", async () => {
    for (const reference of [{ provider: "mock", model: "gpt-4" }, { model: "echo" }]) {
      expect((await find(reference)).label).toBe("echo");
    }
  });
});
