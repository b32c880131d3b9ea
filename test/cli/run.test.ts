import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Engine } from "../../host/index.ts";
import { aixlet, type FakeOptions, folder } from "./fake-io.ts";

const team = `
agents:
  - { name: writer, role: react, model: gpt-4, outputs: [editor] }
  - { name: editor, role: react, model: gpt-4, inputs: [writer] }
`;
const script = `
- { when: { agent: writer }, give: "a draft about \${input}" }
- { when: { agent: editor }, give: { text: "\${input}, edited", usage: { input: 20, output: 10 } } }
`;
const clock = `
agents:
  - { name: clock, role: producer, interval: 30ms, outputs: [log] }
  - { name: log, role: logger, inputs: [clock] }
`;

let cwd: string;
const run = (args: readonly string[], options: FakeOptions = {}) => aixlet(["run", ...args], { cwd, ...options });
const lines = (text: string) => text.split("\n").filter((line) => line !== "");
const events = (text: string) => lines(text).map((line) => JSON.parse(line) as { type: string; label?: string; [key: string]: unknown });

beforeAll(async () => {
  cwd = await folder({
    "team.yaml": team,
    "script.yaml": script,
    "clock.yaml": clock,
    "slow.yaml": "- { give: { text: late, delay: 1h } }",
    "failing.yaml": '- { give: { fail: { kind: authentication, message: "that is no key" } } }',
    "louder.yaml": "agents:\n  - { name: editor, role: react, model: gpt-4, prompt: Shout. }\n",
    "keys.env": "OPENAI_API_KEY=sk-from-a-file\n",
    "two.yaml": "agents:\n  - { name: one, role: react, model: gpt-4 }\n  - { name: two, role: react, model: gpt-4 }\n",
    "tools.yaml": "agents:\n  - { name: clerk, role: react, model: gpt-4, tools: [{ name: price }] }\n",
    "tools.script.yaml":
      '- { when: { text: pear }, give: { calls: [{ tool: price, arguments: { of: pear } }] } }\n- { when: { tool: price }, give: "It costs ${result}." }\n',
    "tools.mjs": "export const price = ({ of }) => ({ pear: 3 })[of];\n",
    "empty.mjs": "export const nothing = 3;\n",
    "roles.yaml": "agents:\n  - { name: greeter, role: greeter }\n",
    "roles.mjs": "export function greeter(text) { return `Hello, ${text}.`; }\n",
    "broken.yaml": "agents:\n  - { name: a, rol: react }\n  - { name: a, role: react, model: gpt-4, outputs: [b } \n",
  });
});
afterAll(() => rm(cwd, { recursive: true }));

