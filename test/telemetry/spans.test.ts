import { context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import * as conventions from "@opentelemetry/semantic-conventions/incubating";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Engine, type EngineOptions, ModelFailure, type RunOptions, tool } from "../../host/index.ts";
import { Collector } from "./collector.ts";

let collector: Collector;

beforeEach(() => {
  collector = new Collector();
  collector.register();
});
afterEach(() => collector.unregister());

const TWO = `
agents:
  - name: asker
    role: react
    prompt: SECRET PROMPT
    model: first
    tools:
      - {name: weather, description: d, effect: pure, input_schema: {type: object, properties: {city: {type: string}}}}
    outputs: [teller]
  - {name: teller, role: react, prompt: SECRET PROMPT, model: second, inputs: [asker], outputs: [out]}
`;
const ONE = "agents:\n  - {name: a, role: react, model: m, timeout: 60ms, retry: {max_attempts: 3, initial_backoff: 1ms}, outputs: [out]}\n";

/** A model object of the AI SDK that says what it is told to. */
function modelObject(provider: string, modelId: string, answers: (object | Error | "never")[]) {
  let next = 0;
  return {
    specificationVersion: "v3" as const,
    provider,
    modelId,
    supportedUrls: {},
    doGenerate({ abortSignal }: { abortSignal?: AbortSignal }) {
      const answer = answers[next++];
      if (answer instanceof Error) return Promise.reject(answer);
      if (answer === "never") return new Promise((_, reject) => abortSignal?.addEventListener("abort", () => reject(abortSignal.reason)));
      return Promise.resolve({ finishReason: { unified: "stop" }, warnings: [], usage: tokens(10, 4), ...(answer as object) });
    },
    doStream: () => Promise.reject(new Error("not asked for")),
  };
}

const tokens = (input: number, output: number) => ({
  inputTokens: { total: input, cacheRead: 6, cacheWrite: 1 },
  outputTokens: { total: output, reasoning: 2 },
});
const text = (text: string) => ({ content: [{ type: "text", text }] });
const calls = (...cities: string[]) => ({
  content: cities.map((city, i) => ({ type: "tool-call", toolCallId: `call-${i}`, toolName: "weather", input: JSON.stringify({ city }) })),
  finishReason: { unified: "tool-calls" },
});
const busy = () => new ModelFailure("server-error", "SECRET ERROR");

async function run(yaml: string, options: EngineOptions, runOptions: RunOptions = {}) {
  const engine = await Engine.load(yaml, { env: () => undefined, name: "flow", ...options });
  const result = await engine.run("SECRET INPUT", { id: "run-1", ...runOptions });
  await engine.close();
  return result;
}

const two = () => ({
  models: {
    first: modelObject("google.generative-ai", "gemini-2.5-flash", [calls("Oslo", "Nowhere"), text("SECRET ANSWER")]),
    second: modelObject("openai.responses", "gpt-4o", [text("SECRET ANSWER")]),
  },
  tools: {
    weather: tool({
      execute: ({ city }) => {
        if (city === "Nowhere") throw new Error("SECRET ERROR");
        return "SECRET RESULT";
      },
    }),
  },
});

/** Each span ended, once, after what is under it began. */
function allEndedOnce() {
  expect(collector.ends.sort()).toEqual(collector.begun.map((span) => span.spanContext().spanId).sort());
  for (const span of collector.ended) {
    const [start, end] = [span.startTime, span.endTime].map(([seconds, nanoseconds]) => seconds * 1000 + nanoseconds / 1e6);
    expect(end).toBeGreaterThanOrEqual(start);
    expect(Math.abs(Date.now() - end)).toBeLessThan(60_000);
  }
}

