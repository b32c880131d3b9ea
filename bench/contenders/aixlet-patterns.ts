import { Engine, memoryStore } from "../../host/index.ts";
import type { Definition } from "../../host/main.ts";
import { DOCUMENTS, judge, OK, patternOf } from "../patterns.ts";
import type { PatternWork } from "../work.ts";
import { serve } from "./contender.ts";

// aixlet at patterns: the engine is loaded once and runs are made of it.

serve<PatternWork>(async ({ pattern: name }, witness) => {
  const { definition, input, says, decides } = patternOf(name);
  const called = (answer: (heard: string) => string) => (heard: string) => {
    witness.effects++;
    return answer(heard);
  };
  const engine = await Engine.load(definition as Definition, {
    env: () => undefined,
    documents: memoryStore({ documents: DOCUMENTS }),
    agents: { noop: called((heard) => says[heard] ?? OK), critic: called(judge), decider: called((heard) => decides[heard] ?? OK) },
    models: {
      m: (messages) => {
        witness.effects++;
        if (name === "rag" && !String(messages[0].content).includes(DOCUMENTS[0].id)) throw new Error("nothing was found");
        return decides[String(messages[messages.length - 1].content)] ?? OK;
      },
    },
  });
  await engine.prepare();
  return async () => (await engine.run(input)).text;
});