describe("run", () => {
  it("puts the answer on stdout, and everything else on stderr", async () => {
    const { code, stdout, stderr } = await run(["team.yaml", "--script", "script.yaml", "--input", "tea"]);
    expect([code, stdout]).toEqual([0, "a draft about tea, edited\n"]);
    expect(lines(stderr.replaceAll(/\d+\.\ds/g, "0.0s"))).toEqual([
      "scripted by script.yaml: no real model is asked",
      "   0.0s  input → writer: tea",
      "   0.0s  writer thinks (gpt-4, scripted)",
      "   0.0s  writer → editor: a draft about tea",
      "   0.0s  editor thinks (gpt-4, scripted)",
      "   0.0s  editor answers (scripted)",
      expect.stringMatching(/^ {3}0\.0s {2}done · 2 messages · 2 model calls · \d+ tokens \(\d+ in, \d+ out\) · scripted$/),
    ]);
  });

  it("plays the echo, and says so", async () => {
    const { code, stdout, stderr } = await run(["team.yaml", "--model", "echo", "-i", "tea"]);
    expect([code, stdout]).toEqual([0, "tea\n"]);
    expect(stderr).toMatch(/^echo: no real model is asked\n/);
    expect(stderr).toContain("writer thinks (echo)");
  });

  it("writes every event as a line of JSON, and what is made up is labelled", async () => {
    const { code, stdout, stderr } = await run(["team.yaml", "-s", "script.yaml", "-i", "tea", "--json", "--seed", "7"]);
    expect([code, stderr]).toEqual([0, ""]);
    const all = events(stdout);
    expect(all[0]).toMatchObject({ type: "started", label: "scripted", inputs: ["writer"], edges: [{ from: "writer", to: "editor" }] });
    expect(all.filter(({ type }) => type === "finished")).toHaveLength(1);
    expect(all.at(-1)).toMatchObject({ type: "finished", stop: "done", text: "a draft about tea, edited", label: "scripted", counters: { modelCalls: 2 } });
    const made = all.slice(all.findIndex(({ type }) => type === "model-call"));
    expect(made.every(({ label }) => label === "scripted")).toBe(true);
    expect(made.map(({ type }) => type)).toEqual(expect.arrayContaining(["model-end", "message", "output"]));
  });

  it("is quiet when asked, but not about what is made up", async () => {
    const { stdout, stderr } = await run(["team.yaml", "-s", "script.yaml", "-i", "tea", "-q"]);
    expect([stdout, stderr]).toEqual(["a draft about tea, edited\n", "scripted by script.yaml: no real model is asked\n"]);
  });

  it("reads the input from stdin", async () => {
    expect((await run(["team.yaml", "-m", "echo", "-i", "-", "-q"], { stdin: "two\nlines\n" })).stdout).toBe("two\nlines\n");
    expect(await run(["team.yaml", "-m", "echo", "-i", "-"], { stdin: "" })).toMatchObject({ code: 2, stderr: expect.stringContaining("stdin was empty") });
    expect(await run(["team.yaml", "-m", "echo", "-i", "-"], { stdin: new Uint8Array([0xff, 0xfe]) })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("not UTF-8"),
    });
    expect((await run(["-", "-m", "echo", "-i", "tea", "-q"], { stdin: team })).stdout).toBe("tea\n");
    expect(await run(["-", "-m", "echo", "-i", "-"], { stdin: team })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("cannot both come from stdin"),
    });
  });

  it("lays files over each other", async () => {
    const { stdout } = await run(["team.yaml", "louder.yaml", "-m", "echo", "-i", "tea", "--json"]);
    expect(events(stdout)[0]).toMatchObject({ agents: [{ name: "writer" }, { name: "editor" }] });
    expect(events(stdout).at(-1)).toMatchObject({ stop: "done" });
  });

  it("says that there is no key before anything runs, and both ways out", async () => {
    const { code, stdout, stderr } = await run(["team.yaml", "-i", "tea"]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^error: The model gpt-4 \(openai\) needs a key: set OPENAI_API_KEY\.\n {2}Or run without one: `--script FILE`.*`--model echo`/);
    expect(events((await run(["team.yaml", "-i", "tea", "--json"])).stdout)).toEqual([
      { type: "error", code: "missing-key", message: expect.stringContaining("OPENAI_API_KEY") },
    ]);
  });

  it("takes another model for all agents, and never one in its place", async () => {
    const { code, stderr } = await run(["team.yaml", "-i", "tea", "--model", "claude-3-haiku"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("The model claude-3-haiku (anthropic) needs a key: set ANTHROPIC_API_KEY")]);
    expect((await run(["team.yaml", "-i", "tea", "--model", "mine"])).stderr).toContain("Nobody is known to have the model mine");
    expect((await run(["team.yaml", "-i", "tea", "--model", "mine", "--provider", "xai"])).stderr).toContain("XAI_API_KEY");
  });

  it("reads an .env file only if it is named", async () => {
    await writeFile(join(cwd, ".env"), "OPENAI_API_KEY=sk-silent\n");
    expect((await run(["team.yaml", "-i", "tea"])).stderr).toContain("needs a key");
    const { code, stderr } = await run(["team.yaml", "-i", "tea", "--env-file", "keys.env", "--budget-time", "1ms"]);
    expect(stderr).not.toContain("needs a key");
    expect(stderr).not.toContain("sk-from-a-file");
    expect(code).toBe(3);
  });

  it("explains that a message is needed", async () => {
    const missing = await run(["team.yaml", "-m", "echo"], { stdinIsTerminal: true });
    expect(missing).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("team.yaml has no producers: it waits for a message") });
    expect(missing.stderr).toContain("--input");
    expect((await run(["two.yaml", "-m", "echo"])).stderr).toContain("--to one");
    expect((await run(["two.yaml", "-m", "echo", "--to", "one"])).stderr).toContain("--to says where the input goes, and there is none");
  });

  it("sends the input where it is told", async () => {
    expect((await run(["two.yaml", "-m", "echo", "-i", "tea", "--to", "two", "-q"])).stdout).toBe("tea\n");
    for (const args of [[], ["--to", "three"]]) {
      const { code, stderr } = await run(["two.yaml", "-m", "echo", "-i", "tea", ...args]);
      expect(code).toBe(2);
      expect(stderr).toContain("one, two");
    }
  });

  it("ends with 1 if the run failed, and says where and why", async () => {
    const { code, stdout, stderr } = await run(["team.yaml", "-s", "failing.yaml", "-i", "tea"]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("failed at writer: ");
    expect(stderr).toContain("that is no key");
  });

  it.each([
    [["--budget-calls", "1"], "script.yaml"],
    [["--budget-tokens", "5"], "script.yaml"],
    [["--budget-time", "50ms"], "slow.yaml"],
  ])("ends with 3 if a budget is reached: %j", async (args, file) => {
    const { code, stderr } = await run(["team.yaml", "-s", file, "-i", "a text of more than five tokens, as one counts", ...args]);
    expect([code, stderr]).toEqual([3, expect.stringContaining("budget reached")]);
  });

  it("lets producers go on for as long as it is told, and what loggers say goes to stdout", async () => {
    const { code, stdout, stderr } = await run(["clock.yaml", "--for", "200ms"]);
    expect(code).toBe(0);
    expect(lines(stdout).length).toBeGreaterThan(2);
    for (const line of lines(stdout)) expect(JSON.parse(line)).toMatchObject({ seq: expect.any(Number) });
    expect(stderr).not.toContain("until Ctrl-C");
  });

  it("says that it has no end without that, and stops at Ctrl-C", async () => {
    const { code, stderr } = await run(["clock.yaml"], { interruptAt: "clock → log" });
    expect(code).toBe(130);
    expect(stderr).toContain("It has producers, and runs until Ctrl-C; --for 10s ends it by itself.");
    expect(stderr).toMatch(/Stopping\..*\n.*stopped/);
  });

  it("says at Ctrl-C what was outstanding", async () => {
    const { code, stderr } = await run(["team.yaml", "-s", "slow.yaml", "-i", "tea"], { interruptAt: "writer thinks" });
    expect(code).toBe(130);
    expect(stderr).toMatch(/What was outstanding:\n {2}writer was thinking \(gpt-4, 0\.\ds\)\n/);
  });

  it("gives tools their code", async () => {
    const args = ["tools.yaml", "-s", "tools.script.yaml", "-i", "a pear"];
    const { code, stdout, stderr } = await run([...args, "--tools", "tools.mjs"]);
    expect([code, stdout]).toEqual([0, "It costs 3.\n"]);
    expect(stderr).toContain('clerk calls price {"of":"pear"}');
    expect(stderr).toContain("price ⇒ clerk: 3");
    expect((await run(args)).stderr).toContain("Tools get their code from a JavaScript module: --tools FILE");
    expect(await run([...args, "--tools", "empty.mjs"])).toMatchObject({ code: 2, stderr: expect.stringContaining("empty.mjs exports no tools") });
    expect(await run([...args, "--tools", "none.mjs"])).toMatchObject({ code: 2, stderr: expect.stringContaining("cannot read none.mjs") });
  });

  it("gives roles their code", async () => {
    expect((await run(["roles.yaml", "--agents", "roles.mjs", "-i", "world"])).stdout).toBe("Hello, world.\n");
    expect((await run(["roles.yaml", "-i", "world"])).code).toBe(2);
  });

  it("keeps the run's record, which can be replayed", async () => {
    await run(["team.yaml", "-s", "script.yaml", "-i", "tea", "--journal", "tea.journal"]);
    const engine = await Engine.load([{ path: "team.yaml", content: team }]);
    expect(engine.replay(await readFile(join(cwd, "tea.journal")))).toMatchObject({ finished: true });
    await engine.close();
  });

  it("shows all problems of a file, and of a script, at once", async () => {
    expect(await run(["broken.yaml", "-i", "tea"])).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(/^broken\.yaml:\d+:\d+: /) });
    expect(await run(["team.yaml", "-s", "team.yaml", "-i", "tea"])).toMatchObject({ code: 2, stderr: expect.stringContaining("team.yaml:") });
  });

  it("shows texts in a line, or whole", async () => {
    const args = ["team.yaml", "-m", "echo", "-i", `first\nsecond red${"x".repeat(500)}`];
    const short = await run(args);
    expect(short.stderr).toContain("input → writer: first second redxxx");
    expect(short.stderr).toContain("... (5");
    expect((await run([...args, "-v"])).stderr).toContain(`first\n         second red${"x".repeat(500)}\n`);
  });
});
