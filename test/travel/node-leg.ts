import { readFileSync, writeFileSync } from "node:fs";
import { Engine } from "../../host/index.ts";
import { readScript } from "../../host/models/script-file.ts";
import { scripted } from "../../host/models/scripted.ts";
import { exportRun, importRun } from "../../host/stores/bundle.ts";
import { MemoryStore } from "../../host/stores/index.ts";

// One leg on the TypeScript host: README.md.

const [definition, script, stop, from, to] = process.argv.slice(2);
const store = new MemoryStore();
let reached = (): void => {};
const there = new Promise<void>((resolve) => (reached = resolve));

const mile = async ({ n }: { n: string }): Promise<string> => {
  if (n !== stop) return `mile ${n}`;
  reached();
  return new Promise(() => {});
};
const options = {
  store,
  tools: { mile },
  models: scripted(await readScript(readFileSync(script, "utf8"), script)),
  now: () => 1_700_000_000_000,
};

let engine: Engine;
if (from === "-") engine = await Engine.load(readFileSync(definition, "utf8"), options);
else engine = await Engine.ofRun(await importRun(store, readFileSync(from)), options);
const run = from === "-" ? engine.run("Go.", { id: "journey", seed: 1 }) : engine.resume("journey");
const ended = run.result.catch(() => undefined);
await Promise.race([ended, there]);
if (run.finished) {
  const { stop, path, text, outputs, counters } = await run.result;
  const { activations, hops, modelCalls, toolCalls, agentCalls, retries, timeouts, inputTokens, outputTokens } = counters;
  console.log(
    JSON.stringify({
      stop,
      path,
      text,
      outputs: outputs.map(({ agent, port, text }) => [agent, port, text]),
      counters: [activations, hops, modelCalls, toolCalls, agentCalls, retries, timeouts, inputTokens, outputTokens],
    }),
  );
} else await engine.suspend();
await engine.close();
writeFileSync(to, await exportRun(store, "journey"));
