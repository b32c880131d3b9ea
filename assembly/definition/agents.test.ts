import { describe, expect, test } from "vitest";
import { type LoadOptions, lines, loadYaml, newCore } from "./testing.ts";

const core = newCore();

const problems = (yaml: string, options?: LoadOptions) => lines(loadYaml(core, yaml, options));
const logger = (name: string, more = "") => `  - { name: ${name}, role: logger${more} }\n`;

describe("names", () => {
  test.each([
    [`agents:\n${logger("a")}${logger("a")}`, "error duplicate-agent 3:13 agents[1].name: there are two agents `a`; the first is in line 2"],
    [`agents:\n${logger("user")}`, "error reserved-name 2:13 agents[0].name: `user` is the outside: an agent needs another name"],
    [`supervisor: { name: a }\nagents:\n${logger("a")}`, "error duplicate-agent 3:13 agents[0].name: `a` is the supervisor's name"],
    [`supervisor: {}\nagents:\n${logger("supervisor")}`, "error duplicate-agent 3:13 agents[0].name: `supervisor` is the supervisor's name"],
  ])("%j", (yaml, line) => {
    expect(problems(yaml)).toEqual([line]);
  });
});

describe("roles", () => {
  test("none is react if there is a model (R11)", () => {
    expect(loadYaml(core, "supervisor: { model: gpt-4 }\nagents: [{ name: a }]\n").manifest.agents[0]).toMatchObject({ role: "react", model: "gpt-4" });
    expect(problems("agents: [{ name: a }]\n")).toEqual([
      "error missing-role 1:10 agents[0]: an agent without `role` is `react` and needs a model; this one has neither",
    ]);
  });

  test("others are the host's (R45)", () => {
    const yaml = "agents: [{ name: a, role: expert }]\n";
    expect(problems(yaml, { roles: ["expert"] })).toEqual([]);
    expect(problems(yaml, { roles: ["experts"] })).toEqual([
      "error unknown-role 1:27 agents[0].role: there is no role `expert`: the engine has `producer`, `logger`, `react`, `classifier`, `aggregator`, `planner`, `indexer`, `retriever`; the host has registered `experts` (experts)",
    ]);
    expect(problems("agents: [{ name: a, role: loger }]\n")).toEqual([
      expect.stringMatching(/^error unknown-role .*`retriever`, and the host has registered none \(logger\)$/),
    ]);
  });

  test("producers and loggers ask nobody", () => {
    expect(problems("agents: [{ name: a, role: producer, model: gpt-4, inputs: [b] }]\n")).toEqual([
      "warning no-effect 1:37 agents[0].model: `model` has no effect: this agent asks no model",
      "warning no-effect 1:51 agents[0].inputs: `inputs` has no effect: a producer takes no messages",
    ]);
    expect(problems("agents: [{ name: a, role: producer }]\n")).toEqual([]);
  });
});

describe("aggregators", () => {
  const aggregator = (more: string) =>
    `agents:\n  - { name: a, role: logger, outputs: [v] }\n  - { name: v, role: aggregator, inputs: [port], aggregator_config: { aggregation_strategy: voting_weighted, ${more} }`;

  test("weigh whom they hear (R15)", () => {
    expect(problems(`${aggregator("source_weights: { a: 2, port: 1, other: 3 }")} }\n`)).toEqual([
      "warning unknown-source 3:143 agents[1].aggregator_config.source_weights.other: `other` is nobody whom this agent hears",
    ]);
  });

  test("need a model for what a model writes, and only concatenate if nothing is said", () => {
    expect(problems("agents: [{ name: a, role: aggregator, strategy: semantic }]\n")).toEqual([
      "error missing-model 1:10 agents[0]: this agent has no `model`, and neither `llm` nor `supervisor` gives one",
    ]);
    expect(problems("agents: [{ name: a, role: aggregator }]\n")).toEqual([
      "warning no-model 1:27 agents[0].role: with neither a model nor an `aggregation_strategy` it puts what it gets one after the other",
    ]);
    expect(problems("supervisor: { model: gpt-4 }\nagents: [{ name: a, role: aggregator }]\n")).toEqual([]);
  });

  test("ask no model for a vote, unless it is to be summed up", () => {
    expect(problems(`${aggregator("summarization_enabled: true")} }, model: gpt-4 }\n`.replace("} },", "},"))).toEqual([]);
    expect(problems(`${aggregator("")}, model: gpt-4 }\n`)).toEqual([
      expect.stringContaining("agents[1].model: `model` has no effect: this agent asks no model"),
    ]);
  });
});

