import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { AiSdkModel } from "../../host/models/ai-sdk.ts";
import { Conversation } from "../../host/models/conversation.ts";
import type { ModelFailure } from "../../host/models/failure.ts";
import type { ModelCall, ModelDelta, ModelSettings, Part } from "../../host/models/types.ts";
import { HungServer, MockServer, testedProviders } from "./mock-server.ts";

const part = (role: Part["role"], kind: Part["kind"], text: string, more: Partial<Part> = {}): Part => ({
  role,
  kind,
  text,
  id: "",
  name: "",
  metadata: "",
  ...more,
});
const tools: ModelSettings["tools"] = [
  { name: "weather", description: "Tells the weather.", inputSchema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] } },
];

let server: MockServer;
let hung: HungServer;

beforeAll(async () => {
  server = await MockServer.start();
  hung = await HungServer.start();
});
afterEach(() => server.reset());
afterAll(async () => {
  await server.stop();
  await hung.stop();
});

describe.each(testedProviders)("$name", ({ wire, model }) => {
  const talk = (url = server.url) => {
    const conversation = new Conversation();
    conversation.append([part("system", "text", "Be brief.")]);
    // To a request that wants nothing stored the mock adds a thought in OpenAI's form, which is not xAI's.
    const providerOptions = { xai: { store: true } };
    const prepared = new AiSdkModel(model(url)).prepare({ agent: "a", tools, temperature: 0.5, maxTokens: 200, providerOptions });
    return {
      conversation,
      async say(parts: Part[], call: ModelCall = {}) {
        conversation.append(parts);
        const answer = await prepared.generate(conversation, call);
        conversation.append(answer.parts);
        return answer;
      },
    };
  };
  const ask = (text: string, call: ModelCall = {}, url?: string) => talk(url).say([part("user", "text", text)], call);
  const failing = async (promise: Promise<unknown>) =>
    promise.then(
      (answer) => expect.unreachable(`it answered ${JSON.stringify(answer)}`),
      (failure: ModelFailure) => failure,
    );
  /** Usage in the words of each wire. */
  const usage = (input: number, output: number) =>
    wire === "gemini"
      ? { promptTokenCount: input, candidatesTokenCount: output, totalTokenCount: input + output }
      : wire === "chat"
        ? { prompt_tokens: input, completion_tokens: output }
        : { input_tokens: input, output_tokens: output };

  it("answers with a text, told all it should know", async () => {
    server.on({ userMessage: "hello" }, { content: "Hi there!", usage: usage(11, 3) });
    const answer = await ask("hello", { idempotencyKey: "run-1/1" });
    expect(answer).toMatchObject({ finish: "stop", usage: { input: 11, output: 3 } });
    expect(answer.parts).toMatchObject([{ role: "assistant", kind: "text", text: "Hi there!" }]);
    const [request] = server.requests();
    expect(request.headers["idempotency-key"]).toBe("run-1/1");
    expect(request.body.messages).toMatchObject([
      { role: "system", content: "Be brief." },
      { role: "user", content: "hello" },
    ]);
    expect(request.body.temperature).toBe(0.5);
    expect(JSON.stringify(request.body.tools)).toContain("Tells the weather.");
  });

  it.each([false, true])("calls tools, several at once, and hears their results (streamed: %s)", async (streamed) => {
    server.on(
      { toolName: "weather", hasToolResult: false },
      { toolCalls: ["Oslo", "Bergen"].map((city, i) => ({ id: `call_${i}`, name: "weather", arguments: JSON.stringify({ city }) })) },
    );
    server.on({ hasToolResult: true }, { content: "Rain in one, no such city the other." });
    const deltas: ModelDelta[] = [];
    const call: ModelCall = streamed ? { onDelta: (delta) => deltas.push(delta) } : {};
    const one = talk();
    const first = await one.say([part("user", "text", "weather?")], call);
    const calls = first.parts.filter(({ kind }) => kind === "tool-call");
    expect(first.finish).toBe("tool-calls");
    expect(calls.map(({ name, text }) => [name, JSON.parse(text)])).toEqual([
      ["weather", { city: "Oslo" }],
      ["weather", { city: "Bergen" }],
    ]);
    expect(new Set(calls.map(({ id }) => id)).size).toBe(2);

    const [{ id: rain }, { id: none }] = calls;
    const results = [
      part("tool", "tool-result", "rain", { id: rain, name: "weather" }),
      part("tool", "tool-error", "no such city", { id: none, name: "weather" }),
    ];
    const second = await one.say(results, call);
    expect(second).toMatchObject({ finish: "stop", parts: [{ kind: "text", text: "Rain in one, no such city the other." }] });
    expect(JSON.stringify(server.requests()[1].body.messages)).toMatch(/rain.*no such city/);
    if (streamed) expect(deltas.filter(({ kind }) => kind === "text").length).toBeGreaterThan(1);
  });

  it("says the same streamed as not", async () => {
    server.on({ userMessage: "hello" }, { content: "A somewhat longer answer, so that it comes in pieces.", usage: usage(11, 13) });
    const deltas: ModelDelta[] = [];
    const whole = await ask("hello");
    const streamed = await ask("hello", { onDelta: (delta) => deltas.push(delta) });
    expect(streamed).toMatchObject({ finish: whole.finish, usage: whole.usage });
    expect(streamed.parts.map(({ kind, text }) => [kind, text])).toEqual(whole.parts.map(({ kind, text }) => [kind, text]));
    expect(deltas.length).toBeGreaterThan(2);
    expect(deltas.map(({ text }) => text).join("")).toBe(whole.parts[0].text);
  });

  it.each([false, true])("that asks to wait is a rate limit, with the time (streamed: %s)", async (streamed) => {
    server.on({ userMessage: "hello" }, { error: { message: "Slow down.", type: "rate_limit_error" }, status: 429, retryAfter: 7 });
    const failure = await failing(ask("hello", streamed ? { onDelta() {} } : {}));
    expect(failure).toMatchObject({ code: "model-failed", kind: "rate-limit", retryAfter: 7000, message: expect.stringContaining("Slow down.") });
    // One attempt in, one failure out: whether to try again is not decided here.
    expect(server.requests()).toHaveLength(1);
  });

  it.each([
    [500, "server-error"],
    [401, "authentication"],
    [400, "invalid-request"],
  ])("that answers %i is a failure of kind %s", async (status, kind) => {
    server.on({ userMessage: "hello" }, { error: { message: "It went wrong." }, status });
    expect(await failing(ask("hello"))).toMatchObject({ kind });
    expect(server.requests()).toHaveLength(1);
  });

  it("that answers with broken JSON is malformed", async () => {
    server.on({ userMessage: "hello" }, { content: "x" }, { chaos: { malformedRate: 1 } });
    expect(await failing(ask("hello"))).toMatchObject({ kind: "malformed" });
  });

  it.each([false, true])("that hangs can be aborted, and its connection is closed (streamed: %s)", async (streamed) => {
    const controller = new AbortController();
    const call = failing(ask("hello", { signal: controller.signal, onDelta: streamed ? () => {} : undefined }, hung.url));
    await hung.until(() => hung.waiting > 0);
    controller.abort();
    expect(await call).toMatchObject({ kind: "aborted" });
    await hung.until(() => hung.waiting === 0);
  });

  it("that hangs too long by a signal's clock is a timeout", async () => {
    expect(await failing(ask("hello", { signal: AbortSignal.timeout(30) }, hung.url))).toMatchObject({ kind: "timeout" });
  });

  it("can be aborted in mid-stream: what came is kept", async () => {
    server.on({ userMessage: "hello" }, { content: "word ".repeat(100), usage: usage(17, 100) }, { latency: 20 });
    const controller = new AbortController();
    let text = "";
    const failure = await failing(
      ask("hello", {
        signal: controller.signal,
        onDelta: (delta) => {
          text += delta.text;
          if (text.length > 10) controller.abort();
        },
      }),
    );
    expect(failure.kind).toBe("aborted");
    expect(failure.parts?.map((one) => one.text)).toEqual([text]);
    expect(text.length).toBeLessThan(100);
    // Anthropic tells the input's tokens with the first piece; the others none before the end.
    expect(failure.usage?.input).toBe(wire === "anthropic" ? 17 : undefined);
  });

  it("whose stream breaks off is a failure with what came", async () => {
    server.on({ userMessage: "hello" }, { content: "word ".repeat(100) }, { latency: 5, truncateAfterChunks: 12 });
    const failure = await failing(ask("hello", { onDelta() {} }));
    expect(failure.kind).toBe("network");
    expect(failure.parts?.[0]?.text).toMatch(/^word word/);
  });

  it("that nobody listens for is out of reach", async () => {
    expect(await failing(ask("hello", {}, "http://127.0.0.1:9"))).toMatchObject({ kind: "network" });
  });
});
