import { Engine } from "../../host/index.ts";
import { MemoryStore } from "../../host/stores/memory.ts";

// A conversation of 1,000 turns with texts of 100 bytes, kept in a store: bytes of its journal a step, and how long it takes to come back. Prints JSON.

const TURNS = 1000;
const words = "word ".repeat(20);
const store = new MemoryStore();
const agents = [{ name: "a", role: "react" as const, model: "m" }];
const engine = await Engine.load({ agents }, { store, models: { m: () => words }, env: () => undefined });
const run = engine.run(words, { id: "a", open: true });
let said = 0;
for await (const event of run) {
  if (event.type === "finished") break;
  if (event.type !== "output") continue;
  if (++said === TURNS) run.close();
  else run.send(words);
}
await engine.close();
const sizes: number[] = [];
for await (const chunk of store.read("a")) {
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  for (let at = 0; at < chunk.length; at += view.getUint32(at, true) + 8) sizes.push(view.getUint32(at, true) + 8);
}
const mean = (part: number[]) => part.reduce((sum, size) => sum + size, 0) / part.length;
const again = await Engine.load({ agents }, { store, models: { m: () => words }, env: () => undefined });
const before = process.cpuUsage();
const { steps } = await again.replay("a");
const { user, system } = process.cpuUsage(before);
await again.close();
console.log(JSON.stringify({ steps, first: mean(sizes.slice(10, 210)), last: mean(sizes.slice(-210, -10)), replay: user + system }));
