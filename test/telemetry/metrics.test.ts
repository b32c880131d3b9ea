import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as conventions from "@opentelemetry/semantic-conventions/incubating";
import { Engine, ModelFailure, tool } from "../../host/index.ts";
import { Collector } from "./collector.ts";

let collector: Collector;

beforeEach(() => {
  collector = new Collector();
  collector.register();
});
afterEach(() => collector.unregister());

const YAML = `
agents:
  - name: a
    role: react
    model: m
    retry: {max_attempts: 2, initial_backoff: 1ms}
    tools: [{name: add, description: d, effect: pure, input_schema: {type: object}}]
    outputs: [out]
`;

/** Fails, calls a tool, and answers. */
function model() {
  const usage = { inputTokens: { total: 100 }, outputTokens: { total: 7 } };
  const answers = [
    { content: [{ type: "tool-call", toolCallId: "1", toolName: "add", input: "{}" }], finishReason: { unified: "tool-calls" }, usage, warnings: [] },
    { content: [{ type: "text", text: "SECRET" }], finishReason: { unified: "stop" }, usage, warnings: [] },
  ];
  let called = 0;
  return {
    specificationVersion: "v4" as const,
    provider: "xai.chat",
    modelId: "grok-3",
    doGenerate: async () => {
      if (called++ === 0) throw new ModelFailure("server-error", "SECRET");
      return answers[called - 2];
    },
    doStream: () => Promise.reject(new Error("not asked for")),
  };
}

async function run(yaml: string) {
  const engine = await Engine.load(yaml, { models: { m: model() }, tools: { add: tool({ execute: () => "SECRET" }) }, name: "flow" });
  const result = await engine.run("SECRET");
  await engine.close();
  return result;
}

const METRICS = "config: {enable_metrics: true}\n";
const chat = { "gen_ai.operation.name": "chat", "gen_ai.provider.name": "x_ai", "gen_ai.request.model": "grok-3" };

describe("metrics of a run", () => {
  it("are those of OpenTelemetry's conventions, and the counters of the run", async () => {
    expect(await run(METRICS + YAML)).toMatchObject({ stop: "done" });
    const measures = await collector.measures();
    const histogram = (name: string) => measures[name]?.map(({ attributes, value }) => [attributes, value]);

    expect(histogram(conventions.METRIC_GEN_AI_CLIENT_TOKEN_USAGE)).toEqual([
      [{ ...chat, [conventions.ATTR_GEN_AI_TOKEN_TYPE]: "input" }, expect.objectContaining({ count: 2, sum: 200 })],
      [{ ...chat, [conventions.ATTR_GEN_AI_TOKEN_TYPE]: "output" }, expect.objectContaining({ count: 2, sum: 14 })],
    ]);
    expect(histogram(conventions.METRIC_GEN_AI_CLIENT_OPERATION_DURATION)).toEqual([
      [{ ...chat, "error.type": "server-error" }, expect.objectContaining({ count: 1 })],
      [chat, expect.objectContaining({ count: 2 })],
    ]);
    expect(histogram("gen_ai.execute_tool.duration")).toEqual([
      [{ "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "add" }, expect.objectContaining({ count: 1 })],
    ]);
    expect(histogram("gen_ai.invoke_agent.duration")).toEqual([
      [{ "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "a" }, expect.objectContaining({ count: 1 })],
    ]);
    expect(histogram("gen_ai.workflow.duration")).toEqual([
      [{ "gen_ai.operation.name": "invoke_workflow", "gen_ai.workflow.name": "flow" }, expect.objectContaining({ count: 1 })],
    ]);
    const counted = Object.fromEntries(Object.entries(measures).flatMap(([name, [point]]) => (name.startsWith("aixlet.") ? [[name, point.value]] : [])));
    expect(counted).toEqual({ "aixlet.activations": 1, "aixlet.model_calls": 2, "aixlet.tool_calls": 1, "aixlet.retries": 1 });
    expect(JSON.stringify(measures)).not.toContain("SECRET");
  });

  it("have the buckets that the conventions give", async () => {
    await run(METRICS + YAML);
    const measures = await collector.measures();
    const boundaries = (name: string) => (measures[name][0].value as { buckets: { boundaries: number[] } }).buckets.boundaries;
    const seconds = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
    expect(boundaries("gen_ai.client.operation.duration")).toEqual(seconds);
    expect(boundaries("gen_ai.client.token.usage")).toEqual(Array.from({ length: 14 }, (_, i) => 4 ** i));
  });

  it("say how a run ended that did not do", async () => {
    const engine = await Engine.load(METRICS + YAML, { models: { m: () => Promise.reject(new ModelFailure("authentication", "SECRET")) }, name: "flow" });
    expect(await engine.run("hi")).toMatchObject({ stop: "failed" });
    await engine.close();
    const measures = await collector.measures();
    expect(measures["gen_ai.workflow.duration"][0].attributes).toMatchObject({ "error.type": "failed" });
    expect(measures["gen_ai.client.operation.duration"][0].attributes).toMatchObject({ "error.type": "authentication" });
    expect(measures["gen_ai.client.token.usage"]).toBeUndefined();
  });

  it("are taken only if the definition asks for them", async () => {
    await run(YAML);
    await run(`config: {enable_metrics: false}\n${YAML}`);
    expect(await collector.measures()).toEqual({});
  });

  it("are taken without spans, too", async () => {
    await run(`config: {enable_metrics: true, enable_tracing: false}\n${YAML}`);
    expect(collector.begun).toEqual([]);
    expect((await collector.measures())["gen_ai.workflow.duration"]).toHaveLength(1);
  });

  it("go to whoever is registered when a run begins, and to nobody before", async () => {
    await collector.unregister();
    const engine = await Engine.load(METRICS + YAML, { models: { m: () => "hi" }, name: "flow" });
    expect(await engine.run("hi")).toMatchObject({ stop: "done" });
    collector = new Collector();
    collector.register();
    await engine.run("hi");
    await engine.close();
    expect((await collector.measures())["gen_ai.workflow.duration"]).toEqual([{ attributes: expect.anything(), value: expect.objectContaining({ count: 1 }) }]);
  });
});
