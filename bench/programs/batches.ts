import { Engine } from "../../host/index.ts";
import { fakeModel, heard, text } from "../contenders/fake-model.ts";
import { AGENTS, answerOf, check, inputOf, type Work, Witness } from "../work.ts";

// Batches of 1,000 runs at once of the pipeline: what the core's memory and the process hold after each. Prints JSON.

const BATCHES = 12;
const TOGETHER = 1000;
const work: Work = { kind: "pipeline", size: 2048 };
const witness = new Witness();
const agents = AGENTS.map((name, index) => ({
  name,
  role: "react" as const,
  model: "fake",
  prompt: `You are ${name}.`,
  inputs: index > 0 ? [AGENTS[index - 1]] : [],
  outputs: index < AGENTS.length - 1 ? [AGENTS[index + 1]] : [],
}));
const agentOf = (message: string) => AGENTS.findIndex((_, index) => message === (index === 0 ? inputOf(work) : answerOf(index - 1, work.size)));
const fake = fakeModel("v3", (call) => text(witness.answer(agentOf(heard(call)), work.size, heard(call))));
const engine = await Engine.load({ agents }, { models: { fake }, env: () => undefined });

const core: number[] = [];
const heap: number[] = [];
for (let batch = 0; batch < BATCHES; batch++) {
  const runs = Array.from({ length: TOGETHER }, () => engine.run(inputOf(work)).result);
  for (const result of await Promise.all(runs)) check(work, result.text);
  runs.length = 0;
  globalThis.gc?.();
  core.push(engine.memoryBytes);
  heap.push(process.memoryUsage().heapUsed);
}
console.log(JSON.stringify({ core, heap }));
