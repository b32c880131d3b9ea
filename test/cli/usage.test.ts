import { describe, expect, it } from "vitest";
import { commands } from "../../host/cli/commands.ts";
import { aixlet } from "./fake-io.ts";

/** One line for what is wrong, one for the way out. */
async function refusal(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await aixlet(args);
  expect(code).toBe(2);
  expect(stdout.startsWith("{")).toBe(args.includes("--json"));
  return stderr;
}

describe("usage", () => {
  it("shows help when asked, and as a complaint when nothing is said", async () => {
    for (const args of [["--help"], ["-h"], ["help"]]) {
      const { code, stdout, stderr } = await aixlet(args);
      expect([code, stderr]).toEqual([0, ""]);
      for (const { name, about } of commands) expect(stdout).toContain(`  ${name.padEnd(10)}  ${about}`);
    }
    expect(await refusal()).toContain("aixlet COMMAND [options]");
  });

  it("shows each command's help, with options and examples, in whatever place it is asked for", async () => {
    for (const command of commands) {
      const { code, stdout } = await aixlet([command.name, "--help"]);
      expect(code).toBe(0);
      expect((await aixlet(["help", command.name])).stdout).toBe(stdout);
      for (const { name } of command.options) expect(stdout).toContain(`--${name}`);
      for (const [line] of command.examples) expect(stdout).toContain(line);
      for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
    }
  });

  it("tells its version", async () => {
    for (const flag of ["--version", "-V"]) expect((await aixlet([flag])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it("says what was probably meant", async () => {
    expect(await refusal("rnu", "x.yaml")).toBe(
      "error: unknown command rnu (did you mean run?)\n  There are run, chat, serve, mcp, tokens, models, validate, simulate, graph, runs, session, doctor, init, completion. See aixlet --help\n",
    );
    expect(await refusal("valid", "x.yaml")).toContain("did you mean validate?");
    expect(await refusal("run", "x.yaml", "--imput", "a")).toBe("error: unknown option --imput (did you mean --input?)\n  See aixlet run --help\n");
    expect(await refusal("run", "x.yaml", "--costs", "1")).toContain("unknown option --costs");
    expect(await refusal("graph", "x.yaml", "--format", "mermade")).toContain("did you mean mermaid?");
    expect(await refusal("completion", "bsh")).toContain("did you mean bash?");
    expect(await refusal("team.yaml")).toContain("did you mean aixlet run team.yaml?");
  });

  it.each([
    [["run"], "run needs a FILE"],
    [["run", "x.yaml", "--input"], "--input needs a value: --input TEXT"],
    [["run", "x.yaml", "--input", "--json"], "If --json is meant to be it: --input=--json"],
    [["run", "x.yaml", "-i", "a", "-i", "b"], "--input is given twice"],
    [["run", "x.yaml", "--json=yes"], "--json takes no value"],
    [["run", "x.yaml", "x.yaml", "-i", "a"], "x.yaml"],
    [["run", "x.yaml", "-i", "a"], "cannot read x.yaml: there is no such file"],
    [["validate", "host"], "cannot read host: it is a directory"],
    [["run", "x.yaml", "--for", "10"], "--for 10 has no unit (did you mean 10s?)"],
    [["run", "x.yaml", "--for", "soon"], "--for soon is no duration"],
    [["run", "x.yaml", "--for", "0s"], "--for 0s is no time at all"],
    [["run", "x.yaml", "--budget-calls", "0"], "--budget-calls 0 is no whole number from 1 on"],
    [["run", "x.yaml", "--seed", "-1"], "--seed"],
    [["run", "x.yaml", "--script", "a", "--model", "b"], "--script and --model both say who answers"],
    [["run", "x.yaml", "--provider", "openai"], "Give --model, too."],
    [["run", "x.yaml", "-q", "--json"], "--quiet and --json exclude each other"],
    [["doctor", "x.yaml"], "doctor takes no arguments, and x.yaml is one too many"],
    [["init", "a", "b"], "init takes one DIR only"],
    [["--jsn"], "Options come after a command"],
  ])("refuses %j", async (args, message) => {
    expect(await refusal(...(args as string[]))).toContain(message);
  });

  it("gives a line of JSON for what it refuses, too", async () => {
    const { code, stdout, stderr } = await aixlet(["run", "nowhere.yaml", "-i", "a", "--json"]);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ type: "error", code: "bad-usage", message: "cannot read nowhere.yaml: there is no such file" });
    expect(stderr).toContain("nowhere.yaml");
  });
});

describe("colours", () => {
  const colourful = (text: string) => text.includes("\u001b[");
  it.each([
    ["a pipe", {}, undefined, false],
    ["a terminal", {}, 80, true],
    ["NO_COLOR", { NO_COLOR: "1" }, 80, false],
    ["an empty NO_COLOR", { NO_COLOR: "" }, 80, true],
    ["FORCE_COLOR", { FORCE_COLOR: "1" }, undefined, true],
    ["FORCE_COLOR=0", { FORCE_COLOR: "0" }, 80, false],
    ["both", { FORCE_COLOR: "1", NO_COLOR: "1" }, undefined, true],
    ["TERM=dumb", { TERM: "dumb" }, 80, false],
  ])("%s", async (_, env, columns, expected) => {
    expect(colourful((await aixlet(["--help"], { env, columns })).stdout)).toBe(expected);
    expect(colourful((await aixlet(["nothing"], { env, columns })).stderr)).toBe(expected);
  });

  it("--no-color stands above all", async () => {
    for (const args of [
      ["--help", "--no-color"],
      ["--no-color", "--help"],
      ["run", "--help", "--no-color"],
    ]) {
      expect(colourful((await aixlet(args, { columns: 80, env: { FORCE_COLOR: "1" } })).stdout)).toBe(false);
    }
  });
});
