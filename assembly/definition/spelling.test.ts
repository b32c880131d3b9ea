import { describe, expect, test } from "vitest";
import { readObject } from "../../host/definition/object.ts";
import { lines, loadSources, loadYaml, newCore } from "./testing.ts";

const core = newCore();

const errors = (yaml: string | string[]) => lines(loadYaml(core, yaml)).filter((line) => line.startsWith("error"));
const manifest = (yaml: string | string[]) => {
  const loaded = loadYaml(core, yaml);
  expect(lines(loaded).filter((line) => line.startsWith("error"))).toEqual([]);
  return loaded.manifest;
};

describe("other spellings", () => {
  test("become the canonical key", () => {
    const { agents } = manifest(
      "agents: [{ name: a, type: react, model: gpt-4, tools: [{ name: t, parameters: { type: object } }], retry: { initial_interval: 2s } }]\n",
    );
    expect(agents[0]).toMatchObject({ role: "react", tools: [{ name: "t", input_schema: { type: "object" } }], retry: { initial_backoff: 2000 } });
    expect(agents[0]).not.toHaveProperty("type");
  });

  test("words have them, too", () => {
    const { agents } = manifest("agents: [{ name: a, role: aggregator, strategy: majority-vote }, { name: b, role: react, model: x, provider: google }]\n");
    expect(agents[0].aggregator_config).toEqual({ aggregation_strategy: "voting_majority" });
    expect(agents[1].provider).toBe("gemini");
  });

  test("a plain string stands for a map", () => {
    const { agents } = manifest("agents: [{ name: a, role: logger, inputs: [b], outputs: [{ target: c }, d] }]\n");
    expect(agents[0]).toMatchObject({ inputs: [{ source: "b" }], outputs: [{ target: "c" }, { target: "d" }] });
  });

  test("`target` under `inputs` is `source`, with a warning", () => {
    const loaded = loadYaml(core, "agents: [{ name: a, role: logger, inputs: [{ target: bee }] }]\n");
    expect(lines(loaded)).toEqual(["warning misplaced-key 1:46 agents[0].inputs[0].target: `target` under `inputs` is read as `source` (source)"]);
    expect(loaded.manifest.agents[0].inputs).toEqual([{ source: "bee" }]);
  });

  test("agents as a map", () => {
    const { agents } = manifest("agents:\n  one: { role: logger }\n  two: { role: logger, name: two }\n");
    expect(agents).toEqual([
      { role: "logger", name: "one" },
      { role: "logger", name: "two" },
    ]);
    expect(errors("agents:\n  one: { role: logger, name: two }\n")).toEqual([
      "error two-spellings 2:30 agents[0].name: the agent is `one` by its key and another by its `name`",
    ]);
  });

  test("the flat form gives defaults for all agents", () => {
    const { llm, config, agents } = manifest("default_model: gpt-4\ntemperature: 0.5\nruntime: { send_timeout: 1s }\nagents: { a: { prompt: hi } }\n");
    expect(llm).toEqual({ model: "gpt-4", temperature: 0.5 });
    expect(config).toEqual({ send_timeout: 1000 });
    expect(agents[0]).toMatchObject({ name: "a", role: "react", model: "gpt-4", provider: "openai", temperature: 0.5 });
  });

  test("a role's settings go into its block", () => {
    const { agents } = manifest("agents: { a: { role: aggregator, settings: { aggregation_strategy: concatenate, max_input_sources: 3 }, min_inputs: 2 } }\n");
    expect(agents[0].aggregator_config).toEqual({ aggregation_strategy: "concatenate", max_input_sources: 3, min_input_sources: 2 });
    expect(errors("agents: [{ name: a, role: logger, min_inputs: 2 }]\n")).toEqual([
      "error wrong-role 1:35 agents[0].min_inputs: `min_inputs` means nothing for an agent of this role",
    ]);
  });

  test("a planner's settings, too", () => {
    const { agents } = manifest("agents: [{ name: a, role: planner, model: gpt-4, strategy: react, settings: { max_tasks: 5, temperature: 0.1 } }]\n");
    expect(agents[0]).toMatchObject({ planner_config: { planning_strategy: "react_planning", max_steps: 5 }, temperature: 0.1, max_tokens: 2000 });
  });

  test("switches of telemetry have two places", () => {
    expect(manifest("observability: { metrics: true }\n")).toEqual({ observability: {}, config: { enable_metrics: true } });
    expect(manifest("observability: { enabled: true }\nconfig: { enable_tracing: false }\n").config).toEqual({ enable_tracing: false, enable_metrics: true });
    expect(manifest("observability: { enabled: true }\n").config).toEqual({ enable_metrics: true, enable_tracing: true });
  });

  test("parameters of a pattern have four places", () => {
    for (const top of [
      "orchestration: { pattern: parallel, config: { fail_fast: true } }\n",
      "orchestration: { pattern: parallel, fail_fast: true }\n",
      "supervisor: { pattern: parallel, parallel_config: { fail_fast: true } }\n",
      "supervisor: { pattern: parallel }\norchestration: { fail_fast: true }\n",
    ]) {
      expect(manifest(`${top}agents: [{ name: a, model: gpt-4 }]\n`).flow).toEqual({ parallel: { branches: ["a"], fail_fast: true } });
    }
    expect(errors("supervisor: { parallel_config: { fail_fast: maybe } }\n").join()).toContain("wrong-type 1:45 orchestration.config.fail_fast");
    expect(errors("orchestration: { fale_fast: true }\n").join()).toContain("unknown-key");
  });

  test("security keys mean the same below `security`", () => {
    expect(errors("security: { auth_mode: builtin }\n").join()).toContain("error missing-key 1:1 : `builtin_auth` is missing");
    expect(errors("security: { auth_mode: disabled }\n").join()).toContain("error bad-combination 1:13 auth_mode");
    expect(errors("security: { auth_mode: disabled, environment: development }\n")).toEqual([]);
  });
});

