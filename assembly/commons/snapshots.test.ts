import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Core } from "../../host/core/core.ts";
import { readObject } from "../../host/definition/object.ts";
import * as protocol from "../../host/protocol/index.ts";
import { sign } from "../../test/engine/sign-state.ts";

// A run is saved at every step of a little story, brought back into a fresh engine, and must go on as if nothing had happened. Then files
// that are not what they should be: every one is refused, or runs without ever trapping.

const module = new WebAssembly.Module(readFileSync(process.env.AIXLET_CORE ?? new URL("../../dist/core.wasm", import.meta.url)));

const definition = {
  agents: [
    { name: "tick", role: "producer", interval: "10s", outputs: ["worker"] },
    {
      name: "worker",
      model: "gpt-4",
      provider: "mock",
      prompt: "Work.",
      timeout: "1m",
      retry: { max_attempts: 2 },
      tools: [{ name: "look", input_schema: { type: "object", properties: { at: { type: "string" } } }, effect: "pure", max_concurrency: 1 }],
      outputs: ["vote", "log"],
    },
    { name: "other", model: "gpt-4", provider: "mock", inputs: ["user"], outputs: ["vote", "code"] },
    { name: "code", role: "special", mailbox: { size: 1 } },
    { name: "vote", role: "aggregator", aggregator_config: { aggregation_strategy: "voting_majority", timeout_ms: 60000 } },
    { name: "log", role: "logger" },
    { name: "sort", role: "classifier", model: "gpt-4", provider: "mock", inputs: ["mail"], outputs: ["log"], categories: ["a", "b"] },
  ],
  workflow: { batch_size: 2, batch_timeout_seconds: 1 },
};

class Bench {
  readonly core = new Core(module);
  readonly definition: number;
  now = 1_700_000_000_000;

  constructor() {
    const [answer] = this.step((events) =>
      protocol.writeDefine(events, { tag: 1, sources: [readObject("d", definition)], roles: ["special"], tools: ["look"], checkOnly: false }),
    );
    if (answer.type !== "defined") throw new Error(JSON.stringify(answer));
    this.definition = answer.definition;
  }

  /** Steps until there is nothing more to do at once. A forged clock can leave a producer with years to make up for: not all of them here. */
  step(write?: (events: protocol.FrameWriter) => void): protocol.Command[] {
    write?.(this.core.events);
    const commands: protocol.Command[] = [];
    for (let more = true, left = 20; more && left; left--) {
      const reader = this.core.step(this.now);
      more = (reader.flags & 1) !== 0;
      while (reader.next()) commands.push(protocol.readCommand(reader));
    }
    return commands;
  }

  save(run: number): Uint8Array {
    for (const command of this.step((events) => protocol.writeSave(events, { run }))) if (command.type === "saved") return command.state;
    throw new Error("not saved");
  }

  restore(state: Uint8Array): { run: number; commands: protocol.Command[] } | string {
    const commands = this.step((events) => protocol.writeRestore(events, { tag: 7, definition: this.definition, state }));
    const [first] = commands;
    if (first.type === "refused") return first.code;
    if (first.type !== "started") throw new Error(first.type);
    return { run: first.run, commands };
  }
}

/** Every byte, three bits each: a minute. */
const thorough = process.env.AIXLET_FUZZ !== undefined;

const usage = { input: 3, output: 4, cachedRead: 0, cachedWrite: 0, reasoning: 0 };
const text = (words: string): protocol.Part[] => [{ role: "assistant", kind: "text", text: words, id: "", name: "", metadata: "" }];
const call = (id: string): protocol.Part => ({ role: "assistant", kind: "tool-call", text: '{"at":"x"}', id, name: "look", metadata: "" });

const sorted = { results: ["a", "b"].map((category) => ({ category, confidence: 1 })) };

type Act = (events: protocol.FrameWriter, run: number) => void;
/** What happens, with the time that passes before it. */
const story: [number, Act | undefined][] = [
  [0, (events, run) => protocol.writeAgentReady(events, { run, agent: 3 })],
  [10_000, undefined],
  [5, (events, run) => protocol.writeDeliver(events, { run, to: "user", text: "What now?" })],
  [5, (events, run) => protocol.writeModelResult(events, { run, effect: 1, attempt: 1, finish: "tool-calls", usage, parts: [call("a"), call("b")] })],
  [
    5,
    (events, run) =>
      protocol.writeEffectFailed(events, { run, effect: 2, attempt: 1, failure: "rate-limit", message: "slow down", retryAfter: undefined, usage }),
  ],
  [5, (events, run) => protocol.writeToolResult(events, { run, effect: 3, attempt: 1, isError: false, text: "seen" })],
  [5, (events, run) => protocol.writeToolResult(events, { run, effect: 4, attempt: 1, isError: true, text: "dark" })],
  [5, (events, run) => protocol.writeDeliver(events, { run, to: "code", text: "one" })],
  [5, (events, run) => protocol.writeDeliver(events, { run, to: "code", text: "two" })],
  [5, (events, run) => protocol.writeModelResult(events, { run, effect: 5, attempt: 1, finish: "stop", usage, parts: text("yes") })],
  [10_000, (events, run) => protocol.writeModelResult(events, { run, effect: 2, attempt: 1, finish: "stop", usage, parts: text("no") })],
  [5, (events, run) => protocol.writeDeliver(events, { run, to: "mail", text: "one" })],
  [5, (events, run) => protocol.writeDeliver(events, { run, to: "mail", text: "two" })],
  [5, (events, run) => protocol.writeModelResult(events, { run, effect: 8, attempt: 1, finish: "stop", usage, parts: text("a and b") })],
  [5, (events, run) => protocol.writeModelResult(events, { run, effect: 9, attempt: 1, finish: "stop", usage, parts: text(JSON.stringify(sorted)) })],
  [5, (events, run) => protocol.writeAgentResult(events, { run, effect: 6, attempt: 1, text: "coded" })],
  [5, (events, run) => protocol.writeClose(events, { run })],
  [5, (events, run) => protocol.writeCancel(events, { run, reason: "enough" })],
];

