import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aixlet, type FakeOptions, folder } from "./fake-io.ts";

let cwd: string;
const validate = (args: readonly string[], options: FakeOptions = {}) => aixlet(["validate", ...args], { cwd, ...options });

beforeAll(async () => {
  cwd = await folder({
    "good.yaml": 'agents:\n  - { name: a, role: react, model: gpt-4, api_key: "${NOT_SET}" }\n',
    "warned.yaml": "agents:\n  - name: a\n    role: logger\n    listen: ':1'\n",
    "bad.yaml":
      "agents:\n  - name: writer\n    rolle: react\n    model: gpt-4\n    temperature: hot\n  - name: writer\n    role: react\n    model: gpt-4\n    outputs: [ghost]\n    depends_on: [nobody]\n",
    "syntax.yaml": "agents: [\n",
    "tools.yaml": "agents:\n  - { name: a, role: react, model: gpt-4, tools: [{ name: price }] }\n",
    "tools.mjs": "export const price = () => 3;\n",
    "custom.yaml": "agents:\n  - { name: a, role: greeter }\n",
    "custom.mjs": "export const greeter = () => 'hello';\n",
  });
});
afterAll(() => rm(cwd, { recursive: true }));

describe("validate", () => {
  it("passes what can run; variables need no values", async () => {
    expect(await validate(["good.yaml"])).toMatchObject({
      code: 0,
      stdout:
        "✓ good.yaml: 1 agent, at most 10 model calls, at most $4.92 per activation of an agent (a run is held by no budget and no limits), nothing wrong\n",
      stderr: "",
    });
  });

  it("passes what has warnings only", async () => {
    const { code, stdout } = await validate(["warned.yaml"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^warned\.yaml:4:5: warning: agents\[0\]\.listen: .*\n✓ warned\.yaml: 1 agent, no model calls, 1 warning\n$/);
  });

  it("shows every problem in a line, in the order of the file", async () => {
    const { code, stdout } = await validate(["bad.yaml"]);
    expect(code).toBe(2);
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^bad\.yaml:3:5: agents\[0\]\.rolle: .* \(did you mean role\?\)$/);
    expect(lines.some((line) => line.startsWith("bad.yaml:5:18: agents[0].temperature: "))).toBe(true);
    expect(lines.some((line) => line.startsWith("bad.yaml:6:11: agents[1].name: "))).toBe(true);
    expect(lines.some((line) => line.includes("nobody"))).toBe(true);
    expect(lines.at(-1)).toMatch(/^✗ bad\.yaml: \d errors/);
    const places = lines.slice(0, -1).map((line) => Number(line.split(":")[1]));
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  it("shows people the line, with a caret under the place", async () => {
    const { stdout } = await validate(["bad.yaml"], { columns: 80, env: { NO_COLOR: "1" } });
    expect(stdout).toContain("\n  3 │     rolle: react\n    │     ^\n");
    expect(stdout).toContain("\n  5 │     temperature: hot\n    │                  ^\n");
  });

  it("keeps the caret in place on long and wide lines", async () => {
    const directory = await folder({ "long.yaml": `agents: [{ name: "${"字".repeat(10)}", description: "${"x".repeat(200)}", rolle: react }]\n` });
    const { stdout } = await validate(["long.yaml"], { cwd: directory, columns: 60, env: { NO_COLOR: "1" } });
    const lines = stdout.split("\n");
    for (const line of lines.filter((one) => one.startsWith("  "))) expect(line.length).toBeLessThanOrEqual(60);
    const at = lines.findIndex((line) => line.includes("rolle: react"));
    expect(lines[at + 1].indexOf("^")).toBe(lines[at].indexOf("rolle"));
    await rm(directory, { recursive: true });
  });

  it("gives the same to programs", async () => {
    const { code, stdout } = await validate(["bad.yaml", "--json"]);
    expect(code).toBe(2);
    const { valid, problems } = JSON.parse(stdout);
    expect(valid).toBe(false);
    expect(problems).toContainEqual(
      expect.objectContaining({ severity: "error", file: "bad.yaml", line: 3, column: 5, path: "agents[0].rolle", suggestion: "role" }),
    );
    expect(JSON.parse((await validate(["warned.yaml", "--json"])).stdout)).toMatchObject({ valid: true, problems: [{ severity: "warning" }] });
  });

  it("shows what is no YAML, with its place", async () => {
    expect(await validate(["syntax.yaml"])).toMatchObject({ code: 2, stdout: expect.stringMatching(/^syntax\.yaml:\d+:\d+: /) });
  });

  it("checks layers together, and stdin", async () => {
    const { code, stdout } = await validate(["good.yaml", "bad.yaml"]);
    expect([code, stdout]).toEqual([2, expect.stringContaining("✗ good.yaml + bad.yaml: ")]);
    expect(await validate(["-"], { stdin: "agents: 3\n" })).toMatchObject({ code: 2, stdout: expect.stringMatching(/^stdin:1:9: /) });
    expect((await validate(["good.yaml", "good.yaml"])).stderr).toContain("good.yaml is given twice");
  });

  it("knows code that it is given", async () => {
    expect((await validate(["tools.yaml", "--tools", "tools.mjs"])).stdout).toContain("nothing wrong");
    expect((await validate(["custom.yaml"])).code).toBe(2);
    expect((await validate(["custom.yaml", "--agents", "custom.mjs"])).code).toBe(0);
  });
});
