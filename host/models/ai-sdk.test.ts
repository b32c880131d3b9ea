import type { LanguageModelV2, LanguageModelV3 } from "@ai-sdk/provider";
import { describe, expect, expectTypeOf, it } from "vitest";
import { AiSdkModel, isLanguageModel, type LanguageModel } from "./ai-sdk.ts";
import { Conversation } from "./conversation.ts";
import type { ModelFailure } from "./failure.ts";
import type { ModelCall, ModelDelta, ModelSettings } from "./types.ts";

type Version = LanguageModel["specificationVersion"];

const v3Usage = { inputTokens: { total: 12, noCache: 4, cacheRead: 6, cacheWrite: 2 }, outputTokens: { total: 9, text: 5, reasoning: 4 } };
const stop = { unified: "stop", raw: "end_turn" };

interface Fake extends LanguageModel {
  calls: Record<string, unknown>[];
}

/** A model object that answers with these, and remembers what it was called with. */
function fake(answer: unknown, version: Version = "v3", provider = "anthropic.messages"): Fake {
  const calls: Record<string, unknown>[] = [];
  const answerNow = async (options: Record<string, unknown>) => {
    calls.push(options);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { specificationVersion: version, provider, modelId: "m-1", calls, doGenerate: answerNow, doStream: answerNow };
}

function ask(inner: LanguageModel, settings: Partial<ModelSettings> = {}, call: ModelCall = {}) {
  const conversation = new Conversation();
  conversation.append([{ role: "user", kind: "text", text: "hello", id: "", name: "", metadata: "" }]);
  return new AiSdkModel(inner).prepare({ agent: "writer", ...settings }).generate(conversation, call);
}

const streamed = (...parts: unknown[]) => ({
  stream: new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(part);
      controller.close();
    },
  }),
});

/** A stream that gives these and then nothing more, for ever. */
const stuck = (...parts: unknown[]) => ({
  stream: new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(part);
    },
  }),
});

const failing = (promise: Promise<unknown>) =>
  promise.then(
    () => {
      throw new Error("it did not fail");
    },
    (failure: ModelFailure) => failure,
  );

const withoutSymbols = (value: object) => Object.fromEntries(Object.entries(value));

describe("isLanguageModel", () => {
  it("takes specifications v2, v3 and v4, and nothing else", () => {
    expectTypeOf<LanguageModelV2>().toExtend<LanguageModel>();
    expectTypeOf<LanguageModelV3>().toExtend<LanguageModel>();
    for (const version of ["v2", "v3", "v4"] as const) expect(isLanguageModel(fake({}, version))).toBe(true);
    for (const other of [null, "gpt-4", () => "", {}, { ...fake({}), specificationVersion: "v1" }, { ...fake({}), doGenerate: 1 }]) {
      expect(isLanguageModel(other)).toBe(false);
    }
  });
});

describe("a call", () => {
  const text = { content: [{ type: "text", text: "hi" }], finishReason: stop, usage: v3Usage, warnings: [] };

  it("has prompt, settings, tools and what belongs to it alone", async () => {
    const inner = fake(text);
    const signal = new AbortController().signal;
    const inputSchema = { type: "object", properties: {} };
    await ask(
      inner,
      { temperature: 0.2, topP: 0.9, maxTokens: 50, tools: [{ name: "add", description: "Adds.", inputSchema }] },
      { signal, idempotencyKey: "run-1/4", schema: { type: "object" } },
    );
    // Middleware copies what it gets.
    const { prompt, ...rest } = inner.calls[0];
    expect([{ ...rest, prompt }].map(withoutSymbols)).toEqual([
      {
        prompt: [{ role: "user", content: [{ type: "text", text: "hello" }] }],
        temperature: 0.2,
        topP: 0.9,
        maxOutputTokens: 50,
        tools: [{ type: "function", name: "add", description: "Adds.", inputSchema }],
        toolChoice: { type: "auto" },
        responseFormat: { type: "json", schema: { type: "object" } },
        abortSignal: signal,
        includeRawChunks: false,
        headers: { "idempotency-key": "run-1/4" },
        providerOptions: undefined,
      },
    ]);
  });

  it("makes no signal for a model that does not look", async () => {
    const call = {
      get signal(): AbortSignal {
        return expect.unreachable();
      },
    };
    const inner = { ...fake(text), doGenerate: async () => text } as LanguageModel;
    expect(await ask(inner, {}, call)).toMatchObject({ finish: "stop" });
  });

  it("declares the tools that may not be called", async () => {
    const inner = fake(text);
    const tools = [{ name: "add", inputSchema: { type: "object" } }];
    await ask(inner, { tools }, { noTools: true });
    await ask(inner, {}, { noTools: true });
    expect(inner.calls.map((call) => [(call.tools as unknown[] | undefined)?.length, call.toolChoice])).toEqual([
      [1, { type: "none" }],
      [undefined, undefined],
    ]);
  });

  it("asks OpenAI's Responses to keep nothing, unless told otherwise", async () => {
    const inner = fake(text, "v3", "openai.responses");
    await ask(inner);
    await ask(inner, { providerOptions: { openai: { store: true }, other: { x: 1 } } });
    await ask({ ...inner, provider: "openai.chat" } as LanguageModel);
    expect(inner.calls.map((call) => call.providerOptions)).toEqual([
      { openai: { store: false, strictJsonSchema: false } },
      { openai: { store: true, strictJsonSchema: false }, other: { x: 1 } },
      undefined,
    ]);
  });
});