function begin(bench: Bench): number {
  const commands = bench.step((events) =>
    protocol.writeStart(events, {
      run: 0,
      tag: 2,
      definition: bench.definition,
      id: "story",
      seed: 5,
      watch: true,
      closed: false,
      to: "",
      input: "",
      hasInput: false,
      endAfter: 0,
      budget: { calls: 100, tokens: 0, time: 0, money: 0 },
      traceId: "",
      parentSpan: "",
      tenant: "",
      session: "",
      user: "",
    }),
  );
  for (const command of commands) if (command.type === "started") return command.run;
  throw new Error("not started");
}

/** Commands without what differs from engine to engine, and without what a host is told anew. */
function comparable(commands: protocol.Command[]): unknown[] {
  return commands.map((command) => {
    const { run: _, ...rest } = command as protocol.Command & { run?: number };
    return rest.type === "append" ? { ...rest, record: Buffer.from((rest as protocol.AppendCommand).record).toString("hex") } : rest;
  });
}

describe("snapshots", () => {
  it("go on in a fresh engine as if nothing had happened, from every step of a story", () => {
    for (let cut = 0; cut <= story.length; cut++) {
      const first = new Bench();
      const run = begin(first);
      for (const [wait, act] of story.slice(0, cut)) {
        first.now += wait;
        first.step((events) => act?.(events, run));
      }
      const state = first.save(run);
      const second = new Bench();
      second.now = first.now;
      const restored = second.restore(state);
      if (typeof restored === "string") throw new Error(`step ${cut}: ${restored}`);
      expect(Buffer.from(second.save(restored.run)).equals(Buffer.from(second.save(restored.run)))).toBe(true);
      for (const [wait, act] of story.slice(cut)) {
        first.now += wait;
        second.now += wait;
        const one = comparable(first.step((events) => act?.(events, run)));
        const other = comparable(second.step((events) => act?.(events, restored.run)));
        // A step more has gone into the restored run's record: the one in which it came back.
        expect(withoutSteps(other)).toEqual(withoutSteps(one));
      }
    }
  });

  it("ask the host again for what was under way", () => {
    const first = new Bench();
    const run = begin(first);
    for (const [wait, act] of story.slice(0, 3)) {
      first.now += wait;
      first.step((events) => act?.(events, run));
    }
    const second = new Bench();
    const restored = second.restore(first.save(run));
    if (typeof restored === "string") throw new Error(restored);
    const calls = restored.commands.filter((command) => command.type === "call-model");
    expect(calls.map(({ effect, attempt, known, parts }) => [effect, attempt, known, parts.length])).toEqual([
      [1, 1, 0, 2],
      [2, 1, 0, 1],
    ]);
  });

  const saved = (() => {
    const states: Uint8Array[] = [];
    const bench = new Bench();
    const run = begin(bench);
    for (const [wait, act] of story.slice(0, 15)) {
      bench.now += wait;
      bench.step((events) => act?.(events, run));
      states.push(bench.save(run));
    }
    return states;
  })();

  it("are refused if they are cut off, too long, damaged or of another definition", () => {
    const bench = new Bench();
    const state = saved[6];
    for (let length = 0; length < state.length; length += 8) expect(bench.restore(state.slice(0, length))).toBe("bad-state");
    expect(bench.restore(new Uint8Array([...state, ...new Uint8Array(8)]))).toBe("bad-state");
    for (let at = 0; at < state.length; at += 3) {
      const damaged = state.slice();
      damaged[at] ^= 1 << (at % 8);
      expect(bench.restore(damaged)).toBe("bad-state");
    }
  });

  it("made by somebody who knows how to make a digest never make the engine trap", () => {
    let refused = 0;
    let taken = 0;
    for (const state of saved) {
      let bench = new Bench();
      for (let at = 56; at < state.length; at += thorough ? 1 : 7) {
        for (const bit of thorough ? [0, 3, 7] : [at % 8]) {
          const forged = state.slice();
          forged[at] ^= 1 << bit;
          sign(forged);
          const restored = bench.restore(forged);
          if (typeof restored === "string") {
            refused++;
            continue;
          }
          taken++;
          for (const [wait, act] of story.slice(5)) {
            bench.now += wait;
            bench.step((events) => act?.(events, restored.run));
          }
          bench.step((events) => protocol.writeDrop(events, { run: restored.run }));
          if (taken % 100 === 0) bench = new Bench();
        }
      }
    }
    expect(refused).toBeGreaterThan(500);
    expect(taken).toBeGreaterThan(500);
  }, 120_000);
});

/** Records hold their step's number and digest; both shift by the step of the restore. */
function withoutSteps(commands: unknown[]): unknown[] {
  return (commands as { type: string }[])
    .filter(({ type }) => type !== "append")
    .map((command) => (command.type === "finished" ? { ...command, counters: undefined } : command));
}
