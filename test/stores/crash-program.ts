import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { Engine } from "../../host/index.ts";
import type { ModelFunction } from "../../host/models/function-model.ts";
import { FileStore } from "../../host/stores/files.ts";

// What is killed by crash.test.ts: runs whose tools write into a file. It begins those that are not in the store, goes on with those that are, and
// says how each ended. Arguments: a folder, and how many runs there are to be.

const [folder, count] = [process.argv[2], Number(process.argv[3])];

const definition = `agents:
  - name: clerk
    model: m
    prompt: Book the trip.
    tools: [{name: book}, {name: note, effect: idempotent}, {name: look, effect: pure}]
`;

/** Sometimes at once, sometimes a little later. */
const pause = () => (Math.random() < 0.3 ? undefined : new Promise<void>((resolve) => setTimeout(resolve, Math.random() * 4)));

const turns = [["book", "look", "book"], ["note"], ["book", "note"]];

const model: ModelFunction = async (messages) => {
  await pause();
  const done = messages.filter(({ role, toolCalls }) => role === "assistant" && toolCalls !== undefined).length;
  if (done < turns.length) return { toolCalls: turns[done].map((name, index) => ({ name, id: `c${done}-${index}` })) };
  const outcomes = messages.filter(({ role }) => role === "tool").map(({ content, isError }) => (isError ? "?" : content));
  return JSON.stringify(outcomes);
};

/** A tool that leaves two lines: that it began, and that it did what it does. */
const effect =
  (name: string) =>
  async (_: unknown, { idempotencyKey }: { idempotencyKey: string }): Promise<string> => {
    appendFileSync(join(folder, "effects"), `begin ${name} ${idempotencyKey}\n`);
    await pause();
    appendFileSync(join(folder, "effects"), `end ${name} ${idempotencyKey}\n`);
    await pause();
    return `${name} ${idempotencyKey}`;
  };

const store = new FileStore(join(folder, "store"));
const engine = await Engine.load(definition, { store, models: { m: model }, tools: { book: effect("book"), note: effect("note"), look: effect("look") } });
const known = new Set<string>();
for await (const { id } of engine.runs()) known.add(id);
process.stdout.write("ready\n");
const runs = Array.from({ length: count }, (_, index) => `run-${index}`);
const results = await Promise.all(
  runs.map(async (id) => {
    const { stop, text, counters } = await (known.has(id) ? engine.resume(id) : engine.run("a trip", { id, seed: 1 }));
    const { steps } = await engine.replay(id);
    return { id, stop, text, toolCalls: counters.toolCalls, steps };
  }),
);
await engine.close();
await store.close();
process.stdout.write(`${JSON.stringify(results)}\n`);
