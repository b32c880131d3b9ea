import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { lines, loadYaml, newCore } from "./testing.ts";

const core = newCore();

/** Agents that ask a model, and whatever else the file says. */
const file = (names: string, orchestration: string, more = "") =>
  `orchestration: ${orchestration}\nagents:\n${names
    .split(" ")
    .map((name) => `  - { name: ${name}, role: react, model: gpt-4 }\n`)
    .join("")}${more}`;

const problems = (yaml: string) => lines(loadYaml(core, yaml));

/** What a pattern became; there may be no problems, but for models that no shape tells. */
function expanded(yaml: string) {
  const loaded = loadYaml(core, yaml);
  expect(lines(loaded)).toEqual([]);
  const { flow, agents, limits, orchestration } = loaded.manifest;
  expect(orchestration).toBeUndefined();
  return { flow, limits, names: agents.map(({ name }: { name: string }) => name), agents };
}

const flowOf = (yaml: string) => expanded(yaml).flow;

describe("a pattern becomes its term", () => {
  test.each<[string, string, string, string]>([
    ["sequential", "a b", "{ pattern: sequential }", "sequence: [a, b]"],
    ["sequential, in the order of `agents`", "a b c", "{ pattern: sequential, agents: [c, a] }", "sequence: [c, a]"],
    ["parallel", "a b", "{ pattern: parallel, fail_fast: true, timeout: 3s }", "{ parallel: { branches: [a, b], fail_fast: true }, deadline: 3000 }"],
    [
      "parallel, joined",
      "a b",
      "{ pattern: parallel, aggregation: concat, timeout: 3s }",
      "sequence: [{ parallel: { branches: [a, b] }, deadline: 3000 }, { join: { strategy: concatenate } }]",
    ],
    [
      "parallel, voted",
      "a b",
      "{ pattern: parallel, aggregation: voting }",
      "sequence: [{ parallel: { branches: [a, b] } }, { join: { strategy: voting_majority } }]",
    ],
    ["parallel, the first", "a b", "{ pattern: parallel, aggregation: first_success }", "parallel: { branches: [a, b], join: first }"],
    ["parallel, merged", "a b", "{ pattern: parallel, aggregation: merge }", "parallel: { branches: [a, b] }"],
    ["parallel, an agent joins", "a b c", "{ pattern: parallel, aggregation: c }", "sequence: [{ parallel: { branches: [a, b] } }, c]"],
    [
      "router",
      "a b c",
      "{ pattern: router, classifier: c, routes: { x: a, y: b }, default_route: a }",
      "choose: { by: { agent: c, decide: category, options: [x, y] }, cases: { x: a, y: b }, else: a }",
    ],
    ["classifier", "c", "{ pattern: classifier, classifier: c }", "{ agent: c, decide: category }"],
    [
      "classifier with routes",
      "a c",
      "{ pattern: classifier, classifier: c, routes: { x: a } }",
      "choose: { by: { agent: c, decide: category, options: [x] }, cases: { x: a } }",
    ],
    [
      "supervisor",
      "a b",
      "{ pattern: supervisor, model: gpt-4, max_rounds: 3 }",
      "{ supervise: { members: [a, b], model: gpt-4, max_rounds: 3 }, name: supervisor }",
    ],
    [
      "supervisor, in turn",
      "a b",
      "{ pattern: supervisor, routing_strategy: round_robin }",
      "{ supervise: { members: [a, b], by: round_robin }, name: supervisor }",
    ],
    ["supervisor, by hand", "a b", "{ pattern: supervisor, routing_strategy: manual }", "{ supervise: { members: [a, b], by: manual }, name: supervisor }"],
    ["swarm", "a b", "{ pattern: swarm, entry: b, max_handoffs: 4 }", "handoff: { members: [a, b], entry: b, max_hops: 4 }"],
    ["swarm, each for itself", "a b", "{ pattern: swarm, shared_state: none }", "{ handoff: { members: [a, b] }, share: none }"],
    ["planning", "p a b", "{ pattern: planning, planner: p }", "plan: { planner: p, executors: [a, b] }"],
    ["planning, whom it names", "p a b", "{ pattern: planning, planner: p, executors: [b] }", "plan: { planner: p, executors: [b] }"],
    [
      "mapreduce",
      "m r",
      "{ pattern: mapreduce, mapper: m, reducer: r, max_concurrency: 2 }",
      "sequence: [{ map: { over: $input, do: m, max_concurrency: 2 } }, r]",
    ],
    ["mapreduce, in turns", "m n r", "{ pattern: mapreduce, mapper: [m, n], reducer: r }", "sequence: [{ map: { over: $input, do: [m, n] } }, r]"],
    [
      "aggregation",
      "a b",
      "{ pattern: aggregation, strategy: majority-vote }",
      "sequence: [{ parallel: { branches: [a, b] } }, { join: { strategy: voting_majority } }]",
    ],
    ["aggregation, an agent joins", "a b c", "{ pattern: aggregation, aggregator: c }", "sequence: [{ parallel: { branches: [a, b] } }, c]"],
    ["ensemble", "a b", "{ pattern: ensemble }", "sequence: [{ parallel: { branches: [a, b] } }, { join: { strategy: voting_majority, threshold: 0.5 } }]"],
    [
      "ensemble, by confidence",
      "a b",
      "{ pattern: ensemble, models: [a, b], voting: confidence, threshold: 0.75 }",
      "sequence: [{ parallel: { branches: [a, b] } }, { join: { strategy: voting_confidence, threshold: 0.75 } }]",
    ],
    [
      "debate",
      "a b j",
      "{ pattern: debate, judge: j, rounds: 2 }",
      `share: group
sequence:
  - loop:
      do: { sequence: [{ agent: a, as: a }, { agent: b, as: b }, { join: { strategy: voting_majority }, input: [$a, $b] }] }
      until: agreement >= 1
      max: 2
  - j`,
    ],
    [
      "debate without a judge, and names that mean something else",
      "last last-2",
      "{ pattern: debate, agents: [last, last] }",
      `share: group
loop:
  do: { sequence: [{ agent: last, as: last-2 }, { agent: last, as: last-3 }, { join: { strategy: voting_majority }, input: [$last-2, $last-3] }] }
  until: agreement >= 1
  max: 3`,
    ],
    [
      "reflection",
      "g c",
      "{ pattern: reflection, generator: g, critic: c, aggregation_method: max, score_extraction_method: regex }",
      `loop:
  do:
    sequence:
      - { agent: g, as: draft }
      - { parallel: { branches: [c] } }
      - { join: { strategy: score, of: $draft, method: max, extraction: regex } }
  until: score >= 0.95 or gain < 0.1
  max: 3
  keep: best`,
    ],
    [
      "rag",
      "g",
      "{ pattern: rag, generator: g, retriever: papers, final_top_k: 3, min_score: 0.4, rerank: true, timeout: 1m }",
      `deadline: 60000
sequence:
  - { retrieve: { from: papers, top_k: 3, min_score: 0.4, rerank: true }, as: docs }
  - { agent: g, input: $input, with: $docs }`,
    ],
    [
      "rag, hybrid",
      "g k",
      "{ pattern: rag, retrieval_strategy: hybrid, generator: g, keyword_top_k: 4, keyword_weight: 0.5, reranker: k, rrf_k: 10, similarity_threshold: 0.2 }",
      `sequence:
  - parallel:
      branches:
        semantic: { retrieve: { min_score: 0.2, top_k: 10 } }
        keyword: { retrieve: { top_k: 4, method: keyword } }
  - { join: { strategy: rrf, weights: { semantic: 0.7, keyword: 0.5 }, k: 10, top_k: 5, rerank: k }, as: docs }
  - { agent: g, input: $input, with: $docs }`,
    ],
  ])("%s", (_, names, orchestration, flow) => {
    expect(flowOf(file(names, orchestration))).toEqual(parse(flow));
  });

  test("hierarchical: teams with and without managers, and a team within another", () => {
    const teams = "{ x: { manager: b, workers: [c, z] }, y: [d], z: { workers: [c, d] } }";
    const { flow } = expanded(file("a b c d", `{ pattern: hierarchical, manager: a, teams: ${teams} }`));
    expect(flow.sequence[0]).toEqual({ agent: "a", decide: "assign", options: ["x", "y"], as: "tasks" });
    expect(flow.sequence[2]).toBe("a");
    const { choose } = flow.sequence[1].map.do;
    expect(flow.sequence[1].map).toEqual({ over: "$tasks", do: { choose, input: "$item.task" }, max_concurrency: 2 });
    expect(choose.by).toBe("$item.member");
    expect(choose.cases.y).toEqual({ parallel: { branches: ["d"] } });
    expect(choose.cases.x.sequence[0]).toEqual({ agent: "b", decide: "assign", options: ["c", "z"], as: "tasks" });
    expect(choose.cases.x.sequence[1].map.do.choose.cases).toEqual({ c: "c", z: { parallel: { branches: ["c", "d"] }, name: "z" } });
    expect(choose.cases.x.sequence[2]).toBe("b");
  });

  test("what the supervisor block says is the pattern's, and goes into it", () => {
    const block = "supervisor: { name: boss, model: gpt-4, max_rounds: 4, system_prompt: Pick., failure_mode: stop }\n";
    const { flow, limits } = expanded(file("a b", "{ pattern: supervisor }", block));
    expect(flow).toEqual({ supervise: { members: ["a", "b"], by: { prompt: "Pick." }, model: "gpt-4", max_rounds: 4, on_member_error: "stop" }, name: "boss" });
    expect(limits).toBeUndefined();
  });

  test("rounds of a pattern that has none are activations (R47)", () => {
    expect(expanded(file("a", "{ pattern: sequential }", "supervisor: { max_rounds: 4 }\n")).limits).toEqual({ activations: 4 });
    expect(expanded(file("a", "{ pattern: sequential }", "supervisor: { max_rounds: 4 }\nlimits: { activations: 3 }\n")).limits).toEqual({ activations: 3 });
  });

  test("transfers of a swarm are its members'", () => {
    const agents = "agents: [{ name: a, model: gpt-4, transfers: [b] }, { name: b, model: gpt-4, transfers: [] }, { name: c, model: gpt-4 }]\n";
    expect(flowOf(`orchestration: { pattern: swarm }\n${agents}`).handoff.transfers).toEqual({ a: ["b"], b: [] });
  });

  test("a classifier that has categories decides among them", () => {
    const agents = "agents: [{ name: a, model: gpt-4 }, { name: c, model: gpt-4 }]\n";
    expect(flowOf(`orchestration: { pattern: router, classifier: c, routes: { x: a } }\n${agents}`).choose.by.options).toEqual(["x"]);
  });
});

