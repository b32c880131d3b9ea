import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Core } from "../../host/core/core.ts";
import { findCore } from "../../host/core/find-node.ts";
import { readYaml } from "../../host/definition/nodes.ts";
import type { Command, Event } from "../../host/protocol/index.ts";
import * as protocol from "../../host/protocol/index.ts";
import { event } from "./events.ts";
import { input, live, options, type Term, terms, toYaml } from "./random-flows.ts";
import { EPOCH, World } from "./world.ts";

// Flows large and many: memory comes back at the end of a node, and at the end of a run.

const every = `
agents:
  - {name: a, role: own}
  - {name: r, model: gpt-4, prompt: Be brief., tools: [{name: t}]}
flow:
  sequence:
    - {agent: a, as: first}
    - parallel: {branches: [{agent: r, share: none}, {loop: {do: a, max: 2, keep: best}}], max_concurrency: 1}
      share: group
    - map: {do: {agent: r, retry: {max_attempts: 2, initial_backoff: 1ms}}, over: $first, max_concurrency: 2}
    - choose: {cases: [{when: "n == 1", do: a}], else: {agent: r, input: [$first, $prev]}}
    - handoff: {members: [r, a], max_hops: 2}
      on_error: skip
    - supervise: {members: [a, r], by: round_robin, max_rounds: 2}
      deadline: 1h
`;

/** Answers to calls, by turns: texts of several lengths, tools, failures. */
function answer(command: Command, turn: number): Event | undefined {
  if (command.type === "call-agent") {
    const { run, effect, attempt } = command;
    return event("agent-result", { run, effect, attempt, text: turn % 3 === 0 ? '["x","y","z"]' : `said ${"x".repeat(turn % 500)}` });
  }
  if (command.type === "call-tool") return event("tool-result", { run: command.run, effect: command.effect, text: "found" });
  if (command.type !== "call-model") return undefined;
  const { run, effect, attempt } = command;
  if (turn % 11 === 0) return event("effect-failed", { run, effect, attempt, failure: "server-error" });
  if (turn % 7 === 0)
    return event("model-result", { run, effect, attempt, finish: "tool-calls", parts: [{ kind: "tool-call", id: "c", name: "t", text: "{}" }] });
  return event("model-result", { run, effect, attempt, parts: [{ text: `answer ${turn % 5}` }] });
}

/** A run's handle modulo this is its row. */
const INDEXES = 2 ** 22;

class Load {
  readonly core: Core;
  ended = 0;
  #time = 1_000_000_000_000;

