import { mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Engine, type RunOptions } from "../../host/index.ts";
import { folderOf } from "../../host/sessions/open-node.ts";
import { MemoryStore } from "../../host/stores/index.ts";

// Conversations that go on in later runs, in other engines, in other processes.

const home = mkdtempSync(join(tmpdir(), "aixlet-sessions-"));
afterAll(() => rmSync(home, { recursive: true }));

const one = "session: {}\nagents: [{name: a, model: m, provider: mock}]";
const said = (messages: { content: unknown }[]) => messages.map(({ content }) => (typeof content === "string" ? content : JSON.stringify(content)));

interface Message {
  role: string;
  content: unknown;
}

/** An engine whose model answers how many messages it was shown. */
function counting(definition: string, options: Parameters<typeof Engine.load>[1] = {}) {
  return Engine.load(definition, { models: () => (messages: readonly Message[]) => `${messages.length}`, ...options });
}

async function ask(engine: Engine, input: string, options: RunOptions): Promise<string> {
  return engine.run(input, options).text();
}

describe("a session", () => {
  it("goes on in the runs of a user, of every engine that has its store", async () => {
    const store = new MemoryStore();
    const engine = await counting(one, { sessions: store });
    expect(await ask(engine, "one", { user: "ann" })).toBe("1");
    expect(await ask(engine, "two", { user: "ann" })).toBe("3");
    expect(await ask(engine, "other", { user: "bob" })).toBe("1");
    await engine.close();
    const later = await counting(one, { sessions: store });
    expect(await ask(later, "three", { user: "ann" })).toBe("5");
    const found = await later.sessions.get("ann");
    expect(found?.turns.map(({ agent, parts }) => [agent, ...parts.map(({ text }) => text)])).toEqual([
      ["a", "one", "1"],
      ["a", "two", "3"],
      ["a", "three", "5"],
    ]);
    await later.close();
  });

  it("is the run's own without a user, and goes on under the run's name", async () => {
    const engine = await counting(one, { sessions: new MemoryStore() });
    expect(await ask(engine, "one", { id: "r1" })).toBe("1");
    expect(await ask(engine, "one", { id: "r2" })).toBe("1");
    expect(await ask(engine, "two", { session: "r1" })).toBe("3");
    await engine.close();
  });

  it("shows a model its latest hundred turns of each agent", async () => {
    const engine = await counting(one, { sessions: new MemoryStore() });
    await engine.sessions.open("s");
    for (let i = 0; i < 110; i++)
      await engine.sessions.append("s", {
        agent: "a",
        parts: [
          { role: "user", text: `q${i}` },
          { role: "assistant", text: `a${i}` },
        ],
      });
    expect(await ask(engine, "x", { session: "s" })).toBe("201");
    await engine.close();
  });

  it("stays as it was restored, for every process after", async () => {
    const base = join(home, "restored");
    const definition = `session: {base_dir: "${base}"}\nagents: [{name: a, model: m, provider: mock}]`;
    const engine = await counting(definition);
    await ask(engine, "one", { session: "s" });
    const mark = await engine.sessions.checkpoint("s");
    await ask(engine, "two", { session: "s" });
    await engine.sessions.restore("s", mark.sha256);
    await engine.close();
    const later = await counting(definition);
    expect(await ask(later, "three", { session: "s" })).toBe("3");
    expect((await later.sessions.get("s"))?.turns.map(({ parts: [{ text }] }) => text)).toEqual(["one", "three"]);
    await later.sessions.delete("s");
    expect(await later.sessions.get("s")).toBeUndefined();
    await later.close();
  });

  it("is another user's, and stays so", async () => {
    const engine = await counting(one, { sessions: new MemoryStore() });
    await ask(engine, "one", { user: "ann", session: "s" });
    expect(await engine.run("two", { user: "bob", session: "s" })).toMatchObject({ stop: "denied", message: "the session is another user's" });
    expect(await engine.run("two", { session: "s" })).toMatchObject({ stop: "denied" });
    await engine.close();
  });

  it("ends with the process where an agent's are lightweight, and with the run where they are disabled", async () => {
    const store = new MemoryStore();
    for (const [mode, counts] of [
      ["lightweight", ["1", "3", "1"]],
      ["disabled", ["1", "1", "1"]],
    ] as const) {
      const definition = `session: {}\nagents: [{name: a, model: m, provider: mock, session_mode: ${mode}}, {name: b, model: m, provider: mock}]`;
      const engine = await counting(definition, { sessions: store });
      const found = [await ask(engine, "x", { user: mode, to: "a" }), await ask(engine, "x", { user: mode, to: "a" })];
      await engine.close();
      const later = await counting(definition, { sessions: store });
      found.push(await ask(later, "x", { user: mode, to: "a" }));
      await later.close();
      expect(found).toEqual(counts);
    }
  });

  it("keeps what tools said, and what a group said", async () => {
    const store = new MemoryStore();
    const tools = { look: { description: "", execute: () => "a bird" } };
    const models = { m: scripted() };
    const load = () =>
      Engine.load("session: {}\nagents: [{name: a, model: m, provider: mock, tools: [{name: look}]}]", { models, tools: tools as never, sessions: store });
    const engine = await load();
    await engine.run("look", { user: "ann" });
    await engine.close();
    const [turn] = (await (await load()).sessions.get("ann"))!.turns;
    expect(turn.parts.map(({ role, kind = "text" }) => `${role} ${kind}`)).toEqual(["user text", "assistant tool-call", "tool tool-result", "assistant text"]);
    const group =
      "session: {}\nflow: {handoff: {members: [a, b], entry: a}}\nagents: [{name: a, model: m, provider: mock}, {name: b, model: m, provider: mock}]";
    const team = await Engine.load(group, { models: () => (messages: readonly Message[]) => said(messages as never).join("|"), sessions: store });
    await team.run("first", { session: "team" });
    const second = await team.run("second", { session: "team" }).text();
    expect(second).toBe("firsta: firstsecond");
    await team.close();
  });

  it("is asked for again by whoever takes a run over, and a turn that was not kept is kept then, once", async () => {
    const [store, sessions] = [new MemoryStore(), new MemoryStore()];
    let fails = true;
    sessions.append = new Proxy(sessions.append, { apply: (f, self, given) => (fails ? Promise.reject(new Error("full")) : Reflect.apply(f, self, given)) });
    const first = await counting(one, { sessions, store });
    await first.sessions.open("s");
    const run = first.run("one", { id: "r", session: "s" });
    for await (const event of run) if (event.type === "notice" && event.code === "retry") break;
    const lost = run.result.catch((error) => error.code);
    await first.suspend();
    expect(await lost).toBe("run-suspended");
    await first.close();
    fails = false;
    const later = await counting(one, { sessions, store });
    expect(await later.resume("r").text()).toBe("1");
    expect((await later.sessions.get("s"))?.turns.map(({ key }) => key)).toEqual(["r/3"]);
    expect(await later.replay("r")).toMatchObject({ finished: true });
    await later.close();
  });

  it("is kept in one folder by several processes' engines", async () => {
    const definition = `session: {base_dir: "${join(home, "shared")}"}\nagents: [{name: a, model: m, provider: mock}]`;
    const engines = await Promise.all([counting(definition), counting(definition)]);
    await Promise.all(Array.from({ length: 8 }, (_, i) => ask(engines[i % 2], `${i}`, { session: "s" })));
    expect((await engines[0].sessions.get("s"))?.turns.length).toBe(8);
    for (const engine of engines) await engine.close();
  });
});

it("is kept where the definition says", () => {
  const at = (base_dir: string | undefined, dir?: string) => folderOf({ session: base_dir === undefined ? {} : { base_dir }, env: () => dir });
  expect(at("/x/y", "/env")).toBe("/x/y");
  expect(at("~/mine")).toBe(join(homedir(), "mine"));
  expect(at("", "/env")).toBe("/env");
  expect(at(undefined)).toBe(join(homedir(), ".aixgo", "sessions"));
});

/** A model that calls a tool, then answers. */
function scripted() {
  let calls = 0;
  return () => (++calls % 2 === 1 ? { toolCalls: [{ id: "c", name: "look", arguments: {} }] } : "seen");
}
