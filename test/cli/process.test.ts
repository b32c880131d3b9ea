import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { folder } from "./fake-io.ts";
import { Screen } from "./screen.ts";

// The program itself, in a process of its own: what pipes, signals and terminals do cannot be made up.

const root = fileURLToPath(new URL("../../", import.meta.url));
const command = ["--import", "tsx", join(root, "host/cli/main.ts")];
const env = { PATH: process.env.PATH, HOME: process.env.HOME, TERM: "xterm" };

const team = `
agents:
  - { name: writer, role: react, model: gpt-4, outputs: [editor] }
  - { name: editor, role: react, model: gpt-4, inputs: [writer], tools: [{ name: wait }] }
`;

let cwd: string;
let file: (name: string) => string;
beforeAll(async () => {
  cwd = await folder({
    "team.yaml": team,
    "quick.yaml": "- give: done",
    "hung.yaml": "- { when: { agent: writer }, give: { text: a draft, delay: 1h } }",
    "hung-tool.yaml":
      "- { when: { agent: writer }, give: a draft }\n- { when: { agent: editor }, give: { calls: [{ tool: wait, arguments: { for: ever } }] } }",
    "wait.mjs": "export function wait(_, { signal }) { return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))); }\n",
    "deaf.mjs": "setInterval(() => {}, 1000);\nexport const wait = () => new Promise(() => {});\n",
    "chatter.yaml": "agents:\n  - { name: clock, role: producer, interval: 5ms, outputs: [log] }\n  - { name: log, role: logger, inputs: [clock] }\n",
  });
  file = (name) => join(cwd, name);
});
afterAll(() => rm(cwd, { recursive: true }));

interface Ended {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}

function start(args: readonly string[], more: Record<string, string> = {}): { child: ChildProcess; ended: Promise<Ended>; seen(text: string): Promise<void> } {
  const child = spawn(process.execPath, [...command, ...args], { cwd: root, env: { ...env, ...more }, stdio: ["pipe", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout?.on("data", (chunk) => (stdout += chunk));
  child.stderr?.on("data", (chunk) => (stderr += chunk));
  child.stdin?.end();
  const ended = new Promise<Ended>((resolve) => child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr })));
  const seen = async (text: string) => {
    for (let i = 0; i < 400 && !stderr.includes(text) && !stdout.includes(text); i++) await new Promise((resolve) => setTimeout(resolve, 25));
    if (!stderr.includes(text) && !stdout.includes(text)) throw new Error(`${text} was never written, but\n${stdout}\n${stderr}`);
  };
  return { child, ended, seen };
}

