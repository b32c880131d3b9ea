import { beforeAll, describe, expect, test } from "vitest";
import { flowCore, type LoadFlow, type TermJson } from "./flow-testing.ts";

let load: LoadFlow;
beforeAll(async () => {
  load = await flowCore();
});

const AGENTS = `agents:
  - { name: a, model: gpt-4 }
  - { name: b, model: gpt-4 }
  - { name: c, model: claude-3 }
  - { name: log, role: logger }
`;

/** The terms of a flow that is right, without their paths. */
function terms(flow: string): TermJson[] {
  const { terms, problems } = load(`${AGENTS}flow: ${flow}\n`);
  expect(problems).toEqual([]);
  for (const term of terms) delete term.path;
  return terms;
}

const problems = (flow: string) => load(`${AGENTS}flow: ${flow}\n`).problems;
/** Kinds by number, as in assembly/flow/term.ts. */
const [AGENT, SEQUENCE, , MAP, CHOOSE, LOOP, HANDOFF, SUPERVISE, JOIN, RETRIEVE, PLAN, USE] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

describe("the table", () => {
  test("an agent by its name, or as a node with what belongs to it", () => {
    expect(terms("b")).toEqual([{ kind: AGENT, agent: 1 }]);
    const keys =
      "decide: category, options: [x, y], turns: 3, prompt: be brief, share: none, deadline: 2s, priority: 7, name: judge, retry: { max_attempts: 2 }";
    expect(terms(`{ agent: a, ${keys}, with: $input.docs, when: "score > 1", as: v, on_error: skip }`)).toEqual([
      {
        ...{ kind: AGENT, agent: 0, name: "judge", share: 2, onError: 1, priority: 7, bind: 2, when: 1, deadline: 2000, attempts: 2 },
        ...{ decide: 1, options: ["x", "y"], context: { binding: 1, key: "docs", fields: ["docs"] }, turns: 3, prompt: "be brief" },
      },
    ]);
  });

  test("paths are those of the definition", () => {
    const { terms } = load(`${AGENTS}flow: { sequence: [a, { parallel: { branches: { x: b, y: { agent: c, on_error: a } } } }] }\n`);
    expect(terms.map(({ path }) => path)).toEqual([
      "flow",
      "flow.sequence[0]",
      "flow.sequence[1]",
      "flow.sequence[1].parallel.branches.x",
      "flow.sequence[1].parallel.branches.y",
      "flow.sequence[1].parallel.branches.y.on_error",
    ]);
  });

  test("parallel: labels, and how many are enough", () => {
    const [parallel] = terms(
      "{ parallel: { branches: [a, { sequence: [b] }, { agent: c, name: x }, a, a], max_concurrency: 2, fail_fast: true, join: first } }",
    );
    expect(parallel).toMatchObject({ labels: ["a", "2", "x", "a-2", "a-3"], concurrency: 2, failFast: 1, first: 1, quorum: 1 });
    expect(terms("{ parallel: { branches: { one: a, two: a }, join: { quorum: 2 } } }")[0]).toMatchObject({ labels: ["one", "two"], quorum: 2 });
    expect(terms("{ parallel: { branches: [a, b] } }")[0]).not.toHaveProperty("quorum");
  });

  test("map: its item is a binding of its own", () => {
    expect(terms("{ map: { do: { agent: a, input: $item.text } } }")).toEqual([
      { kind: MAP, kids: [1], concurrency: 8, most: 100000, own: 1 },
      { kind: AGENT, parent: 0, agent: 0, input: [{ binding: 2, key: "text", fields: ["text"] }] },
    ]);
    const [map] = terms("{ map: { over: $input.list.0, do: [a, b], max_items: 5, max_concurrency: 2, on_item_error: fail } }");
    expect(map).toMatchObject({ kids: [1, 2], concurrency: 2, most: 5, failFast: 1, over: { binding: 1, key: "0", fields: ["list", "0"] } });
  });

  test("choose: by a node, a field, a reference, or conditions", () => {
    expect(terms("{ choose: { by: { agent: a }, cases: { x: a, y: b }, else: c, min_confidence: 0.5 } }")).toEqual([
      { kind: CHOOSE, kids: [2, 3], labels: ["x", "y"], by: 1, otherwise: 4, minConfidence: 500_000_000 },
      { kind: AGENT, parent: 0, agent: 0, decide: 1, options: ["x", "y"] },
      { kind: AGENT, parent: 0, agent: 0 },
      { kind: AGENT, parent: 0, agent: 1 },
      { kind: AGENT, parent: 0, agent: 2 },
    ]);
    expect(terms("{ choose: { by: answer.kind, cases: { x: a } } }")[0]).toMatchObject({ over: { binding: 0, key: "kind", fields: ["answer", "kind"] } });
    expect(terms("{ choose: { by: $input.kind, cases: { x: a } } }")[0]).toMatchObject({ over: { binding: 1, key: "kind", fields: ["kind"] } });
    expect(terms('{ choose: { cases: [{ when: "score > 0.5", do: a }, { when: "true", do: b }] } }')[0]).toMatchObject({ kids: [1, 2], conditions: 2 });
  });

  test("loop: condition or node, what is kept, what each gets", () => {
    const [loop, body] = terms('{ loop: { do: { agent: a, input: [$last, $input.task] }, until: "score >= 0.9 or gain < 0.1", max: 3, keep: best } }');
    expect(loop).toEqual({ kind: LOOP, kids: [1], most: 3, own: 1, until: 1, keepBest: 1 });
    expect(body).toMatchObject({
      isObject: 1,
      input: [
        { binding: 2, key: "last", fields: [] },
        { binding: 1, key: "task", fields: ["task"] },
      ],
    });
    const [, , judge] = terms("{ loop: { do: a, until: { agent: b }, max: 1000, each: $input } }");
    expect(judge).toMatchObject({ agent: 1, decide: 7 });
    expect(terms("{ loop: { do: a, max: 2, each: $input } }")[0]).toMatchObject({ eachInput: 1, most: 2 });
  });

  test("handoff: who begins, who may pass on to whom", () => {
    const [handoff] = terms("{ handoff: { members: [a, b, c], entry: b, transfers: { a: [b], c: [] } } }");
    expect(handoff).toMatchObject({ kind: HANDOFF, share: 3, labels: ["a", "b", "c"], entry: 1, most: 10, transfers: "010101000" });
    expect(terms("{ handoff: { members: { x: a, y: b }, max_hops: 2 }, share: none }")[0]).toEqual({
      ...{ kind: HANDOFF, share: 2, kids: [1, 2], labels: ["x", "y"], most: 2 },
    });
  });

  test("supervise: who picks, who sums up", () => {
    const loaded = load(`${AGENTS}flow: { supervise: { members: [a, b], model: gpt-5 } }\n`);
    expect(loaded.terms[0]).toMatchObject({ kind: SUPERVISE, share: 3, agent: 4, most: 10, by: 3, summarise: 1, otherwise: 4 });
    expect(loaded.terms[3]).toMatchObject({ agent: 4, decide: 2, options: ["a", "b"] });
    expect(loaded.terms[4]).toMatchObject({ agent: 4 });
    expect(loaded.manifest.agents[4]).toEqual({ name: "flow.supervise", role: "react", hidden: true });
    expect(loaded.manifest.definition.agents[4]).toMatchObject({ name: "flow.supervise", model: "gpt-5", provider: "openai" });
    expect(terms("{ supervise: { members: [a, b], by: { agent: c }, max_rounds: 3, on_member_error: stop } }").slice(0, 4)).toEqual([
      { kind: SUPERVISE, share: 3, kids: [1, 2], labels: ["a", "b"], by: 3, pick: 1, most: 3, failFast: 1 },
      { kind: AGENT, parent: 0, agent: 0 },
      { kind: AGENT, parent: 0, agent: 1 },
      { kind: AGENT, parent: 0, agent: 2, decide: 2, options: ["a", "b"] },
    ]);
    const [rounds, , , done, summary] = terms("{ supervise: { members: [a, b], by: round_robin, model: gpt-5 } }");
    expect(rounds).toMatchObject({ pick: 2, untilTerm: 3, otherwise: 4 });
    expect([done, summary]).toMatchObject([{ agent: 4, decide: 7 }, { agent: 4 }]);
    expect(terms("{ supervise: { members: [a, b], by: round_robin } }")[0]).not.toHaveProperty("summarise");
    expect(terms("{ supervise: { members: [a, b], by: manual, model: gpt-5, summarise: false } }")[0]).toEqual({
      ...{ kind: SUPERVISE, share: 3, kids: [1, 2], labels: ["a", "b"], pick: 3, most: 10, agent: 4 },
    });
    expect(terms("{ supervise: { members: [a, b], by: { model: gpt-5, prompt: choose well } } }")[3]).toMatchObject({ agent: 4, prompt: "choose well" });
    const two = load(`${AGENTS}flow: { supervise: { members: [a, b], by: { model: gpt-5, prompt: pick }, model: gpt-6 } }\n`);
    expect(two.terms[0]).toMatchObject({ by: 3, agent: 4, summarise: 1 });
    expect(two.terms[3]).toMatchObject({ agent: 5, decide: 2, options: ["a", "b"], prompt: "pick" });
    expect(two.manifest.definition.agents.slice(4).map(({ model }: { model: string }) => model)).toEqual(["gpt-6", "gpt-5"]);
  });

  test("join, retrieve and plan", () => {
    expect(terms("{ join: { strategy: voting_majority } }")).toEqual([{ kind: JOIN }]);
    expect(terms("{ join: { strategy: rrf, rerank: a } }")).toEqual([
      { kind: JOIN, rerank: 1 },
      { kind: AGENT, parent: 0, agent: 0 },
    ]);
    const loaded = load(`${AGENTS}flow: { join: { strategy: consensus, model: gpt-5, temperature: 0.1 } }\n`);
    expect(loaded.terms[0]).toMatchObject({ agent: 4 });
    expect(loaded.manifest.definition.agents[4]).toMatchObject({ role: "aggregator", model: "gpt-5", temperature: 0.1 });
    expect(terms("{ sequence: [{ retrieve: { from: docs, rerank: b }, as: d }, { agent: a, with: $d }] }").map(({ kind }) => kind)).toEqual([
      ...[SEQUENCE, RETRIEVE, AGENT, AGENT],
    ]);
    expect(terms("{ plan: { planner: a, executors: [b, c], replans: 1, backtrack: true, step_deadline: 3s } }")[0]).toEqual({
      ...{ kind: PLAN, by: 1, kids: [2, 3], labels: ["b", "c"], agent: 0, concurrency: 1, most: 1, backtrack: 1, stepDeadline: 3000 },
    });
  });

  test("a model's name is the one agent that has it, else an agent of its own", () => {
    expect(terms("claude-3")[0]).toMatchObject({ agent: 2 });
    const loaded = load(`${AGENTS}flow: { parallel: { branches: [gpt-4, gpt-4, grok-2] } }\n`);
    expect(loaded.terms.map(({ agent }) => agent)).toEqual([undefined, 4, 5, 6]);
    expect(loaded.terms[0]).toMatchObject({ labels: ["gpt-4", "gpt-4-2", "grok-2"] });
    expect(loaded.manifest.agents.slice(4)).toEqual([0, 1, 2].map((i) => ({ name: `flow.parallel.branches[${i}]`, role: "react", hidden: true })));
  });
});

