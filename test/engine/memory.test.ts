import { describe, expect, it } from "vitest";
import { Core } from "../../host/core/core.ts";
import { findCore } from "../../host/core/find-node.ts";
import { readYaml } from "../../host/definition/nodes.ts";
import * as protocol from "../../host/protocol/index.ts";
import type { Event } from "../../host/protocol/index.ts";
import { event } from "./events.ts";
import { World } from "./world.ts";

// Runs come and go; the core's memory stays as large as the most of them at once have needed.

const file = `
agents:
  - {name: a, model: gpt-4, prompt: Be brief., timeout: 1m, tools: [{name: t}], outputs: [vote]}
  - {name: vote, role: aggregator, inputs: [a, other], aggregator_config: {aggregation_strategy: voting_majority, timeout_ms: 10}}
  - {name: log, role: logger, inputs: [vote]}
`;

const AT_ONCE = 500;
/** A run's handle modulo this is its row, which later runs have again: what is said to them has the same lengths every time. */
const INDEXES = 2 ** 22;

class Load {
  readonly core: Core;
  #time = 1_000_000_000_000;
  /** Runs that have ended, by why. */
  readonly stops = new Map<string, number>();

  constructor(core: Core) {
    this.core = core;
    protocol.writeDefine(core.events, event("define", { tag: 1, sources: [readYaml("f.yaml", file)], tools: ["t"] }));
    core.step(this.#time);
  }

  /** Begins runs and sees them through: an answer, a tool and an answer, a cancel, a timeout, by turns. */
  batch(from: number): void {
    const { events } = this.core;
    for (let i = 0; i < AT_ONCE; i++) protocol.writeStart(events, event("start", { id: `run-${from + i}`, to: "a", input: `question ${i}` }));
    for (let left = 1000; left > 0; left--) {
      const reader = this.core.step(this.#time);
      const more = (reader.flags & 1) !== 0;
      const wake = reader.time;
      const commands: protocol.Command[] = [];
      while (reader.next()) commands.push(protocol.readCommand(reader));
      for (const command of commands) this.#perform(command);
      if (this.core.events.count > 0 || more) continue;
      if (wake === undefined) return;
      this.#time = wake;
    }
    throw new Error("the runs do not end");
  }

  #perform(command: protocol.Command): void {
    const { events } = this.core;
    if (command.type === "call-model") {
      const { run, effect } = command;
      if (effect === 1 && run % 4 === 1)
        protocol.writeModelResult(events, event("model-result", { run, effect, parts: [{ kind: "tool-call", id: "c", name: "t" }] }));
      else if (run % 4 === 2) protocol.writeCancel(events, { run, reason: "enough" });
      else if (run % 4 !== 3)
        protocol.writeModelResult(events, event("model-result", { run, effect, parts: [{ text: `answer ${"x".repeat((run % INDEXES) % 3000)}` }] }));
    } else if (command.type === "call-tool") protocol.writeToolResult(events, event("tool-result", { run: command.run, effect: command.effect, text: "ok" }));
    else if (command.type === "finished") this.stops.set(command.stop, (this.stops.get(command.stop) ?? 0) + 1);
  }
}

describe("memory", () => {
  it("is after 200,000 runs what it was after the first thousand", async () => {
    const load = new Load(new Core(await findCore()));
    for (let from = 0; from < 1000; from += AT_ONCE) load.batch(from);
    const before = load.core.memoryBytes;
    for (let from = 1000; from < 200_000; from += AT_ONCE) load.batch(from);
    expect(load.core.memoryBytes).toBe(before);
    expect([...load.stops.values()].reduce((sum, count) => sum + count)).toBe(200_000);
    expect([...load.stops.keys()].sort()).toEqual(["cancelled", "deadline", "done"]);
  });

  it("of a run that goes on and on stays what it was", async () => {
    // The limit is the measure: a run that kept something of each round would reach it.
    const world = await World.of(
      `
limits: {memory: 16KiB}
agents:
  - {name: clock, role: producer, interval: 1ms, outputs: [news, other]}
  - {name: other, role: own, outputs: [join], timeout: 1s}
  - {name: join, role: aggregator, inputs: [news, other], mailbox: {size: 2}, aggregator_config: {aggregation_strategy: voting_majority, timeout_ms: 3}}
  - {name: log, role: logger, inputs: [join]}
`,
      { roles: ["own"] },
    );
    const { run } = world.start({ closed: false });
    let events: Event[] = [event("agent-ready", { run, agent: 1 })];
    for (let time = 1; time <= 20_000; time++) {
      const commands = world.at(time, events);
      world.commands.length = 0;
      events = [];
      for (const command of commands) {
        if (command.type === "finished") throw new Error(`at ${time}: ${command.message}`);
        if (command.type === "call-agent") events.push(event("agent-result", { run, effect: command.effect, text: `answer ${"x".repeat(time % 300)}` }));
      }
    }
    world.step([event("cancel", { run })]);
    world.until(30_000);
    expect(world.finished(run).counters).toMatchObject({ refused: 0, dropped: 0, agentCalls: expect.any(Number) });
  });

  it("of definitions that are forgotten is used again", async () => {
    const core = new Core(await findCore());
    const define = (count: number) => {
      for (let i = 0; i < count; i++) {
        protocol.writeDefine(core.events, event("define", { tag: 1, sources: [readYaml("f.yaml", file)], tools: ["t"] }));
        const reader = core.step(0);
        reader.next();
        const defined = protocol.readCommand(reader);
        if (defined.type !== "defined") throw new Error(defined.type);
        protocol.writeForget(core.events, { definition: defined.definition });
        core.step(0);
      }
    };
    define(20);
    const before = core.memoryBytes;
    define(2000);
    expect(core.memoryBytes).toBe(before);
  });
});
