import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { Engine } from "../../host/index.ts";
import { aixlet } from "./fake-io.ts";

// `graph --expand` prints a definition in which a pattern is the flow it became. What it prints is a definition itself, means the same, and
// expands to itself.

const agents = (names: string) =>
  `agents:\n${names
    .split(" ")
    .map((name) => `  - { name: ${name}, role: react, model: gpt-4, timeout: 90s }\n`)
    .join("")}`;

const patterns: Record<string, string> = {
  supervisor: `supervisor: { name: boss, model: gpt-4, max_rounds: 4, system_prompt: "Pick\\nwell." }\norchestration: { pattern: supervisor }\n${agents("a b")}`,
  sequential: `supervisor: { max_rounds: 9 }\norchestration: { pattern: sequential, timeout: 1m30s }\n${agents("a b")}`,
  parallel: `orchestration: { pattern: parallel, aggregation: voting, timeout: 500ms }\n${agents("a b")}`,
  router: `orchestration: { pattern: router, classifier: c, routes: { "yes": a, "on": b }, fallback: claude-3 }\n${agents("a b c")}`,
  swarm: `orchestration: { pattern: swarm, entry: b, shared_state: none }\n${agents("a b")}`,
  hierarchical: `orchestration: { pattern: hierarchical, manager: m, teams: { x: { manager: a, workers: [b, z] }, y: [c], z: [c, b] } }\n${agents("m a b c")}`,
  rag: `orchestration: { pattern: rag, generator: g, retrieval_strategy: hybrid, semantic_weight: 0.6 }\n${agents("g")}`,
  "rag, conversational": `orchestration: { pattern: rag, generator: g, retrieval_strategy: conversational }\n${agents("g")}`,
  "rag, several queries": `orchestration: { pattern: rag, generator: g, retrieval_strategy: multi_query, reranker: k }\n${agents("g k")}`,
  reflection: `orchestration: { pattern: reflection, generator: g, critic: c, critic_roles: [style, "sense: is it true?"] }\n${agents("g c")}`,
  ensemble: `orchestration: { pattern: ensemble, models: [gpt-4, claude-3, meta/llama-3], voting: weighted }\n`,
  classifier: `orchestration: { pattern: classifier, classifier: c }\n${agents("c")}`,
  aggregation: `orchestration: { pattern: aggregation, strategy: voting_majority }\n${agents("a b")}`,
  planning: `orchestration: { pattern: planning, planner: p }\n${agents("p a b")}`,
  mapreduce: `orchestration: { pattern: mapreduce, mapper: [a, b], reducer: r, max_concurrency: 2 }\n${agents("a b r")}`,
  nested: `orchestration: { pattern: nested, definition: { orchestration: { pattern: debate, timeout: 90s }, agents: [{ name: a, model: gpt-4, timeout: 5s }] } }\n`,
  debate: `orchestration: { pattern: debate, judge: j }\n${agents("a last j")}`,
};

const expanded = async (definition: string): Promise<string> => {
  const { code, stdout, stderr } = await aixlet(["graph", "--expand", "-"], { stdin: definition });
  expect([code, stderr]).toEqual([0, ""]);
  return stdout;
};

const meaning = async (definition: string) => {
  const { problems, manifest } = await Engine.validate(definition);
  expect(problems).toEqual([]);
  const { flow, agents: all, limits } = manifest!.definition;
  return { flow, limits, agents: all };
};

describe.each(Object.entries(patterns))("%s", (_, definition) => {
  it("means the same as what it expands to", async () => {
    const once = await expanded(definition);
    expect(parse(once)).not.toHaveProperty("orchestration");
    expect(await meaning(once)).toEqual(await meaning(definition));
    expect(await expanded(once)).toBe(once);
  });

  it("is drawn with all who take part", async () => {
    const { code, stdout } = await aixlet(["graph", "--format", "list", "-"], { stdin: definition });
    expect(code).toBe(0);
    for (const { name } of (await meaning(definition)).agents!) if (!name.includes(".")) expect(stdout).toContain(` ${name} `);
  });
});

describe("graph --expand", () => {
  it("keeps variables, secrets and dollar signs, and writes durations with units", async () => {
    const definition = `orchestration: { pattern: sequential, timeout: 5400s }
agents:
  - { name: a, role: react, model: "\${MODEL}", provider: openai, api_key: "\${KEY}", prompt: "$$5 and $$$$\${NAME} and $1", description: "$$$\${NAME} for $$5", retry: { initial_backoff: 1500ms } }
`;
    const once = await expanded(definition);
    expect(parse(once)).toEqual({
      agents: [
        {
          name: "a",
          role: "react",
          model: "$" + "{MODEL}",
          provider: "openai",
          api_key: "$" + "{KEY}",
          prompt: "$$5 and $$$$$" + "{NAME} and $1",
          description: "$$$$" + "{NAME} for $5",
          retry: { initial_backoff: "1500ms" },
        },
      ],
      flow: { sequence: ["a"], deadline: "90m" },
    });
    expect(await meaning(once)).toEqual(await meaning(definition));
  });

  it("prints a definition without a pattern as it is understood", async () => {
    expect(parse(await expanded("agents: { a: { type: react, model: gpt-4, outputs: [b] }, b: { role: logger } }\n"))).toEqual({
      agents: [
        { name: "a", role: "react", model: "gpt-4", provider: "openai", outputs: [{ target: "b" }] },
        { name: "b", role: "logger" },
      ],
    });
  });

  it("shows what is wrong", async () => {
    expect(await aixlet(["graph", "--expand", "-"], { stdin: "orchestration: { pattern: router }\n" })).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining("`classifier` is missing"),
    });
  });

  it("draws what a flow does with its agents", async () => {
    const { stdout } = await aixlet(["graph", "-"], { stdin: patterns.mapreduce, columns: 140, env: { NO_COLOR: "1" } });
    expect(`\n${stdout}`).toBe(`
                                               ╭───────────────╮
                                           ╭──▶│ ◆ a           ├─╮
                                           │   │ react · gpt-4 │ │   ╭───────────────╮
            ╭────────────────────────────╮ │   ╰───────────────╯ ├──▶│ ◆ r           ├───▶ ○ output
○ input ───▶│ ≣ each item                ├─┤                     │   │ react · gpt-4 │
            │ map · of $input, 2 at once │ │   ╭───────────────╮ │   ╰───────────────╯
            ╰────────────────────────────╯ ╰──▶│ ◆ b           ├─╯
                                               │ react · gpt-4 │
                                               ╰───────────────╯
`);
  });
});
