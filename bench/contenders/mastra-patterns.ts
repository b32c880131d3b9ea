import { judge, OK, type Pattern, patternOf, ROUNDS } from "../patterns.ts";
import type { PatternWork, Witness } from "../work.ts";
import { serve } from "./contender.ts";

// The same patterns as workflows of Mastra; steps answer at once, without its agents and chat models. Its types are not there unless it is installed.

type Data = { text: string; route?: string; score?: number; rounds?: number };
type Execution<T> = { inputData: T };

interface Workflow {
  then(step: object): Workflow;
  parallel(steps: object[]): Workflow;
  branch(cases: [(execution: Execution<Data>) => Promise<boolean>, object][]): Workflow;
  dountil(step: object, done: (execution: Execution<Data>) => Promise<boolean>): Workflow;
  foreach(step: object, options: { concurrency: number }): Workflow;
  commit(): Workflow;
  createRunAsync(): Promise<{ start(options: { inputData: Data }): Promise<{ status: string; result: unknown }> }>;
}

interface Mastra {
  createWorkflow(options: { id: string; inputSchema: unknown; outputSchema: unknown }): Workflow;
  createStep(options: { id: string; inputSchema: unknown; outputSchema: unknown; execute(execution: Execution<never>): Promise<unknown> }): object;
}

const { createWorkflow, createStep } = (await import("@mastra/core/workflows" as string)) as Mastra;
const { z } = (await import("zod" as string)) as { z: { any(): unknown } };
const schemas = { inputSchema: z.any(), outputSchema: z.any() };

const workflow = (id: string) => createWorkflow({ id, ...schemas });
const step = <I>(id: string, execute: (data: I) => unknown) =>
  createStep({ id, ...schemas, execute: async ({ inputData }: Execution<never>) => execute(inputData as I) });

function workflowOf({ name, says, decides }: Pattern, witness: Witness): Workflow {
  const say = (heard: string, answer = says[heard] ?? OK) => {
    witness.effects++;
    return answer;
  };
  const agent = (id: string) => step<Data>(id, (data) => ({ ...data, text: say(data.text), rounds: (data.rounds ?? 0) + 1 }));
  if (name.startsWith("sequential")) return workflow("sequential").then(agent("first")).then(agent("second")).then(agent("third"));
  if (name.startsWith("parallel")) {
    const merge = (answers: Record<string, Data>) => ({
      text: JSON.stringify(Object.fromEntries(Object.entries(answers).map(([id, { text }]) => [id, text]))),
    });
    return workflow("parallel")
      .parallel([0, 1, 2, 3].map((index) => agent(`agent-${index}`)))
      .then(step("merge", merge));
  }
  if (name === "router") {
    return workflow("router")
      .then(step<Data>("desk", (data) => ({ ...data, route: JSON.parse(say(data.text, decides[data.text])).category })))
      .branch(["loans", "cards"].map((route) => [async ({ inputData }) => inputData.route === route, agent(route)]))
      .then(step<Record<string, Data>>("answer", (answers) => Object.values(answers)[0]));
  }
  if (name === "reflection") {
    const critic = step<Data>("critic", (data) => ({ ...data, score: JSON.parse(say(data.text, judge(data.text))).score }));
    return workflow("reflection").dountil(
      workflow("round").then(agent("writer")).then(critic).commit(),
      async ({ inputData }) => (inputData.score ?? 0) >= 0.8,
    );
  }
  if (name.startsWith("mapreduce")) {
    return workflow("mapreduce")
      .then(step<Data>("split", ({ text }) => JSON.parse(text)))
      .foreach(
        step<string>("mapper", (item) => say(item)),
        { concurrency: 8 },
      )
      .then(step<string[]>("reducer", (mapped) => ({ text: say(JSON.stringify(mapped)) })));
  }
  return workflow("loop").dountil(agent("agent"), async ({ inputData }) => (inputData.rounds ?? 0) >= ROUNDS);
}

serve<PatternWork>(({ pattern: name }, witness) => {
  const pattern = patternOf(name);
  const app = workflowOf(pattern, witness).commit();
  return async () => {
    const run = await app.createRunAsync();
    const { status, result } = await run.start({ inputData: { text: pattern.input } });
    if (status !== "success") throw new Error(`Mastra: ${status}`);
    return (result as Data).text;
  };
});
