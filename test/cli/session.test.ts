import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aixlet, type FakeOptions, folder } from "./fake-io.ts";

const chat = "session: {base_dir: said}\nagents: [{name: bot, model: m, provider: mock}]\n";

let cwd: string;
const run = (args: readonly string[], options: FakeOptions = {}) => aixlet(args, { cwd, ...options });

beforeAll(async () => {
  cwd = await folder({ "chat.yaml": chat, "plain.yaml": "agents: [{name: bot, model: m, provider: mock}]\n" });
});
afterAll(() => rm(cwd, { recursive: true }));

describe("session", () => {
  it("is kept, listed, shown, resumed, marked, brought back and deleted", async () => {
    const first = await run(["run", "chat.yaml", "-m", "echo", "-i", "one", "--session", "trip", "--user", "ann", "--sessions", "kept"]);
    expect([first.code, first.stdout]).toEqual([0, "one\n"]);
    const listed = await run(["session", "list", "--sessions", "kept"]);
    expect(listed.stdout).toMatch(/^trip {2}20\d\d-\d\d-\d\d \d\d:\d\d:\d\dZ {2}1 turn {2}bot {2}ann\n$/);
    const mark = (await run(["session", "checkpoint", "trip", "--sessions", "kept"])).stdout.trim();
    expect(mark).toMatch(/^[0-9a-f]{64}$/);
    const resumed = await run(["session", "resume", "trip", "chat.yaml", "-m", "echo", "-i", "two", "--sessions", "kept"]);
    expect([resumed.code, resumed.stdout]).toEqual([0, "two\n"]);
    const shown = await run(["session", "show", "trip", "--sessions", "kept"]);
    expect(shown.stdout.split("\n").slice(5)).toEqual([
      "1    user          one",
      "     bot           one",
      "2    user          two",
      "     bot           two",
      "",
    ]);
    const restored = await run(["session", "restore", "trip", mark.slice(0, 8), "--sessions", "kept"]);
    expect([restored.code, restored.stderr]).toEqual([0, "The session trip has 1 turn again.\n"]);
    const json = JSON.parse((await run(["session", "show", "trip", "--sessions", "kept", "--json"])).stdout);
    expect([json.user, json.turns.length, json.checkpoints.length]).toEqual(["ann", 1, 1]);
    expect((await run(["session", "delete", "trip", "--sessions", "kept"])).code).toBe(0);
    expect((await run(["session", "list", "--sessions", "kept"])).stderr).toBe("There are no sessions in this store.\n");
  });

  it("is looked for where the environment says", async () => {
    const env = { AIXGO_SESSION_DIR: `${cwd}/elsewhere` };
    expect((await run(["session", "list"], { env })).stderr).toBe("There are no sessions in this store.\n");
  });

  it.each([
    [["session", "lst"], "session cannot lst (did you mean list?)"],
    [["session", "list", "x"], "session list takes no ID, and x is one too many"],
    [["session", "show"], "session show needs an ID"],
    [["session", "show", "x", "--sessions", "none"], 'There is no such session: "x".'],
    [["session", "restore", "x", "--sessions", "none"], 'There is no such session: "x".'],
    [["session", "resume", "x"], "session resume needs the FILE of agents to go on with"],
    [["session", "delete", "x", "y"], "session delete takes one ID, and y is one too many"],
    [["run", "plain.yaml", "-m", "echo", "-i", "x", "--session", "s"], "no agent of the definition keeps its conversations"],
  ])("%j is refused", async (args, message) => {
    const { code, stderr } = await run(args);
    expect(code).not.toBe(0);
    expect(stderr).toContain(message);
  });
});
