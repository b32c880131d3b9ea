import { describe, expect, test } from "vitest";
import { lines, loadYaml, newCore } from "./testing.ts";

const core = newCore();

const problems = (yaml: string) => lines(loadYaml(core, yaml)).filter((line) => !line.includes("no-agents"));

describe("keys", () => {
  test.each([
    ["agnts: []", "error unknown-key 1:1 agnts: there is no key `agnts` here (agents)"],
    ["supervisor: { max_round: 5 }", "error unknown-key 1:15 supervisor.max_round: there is no key `max_round` here (max_rounds)"],
    ["supervisor: { maxRounds: 5 }", "error unknown-key 1:15 supervisor.maxRounds: there is no key `maxRounds` here (max_rounds)"],
    ["config: { sned_timeout: 5s }", "error unknown-key 1:11 config.sned_timeout: there is no key `sned_timeout` here (send_timeout)"],
    ["something_else: 1", "error unknown-key 1:1 something_else: there is no key `something_else` here"],
    ["'a b': 1", 'error unknown-key 1:1 ["a b"]: there is no key `a b` here'],
    ["agents: [{ role: logger }]", "error missing-key 1:10 agents[0]: `name` is missing"],
    ["agents: [{ name: a, role: logger, inputs: [{}] }]", "error missing-key 1:44 agents[0].inputs[0]: `source` is missing"],
    ["config:", "warning empty-value 1:1 config: `config` has no value: it is as if it were not there"],
  ])("%s", (yaml, line) => {
    expect(problems(`${yaml}\n`)).toEqual([line]);
  });

  test("all problems at once, in order of place", () => {
    const yaml = "agents:\n  - nam: a\n    rle: logger\n    priority: 300\nconfg: {}\nseed: x\n";
    expect(problems(yaml)).toEqual([
      "error unknown-key 2:5 agents[0].nam: there is no key `nam` here (name)",
      "error missing-key 2:5 agents[0]: `name` is missing",
      "error missing-role 2:5 agents[0]: an agent without `role` is `react` and needs a model; this one has neither",
      "error unknown-key 3:5 agents[0].rle: there is no key `rle` here (role)",
      "error out-of-range 4:15 agents[0].priority: `300` is out of range: from 0 to 255",
      "error unknown-key 5:1 confg: there is no key `confg` here (config)",
      "error wrong-type 6:7 seed: this must be a whole number, not the text `x`",
    ]);
  });

  test("a thousand problems and no more, and still refused", () => {
    const loaded = loadYaml(core, `${Array.from({ length: 1500 }, (_, i) => `k${i}: 1`).join("\n")}\n`);
    expect(loaded.problems).toHaveLength(1000);
    expect(loaded.state).toBe("refused");
  });
});

