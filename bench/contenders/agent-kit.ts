import { AGENTS, DONE, inputOf } from "../work.ts";
import { serve } from "./contender.ts";

// @inngest/agent-kit: agents in a network whose router is code. It has no fake model, so `fetch` answers in its place, with an object
// instead of a body.

interface Agent {
  run(input: string): Promise<{ output: { content?: string }[] }>;
}

interface Network {
  run(input: string): Promise<{ state: { results: { output: { content?: string }[] }[] } }>;
}

interface Kit {
  createAgent(settings: object): Agent;
  createNetwork(settings: object): Network;
  createTool(settings: object): unknown;
}

interface Body {
  model: string;
  messages: { role: string; content: string }[];
}

const { createAgent, createNetwork, createTool } = (await import("@inngest/agent-kit" as string)) as Kit;
const { openai } = (await import("@inngest/ai" as string)) as { openai(settings: object): unknown };
const { z } = (await import("zod" as string)) as typeof import("zod");

let reply: (body: Body) => object = () => ({});
globalThis.fetch = (async (_url: unknown, { body }: { body: string }) => ({
  ok: true,
  status: 200,
  json: async () => reply(JSON.parse(body) as Body),
})) as never;

const model = (id: string) => openai({ model: id, apiKey: "none", baseUrl: "http://localhost/" });
const say = (content: string) => ({ id: "x", choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content } }], usage: {} });
const lastText = (results: { output: { content?: string }[] }[]) => results[results.length - 1].output[0].content ?? "";

serve((work, witness) => {
  if (work.kind === "pipeline") {
    const { size } = work;
    reply = ({ model, messages }) => say(witness.answer(AGENTS.indexOf(model), size, messages[messages.length - 1].content));
    const agents = AGENTS.map((name) => createAgent({ name, system: `You are ${name}.`, model: model(name) }));
    const network = createNetwork({
      name: "pipeline",
      agents,
      defaultModel: model("first"),
      router: ({ callCount }: { callCount: number }) => agents[callCount],
    });
    const input = inputOf(work);
    return async () => lastText((await network.run(input)).state.results);
  }
  if (work.kind === "fan-out") {
    reply = ({ messages }) => say(witness.branch(messages[messages.length - 1].content));
    const agent = createAgent({ name: "branch", system: "You are a branch.", model: model("branch") });
    const input = inputOf(work);
    return async () => lastTexts(await Promise.all(Array.from({ length: work.branches }, () => agent.run(input)))).join("\n");
  }
  reply = ({ messages }) => {
    const q = witness.next(messages.filter(({ role }) => role === "tool").length, work.calls);
    if (q === undefined) return say(DONE);
    const call = { id: `call-${q}`, type: "function", function: { name: "look", arguments: JSON.stringify({ q }) } };
    return { id: "x", choices: [{ index: 0, finish_reason: "tool_calls", message: { role: "assistant", content: null, tool_calls: [call] } }], usage: {} };
  };
  const look = createTool({
    name: "look",
    description: "Looks something up.",
    parameters: z.object({ q: z.number() }),
    handler: async ({ q }: { q: number }) => witness.tool(q),
  });
  const agent = createAgent({ name: "looker", system: "You look things up.", model: model("looker"), tools: [look] });
  const router = ({ lastResult }: { lastResult?: { toolCalls: unknown[] } }) =>
    lastResult === undefined || lastResult.toolCalls.length > 0 ? agent : undefined;
  const network = createNetwork({ name: "loop", agents: [agent], defaultModel: model("looker"), maxIter: 50, router });
  return async () => lastText((await network.run("Look.")).state.results);
});

function lastTexts(results: { output: { content?: string }[] }[]): string[] {
  return results.map(({ output }) => output[0].content ?? "");
}
