import { describe, expect, it } from "vitest";
import type { Command, Event } from "../../host/protocol/index.ts";
import { event } from "./events.ts";
import { sign } from "./sign-state.ts";
import { World } from "./world.ts";

// Runs with sessions and approvals, saved at each moment of a little story: each goes on in a fresh engine, is asked for what it waits for, and comes to
// its end. And files that say they are such runs, and are not: every one is refused, or runs without a trap.

const FORGERIES = Number(process.env.AIXLET_FUZZ ?? 1500);

const wired = `
session: {checkpoint: {auto_save: true}}
agents:
  - {name: a, model: gpt-4, provider: mock, tools: [{name: pay, confirm: true}], inputs: [in]}
  - {name: b, model: gpt-4, provider: mock, inputs: [a]}
`;
const flow = `
session: {}
flow: {handoff: {members: [a, b], entry: a}}
agents:
  - {name: a, model: gpt-4, provider: mock, tools: [{name: pay, confirm: true}]}
  - {name: b, model: gpt-4, provider: mock}
`;
const turns = ["a", "b", "@flow"].map((agent) =>
  JSON.stringify({ agent, parts: [{ role: "user", text: "earlier" }, ...(agent === "@flow" ? [] : [{ role: "assistant", text: "said" }])] }),
);
const call = { role: "assistant" as const, kind: "tool-call" as const, text: '{"sum":1}', id: "c", name: "pay", metadata: "" };

/** What is answered to a command, so that the story goes on. */
function answer(command: Command): Event | undefined {
  if (!("effect" in command)) return undefined;
  const { run, effect } = command;
  const attempt = "attempt" in command ? command.attempt : 1;
  switch (command.type) {
    case "recall":
      return event("recalled", { run, effect, attempt, user: "ann", checkpointed: 5, turns });
    case "remember":
      return event("remembered", { run, effect, attempt });
    case "ask-approval":
      return event("approval", { run, effect, approved: true, hash: command.hash, arguments: '{"sum":2}' });
    case "call-tool":
      return event("tool-result", { run, effect, attempt, text: "paid" });
    case "call-model": {
      const heard = command.parts.some(({ kind }) => kind === "tool-result");
      const first = !heard && command.agent === 0 && effect < 4;
      return event("model-result", { run, effect, attempt, finish: first ? "tool-calls" : "stop", parts: [first ? call : { text: "said" }] });
    }
    default:
      return undefined;
  }
}

const answers = (commands: readonly Command[]) => commands.flatMap((command) => answer(command) ?? []);

async function saves(definition: string): Promise<{ time: number; states: Uint8Array[] }> {
  const world = await World.of(definition, { tools: ["pay"] });
  const states: Uint8Array[] = [];
  let commands = world.step([event("start", { id: "r", user: "ann", session: "s", input: "pay" })]);
  const started = commands.find(({ type }) => type === "started");
  if (started?.type !== "started") throw new Error("not started");
  for (let turn = 0; turn < 40; turn++) {
    if (commands.some(({ type }) => type === "finished")) return { time: world.time, states };
    const saved = world.step([event("save", { run: started.run })]).find(({ type }) => type === "saved");
    if (saved?.type === "saved") states.push(saved.state.slice());
    commands = world.step(answers(commands));
  }
  throw new Error("the story does not end");
}

describe.each([
  ["wired", wired],
  ["a flow", flow],
])("saved runs with sessions, %s", (_, definition) => {
  it("go on wherever they were saved", async () => {
    const { states, time } = await saves(definition);
    expect(states.length).toBeGreaterThan(4);
    for (const state of states) {
      const world = await World.of(definition, { tools: ["pay"] });
      world.time = time;
      let commands = world.step([event("restore", { state, definition: 1, tag: 1 })]);
      for (let turn = 0; turn < 40 && !commands.some(({ type }) => type === "finished"); turn++) commands = world.step(answers(commands));
      expect(commands.find(({ type }) => type === "finished")).toMatchObject({ stop: "done", output: "said" });
    }
  });

  it("that are forged are refused, or run without a trap", async () => {
    const { states, time } = await saves(definition);
    const bench = await World.of(definition, { tools: ["pay"] });
    bench.time = time;
    let seed = 7;
    const next = (below: number) => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return (seed >>> 8) % below;
    };
    let [refused, taken] = [0, 0];
    for (let i = 0; i < FORGERIES; i++) {
      const state = states[i % states.length].slice();
      const at = 56 + next(state.length - 56);
      if (next(2) === 0) new DataView(state.buffer).setUint32(at & ~3, [0, 1, 8, 24, 0xffff_ffff, next(state.length) & ~7][next(6)], true);
      else state[at] ^= 1 << next(8);
      sign(state);
      bench.commands.length = 0;
      let commands = bench.step([event("restore", { state, definition: 1, tag: i + 1 })]);
      const [first] = commands;
      if (first.type !== "started") {
        refused++;
        continue;
      }
      taken++;
      for (let turn = 0; turn < 12; turn++) commands = bench.step(answers(commands));
      bench.step([event("drop", { run: first.run })]);
    }
    expect(refused).toBeGreaterThan(FORGERIES / 10);
    expect(taken).toBeGreaterThan(FORGERIES / 20);
  }, 120_000);
});
