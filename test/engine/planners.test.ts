import fc from "fast-check";
import { expect, it } from "vitest";
import type { Event, Part } from "../../host/protocol/index.ts";
import { event } from "./events.ts";
import { sign } from "./sign-state.ts";
import { type CommandOf, World } from "./world.ts";

// Planners of every strategy and any settings, with a model that answers well, badly or not at all to the point: each comes to an end with no more
// calls than flow.md §7 has for it, and goes on from a snapshot as if nothing had happened.

interface Settings {
  strategy: string;
  maxSteps: number;
  critique: boolean;
  depth: number;
  breadth: number;
  width: number;
  rounds: number;
  parallel: boolean;
  detail: string;
}

const settings: fc.Arbitrary<Settings> = fc.record({
  strategy: fc.constantFrom("chain_of_thought", "tree_of_thought", "react_planning", "monte_carlo", "backward_chaining", "hierarchical_plan"),
  maxSteps: fc.integer({ min: 1, max: 6 }),
  critique: fc.boolean(),
  depth: fc.integer({ min: 1, max: 4 }),
  breadth: fc.integer({ min: 1, max: 3 }),
  width: fc.integer({ min: 1, max: 3 }),
  rounds: fc.integer({ min: 1, max: 8 }),
  parallel: fc.boolean(),
  detail: fc.constantFrom("minimal", "standard", "detailed", "comprehensive"),
});

function yamlOf({ strategy, maxSteps, critique, depth, breadth, width, rounds, parallel, detail }: Settings): string {
  const own: Record<string, string> = {
    tree_of_thought: `max_depth: ${depth}, branching_factor: ${breadth}, beam_width: ${width}`,
    react_planning: `max_iterations: ${rounds}`,
    monte_carlo: `simulations: ${rounds}, max_depth: ${depth}`,
    backward_chaining: `reasoning_depth: ${depth}`,
    hierarchical_plan: `levels: ${depth}, max_tasks_per_level: ${breadth}`,
    chain_of_thought: "reasoning_depth: 1",
  };
  return `agents:
  - name: p
    role: planner
    model: gpt-4
${strategy === "react_planning" ? "    tools: [{ name: look, effect: pure }]\n" : ""}    planner_config:
      planning_strategy: ${strategy}
      max_steps: ${maxSteps}
      enable_self_critique: ${critique}
      parallelizable_steps: ${parallel}
      step_detail_level: ${detail}
      ${own[strategy]!.replaceAll(", ", "\n      ")}
`;
}

/** flow.md §7. */
function mostCalls({ strategy, maxSteps, critique, depth, breadth, width, rounds }: Settings): number {
  const bounds: Record<string, number> = {
    chain_of_thought: 3,
    tree_of_thought: 2 * depth * width * breadth + 2,
    react_planning: rounds + 3,
    monte_carlo: 2 * rounds + 3,
    backward_chaining: maxSteps * depth + 3,
    hierarchical_plan: maxSteps * depth + 3,
  };
  return bounds[strategy]! + (critique ? 2 : 0);
}

type Call = CommandOf<"call-model">;

/** What the model answers to a call: the same whenever it is asked the same. */
function answerTo({ effect, schema, noTools }: Call, seed: number): Partial<Part>[] {
  let state = Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(effect, 0x85ebca6b);
  const below = (most: number) => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x1b873593;
    return ((state ^ (state >>> 13)) >>> 0) % most;
  };
  if (schema === "") {
    if (noTools || below(3) === 0) return [{ text: "So it is." }];
    return Array.from({ length: 1 + below(2) }, (_, i) => ({ kind: "tool-call", id: `${effect}-${i}`, name: below(5) ? "look" : "none", text: "{}" }) as const);
  }
  if (below(8) === 0) return [{ text: ["", "No.", "{", '{"steps": 3}'][below(4)]! }];
  if (schema.includes('"score"')) return [{ text: [`{"score": ${below(11) / 10}}`, "0.5", '{"score": 7}', '{"score": "high"}'][below(5) % 4]! }];
  const texts = Array.from({ length: below(5) }, (_, i) => `do ${effect}.${i}`);
  if (!schema.includes("step_number")) return [{ text: JSON.stringify(below(2) ? { steps: texts } : { goal: "g", steps: texts }) }];
  const count = 1 + below(8);
  const steps = Array.from({ length: count }, (_, i) => ({
    step_number: i + 1,
    action: `do ${effect}.${i}`,
    prerequisites: below(3) ? [] : [1 + below(count)],
  }));
  return [{ text: JSON.stringify({ steps }) }];
}

