import { spawn } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defaultModels } from "../../host/cli/chat/definition.ts";
import { completeSlash } from "../../host/cli/chat/slash.ts";
import { Streams } from "../../host/cli/chat/streams.ts";
import { providerOf, providers } from "../../host/models/providers.ts";
import { catalogue } from "../../host/prices/catalogue.ts";
import { aixlet, type FakeOptions, folder } from "./fake-io.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const refund = "{name: refund, description: Pays back., confirm: true, input_schema: {type: object, properties: {sum: {type: number}}}}";

let cwd: string;
const chat = (args: readonly string[], options: FakeOptions = {}) => aixlet(["chat", ...args], { cwd, ...options });

beforeAll(async () => {
  cwd = await folder({
    "bot.yaml": `agents: [{name: bot, model: gpt-4, tools: [${refund}]}]\n`,
    "two.yaml": "agents: [{name: left, model: gpt-4}, {name: right, model: gpt-4}]\n",
    "memory.yaml": "session: {store: memory}\nagents: [{name: bot, model: gpt-4}]\n",
    "bot.script.yaml": `
- { when: { text: refund }, give: { calls: [{ tool: refund, arguments: { sum: 20 } }] } }
- { when: { tool: refund }, give: "It came to: \${result}." }
- { when: { text: fail }, give: { fail: authentication } }
- { when: { text: slow }, give: { text: At last., delay: 1h } }
- { give: "You said \${input}." }
`,
    "tools.mjs": "export const refund = ({ sum }) => `paid ${sum}`;\n",
  });
});
afterAll(() => rm(cwd, { recursive: true }));

