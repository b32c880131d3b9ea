import { Engine } from "../../host/index.ts";
import { MemoryStore } from "../../host/stores/memory.ts";
import { cpuMicros } from "../cpu.ts";

// How long runs that wait take to come back from their snapshots, all at once. Argument: how many. Prints JSON: CPU milliseconds.

const runs = Number(process.argv[2]);
const agents = [{ name: "clerk", role: "react" as const, model: "m", prompt: "Pay what is to be paid.", tools: [{ name: "pay", confirm: true }] }];
const options = { store: new MemoryStore(), models: { m: () => ({ toolCalls: [{ name: "pay" }] }) }, tools: { pay: () => "ten" }, env: () => undefined };

/** So many runs that wait for a person. */
async function paused(from: number, count: number): Promise<void> {
  const engine = await Engine.load({ agents }, options);
  for (let i = 0; i < count; i++) engine.run("the bill", { id: `run${from + i}` }).result.catch(() => {});
  while (engine.liveRuns < count) await new Promise((resolve) => setTimeout(resolve, 0));
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setTimeout(resolve, 0));
  await engine.suspend();
}

async function bringBack(from: number, count: number): Promise<number> {
  const engine = await Engine.load({ agents }, options);
  const cpu = cpuMicros();
  for (let i = 0; i < count; i++) engine.resume(`run${from + i}`).result.catch(() => {});
  while (engine.liveRuns < count) await new Promise((resolve) => setTimeout(resolve, 0));
  const taken = (cpuMicros() - cpu) / 1000;
  await engine.suspend();
  return taken;
}

await paused(0, runs);
await paused(runs, 500);
await bringBack(runs, 500);
globalThis.gc?.();
const snapshot = await options.store.snapshot("run0");
console.log(JSON.stringify({ cpu: await bringBack(0, runs), bytes: snapshot?.state.length ?? 0 }));
