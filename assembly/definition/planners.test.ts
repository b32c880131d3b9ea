import { expect, test } from "vitest";
import { readYaml } from "../../host/definition/nodes.ts";
import { lines, loadSources, newCore } from "./testing.ts";

const core = newCore();

const agent = (config: string, more = "") => `agents: [{ name: p, role: planner, model: gpt-4${more}, planner_config: { ${config} } }]\n`;
const load = (yaml: string, tools: string[] = []) => loadSources(core, [readYaml("a.yaml", yaml)], { tools });
const said = (yaml: string) => lines(load(yaml)).map((line) => line.replace(/^(\w+ [\w-]+) \d+:\d+ ([^:]*):.*$/s, "$1 $2"));

test("keys of one strategy mean nothing to another", () => {
  const keys = {
    tree_of_thought: ["branching_factor: 2", "max_depth: 2", "beam_width: 2"],
    monte_carlo: ["max_depth: 2", "simulations: 2", "exploration_constant: 1.0"],
    backward_chaining: ["goal: g", "validate_dependencies: false"],
    hierarchical_plan: ["levels: 1", "max_tasks_per_level: 2"],
    react_planning: ["max_iterations: 2", "tools: [t]"],
    chain_of_thought: [],
  };
  const all = [...new Set(Object.values(keys).flat())];
  for (const [strategy, own] of Object.entries(keys)) {
    const foreign = all.filter((key) => !own.includes(key)).map((key) => `warning no-effect agents[0].planner_config.${key.split(":")[0]}`);
    expect(said(agent(`planning_strategy: ${strategy}, ${all.join(", ")}`)).filter((line) => !line.includes("tools[0]"))).toEqual(foreign);
  }
});

test("only react_planning calls tools; those it names are the agent's", () => {
  expect(said(agent("max_steps: 3", ", tools: [{ name: look }]"))).toContain("warning no-effect agents[0].tools");
  const loaded = load(agent("strategy: react, tools: [look, find]", ", tools: [{ name: look, description: Looks. }]"), ["look", "find"]);
  expect(lines(loaded)).toEqual([]);
  expect(loaded.manifest.agents[0].tools).toEqual([{ name: "look", description: "Looks." }, { name: "find" }]);
});

test("a planner has a model, and is asked as its block says", () => {
  expect(said("agents: [{ name: p, role: planner }]\n")).toEqual(["error missing-model agents[0]"]);
  const sampling = (yaml: string) => {
    const { temperature, max_tokens } = load(yaml).manifest.agents[0];
    return [temperature, max_tokens];
  };
  expect(sampling(agent(""))).toEqual([0.7, 2000]);
  expect(sampling(agent("", ", temperature: 0.2, max_tokens: 7"))).toEqual([0.2, 7]);
  expect(sampling(agent("temperature: 0.0, max_tokens: 9", ", temperature: 0.2"))).toEqual([0, 9]);
});