describe("where a pattern and its parameters may stand", () => {
  const wanted = { sequence: ["b", "a"] };
  test.each([
    "orchestration: { pattern: sequential, agents: [b, a] }\n",
    "orchestration: { pattern: sequential, config: { agents: [b, a] } }\n",
    "orchestration: { pattern: sequential, agents: [b, a], config: { agents: [b, a] } }\n",
    "supervisor: { pattern: sequential, sequential_config: { agents: [b, a] } }\n",
    "supervisor: { pattern: sequential }\norchestration: { agents: [b, a] }\n",
  ])("%j", (top) => {
    expect(flowOf(`${top}agents: [{ name: a, model: gpt-4 }, { name: b, model: gpt-4 }]\n`)).toEqual(wanted);
  });

  test("two that say different things are refused (R1)", () => {
    const agents = "agents: [{ name: a, model: gpt-4 }, { name: b, model: gpt-4 }]\n";
    expect(problems(`orchestration: { pattern: sequential, agents: [b, a], config: { agents: [a] } }\n${agents}`)[0]).toMatch(/^error two-spellings/);
    expect(problems(`orchestration: { pattern: ensemble, agents: [b], models: [a] }\n${agents}`)[0]).toMatch(/^error two-spellings/);
    expect(problems(`orchestration: { pattern: supervisor, max_rounds: 3 }\nsupervisor: { model: gpt-4, max_rounds: 4 }\n${agents}`)[0]).toMatch(
      /^error two-spellings/,
    );
  });
});

