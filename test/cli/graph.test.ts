import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aixlet, type FakeOptions, folder } from "./fake-io.ts";

let cwd: string;
const graph = (args: readonly string[], options: FakeOptions = {}) => aixlet(["graph", ...args], { cwd, ...options });
const drawing = async (args: readonly string[], options: FakeOptions = {}) => {
  const { code, stdout, stderr } = await graph(args, options);
  expect([code, stderr]).toEqual([0, ""]);
  return `\n${stdout}`;
};

const names = Array.from({ length: 12 }, (_, i) => `agent-number-${i}`);

beforeAll(async () => {
  cwd = await folder({
    "telescope.yaml": `
agents:
  - { name: detector, role: producer, interval: 800ms, outputs: [analyst] }
  - { name: analyst, role: react, model: gpt-4, tools: [{ name: look }], inputs: [detector], outputs: [log] }
  - { name: log, role: logger, inputs: [analyst] }
`,
    "loop.yaml": `
agents:
  - { name: writer, role: react, model: gpt-4, inputs: [request, critic], outputs: [critic] }
  - { name: critic, role: react, model: gpt-4, inputs: [writer], outputs: [writer, reader] }
`,
    "reader.yaml": "agents:\n  - { name: reader, role: logger, inputs: [critic] }\n",
    "votes.yaml": `
agents:
  - { name: a, role: react, model: gpt-4, inputs: [question], outputs: [tally] }
  - { name: b, role: react, model: gpt-4, inputs: [question], outputs: [tally] }
  - { name: tally, role: aggregator, inputs: [a, b], aggregator_config: { aggregation_strategy: voting_majority } }
`,
    "alone.yaml": "agents:\n  - { name: me, role: react, model: gpt-4 }\n  - { name: myself, role: react, model: gpt-4 }\n",
    "empty.yaml": "environment: development\n",
    "secret.yaml": "agents:\n  - { name: a, role: react, model: '${NOT_SET}', provider: openai }\n",
    "mesh.yaml": `agents:\n${names.map((name, i) => `  - { name: ${name}, role: react, model: gpt-4, inputs: [${names.filter((_, j) => j < i).join(", ")}] }`).join("\n")}\n`,
    "hostile.yaml": 'agents:\n  - { name: end, role: react, model: "gpt \\"4\\" <b>|x|", outputs: ["a\\"]; b"] }\n',
  });
});
afterAll(() => rm(cwd, { recursive: true }));

describe("graph", () => {
  it("draws boxes and arrows", async () => {
    expect(await drawing(["telescope.yaml"])).toBe(`
╭────────────────────────╮    ╭───────────────────────╮    ╭────────╮
│ ◷ detector             ├───▶│ ◆ analyst             ├───▶│ ▤ log  │
│ producer · every 800ms │    │ react · gpt-4, 1 tool │    │ logger │
╰────────────────────────╯    ╰───────────────────────╯    ╰────────╯
`);
  });

  it("draws what goes back apart from what goes on, and files over each other", async () => {
    expect(await drawing(["loop.yaml", "reader.yaml"])).toBe(`
              ╭───────────────╮    ╭───────────────╮    ╭──────────╮
○ request ───▶│ ◆ writer      ├───▶│ ◆ critic      ├───▶│ ▤ reader │
              │ react · gpt-4 │◀╌╌╌┤ react · gpt-4 │    │ logger   │
              ╰───────────────╯    ╰───────────────╯    ╰──────────╯
`);
  });

  it("joins lines that lead to the same place", async () => {
    expect(await drawing(["votes.yaml"])).toBe(`
                ╭───────────────╮
            ╭──▶│ ◆ a           ├─╮
            │   │ react · gpt-4 │ │   ╭──────────────────────────────╮
            │   ╰───────────────╯ ├──▶│ Σ tally                      ├───▶ ○ output
○ question ─┤                     │   │ aggregator · voting_majority │
            │   ╭───────────────╮ │   ╰──────────────────────────────╯
            ╰──▶│ ◆ b           ├─╯
                │ react · gpt-4 │
                ╰───────────────╯
`);
  });

  it("draws what is not tied together one below the other", async () => {
    expect((await drawing(["alone.yaml"])).match(/○ input/g)).toHaveLength(2);
  });

  it("goes down where it is too wide to go right, and becomes a list where both are too wide", async () => {
    const down = await drawing(["telescope.yaml"], { columns: 40, env: { NO_COLOR: "1" } });
    expect(down).toContain("▼");
    for (const line of down.split("\n")) expect(line.length).toBeLessThanOrEqual(40);
    const { code, stdout, stderr } = await graph(["telescope.yaml", "--width", "12"]);
    expect(code).toBe(0);
    expect(stdout).toBe("◷ detector  producer  → analyst  (every 800ms)\n◆ analyst   react     → log  (gpt-4, 1 tool)\n▤ log       logger\n");
    expect(stderr).toContain("Too wide to draw in 12 columns");
    expect((await graph(["telescope.yaml", "--format", "list"])).stdout).toBe(stdout);
  });

  it("draws with plain characters where a terminal has no others", async () => {
    const plain = await drawing(["loop.yaml", "reader.yaml"], { env: { TERM: "linux" } });
    expect(plain).toContain("--->| * writer");
    expect(plain).toContain("|<...+");
    expect([...plain].every((character) => character.charCodeAt(0) < 128)).toBe(true);
  });

  it("colours by role in a terminal", async () => {
    const coloured = await drawing(["telescope.yaml"], { columns: 100 });
    for (const code of [35, 36, 90]) expect(coloured).toContain(`\u001b[${code}m`);
  });

  it("names every agent, however many lines cross", async () => {
    const mesh = await drawing(["mesh.yaml", "--width", "400"]);
    for (const name of names) expect(mesh).toContain(` ${name} `);
  });

  it("needs no values, and no agents", async () => {
    expect(await drawing(["secret.yaml"])).toContain("◆ a");
    expect(await drawing(["empty.yaml"])).toBe("\nThere are no agents.\n");
  });

  it("writes Mermaid", async () => {
    expect(await drawing(["loop.yaml", "reader.yaml", "--format", "mermaid"])).toMatch(/^\nflowchart LR\n/);
    const mermaid = await drawing(["loop.yaml", "reader.yaml", "--format", "mermaid"]);
    expect(mermaid).toContain('n1["writer<br><small>react · gpt-4</small>"]:::react');
    expect(mermaid).toContain('n3[("reader<br><small>logger</small>")]:::logger');
    for (const edge of ["n1 --> n2", "n2 --> n1", "n2 --> n3"]) expect(mermaid).toContain(`  ${edge}\n`);
  });

  it("writes Mermaid that names cannot break", async () => {
    const mermaid = await drawing(["hostile.yaml", "--format", "mermaid"]);
    expect(mermaid).toContain("gpt #34;4#34; #60;b#62;#124;x#124;");
    expect(mermaid).not.toContain('"a"');
  });

  it("shows the problems of a file that cannot run", async () => {
    expect(await graph(["-"], { stdin: "agents:\n  - { name: a, rolle: react }\n" })).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining("did you mean role?"),
    });
    expect(await graph(["telescope.yaml", "--format", "svg"])).toMatchObject({ code: 2, stderr: expect.stringContaining("no format svg") });
  });
});
