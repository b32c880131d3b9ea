import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { EngineOptions, RunOptions } from "../../host/index.ts";
import { readScript } from "../../host/models/script-file.ts";
import { scripted } from "../../host/models/scripted.ts";
import { ROOT } from "../../tools/generate.ts";

/** A run whose journal is kept with each release. */
export interface Story {
  name: string;
  definition: string;
  input?: string;
  options: EngineOptions;
  run?: RunOptions;
  /** What it says in the end, if it can be told. */
  text?: string;
}

const clerk = `agents:
  - name: clerk
    model: m
    prompt: Pay what is to be paid.
    tools: [{name: pay, confirm: true}, {name: look, effect: pure}]
`;

const clerkModel = (messages: readonly { role: string; content: string; isError?: boolean }[]) => {
  const results = messages.filter(({ role }) => role === "tool");
  if (results.length === 0) return { toolCalls: [{ name: "pay" }, { name: "look" }], usage: { input: 11, output: 3 } };
  return { text: results.map(({ content, isError }) => (isError ? `? ${content}` : content)).join(", "), usage: { input: 23, output: 5 } };
};

const flow = `agents:
  - { name: draft, model: m, prompt: Draft. }
  - { name: check, model: m, prompt: Check. }
  - { name: count, role: counter }
flow:
  sequence:
    - draft
    - parallel: { branches: [check, count] }
    - count
`;

const graph = `agents:
  - { name: clock, role: producer, interval: 5ms, outputs: [gauge, bin] }
  - { name: gauge, role: counter, inputs: [clock], outputs: [desk] }
  - { name: bin, role: aggregator, inputs: [clock], outputs: [desk], aggregator_config: { aggregation_strategy: concatenate, timeout_ms: 20 } }
  - { name: desk, role: logger, inputs: [gauge, bin] }
limits: { journal: 8KB }
`;

const counter = { counter: (text: string) => `${text.length}` };

const own: readonly Story[] = [
  {
    name: "approvals",
    definition: clerk,
    input: "the bill",
    options: { models: { m: clerkModel }, tools: { pay: () => "ten", look: () => "sunny" }, approve: () => true },
    text: "ten, sunny",
  },
  {
    name: "denied",
    definition: clerk,
    input: "the bill",
    options: { models: { m: clerkModel }, tools: { pay: () => "ten", look: () => "sunny" }, approve: () => ({ approved: false, reason: "too much" }) },
    text: "? denied: too much, sunny",
  },
  { name: "flow", definition: flow, input: "a poem", options: { models: { m: (messages) => `on ${messages[1].content}` }, agents: counter } },
  { name: "graph", definition: graph, options: { agents: counter }, run: { endAfter: 1200 } },
];

const examples: Readonly<Record<string, string>> = {
  planning: "Dinner for six",
  debate: "Should we ship on Friday?",
  supervisor: "Tell me about the bridge",
  vote: "Cache the parsed configuration",
  hierarchical: "The flood",
  mapreduce: '["The rain did not stop for three days.", "Then the river came.", "Every school is closed."]',
};

/** Small, and of all sorts: tools and approvals, flows, a graph whose journal is cut, and what the examples have. */
export async function allStories(): Promise<readonly Story[]> {
  return [...own, ...(await Promise.all(Object.entries(examples).map(([name, input]) => exampleStory(name, input))))];
}

async function exampleStory(name: string, input: string): Promise<Story> {
  const read = (file: string) => readFile(join(ROOT, `examples/${name}/${file}`), "utf8");
  const file = `${name}.script.yaml`;
  const rules = await readScript(await read(file), file);
  return { name, definition: await read(`${name}.yaml`), input, options: { models: scripted(rules, { file }) } };
}