describe("spans of a run", () => {
  it("stand under each other as what they tell of does", async () => {
    expect(await run(TWO, two())).toMatchObject({ stop: "done" });
    expect(collector.tree()).toEqual([
      {
        "invoke_workflow flow": [
          { "invoke_agent asker": ["chat gemini-2.5-flash", "execute_tool weather", "execute_tool weather", "chat gemini-2.5-flash"] },
          { "invoke_agent teller": ["chat gpt-4o"] },
        ],
      },
    ]);
    allEndedOnce();
    expect(new Set(collector.ended.map((span) => span.spanContext().traceId)).size).toBe(1);
  });

  it("have the attributes of OpenTelemetry's conventions, and no others than one of our own", async () => {
    await run(TWO, two());
    const known = new Set<unknown>(Object.values(conventions));
    for (const span of collector.ended) for (const key of Object.keys(span.attributes)) expect(known.has(key) || key === "aixlet.stop", key).toBe(true);
    const operations = Object.entries(conventions)
      .filter(([name]) => name.startsWith("GEN_AI_OPERATION_NAME_VALUE_"))
      .map(([, value]) => value);
    for (const span of collector.ended) expect(operations).toContain(span.attributes[conventions.ATTR_GEN_AI_OPERATION_NAME]);

    expect(collector.find("chat gpt-4o")).toMatchObject({
      kind: SpanKind.CLIENT,
      attributes: {
        [conventions.ATTR_GEN_AI_OPERATION_NAME]: conventions.GEN_AI_OPERATION_NAME_VALUE_CHAT,
        [conventions.ATTR_GEN_AI_PROVIDER_NAME]: conventions.GEN_AI_PROVIDER_NAME_VALUE_OPENAI,
        [conventions.ATTR_GEN_AI_REQUEST_MODEL]: "gpt-4o",
        [conventions.ATTR_GEN_AI_AGENT_NAME]: "teller",
        [conventions.ATTR_GEN_AI_USAGE_INPUT_TOKENS]: 10,
        [conventions.ATTR_GEN_AI_USAGE_OUTPUT_TOKENS]: 4,
        [conventions.ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS]: 6,
        [conventions.ATTR_GEN_AI_USAGE_CACHE_CREATION_INPUT_TOKENS]: 1,
        [conventions.ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS]: 2,
      },
    });
    const [gemini] = collector.ended.filter((span) => span.name === "chat gemini-2.5-flash");
    expect(gemini.attributes[conventions.ATTR_GEN_AI_PROVIDER_NAME]).toBe(conventions.GEN_AI_PROVIDER_NAME_VALUE_GCP_GEMINI);
    expect(collector.find("invoke_agent teller")).toMatchObject({
      kind: SpanKind.INTERNAL,
      attributes: { [conventions.ATTR_GEN_AI_AGENT_NAME]: "teller", [conventions.ATTR_GEN_AI_AGENT_ID]: "teller" },
    });
    expect(collector.find("invoke_workflow flow").attributes).toMatchObject({
      [conventions.ATTR_GEN_AI_WORKFLOW_NAME]: "flow",
      [conventions.ATTR_GEN_AI_CONVERSATION_ID]: "run-1",
      "aixlet.stop": "done",
    });
    const [weather, nowhere] = collector.ended.filter((span) => span.name === "execute_tool weather");
    expect(weather.attributes).toMatchObject({
      [conventions.ATTR_GEN_AI_TOOL_NAME]: "weather",
      [conventions.ATTR_GEN_AI_TOOL_TYPE]: "function",
      [conventions.ATTR_GEN_AI_TOOL_CALL_ID]: "call-0",
    });
    // What a tool says to a model may be an error, and the run goes on.
    expect([weather, nowhere].map((span) => [span.status.code, span.attributes["error.type"]])).toEqual([
      [SpanStatusCode.UNSET, undefined],
      [SpanStatusCode.ERROR, "failed"],
    ]);
  });

  it("tell tokens where they were spent, and nowhere above", async () => {
    await run(TWO, two());
    const spending = collector.ended.filter((span) => Object.keys(span.attributes).some((key) => key.startsWith("gen_ai.usage.")));
    expect(spending.map((span) => span.name).sort()).toEqual(["chat gemini-2.5-flash", "chat gemini-2.5-flash", "chat gpt-4o"]);
  });

  it("hold nothing that was said", async () => {
    await run(TWO, two());
    const failing = { m: modelObject("p", "m", [busy(), busy(), busy()]) };
    await run(ONE, { models: failing });
    for (const { name, attributes, status, events } of collector.ended)
      expect(JSON.stringify([name, attributes, status, events])).not.toMatch(/SECRET|Oslo|Nowhere/);
    expect(collector.ended.length).toBeGreaterThan(10);
  });

  it("are one for each attempt at a model call", async () => {
    const models = { m: modelObject("anthropic.messages", "claude", [busy(), new ModelFailure("rate-limit", "later"), text("fine")]) };
    expect(await run(ONE, { models })).toMatchObject({ stop: "done", text: "fine" });
    expect(collector.tree()).toEqual([{ "invoke_workflow flow": [{ "invoke_agent a": ["chat claude", "chat claude", "chat claude"] }] }]);
    const chats = collector.ended.filter((span) => span.name === "chat claude");
    expect(chats.map((span) => span.attributes["error.type"])).toEqual(["server-error", "rate-limit", undefined]);
    expect(chats.map((span) => span.status.code)).toEqual([SpanStatusCode.ERROR, SpanStatusCode.ERROR, SpanStatusCode.UNSET]);
    expect(collector.find("invoke_agent a").attributes["error.type"]).toBeUndefined();
    allEndedOnce();
  });

  it("end with their errors when a deadline is reached", async () => {
    expect(await run(ONE, { models: { m: modelObject("p", "m", ["never"]) } })).toMatchObject({ stop: "deadline" });
    expect(collector.find("chat m").attributes["error.type"]).toBe("cancelled");
    expect(collector.find("invoke_agent a").attributes["error.type"]).toBe("deadline");
    expect(collector.find("invoke_workflow flow")).toMatchObject({
      status: { code: SpanStatusCode.ERROR },
      attributes: { "error.type": "deadline", "aixlet.stop": "deadline" },
    });
    allEndedOnce();
  });

  it("end with their errors when a run is cancelled", async () => {
    const engine = await Engine.load(ONE.replace("60ms", "60s"), { models: { m: modelObject("p", "m", ["never"]) }, name: "flow" });
    const cancelled = engine.run("hi");
    for await (const event of cancelled) if (event.type === "model-call") cancelled.cancel();
    expect(await cancelled).toMatchObject({ stop: "cancelled" });
    await engine.close();
    for (const name of ["chat m", "invoke_agent a", "invoke_workflow flow"]) expect(collector.find(name).attributes["error.type"]).toBe("cancelled");
    allEndedOnce();
  });

  it("say which failure ended a run", async () => {
    expect(await run(ONE, { models: { m: modelObject("p", "m", [new ModelFailure("authentication", "no")]) } })).toMatchObject({ stop: "failed" });
    expect(collector.ended.map((span) => [span.name, span.attributes["error.type"]])).toEqual([
      ["chat m", "authentication"],
      ["invoke_agent a", "failed"],
      ["invoke_workflow flow", "failed"],
    ]);
  });

  it("end when the core traps", async () => {
    const Instance = WebAssembly.Instance;
    let memory: WebAssembly.Memory | undefined;
    WebAssembly.Instance = class extends Instance {
      constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
        super(module, imports);
        memory = this.exports.memory as WebAssembly.Memory;
      }
    } as typeof WebAssembly.Instance;
    let answer: ((text: string) => void) | undefined;
    const engine = await Engine.load(ONE.replace("60ms", "60s"), { models: { m: () => new Promise<string>((done) => (answer = done)) }, name: "flow" });
    WebAssembly.Instance = Instance;
    const trapped = engine.run("hi");
    for await (const event of trapped) if (event.type === "model-call") break;
    await new Promise((done) => setTimeout(done, 5));
    // A bug of its own would do the same.
    new Uint8Array(memory!.buffer).fill(0xfb);
    answer?.("hi");
    expect(await trapped.result.catch(({ code }) => code)).toBe("engine-trapped");
    expect(collector.ended.map((span) => [span.name, span.attributes["error.type"]])).toEqual([
      ["invoke_agent a", "trapped"],
      ["chat m", "trapped"],
      ["invoke_workflow flow", "trapped"],
    ]);
    allEndedOnce();
  });

  it("stand under what the application was doing when it asked for the run", async () => {
    const engine = await Engine.load(ONE, { models: { m: () => "hi" }, name: "flow" });
    const request = trace.getTracer("application").startSpan("POST /ask");
    // Both begin in one piece of work, which the first of them has brought about.
    const alone = engine.run("hi", { id: "alone" });
    const asked = context.with(trace.setSpan(context.active(), request), () => engine.run("hi", { id: "asked" }));
    await Promise.all([alone, asked]);
    request.end();
    await engine.close();
    const runs = collector.ended.filter((span) => span.name === "invoke_workflow flow");
    expect(runs.map((span) => [span.attributes["gen_ai.conversation.id"], span.parentSpanContext?.spanId]).sort()).toEqual([
      ["alone", undefined],
      ["asked", request.spanContext().spanId],
    ]);
  });

  it("are active while a model or a tool is called, so that what these make stands under them", async () => {
    const tracer = trace.getTracer("application");
    const options = two();
    options.tools.weather = tool({
      execute: async () => {
        await Promise.resolve();
        tracer.startSpan("GET /weather").end();
        return "rain";
      },
    });
    const { first } = options.models;
    const generate = first.doGenerate;
    first.doGenerate = async (call) => {
      await Promise.resolve();
      tracer.startSpan("POST /generate").end();
      return generate(call);
    };
    expect(await run(TWO, options)).toMatchObject({ stop: "done" });
    const chat = { "chat gemini-2.5-flash": ["POST /generate"] };
    const weather = { "execute_tool weather": ["GET /weather"] };
    expect(collector.tree()).toEqual([
      { "invoke_workflow flow": [{ "invoke_agent asker": [chat, weather, weather, chat] }, { "invoke_agent teller": ["chat gpt-4o"] }] },
    ]);
  });

  it("of host code as an agent are one, and so are the events", async () => {
    const engine = await Engine.load("agents:\n  - {name: a, role: shout, outputs: [out]}\n", {
      agents: { shout: async (said) => said.toUpperCase() },
      name: "flow",
    });
    const shouted = engine.run("hi");
    const events: string[] = [];
    for await (const { type } of shouted) events.push(type);
    await engine.close();
    expect(collector.tree()).toEqual([{ "invoke_workflow flow": ["invoke_agent a"] }]);
    expect(events).toEqual(["message", "agent-start", "agent-end", "output", "finished"]);
    allEndedOnce();
  });

  it("are there unless the definition says no", async () => {
    for (const [config, expected] of [
      ["", 3],
      ["config: {enable_tracing: true}\n", 3],
      ["config: {enable_metrics: true}\n", 3],
      ["config: {enable_tracing: false}\n", 0],
      ["config: {enable_tracing: false, enable_metrics: true}\n", 0],
      ["observability: {tracing: false}\n", 0],
    ] as const) {
      collector.forget();
      expect(await run(config + ONE, { models: { m: () => "hi" } })).toMatchObject({ stop: "done" });
      expect(collector.ended.length, config).toBe(expected);
    }
  });

  it("are not made again when a run is replayed", async () => {
    const engine = await Engine.load(ONE, { models: { m: () => "hi" } });
    const done = engine.run("hi");
    await done;
    collector.forget();
    expect(engine.replay(done.journal.bytes())).toMatchObject({ finished: true });
    expect(collector.begun).toEqual([]);
    await engine.close();
  });

  it("of a tracer that is registered after loading are recorded, too", async () => {
    await collector.unregister();
    const engine = await Engine.load(ONE, { models: { m: () => "hi" }, name: "flow" });
    expect(await engine.run("hi")).toMatchObject({ stop: "done" });
    expect(collector.begun).toEqual([]);
    collector = new Collector();
    collector.register();
    await engine.run("hi");
    expect(collector.ended.map((span) => span.name)).toEqual(["chat m", "invoke_agent a", "invoke_workflow flow"]);
    await engine.close();
  });
});
