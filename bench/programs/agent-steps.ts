import { Core } from "../../host/core/core.ts";
import { findCore } from "../../host/core/find-node.ts";
import { readObject } from "../../host/definition/object.ts";
import * as protocol from "../../host/protocol/index.ts";
import type { Command } from "../../host/protocol/index.ts";
import { cpuMicros } from "../cpu.ts";
import { OK, patternOf } from "../patterns.ts";

// A pattern whose agents are all host code, by frames alone: CPU time inside the core, from the start of its runs to their end, by the calls of
// agents in them. Argument: the pattern. Prints JSON: microseconds a step, round by round.

/** So many runs share a frame, or reading the clock would be most of what is measured. */
const RUNS = 100;
const ROUNDS = 9;
const BATCHES = 30;
const pattern = patternOf(process.argv[2]);
const core = new Core(await findCore(new URL("./core.wasm", import.meta.url)));
let inside = 0;

/** What the core says to what was written, and to the steps that it asks for. */
function step(): Command[] {
  const commands: Command[] = [];
  for (let more = true; more; ) {
    const from = cpuMicros();
    const reader = core.step(1_700_000_000_000);
    inside += cpuMicros() - from;
    more = (reader.flags & 1) !== 0;
    while (reader.next()) commands.push(protocol.readCommand(reader));
  }
  return commands;
}

const source = readObject("bench", pattern.definition as never);
protocol.writeDefine(core.events, { tag: 1, sources: [source], roles: ["noop"], tools: [], checkOnly: false });
const [answer] = step();
if (answer.type !== "defined") throw new Error(`${pattern.name} is refused`);
const { definition } = answer;

function batch(): number {
  for (let i = 0; i < RUNS; i++) {
    protocol.writeStart(core.events, {
      run: 0,
      tag: i + 1,
      definition,
      id: `run-${i}`,
      seed: i,
      watch: false,
      closed: true,
      to: "",
      input: pattern.input,
      hasInput: true,
      endAfter: 0,
      budget: { calls: 0, tokens: 0, time: 0, money: 0 },
      traceId: "",
      parentSpan: "",
      tenant: "",
      session: "",
      user: "",
    });
  }
  let calls = 0;
  let finished = 0;
  while (finished < RUNS) {
    const commands = step();
    if (commands.length === 0) throw new Error("it stands still");
    for (const command of commands) {
      if (command.type === "start-agent") protocol.writeAgentReady(core.events, command);
      if (command.type === "call-agent") {
        calls++;
        protocol.writeAgentResult(core.events, { run: command.run, effect: command.effect, attempt: command.attempt, text: pattern.says[command.text] ?? OK });
      }
      if (command.type !== "finished") continue;
      finished++;
      if (command.output !== pattern.result) throw new Error(`a run came to ${command.output}`);
    }
  }
  if (calls !== RUNS * pattern.calls) throw new Error(`${calls} calls of agents instead of ${RUNS * pattern.calls}`);
  return calls;
}

const rounds: number[] = [];
for (let round = -3; round < ROUNDS; round++) {
  inside = 0;
  let calls = 0;
  for (let i = 0; i < BATCHES; i++) calls += batch();
  if (round >= 0) rounds.push(inside / calls);
}
console.log(JSON.stringify(rounds));