describe("another definition", () => {
  test("has names and agents of its own", () => {
    const inner =
      "{ llm: { model: claude-9 }, priority: 9, agents: [{ name: a }, { name: z, depends_on: [a] }], flow: { sequence: [a, { agent: z, input: $input }] } }";
    const { terms, manifest, problems } = load(`${AGENTS}flow: { sequence: [a, { use: ${inner}, as: x }, { agent: b, input: $x }] }\n`);
    expect(problems).toEqual([]);
    expect(terms.map(({ kind, agent, parent }) => [kind, agent, parent])).toEqual([
      [SEQUENCE, undefined, undefined],
      [AGENT, 0, 0],
      [USE, undefined, 0],
      [SEQUENCE, undefined, 2],
      [AGENT, 4, 3],
      [AGENT, 5, 3],
      [AGENT, 1, 0],
    ]);
    expect(terms[2]).toMatchObject({ kids: [3], bind: 2, own: 2 });
    expect(terms[5]!.input).toEqual([{ binding: 3, key: "input", fields: [] }]);
    expect(terms[5]!.path).toBe("flow.sequence[1].use.flow.sequence[1]");
    expect(manifest.agents.slice(4)).toEqual([
      { name: "flow.sequence[1].use/a", role: "react" },
      { name: "flow.sequence[1].use/z", role: "react" },
    ]);
    expect(manifest.definition.agents[5]).toMatchObject({ model: "claude-9", priority: 9, depends_on: ["flow.sequence[1].use/a"] });
  });

  test("may be a pattern, and be checked as any definition is", () => {
    const agents = "agents: { p: { model: gpt-4 }, q: { model: gpt-4 } }";
    const flow = `{ use: { ${agents}, orchestration: { pattern: sequential } } }`;
    expect(load(`${AGENTS}flow: ${flow}\n`).terms.map(({ kind, agent }) => [kind, agent])).toEqual([
      [USE, undefined],
      [SEQUENCE, undefined],
      [AGENT, 4],
      [AGENT, 5],
    ]);
    expect(problems(`{ use: { ${agents}, flow: a, budget: { calls: 3 }, limitz: {} } }`)).toEqual([
      "error unknown-agent flow.use.flow: there is no agent `a`",
      "warning no-effect flow.use.budget: `budget` has no effect: it stands in a definition that another one uses",
      "error unknown-key flow.use.limitz: there is no key `limitz` here (limits)",
    ]);
    expect(problems(`{ use: { ${agents} } }`)).toEqual(["error missing-key flow.use: a definition that another one uses needs a `flow` or an `orchestration`"]);
    expect(problems("{ sequence: [{ agent: a, as: x }, { use: { agents: { p: { model: gpt-4 } }, flow: { agent: p, input: $x } } }] }")).toEqual([
      expect.stringContaining("`$x` is not certain to be set here"),
    ]);
    expect(problems("{ use: other.yaml }")).toEqual([
      "error no-definition flow.use: nobody is there to read `other.yaml`: put the definition itself here, or give the host a way to read it",
    ]);
  });
});

