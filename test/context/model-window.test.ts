import { expect, it } from "vitest";
import { readYaml } from "../../host/definition/nodes.ts";
import { Engine } from "../../host/index.ts";
import { loadTokenizer } from "../../host/tokens/index.ts";
import { event } from "../engine/events.ts";
import { FrameCore } from "../engine/frame-core.ts";

const price = { input: 0, output: 0, cachedRead: 0, cachedWrite: 0, reasoning: 0 };

/** What the core says to a message of a hundred words, where the model takes so many tokens. */
async function said(definition: string, maxInput: number): Promise<string[]> {
  const core = await FrameCore.load();
  const facts = { provider: "anthropic", model: "claude-haiku-4-5", maxInput, maxOutput: 0, price, longFrom: 0, long: price };
  const define = event("define", { tag: 1, sources: [readYaml("x.yaml", definition)] });
  core.step(1e12, [event("models", { models: [facts] }), define]);
  const { commands } = core.step(1e12, [event("start", { input: "one ".repeat(100) })]);
  return commands.flatMap((command) => (command.type === "notice" ? [command.text] : command.type === "call-model" ? ["called"] : []));
}

it("what a model takes at most is the context where the definition says none, and bounds one that says more", async () => {
  const agent = (more: string) => `agents: [{name: a, model: claude-haiku-4-5, max_tokens: 20${more}}]`;
  expect(await said(agent(""), 100)).toEqual([expect.stringContaining("room for 80 tokens")]);
  expect(await said(agent(", context: {max_tokens: 100000}"), 100)).toEqual([expect.stringContaining("room for 80 tokens")]);
  expect(await said(agent(", context: {max_tokens: 90}"), 100)).toEqual([expect.stringContaining("room for 70 tokens")]);
  expect(await said(agent(""), 1000)).toEqual(["called"]);
});

it("a host counts by its tables, and by a tokenizer of the application's own", async () => {
  // Estimates take numbers for more than they are.
  const text = "123456789 ".repeat(200);
  const o200k = await loadTokenizer("o200k_base");
  const needed = o200k.count(text);
  const run = async (model: string, tokenizers: Record<string, typeof o200k>) => {
    const definition = `context: {max_tokens: ${needed + 100}}\nagents: [{name: a, model: ${model}, provider: mock, max_tokens: 40}]`;
    const engine = await Engine.load(definition, { models: { [model]: () => "ok" }, tokenizers });
    const result = await engine.run(text);
    await engine.close();
    return result.stop;
  };
  expect(await run("gpt-4o", {})).toBe("done");
  expect(await run("my-llama", { "my-llama": o200k })).toBe("done");
  // Where there is no tokenizer it is estimated, and there is too little room.
  expect(await run("my-llama", {})).toBe("limit");
});