  constructor(core: Core) {
    this.core = core;
    protocol.writeDefine(core.events, event("define", { tag: 1, sources: [readYaml("f.yaml", every)], roles: ["own"], tools: ["t"] }));
    core.step(this.#time);
  }

  /** Runs begin together and are seen through; every ninth is cancelled on its way. */
  batch(count: number): void {
    const { events } = this.core;
    for (let i = 0; i < count; i++) protocol.writeStart(events, event("start", { id: `run-${i}`, input: "question" }));
    const turns = new Map<number, number>();
    for (let left = 2000; left > 0; left--) {
      const reader = this.core.step(this.#time);
      const more = (reader.flags & 1) !== 0;
      const wake = reader.time;
      const commands: Command[] = [];
      while (reader.next()) commands.push(protocol.readCommand(reader));
      for (const command of commands) {
        if (command.type === "start-agent") protocol.writeAgentReady(events, { run: command.run, agent: command.agent });
        if (command.type === "finished") this.ended++;
        if (!("run" in command)) continue;
        const turn = (turns.get(command.run) ?? (command.run % INDEXES) * 3) + 1;
        const said = answer(command, turn);
        if (said === undefined) continue;
        turns.set(command.run, turn);
        if (turn % 99 === 0) protocol.writeCancel(events, { run: command.run, reason: "enough" });
        else protocol.writeEvent(events, said);
      }
      if (this.core.events.count > 0 || more) continue;
      if (wake === undefined) return;
      this.#time = wake;
    }
    throw new Error("the runs do not end");
  }
}

describe("memory of flows", () => {
  it("is after 100,000 runs what it was after the first thousand", async () => {
    const load = new Load(new Core(await findCore()));
    for (let runs = 0; runs < 2000; runs += 500) load.batch(500);
    const before = load.core.memoryBytes;
    for (let runs = 2000; runs < 100_000; runs += 500) load.batch(500);
    expect(load.core.memoryBytes).toBe(before);
    expect(load.ended).toBe(100_000);
  }, 300_000);

  it("comes back at the end of a node: a loop that goes on and on needs no more", async () => {
    await fc.assert(
      fc.asyncProperty(terms(), input, async (term, text) => {
        const flow = { share: "none", loop: { do: withoutMemory(term), max: 1000, each: "$input" } };
        const world = await World.of(toYaml(flow), options);
        const sizes: number[] = [];
        live(world, text, {
          leaveAt: 240,
          move: () => {
            sizes.push(sizeOf(world));
            return false;
          },
        });
        if (sizes.length < 240) return;
        expect(Math.max(...sizes.slice(160))).toBe(Math.max(...sizes.slice(80, 160)));
      }),
      { numRuns: Number(process.env.AIXLET_FUZZ ?? 25) },
    );
  });
});

/** The term, without agents that keep what they have heard and said. */
function withoutMemory(term: Term): Term {
  return JSON.parse(JSON.stringify(term, (key, value) => (key === "share" && value === "own" ? "none" : value))) as Term;
}

/** Bytes of the run's pages, and some more. */
function sizeOf(world: World): number {
  const run = world.all("started")[0].run;
  const [saved] = world.step([event("save", { run })]);
  world.commands.pop();
  if (saved.type !== "saved") throw new Error(`not saved: ${saved.type}`);
  return saved.state.length;
}

describe("large flows", () => {
  const definition = (flow: unknown) => JSON.stringify({ agents: [{ name: "a", role: "own" }], flow: { sequence: ["a", flow] } });
  const begin = async (flow: unknown, text: string): Promise<{ world: World; run: number; open: Command[] }> => {
    const world = await World.of(definition(flow), { roles: ["own"] });
    const { run } = world.start({ input: "items" });
    world.step([event("agent-ready", { run, agent: 0 })]);
    // An input from outside is shorter than that: an agent gives the items.
    return { world, run, open: world.step([event("agent-result", { run, effect: 1, text })]) };
  };
  const answered = (commands: readonly Command[]): Event[] =>
    commands.flatMap((command) =>
      command.type === "call-agent" ? [event("agent-result", { run: command.run, effect: command.effect, text: `<${command.text}>` })] : [],
    );

  it("do 100,000 items, a few at a time", async () => {
    const items = Array.from({ length: 100_000 }, (_, index) => index);
    const { world, run, open } = await begin({ map: { do: { agent: "a", share: "none" }, max_concurrency: 500 } }, JSON.stringify(items));
    let commands = open;
    while (world.isOpen(run)) {
      world.commands.length = 0;
      expect(commands.filter(({ type }) => type === "call-agent").length).toBeLessThanOrEqual(500);
      commands = world.step(answered(commands));
    }
    expect(JSON.parse(world.finished(run).output)).toEqual(items.map((item) => `<${item}>`));
  }, 60_000);

  it("refuse one item more than max_items", async () => {
    const { world, run } = await begin({ map: { do: { agent: "a" } } }, JSON.stringify(Array.from({ length: 100_001 }, () => 0)));
    expect(world.finished(run)).toMatchObject({ stop: "limit", counters: { agentCalls: 1 } });
  });

  it("have 10,000 instances of an agent at once", async () => {
    const items = Array.from({ length: 10_000 }, (_, index) => `item ${index}`);
    const { world, run, open } = await begin({ map: { do: "a", max_concurrency: 10_000 } }, JSON.stringify(items));
    expect(open.filter(({ type }) => type === "call-agent").length).toBe(10_000);
    world.step(answered(open).reverse());
    expect(JSON.parse(world.finished(run).output)).toEqual(items.map((item) => `<${item}>`));
  }, 60_000);

  it("that are cancelled cancel what is open, enter nothing more, and keep what is done", async () => {
    const { world, run, open } = await begin({ map: { do: "a", max_concurrency: 8 } }, JSON.stringify(Array.from({ length: 1000 }, (_, index) => index)));
    let commands = open;
    const waiting: Event[] = [];
    for (let done = 0; done < 300; done++) {
      waiting.push(...answered(commands));
      commands = world.step([waiting.shift() as Event]);
    }
    world.commands.length = 0;
    world.step([event("cancel", { run, reason: "enough" })]);
    expect(world.all("cancel-effect").length).toBe(8);
    expect(world.all("call-agent")).toEqual([]);
    world.until((world.wake ?? EPOCH) - EPOCH);
    const { stop, output, counters } = world.finished(run);
    expect([stop, counters.agentCalls]).toEqual(["cancelled", 309]);
    expect((JSON.parse(output) as unknown[]).filter((item) => item !== null).length).toBe(300);
  });
});
