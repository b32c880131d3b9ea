import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Engine, type EngineOptions, type RunInfo, type Store } from "../../host/index.ts";
import type { ModelFunction } from "../../host/models/function-model.ts";
import { FileStore } from "../../host/stores/files.ts";
import { checkJournal, MemoryStore, readHeader, RunFenced, StoreFailed, type Snapshot } from "../../host/stores/index.ts";
import { join as joinBytes } from "../../host/stores/memory.ts";
import { ROOT } from "../../tools/generate.ts";

// Runs that are kept in a store, and come back from it.

const home = mkdtempSync(join(tmpdir(), "aixlet-durable-"));
afterAll(() => rmSync(home, { recursive: true }));

const definition = `agents:
  - name: clerk
    model: m
    prompt: Pay what is to be paid.
    tools: [{name: pay}, {name: look, effect: pure}]
`;

/** Asks for both tools, then says what they said. */
const model: ModelFunction = (messages) => {
  const results = messages.filter(({ role }) => role === "tool");
  if (results.length === 0) return { toolCalls: [{ name: "pay" }, { name: "look" }] };
  return `paid: ${results.map(({ content, isError }) => (isError ? "?" : content)).join(", ")}`;
};

const tools = { pay: () => "ten", look: () => "sunny" };
const options = (store: Store, more: EngineOptions = {}): EngineOptions & { store: Store } => ({ store, models: { m: model }, tools, ...more });

async function listed(engine: Engine): Promise<RunInfo[]> {
  const runs: RunInfo[] = [];
  for await (const run of engine.runs()) runs.push(run);
  return runs;
}

async function journalOf(store: Store, run: string): Promise<Uint8Array> {
  const parts = [(await store.header(run)) as Uint8Array];
  for await (const chunk of store.read(run)) parts.push(chunk);
  return joinBytes(parts);
}

function later<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: unknown) => void } {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((done, failed) => {
    resolve = done;
    reject = failed;
  });
  return { promise, resolve, reject };
}

const never = () => new Promise<never>(() => {});

describe.each([
  ["memory", () => new MemoryStore()],
  ["files", () => new FileStore(mkdtempSync(join(home, "store-")))],
] as const)("a run kept in %s", (_, open) => {
  it("ends as it does without a store, and can be done again and shown", async () => {
    const store = open();
    await using plain = await Engine.load(definition, { models: { m: model }, tools });
    await using engine = await Engine.load(definition, options(store));
    const expected = await plain.run("x", { seed: 1 });
    const run = engine.run("x", { id: "first", seed: 1 });
    expect(await run).toEqual(expected);
    expect(run.journal.length).toBe(0);
    await engine.close();
    const { records, header, end } = checkJournal(await journalOf(store, "first"));
    expect(header).toMatchObject({ run: "first", definition: engine.hash });
    expect(end).toBeDefined();
    expect(await engine.replay("first")).toEqual({ steps: records.length, finished: true });
    expect(plain.replay(records)).toEqual({ steps: records.length, finished: true });
    expect(await listed(engine)).toMatchObject([{ id: "first", definition: engine.hash, end: { stop: "done", steps: records.length } }]);
    await store.close();
  });

  it("that has ended has its result, and asks nobody", async () => {
    const store = open();
    await using engine = await Engine.load(definition, options(store));
    const expected = await engine.run("x", { id: "a" });
    const nobody = () => expect.fail("asked again");
    await using again = await Engine.load(definition, options(store, { models: { m: nobody }, tools: { pay: nobody, look: nobody } }));
    await engine.close();
    const run = again.resume("a");
    const seen = [];
    for await (const event of run) seen.push(event.type);
    expect(await run).toEqual(expected);
    expect(seen).toEqual(["finished"]);
    expect(again.liveRuns).toBe(0);
    await store.close();
  });

  it("is begun once", async () => {
    const store = open();
    await using engine = await Engine.load(definition, options(store));
    await engine.run("x", { id: "a" });
    await expect(engine.run("x", { id: "a" }).result).rejects.toMatchObject({ code: "run-exists" });
    await expect(engine.resume("b").result).rejects.toMatchObject({ code: "run-missing" });
    expect(() => engine.run("x", { id: "a\0b" })).toThrow("NUL");
    await expect(engine.run("x", { id: "" }).result).rejects.toMatchObject({ reason: "bad-input" });
    expect(engine.liveRuns).toBe(0);
    await store.close();
  });

  it("goes on in another process where it was suspended", async () => {
    const store = open();
    const begun = later<void>();
    const waiting: EngineOptions["tools"] = {
      pay: () => "ten",
      look: () => {
        begun.resolve();
        return never();
      },
    };
    const first = await Engine.load(definition, options(store, { tools: waiting }));
    const run = first.run("x", { id: "a" });
    const failed = expect(run.result).rejects.toMatchObject({ code: "run-suspended" });
    await begun.promise;
    await new Promise((resolve) => setTimeout(resolve, 20));
    await first.suspend();
    await failed;
    expect(first.liveRuns).toBe(0);
    expect(await listed(first)).toMatchObject([{ id: "a", end: undefined }]);
    expect((await store.snapshot("a"))?.position).toBe(3);
    await first.close();
    const keys: string[] = [];
    const second = await Engine.load(
      definition,
      options(store, {
        tools: {
          pay: () => expect.fail("paid twice"),
          look: (_: unknown, { idempotencyKey }: { idempotencyKey: string }) => {
            keys.push(idempotencyKey);
            return "cloudy";
          },
        },
      }),
    );
    expect(await second.resume("a")).toMatchObject({ stop: "done", text: "paid: ten, cloudy" });
    expect(keys).toEqual(["a/3"]);
    expect(await second.replay("a")).toMatchObject({ finished: true });
    await second.close();
    await store.close();
  });
});

