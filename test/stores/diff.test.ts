import { expect, it } from "vitest";
import { Engine } from "../../host/index.ts";
import { MemoryStore } from "../../host/stores/index.ts";

// Two runs, compared.

const definition = `agents:
  - { name: writer, model: m, prompt: Write., tools: [{name: look, effect: pure}] }
`;

const tools = { look: () => "sunny" };
const models = {
  m: (messages: readonly { role: string; content: string }[]) =>
    messages.some(({ role }) => role === "tool")
      ? { text: `${messages[0].content} ${messages[messages.length - 1].content}`, usage: { input: 7, output: 2 } }
      : { toolCalls: [{ name: "look" }], usage: { input: 5, output: 1 } },
};

it("runs that had the same input are the same, whatever they are called, whenever they ran and whatever their seeds", async () => {
  const store = new MemoryStore();
  await using engine = await Engine.load(definition, { store, models, tools });
  for (const id of ["a", "b"]) await engine.run("x", { id });
  await engine.run("y", { id: "c" });
  const same = await engine.diff("a", "b");
  expect(same).toMatchObject({ parts: undefined, steps: [], left: { run: "a", spent: { calls: 2, input: 12, output: 3 } }, right: { run: "b" } });
  expect((await engine.diff("a", "c")).parts).toBe(1);
  await expect(engine.diff("a", "none")).rejects.toMatchObject({ code: "run-missing" });
});

it("a fork is the same up to its step, and what differs then stands side by side", async () => {
  const store = new MemoryStore();
  await using engine = await Engine.load(definition, { store, models, tools });
  await engine.run("x", { id: "a" });
  await engine.fork("a", { id: "b", at: 2, changes: { prompts: { writer: "Be brief." } } });
  const { parts, steps } = await engine.diff("a", "b");
  expect(parts).toBe(3);
  expect(steps.map(({ step, left, right }) => [step, left?.commands.map(({ type }) => type), right?.events.map(({ type }) => type)])).toEqual([
    [3, ["call-model"], ["amend"]],
    [4, ["output", "finished"], ["tool-result"]],
    [5, undefined, ["resend"]],
    [6, undefined, ["model-result"]],
  ]);
  expect(steps[3].right).toMatchObject({ commands: [{ text: "Be brief. sunny" }, {}], spent: { calls: 1, input: 7, output: 2 } });
  expect(steps[1].left).toMatchObject({ events: [{ type: "model-result" }], spent: { calls: 1 } });
});