describe("types", () => {
  test.each([
    ["agents: 5", "error wrong-type 1:9 agents: this must be a list, not the number `5`"],
    ["agents: [x]", "error wrong-type 1:10 agents[0]: this must be a map, not the text `x`"],
    ["supervisor: [1]", "error wrong-type 1:13 supervisor: this must be a map, not a list"],
    ["supervisor: { name: 5 }", 'error wrong-type 1:21 supervisor.name: this must be text, not the number `5` ("5")'],
    ["supervisor: { name: true }", 'error wrong-type 1:21 supervisor.name: this must be text, not the yes-or-no value `true` ("true")'],
    ["supervisor: { name: '' }", "error empty-text 1:21 supervisor.name: this may not be empty"],
    ["config: { enable_tracing: yes }", "error wrong-type 1:27 config.enable_tracing: this must be true or false, not the text `yes`"],
    ["config: { channel_buffer_size: 0 }", "error out-of-range 1:32 config.channel_buffer_size: `0` is out of range: from 1 to 65535"],
    ["config: { channel_buffer_size: 1.5 }", "error wrong-type 1:32 config.channel_buffer_size: this must be a whole number, not the number `1.5`"],
    [
      "config: { send_timeout: 5 }",
      "error bad-duration 1:25 config.send_timeout: `5` is no duration: write numbers with units, as in `1h30m` or `1.5s` (ns us ms s m h d w); a number alone has no unit",
    ],
    ["config: { send_timeout: true }", "error wrong-type 1:25 config.send_timeout: this must be a duration such as `30s`, not the yes-or-no value `true`"],
    ["limits: { steps: 0 }", "error out-of-range 1:18 limits.steps: `0` is out of range: 1 or more"],
    ["limits: { steps: 99999999999999999999 }", "error out-of-range 1:18 limits.steps: `99999999999999999999` is out of range: it is too large"],
    ["seed: -1", "error out-of-range 1:7 seed: `-1` is out of range: 0 or more"],
    ["llm: { temperature: 2.5 }", "error out-of-range 1:21 llm.temperature: `2.5` is out of range: from 0 to 2"],
    ["llm: { temperature: hot }", "error wrong-type 1:21 llm.temperature: this must be a number, not the text `hot`"],
    ["llm: { api_key: [5] }", "error wrong-type 1:17 llm.api_key: this must be text"],
    ["mailbox: { overflow: [] }", "error wrong-type 1:22 mailbox.overflow: this must be a word, not a list"],
    ["mailbox: { overflow: dropoldest }", "error bad-choice 1:22 mailbox.overflow: `dropoldest` is none of `block`, `drop_oldest`, `refuse` (drop_oldest)"],
    ["agents: [{ name: a b, role: logger }]", "error bad-name 1:18 agents[0].name: `a b` is no name: letters, digits, `-` and `_`, at most 64"],
  ])("%s", (yaml, line) => {
    expect(problems(`${yaml}\n`)).toEqual([line]);
  });

  test("whole decimals are whole numbers, and whole numbers decimals", () => {
    const { manifest } = loadYaml(core, "seed: 5.0\nllm: { temperature: 1, max_tokens: 1e3 }\nmailbox: { size: 0x10 }\n");
    expect(manifest).toEqual({ seed: 5, llm: { temperature: 1, max_tokens: 1000 }, mailbox: { size: 16 } });
  });

  test("a long value is cut between characters", () => {
    const [line] = problems(`seed: ${"ä".repeat(100)}\n`);
    expect(line).toContain(`the text \`${"ä".repeat(30)}\``);
  });
});

describe("what is not in this version", () => {
  test.each([
    ["session: {}", undefined],
    ["session: { enabled: false, store: redis }", undefined],
    ["session: { store: redis }", undefined],
    ["mcp_servers: []", undefined],
    ["{ auth_mode: disabled, environment: development }", undefined],
    ["audit: { enabled: false, backend: json }", undefined],
    ["server: { port: 80 }", undefined],
    ["server: { grpc_port: 80 }", "warning no-effect 1:11 server.grpc_port: `grpc_port` has no effect: gRPC is not served in this version"],
    ["agents: [{ name: a, role: react, model: gpt-4, guided_config: { enabled: false } }]", undefined],
    ["agents: [{ name: a, role: react, model: gpt-4, guided_config: { enabled: true } }]", undefined],
    ["agents: [{ name: a, role: indexer }]", undefined],
  ])("%s", (yaml, line) => {
    expect(problems(`${yaml}\n`)).toEqual(line === undefined ? [] : [line]);
  });

  test("is one problem, whatever lies below, and its variables are nobody's business", () => {
    const yaml = "agents: [{ name: a, role: logger, conversation_memory: { enabled: [5], no_such_key: '$" + "{T}' } }]\n";
    expect(problems(yaml)).toEqual(["error unsupported 1:35 agents[0].conversation_memory: `conversation_memory`: conversation memory is not in this version"]);
    expect(loadYaml(core, yaml).names).toEqual([]);
  });

  test("is checked below where it only has no effect", () => {
    expect(problems("server: { grpc_port: 70000 }\n")).toEqual([
      "warning no-effect 1:11 server.grpc_port: `grpc_port` has no effect: gRPC is not served in this version",
      "error out-of-range 1:22 server.grpc_port: `70000` is out of range: from 0 to 65535",
    ]);
  });

  test("a block of another role is refused", () => {
    expect(problems("agents: [{ name: a, role: logger, aggregator_config: {}, interval: 5s }]\n")).toEqual([
      "error wrong-role 1:35 agents[0].aggregator_config: `aggregator_config` means nothing for an agent of this role",
      "error wrong-role 1:58 agents[0].interval: `interval` means nothing for an agent of this role",
    ]);
  });
});