describe("models (R3)", () => {
  const agent = (yaml: string) => {
    const loaded = loadYaml(core, yaml);
    expect(lines(loaded).filter((line) => line.startsWith("error"))).toEqual([]);
    return loaded.manifest.agents[0];
  };

  test.each([
    ["gpt-4", "openai"],
    ["o3-mini", "openai"],
    ["claude-3-opus", "anthropic"],
    ["gemini-pro", "gemini"],
    ["grok-2", "xai"],
    ["anthropic.claude-v2", "bedrock"],
    ["bedrock/x", "bedrock"],
    ["text-bison@002", "vertexai"],
    ["vertex/x", "vertexai"],
    ["meta-llama/Llama-2", "huggingface"],
    ["llama3:8b", "ollama"],
  ])("%s is known by its shape", (model, provider) => {
    expect(agent(`agents: [{ name: a, role: react, model: "${model}" }]\n`)).toMatchObject({ model, provider, providers: [{ model, provider }] });
  });

  test("an id without a shape asks for the provider", () => {
    expect(problems("agents: [{ name: a, role: react, model: mine }]\n")).toEqual([
      "warning unknown-provider 1:41 agents[0].model: no provider is known by the id `mine`: give `provider`, or give the host a model of that name",
    ]);
    expect(problems("agents: [{ name: a, role: react, model: mine, provider: vllm }]\n")).toEqual([]);
  });

  test("the agent's own, else that of `llm`, else the supervisor's, with its settings", () => {
    const shared = "llm: { model: gpt-4, api_key: '$" + "{K}', temperature: 0.1 }\nsupervisor: { model: claude-3 }\n";
    expect(agent(`${shared}agents: [{ name: a, role: react }]\n`)).toMatchObject({
      model: "gpt-4",
      provider: "openai",
      temperature: 0.1,
      providers: [{ model: "gpt-4", provider: "openai", api_key: "$" + "{K}" }],
    });
    const own = agent(`${shared}agents: [{ name: a, role: react, model: grok, temperature: 0 }]\n`);
    expect(own).toMatchObject({ model: "grok", provider: "xai", temperature: 0 });
    expect(own.providers[0]).not.toHaveProperty("api_key");
    expect(agent("supervisor: { model: claude-3, region: eu }\nagents: [{ name: a, role: react }]\n").providers).toEqual([
      { model: "claude-3", provider: "anthropic", region: "eu" },
    ]);
    expect(problems("agents: [{ name: a, role: react }]\n")).toEqual([
      "error missing-model 1:10 agents[0]: this agent has no `model`, and neither `llm` nor `supervisor` gives one",
    ]);
  });

  test("a service by its name", () => {
    const services =
      "model_services: [{ name: local, provider: vllm, model: llama, runtime: vllm, address: 'http://gpu:8000', config: { token: '$" + "{T}' } }]\n";
    expect(agent(`${services}agents: [{ name: a, role: react, model: local }]\n`)).toMatchObject({
      model: "llama",
      providers: [{ model: "llama", provider: "vllm", runtime: "vllm", endpoint: "http://gpu:8000", api_key: "$" + "{T}" }],
    });
  });

  test("several providers, each complete", () => {
    const { providers } = agent(
      "agents: [{ name: a, role: react, model: gpt-4, api_key: '$" +
        "{K}', providers: [{ timeout: 5s }, { model: claude-3 }, { provider: vllm, endpoint: 'http://x' }] }]\n",
    );
    expect(providers).toEqual([
      { timeout: 5000, model: "gpt-4", provider: "openai", api_key: "$" + "{K}" },
      { model: "claude-3", provider: "anthropic" },
      { provider: "vllm", endpoint: "http://x", model: "gpt-4" },
    ]);
    expect(problems("agents: [{ name: a, role: react, providers: [{ model: gpt-4 }, {}] }]\n")).toEqual([
      "error missing-key 1:64 agents[0].providers[1]: `model` is missing, and the agent has none",
    ]);
    expect(agent("agents: [{ name: a, role: react, providers: [{ model: gpt-4 }] }]\n")).not.toHaveProperty("model");
  });
});

