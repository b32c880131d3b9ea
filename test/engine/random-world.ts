import fc from "fast-check";
import type { CallAgentCommand, CallModelCommand, CallToolCommand, Command, Event, Part } from "../../host/protocol/index.ts";
import { event } from "./events.ts";
import { FrameCore } from "./frame-core.ts";
import { World } from "./world.ts";

// Random definitions, and random things that happen to their runs: what properties are tried on.

export interface Plan {
  agents: PlannedAgent[];
  hops: number;
  sendTimeout: number;
  concurrent: number;
  stops: boolean;
  endAfter: number;
  budget: number;
  /** Inputs that classifiers join, and how long they wait for them. */
  joined: number;
  joinedFor: number | undefined;
  breaker: boolean;
  cancelAt: number | undefined;
  inputs: { to: number; text: string }[];
}

const strategies = [
  "voting_majority",
  "voting_unanimous",
  "voting_weighted",
  "voting_confidence",
  "concatenate",
  "consensus",
  "semantic",
  "hierarchical",
] as const;

export interface PlannedAgent {
  role: "react" | "aggregator" | "logger" | "producer" | "custom" | "classifier";
  outputs: number[];
  port: boolean;
  /** Through a channel of its own instead of straight. */
  channel: boolean;
  mailbox: number;
  overflow: "block" | "drop_oldest" | "refuse";
  priority: number;
  timeout: number | undefined;
  retry: number;
  providers: number;
  window: number;
  strategy: (typeof strategies)[number];
  interval: number | undefined;
  most: number | undefined;
  tools: { effect: "once" | "pure" | "idempotent"; onUnknown: "tell" | "fail" | "retry"; timeout: number; concurrency: number | undefined }[];
}

const rare = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 3 });

const plannedAgent = (count: number): fc.Arbitrary<PlannedAgent> =>
  fc.record({
    role: fc.constantFrom("react", "react", "aggregator", "logger", "producer", "custom", "classifier"),
    outputs: fc.uniqueArray(fc.nat(count - 1), { maxLength: 2 }),
    port: fc.boolean(),
    channel: fc.boolean(),
    mailbox: fc.integer({ min: 1, max: 3 }),
    overflow: fc.constantFrom("block", "block", "drop_oldest", "refuse"),
    priority: fc.integer({ min: 0, max: 3 }),
    timeout: rare(fc.integer({ min: 5, max: 400 })),
    retry: fc.nat(3),
    providers: fc.integer({ min: 1, max: 3 }),
    window: fc.integer({ min: 5, max: 500 }),
    strategy: fc.constantFrom(...strategies),
    interval: rare(fc.integer({ min: 20, max: 300 })),
    most: rare(fc.integer({ min: 1, max: 2 })),
    tools: fc.array(
      fc.record({
        effect: fc.constantFrom("once", "pure", "idempotent"),
        onUnknown: fc.constantFrom("tell", "fail", "retry"),
        timeout: fc.integer({ min: 5, max: 300 }),
        concurrency: rare(fc.constant(1)),
      }),
      { maxLength: 2 },
    ),
  });

export const plan: fc.Arbitrary<Plan> = fc.integer({ min: 1, max: 6 }).chain((count) =>
  fc.record({
    agents: fc.array(plannedAgent(count), { minLength: count, maxLength: count }),
    hops: fc.integer({ min: 1, max: 5 }),
    sendTimeout: fc.integer({ min: 5, max: 300 }),
    concurrent: fc.constantFrom(0, 0, 1, 2),
    stops: fc.boolean(),
    endAfter: fc.integer({ min: 1, max: 1500 }),
    budget: fc.constantFrom(0, 0, 3, 20),
    joined: fc.integer({ min: 1, max: 4 }),
    joinedFor: fc.option(fc.integer({ min: 5, max: 300 }), { nil: undefined }),
    breaker: fc.boolean(),
    cancelAt: rare(fc.nat(20)),
    inputs: fc.array(fc.record({ to: fc.nat(count - 1), text: fc.constantFrom("yes", "no", '{"answer":"yes","confidence":0.9}', "", "päper 🙂") }), {
      maxLength: 6,
    }),
  }),
);

const name = (index: number) => `a${index}`;