/** A store whose appends wait until they are let go, or fail. */
class SlowStore extends MemoryStore {
  gate: Promise<void> | undefined;
  readonly appended: { entries: number; durable: boolean }[] = [];

  override append(...[run, at, entries, durable]: Parameters<Store["append"]>): ReturnType<Store["append"]> {
    const done = () => super.append(run, at, entries, durable);
    this.appended.push({ entries: entries.length, durable });
    return this.gate === undefined ? done() : this.gate.then(done);
  }
}

describe("what is not durable", () => {
  it("is not done, and not told", async () => {
    const store = new SlowStore();
    const gate = later<void>();
    const called: string[] = [];
    await using engine = await Engine.load(definition, options(store, { tools: { pay: () => called.push("pay"), look: () => called.push("look") } }));
    const run = engine.run("x", { id: "a" });
    await new Promise<void>((resolve) => {
      const begin = store.create.bind(store);
      store.create = async (...given) => {
        const claim = await begin(...given);
        store.gate = gate.promise;
        resolve();
        return claim;
      };
    });
    await new Promise((resolve) => setTimeout(resolve, 30));
    // The model has answered, and what follows waits for its record.
    expect(called).toEqual([]);
    expect(store.appended).toEqual([{ entries: 1, durable: true }]);
    gate.resolve();
    store.gate = undefined;
    const { text } = await run;
    expect(called).toEqual(["pay", "look"]);
    expect(text).toBe("paid: 1, 2");
    // The last step and the end go together.
    expect(store.appended.at(-1)).toEqual({ entries: 2, durable: true });
  });

  it("stops the run if the store fails, and nothing of it is done", async () => {
    const store = new SlowStore();
    const called: string[] = [];
    await using engine = await Engine.load(definition, options(store, { tools: { pay: () => called.push("pay"), look: () => called.push("look") } }));
    store.gate = Promise.reject(new Error("the disk is full"));
    store.gate.catch(() => {});
    const run = engine.run("x", { id: "a" });
    await expect(run.result).rejects.toThrow(StoreFailed);
    await expect(run.result).rejects.toThrow("the disk is full");
    expect(called).toEqual([]);
    expect(engine.liveRuns).toBe(0);
    // What is in the store is whole, and goes on from there.
    store.gate = undefined;
    await using again = await Engine.load(definition, options(store));
    expect(await again.resume("a")).toMatchObject({ text: "paid: ten, sunny" });
  });

  it("stops the run if the store fails at once", async () => {
    const store = new MemoryStore();
    await using engine = await Engine.load(definition, options(store));
    store.append = () => {
      throw new Error("no more");
    };
    await expect(engine.run("x").result).rejects.toThrow("no more");
    expect(engine.liveRuns).toBe(0);
  });
});