describe("two spellings of one key (R1)", () => {
  test("equal values pass", () => {
    expect(manifest("agents: [{ name: a, role: logger, type: logger }]\n").agents).toEqual([{ name: "a", role: "logger" }]);
    expect(manifest("config: { enable_tracing: true }\nobservability: { tracing: true }\n").config).toEqual({ enable_tracing: true });
  });

  test("different ones are refused, naming both", () => {
    expect(errors("agents:\n  - name: a\n    role: logger\n    type: producer\n")).toEqual([
      "error two-spellings 4:5 agents[0].type: `type` and `role` mean the same, and say different things; the first is in line 3",
    ]);
    expect(errors("observability: { metrics: true }\nconfig:\n  enable_metrics: false\n").join()).toContain("error two-spellings");
    expect(errors("config:\n  enable_metrics: false\nobservability: { metrics: true }\n").join()).toContain("error two-spellings 3:18");
  });

  test("maps may complete each other", () => {
    expect(manifest("config: { send_timeout: 1s }\nruntime: { channel_buffer_size: 5, send_timeout: 1s }\n").config).toEqual({
      send_timeout: 1000,
      channel_buffer_size: 5,
    });
    expect(errors("config: { send_timeout: 1s }\nruntime: { send_timeout: 2s }\n")).toEqual([
      "error two-spellings 2:12 runtime.send_timeout: `send_timeout` and `send_timeout` mean the same, and say different things; the first is in line 1",
    ]);
  });
});

describe("several files (R2)", () => {
  test("maps key by key, agents by name, other lists replaced", () => {
    const base =
      "seed: 1\nconfig: { send_timeout: 1s, channel_buffer_size: 5 }\nagents:\n  - { name: a, role: react, model: gpt-4, depends_on: [b] }\n  - { name: b, role: logger }\n";
    const overlay = "seed: 2\nruntime: { send_timeout: 2s }\nagents:\n  - { name: a, model: claude-3, depends_on: [] }\n  - { name: c, type: logger }\n";
    const merged = manifest([base, overlay]);
    expect(merged).toMatchObject({ seed: 2, config: { send_timeout: 2000, channel_buffer_size: 5 } });
    expect(merged.agents.map((agent: { name: string }) => agent.name)).toEqual(["a", "b", "c"]);
    expect(merged.agents[0]).toMatchObject({ model: "claude-3", provider: "anthropic", depends_on: [], role: "react" });
  });

  test("a problem is shown in the file it comes from", () => {
    const { problems } = loadYaml(core, ["agents: [{ name: a, role: logger }]\n", "sed: 2\n"]);
    expect(problems).toMatchObject([{ file: "b.yaml", line: 1, column: 1, code: "unknown-key", suggestion: "seed" }]);
  });

  test("two agents of one name in one file stay two", () => {
    expect(errors(["agents: [{ name: a, role: logger }]\n", "agents: [{ name: b, role: logger }, { name: b, role: logger }]\n"]).join()).toContain(
      "duplicate-agent",
    );
  });

  test("a file without agents is only something to lay over another", () => {
    expect(lines(loadYaml(core, "config: {}\n"))).toEqual([
      "warning no-agents 1:1 : no agents: there is nothing to run, only something to lay over another file",
    ]);
    expect(lines(loadYaml(core, ["config: {}\n", "agents: [{ name: a, role: logger }]\n"]))).toEqual([]);
  });
});

describe("the hash", () => {
  const hash = (yaml: string | string[]) => loadYaml(core, yaml).hash;
  const yaml = "agents:\n  - name: a\n    role: logger # writes\n";

  test("is that of the canonical definition before substitution, whatever its form", () => {
    expect(hash(yaml)).toMatch(/^[0-9a-f]{64}$/);
    expect(hash(yaml)).toBe(hash('agents: [{ "name": a, type: "logger" }]'));
    expect(hash(yaml)).toBe(hash(["agents: [{ name: a }]", "agents: [{ name: a, role: logger }]"]));
    expect(hash(yaml)).toBe(loadSources(core, [readObject("x", { agents: [{ name: "a", role: "logger" }] })]).hash);
    expect(hash(yaml)).not.toBe(hash("agents: [{ name: b, role: logger }]"));
    const variable = "agents: [{ name: a, role: logger, description: '$" + "{D}' }]";
    expect(loadYaml(core, variable, { variables: { D: "x" } }).hash).toBe(loadYaml(core, variable, { variables: { D: "y" } }).hash);
  });
});
