import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Command } from "../../host/protocol/index.ts";
import { live, type Plan, plan, startOf, type Story, toYaml } from "./random-world.ts";
import { event } from "./events.ts";
import { briefly, EPOCH, World } from "./world.ts";

const RUNS = Number(process.env.AIXLET_RANDOM ?? 120);

const options = { roles: ["own"], tools: ["t0", "t1"] };

/** A generator of fast-check's own numbers as a function. */
const choices = fc.infiniteStream(fc.nat(1_000_000)).map((stream) => {
  const numbers = stream[Symbol.iterator]();
  return (below: number) => (numbers.next().value as number) % below;
});

describe("random runs of random definitions", () => {
  it("end without a trap, lose no message, close every span, and come out the same when replayed", async () => {
    await fc.assert(
      fc.asyncProperty(plan, choices, async (plan, choose) => {
        const story = await live(plan, choose);
        const { world, run } = story;
        checkSpans(world.commands);
        checkMessages(plan, story);
        const records = world.journal(run);
        const replayed = (await World.of(toYaml(plan), options)).replay(records);
        expect(replayed.finished).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  it("say the same, however much a step does", async () => {
    await fc.assert(
      fc.asyncProperty(plan, choices, fc.integer({ min: 1, max: 5 }), async (given, choose, work) => {
        const plan = withoutGates(given);
        const story = await live(plan, choose);
        const again = await World.of(toYaml(plan, work), options);
        for (const { time, events } of story.steps) again.at(time, events);
        expect(briefly(again.commands)).toEqual(briefly(story.world.commands));
      }),
      { numRuns: RUNS / 2 },
    );
  });

  it("have the same journals alone and among others", async () => {
    await fc.assert(
      fc.asyncProperty(plan, fc.array(choices, { minLength: 2, maxLength: 6 }), async (given, choosers) => {
        const plan = withoutGates(given);
        const alone = await Promise.all(choosers.map((choose) => live(plan, choose, { exact: true })));
        const together = await World.of(toYaml(plan), options);
        const handles = alone.map(() => 0);
        const acts = alone.flatMap(({ steps, run }, who) => steps.map(({ time, events }) => ({ time, events, run, who })));
        acts.sort((a, b) => a.time - b.time);
        for (const { time, events, run, who } of acts) {
          together.until(time);
          if (handles[who] === 0) {
            const started = together.step([startOf(plan)]).find(({ type }) => type === "started");
            handles[who] = started?.type === "started" ? started.run : 0;
          } else together.step(events.map((event) => ("run" in event && event.run === run ? { ...event, run: handles[who] } : event)));
        }
        together.until(1e6);
        for (const [who, { world, run }] of alone.entries()) expect(together.journal(handles[who])).toEqual(world.journal(run));
      }),
      { numRuns: RUNS / 2 },
    );
  });

  it("are over after the grace when they are cancelled at any moment and nobody answers, and begin nothing meanwhile", async () => {
    await fc.assert(
      fc.asyncProperty(plan, choices, fc.nat(25), async (given, choose, leaveAt) => {
        const { world, run } = await live({ ...given, cancelAt: undefined, stops: false }, choose, { leaveAt });
        if (world.all("finished").length > 0) return;
        const before = world.commands.length;
        const cancelled = world.time;
        world.step([event("cancel", { run, reason: "now" }), event("cancel", { run, reason: "again" })]);
        while (world.all("finished").length === 0) {
          if (world.wake === undefined) throw new Error("nothing would end it");
          world.until(world.wake - EPOCH);
        }
        expect(world.time - cancelled).toBeLessThanOrEqual(5000);
        const begun = world.commands
          .slice(before)
          .filter(({ type }) => type.startsWith("call-") || type === "start-agent" || type === "span-start" || type === "message");
        expect(begun).toEqual([]);
        expect(world.finished(run)).toMatchObject({ stop: "cancelled", message: "now" });
        checkSpans(world.commands);
        world.replay(world.journal(run));
      }),
      { numRuns: RUNS / 2 },
    );
  });

  it("go on in another engine from any step", async () => {
    await fc.assert(
      fc.asyncProperty(plan, choices, async (plan, choose) => {
        const { world } = await live(plan, choose, { move: () => choose(4) === 0 });
        expect(world.finished().stop).toBeTypeOf("string");
      }),
      { numRuns: RUNS / 2 },
    );
  });
});

/** Gates stand outside of runs and decide between two turns: with them it matters who else is there, and how much a turn does. */
function withoutGates(plan: Plan): Plan {
  return {
    ...plan,
    breaker: false,
    agents: plan.agents.map((agent) => ({ ...agent, tools: agent.tools.map((tool) => ({ ...tool, concurrency: undefined })) })),
  };
}

/** Every span that begins under a known one ends once, all of them before the run does. */
function checkSpans(commands: readonly Command[]): void {
  const open = new Set<number>();
  const known = new Set<number>([0]);
  for (const command of commands) {
    switch (command.type) {
      case "span-start":
      case "call-model":
      case "call-tool":
      case "call-agent":
        if (known.has(command.span)) throw new Error(`span ${command.span} begins twice: ${command.type}`);
        if (!known.has(command.parent)) throw new Error(`${command.type} stands under an unknown span`);
        known.add(command.span);
        open.add(command.span);
        break;
      case "span-end":
        if (!open.delete(command.span)) throw new Error(`${command.operation} span ${command.span} ends twice, or never began`);
        break;
      case "finished":
        if (open.size > 0) throw new Error(`${open.size} spans are open at the end`);
    }
  }
}

/** What went into mailboxes came out again, was dropped for newer ones, or still lies there in a run that was stopped. */
function checkMessages(plan: Plan, { world, run }: Story): void {
  const { counters, stop } = world.finished(run);
  const messages = world.all("message");
  const overHops = world.all("notice").filter(({ code }) => code === "hop-limit").length;
  const replaced = counters.dropped - overHops;
  expect(messages.length).toBe(counters.hops);
  expect(replaced).toBeGreaterThanOrEqual(0);
  if (plan.agents.every(({ overflow }) => overflow !== "drop_oldest")) expect(replaced).toBe(0);
  const left = counters.hops - counters.activations - replaced;
  if (stop === "done") expect(left).toBe(0);
  else expect(left).toBeGreaterThanOrEqual(0);
  if (stop !== "done") return;
  // Each agent that has taken a message and given an answer has sent it along all its edges, unless that was refused.
  const deepest = Math.max(0, ...messages.map(({ from }) => from).filter((from) => from < 1_000));
  expect(deepest).toBeLessThan(1_000);
  const inBatches = world.all("message").filter(({ to }) => plan.agents[to]?.role === "aggregator").length;
  const aggregated = aggregatedSources(plan, world);
  if (aggregated !== undefined && replaced === 0) expect(aggregated).toBe(inBatches);
}

/** How many inputs the batches of all aggregators had, if all of their results can be seen. */
function aggregatedSources(plan: Plan, world: World): number | undefined {
  let count = 0;
  for (const [index, agent] of plan.agents.entries()) {
    if (agent.role !== "aggregator") continue;
    if (!agent.port && agent.outputs.length > 0) return undefined;
    for (const output of world.all("output")) {
      if (output.agent !== index) continue;
      const result = JSON.parse(output.text) as { sources?: string[]; type?: string };
      if (result.sources === undefined) return undefined;
      count += result.sources.length;
    }
  }
  return count;
}