describe("the program", () => {
  it("writes the answer into a file, without colours, and ends with 0", async () => {
    const { code, stdout, stderr } = await start(["run", file("team.yaml"), "--script", file("quick.yaml"), "--input", "x", "-q"]).ended;
    expect([code, stdout]).toEqual([0, "done\n"]);
    expect(stderr).not.toContain("\u001b");
  });

  it("colours pipes only when it is forced to", async () => {
    expect((await start(["--help"], { FORCE_COLOR: "1" }).ended).stdout).toContain("\u001b[1m");
    expect((await start(["--help"], { NO_COLOR: "1" }).ended).stdout).not.toContain("\u001b");
  });

  it("takes tools in JavaScript only", async () => {
    const { code, stderr } = await start(["run", file("team.yaml"), "-m", "echo", "-i", "x", "--tools", file("team.yaml")]).ended;
    expect([code, stderr]).toEqual([2, expect.stringContaining("It has to be JavaScript: .js or .mjs.")]);
  });

  it("stops at Ctrl-C, says what was outstanding, and ends with 130", async () => {
    const { child, ended, seen } = start(["run", file("team.yaml"), "-s", file("hung.yaml"), "-i", "x"]);
    await seen("writer thinks");
    child.kill("SIGINT");
    const { code, signal, stderr } = await ended;
    expect([code, signal]).toEqual([130, null]);
    expect(stderr).toMatch(/What was outstanding:\n {2}writer was thinking \(gpt-4, \d+\.\ds\)\n/);
    expect(stderr).toContain("stopped");
  });

  it("tells tools to stop, too, and names them", async () => {
    const { child, ended, seen } = start(["run", file("team.yaml"), "-s", file("hung-tool.yaml"), "-i", "x", "--tools", file("wait.mjs"), "--json"]);
    await seen('"tool-call"');
    child.kill("SIGINT");
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toContain("wait was running for editor");
    const lines = stdout.trimEnd().split("\n");
    expect(JSON.parse(lines[lines.length - 1])).toMatchObject({ type: "finished", stop: "cancelled", label: "scripted" });
  });

  it("ends at once at the second Ctrl-C, though a tool does not listen", async () => {
    const { child, ended, seen } = start(["run", file("team.yaml"), "-s", file("hung-tool.yaml"), "-i", "x", "--tools", file("deaf.mjs")]);
    await seen("editor calls wait");
    child.kill("SIGINT");
    await seen("Stopping");
    const before = Date.now();
    child.kill("SIGINT");
    expect((await ended).code).toBe(130);
    expect(Date.now() - before).toBeLessThan(2000);
  });

  it("ends with 143 if it is told to end", async () => {
    const { child, ended, seen } = start(["run", file("team.yaml"), "-s", file("hung.yaml"), "-i", "x"]);
    await seen("writer thinks");
    child.kill("SIGTERM");
    expect((await ended).code).toBe(143);
  });

  it("stops when nobody reads its output any more", async () => {
    const { child, ended, seen } = start(["run", file("chatter.yaml")]);
    await seen("seq");
    child.stdout?.destroy();
    const { code, stderr } = await ended;
    expect(code).toBe(141);
    expect(stderr).not.toContain("EPIPE");
  });

  it.runIf(existsSync("/dev/full"))("says that the disk is full", async () => {
    const child = spawn("/bin/sh", ["-c", `${process.execPath} ${command.join(" ")} run ${file("chatter.yaml")} > /dev/full`], { cwd: root, env });
    let stderr = "";
    child.stderr.on("data", (chunk) => (stderr += chunk));
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(1);
    expect(stderr).toContain("error: cannot write to stdout: the disk is full");
  });

  it("goes on when only its progress is not read", async () => {
    const { child, ended, seen } = start(["run", file("chatter.yaml"), "--for", "1s"]);
    await seen("seq");
    child.stderr?.destroy();
    expect((await ended).code).toBe(0);
  });

  it("writes whole lines even if there are many", async () => {
    const { code, stdout } = await start(["run", file("chatter.yaml"), "--for", "1s", "--json"]).ended;
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).type).at(-1)).toBe("finished");
  });
});

/** Util-linux has one that runs a command in a terminal; others of the same name do not. */
const hasTerminal = process.platform === "linux" && existsSync("/usr/bin/script");

describe.runIf(hasTerminal)("in a terminal", () => {
  const inTerminal = async (args: string, more: Record<string, string> = {}) => {
    const log = file(`typescript-${Math.random()}`);
    const inner = `stty cols 70 rows 20; ${process.execPath} ${command.join(" ")} ${args}`;
    const child = spawn("/usr/bin/script", ["-qec", inner, log], {
      cwd: root,
      env: { ...env, ...more, SHELL: "/bin/sh" },
      stdio: ["ignore", "ignore", "ignore"],
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    const written = (await readFile(log, "utf8")).replace(/^Script started.*\n/, "").replace(/\nScript done.*\n?$/, "");
    return { code, written, screen: new Screen(70).write(written.replaceAll("\r\n", "\n")) };
  };

  it("shows a run as it goes, and leaves a clean transcript", async () => {
    const { code, written, screen } = await inTerminal(`run ${file("team.yaml")} -s ${file("quick.yaml")} -i hello --tools ${file("wait.mjs")}`);
    expect(code).toBe(0);
    expect(written).toContain("Ctrl-C stops");
    expect(written).toContain("\u001b[36m");
    expect(screen.text).not.toContain("Ctrl-C stops");
    expect(screen.text).toMatch(
      /\n {3}0\.\ds {2}input → ◆ writer {2}hello\n {3}0\.\ds {2}◆ writer → ◆ editor {2}done\n\n◆ editor \(scripted\)\ndone\n\n✓ done · \d\.\ds · scripted\n/,
    );
  });

  it("keeps its colours to itself if asked", async () => {
    const { written } = await inTerminal(`run ${file("team.yaml")} -s ${file("quick.yaml")} -i hello`, { NO_COLOR: "1" });
    expect(written).not.toContain("\u001b[3");
  });
});