function answerWell(command: World["commands"][number], run: number, seed: number): Event[] {
  if (command.type === "call-model")
    return [event("model-result", { run, effect: command.effect, parts: answerTo(command, seed), usage: { input: 1, output: 1 } })];
  if (command.type === "call-tool") return [event("tool-result", { run, effect: command.effect, text: "seen" })];
  return [];
}

type Answer = (command: World["commands"][number], run: number, seed: number) => Event[];

/** Plays to the end, and at step `moveAt` goes on in another engine. */
async function play(yaml: string, seed: number, moveAt: number, answer: Answer = answerWell): Promise<CommandOf<"finished">> {
  let world = await World.of(yaml, { tools: ["look"] });
  let { run, commands } = world.start({ input: "a problem", seed });
  for (let step = 0; ; step++) {
    const finished = commands.find((command) => command.type === "finished");
    if (finished?.type === "finished") return finished;
    if (step === moveAt) {
      const [saved] = world.step([event("save", { run })]);
      if (saved?.type !== "saved") throw new Error(`not saved: ${JSON.stringify(saved)}`);
      world = await World.of(yaml, { tools: ["look"] });
      const restored = world.step([event("restore", { state: saved.state })]);
      const [started] = restored;
      if (started?.type !== "started") throw new Error(`not restored: ${JSON.stringify(started)}`);
      run = started.run;
      // What was asked for is asked for again.
      commands = restored;
    }
    if (step > 500) throw new Error("it goes on and on");
    const events = commands.flatMap((command) => answer(command, run, seed));
    commands = world.step(events);
  }
}

it("planners end, within their bound of calls, with a sound plan or a typed failure, and go on from a snapshot", async () => {
  const ends = new Map<string, Set<string>>();
  const full = new Set<string>();
  await fc.assert(
    fc.asyncProperty(settings, fc.nat(1_000_000), fc.nat(12), async (given, seed, moveAt) => {
      const yaml = yamlOf(given);
      const finished = await play(yaml, seed, -1);
      const { stop, counters, output } = finished;
      expect(["done", "bad-decision"]).toContain(stop);
      expect(counters.modelCalls).toBeLessThanOrEqual(mostCalls(given));
      if (counters.modelCalls === mostCalls(given)) full.add(given.strategy);
      ends.set(given.strategy, (ends.get(given.strategy) ?? new Set()).add(stop));
      if (stop === "done") checkPlan(JSON.parse(output), given, counters.modelCalls);
      else expect(finished.message).toMatch(/^the plan cannot be used: /);
      const moved = await play(yaml, seed, moveAt);
      expect([moved.stop, moved.output, moved.message, moved.counters.modelCalls]).toEqual([stop, output, finished.message, counters.modelCalls]);
    }),
    { numRuns: Number(process.env.AIXLET_RANDOM ?? 250) },
  );
  // The model is bad enough for every strategy to fail, and good enough for every one to plan.
  expect([...ends.values()].every((stops) => stops.size === 2)).toBe(true);
  expect(ends.size).toBe(6);
  expect(full).toContain("chain_of_thought");
});

interface PlanStep {
  step_number: number;
  prerequisites?: number[];
}

function checkPlan(plan: Record<string, unknown>, { strategy, maxSteps, critique, detail, parallel }: Settings, calls: number): void {
  const steps = plan.steps as PlanStep[];
  expect(plan).toMatchObject({ type: "reasoning_plan", planning_strategy: strategy, problem: "a problem", tokens_used: calls * 2 });
  expect(steps.map((step) => step.step_number)).toEqual(steps.map((_, i) => i + 1));
  expect(steps.length).toBeLessThanOrEqual(maxSteps);
  expect(plan.self_critique).toBe(critique ? "So it is." : null);
  const asked = detail === "detailed" || detail === "comprehensive" || parallel;
  for (const [i, step] of steps.entries()) {
    if (!asked) expect(step.prerequisites).toBeUndefined();
    else for (const before of step.prerequisites!) expect(before !== i + 1 && before >= 1 && before <= steps.length).toBe(true);
  }
  const path = plan.critical_path as number[];
  expect(path.length).toBeGreaterThan(0);
  for (let i = 1; i < path.length; i++) if (asked) expect(steps[path[i]! - 1]!.prerequisites).toContain(path[i - 1]);
}