/** The YAML of a plan. `work` is how much one step does. */
export function toYaml(plan: Plan, work = 10_000): string {
  const agents = plan.agents.map((agent, index) => {
    const lines: Record<string, unknown> = {
      name: name(index),
      role: agent.role === "custom" ? "own" : agent.role,
      priority: agent.priority,
      mailbox: { size: agent.mailbox, overflow: agent.overflow },
      outputs: [...(agent.channel && agent.outputs.length > 0 ? [`ch${index}`] : agent.outputs.map(name)), ...(agent.port ? ["port"] : [])],
    };
    const channels = plan.agents.flatMap((other, place) => (other.channel && other.outputs.includes(index) ? [`ch${place}`] : []));
    if (channels.length > 0) lines.inputs = channels;
    if (agent.role === "react") {
      lines.model = "gpt-4";
      if (agent.providers > 1) lines.providers = ["gpt-4", "claude-3", "grok-1"].slice(0, agent.providers).map((model) => ({ model, timeout: "200ms" }));
      lines.tools = toolsOf(agent);
      if (agent.retry > 0) lines.retry = { max_attempts: agent.retry, initial_backoff: "10ms", max_backoff: "50ms" };
    }
    if (agent.role === "classifier") {
      // Some have a model, and some do without.
      if (agent.providers > 1) lines.model = "gpt-4";
      lines.tools = toolsOf(agent);
      if (agent.retry > 0) lines.retry = { max_attempts: agent.retry, initial_backoff: "10ms" };
      lines.classifier_config = { categories: [{ name: "yes", keywords: ["y"] }, { name: "no" }], multi_label: agent.port };
    }
    if (agent.role === "custom" && agent.retry > 0) lines.retry = { max_attempts: agent.retry, initial_backoff: "10ms" };
    if (agent.role === "react" || agent.role === "custom" || agent.role === "classifier") if (agent.timeout !== undefined) lines.timeout = `${agent.timeout}ms`;
    if (agent.role === "producer" && agent.interval !== undefined) lines.interval = `${agent.interval}ms`;
    if (agent.role === "aggregator") {
      const asks = !/vot|conc/.test(agent.strategy);
      if (asks) lines.model = "gpt-4";
      lines.aggregator_config = {
        aggregation_strategy: agent.strategy,
        timeout_ms: agent.window,
        ...(agent.most && { max_input_sources: agent.most }),
        ...(agent.port && { summarization_enabled: true, deduplication_method: "fuzzy" }),
        ...(agent.channel && { conflict_resolution: "vote" }),
      };
    }
    return lines;
  });
  return JSON.stringify({
    config: { send_timeout: `${plan.sendTimeout}ms`, max_concurrent_calls: plan.concurrent },
    supervisor: { max_rounds: plan.hops, failure_mode: plan.stops ? "stop" : "continue" },
    limits: { work },
    workflow: { batch_size: plan.joined, ...(plan.joinedFor && { batch_timeout_seconds: plan.joinedFor / 1000 }) },
    ...(plan.breaker && { circuit_breaker: { failures: 1, window: "100ms", open_for: "50ms" } }),
    agents,
  });
}

function toolsOf(agent: PlannedAgent): unknown[] {
  return agent.tools.map((tool, place) => ({
    name: `t${place}`,
    effect: tool.effect,
    on_unknown: tool.effect === "once" && tool.onUnknown === "retry" ? "tell" : tool.onUnknown,
    timeout: `${tool.timeout}ms`,
    ...(tool.concurrency && { max_concurrency: tool.concurrency }),
    input_schema: { type: "object", properties: { n: { type: "integer", default: 1 } }, additionalProperties: false },
  }));
}

type Call = CallModelCommand | CallToolCommand | CallAgentCommand;

/** What is said to a call, by what it is about and nothing else; undefined is silence. */
export function answer(call: Call): Event | undefined {
  const { run, effect, attempt } = call;
  const about =
    call.type === "call-model"
      ? call.parts.map(({ text, kind }) => kind + text).join("|")
      : call.type === "call-tool"
        ? `${call.name}${call.arguments}`
        : call.text;
  const dice = hash(`${call.type}${about}${effect}.${attempt}`);
  if (call.type === "call-tool") {
    if (dice % 10 === 0) return call.timeout > 0 ? undefined : event("tool-result", { run, effect, attempt, text: "at last" });
    if (dice % 10 === 1) return event("effect-failed", { run, effect, attempt, failure: "network", message: "gone" });
    return event("tool-result", { run, effect, attempt, isError: dice % 10 === 2, text: `result ${dice % 7}` });
  }
  if (dice % 10 === 1)
    return event("effect-failed", { run, effect, attempt, failure: dice % 20 === 1 ? "server-error" : "authentication", usage: { input: 3 } });
  if (call.type === "call-agent") return event("agent-result", { run, effect, attempt, text: dice % 3 === 0 ? "" : `own ${dice % 5}` });
  if (call.type === "call-model" && call.schema && dice % 10 > 3)
    return event("model-result", { run, effect, attempt, usage: { input: 10, output: 5 }, parts: [{ text: decision(call, dice) }] });
  if (dice % 10 < 5) return event("model-result", { run, effect, attempt, finish: "tool-calls", usage: { input: 10, output: 5 }, parts: toolCalls(dice) });
  return event("model-result", { run, effect, attempt, usage: { input: 10, output: 5 }, parts: [{ text: dice % 2 ? "yes" : `no ${dice % 3}` }] });
}

/** Most of a classifier's answers are good, and each kind of bad one comes now and then. */
function decision(call: CallModelCommand, dice: number): string {
  const inputs = call.schema.includes('"results"')
    ? Math.max(...call.parts.flatMap(({ text }) => [...text.matchAll(/^(\d+)\. /gm)].map(([, number]) => Number(number))), 1)
    : 1;
  const results = Array.from({ length: inputs }, (_, i) => ({
    category: (dice >>> i) % 11 === 0 ? "perhaps" : (dice >>> i) % 2 ? "yes" : "No ",
    confidence: (dice % 8) / 8,
  }));
  if (dice % 7 === 0) return "I do not know.";
  return JSON.stringify(inputs === 1 ? results[0] : { results: results.slice(dice % 13 === 0 ? 1 : 0) });
}

