import { describe, expect, test } from "vitest";
import { lines, loadYaml, newCore } from "./testing.ts";

const core = newCore();
const two = "categories: [{ name: billing, keywords: [invoice] }, { name: bugs }]";
const classifier = (more: string) => `agents:\n  - { name: c, role: classifier, ${more} }\n`;
const problems = (yaml: string) => lines(loadYaml(core, yaml));
const agent = (yaml: string) => loadYaml(core, yaml).manifest.agents[0];

describe("a classifier", () => {
  test("has a model, or categories to decide between", () => {
    expect(problems(classifier("model: gpt-4"))).toEqual([]);
    expect(problems(classifier(`classifier_config: { ${two} }`))).toEqual([]);
    expect(problems(classifier("description: x"))).toEqual([
      "error missing-model 2:22 agents[0].role: a classifier needs `model`, its own or inherited, or `categories` to decide between by itself",
    ]);
  });

  test("without a model has no use for what models are told", () => {
    expect(problems(classifier(`prompt: Be quick., classifier_config: { ${two} }`))).toEqual([
      "warning no-effect 2:34 agents[0].prompt: `prompt` has no effect: this agent asks no model",
    ]);
    expect(problems(`llm: { temperature: 1 }\n${classifier(`classifier_config: { ${two} }`)}`)).toEqual([]);
  });

  test("has each category once, and examples of those it has", () => {
    expect(problems(classifier("model: gpt-4, categories: [a, b, a]"))).toEqual([
      "error duplicate-category 2:67 agents[0].classifier_config.categories[2].name: there are two categories `a`",
    ]);
    expect(problems(classifier(`model: gpt-4, classifier_config: { ${two}, few_shot_examples: [{ input: x, category: biling }] }`))).toEqual([
      expect.stringMatching(/^error unknown-category .*few_shot_examples\[0\]\.category: there is no category `biling` \(billing\)$/),
    ]);
    expect(problems(classifier("model: gpt-4, classifier_config: { few_shot_examples: [{ input: x, category: anything }] }"))).toEqual([]);
  });

  test("says once whether several categories may apply", () => {
    expect(problems(classifier("model: gpt-4, strategy: multi-label, classifier_config: { multi_label: true }"))).toEqual([]);
    expect(problems(classifier("model: gpt-4, strategy: multi-label, classifier_config: { multi_label: false }"))).toEqual([
      expect.stringContaining("error two-spellings 2:48 agents[0].classifier_config.strategy: `strategy` and `multi_label` mean the same"),
    ]);
  });
});

describe("sampling", () => {
  test("is the role's own, then the agent's, then that of llm, then the role's default (R16)", () => {
    expect(agent(classifier("model: gpt-4"))).toMatchObject({ temperature: 0.3, max_tokens: 500 });
    expect(agent(`llm: { temperature: 1, max_tokens: 7 }\n${classifier("model: gpt-4")}`)).toMatchObject({ temperature: 1, max_tokens: 7 });
    expect(agent(classifier("model: gpt-4, temperature: 1, max_tokens: 7"))).toMatchObject({ temperature: 1, max_tokens: 7 });
    expect(agent(classifier("model: gpt-4, temperature: 1, classifier_config: { temperature: 0, max_tokens: 9 }"))).toMatchObject({
      temperature: 0,
      max_tokens: 9,
    });
  });
});

describe("what follows a classification", () => {
  test("is for a category that there is", () => {
    const rules = "routing: { rules: [{ category: bilings, team: Money }] }\n";
    expect(problems(rules + classifier(`classifier_config: { ${two} }`))).toEqual([
      "warning unknown-category 1:32 routing.rules[0].category: no classifier has a category `bilings` (billing)",
    ]);
    expect(problems(rules + classifier("model: gpt-4"))).toEqual([]);
  });

  test("needs a classifier", () => {
    expect(problems("routing: { rules: [] }\nworkflow: { batch_size: 2 }\nagents: [{ name: a, role: logger }]\n")).toEqual([
      "warning no-effect 1:1 routing: `routing` has no effect: no agent is a classifier",
      "warning no-effect 2:1 workflow: `workflow` has no effect: no agent is a classifier",
    ]);
    expect(problems("workflow: { batch_size: 2 }\n")).toEqual([expect.stringContaining("no-agents")]);
  });
});
