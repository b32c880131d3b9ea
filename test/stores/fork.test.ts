import { describe, expect, it } from "vitest";
import { Engine, type EngineOptions, type Store } from "../../host/index.ts";
import type { ModelFunction } from "../../host/models/function-model.ts";
import { MemoryStore } from "../../host/stores/index.ts";
import { JournalReader } from "../../host/stores/journal-file.ts";
import { eventsOf } from "../../host/stores/record-events.ts";

// Runs that are made of other runs' first steps.

const definition = `agents:
  - name: clerk
    model: m
    prompt: Pay what is to be paid.
    tools: [{name: pay}, {name: look, effect: pure}]
`;

const calls: string[] = [];

/** Asks for both tools, then says what they said, and who it is and was told to be. */
const model =
  (name: string): ModelFunction =>
  (messages) => {
    const [system, user] = messages;
    calls.push(name);
    const results = messages.filter(({ role }) => role === "tool");
    if (results.length === 0) return { toolCalls: [{ name: "pay" }, { name: "look" }] };
    return `${name}, ${system.content} ${user.content}: ${results.map(({ content, isError }) => (isError ? `?${content}` : content)).join(", ")}`;
  };

function world(store: Store, more: EngineOptions = {}): EngineOptions & { store: Store } {
  const tool =
    (name: string, text: string) =>
    (_: unknown, { idempotencyKey }: { idempotencyKey: string }) => {
      calls.push(`${name} ${idempotencyKey}`);
      return text;
    };
  return { store, models: { m: model("m"), other: model("other") }, tools: { pay: tool("pay", "ten"), look: tool("look", "sunny") }, ...more };
}

async function recordsOf(store: Store, id: string): Promise<Uint8Array[]> {
  const reader = new JournalReader((await store.header(id)) as Uint8Array);
  const records: Uint8Array[] = [];
  for await (const chunk of store.read(id)) records.push(...reader.records(chunk));
  return records;
}

const base = async (more: EngineOptions = {}) => {
  const store = new MemoryStore();
  const engine = await Engine.load(definition, world(store, more));
  await engine.run("x", { id: "base", seed: 1 });
  calls.length = 0;
  return { store, engine };
};

