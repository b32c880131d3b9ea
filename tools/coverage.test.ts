import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { Coverage, readCoverage } from "./coverage.ts";
import { coveragePage } from "./coverage-page.ts";

const coverage = new Coverage();
const found = (yaml: string) => coverage.find(parse(yaml)).map(({ row }) => row.id);

test("docs/coverage.md is what the scenarios give", () => {
  const page = readFileSync(new URL("../docs/coverage.md", import.meta.url), "utf8");
  expect(page === coveragePage(readCoverage()), "run npx tsx tools/coverage.ts").toBe(true);
});

test("keys, their words, and other spellings of both are found", () => {
  expect(found("agents: [{name: a, type: aggregator, aggregator_config: {semantic_similarity: 1}}]")).toEqual([
    "agents",
    "agents.name",
    "agents.role",
    "agents.role: aggregator",
    "agents.aggregator_config",
    "agents.aggregator_config.semantic_similarity_threshold",
  ]);
  expect(found("agents: {a: {retry: {retry_on: [timeout]}}}")).toEqual(["agents", "agents.retry", "agents.retry.retry_on", "agents.retry.retry_on: timeout"]);
  expect(coverage.find(parse("agents: [{}, {name: b}]")).at(-1)!.path).toEqual(["agents", 1, "name"]);
});

test("a key that stands for another is found as both, of the agent's role", () => {
  expect(found("default_model: m")).toEqual(["default_model", "llm.model"]);
  expect(found("agents: [{role: planner, strategy: react}]").slice(3)).toEqual([
    "agents.strategy",
    "agents.planner_config.planning_strategy",
    "agents.planner_config.planning_strategy: react",
  ]);
});

test("a parameter is found under its pattern, wherever it stands", () => {
  expect(found("orchestration: {pattern: swarm, config: {agents: [a]}}")).toContain("orchestration.config.agents (swarm)");
  expect(found("orchestration: {pattern: swarm, agents: [a]}")).toContain("orchestration.config.agents (swarm)");
  expect(found("orchestration: {pattern: router, fallback: a}")).toContain("orchestration.config.fallback (router)");
  expect(found("supervisor: {parallel_config: {agents: [a]}}")).toContain("orchestration.config.agents (parallel)");
});

test("nodes within nodes, and definitions within definitions", () => {
  expect(found("flow: {sequence: [a, {map: {do: {use: {seed: 1}}}, on_error: skip}]}")).toEqual([
    "flow",
    "flow.sequence",
    "flow.map",
    "flow.map.do",
    "flow.use",
    "seed",
    "flow.on_error",
    "flow.on_error: skip",
  ]);
});

test("keys without effect in this version are no keys, nor are unknown ones", () => {
  expect(found("{embeddings: {provider: openai}, nobody: 1}")).toEqual([]);
});

test("the page lists keys without a scenario", () => {
  const page = coveragePage([
    { id: "a", map: "", scenarios: ["one", "two", "three", "four"] },
    { id: "a.b", map: "a", scenarios: [] },
  ]);
  expect(page).toContain("2 keys, words and parameters; 1 in scenarios.");
  expect(page).toContain("## Gaps\n\n- `a.b`\n");
  expect(page).toContain("| `a` | one, two, three |\n\n## `a`\n");
  expect(page).toContain("| `a.b` | – |");
});
