import { AGENTS, DONE, inputOf } from "../work.ts";
import { serve } from "./contender.ts";
import { fakeModel, heard, text, toolCall, toolResults } from "./fake-model.ts";

// The AI SDK's own loop: ToolLoopAgent of ai 6 or 7, called one after the other.

/** What is used of the package, whose types are not there unless it is installed. */
interface Sdk {
  ToolLoopAgent: new (settings: object) => { generate(call: { prompt: string }): Promise<{ text: string }> };
  tool(tool: object): unknown;
  stepCountIs?(count: number): unknown;
  isStepCount?(count: number): unknown;
}

export async function serveAiSdk(packageName: string, specification: "v3" | "v4"): Promise<void> {
  const { ToolLoopAgent, tool, stepCountIs, isStepCount } = (await import(packageName)) as Sdk;
  const { z } = (await import("zod" as string)) as typeof import("zod");
  serve((work, witness) => {
    if (work.kind === "pipeline") {
      const { size } = work;
      const agents = AGENTS.map(
        (name, index) =>
          new ToolLoopAgent({ model: fakeModel(specification, (call) => text(witness.answer(index, size, heard(call)))), instructions: `You are ${name}.` }),
      );
      const input = inputOf(work);
      return async () => {
        let text = input;
        for (const agent of agents) text = (await agent.generate({ prompt: text })).text;
        return text;
      };
    }
    if (work.kind === "fan-out") {
      const agent = new ToolLoopAgent({ model: fakeModel(specification, (call) => text(witness.branch(heard(call)))), instructions: "You are a branch." });
      const prompt = inputOf(work);
      return async () => (await Promise.all(Array.from({ length: work.branches }, () => agent.generate({ prompt })))).map(({ text }) => text).join("\n");
    }
    const model = fakeModel(specification, (call) => {
      const q = witness.next(toolResults(call), work.calls);
      return q === undefined ? text(DONE) : toolCall(q);
    });
    const look = tool({
      description: "Looks something up.",
      inputSchema: z.object({ q: z.number() }),
      execute: async ({ q }: { q: number }) => witness.tool(q),
    });
    const agent = new ToolLoopAgent({ model, tools: { look }, stopWhen: (stepCountIs ?? isStepCount)?.(50) });
    return async () => (await agent.generate({ prompt: "Look." })).text;
  });
}
