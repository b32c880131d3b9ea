import { AGENTS, DONE, inputOf } from "../work.ts";
import { serve } from "./contender.ts";

// The plain way: the same calls, by hand, with nothing around them.

serve((work, witness) => {
  if (work.kind === "pipeline") {
    const { size } = work;
    const call = async (agent: number, message: string) => ({ text: witness.answer(agent, size, message) });
    const input = inputOf(work);
    return async () => {
      let text = input;
      for (let agent = 0; agent < AGENTS.length; agent++) text = (await call(agent, text)).text;
      return text;
    };
  }
  if (work.kind === "fan-out") {
    const call = async (message: string) => ({ text: witness.branch(message) });
    const input = inputOf(work);
    return async () => (await Promise.all(Array.from({ length: work.branches }, () => call(input)))).map(({ text }) => text).join("\n");
  }
  const call = async (results: readonly string[]) => witness.next(results.length, work.calls);
  const tool = async (q: number) => witness.tool(q);
  return async () => {
    const results: string[] = [];
    for (;;) {
      const q = await call(results);
      if (q === undefined) return DONE;
      results.push(await tool(q));
    }
  };
});