/** How runs of a plan begin. */
export function startOf(plan: Plan): Event {
  return event("start", { closed: false, watch: true, endAfter: plan.endAfter, budget: { calls: plan.budget } });
}

function toolCalls(dice: number): Partial<Part>[] {
  const all: Partial<Part>[] = [
    { kind: "tool-call", id: "x", name: "t0", text: '{"n":2}' },
    { kind: "tool-call", id: "y", name: "t1", text: "{}" },
    { kind: "tool-call", id: "z", name: "nobody", text: "{" },
    { kind: "tool-call", id: "w", name: "t0", text: '{"m":2}' },
  ];
  return all.slice(dice % 3, (dice % 3) + 1 + ((dice >>> 3) % 3));
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return value >>> 4;
}

export interface Story {
  world: World;
  run: number;
  /** What was handed over, step by step. */
  steps: { time: number; events: Event[] }[];
  moves: number;
}

export interface LiveOptions {
  /** Whether the run goes to another core now. */
  move?: () => boolean;
  /** Steps at every time the core asks for, instead of whenever something happens. */
  exact?: boolean;
  /** Leaves the run as it is after so many turns. */
  leaveAt?: number;
}

/** Lives through a run of a plan. `choose(n)` is a number below n. */
export async function live(
  plan: Plan,
  choose: (below: number) => number,
  { move = () => false, exact = false, leaveAt = Number.POSITIVE_INFINITY }: LiveOptions = {},
): Promise<Story> {
  const yaml = toYaml(plan);
  const options = { roles: ["own"], tools: ["t0", "t1"] };
  let world = await World.of(yaml, options);
  const steps: Story["steps"] = [];
  const open: Call[] = [];
  const starting: number[] = [];
  const waiting = [...plan.inputs];
  let closed = false;
  let moves = 0;
  let run = 0;
  let ended = false;
  let time = 0;
  const note = (commands: readonly Command[]) => {
    for (const command of commands) {
      if (command.type === "call-model" || command.type === "call-tool" || command.type === "call-agent") open.push(command);
      else if (command.type === "cancel-effect") drop(open, command);
      else if (command.type === "start-agent") starting.push(command.agent);
      else if (command.type === "finished") ended = true;
    }
  };
  const step = (events: Event[]) => {
    if (exact) note(world.until(time));
    steps.push({ time, events });
    note(world.at(time, events));
  };
  step([startOf(plan)]);
  run = world.all("started")[0].run;
  for (let turn = 0; !ended && turn < leaveAt; turn++) {
    if (turn > 3000) throw new Error(`the run does not end:\n${yaml}\n${JSON.stringify(world.commands.slice(-5))}`);
    const events: Event[] = [];
    if (turn === plan.cancelAt) events.push(event("cancel", { run }));
    for (let left = choose(4); left > 0; left--) {
      const which = choose(4);
      if (starting.length > 0 && which < 2) events.push(event("agent-ready", { run, agent: starting.shift() as number }));
      else if (open.length > 0 && which < 3) {
        const [call] = open.splice(choose(open.length), 1);
        const said = answer(call);
        if (said !== undefined) events.push(said);
        // Now and then somebody says it twice.
        if (said !== undefined && choose(10) === 0) events.push(said);
      } else if (waiting.length > 0) {
        const { to, text } = waiting.shift() as { to: number; text: string };
        events.push(event("deliver", { run, to: name(to), text }));
      } else if (!closed) {
        closed = true;
        events.push(event("close", { run }));
      }
    }
    const idle = events.length === 0 && open.length === 0 && waiting.length === 0 && starting.length === 0;
    const wake = world.wake === undefined ? undefined : world.wake - 1_000_000_000_000;
    // Time goes on: to the next thing that is due if nothing else is left, else by a little or a lot.
    if (idle && wake !== undefined) time = Math.max(time, wake + choose(3));
    else time += [0, 0, 1, 7, 60, 400][choose(6)];
    step(events);
    if (!ended && move()) {
      moves++;
      const [saved] = world.step([event("save", { run })]);
      if (saved.type !== "saved") throw new Error("not saved");
      const next = new World(await FrameCore.load());
      next.define(yaml, options);
      next.time = time;
      const restored = next.step([event("restore", { state: saved.state, definition: 1, tag: 9 })]);
      const [first] = restored;
      if (first?.type !== "started") throw new Error(`not restored: ${JSON.stringify(first)}`);
      world = next;
      run = first.run;
      open.length = 0;
      starting.length = 0;
      note(restored);
    }
  }
  return { world, run, steps, moves };
}

function drop(open: Call[], { effect, attempt }: { effect: number; attempt: number }): void {
  const place = open.findIndex((call) => call.effect === effect && call.attempt === attempt);
  // Half of those that are cancelled come to an end anyway.
  if (place >= 0 && effect % 2) open.splice(place, 1);
}
