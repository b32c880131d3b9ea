import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildRelays, OUT } from "../build.ts";
import { cpuMicros, type Spread, spreadOf } from "../cpu.ts";
import { runProgram } from "../programs/run.ts";
import { exactly, type Row } from "../row.ts";

// What happens inside the core alone: messages between agents that only hand them on, and what a million of them hold.

/** What assembly/bench.entry.ts exports. */
export interface Relays {
  memory: WebAssembly.Memory;
  openRelays(count: number, shuffled: boolean, priorities: number): number;
  seed(run: number, messages: number, bytes: number): void;
  work(run: number, activations: number): void;
  hops(run: number): number;
  lost(run: number): number;
}

const ROUNDS = 5;
const MILLION = 1_000_000;

/** Million messages a second of CPU time. */
function rate(file: string, agents: number, shuffled: boolean, inFlight: number, bytes: number, perRound: number): Spread {
  const relays = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)), {}).exports as unknown as Relays;
  const run = relays.openRelays(agents, shuffled, 4);
  relays.seed(run, inFlight, bytes);
  relays.work(run, perRound);
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const hops = relays.hops(run);
    const start = cpuMicros();
    relays.work(run, perRound);
    const cpu = cpuMicros() - start;
    const done = relays.hops(run) - hops;
    if (done !== perRound || relays.lost(run) !== 0) throw new Error(`${done} of ${perRound} messages, ${relays.lost(run)} lost`);
    rounds.push(done / cpu);
  }
  return spreadOf(rounds);
}

export async function inCoreRows(): Promise<Row[]> {
  const file = await buildRelays();
  const million = (inFlight: number) => runProgram<{ bytes: number; resident: number }>(join(OUT, "programs/million.mjs"), [file, String(inFlight)]);
  const idle = await million(0);
  const busy = await million(MILLION);
  const unit = "M messages/s";
  return [
    { name: "in-core message, 10 agents", unit, measured: rate(file, 10, false, 10, 20, 20 * MILLION), least: 50, note: "10 in flight, 20 B" },
    {
      name: "in-core message, random among 1,000,000",
      unit,
      measured: rate(file, MILLION, true, 1000, 20, 5 * MILLION),
      least: 5,
      note: "1,000 in flight, 20 B",
    },
    { name: "in-core message, random, 1,000,000 in flight", unit, measured: rate(file, MILLION, true, MILLION, 20, 5 * MILLION), least: 5 },
    { name: "idle agent", unit: "bytes", measured: exactly(Math.round(idle.bytes)), most: 64 },
    { name: "process with 1,000,000 idle agents", unit: "MB", measured: exactly(idle.resident / 2 ** 20), most: 128 },
    { name: "the same with 1,000,000 messages in flight", unit: "MB", measured: exactly(busy.resident / 2 ** 20), most: 192 },
  ];
}
