import { parseArgs } from "node:util";
import { Engine } from "../host/index.ts";

// `npm run soak`: a million runs in one process, a thousand at a time. What it holds after the first hundredth it may hold at the end, and no more.

const { values } = parseArgs({ options: { runs: { type: "string", default: "1000000" } } });
const runs = Number(values.runs);
const TOGETHER = 1000;
/** How much more a process may hold at its end than after its first hundredth: what a garbage collector has not come to yet. */
const MOST_MORE = 1.1;

const agents = [
  { name: "first", role: "react" as const, model: "m", outputs: ["second"], tools: [{ name: "look", effect: "pure" as const }] },
  { name: "second", role: "react" as const, model: "m", inputs: ["first"] },
];
const model = (messages: readonly { role: string; content: string }[]) => {
  const last = messages[messages.length - 1];
  return last.role === "user" && last.content.startsWith("look") ? { toolCalls: [{ name: "look" }] } : `${last.content}!`;
};
const engine = await Engine.load({ agents }, { models: { m: model }, tools: { look: () => "sunny" }, env: () => undefined });

interface Held {
  resident: number;
  heap: number;
  core: number;
}

async function held(): Promise<Held> {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const { rss, heapUsed } = process.memoryUsage();
  return { resident: rss, heap: heapUsed, core: engine.memoryBytes };
}

async function someRuns(from: number): Promise<void> {
  const all = Array.from({ length: TOGETHER }, (_, i) => engine.run(i % 2 === 0 ? `look ${from + i}` : `say ${from + i}`));
  for (const run of all) {
    const { stop, text } = await run;
    if (stop !== "done" || text === "") throw new Error(`a run came to ${stop}: ${text}`);
  }
}

if (globalThis.gc === undefined) throw new Error("node needs --expose-gc: npm run soak");
const began = performance.now();
const hundredth = Math.max(TOGETHER, Math.floor(runs / 100));
let first: Held | undefined;
let most = 0;
for (let done = 0; done < runs; done += TOGETHER) {
  await someRuns(done);
  if ((done + TOGETHER) % hundredth !== 0) continue;
  const now = await held();
  first ??= now;
  most = Math.max(most, now.resident);
  if (((done + TOGETHER) / hundredth) % 10 === 0 || now === first)
    console.log(`${done + TOGETHER} runs: resident ${mb(now.resident)}, heap ${mb(now.heap)}, core ${mb(now.core)}, live ${engine.liveRuns}`);
}
const last = await held();
const seconds = (performance.now() - began) / 1000;
const more = last.resident / (first ?? last).resident;
console.log(`${runs} runs in ${seconds.toFixed(0)} s; resident at the end ${more.toFixed(3)} of that after the first hundredth, at most ${mb(most)}`);
await engine.close();
if (more > MOST_MORE || last.core > (first ?? last).core) {
  console.error("It grows.");
  process.exitCode = 1;
}

function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
