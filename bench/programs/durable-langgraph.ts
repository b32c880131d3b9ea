import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cpuMicros } from "../cpu.ts";
import { Annotation, END, field, START, StateGraph } from "../contenders/langgraph-graph.ts";

// What durable.ts measures, by LangGraph.js: a graph of three nodes with texts of 512 bytes, four checkpoints. Arguments: where they are kept (nowhere,
// memory, sqlite), how many runs, and how many of them at once. With "sync" a step begins when the one before is kept. Prints JSON.

const [kind, runs, together] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const STEPS = 4;
const answer = "word ".repeat(110).slice(0, 512);
const home = mkdtempSync(join(tmpdir(), "bench-"));

async function saver(): Promise<object | undefined> {
  if (kind === "memory") return new ((await import("@langchain/langgraph" as string)) as { MemorySaver: new () => object }).MemorySaver();
  if (kind !== "sqlite") return undefined;
  const { SqliteSaver } = (await import("@langchain/langgraph-checkpoint-sqlite" as string)) as { SqliteSaver: { fromConnString(file: string): object } };
  return SqliteSaver.fromConnString(join(home, "store.db"));
}

const graph = new StateGraph(
  Annotation.Root({
    text: field(
      () => "",
      (_, b) => b,
    ),
  }),
);
const names = ["first", "second", "third"];
for (const [index, name] of names.entries()) {
  graph.addNode(name, async () => ({ text: answer }));
  graph.addEdge(index === 0 ? START : names[index - 1], name);
}
const checkpointer = await saver();
const app = graph.addEdge("third", END).compile(checkpointer === undefined ? undefined : { checkpointer });

async function each(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: together }, worker));
}

async function one(index: number): Promise<void> {
  const { text } = await app.invoke({ text: answer }, { configurable: { thread_id: `run${index}` }, durability: "sync" });
  if (text !== answer) throw new Error(String(text));
}

await each(Math.min(runs, 100), (index) => one(-1 - index));
globalThis.gc?.();
const [cpu, wall] = [cpuMicros(), performance.now()];
await each(runs, one);
console.log(JSON.stringify({ cpu: (cpuMicros() - cpu) / runs / STEPS, wall: runs / ((performance.now() - wall) / 1000), bytes: 0 }));
rmSync(home, { recursive: true });
