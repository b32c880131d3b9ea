import { describe, expect, test } from "vitest";
import { lines, loadSources, loadYaml, newCore } from "../../assembly/definition/testing.ts";
import type { Definition } from "./schema/definition.ts";
import { defineAgents } from "./define-agents.ts";
import { agent, choose, handoff, join, loop, map, parallel, plan, retrieve, sequence, supervise, use } from "./flow.ts";
import { readObject } from "./object.ts";
import type { FlowNode } from "./schema/flow-node.ts";

const core = newCore();
const agents: Definition["agents"] = ["a", "b", "c"].map((name) => ({ name, model: "gpt-4" }));
const AGENTS = "agents: [{ name: a, model: gpt-4 }, { name: b, model: gpt-4 }, { name: c, model: gpt-4 }]\n";

const cases: [string, FlowNode, string][] = [
  ["an agent's name", "a", "a"],
  [
    "agent",
    agent("a", { decide: "category", options: ["x", "y"], turns: 2, with: "$input.docs", deadline: "3s", retry: { max_attempts: 2 } }),
    "{ agent: a, decide: category, options: [x, y], turns: 2, with: $input.docs, deadline: 3s, retry: { max_attempts: 2 } }",
  ],
  [
    "sequence",
    sequence([agent("a", { as: "x" }), agent("b", { input: ["$x.y", "$prev"] })], { name: "both", on_error: "skip" }),
    "{ sequence: [{ agent: a, as: x }, { agent: b, input: [$x.y, $prev] }], name: both, on_error: skip }",
  ],
  [
    "parallel",
    parallel({ branches: { one: "a", two: "b" }, join: { quorum: 1 }, max_concurrency: 2 }, { share: "none" }),
    "{ parallel: { branches: { one: a, two: b }, join: { quorum: 1 }, max_concurrency: 2 }, share: none }",
  ],
  ["map", map({ over: "$input.items", do: ["a", "b"], on_item_error: "fail" }), "{ map: { over: $input.items, do: [a, b], on_item_error: fail } }"],
  [
    "choose by a node",
    choose({ by: agent("a", { decide: "category" }), cases: { x: "b" }, else: "c", min_confidence: 0.5 }),
    "{ choose: { by: { agent: a, decide: category }, cases: { x: b }, else: c, min_confidence: 0.5 } }",
  ],
  ["choose by a field", choose({ by: "kind", cases: { x: "b" } }), "{ choose: { by: kind, cases: { x: b } } }"],
  ["choose by conditions", choose({ cases: [{ when: "score > 0.5", do: "a" }] }), "{ choose: { cases: [{ when: score > 0.5, do: a }] } }"],
  [
    "loop",
    loop({ do: "a", until: "score >= 0.9", max: 3, keep: "best", each: "$input" }),
    "{ loop: { do: a, until: score >= 0.9, max: 3, keep: best, each: $input } }",
  ],
  [
    "handoff",
    handoff({ members: { x: "a", y: "b" }, entry: "y", transfers: { x: ["y"] }, max_hops: 3 }),
    "{ handoff: { members: { x: a, y: b }, entry: y, transfers: { x: [y] }, max_hops: 3 } }",
  ],
  ["handoff in a row", handoff({ members: ["a", "b"], entry: "b" }), "{ handoff: { members: [a, b], entry: b } }"],
  [
    "supervise",
    supervise({ members: ["a", "b"], by: { model: "gpt-5", prompt: "pick" }, max_rounds: 2 }),
    "{ supervise: { members: [a, b], by: { model: gpt-5, prompt: pick }, max_rounds: 2 } }",
  ],
  ["supervise in turn", supervise({ members: ["a", "b"], by: "round_robin" }), "{ supervise: { members: [a, b], by: round_robin } }"],
  [
    "join",
    join({ strategy: "voting_weighted", source_weights: { a: 2 }, threshold: 0.5 }),
    "{ join: { strategy: voting_weighted, source_weights: { a: 2 }, threshold: 0.5 } }",
  ],
  ["plan", plan({ planner: "a", executors: ["b", "c"], step_deadline: "5s" }), "{ plan: { planner: a, executors: [b, c], step_deadline: 5s } }"],
  ["use", use({ agents: [{ name: "q", model: "gpt-4" }], flow: "q" }), "{ use: { agents: [{ name: q, model: gpt-4 }], flow: q } }"],
];

describe("a flow in TypeScript is the same definition as in YAML", () => {
  test.each(cases)("%s", (_, flow, yaml) => {
    const built = loadSources(core, [readObject("definition", defineAgents({ agents, flow }))]);
    const read = loadYaml(core, `${AGENTS}flow: ${yaml}\n`);
    expect(lines(built).map((line) => line.replace(/ \d+:\d+ /, " "))).toEqual(lines(read).map((line) => line.replace(/ \d+:\d+ /, " ")));
    expect(built.state).toBe("ready");
    expect(built.hash).toBe(read.hash);
    expect(built.hash).not.toBe("");
  });

  test("retrieve", () => {
    const yaml = "{ retrieve: { from: docs, top_k: 3, rerank: true } }";
    const built = retrieve({ from: "docs", top_k: 3, rerank: true });
    expect(loadSources(core, [readObject("definition", { agents, flow: built })]).hash).toBe(loadYaml(core, `${AGENTS}flow: ${yaml}\n`).hash);
  });
});

test("slips do not compile", () => {
  // @ts-expect-error a reference begins with a dollar sign
  agent("a", { input: "draft" });
  // @ts-expect-error keys of an agent's node do not stand beside another kind
  sequence(["a"], { decide: "score" });
  // @ts-expect-error parameters stand in the kind
  loop({ do: "a" }, { max: 3 });
  // @ts-expect-error nobody is called z
  handoff({ members: { x: "a", y: "b" }, entry: "z" });
  // @ts-expect-error nobody is called z
  handoff({ members: { x: "a", y: "b" }, transfers: { x: ["z"] } });
  // @ts-expect-error with conditions there is no `by`
  choose({ by: "kind", cases: [{ when: "true", do: "a" }] });
  // @ts-expect-error a strategy is one of some words
  join({ strategy: "magic" });
  // @ts-expect-error a node has a kind
  defineAgents({ flow: { as: "x" } });
  expect(true).toBe(true);
});