describe("a run that somebody else takes over", () => {
  it("stops here, and a tool that may run only once is not run there", async () => {
    const store = new MemoryStore();
    const paying = later<string>();
    const asked = later<void>();
    const first = await Engine.load(
      definition,
      options(store, {
        tools: {
          pay: () => {
            asked.resolve();
            return paying.promise;
          },
          look: () => "sunny",
        },
      }),
    );
    const before = first.run("x", { id: "a" });
    const fenced = expect(before.result).rejects.toThrow(RunFenced);
    await asked.promise;
    await new Promise((resolve) => setTimeout(resolve, 10));
    await using second = await Engine.load(definition, options(store, { tools: { pay: () => expect.fail("paid twice"), look: () => "rainy" } }));
    const after = await second.resume("a");
    expect(after).toMatchObject({ stop: "done", text: "paid: ?, sunny", counters: { toolCalls: 2, modelCalls: 2 } });
    paying.resolve("too late");
    await fenced;
    expect(first.liveRuns).toBe(0);
    expect(await second.replay("a")).toMatchObject({ finished: true });
    await first.close();
  });
});

describe("a run that comes back", () => {
  const talkative = `agents:
  - {name: talker, role: own}
`;

  it("has what left it before", async () => {
    const store = new MemoryStore();
    const asked = later<void>();
    const answer = (text: string) => {
      if (text !== "wait") return text;
      asked.resolve();
      return never();
    };
    const first = await Engine.load(talkative, { store, agents: { own: answer } });
    const run = first.run("one", { id: "a", open: true });
    run.send("two");
    run.send("wait");
    void run.result.catch(() => {});
    await asked.promise;
    await using second = await Engine.load(talkative, { store, agents: { own: () => "three" } });
    const resumed = second.resume("a");
    const told: string[] = [];
    resumed.send("four");
    resumed.close();
    for await (const event of resumed) if (event.type === "output") told.push(event.text);
    expect((await resumed).outputs.map(({ text }) => text)).toEqual(["one", "two", "three", "three"]);
    expect(told).toEqual(["three", "three"]);
  });

  it("goes on with the definition and the engine it was begun with", async () => {
    const store = new MemoryStore();
    const asked = later<void>();
    const stuck = () => {
      asked.resolve();
      return never();
    };
    // Another build of the core: a custom section would not make it another one, a global does.
    const built = readFileSync(join(ROOT, "dist/core.wasm"));
    const other = withUnusedType(built);
    const first = await Engine.load(definition, options(store, { core: other, models: { m: stuck } }));
    void first.run("x", { id: "a" }).result.catch(() => {});
    await asked.promise;
    const prompts: string[] = [];
    const seeing: ModelFunction = (messages, more) => {
      prompts.push(messages[0].content);
      return model(messages, more);
    };
    await using second = await Engine.load("agents: [{name: other, model: m, prompt: Something else.}]", options(store, { models: { m: seeing } }));
    const fresh = await second.run("x", { id: "b" });
    expect(fresh.stop).toBe("done");
    expect(await second.resume("a")).toMatchObject({ stop: "done", text: "paid: ten, sunny" });
    expect(prompts).toEqual(["Something else.", "Something else.", "Pay what is to be paid.", "Pay what is to be paid."]);
    const headers = await Promise.all(["a", "b"].map(async (id) => readHeader((await store.header(id)) as Uint8Array)));
    expect(headers[0].engine).not.toBe(headers[1].engine);
    expect(await second.replay("a")).toMatchObject({ finished: true });
    expect(await second.replay("b")).toMatchObject({ finished: true });
    await using third = await Engine.ofRun("a", options(store));
    expect(third.manifest.definition.agents?.[0].name).toBe("clerk");
    expect(await third.replay("a")).toMatchObject({ finished: true });
  });

  it("is refused if what it was begun with is gone or damaged", async () => {
    const store = new MemoryStore();
    const first = await Engine.load(definition, options(store));
    await first.run("x", { id: "a" });
    const blob = store.blob.bind(store);
    await using second = await Engine.load("agents: [{name: other, model: m}]", options(store));
    store.blob = async () => undefined;
    await expect(second.resume("a").result).rejects.toThrow("is not in the store");
    store.blob = async (hash) => (await blob(hash))?.map((byte) => byte ^ 1);
    await expect(second.resume("a").result).rejects.toThrow("is damaged");
    store.blob = blob;
    expect((await second.resume("a")).stop).toBe("done");
  });

  it("is refused if its journal is damaged, or leads to something else", async () => {
    const store = new MemoryStore();
    const first = await Engine.load(definition, options(store));
    await first.run("x", { id: "a" });
    const read = store.read.bind(store);
    const whole = await journalOf(store, "a");
    store.read = async function* (run: string) {
      for await (const chunk of read(run)) {
        const damaged = chunk.slice();
        damaged[100] ^= 1;
        yield damaged;
      }
    };
    const at = ((await store.header("a")) as Uint8Array).length;
    await expect(first.resume("a").result).rejects.toMatchObject({ code: "bad-journal", offset: at });
    await expect(first.replay("a")).rejects.toMatchObject({ code: "bad-journal", offset: at });
    expect(first.liveRuns).toBe(0);
    store.read = read;
    // Somebody has made the chain anew over other words: the steps' digests tell.
    const { records } = checkJournal(whole);
    const changed = records.map((record) => record.slice());
    changed[1][24] ^= 1;
    expect(() => first.replay(changed)).toThrow("led to other commands");
    expect(first.replay(records)).toMatchObject({ finished: true });
  });

  it("comes back from its journal if the snapshot is none", async () => {
    for (const spoil of [
      ({ state }: Snapshot) => state.subarray(0, 40),
      ({ state }: Snapshot) => state.map((byte, at) => (at > state.length - 30 ? byte ^ 255 : byte)),
    ]) {
      const store = new MemoryStore();
      const asked = later<void>();
      const stuck = () => {
        asked.resolve();
        return never();
      };
      const first = await Engine.load(definition, options(store, { models: { m: stuck } }));
      void first.run("x", { id: "a" }).result.catch(() => {});
      await asked.promise;
      await first.suspend();
      const snapshot = (await store.snapshot("a")) as Snapshot;
      store.snapshot = async () => ({ position: snapshot.position, state: spoil(snapshot) });
      await using second = await Engine.load(definition, options(store));
      expect(await second.resume("a")).toMatchObject({ text: "paid: ten, sunny" });
      await first.close();
    }
  });
});

/** The same module with one more type that nothing uses: another engine by its bytes, and the same by what it does. */
function withUnusedType(module: Uint8Array): Uint8Array {
  // The type section is the first: id 1, size, count, types. A function without parameters and results is three bytes.
  let at = 8;
  while (module[at] !== 1) throw new Error("the first section holds no types");
  at++;
  const [size, sizeEnd] = leb(module, at);
  const [count, countEnd] = leb(module, sizeEnd);
  const types = module.subarray(countEnd, sizeEnd + size);
  const counted = unsigned(count + 1);
  const body = Buffer.concat([counted, types, Uint8Array.of(0x60, 0, 0)]);
  return Buffer.concat([module.subarray(0, at), unsigned(body.length), body, module.subarray(sizeEnd + size)]);
}

function leb(bytes: Uint8Array, from: number): [number, number] {
  let value = 0;
  for (let at = from, shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return [value, at];
  }
}

function unsigned(value: number): Uint8Array {
  const bytes: number[] = [];
  do {
    bytes.push((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
    value >>>= 7;
  } while (value > 0);
  return Uint8Array.from(bytes);
}