describe("names", () => {
  test("are seen by later nodes of the sequence, and by what they contain", () => {
    const list = terms("{ sequence: [{ agent: a, as: x }, { parallel: { branches: [{ agent: b, input: $x.y.z }, { agent: c, input: [$x, $prev] }] } }] }");
    expect(list[3]).toMatchObject({ input: [{ binding: 2, key: "z", fields: ["y", "z"] }] });
    expect(list[4]!.input).toEqual([
      { binding: 2, key: "x", fields: [] },
      { binding: 0, key: "prev", fields: [] },
    ]);
  });

  test("an inner one hides an outer one, and is gone behind its sequence", () => {
    const inner = "{ sequence: [{ agent: a, as: x }, { agent: a, input: $x }] }";
    const list = terms(`{ sequence: [{ agent: a, as: x }, ${inner}, { agent: a, input: $x }] }`);
    expect(list.filter(({ input }) => input).map(({ input }) => input[0].binding)).toEqual([list[3]!.bind, list[1]!.bind]);
    expect(list[3]!.bind).not.toBe(list[1]!.bind);
  });

  test.each([
    ["{ agent: a, input: $x }", "error unknown-name flow.input: no earlier node of a sequence around this has set the name of `$x`"],
    [
      "{ sequence: [{ agent: a, as: draft }, { agent: b, input: $draf }] }",
      "error unknown-name flow.sequence[1].input: no earlier node of a sequence around this has set the name of `$draf` (draft)",
    ],
    [
      "{ sequence: [{ agent: a, input: $x }, { agent: b, as: x }] }",
      "error unknown-name flow.sequence[0].input: `$x` is not certain to be set here: only later nodes of the sequence that sets it see it",
    ],
    [
      "{ sequence: [{ parallel: { branches: [{ agent: a, as: x }] } }, { agent: b, input: $x }] }",
      "error unknown-name flow.sequence[1].input: `$x` is not certain to be set here: only later nodes of the sequence that sets it see it",
    ],
    ["{ sequence: [{ agent: a, as: x }, { agent: b, as: x }] }", "error name-set-twice flow.sequence[1].as: `x` is set twice in one sequence"],
    ["{ agent: a, as: item }", "error reserved-name flow.as: `item` is taken: `input`, `prev`, `item` and `last` are no names"],
    ["{ agent: a, input: $item }", "error bad-reference flow.input: there is an `$item` within `map` only"],
    ["{ agent: a, input: $last.x }", "error bad-reference flow.input: there is a `$last` within `loop` only"],
    ["{ agent: a, input: $input..x }", "error bad-reference flow.input: `$input..x` is no reference: parts of it are empty"],
    [
      "{ agent: a, input: hello }",
      "error bad-reference flow.input: this must be a reference: `$input`, `$prev`, `$item`, `$last` or `$` and the name of an earlier node, each with `.field` parts if wanted",
    ],
    ["{ agent: a, input: [$input.x, $prev.x] }", "error same-name flow.input[1]: two parts of the input would have the same key"],
    ["{ agent: a, input: [] }", "error empty-list flow.input: this may not be empty"],
    ["{ map: { over: $item, do: a } }", "error bad-reference flow.map.over: there is an `$item` within `map` only"],
  ])("%s", (flow, line) => {
    expect(problems(flow)).toEqual([line]);
  });
});

