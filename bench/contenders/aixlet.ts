import { Engine, type EngineOptions } from "../../host/index.ts";
import type { Definition } from "../../host/main.ts";
import { AGENTS, DONE, inputOf } from "../work.ts";
import { serve } from "./contender.ts";
import { fakeModel, heard, text, toolCall, toolResults } from "./fake-model.ts";

// aixlet as a user has it: a definition, model objects of the AI SDK and nothing switched off.

async function ready(definition: Definition, options: EngineOptions): Promise<Engine> {
  const engine = await Engine.load(definition, { env: () => undefined, ...options });
  await engine.prepare();
  return engine;
}

serve(async (work, witness) => {
  if (work.kind === "pipeline") {
    const { size } = work;
    const agents = AGENTS.map((name, index) => ({
      name,
      role: "react" as const,
      model: `model-${index}`,
      prompt: `You are ${name}.`,
      inputs: index > 0 ? [AGENTS[index - 1]] : [],
      outputs: index < AGENTS.length - 1 ? [AGENTS[index + 1]] : [],
    }));
    const models = Object.fromEntries(AGENTS.map((_, index) => [`model-${index}`, fakeModel("v3", (call) => text(witness.answer(index, size, heard(call))))]));
    const engine = await ready({ agents }, { models });
    const input = inputOf(work);
    return async () => (await engine.run(input)).text;
  }
  if (work.kind === "fan-out") {
    const names = Array.from({ length: work.branches }, (_, index) => `branch-${index}`);
    const branches = names.map((name) => ({
      name,
      role: "react" as const,
      model: "fake",
      prompt: `You are ${name}.`,
      inputs: ["question"],
      outputs: ["join"],
    }));
    const join = { name: "join", role: "aggregator" as const, inputs: names, aggregator_config: { aggregation_strategy: "concatenate" as const } };
    const engine = await ready({ agents: [...branches, join] }, { models: { fake: fakeModel("v3", (call) => text(witness.branch(heard(call)))) } });
    const input = inputOf(work);
    return async () => (await engine.run(input)).text;
  }
  const { calls } = work;
  const look = { name: "look", description: "Looks something up.", input_schema: { type: "object", properties: { q: { type: "number" } }, required: ["q"] } };
  const agent = {
    name: "looker",
    role: "react" as const,
    model: "fake",
    prompt: "You look things up.",
    tools: [look],
  };
  const model = fakeModel("v3", (call) => {
    const q = witness.next(toolResults(call), calls);
    return q === undefined ? text(DONE) : toolCall(q);
  });
  const engine = await ready({ agents: [agent] }, { models: { fake: model }, tools: { look: (input) => witness.tool((input as { q: number }).q) } });
  return async () => (await engine.run("Look.")).text;
});
