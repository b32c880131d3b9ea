import { Engine } from "../../host/index.ts";
import { MemoryStore } from "../../host/stores/memory.ts";

// A conversation of so many turns with texts of 100 bytes, with a model or with host code, kept in a store: bytes of its journal a step, and how long it
// takes to come back. Prints JSON.

const [turns, kind] = [Number(process.argv[2]), process.argv[3]];
const words = "word ".repeat(20);
const store = new MemoryStore();
const agents = [kind === "model" ? { name: "a", role: "react" as const, model: "m" } : { name: "a", role: "code" }];
const options = { store, models: { m: () => words }, agents: { code: () => words }, env: () => undefined };
const engine = await Engine.load({ agents }, options);
const run = engine.run(words, { id: "a", open: true });
let said = 0;
for await (const event of run) {
  if (event.type === "finished") break;
  if (event.type !== "output") continue;
  if (++said === turns) run.close();
  else run.send(words);
}
await engine.close();
const sizes: number[] = [];
for await (const chunk of store.read("a")) {
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  for (let at = 0; at < chunk.length; at += view.getUint32(at, true) + 8) sizes.push(view.getUint32(at, true) + 8);
}
const mean = (part: number[]) => part.reduce((sum, size) => sum + size, 0) / part.length;
const again = await Engine.load({ agents }, options);
const before = process.cpuUsage();
const { steps } = await again.replay("a");
const { user, system } = process.cpuUsage(before);
await again.close();
console.log(JSON.stringify({ steps, first: mean(sizes.slice(10, 210)), last: mean(sizes.slice(-210, -10)), replay: user + system }));