/** Every byte, three bits each: minutes. */
const thorough = process.env.AIXLET_FUZZ !== undefined;

it("forged snapshots of planners never make the engine trap", async () => {
  let [refused, taken] = [0, 0];
  const shape = { maxSteps: 5, critique: true, depth: 3, breadth: 2, width: 2, rounds: 4, parallel: true, detail: "detailed" };
  for (const strategy of ["tree_of_thought", "react_planning", "monte_carlo", "backward_chaining", "hierarchical_plan", "chain_of_thought"]) {
    const yaml = yamlOf({ ...shape, strategy });
    for (let steps = 0; steps < 12; steps++) {
      const world = await World.of(yaml, { tools: ["look"] });
      const { run, commands } = world.start({ input: "a problem", seed: 3 });
      let last = commands;
      for (let step = 0; step < steps; step++) last = world.step(last.flatMap((command) => answerWell(command, run, 3)));
      if (last.some((command) => command.type === "finished")) break;
      const [saved] = world.step([event("save", { run })]);
      if (saved?.type !== "saved") throw new Error("not saved");
      for (let place = 0; place < (saved.state.length - 56) * (thorough ? 3 : 1); place += thorough ? 1 : 5) {
        const at = 56 + (place % (saved.state.length - 56));
        const forged = saved.state.slice();
        forged[at]! ^= 1 << (thorough ? place % 8 : (at + steps) % 8);
        sign(forged);
        let next = world.step([event("restore", { state: forged })]);
        const [started] = next;
        if (started?.type !== "started") {
          refused++;
          continue;
        }
        taken++;
        for (let step = 0; step < 15 && next.length > 0; step++) next = world.step(next.flatMap((command) => answerWell(command, started.run, 3)));
        world.step([event("drop", { run: started.run })]);
      }
    }
  }
  expect(refused).toBeGreaterThan(500);
  expect(taken).toBeGreaterThan(500);
}, 900_000);

it("a plan that is carried out, mended and made again goes on from a snapshot of any step", async () => {
  const yaml = `agents:
  - { name: p, role: planner, model: gpt-4, planner_config: { parallelizable_steps: true, include_alternatives: true, enable_backtracking: true } }
  - { name: a, model: gpt-4 }
  - { name: b, model: gpt-4 }
flow: { plan: { planner: p, executors: [a, b] } }
`;
  const steps = [1, 2, 3, 4].map((i) => ({ step_number: i, action: `do ${i}`, prerequisites: i > 2 ? [i - 2, 1] : [], alternatives: [{ action: `or ${i}` }] }));
  // Some of what the executors are asked for fails, so that every way to mend a plan is taken.
  const answer: Answer = (command, run, seed) => {
    if (command.type !== "call-model") return [];
    const { effect } = command;
    if (command.agent === 0) return [event("model-result", { run, effect, parts: [{ text: JSON.stringify({ steps }) }] })];
    if ((effect * 7 + seed) % 5 < 2) return [event("effect-failed", { run, effect, message: "no" })];
    return [event("model-result", { run, effect, parts: [{ text: `done ${effect}` }] })];
  };
  const stops = new Set<string>();
  for (let seed = 0; seed < 5; seed++) {
    const { stop, output, message, counters } = await play(yaml, seed, -1, answer);
    stops.add(stop);
    for (let moveAt = 0; moveAt < 30; moveAt++) {
      const moved = await play(yaml, seed, moveAt, answer);
      expect([moved.stop, moved.output, moved.message, moved.counters.modelCalls], `seed ${seed}, step ${moveAt}`).toEqual([
        stop,
        output,
        message,
        counters.modelCalls,
      ]);
    }
  }
  expect(stops).toEqual(new Set(["done", "failed"]));
});
