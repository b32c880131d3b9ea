import { describe, expect, it } from "vitest";
import { Engine, type EngineOptions, type Run, type RunEvent } from "../../host/index.ts";
import { ModelFailure } from "../../host/models/failure.ts";
import type { ModelFunction } from "../../host/models/function-model.ts";
import type { ChatModel } from "../../host/models/types.ts";

// What the host owes the core: every command done once, in order, and withdrawn when the core says so.

const one = "agents: [{name: a, model: m}]";
const options = (model: ModelFunction, more: EngineOptions = {}): EngineOptions => ({ models: { m: model, other: model }, ...more });

/** A promise and what settles it. */
function later<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((done) => (resolve = done));
  return { promise, resolve };
}

function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(new ModelFailure("aborted", "aborted"))));
}

describe("cancelling", () => {
  it("reaches the model, and the run is over when the model is", async () => {
    const begun = later<AbortSignal>();
    await using engine = await Engine.load(
      one,
      options((_, { signal }) => {
        begun.resolve(signal!);
        return untilAborted(signal);
      }),
    );
    const run = engine.run("x");
    const signal = await begun.promise;
    run.cancel("enough");
    const result = await run;
    expect(signal.aborted).toBe(true);
    expect(result).toMatchObject({ stop: "cancelled", message: "enough", counters: { modelCalls: 1, late: 1 } });
    expect(engine.replay(run.journal.bytes())).toEqual({ steps: 3, finished: true });
  });

  it("reaches a tool and host code that runs as an agent", async () => {
    const signals: AbortSignal[] = [];
    const both = later<void>();
    const wait = (_: unknown, { signal }: { signal: AbortSignal }) => {
      signals.push(signal);
      if (signals.length === 2) both.resolve();
      return untilAborted(signal);
    };
    await using engine = await Engine.load("agents: [{name: a, model: m, inputs: [x], tools: [{name: t}]}, {name: b, role: own, inputs: [x]}]", {
      models: { m: () => ({ toolCalls: [{ name: "t" }] }) },
      tools: { t: wait },
      agents: { own: wait },
    });
    const run = engine.run("x");
    await both.promise;
    run.cancel();
    expect((await run).stop).toBe("cancelled");
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });

  it("makes no call for a run that had not begun", async () => {
    let calls = 0;
    await using engine = await Engine.load(
      one,
      options(() => `answer ${++calls}`),
    );
    const run = engine.run("x");
    run.cancel("changed my mind");
    expect(await run).toMatchObject({ stop: "cancelled", message: "changed my mind", text: "", counters: { steps: 0 } });
    const aborted = engine.run("x", { signal: AbortSignal.abort(new Error("no")) });
    expect(await aborted).toMatchObject({ stop: "cancelled", message: "no" });
    expect(calls).toBe(0);
    expect(await engine.run("x").text()).toBe("answer 1");
  });

  it("makes no call of a model that is found only afterwards", async () => {
    const asked = later<void>();
    const found = later<ModelFunction>();
    let calls = 0;
    await using engine = await Engine.load(one, {
      models: () => {
        asked.resolve();
        return found.promise as never;
      },
    });
    const run = engine.run("x");
    await asked.promise;
    run.cancel();
    found.resolve(() => `answer ${++calls}`);
    expect((await run).stop).toBe("cancelled");
    expect(calls).toBe(0);
  });

  it("reaches the second attempt, whatever becomes of the first afterwards", async () => {
    const signals: AbortSignal[] = [];
    const second = later<void>();
    const model: ModelFunction = (_, { signal }) => {
      signals.push(signal!);
      if (signals.length === 2) second.resolve();
      return untilAborted(signal);
    };
    await using engine = await Engine.load("agents: [{name: a, providers: [{model: m, timeout: 20ms}, {model: other}]}]", options(model));
    await engine.prepare();
    const run = engine.run("x");
    await second.promise;
    await new Promise((done) => setTimeout(done, 5));
    run.cancel();
    expect((await run).stop).toBe("cancelled");
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });
});

describe("what models and tools give", () => {
  it("fails the call if it is no answer", async () => {
    const bad: ChatModel = {
      provider: "own",
      model: "bad",
      prepare: () => ({
        model: bad,
        generate: async () =>
          ({ parts: [{ role: "assistant", kind: "text", text: "x", id: "", name: "", metadata: "" }], finish: "stop", usage: { input: 1.5 } }) as never,
      }),
    };
    await using engine = await Engine.load(one, { models: { m: bad } });
    expect(await engine.run("x")).toMatchObject({ stop: "failed", path: "a", message: expect.stringContaining("malformed") });
  });

  it("fails the call if it is thrown at once", async () => {
    const bad: ChatModel = {
      provider: "own",
      model: "bad",
      prepare: () => ({
        model: bad,
        generate: () => {
          throw new Error("not even a promise");
        },
      }),
    };
    await using engine = await Engine.load(one, { models: { m: bad } });
    expect(await engine.run("x")).toMatchObject({ stop: "failed", message: expect.stringContaining("not even a promise") });
  });

  it("waits whole milliseconds, whatever a provider says", async () => {
    let calls = 0;
    const model: ModelFunction = () => {
      if (++calls === 1) throw new ModelFailure("rate-limit", "slow", { retryAfter: 1.5 });
      if (calls === 2) throw new ModelFailure("rate-limit", "slow", { retryAfter: Number.NaN });
      return "answer";
    };
    await using engine = await Engine.load("agents: [{name: a, model: m, retry: {initial_backoff: 1ms}}]", options(model));
    expect(await engine.run("x").text()).toBe("answer");
  });
});

describe("code that calls the engine from within", () => {
  it("does not change the order in which commands are done", async () => {
    const seen: string[] = [];
    let signal: AbortSignal | undefined;
    let other: Run | undefined;
    const engine: Engine = await Engine.load("agents: [{name: a, model: m, tools: [{name: t}, {name: u}]}, {name: log, role: logger}]", {
      models: { m: () => ({ toolCalls: [{ name: "t" }, { name: "u" }] }) },
      tools: {
        t: () => {
          run.cancel();
          // A run that is spoken to before it has begun is begun at once: a step within a step, which withdraws both calls.
          other = engine.run(undefined, { open: true });
          other.send("x", "log");
          seen.push("t");
          return "ok";
        },
        u: (_: unknown, context: { signal: AbortSignal }) => {
          signal = context.signal;
          seen.push("u");
          return untilAborted(signal);
        },
      },
    });
    const run = engine.run("x", { to: "a" });
    expect((await run).stop).toBe("cancelled");
    expect(seen).toEqual(["u", "t"]);
    expect(signal?.aborted).toBe(true);
    expect(engine.replay(run.journal.bytes()).finished).toBe(true);
    other?.cancel();
    await engine.close();
  });
});

describe("a run's events", () => {
  it("tell of each activation's beginning and end once, and which call a model's end belongs to", async () => {
    await using engine = await Engine.load("agents: [{name: a, model: m, outputs: [b]}, {name: b, role: own}]", {
      ...options(() => "thought"),
      agents: { own: (text) => `${text}, done` },
    });
    const events: RunEvent[] = [];
    for await (const event of engine.run("x")) events.push(event);
    const told = events.map((event) => ("agent" in event ? `${event.type} ${event.agent}` : event.type));
    expect(told).toEqual([
      "message",
      "agent-start a",
      "model-call a",
      "model-end a",
      "agent-end a",
      "message",
      "agent-start b",
      "agent-end b",
      "output b",
      "finished",
    ]);
    expect(events.find((event) => event.type === "model-end")).toMatchObject({ effect: 1 });
  });
});
