import { describe, expect, it } from "vitest";
import { Engine, type RunEvent, scripted } from "../../host/index.ts";

const definition = { agents: [{ name: "asker", model: "gpt-4", provider: "openai", tools: [{ name: "look", timeout: "50ms", effect: "pure" as const }] }] };
const models = scripted([{ when: { turn: 1 }, give: { calls: [{ tool: "look" }] } }, { give: "done" }]);

async function endsOf(look?: () => unknown): Promise<RunEvent[]> {
  const engine = await Engine.load(definition, { models, tools: look === undefined ? {} : { look } });
  const ends: RunEvent[] = [];
  for await (const event of engine.run("go")) if (event.type === "tool-call" || event.type === "tool-end" || event.type === "model-end") ends.push(event);
  await engine.close();
  return ends;
}

/** Every call has one end, of the same effect, however it ended. */
describe("the end of a tool's call is told", () => {
  it.each([
    ["an answer", () => "a star", { text: "a star", isError: false }],
    [
      "an error",
      () => {
        throw new Error("clouds");
      },
      { text: "clouds", isError: true },
    ],
    ["no code for it", undefined, { text: "missing", isError: true }],
    ["no answer in time", () => new Promise(() => {}), { text: "timeout", isError: true }],
  ])("after %s", async (_, look, outcome) => {
    const events = await endsOf(look);
    const calls = events.filter((event) => event.type === "tool-call");
    const ends = events.filter((event) => event.type === "tool-end");
    expect(calls).toHaveLength(1);
    expect(ends).toMatchObject([{ effect: calls[0].effect, tool: "look", agent: "asker", ...outcome }]);
    expect(events.filter((event) => event.type === "model-end").map(({ effect }) => effect)).toEqual([1, 3]);
  });
});