describe("chat in a pipe", () => {
  it("answers a line at a time: answers to stdout, what they cost to stderr", async () => {
    const { code, stdout, stderr } = await chat(["bot.yaml", "-s", "bot.script.yaml"], { stdin: "hello\n\n//etc is a path\nno end of line" });
    expect([code, stdout]).toEqual([0, "You said hello.\nYou said /etc is a path.\nYou said no end of line.\n"]);
    expect(stderr.split("\n")[0]).toBe("scripted by bot.script.yaml: no real model is asked");
    expect(stderr.match(/1 model call · \d+ tokens \(\d+ in, \d+ out\) · scripted\n/g)).toHaveLength(3);
    expect(stdout + stderr).not.toContain("\u001b");
  });

  it("remembers what was said before, until /clear, and shows it", async () => {
    const { stdout, stderr } = await chat(["-m", "echo"], { stdin: "one\ntwo\n/history\n/clear\nthree\n/history\n/quit\nnever said\n" });
    expect(stdout).toBe("one\ntwo\nthree\n");
    expect(stderr.split("\n").filter((line) => !line.includes("model call"))).toEqual([
      "echo: no real model is asked",
      "you: one",
      "assistant: one",
      "you: two",
      "assistant: two",
      "A new conversation.",
      "you: three",
      "assistant: three",
      "",
    ]);
  });

  it("goes on with a session in another process, and marks it", async () => {
    await chat(["-m", "echo", "--session", "trip", "--sessions", "kept", "--user", "ann", "-p", "I am Ann."]);
    const { stderr } = await chat(["-m", "echo", "--session", "trip", "--sessions", "kept"], { stdin: "Who am I?\n/history\n/save\n" });
    expect(stderr).toContain("you: I am Ann.\nassistant: I am Ann.\nyou: Who am I?\n");
    const marked = /Marked as ([0-9a-f]{12}): aixlet session restore trip \1/.exec(stderr);
    const { stdout } = await aixlet(["session", "show", "trip", "--sessions", "kept", "--json"], { cwd });
    const { user, turns, checkpoints } = JSON.parse(stdout);
    expect([user, turns.length, checkpoints[0].sha256.slice(0, 12)]).toEqual(["ann", 2, marked?.[1]]);
  });

  it("leaves a FILE's own session block as it is", async () => {
    const { code, stderr } = await chat(["memory.yaml", "-m", "echo", "--session", "x"], { stdin: "a\n/save\n", env: { AIXGO_SESSION_DIR: "/dev/null" } });
    expect([code, stderr]).toEqual([1, expect.stringContaining("this conversation is kept nowhere")]);
  });

  it("writes the conversation down, and overwrites nothing", async () => {
    const { code, stderr } = await chat(["bot.yaml", "-s", "bot.script.yaml"], { stdin: "/save said.md\nhello\n/save said.md\n/save said.md\n" });
    expect(code).toBe(1);
    expect(stderr).toContain("Nothing has been said yet.\n");
    expect(stderr).toContain("cannot write said.md: it is there already");
    expect(await readFile(join(cwd, "said.md"), "utf8")).toMatch(
      /^# chat-\d{8}-\d{6}-[0-9a-f]{4}\n\n\*\*You\*\*\n\nhello\n\n\*\*bot\*\*\n\nYou said hello\.\n$/,
    );
  });

  it("denies what nobody is there to approve, and says yes with --yes", async () => {
    const args = ["bot.yaml", "-s", "bot.script.yaml", "--tools", "tools.mjs", "-p", "refund it"];
    expect((await chat(args)).stdout).toBe("It came to: denied: nobody is there to approve it; `aixlet chat --yes` does.\n");
    const { stdout, stderr } = await chat([...args, "--yes"]);
    expect(stdout).toBe("It came to: paid 20.\n");
    expect(stderr).toContain("bot calls refund(sum: 20)\n  refund gave: paid 20\n");
  });

  it("tells what was used, which tools there are, and what is no command", async () => {
    const { code, stderr } = await chat(["bot.yaml", "-s", "bot.script.yaml"], { stdin: "/cost\nhello\nhello\n/cost\n/tools\n/modle\n/model gpt-5\n/help\n" });
    expect(code).toBe(1);
    expect(stderr).toContain("Nothing has been used yet.\n");
    expect(stderr).toMatch(/gpt-4: 2 model calls · \d+ tokens .* · scripted\n2 answers: 2 model calls/);
    expect(stderr).toContain("bot: refund, Pays back. (asks before each call)\n");
    expect(stderr).toContain("unknown command /modle (did you mean /model?)\n");
    expect(stderr).toContain("every model is played by the script\n");
    for (const name of ["/model", "/cost", "/save", "/clear", "/history", "/tools", "/help", "/quit"]) expect(stderr).toContain(`\n${name}`);
  });

  it("takes another model, keeps the conversation, and stays with the one before if it cannot be had", async () => {
    const { stdout, stderr } = await chat(["-m", "echo"], { stdin: "one\n/model gpt-5-mini\ntwo\n/model echo\n/history\n" });
    expect(stdout).toBe("one\ntwo\n");
    expect(stderr).toContain("gpt-5-mini (openai) needs a key: set OPENAI_API_KEY");
    expect(stderr).toContain("you: one\nassistant: one\nyou: two\nassistant: two\n");
  });

  it("goes on after an answer that failed, and ends with its code", async () => {
    const { code, stdout, stderr } = await chat(["bot.yaml", "-s", "bot.script.yaml"], { stdin: "fail\nhello\n" });
    expect([code, stdout]).toEqual([1, "You said hello.\n"]);
    expect(stderr).toContain("failed at bot");
  });

  it("gives every event as a line of JSON, pieces of answers among them", async () => {
    const { code, stdout } = await chat(["-m", "echo", "--json"], { stdin: "a b\n/cost\n/nothing\n" });
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(code).toBe(1);
    expect(lines[0]).toMatchObject({ type: "started", session: expect.stringMatching(/^chat-/), inputs: ["assistant"], warnings: [], label: "echo" });
    expect(lines[1]).toMatchObject({ type: "said", text: "a b" });
    const pieces = lines.filter(({ type }) => type === "model-delta");
    expect(pieces.map(({ sequence, text }) => [sequence, text])).toEqual([
      [0, "a"],
      [1, " b"],
    ]);
    expect(lines.find(({ type }) => type === "finished")).toMatchObject({ stop: "done", text: "a b" });
    expect(lines.slice(-2)).toMatchObject([
      { type: "note", level: "info", text: expect.stringContaining("1 answer") },
      { type: "note", level: "error", text: expect.stringContaining("unknown command /nothing") },
    ]);
  });

  it("stops at Ctrl-C, and ends with 130", async () => {
    const { code, stdout, stderr } = await chat(["bot.yaml", "-s", "bot.script.yaml", "-p", "slow"], { interruptAt: "no real model" });
    expect([code, stdout]).toEqual([130, ""]);
    expect(stderr).toContain("stopped");
  });

  it.each([
    [["-p", "x"], "there is nobody to talk to: no FILE, no --model, and no key"],
    [["two.yaml", "-m", "echo", "-p", "x"], "two.yaml has several who can be talked to\n  Say who: --to left, --to right"],
    [["two.yaml", "-m", "echo", "--to", "middle", "-p", "x"], "nobody called middle can be talked to"],
    [["-m", "echo", "-s", "bot.script.yaml"], "--script and --model both say who answers"],
    [["-"], "the definition and the messages cannot both come from stdin"],
    [["-m", "gpt-5-mini", "-p", "x"], "set OPENAI_API_KEY"],
  ])("refuses %j", async (args, message) => {
    const { code, stderr } = await chat(args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe("the chat's program", () => {
  it("answers each line when it comes, before there are more", async () => {
    const child = spawn(
      process.execPath,
      ["--import", "tsx", join(root, "host/cli/main.ts"), "chat", join(cwd, "bot.yaml"), "-s", join(cwd, "bot.script.yaml")],
      {
        cwd: root,
        env: { PATH: process.env.PATH, HOME: cwd },
      },
    );
    let said = "";
    const heard = async (text: string) => {
      for (let i = 0; i < 400 && !said.includes(text); i++) await new Promise((resolve) => setTimeout(resolve, 25));
      expect(said).toContain(text);
    };
    child.stdout.on("data", (chunk) => (said += chunk));
    const closed = new Promise((resolve) => child.on("close", resolve));
    child.stdin.write("one\n");
    await heard("You said one.\n");
    child.stdin.write("two\n");
    await heard("You said two.\n");
    child.stdin.end();
    expect(await closed).toBe(0);
    expect(said).toBe("You said one.\nYou said two.\n");
  });
});

describe("what the chat is made of", () => {
  it("knows a model with a price for each key", () => {
    for (const [provider, model] of Object.entries(defaultModels)) {
      expect(Object.keys(providers)).toContain(provider);
      expect(providerOf(model)).toBe(provider);
      expect(catalogue.models.some((row) => row.provider === provider && row.model === model)).toBe(true);
    }
  });

  it("completes commands, and models' names", () => {
    expect(completeSlash("/", [])[0]).toHaveLength(8);
    expect(completeSlash("/h", [])).toEqual([["/history", "/help"], "/h"]);
    expect(completeSlash("/model gp", ["gpt-4", "o3"])).toEqual([["gpt-4"], "gp"]);
    expect(completeSlash("what is /h", [])).toEqual([[], "what is /h"]);
  });

  it("tells answers that come at the same time one after the other", () => {
    let told = "";
    const streams = new Streams((agent, text) => (told += text === undefined ? "|" : `${agent}:${text}`));
    const piece = (effect: number, text: string, attempt = 1) =>
      streams.take({ type: "model-delta", time: 0, agent: `a${effect}`, effect, attempt, sequence: 0, kind: "text", text });
    const end = (effect: number, text: string) => streams.take({ type: "model-end", time: 0, agent: `a${effect}`, effect, text });
    const output = (text: string) => streams.take({ type: "output", time: 0, agent: "", port: "", text });
    piece(1, "x");
    piece(2, "y");
    piece(3, "z");
    piece(1, "x");
    end(2, "y");
    end(1, "xx");
    piece(3, "no");
    piece(3, "yes", 2);
    end(3, "yes");
    expect(told).toBe("a1:xa1:x|a2:y|a3:za3:no|a3:yes|");
    expect([output("xx"), output("xx"), output("other")]).toEqual([true, false, false]);
  });
});