describe("what is refused", () => {
  test.each([
    ["{ agent: aa }", "error unknown-agent flow.agent: there is no agent `aa`"],
    ["logg", "error unknown-agent flow: there is no agent `logg` (log)"],
    [
      "{ as: x }",
      "error no-kind flow: a node of a flow has one of the keys `agent`, `sequence`, `parallel`, `map`, `choose`, `loop`, `handoff`, `supervise`, `join`, `retrieve`, `plan`, `use`",
    ],
    ["{ agent: a, sequence: [b] }", "error two-kinds flow.sequence: `sequence` is another kind beside `agent`: a node has one"],
    ["{ sequence: [] }", "error empty-list flow.sequence: this may not be empty"],
    ["{ parallel: { branches: {} } }", "error empty-list flow.parallel.branches: this may not be empty"],
    ["{ parallel: [a, b] }", "error wrong-type flow.parallel: this must be a map, not a list"],
    ["{ parallel: {} }", "error missing-key flow.parallel: `branches` is missing"],
    ["{ parallel: { branches: [a], deadline: 3s } }", "error misplaced-key flow.parallel.deadline: `deadline` stands beside `parallel`, not in it"],
    ["{ loop: { do: a, max: 3 }, keep: best }", "error misplaced-key flow.keep: `keep` stands in `loop`, not beside it"],
    ["{ sequence: [a], decide: score }", "error misplaced-key flow.decide: `decide` belongs to a node of kind `agent`"],
    ["{ agent: a, model: gpt-5 }", "error misplaced-key flow.model: `model` is an agent's key; in a flow it stands in `supervise`, `supervise.by` and `join`"],
    ["{ agent: a, wen: 'true' }", "error unknown-key flow.wen: there is no key `wen` here (when)"],
    ["{ parallel: { branches: [a, b], join: { quorum: 3 } } }", "error out-of-range flow.parallel.join.quorum: `3` is out of range: there are 2 branches"],
    ["{ parallel: { branches: [a, b], join: {} } }", "error missing-key flow.parallel.join: `quorum` is missing"],
    ["{ parallel: { branches: [a, b], join: second } }", "error bad-choice flow.parallel.join: `second` is none of `all`, `first`"],
    ["{ parallel: { branches: [a, { agent: b, name: a }] } }", "error same-name flow.parallel.branches[1]: two nodes here are called `a`: give one a `name`"],
    ["{ loop: { do: a } }", "error missing-key flow.loop: `max` is missing"],
    ["{ loop: { do: a, max: 1001 } }", "error out-of-range flow.loop.max: `1001` is out of range: from 1 to 1000"],
    ["{ agent: a, when: 'iteration > 1' }", "error bad-condition flow.when: `iteration` and `gain` are those of a `loop`, and this stands in none"],
    ["{ agent: a, when: 'score >' }", "error bad-condition flow.when: `score >` is no condition: at character 8 it ends too early"],
    ["{ choose: { cases: { x: a } } }", "error bad-combination flow.choose.cases: without `by`, `cases` is a list of `{when, do}`"],
    ["{ choose: { by: kind, cases: [{ when: 'true', do: a }] } }", "error bad-combination flow.choose.cases: with `by`, `cases` is a map of value and node"],
    ["{ choose: { by: kind, cases: { x: a }, min_confidence: 1 } }", "error bad-combination flow.choose.min_confidence: `min_confidence` needs a node in `by`"],
    ["{ choose: { by: { agent: a, decide: score }, cases: { x: a } } }", "error bad-combination flow.choose.by.decide: `score` is not what is decided here"],
    ["{ handoff: { members: [a, b], entry: c } }", "error unknown-member flow.handoff.entry: there is no member `c` here"],
    ["{ handoff: { members: [log, b], transfers: { lag: [b] } } }", "error unknown-member flow.handoff.transfers.lag: there is no member `lag` here (log)"],
    ["{ handoff: { members: [a, b], transfers: { a: [c] } } }", "error unknown-member flow.handoff.transfers.a[0]: there is no member `c` here"],
    ["{ handoff: { members: [a, b], transfers: { a: [a] } } }", "error unknown-member flow.handoff.transfers.a[0]: `a` cannot pass on to itself"],
    ["{ supervise: { members: [a] } }", "error missing-model flow.supervise: this needs a model: give it `model`, or one to `llm` or `supervisor`"],
    [
      "{ supervise: { members: [a], by: { model: gpt-5, deadline: 3s } } }",
      "error misplaced-key flow.supervise.by.deadline: beside `model` and `prompt` nothing else says who picks",
    ],
    ["{ agent: log, decide: score }", "error bad-combination flow.decide: an agent of this role asks no model that could decide"],
    ["{ agent: a, options: [x] }", "error bad-combination flow.options: `options` needs `decide` with `category`, `next` or `assign`"],
    ["{ agent: a, count: 2 }", "error bad-combination flow.count: `count` needs `decide: queries`"],
    ["{ retrieve: { from: a } }", "error wrong-role flow.retrieve.from: `a` is no retriever"],
    ["{ join: {} }", "error missing-key flow.join: `strategy` is missing"],
    ["{ plan: { planner: a } }", "error missing-key flow.plan: `executors` is missing"],
    ["{ agent: a, limits: { steps: 3 } }", "error unsupported flow.limits: `limits`: limits of one node are not in this version: put them at the top"],
    ["5", "error wrong-type flow: this must be text, not the number `5`"],
  ])("%s", (flow, line) => {
    expect(problems(flow).map((each) => each.replace(/ \("5"\)$/, ""))).toEqual([line]);
  });

  test("all of it at once", () => {
    expect(problems("{ sequence: [{ agent: x }, { loop: { do: y } }, {}] }")).toHaveLength(4);
  });

  test("64 nodes within each other, and no more", () => {
    const nested = (count: number) => `${"{ sequence: [ ".repeat(count)}a${" ] }".repeat(count)}`;
    expect(problems(nested(64))).toEqual([]);
    expect(problems(nested(65))).toEqual([expect.stringMatching(/^error too-deep flow\.sequence.*: more than 64 nodes within each other$/)]);
  });

  test("a pattern beside it, and wiring without effect", () => {
    const { problems } = load(`${AGENTS}flow: a\norchestration: { pattern: sequential }\n`);
    expect(problems).toContain("error bad-combination flow: a definition has a `flow` or an `orchestration`, not both");
    const wired = load("agents: [{ name: a, model: gpt-4, inputs: [user], outputs: [b] }, { name: b, model: gpt-4 }]\nflow: { sequence: [a, b] }\n");
    expect(wired.problems).toEqual([
      "warning no-effect agents[0].inputs: `inputs` has no effect: the flow says who hears whom",
      "warning no-effect agents[0].outputs: `outputs` has no effect: the flow says who hears whom",
    ]);
    expect(wired.manifest.edges).toEqual([]);
  });
});
