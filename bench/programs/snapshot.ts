import { AGENTS, answerOf } from "../work.ts";
import { cpuMicros } from "../cpu.ts";
import { Core } from "../../host/core/core.ts";
import { findCore } from "../../host/core/find-node.ts";
import { readObject } from "../../host/definition/object.ts";
import * as protocol from "../../host/protocol/index.ts";
import type { Command } from "../../host/protocol/index.ts";

// 1,000 runs that wait for the second of three models, with 2 KB texts: saved, and restored in a fresh core, by frames alone. Prints JSON.

const RUNS = 1000;
const ROUNDS = 7;
const NOW = 1_700_000_000_000;
const definition = {
  agents: AGENTS.map((name, index) => ({
    name,
    role: "react",
    model: "fake",
    prompt: `You are ${name}.`,
    inputs: index > 0 ? [AGENTS[index - 1]] : [],
    outputs: index < AGENTS.length - 1 ? [AGENTS[index + 1]] : [],
  })),
};

type Frame = (events: protocol.FrameWriter) => void;

/** All commands of a step, and of those that it asks for. */
function step(core: Core, write: Frame): Command[] {
  write(core.events);
  const commands: Command[] = [];
  for (let more = true; more; ) {
    const reader = core.step(NOW);
    more = (reader.flags & 1) !== 0;
    while (reader.next()) commands.push(protocol.readCommand(reader));
  }
  return commands;
}

const only = <T extends Command["type"]>(commands: readonly Command[], type: T) => {
  const refused = commands.find((command) => command.type === "refused" || command.type === "problems");
  if (refused !== undefined) throw new Error(JSON.stringify(refused));
  return commands.filter((command): command is Extract<Command, { type: T }> => command.type === type);
};

function load(core: Core): number {
  const source = readObject("bench", definition as never);
  const [defined] = only(
    step(core, (events) => protocol.writeDefine(events, { tag: 1, sources: [source], roles: [], tools: [], checkOnly: false })),
    "defined",
  );
  return defined.definition;
}

function answer(call: protocol.CallModelCommand, text: string): Frame {
  const usage = { input: 1, output: 1, cachedRead: 0, cachedWrite: 0, reasoning: 0 };
  const part = { role: "assistant", kind: "text", text, id: "", name: "", metadata: "" } as const;
  return (events) => protocol.writeModelResult(events, { run: call.run, effect: call.effect, attempt: call.attempt, finish: "stop", usage, parts: [part] });
}

const all =
  (frames: readonly Frame[]): Frame =>
  (events) => {
    for (const frame of frames) frame(events);
  };

const module = findCore(new URL("./core.wasm", import.meta.url));

async function round(): Promise<{ save: number; restore: number; bytes: number }> {
  const core = new Core(await module);
  const loaded = load(core);
  const start =
    (index: number): Frame =>
    (events) =>
      protocol.writeStart(events, {
        run: 0,
        tag: index,
        definition: loaded,
        id: `run-${index}`,
        seed: index,
        watch: false,
        closed: true,
        to: "",
        input: answerOf(9, 2048),
        hasInput: true,
        endAfter: 0,
        budget: { calls: 0, tokens: 0, time: 0, money: 0 },
        traceId: "",
        parentSpan: "",
        tenant: "",
        session: "",
        user: "",
      });
  const first = only(step(core, all(Array.from({ length: RUNS }, (_, index) => start(index + 1)))), "call-model");
  const second = only(step(core, all(first.map((call) => answer(call, answerOf(0, 2048))))), "call-model");
  if (second.length !== RUNS) throw new Error(`${second.length} runs wait for their second model`);

  // One run a step, as a host saves them: 17 MB in a single frame would measure the growing of memory.
  const states: Uint8Array[] = [];
  let from = cpuMicros();
  for (const { run } of second) {
    for (const command of step(core, (events) => protocol.writeSave(events, { run }))) if (command.type === "saved") states.push(command.state);
  }
  const save = cpuMicros() - from;
  if (states.length !== RUNS) throw new Error(`${states.length} states were saved`);

  const fresh = new Core(await module);
  const again = load(fresh);
  const commands: Command[] = [];
  from = cpuMicros();
  for (const [index, state] of states.entries()) {
    commands.push(...step(fresh, (events) => protocol.writeRestore(events, { tag: index + 1, definition: again, state, paused: false })));
  }
  const restore = cpuMicros() - from;
  finish(fresh, commands);
  return { save, restore, bytes: states[0].length };
}

/** The restored runs go on to their end, and it is the right one. */
function finish(core: Core, restored: readonly Command[]): void {
  if (only(restored, "started").length !== RUNS) throw new Error("not all runs were restored");
  const asked = only([...restored, ...step(core, () => undefined)], "call-model");
  const third = only(step(core, all(asked.map((call) => answer(call, answerOf(1, 2048))))), "call-model");
  const finished = only(step(core, all(third.map((call) => answer(call, answerOf(2, 2048))))), "finished");
  if (finished.length !== RUNS || finished.some(({ stop, output }) => stop !== "done" || output !== answerOf(2, 2048)))
    throw new Error("a restored run did not come to its end");
}

const rounds: { save: number; restore: number; bytes: number }[] = [];
for (let i = 0; i < ROUNDS + 2; i++) rounds.push(await round());
console.log(JSON.stringify(rounds.slice(2)));
