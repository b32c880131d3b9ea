import { expect, test } from "vitest";
import { loadSources, newCore } from "../../assembly/definition/testing.ts";
import { defineAgents } from "./define-agents.ts";
import { readObject } from "./object.ts";

test("a definition in TypeScript is typed, given back, and checked like a file", () => {
  const definition = defineAgents({
    agents: [
      { name: "clock", role: "producer", interval: "1s", outputs: ["thinker"] },
      {
        name: "thinker",
        role: "react",
        model: "gpt-4",
        tools: [{ name: "add", input_schema: { type: "object" }, effect: "pure" }],
        inputs: [{ source: "clock" }],
      },
      { name: "own", role: "a-role-of-the-host" },
    ],
    config: { agent_start_timeout: "5s" },
  });
  const loaded = loadSources(newCore(), [readObject("definition", definition)], { roles: ["a-role-of-the-host"], tools: ["add"] });
  expect(loaded.problems).toEqual([]);
  expect(loaded.manifest.agents[0]).toEqual({ name: "clock", role: "producer", interval: 1000, outputs: [{ target: "thinker" }] });
});

test("slips do not compile", () => {
  // @ts-expect-error an unknown key
  defineAgents({ agnts: [] });
  // @ts-expect-error an unknown key beside known ones
  defineAgents({ agents: [{ name: "a", rle: "logger" }] });
  // @ts-expect-error a role is a word
  defineAgents({ agents: [{ name: "a", role: 5 }] });
  // @ts-expect-error an agent has a name
  defineAgents({ agents: [{ role: "logger" }] });
  // @ts-expect-error a strategy is one of some words
  defineAgents({ agents: [{ name: "a", role: "aggregator", aggregator_config: { aggregation_strategy: "magic" } }] });
  expect(true).toBe(true);
});