describe("an answer", () => {
  it.each(["v3", "v4"] as const)("of %s comes back in aixlet's terms", async (version) => {
    const inner = fake(
      {
        content: [
          { type: "reasoning", text: "hm", providerMetadata: { anthropic: { signature: "s" } } },
          { type: "source", url: "https://example.org" },
          { type: "text", text: "" },
          { type: "text", text: "Looking." },
          { type: "tool-call", toolCallId: "c1", toolName: "find", input: '{"q": ' },
          { type: "tool-call", toolCallId: "c2", toolName: "web_search", input: "{}", providerExecuted: true },
        ],
        finishReason: { unified: "tool-calls", raw: "tool_use" },
        usage: v3Usage,
        warnings: [{ type: "unsupported", feature: "topP", details: "ignored" }],
      },
      version,
    );
    expect(await ask(inner)).toEqual({
      parts: [
        { role: "assistant", kind: "reasoning", text: "hm", id: "", name: "", metadata: '{"anthropic":{"signature":"s"}}' },
        { role: "assistant", kind: "text", text: "Looking.", id: "", name: "", metadata: "" },
        { role: "assistant", kind: "tool-call", text: '{"q": ', id: "c1", name: "find", metadata: "" },
      ],
      finish: "tool-calls",
      usage: { input: 12, output: 9, cachedRead: 6, cachedWrite: 2, reasoning: 4 },
      warnings: ["unsupported: topP (ignored)"],
    });
  });

  it("of v2 too, whose providers count cached tokens each in its way", async () => {
    const usage = { inputTokens: 4, outputTokens: 9, totalTokens: 13, cachedInputTokens: 3, reasoningTokens: 1 };
    const answer = { content: [{ type: "text", text: "hi" }], finishReason: "unknown", usage, warnings: [] };
    expect(await ask(fake(answer, "v2", "openai.chat"))).toMatchObject({ finish: "other", usage: { input: 4, output: 9, cachedRead: 3, reasoning: 1 } });
    expect(await ask(fake(answer, "v2", "anthropic.messages"))).toMatchObject({ usage: { input: 7, cachedRead: 3 } });
  });

  it("that calls tools ends with them, whatever the server says", async () => {
    const content = [{ type: "tool-call", toolCallId: "c", toolName: "t", input: "{}" }];
    const finish = async (unified: string) => (await ask(fake({ content, finishReason: { unified, raw: "" } }))).finish;
    expect([await finish("stop"), await finish("other"), await finish("unknown"), await finish("length")]).toEqual([
      "tool-calls",
      "tool-calls",
      "tool-calls",
      "length",
    ]);
  });

  it("has counts that fit, whatever the provider wrote", async () => {
    const usage = (total: unknown) => ({
      inputTokens: { total, noCache: 5, cacheRead: 2, cacheWrite: Number.NaN },
      outputTokens: { total: -4, text: 1, reasoning: 1e12 },
    });
    const answer = (total: unknown) => ({ content: [{ type: "text", text: "hi" }], finishReason: stop, usage: usage(total) });
    expect((await ask(fake(answer(undefined)))).usage).toEqual({ input: 7, output: 0, cachedRead: 2, cachedWrite: 0, reasoning: 4294967295 });
    expect((await ask(fake(answer(2.7)))).usage.input).toBe(2);
    expect((await ask(fake({ content: [{ type: "text", text: "hi" }], finishReason: stop }))).usage).toEqual({
      input: 0,
      output: 0,
      cachedRead: 0,
      cachedWrite: 0,
      reasoning: 0,
    });
  });

  it("that is none is a failure, with what it cost", async () => {
    const ended = (unified: string, raw: string) => fake({ content: [], finishReason: { unified, raw }, usage: v3Usage });
    expect(await failing(ask(ended("error", "MALFORMED_FUNCTION_CALL")))).toMatchObject({ kind: "malformed", usage: { input: 12 } });
    expect(await failing(ask(ended("error", "")))).toMatchObject({ kind: "server-error" });
    expect(await failing(ask(ended("interrupted", "")))).toMatchObject({ kind: "network", parts: [] });
    expect(await ask(ended("content-filter", "safety"))).toMatchObject({ finish: "content-filter", parts: [] });
  });
});

