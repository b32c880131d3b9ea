import { readFileSync } from "node:fs";
import type { Relays } from "../rows/in-core.ts";

// A million agents in one run, idle or with a message for each on its way: what the process holds. Prints JSON.

const [file, inFlight] = process.argv.slice(2);
const AGENTS = 1_000_000;
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)), {});
const relays = exports as unknown as Relays;
relays.openRelays(1, false, 4);
const before = relays.memory.buffer.byteLength;
const run = relays.openRelays(AGENTS, true, 4);
const bytes = relays.memory.buffer.byteLength - before;
const messages = Number(inFlight);
if (messages > 0) {
  relays.seed(run, messages, 20);
  relays.work(run, messages);
  if (relays.hops(run) < messages * 2) throw new Error(`${relays.hops(run)} hops of ${messages} messages`);
}
globalThis.gc?.();
console.log(JSON.stringify({ bytes: bytes / AGENTS, resident: process.memoryUsage.rss() }));
