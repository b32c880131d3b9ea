import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commands } from "../../host/cli/commands.ts";
import { aixlet, folder } from "./fake-io.ts";

let cwd: string;
beforeAll(async () => {
  cwd = await folder({});
});
afterAll(() => rm(cwd, { recursive: true }));

describe("doctor", () => {
  it("looks at everything, and shows no values of keys", async () => {
    const { code, stdout } = await aixlet(["doctor"], { cwd, env: { OPENAI_API_KEY: "sk-very-secret" } });
    expect(code).toBe(0);
    expect(stdout).toContain(`✓ Node ${process.versions.node}`);
    expect(stdout).toMatch(/✓ protocol \d+\.\d+, \d+ KB \(\d+ KB gzipped\)/);
    expect(stdout).toMatch(/✓ loaded and ran an echo in [\d.]+ ms/);
    expect(stdout).toMatch(/✓ @ai-sdk\/openai +\d+\.\d+\.\d+/);
    expect(stdout).toMatch(/✓ @modelcontextprotocol\/sdk +\d+\.\d+\.\d+ +for mcp_servers, aixlet mcp/);
    expect(stdout).toMatch(/✓ OPENAI_API_KEY +set/);
    expect(stdout).toMatch(/· ANTHROPIC_API_KEY +not set/);
    expect(stdout).not.toContain("sk-very-secret");
  });

  it("tells programs the same", async () => {
    const { stdout } = await aixlet(["doctor", "--json"], { cwd, env: { XAI_API_KEY: "secret" }, columns: 90 });
    const found = JSON.parse(stdout);
    expect(found).toMatchObject({
      healthy: true,
      core: { ok: true, bytes: expect.any(Number), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      terminal: { stdout: true, columns: 90 },
    });
    expect(found.keys).toContainEqual({ name: "XAI_API_KEY", set: true, provider: "xai" });
    expect(stdout).not.toContain('"secret"');
  });
});

describe("init", () => {
  it("writes files that run at once, and overwrites nothing", async () => {
    const first = await aixlet(["init", "my first"], { cwd });
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(await readdir(join(cwd, "my first"))).toEqual(["agents.script.yaml", "agents.yaml"]);
    expect(first.stdout).toContain("aixlet run 'my first/agents.yaml' --script 'my first/agents.script.yaml' --input");
    const ran = await aixlet(["run", "my first/agents.yaml", "--script", "my first/agents.script.yaml", "--input", "tea", "-q"], { cwd });
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringMatching(/\w/)]);

    const before = await readFile(join(cwd, "my first", "agents.yaml"), "utf8");
    expect(await aixlet(["init", "my first"], { cwd })).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining("is there already, and nothing is overwritten"),
    });
    expect(await readFile(join(cwd, "my first", "agents.yaml"), "utf8")).toBe(before);
  });

  it("writes here if nothing is said, and says why if it cannot", async () => {
    expect((await aixlet(["init"], { cwd })).code).toBe(0);
    expect(await readdir(cwd)).toContain("agents.yaml");
    expect(await aixlet(["init", "agents.yaml/below"], { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("cannot write agents.yaml/below/agents.yaml: a part of its path is no directory"),
    });
  });
});

/** What bash offers for this line. */
function offered(script: string, ...words: string[]): string[] {
  const line = words.map((word) => `'${word}'`).join(" ");
  const program = `${script}\nCOMP_WORDS=(aixlet ${line})\nCOMP_CWORD=${words.length}\n_aixlet\nprintf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync("bash", ["--norc", "-c", program], { encoding: "utf8", cwd })
    .split("\n")
    .filter((word) => word !== "")
    .sort();
}

describe("completion", () => {
  it.each(["bash", "zsh", "fish"])("for %s knows every command and option", async (shell) => {
    const { code, stdout } = await aixlet(["completion", shell]);
    expect(code).toBe(0);
    for (const { name, options } of commands) {
      expect(stdout).toContain(name);
      for (const option of options) expect(stdout).toContain(option.name);
    }
  });

  it.runIf(existsSync("/bin/bash"))("completes in bash", async () => {
    const script = (await aixlet(["completion", "bash"])).stdout;
    expect(offered(script, "")).toEqual(["--help", "--version", ...commands.map(({ name }) => name)].sort());
    expect(offered(script, "gr")).toEqual(["graph"]);
    expect(offered(script, "graph", "--f")).toEqual(["--format"]);
    expect(offered(script, "graph", "--format", "")).toEqual(["list", "mermaid", "text"]);
    expect(offered(script, "run", "--model", "")).toEqual(["echo"]);
    expect(offered(script, "run", "agents.")).toEqual(["agents.script.yaml", "agents.yaml"]);
    expect(offered(script, "run", "--script", "agents.s")).toEqual(["agents.script.yaml"]);
    expect(offered(script, "run", "--input", "a")).toEqual([]);
    expect(offered(script, "completion", "")).toEqual(["bash", "fish", "zsh"]);
    expect(offered(script, "init", "my")).toEqual(["my first"]);
  });
});
