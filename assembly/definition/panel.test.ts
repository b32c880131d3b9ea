import { describe, expect, test } from "vitest";
import { lines, loadYaml, newCore } from "./testing.ts";

const core = newCore();

const loaded = (yaml: string) => {
  const { manifest, ...rest } = loadYaml(core, yaml);
  expect(lines({ manifest, ...rest })).toEqual([]);
  return manifest;
};

const given = "experts: [{ name: a, role: Cook, recommendation: Salt., confidence: 0.9, rationale: Taste. }, { name: b, recommendation: Sugar. }]\n";
const asked =
  "llm: { model: gpt-4 }\nexpert_agents: [{ name: c, role: Cook, expertise: [salt, fire], perspective: hunger, weight: 2 }, { name: d, role: Guest }]\n";

describe("experts with given answers", () => {
  test("are agents that ask nobody, and one majority decides", () => {
    const { flow, agents } = loaded(`scenario: Dinner\n${given}`);
    expect(flow).toEqual({ sequence: [{ parallel: { branches: ["a", "b"] } }, { join: { strategy: "voting_majority" } }] });
    expect(agents).toEqual([
      { name: "a", role: "given", recommendation: "Salt.", confidence: 0.9, rationale: "Taste." },
      { name: "b", role: "given", recommendation: "Sugar." },
    ]);
  });

  test("each strategy is run on the same answers, once", () => {
    expect(loaded(`${given}voting_strategies: [voting_majority, voting_weighted, majority-vote]\n`).flow.sequence[1]).toEqual({
      parallel: { branches: { voting_majority: { join: { strategy: "voting_majority" } }, voting_weighted: { join: { strategy: "voting_weighted" } } } },
    });
  });

  test("the whole record is an aggregator's", () => {
    for (const format of ["output_format: detailed\n", "output: { format: json }\n"]) {
      const { flow, agents } = loaded(`${given}voting_strategies: [voting_majority, voting_confidence]\n${format}`);
      expect(flow.sequence[1]).toEqual({ parallel: { branches: ["voting_majority", "voting_confidence"] } });
      expect(agents[2]).toEqual({ name: "voting_majority", role: "aggregator", aggregator_config: { aggregation_strategy: "voting_majority" } });
    }
    expect(loaded(`${given}output_format: summary\n`).flow.sequence[1]).toEqual({ join: { strategy: "voting_majority" } });
  });

  test("may take part in a pattern or a flow that names them", () => {
    expect(loaded(`${given}orchestration: { pattern: ensemble, agents: [a, b] }\n`).flow.sequence[0]).toEqual({ parallel: { branches: ["a", "b"] } });
    expect(loaded(`${given}flow: { parallel: { branches: [a, b] } }\n`).agents).toHaveLength(2);
  });

  test("a role of that name is nobody's", () => {
    expect(lines(loadYaml(core, "agents: [{ name: a, role: given }]\n"))[0]).toMatch(/^error unknown-role/);
  });
});

describe("experts that ask a model", () => {
  test("get a prompt of their title, knowledge and perspective, and the panel's question", () => {
    const { flow, agents } = loaded(
      `${asked}research_topic: { title: Dinner, description: What to cook?, aspects: [taste, cost] }\naggregator: { strategies: [concatenate] }\n`,
    );
    const question = "The topic: Dinner\nWhat to cook?\nGo into each of these: taste, cost\n";
    expect(flow.sequence[0].parallel.branches).toEqual([
      { agent: "c", prompt: question },
      { agent: "d", prompt: question },
    ]);
    expect(flow.sequence[1]).toEqual({ join: { strategy: "concatenate", source_weights: { c: 2 } } });
    expect(agents[0]).toMatchObject({ name: "c", role: "react", model: "gpt-4", description: "Cook" });
    expect(agents[0].prompt).toMatch(/^You are c, Cook, in a panel of experts. You know about salt, fire. You look at things from this side: hunger. Say/);
    expect(agents[1].prompt).toMatch(/^You are d, Guest, in a panel of experts. Say/);
  });

  test("weights are by name or title; the aggregator's go before their own", () => {
    const weights = (more: string) =>
      loaded(`${asked}aggregator: { strategies: [voting_weighted], source_weights: ${more} }\n`).flow.sequence[1].join.source_weights;
    expect(weights("{ Guest: 3 }")).toEqual({ d: 3, c: 2 });
    expect(weights("{ Cook: 3, d: 0 }")).toEqual({ c: 3, d: 0 });
  });

  test("texts may be the definition's own", () => {
    expect(loaded(`${asked}prompts: { expert: "{name} of {title}" }\naggregator: { strategies: [concatenate] }\n`).agents[0].prompt).toBe("c of Cook");
  });
});

test("keys of a panel where there is none", () => {
  const yaml = "agents: [{ name: l, role: logger }]\nvoting_strategies: [voting_majority]\naggregator: {}\nadvanced: {}\nresearch_topic: {}\n";
  expect(lines(loadYaml(core, yaml)).map((line) => line.split(":")[0])).toEqual([2, 3, 4, 5].map((line) => `warning no-effect ${line}`));
  expect(lines(loadYaml(core, `${given}orchestration: { pattern: ensemble, agents: [a, b] }\nvoting_strategies: [voting_majority]\n`))).toEqual([
    "warning no-effect 3:1 voting_strategies: `voting_strategies` has no effect: it belongs to a panel, which has `experts` or `expert_agents` and neither a flow nor a pattern",
  ]);
});
