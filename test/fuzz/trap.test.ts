import { afterEach, describe, expect, it, vi } from "vitest";
import { AixletError, Core, Engine, EngineTrapped, type RunEvent } from "../../host/index.ts";
import * as protocol from "../../host/protocol/index.ts";

// The core is made to trap for real: its memory is written over, as a bug of its own would, until one of its assertions fails.

const yaml = `
agents:
  - {name: first, role: react, prompt: One., model: quick, outputs: [second]}
  - {name: second, role: react, prompt: Two., model: slow, inputs: [first], outputs: [out]}
`;

const Instance = WebAssembly.Instance;
let memories: WebAssembly.Memory[] = [];

/** From here on the memories of new cores are at hand. */
function watchMemories(): void {
  memories = [];
  WebAssembly.Instance = class extends Instance {
    constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
      super(module, imports);
      memories.push(this.exports.memory as WebAssembly.Memory);
    }
  } as typeof WebAssembly.Instance;
}

afterEach(() => {
  WebAssembly.Instance = Instance;
});

/** Everything in a core's memory becomes an address of nothing. */
const ruin = (memory: WebAssembly.Memory) => new Uint8Array(memory.buffer).fill(0xfb);

/** An engine whose second model answers when it is told to. */
async function load() {
  watchMemories();
  const aborted: unknown[] = [];
  let answer = (_: string) => {};
  const slow = (_: unknown, { signal }: { signal?: AbortSignal }) => {
    signal?.addEventListener("abort", () => aborted.push(signal.reason));
    return new Promise<string>((resolve) => (answer = resolve));
  };
  const engine = await Engine.load(yaml, { models: { quick: () => "quick", slow }, now: () => 1_700_000_000_000 });
  return { engine, aborted, memory: memories[0], answer: () => answer("late") };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

describe("a trap", () => {
  it("ends every run of the engine, and tells how to report it", async () => {
    const { engine, aborted, memory, answer } = await load();
    const runs = [engine.run("a"), engine.run("b"), engine.run("c")];
    const seen: RunEvent[] = [];
    const watching = (async () => {
      for await (const event of runs[0]) seen.push(event);
    })();
    await settled();
    expect(engine.liveRuns).toBe(3);
    ruin(memory);
    answer();
    for (const run of runs) {
      const error = await run.result.catch((error) => error);
      expect(error).toBeInstanceOf(EngineTrapped);
      expect(AixletError.isInstance(error) && error.code).toBe("engine-trapped");
      expect(error.message).toMatch(/^The core trapped \(.+\)\. .*report it, with the run's journal/);
      expect(error.cause).toBeInstanceOf(WebAssembly.RuntimeError);
      expect(run.finished).toBe(true);
    }
    await expect(watching).rejects.toBeInstanceOf(EngineTrapped);
    expect(seen.map(({ type }) => type)).toContain("model-call");
    // The third model had answered.
    expect(aborted).toEqual([expect.any(EngineTrapped), expect.any(EngineTrapped)]);
    expect(engine.liveRuns).toBe(0);
  });

  it("is the answer to every later call, and the core is not entered again", async () => {
    const { engine, memory, answer } = await load();
    const [run, waiting] = [engine.run("a"), engine.run("b")];
    await settled();
    ruin(memory);
    answer();
    await expect(run.result).rejects.toBeInstanceOf(EngineTrapped);
    await expect(waiting.text()).rejects.toBeInstanceOf(EngineTrapped);
    const journal = run.journal.bytes();
    const before = Buffer.from(memory.buffer).toString("base64");
    expect(() => engine.run("d")).toThrow(EngineTrapped);
    expect(() => engine.replay(journal)).toThrow(EngineTrapped);
    run.send("more");
    run.cancel();
    run.close();
    await settled();
    await engine.close();
    // Nothing but what the host has put where events are put, if that: no answer came.
    expect(Buffer.from(memory.buffer).length).toBe(Buffer.from(before, "base64").length);
    await expect(run).rejects.toBeInstanceOf(EngineTrapped);
  });

  it("takes no other engine with it, and the journal goes as far as the run had come", async () => {
    const { engine, memory, answer } = await load();
    const run = engine.run("a", { id: "the-run", seed: 1 });
    await settled();
    const before = run.journal.bytes();
    ruin(memory);
    answer();
    await expect(run.result).rejects.toBeInstanceOf(EngineTrapped);
    expect(Buffer.compare(run.journal.bytes(), before)).toBe(0);
    const fresh = await load();
    const replay = fresh.engine.replay(run.journal.bytes());
    expect(replay).toEqual({ steps: 2, finished: false });
    // And that engine is sound.
    const again = fresh.engine.run("a", { id: "the-run", seed: 1 });
    await settled();
    fresh.answer();
    expect(await again.text()).toBe("late");
    expect(Buffer.compare(again.journal.bytes().subarray(0, before.length), before)).toBe(0);
  });

  it("poisons the core itself", async () => {
    watchMemories();
    const core = new Core(await Engine.findCore());
    protocol.writeForget(core.events, { definition: 1 });
    expect(core.step(1).next()).toBe(true);
    ruin(memories[0]);
    protocol.writeDefine(core.events, { tag: 1, sources: [], roles: [], tools: [], checkOnly: false });
    const trap = vi.fn(() => core.step(1));
    expect(trap).toThrow(EngineTrapped);
    expect(trap).toThrow(EngineTrapped);
    expect(core.trapped).toBe(trap.mock.results[0].value);
    expect(trap.mock.results[1].value).toBe(core.trapped);
  });
});
