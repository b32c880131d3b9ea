import { expect, it } from "vitest";
import { Engine, type EngineOptions } from "../../host/index.ts";
import { MemoryStore } from "../../host/stores/index.ts";

// Runs that are kept know their servers' tools as they were; who answers the calls is connected to again.

const definition = `
agents: [{name: clerk, model: m}]
mcp_servers: [{name: house, transport: local, tools: [{name: open_door, confirm: true}]}]
`;

const model = (messages: { role: string; content: string }[]) => {
  const last = messages.at(-1);
  return last?.role === "tool" ? `door: ${last.content}` : { toolCalls: [{ id: "1", name: "open_door", arguments: {} }] };
};

it.each([
  ["on the engine it was begun with", (options: EngineOptions & { store: MemoryStore }) => Engine.load(definition, options)],
  ["by its own definition", (options: EngineOptions & { store: MemoryStore }) => Engine.ofRun("a", options)],
])("a run that waits for a person goes on, %s", async (_, open) => {
  const store = new MemoryStore();
  const calls: string[] = [];
  const options = (words: string) => ({ store, models: { m: model as never }, toolServers: { house: { open_door: () => calls.push(words) && words } } });
  const first = await Engine.load(definition, options("first"));
  const run = first.run("x", { id: "a" });
  for await (const event of run) if (event.type === "approval-needed") break;
  void run.result.catch(() => {});
  await first.suspend();
  await first.close();
  const second = await open({ ...options("second"), approve: () => true });
  expect(await second.resume("a")).toMatchObject({ stop: "done", text: "door: second" });
  expect(calls).toEqual(["second"]);
  expect(await second.replay("a")).toMatchObject({ finished: true });
  await second.close();
});