describe("a fork", () => {
  it("has the steps before it in common, byte by byte, and its changes in its own journal", async () => {
    const { store, engine } = await base();
    const forked = await engine.fork("base", { id: "fork", changes: { prompts: { clerk: "Be brief." } } });
    expect(forked.text).toBe("m, Be brief. x: ten, sunny");
    expect(calls).toEqual(["m"]);
    const [before, after] = [await recordsOf(store, "base"), await recordsOf(store, "fork")];
    expect(after.slice(0, before.length - 1)).toEqual(before.slice(0, -1));
    expect(eventsOf(after[before.length - 1])).toMatchObject([{ type: "amend", id: "fork", amendments: [{ agent: "clerk", prompt: "Be brief.", model: "" }] }]);
    expect(await engine.replay("fork")).toEqual({ steps: after.length, finished: true });
    expect(engine.liveRuns).toBe(0);
    await engine.close();
  });

  it("asks another model, in place of all providers", async () => {
    const { engine } = await base();
    expect((await engine.fork("base", { id: "fork", changes: { models: { clerk: "other" } } })).text).toBe("other, Pay what is to be paid. x: ten, sunny");
    expect(calls).toEqual(["other"]);
    // A fork of the fork still does.
    expect((await engine.fork("fork")).text).toBe("other, Pay what is to be paid. x: ten, sunny");
    await engine.close();
  });

  it("at step 0 begins anew, with another input, seed, prompt and model from its first call on", async () => {
    const { store, engine } = await base();
    const changes = { input: "y", seed: 7, prompts: { clerk: "Be brief." }, models: { clerk: "other" } };
    expect((await engine.fork("base", { at: 0, id: "fork", changes })).text).toBe("other, Be brief. y: ten, sunny");
    expect(calls).toEqual(["other", "pay fork/2", "look fork/3", "other"]);
    expect(eventsOf((await recordsOf(store, "fork"))[0])).toMatchObject([{ type: "start", id: "fork", input: "y", seed: 7 }, { type: "amend" }]);
    expect(await engine.replay("fork")).toMatchObject({ finished: true });
    await expect(engine.fork("base", { at: 0, id: "none", changes: { prompts: { nobody: "x" } } }).result).rejects.toMatchObject({ reason: "bad-input" });
    expect(engine.liveRuns).toBe(0);
    expect(await store.header("none")).toBeUndefined();
    await engine.close();
  });

  it("takes a result that is given for one that came, and asks for what else was under way in its own name", async () => {
    const { engine } = await base();
    const forked = await engine.fork("base", { id: "fork", changes: { results: { 2: "eleven" } } });
    expect(forked.text).toBe("m, Pay what is to be paid. x: eleven, sunny");
    expect(calls).toEqual(["look fork/3", "m"]);
    const failed = await engine.fork("base", { id: "failed", changes: { results: { 2: { text: "no money", isError: true } } } });
    expect(failed.text).toBe("m, Pay what is to be paid. x: ?no money, sunny");
    const said = await engine.fork("base", { id: "said", changes: { results: { 1: "nothing is to be paid" } } });
    expect(said.text).toBe("nothing is to be paid");
    await engine.close();
  });

  it("does not run a tool again that may run only once, where it was under way", async () => {
    const { engine } = await base();
    const forked = await engine.fork("base", { at: 2, id: "fork" });
    expect(forked.text).toMatch(/^m, Pay what is to be paid. x: \?outcome unknown.*sunny$/);
    expect(calls).toEqual(["look fork/3", "m"]);
    expect(await engine.replay("fork")).toMatchObject({ finished: true });
    await engine.close();
  });

  it("is refused where there is nothing to be changed, and leaves nothing behind", async () => {
    const { store, engine } = await base();
    const steps = (await recordsOf(store, "base")).length;
    const why = (options: Parameters<Engine["fork"]>[1]) =>
      engine.fork("base", { id: "none", ...options }).result.then(
        () => "done",
        (error) => error.message,
      );
    expect(await why({ at: steps })).toBe(`The run ends with step ${steps}: a fork has at most ${steps - 1} of its steps.`);
    expect(await why({ at: -1 })).toContain("and not -1");
    expect(await why({ at: 1, changes: { input: "y" } })).toContain("at step 0, and not 1");
    expect(await why({ at: 1, changes: { prompts: { nobody: "x" } } })).toContain('there is no agent "nobody" that asks a model');
    expect(await why({ at: 1, changes: { results: { 9: "x" } } })).toContain("effect 9 is not under way after step 1");
    expect(await why({ at: 1, id: "base" })).toContain('There is a run "base" in this store already');
    await expect(engine.fork("nobody").result).rejects.toMatchObject({ code: "run-missing" });
    expect(engine.liveRuns).toBe(0);
    expect(await store.header("none")).toBeUndefined();
    await engine.close();
  });

  it("and a run that comes back give those who are asked again all of their time, however long nobody was there", async () => {
    const slow = "agents: [{ name: clerk, model: m, tools: [{name: look, effect: pure, timeout: 10s}] }]";
    const store = new MemoryStore();
    let [late, asked] = [0, 0];
    const never = () => new Promise<never>(() => {});
    const now = () => Date.now() + late;
    const options = (look: () => string | Promise<never>) => ({
      store,
      now,
      models: { m: model("m") },
      tools: { look: () => (asked++, look()), pay: () => "ten" },
    });
    const first = await Engine.load(slow.replace("{name: look", "{name: pay}, {name: look"), options(never));
    first.run("x", { id: "a", seed: 1 }).result.catch(() => {});
    while (asked === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    await first.suspend();
    late = 3_600_000;
    await using engine = await Engine.load(
      slow,
      options(() => "sunny"),
    );
    const forked = await engine.fork("a", { id: "b" });
    expect([forked.text, forked.counters.timeouts]).toEqual([expect.stringMatching(/: ten, sunny$/), 0]);
    late *= 2;
    const resumed = await engine.resume("a");
    expect([resumed.stop, resumed.counters.timeouts, asked]).toEqual(["done", 0, 3]);
    for (const id of ["a", "b"]) expect(await engine.replay(id)).toMatchObject({ finished: true });
  });

  it("can be suspended and resumed, from its snapshot and from its journal", async () => {
    const { store, engine } = await base();
    const never = () => new Promise<never>(() => {});
    const begun = new Promise<void>((resolve) => {
      const waiting = world(store, { models: { m: () => (resolve(), never()), other: () => (resolve(), never()) } });
      void Engine.load(definition, waiting).then(async (first) => {
        const run = first.fork("base", { id: "fork", changes: { prompts: { clerk: "Be brief." }, models: { clerk: "other" } } });
        run.result.catch(() => {});
        await begun;
        await first.suspend();
        await first.close();
        done();
      });
    });
    let done = () => {};
    await new Promise<void>((resolve) => (done = resolve));
    expect((await store.snapshot("fork"))?.position).toBe(4);
    expect((await engine.resume("fork")).text).toBe("other, Be brief. x: ten, sunny");
    await engine.close();
  });
});
