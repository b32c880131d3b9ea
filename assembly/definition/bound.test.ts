import { describe, expect, test } from "vitest";
import { lines, loadYaml, newCore } from "./testing.ts";

const core = newCore();

const AGENTS = `agents:
  - { name: a, model: gpt-4 }
  - { name: b, model: gpt-4, retry: { max_attempts: 2 } }
  - { name: two, model: gpt-4, providers: [{ model: gpt-4 }, { model: claude-3 }] }
  - { name: judge, role: classifier, model: gpt-4, categories: [x, y] }
  - { name: words, role: classifier, categories: [{ name: x, keywords: [k] }] }
  - { name: log, role: logger }
  - { name: armed, model: gpt-4, tools: [{ name: t }] }
`;
const A = 10;
const B = 20;

const bound = (flow: string, more = "") => {
  const loaded = loadYaml(core, `${AGENTS}${more}flow: ${flow}\n`, { tools: ["t"] });
  expect(lines(loaded)).toEqual([]);
  return loaded.whole.bound.calls;
};

describe("one activation", () => {
  test.each([
    ["a", A],
    ["b", B],
    ["two", 2 * A],
    ["log", 0],
    ["words", 0],
    ["judge", 3],
    ["{ agent: a, decide: score }", 3],
    ["{ agent: b, decide: done }", 6],
    ["{ agent: armed, decide: score }", 12],
  ])("%s: %i", (flow, calls) => {
    expect(bound(flow)).toBe(calls);
  });
});

describe("each kind", () => {
  test.each([
    ["{ sequence: [a, b] }", A + B],
    ["{ parallel: { branches: [a, b, log] } }", A + B],
    ["{ map: { do: [a, b] } }", 100_000 * B],
    ["{ map: { do: a, max_items: 7 } }", 7 * A],
    ["{ sequence: [{ agent: a, decide: queries, count: 4 }, { map: { do: a } }] }", 3 + 4 * A],
    ["{ sequence: [{ agent: a, decide: assign, options: [x, y], as: tasks }, log, { map: { over: $tasks, do: a } }] }", 3 + 2 * A],
    ["{ sequence: [{ agent: a, decide: assign, options: [x, y], as: tasks }, log, { map: { do: a } , input: $tasks }] }", 3 + 2 * A],
    ["{ sequence: [{ agent: a, decide: queries, as: q }, { map: { over: $q.x, do: a, max_items: 9 } }] }", 3 + 9 * A],
    ["{ choose: { by: { agent: judge }, cases: { x: a, y: b }, else: log } }", 3 + B],
    ["{ choose: { by: kind, cases: { x: log }, else: b } }", B],
    ["{ loop: { do: a, max: 3, until: { agent: b, decide: done } } }", 3 * (A + 6)],
    ["{ handoff: { members: [a, b] } }", 11 * B],
    ["{ supervise: { members: [a, b], model: gpt-5, max_rounds: 4 } }", 4 * (3 + B) + 10],
    ["{ supervise: { members: [a], by: round_robin, model: gpt-5, max_rounds: 4, summarise: false } }", 4 * (3 + A)],
    ["{ supervise: { members: [a], by: manual } }", 10 * A],
    ["{ supervise: { members: [a], by: { agent: b } } }", 10 * (6 + A)],
    ["{ join: { strategy: voting_majority } }", 0],
    ["{ join: { strategy: rrf, rerank: a } }", A],
    ["{ retrieve: { from: docs, rerank: b } }", B],
    ["{ plan: { planner: a, executors: [a, b], replans: 0 } }", 3 + 20 * B],
    ["{ plan: { planner: a, executors: [a], replans: 2, backtrack: true } }", 3 * (3 + 20 * 6 * A)],
    ["{ use: { agents: [{ name: q, model: gpt-4 }], flow: { sequence: [q, q] } } }", 2 * A],
    ["{ agent: a, retry: { max_attempts: 3 }, on_error: b }", 3 * A + B],
    ["{ sequence: [a], retry: {} }", 3 * A],
  ])("%s: %i", (flow, calls) => {
    expect(bound(flow)).toBe(calls);
  });
});

describe("a planner, by its strategy", () => {
  test.each([
    ["", 3],
    ["enable_self_critique: true", 5],
    ["planning_strategy: tree_of_thought", 2 * 3 * 2 * 3 + 2],
    ["planning_strategy: tree_of_thought, max_depth: 4, beam_width: 1, branching_factor: 2, enable_self_critique: true", 2 * 4 * 1 * 2 + 4],
    ["planning_strategy: react_planning, max_iterations: 7", 10],
    ["planning_strategy: monte_carlo, simulations: 4", 11],
    ["planning_strategy: backward_chaining, max_steps: 5, reasoning_depth: 2", 13],
    ["planning_strategy: hierarchical_plan, max_steps: 5, levels: 3", 18],
  ])("%s: %i", (config, calls) => {
    const planner = `agents: [{ name: p, role: planner, model: gpt-4, planner_config: { ${config} } }]\n`;
    expect(loadYaml(core, `${planner}flow: p\n`).whole.bound.calls).toBe(calls);
  });
});

describe("an aggregator and a join, by the strategy", () => {
  test.each([
    ["consensus", 2],
    ["weighted, conflict_resolution: vote", 1],
    ["hierarchical", 4],
    ["hierarchical, max_input_sources: 2", 3],
    ["semantic, summarization_enabled: true", 3],
    ["voting_majority", 0],
  ])("%s: %i", (strategy, calls) => {
    const branches = "{ parallel: { branches: [log, log, log] } }";
    expect(bound(`{ sequence: [${branches}, { join: { strategy: ${strategy}, model: gpt-4 } }] }`)).toBe(calls);
    const own = AGENTS.replace(
      "agents:",
      `agents:\n  - { name: agg, role: aggregator, model: gpt-4, aggregator_config: { aggregation_strategy: ${strategy} } }`,
    );
    const loaded = loadYaml(core, `${own}flow: { sequence: [${branches}, agg] }\n`, { tools: ["t"] });
    expect(loaded.whole.bound.calls).toBe(calls);
  });
});

test("limits and budget cut it", () => {
  expect(bound("{ loop: { do: a, max: 100 } }", "limits: { activations: 5 }\n")).toBe(5 * A);
  expect(bound("{ loop: { do: a, max: 100 } }", "budget: { calls: 7 }\n")).toBe(7);
});

test("more than anybody counts to is a number all the same", () => {
  const nested = (flow: string, times: number): string => (times ? nested(`{ loop: { do: ${flow}, max: 1000 } }`, times - 1) : flow);
  expect(bound(nested("a", 4))).toBe(A * 1000 ** 4);
  expect(bound(nested("a", 40))).toBe(Number.MAX_SAFE_INTEGER);
});

test("without a flow it is that of one activation", () => {
  expect(loadYaml(core, AGENTS, { tools: ["t"] }).whole.bound).toEqual({ calls: 20, per: "activation" });
});
