import { Engine, type EngineOptions, type Run } from "../../host/index.ts";
import type { ModelCall } from "../../host/models/types.ts";

/** An engine whose model makes one call of a tool, and says what came of it; with what the model was told. */
export async function clerk(definition: string, options: EngineOptions = {}) {
  let call = { name: "", arguments: {} };
  const told: ModelCall[] = [];
  const model = (messages: { role: string; content: string; isError?: boolean }[], request: ModelCall) => {
    told.push(request);
    const last = messages.at(-1);
    return last?.role === "tool" ? `${last.isError === true ? "error: " : ""}${last.content}` : { toolCalls: [{ id: "1", ...call }] };
  };
  const engine = await Engine.load(definition, { models: { "gpt-4": model as never }, ...options });
  const run = (name: string, input: object): Run => {
    call = { name, arguments: input };
    return engine.run("go");
  };
  return { engine, told, run, use: (name: string, input: object = {}) => run(name, input).text() };
}