describe("tools", () => {
  const tools = (list: string) => `agents: [{ name: a, role: react, model: gpt-4, tools: ${list} }]\n`;

  test("have names of their own", () => {
    expect(problems(tools("[{ name: t }, { name: t }]"), { tools: ["t"] })).toEqual([
      "error duplicate-tool 1:77 agents[0].tools[1].name: the agent has two tools `t`",
    ]);
    expect(problems(tools("[{ name: a.b }]"), { tools: ["a.b"] })[0]).toContain("error bad-name");
  });

  test("need a handler (R18)", () => {
    const line = "warning no-handler 1:64 agents[0].tools[0].name: the host has no tool `t`: calls of it will fail";
    expect(problems(tools("[{ name: t }]"))).toEqual([line]);
    expect(problems(tools("[{ name: t }]"), { tools: ["u"], checkOnly: true })).toEqual([line]);
    expect(problems(tools("[{ name: t }]"), { checkOnly: true })).toEqual([]);
    expect(problems("agents: [{ name: a, role: logger, tools: [{ name: t }] }]\n")).toEqual([]);
  });

  test("are never run again if they are `once`", () => {
    expect(problems(tools("[{ name: t, retry: {}, on_unknown: retry }]"), { tools: ["t"] })).toEqual([
      "error bad-combination 1:67 agents[0].tools[0].retry: a tool of effect `once` is never run again: `retry` needs `effect: idempotent` or `pure`",
      "error bad-combination 1:90 agents[0].tools[0].on_unknown: a tool of effect `once` is never run again: `on_unknown: retry` needs `effect: idempotent` or `pure`",
    ]);
    expect(problems(tools("[{ name: t, effect: pure, retry: {}, on_unknown: retry }]"), { tools: ["t"] })).toEqual([]);
  });
});

describe("wiring", () => {
  test("an undeclared name is a port, and a near one perhaps a slip (R24)", () => {
    const agents = (more: string) => `agents:\n${logger("analyzer")}${logger("agent-1")}${logger("x", more)}`;
    expect(problems(agents(", inputs: [outside], outputs: [user]"))).toEqual([]);
    expect(problems(agents(", inputs: [analizer]"))).toEqual([
      "warning near-name 4:39 agents[2].inputs[0].source: `analizer` is no agent, and so a port to the outside (analyzer)",
    ]);
    expect(problems(agents(", outputs: [{ target: anlayzer }]"))).toEqual([
      "warning near-name 4:50 agents[2].outputs[0].target: `anlayzer` is no agent, and so a port to the outside (analyzer)",
    ]);
    expect(problems(agents(", inputs: [agent-2]"))).toEqual([]);
    expect(problems(agents(", inputs: [analyzers], outputs: [analyzers]"))).toEqual([]);
  });

  test("who is waited for must be there, and nobody waits for himself (R24)", () => {
    expect(problems(`agents:\n${logger("database")}${logger("b", ", depends_on: [databse]")}`)).toEqual([
      "error unknown-agent 3:43 agents[1].depends_on[0]: there is no agent `databse` to depend on (database)",
    ]);
    expect(problems(`agents:\n${logger("a", ", depends_on: [a]")}`)).toEqual([
      "error dependency-cycle 2:43 agents[0].depends_on[0]: agents wait for each other: a -> a",
    ]);
    expect(
      problems(`agents:\n${logger("z", ", depends_on: [a]")}${logger("a", ", depends_on: [b, c]")}${logger("b")}${logger("c", ", depends_on: [a, z]")}`),
    ).toEqual([
      "error dependency-cycle 5:43 agents[3].depends_on[0]: agents wait for each other: a -> c -> a",
      "error dependency-cycle 5:46 agents[3].depends_on[1]: agents wait for each other: z -> a -> c -> z",
    ]);
  });

  test("a chain of a thousand agents is no cycle", () => {
    const agents = Array.from({ length: 1000 }, (_, i) => logger(`n${i}`, i < 999 ? `, depends_on: [n${i + 1}]` : "")).join("");
    expect(problems(`agents:\n${agents}`).filter((line) => line.startsWith("error"))).toEqual([]);
  });
});