describe("who takes part", () => {
  test("all react, classifier and planner agents that nothing else names (R5)", () => {
    const agents =
      "agents: [{ name: l, role: logger }, { name: a, model: gpt-4 }, { name: j, model: gpt-4 }, { name: b, role: react, model: gpt-4 }, { name: v, role: aggregator, strategy: voting_majority }]\n";
    expect(flowOf(`orchestration: { pattern: debate, judge: j }\n${agents}`).sequence[0].loop.do.sequence.slice(0, 2)).toEqual([
      { agent: "a", as: "a" },
      { agent: "b", as: "b" },
    ]);
    expect(flowOf(`orchestration: { pattern: mapreduce }\n${agents}`)).toEqual({ sequence: [{ map: { over: "$input", do: ["a", "j", "b"] } }, "v"] });
  });

  test("a model is the one agent with it, else an agent of its own (R6)", () => {
    const { flow, names, agents } = expanded(
      "orchestration: { pattern: sequential, agents: [gpt-4, claude-3, claude-3, meta/llama.3] }\nagents: [{ name: a, model: gpt-4 }]\n",
    );
    expect(flow.sequence).toEqual(["a", "claude-3", "claude-3", "meta-llama-3"]);
    expect(names).toEqual(["a", "claude-3", "meta-llama-3"]);
    expect(agents[2]).toMatchObject({ role: "react", model: "meta/llama.3", provider: "huggingface" });
    expect(expanded(file("a b", "{ pattern: sequential, agents: [gpt-4, gpt-4] }")).flow.sequence).toEqual(["gpt-4", "gpt-4"]);
  });

  test("the name of an agent that is added is nobody's", () => {
    const taken = "supervisor: { name: claude-3-2 }\nagents: [{ name: claude-3, model: gpt-4 }]\n";
    const { flow, names } = expanded(`orchestration: { pattern: sequential, agents: [claude-3, claude.3] }\n${taken}`);
    expect(flow.sequence).toEqual(["claude-3", "claude-3-3"]);
    expect(names).toEqual(["claude-3", "claude-3-3"]);
  });

  test("an ensemble's models may be known to the host alone", () => {
    expect(problems("orchestration: { pattern: ensemble, models: [fast, slow] }\n")).toEqual([
      expect.stringMatching(/^warning unknown-provider .*`fast`/),
      expect.stringMatching(/^warning unknown-provider .*`slow`/),
    ]);
  });

  test("critics: one by default the generator, copies, and copies with roles", () => {
    const critics = (names: string, more: string) =>
      flowOf(file(names, `{ pattern: reflection, generator: g, ${more} }`)).loop.do.sequence[1].parallel.branches;
    expect(critics("g", "max_iterations: 2")).toEqual([{ agent: "g", decide: "score", share: "none" }]);
    expect(critics("g c", "critic: c, num_critics: 3")).toEqual(["c", "c-2", "c-3"]);
    expect(critics("g c d", "critics: [c, d]")).toEqual(["c", "d"]);
    expect(critics("g c", "critic: c, critic_roles: [style, sense]")).toEqual([
      { agent: "c", prompt: "style" },
      { agent: "c-2", prompt: "sense" },
    ]);
    const { agents } = expanded(
      "orchestration: { pattern: reflection, generator: g, critic: c, num_critics: 2 }\nagents: [{ name: g, model: gpt-4 }, { name: c, model: gpt-4, prompt: Judge., inputs: [g] }]\n",
    );
    expect(agents[2]).toEqual({ ...agents[1], name: "c-2" });
  });

  test("a reflection stops by the thresholds that are on (R8)", () => {
    const until = (more: string) => flowOf(file("g", `{ pattern: reflection, generator: g, ${more} }`)).loop.until;
    expect(until("quality_threshold: 0.8")).toBe("score >= 0.8");
    expect(until("improvement_threshold: 0.02")).toBe("score >= 0.95 or gain < 0.02");
    expect(until("quality_threshold: 0, improvement_threshold: 0.02")).toBe("score >= 0 or gain < 0.02");
  });

  test("rag adds the agents that it needs", () => {
    const agents = "agents: [{ name: g, model: mine, provider: vllm, retry: {}, prompt: Write., tools: [{ name: t }] }]\n";
    const conversational = loadYaml(
      core,
      `orchestration: { pattern: rag, generator: g, retrieval_strategy: conversational, history_size: 20, context_turns: 2 }\n${agents}`,
      { tools: ["t"] },
    ).manifest;
    expect(conversational.flow).toEqual({
      sequence: [
        { agent: "rewriter", turns: 2 },
        { retrieve: {}, as: "docs" },
        { agent: "g", input: "$input", with: "$docs", turns: 20 },
      ],
      share: "group",
    });
    const [generator, rewriter] = conversational.agents;
    expect(rewriter).toEqual({
      name: "rewriter",
      role: "react",
      model: "mine",
      provider: "vllm",
      providers: generator.providers,
      retry: generator.retry,
      prompt: expect.stringMatching(/^Rewrite the user's last message/),
    });
    const queries = loadYaml(core, `orchestration: { pattern: rag, generator: g, retrieval_strategy: multi_query, num_queries: 2 }\n${agents}`, {
      tools: ["t"],
    }).manifest;
    expect(queries.flow.sequence.slice(0, 3)).toEqual([
      { agent: "expander", decide: "queries", count: 2 },
      { map: { do: { retrieve: {} } } },
      { join: { strategy: "rrf", top_k: 5 }, as: "docs" },
    ]);
    const replaced = `prompts: { rewrite_question: Say it again. }\norchestration: { pattern: rag, generator: g, retrieval_strategy: conversational }\nagents: [{ name: g, model: gpt-4 }]\n`;
    expect(expanded(replaced).agents[1].prompt).toBe("Say it again.");
  });
});

describe("what is wrong with a pattern", () => {
  test.each<[string, string, string[]]>([
    ["a", "{ agents: [a] }", ["error missing-key 1:16 orchestration: `pattern` is missing"]],
    ["a", "{ pattern: ring }", [expect.stringMatching(/^error bad-choice 1:27 orchestration.pattern: `ring` is none of/) as unknown as string]],
    [
      "a",
      "{ pattern: sequential, max_handoffs: 3, generator: a }",
      [
        "error wrong-pattern 1:39 orchestration.config.max_handoffs: `max_handoffs` is no parameter of `sequential`: it belongs to `swarm`",
        "error wrong-pattern 1:56 orchestration.config.generator: `generator` is no parameter of `sequential`: it belongs to `rag`, `reflection`",
      ],
    ],
    [
      "a",
      "{ pattern: sequential, agents: [] }",
      ["error no-members 1:47 orchestration.config.agents: the pattern `sequential` has nobody to work with: name its `agents`"],
    ],
    [
      "alpha",
      "{ pattern: sequential, agents: [alpah, beta] }",
      [
        "error unknown-agent 1:48 orchestration.config.agents[0]: there is no agent `alpah`, and no model is known by that name (alpha)",
        "error unknown-agent 1:55 orchestration.config.agents[1]: there is no agent `beta`, and no model is known by that name",
      ],
    ],
    [
      "a",
      "{ pattern: router, fallback: b }",
      [
        "error missing-key 1:27 orchestration.pattern: `classifier` is missing",
        "error missing-key 1:27 orchestration.pattern: `routes` is missing",
        "error unknown-agent 1:45 orchestration.config.fallback: there is no agent `b`, and no model is known by that name",
      ],
    ],
    ["a", "{ pattern: reflection }", ["error missing-key 1:27 orchestration.pattern: `generator` is missing"]],
    ["a", "{ pattern: rag }", ["error missing-key 1:27 orchestration.pattern: `generator` is missing"]],
    ["a", "{ pattern: planning }", ["error missing-key 1:27 orchestration.pattern: `planner` is missing"]],
    ["a", "{ pattern: mapreduce }", ["error missing-key 1:27 orchestration.pattern: `reducer` is missing"]],
    ["a", "{ pattern: nested }", ["error missing-key 1:27 orchestration.pattern: `definition` is missing"]],
    [
      "a",
      "{ pattern: hierarchical }",
      ["error missing-key 1:27 orchestration.pattern: `manager` is missing", "error missing-key 1:27 orchestration.pattern: `teams` is missing"],
    ],
    [
      "a b",
      "{ pattern: hierarchical, manager: a, teams: { x: [] } }",
      ["error no-members 1:65 orchestration.config.teams.x: the pattern `hierarchical` has nobody to work with: name its `workers`"],
    ],
    [
      "a b",
      "{ pattern: hierarchical, manager: a, max_depth: 1, teams: { x: { manager: b, workers: [b] } } }",
      ["error too-deep 1:76 orchestration.config.teams.x: more than 1 levels of managers: `max_depth` allows no more"],
    ],
    [
      "a b",
      "{ pattern: hierarchical, manager: a, teams: { x: { manager: b, workers: [y] }, y: { manager: b, workers: [x] } } }",
      ["error too-deep 1:62 orchestration.config.teams.x: more than 3 levels of managers: `max_depth` allows no more"],
    ],
    [
      "a b",
      "{ pattern: hierarchical, manager: a, teams: { x: { manager: b, workers: [b, b] } } }",
      ["error duplicate-agent 1:92 orchestration.config.teams.x.workers[1]: `b` is a member already"],
    ],
    ["a b", "{ pattern: swarm, agents: [a, a] }", ["error duplicate-agent 1:46 orchestration.config.agents[1]: `a` is a member already"]],
    ["a b", "{ pattern: swarm, agents: [a], entry: b }", ["error unknown-member 1:54 orchestration.config.entry: `b` is no member"]],
    [
      "a b",
      "{ pattern: supervisor, routing_strategy: manual, system_prompt: Pick. }",
      ["error wrong-pattern 1:65 orchestration.config.system_prompt: `system_prompt` belongs to `routing_strategy: best_match`"],
    ],
    [
      "a",
      "{ pattern: rag, generator: a, num_queries: 2 }",
      ["error wrong-pattern 1:46 orchestration.config.num_queries: `num_queries` belongs to `retrieval_strategy: multi_query`"],
    ],
    [
      "a",
      "{ pattern: reflection, generator: a, critic: a, critics: [a] }",
      ["error bad-combination 1:64 orchestration.config.critics: `critics` stands beside `critic`: there can be one of them"],
    ],
    [
      "a",
      "{ pattern: aggregation, strategy: concatenate, aggregator: a, agents: [a] }",
      [expect.stringMatching(/^error bad-combination .*`strategy` stands beside/) as unknown as string],
    ],
  ])("%s: %s", (names, orchestration, said) => {
    expect(problems(file(names, orchestration))).toEqual(said);
  });

  test("beside a flow", () => {
    expect(problems(file("a", "{ pattern: sequential }", "flow: a\n"))).toEqual([expect.stringMatching(/^error bad-combination/)]);
  });

  test("keys that only one pattern reads", () => {
    const agents = "agents: [{ name: a, model: gpt-4, transfers: [] }]\n";
    expect(problems(`supervisor: { routing_strategy: manual, system_prompt: x, failure_mode: stop }\n${agents}`)).toEqual([
      "warning no-effect 1:15 supervisor.routing_strategy: `routing_strategy` has no effect: it belongs to the pattern `supervisor`",
      "warning no-effect 1:41 supervisor.system_prompt: `system_prompt` has no effect: it belongs to the pattern `supervisor`",
      "warning no-effect 2:35 agents[0].transfers: `transfers` has no effect: it belongs to the pattern `swarm`",
    ]);
    expect(problems(`supervisor: { pattern: sequential, failure_mode: stop }\n${agents}`)[0]).toBe(
      "warning no-effect 1:36 supervisor.failure_mode: `failure_mode` has no effect: it belongs to the pattern `supervisor`",
    );
  });

  test("a hierarchy that grows without end, and one that only grows", () => {
    const teams = (count: number) => Array.from({ length: count }, (_, i) => `t${i}: [t${i + 1}, u${i + 1}, w], u${i}: [t${i + 1}, u${i + 1}]`).join(", ");
    const yaml = (count: number) =>
      file("m w", `{ pattern: hierarchical, manager: m, max_depth: 20, teams: { ${teams(count)}, t${count}: [w], u${count}: [w] } }`);
    expect(problems(yaml(3))).toEqual([]);
    expect(problems(yaml(18))).toEqual([expect.stringMatching(/^error too-many-nodes/)]);
    expect(problems(file("m w", "{ pattern: hierarchical, manager: m, teams: { x: [y], y: [x], z: [x] } }"))).toEqual([
      expect.stringMatching(/^error too-deep/),
    ]);
  });
});