describe("a stream", () => {
  const finish = { type: "finish", finishReason: { unified: "tool-calls", raw: "" }, usage: v3Usage };

  it("gives every piece, then the same answer as without", async () => {
    const deltas: ModelDelta[] = [];
    const inner = fake(
      streamed(
        { type: "stream-start", warnings: [{ type: "other", message: "odd" }] },
        { type: "reasoning-start", id: "0" },
        { type: "reasoning-delta", id: "0", delta: "hm" },
        { type: "text-start", id: "0" },
        { type: "reasoning-delta", id: "0", delta: "", providerMetadata: { anthropic: { signature: "s" } } },
        { type: "reasoning-end", id: "0" },
        { type: "ping" },
        { type: "text-delta", id: "0", delta: "Look" },
        { type: "text-delta", id: "0", delta: "ing." },
        { type: "text-end", id: "0" },
        { type: "tool-input-start", id: "c1", toolName: "find" },
        { type: "tool-input-delta", id: "c1", delta: '{"q":1}' },
        { type: "tool-input-end", id: "c1" },
        { type: "tool-call", toolCallId: "c1", toolName: "find", input: '{"q":1}' },
        finish,
      ),
    );
    expect(await ask(inner, {}, { onDelta: (delta) => deltas.push(delta) })).toEqual({
      parts: [
        { role: "assistant", kind: "reasoning", text: "hm", id: "", name: "", metadata: '{"anthropic":{"signature":"s"}}' },
        { role: "assistant", kind: "text", text: "Looking.", id: "", name: "", metadata: "" },
        { role: "assistant", kind: "tool-call", text: '{"q":1}', id: "c1", name: "find", metadata: "" },
      ],
      finish: "tool-calls",
      usage: { input: 12, output: 9, cachedRead: 6, cachedWrite: 2, reasoning: 4 },
      warnings: ["odd"],
    });
    expect(deltas).toEqual([
      { kind: "reasoning", text: "hm", id: "", name: "" },
      { kind: "text", text: "Look", id: "", name: "" },
      { kind: "text", text: "ing.", id: "", name: "" },
      { kind: "tool-input", text: '{"q":1}', id: "c1", name: "find" },
    ]);
  });

  it("that ends too early is a failure with what came", async () => {
    const inner = fake(streamed({ type: "text-start", id: "1" }, { type: "text-delta", id: "1", delta: "Half a" }));
    expect(await failing(ask(inner, {}, { onDelta() {} }))).toMatchObject({ kind: "network", parts: [{ text: "Half a" }] });
  });

  it("that breaks off says why, and keeps the usage it was told", async () => {
    const error = { type: "overloaded_error", message: "Overloaded" };
    const inner = fake(streamed(finish, { type: "text-start", id: "1" }, { type: "text-delta", id: "1", delta: "Half" }, { type: "error", error }));
    const failure = await failing(ask(inner, {}, { onDelta() {} }));
    expect(failure).toMatchObject({ kind: "server-error", message: "anthropic: Overloaded", parts: [{ text: "Half" }], usage: { input: 12 } });
  });

  it("that breaks off before its end costs what its provider has told so far", async () => {
    const start = {
      type: "message_start",
      message: { usage: { input_tokens: 5, cache_read_input_tokens: 3, cache_creation_input_tokens: 2, output_tokens: 1 } },
    };
    const anthropic = [start, { type: "ping" }, "text", { type: "message_delta", usage: { output_tokens: 8 } }];
    const gemini = [
      { usageMetadata: { promptTokenCount: 9 } },
      { usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 4, thoughtsTokenCount: 2, cachedContentTokenCount: 1 } },
      {},
    ];
    const usage = async (pieces: unknown[]) =>
      (await failing(ask(fake(streamed(...pieces.map((rawValue) => ({ type: "raw", rawValue })))), {}, { onDelta() {} }))).usage;
    expect(await usage(anthropic)).toEqual({ input: 10, output: 8, cachedRead: 3, cachedWrite: 2, reasoning: 0 });
    expect(await usage(gemini)).toEqual({ input: 9, output: 6, cachedRead: 1, cachedWrite: 0, reasoning: 2 });
    expect(await usage([{ type: "response.created" }])).toBeUndefined();
  });

  it("can be aborted, even if the model does not watch the signal", async () => {
    const controller = new AbortController();
    const inner = fake(stuck({ type: "text-start", id: "1" }, { type: "text-delta", id: "1", delta: "Half" }));
    const call = ask(inner, {}, { signal: controller.signal, onDelta: () => controller.abort() });
    expect(await failing(call)).toMatchObject({ kind: "aborted", parts: [{ text: "Half" }] });
  });

  it("passes on what a reader of the pieces throws", async () => {
    const inner = fake(streamed({ type: "text-delta", id: "1", delta: "x" }, finish));
    const onDelta = () => {
      throw new Error("reader broke");
    };
    expect(await failing(ask(inner, {}, { onDelta }))).toMatchObject({ kind: "failed", message: expect.stringContaining("reader broke") });
  });
});

describe("a model that throws", () => {
  it("does so at once or later: a ModelFailure either way", async () => {
    const inner = fake({});
    expect(
      await failing(
        ask({
          ...inner,
          doGenerate: () => {
            throw new Error("at once");
          },
        } as LanguageModel),
      ),
    ).toMatchObject({ kind: "failed" });
    expect(await failing(ask(fake(new TypeError("fetch failed"))))).toMatchObject({ kind: "network", code: "model-failed" });
  });
});
