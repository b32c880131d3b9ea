import fc from "fast-check";
import { expect, test } from "vitest";
import { readObject } from "../../host/definition/object.ts";
import { loadSources, newCore } from "./testing.ts";

// Flows of any shape: keys of nodes with values that fit or do not. The core says what is wrong with them, and never stumbles.

const core = newCore();
const agents = [
  { name: "a", model: "gpt-4" },
  { name: "b", role: "classifier", model: "gpt-4", categories: ["x", "y"] },
  { name: "p", role: "planner", model: "gpt-4" },
  { name: "log", role: "logger" },
];

const word = fc.constantFrom(
  "a",
  "b",
  "p",
  "log",
  "gpt-4",
  "nobody",
  "x",
  "fail",
  "skip",
  "round_robin",
  "manual",
  "first",
  "group",
  "best",
  "$last",
  "score",
  "",
);
const reference = fc.constantFrom("$input", "$prev", "$item.x", "$last", "$n", "$m.0.y", "$", "$input.", "field", "n");
const condition = fc.constantFrom("score > 1", "iteration > 2", "not", "has_category('x')", "(");
const number = fc.constantFrom(-1, 0, 1, 2, 0.5, 1000, 1e15);
const scalar = fc.oneof(word, reference, condition, number, fc.boolean(), fc.constant(null), fc.constantFrom("5s", "1x"));
const kinds = ["agent", "sequence", "parallel", "map", "choose", "loop", "handoff", "supervise", "join", "retrieve", "plan", "use"];
const parameters =
  "branches join fail_fast max_concurrency over do max_items on_item_error by cases else min_confidence until max keep each members entry max_hops transfers model max_rounds on_member_error summarise strategy threshold of weights rerank from planner executors replans".split(
    " ",
  );
const beside = "decide options count with turns prompt model name input as share deadline retry priority when on_error".split(" ");
const decisions = fc.constantFrom("category", "next", "assign", "queries", "plan", "score", "done");
const strategies = fc.constantFrom("voting_majority", "consensus", "rrf", "score");

const { node } = fc.letrec((tie) => {
  const any = tie("any");
  const nodes = fc.oneof(fc.array(tie("node"), { maxLength: 3 }), fc.dictionary(fc.constantFrom("x", "y", "a"), tie("node"), { maxKeys: 3 }));
  /** What is right more often than not. */
  const fitting: Record<string, fc.Arbitrary<unknown>> = {
    agent: word,
    sequence: fc.array(tie("node"), { maxLength: 3 }),
    branches: nodes,
    members: nodes,
    cases: fc.oneof(nodes, fc.array(fc.record({ when: condition, do: tie("node") }), { maxLength: 2 })),
    do: tie("node"),
    by: fc.oneof(word, tie("node"), fc.record({ model: word, prompt: word })),
    until: fc.oneof(condition, tie("node")),
    max: fc.constant(3),
    input: fc.oneof(reference, fc.array(reference, { maxLength: 2 })),
    as: fc.constantFrom("n", "m", "item"),
    over: reference,
    of: reference,
    with: reference,
    when: condition,
    on_error: fc.oneof(word, tie("node")),
    decide: decisions,
    strategy: strategies,
    planner: word,
    executors: fc.array(word, { maxLength: 2 }),
    transfers: fc.dictionary(word, fc.array(word, { maxLength: 2 })),
    join: fc.oneof(fc.record({ quorum: number }), fc.record({ strategy: strategies })),
    use: fc.record({ agents: fc.constant([{ name: "q", model: "gpt-4" }]), flow: tie("node") }, { requiredKeys: ["agents"] }),
    retry: fc.record({ max_attempts: number }),
  };
  const valueUnder = (key: string) => (fitting[key] ? fc.oneof({ weight: 6, arbitrary: fitting[key] }, { weight: 1, arbitrary: any }) : scalar);
  const entries = (keys: string[], most: number) =>
    fc
      .uniqueArray(fc.constantFrom(...keys), { maxLength: most })
      .chain((chosen) => fc.tuple(...chosen.map(valueUnder)).map((values) => Object.fromEntries(chosen.map((key, i) => [key, values[i]]))));
  const plain = ["agent", "sequence", "use"];
  const kind = fc.constantFrom(...kinds).chain((key) => fc.tuple(fc.constant(key), plain.includes(key) ? valueUnder(key) : entries(parameters, 6)));
  return {
    any: fc.oneof(
      { maxDepth: 3 },
      scalar,
      fc.array(any, { maxLength: 2 }),
      fc.dictionary(fc.constantFrom(...kinds, ...parameters, ...beside), any, { maxKeys: 2 }),
    ),
    node: fc.oneof(
      { maxDepth: 4 },
      word,
      fc.tuple(kind, entries(beside, 4)).map(([[key, value], rest]) => ({ [key]: value, ...rest })),
      any,
    ),
  };
});

test("flows of any shape are taken or refused", () => {
  const met = { ready: 0, refused: 0 };
  fc.assert(
    fc.property(node, fc.boolean(), (flow, checkOnly) => {
      const loaded = loadSources(core, [readObject("definition", { agents, flow })], { checkOnly });
      met[loaded.state]++;
      if (loaded.state === "refused") expect(loaded.problems.some(({ severity }) => severity === "error")).toBe(true);
      else expect(loaded.whole.bound.calls).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 4000 },
  );
  // Neither is so rare that nothing is learned from it.
  expect(met.ready).toBeGreaterThan(100);
  expect(met.refused).toBeGreaterThan(100);
});
