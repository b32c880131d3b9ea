import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Conversation } from "../../host/models/conversation.ts";
import { type ModelReference, ModelSource } from "../../host/models/resolve.ts";
import { MockServer } from "./mock-server.ts";

let server: MockServer;

beforeAll(async () => {
  server = await MockServer.start();
});
afterEach(() => server.reset());
afterAll(() => server.stop());

const key = "team-key-0123456789";

async function ask(reference: ModelReference) {
  // The compatible package is here under another name.
  const load = (name: string): Promise<object> => import(name === "@ai-sdk/openai-compatible" ? "openai-compatible-v4" : name);
  const env = (name: string) => (name.endsWith("_API_KEY") ? key : undefined);
  const model = await new ModelSource({ env, load }).find(reference);
  const conversation = new Conversation();
  conversation.append([{ role: "user", kind: "text", text: "hello", id: "", name: "", metadata: "" }]);
  return model.prepare({ agent: "a" }).generate(conversation, {});
}

describe("a model found by name", () => {
  it.each([
    ["anthropic", "claude-sonnet-4-5", "/v1", "/v1/messages"],
    ["gemini", "gemini-2.5-flash", "/v1beta", "/v1beta/models/gemini-2.5-flash:generateContent"],
    ["openai", "gpt-4o", "/v1", "/v1/chat/completions"],
    ["ollama", "llama3.2:3b", "", "/v1/chat/completions"],
    ["vllm", "Qwen/Qwen3-8B", "/v1/", "/v1/chat/completions"],
  ])("of %s is asked at its endpoint, with its key", async (provider, model, path, asked) => {
    server.on({ userMessage: "hello" }, { content: "Hi!" });
    expect((await ask({ provider, model, endpoint: server.url + path })).parts).toMatchObject([{ text: "Hi!" }]);
    const [request] = server.requests();
    expect(request.path).toBe(asked);
    const { authorization, "x-api-key": anthropic, "x-goog-api-key": google } = request.headers;
    // The mock keeps no credentials, but says where there was one.
    expect([authorization, anthropic, google].filter(Boolean)).toHaveLength(1);
  });

  it("does not repeat a key that its server repeats", async () => {
    server.on({ userMessage: "hello" }, { error: { message: `The key ${key} is not known.` }, status: 401 });
    const failure = await ask({ provider: "anthropic", model: "claude-sonnet-4-5", endpoint: `${server.url}/v1` }).catch((error) => error);
    expect(failure).toMatchObject({ kind: "authentication", message: "anthropic: 401 The key *** is not known." });
    expect(`${failure.stack}${JSON.stringify(failure)}${JSON.stringify(failure.cause)}`).not.toContain(key);
  });
});
