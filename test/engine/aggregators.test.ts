import fc from "fast-check";
import { expect, it } from "vitest";
import type { Event } from "../../host/protocol/index.ts";
import { event } from "./events.ts";
import { sign } from "./sign-state.ts";
import { type CommandOf, World } from "./world.ts";

// Aggregators of every strategy and any settings, wired and in a flow, with a model that answers well, badly or not at all: each comes to an end
// with no more calls than flow.md §7 has for it, and goes on from a snapshot as if nothing had happened.

interface Settings {
  strategy: string;
  conflict: string;
  deduplication: string | undefined;
  summary: boolean;
  threshold: number;
  sources: string[];
  flow: "wired" | "agent" | "join";
}

const settings: fc.Arbitrary<Settings> = fc.record({
  strategy: fc.constantFrom("consensus", "consensus", "weighted", "semantic", "hierarchical", "hierarchical", "rag_based", "voting_majority"),
  conflict: fc.constantFrom("llm_arbitration", "vote", "confidence", "merge", "highest_weight_wins"),
  deduplication: fc.constantFrom(undefined, "exact", "fuzzy", "semantic"),
  summary: fc.boolean(),
  threshold: fc.constantFrom(0, 0.5, 1),
  sources: fc.array(fc.constantFrom("yes", "Yes", "no", "no way", '{"answer":"no","confidence":0.9}', "päper 🙂"), { minLength: 1, maxLength: 14 }),
  flow: fc.constantFrom("wired", "agent", "join"),
});

function yamlOf({ strategy, conflict, deduplication, summary, threshold, sources, flow }: Settings): string {
  const config = [
    `conflict_resolution: ${conflict}`,
    `summarization_enabled: ${summary}`,
    `consensus_threshold: ${threshold}`,
    ...(deduplication ? [`deduplication_method: ${deduplication}`] : []),
  ].join(", ");
  if (flow === "join") return `llm: {model: gpt-4}\nagents: [{name: idle}]\nflow: {join: {strategy: ${strategy}, ${config}}}\n`;
  const model = strategy.startsWith("voting") && !summary ? "" : "model: gpt-4, ";
  const inputs = flow === "wired" ? `inputs: [${sources.map((_, i) => `s${i}`).join(", ")}], ` : "";
  const agent = `{name: join, role: aggregator, ${model}${inputs}aggregator_config: {aggregation_strategy: ${strategy}, ${config}}}`;
  return `agents: [${agent}]\n${flow === "agent" ? "flow: {agent: join}\n" : ""}`;
}

/** flow.md §7. */
function mostCalls({ strategy, conflict, summary, sources }: Settings): number {
  const own = strategy.startsWith("voting") ? 0 : strategy === "hierarchical" ? sources.length : 1;
  return own + (strategy === "consensus" && conflict === "llm_arbitration" ? 1 : 0) + (summary ? 1 : 0);
}

/** What the model answers to a call: the same whenever it is asked the same. */
function answer(command: World["commands"][number], run: number, seed: number): Event[] {
  if (command.type !== "call-model") return [];
  const { effect, schema } = command;
  const dice = Math.imul(seed + effect, 0x9e3779b1) >>> 24;
  if (dice % 8 === 0) return [event("effect-failed", { run, effect, failure: "server-error" })];
  const text =
    dice % 9 === 0 ? "" : schema && dice % 3 ? '{"topic":"t","resolution":"no","reasoning":"r"}' : ["yes", "no", "a longer text, with more"][dice % 3]!;
  return [event("model-result", { run, effect, parts: [{ text }], usage: { input: 1, output: 1 } })];
}

function inputs({ sources, flow }: Settings, run: number): Event[] {
  if (flow !== "wired") return [];
  return [...sources.map((text, i) => event("deliver", { run, to: `s${i}`, text })), event("close", { run })];
}

function startOf({ sources, flow }: Settings, seed: number): object {
  return flow === "wired" ? { closed: false, seed } : { input: JSON.stringify(Object.fromEntries(sources.map((text, i) => [`s${i}`, text]))), seed };
}

/** Plays to the end, and at step `moveAt` goes on in another engine. What was saved there. */
async function play(given: Settings, seed: number, moveAt: number): Promise<{ finished: CommandOf<"finished">; state: Uint8Array | undefined }> {
  const yaml = yamlOf(given);
  let world = await World.of(yaml);
  let { run, commands } = world.start(startOf(given, seed));
  commands = [...commands, ...world.step(inputs(given, run))];
  let state: Uint8Array | undefined;
  for (let step = 0; step < 100; step++) {
    const finished = commands.find((command) => command.type === "finished");
    if (finished?.type === "finished") return { finished, state };
    if (step === moveAt) {
      const [saved] = world.step([event("save", { run })]);
      if (saved?.type !== "saved") throw new Error(`not saved: ${JSON.stringify(saved)}`);
      state = saved.state;
      world = await World.of(yaml);
      commands = world.step([event("restore", { state })]);
      const [started] = commands;
      if (started?.type !== "started") throw new Error(`not restored: ${JSON.stringify(started)}`);
      run = started.run;
      continue;
    }
    commands = commands.flatMap((command) => answer(command, run, seed)).flatMap((each) => world.step([each]));
  }
  throw new Error("it does not end");
}

it("end with no more calls than their bound, and go on from a snapshot as if nothing had happened", async () => {
  await fc.assert(
    fc.asyncProperty(settings, fc.nat(1000), fc.nat(7), async (given, seed, moveAt) => {
      const { finished: straight } = await play(given, seed, -1);
      expect(Number(straight.counters.modelCalls)).toBeLessThanOrEqual(mostCalls(given));
      const { finished: moved } = await play(given, seed, moveAt);
      expect({ ...moved, run: 0, counters: { ...moved.counters, steps: 0 } }).toEqual({ ...straight, run: 0, counters: { ...straight.counters, steps: 0 } });
    }),
    { numRuns: 150 },
  );
});

it("a forged snapshot of one is refused, or runs without a trap", async () => {
  const given: Settings = {
    strategy: "hierarchical",
    conflict: "vote",
    deduplication: "exact",
    summary: true,
    threshold: 1,
    sources: ["one", "two", "three", "four", "five", "six", "seven"],
    flow: "wired",
  };
  const yaml = yamlOf(given);
  let refused = 0;
  let restored = 0;
  for (const moveAt of [1, 3]) {
    const { state } = await play(given, 5, moveAt);
    if (state === undefined) throw new Error("nothing was saved");
    await fc.assert(
      fc.asyncProperty(fc.nat(state.length - 25), fc.nat(255), async (place, value) => {
        const forged = state.slice();
        forged[24 + place] = value;
        sign(forged);
        const world = await World.of(yaml);
        let commands = world.step([event("restore", { state: forged })]);
        const [started] = commands;
        if (started?.type !== "started") return void refused++;
        restored++;
        for (let step = 0; step < 20 && commands.length > 0; step++) {
          commands = commands.flatMap((command) => answer(command, started.run, step)).flatMap((each) => world.step([each]));
        }
      }),
      { numRuns: 150 },
    );
  }
  expect(Math.min(refused, restored)).toBeGreaterThan(10);
});
