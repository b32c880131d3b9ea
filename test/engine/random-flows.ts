import fc from "fast-check";
import type { CallAgentCommand, CallModelCommand, CallToolCommand, Command, Event, Part } from "../../host/protocol/index.ts";
import { event } from "./events.ts";
import { EPOCH, type World } from "./world.ts";

// Random terms of flows, and a model that answers by what it is told and nothing else: what the laws of flows are tried on.

/** A node of a flow, as YAML has it. */
export type Term = Record<string, unknown>;

/** Host code a0 … a2, and agents r0, r1 that ask a model. */
const agents = ["a0", "a1", "a2", "r0", "r1"];

export const options = { roles: ["own"], tools: ["t0", "t1"] };

/** The YAML of a flow. */
export function toYaml(flow: Term, more: Record<string, unknown> = {}): string {
  const list = agents.map((name) =>
    name.startsWith("a")
      ? { name, role: "own" }
      : {
          name,
          model: "gpt-4",
          ...(name === "r1" && {
            prompt: "with tools",
            tools: [
              { name: "t0", effect: "pure" },
              { name: "t1", effect: "once" },
            ],
          }),
        },
  );
  return JSON.stringify({ ...more, agents: list, flow });
}

export interface TermOptions {
  /** Terms in which it matters what is over first. */
  racing?: boolean;
  retries?: boolean;
  deadlines?: boolean;
}

const conditions = ["score >= 0.5 or text != ''", "not (n == 1 or n == 2)", "text != 'no'", "not (category == 'x')", "agreement > 0.6", "failed.0 == 0"];
const condition = fc.constantFrom(...conditions);

/** Once in so many times. */
const rare = <T>(arbitrary: fc.Arbitrary<T>, times = 7): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: times - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

const agent: fc.Arbitrary<Term> = fc.record({ agent: fc.constantFrom(...agents) });

const LEVELS = 3;

/** Arbitrary terms of a few levels. */
export function terms({ racing = false, retries = true, deadlines = false }: TermOptions = {}): fc.Arbitrary<Term> {
  const common = (node: fc.Arbitrary<Term>): fc.Arbitrary<Term> =>
    fc
      .record({
        node,
        share: rare(fc.constantFrom("own", "none", "group")),
        when: rare(condition, 9),
        retry: rare(fc.constant({ max_attempts: 2, initial_backoff: "1ms", backoff: "constant" })),
        on_error: rare(fc.constantFrom("skip", { agent: "a0" }, { sequence: [{ agent: "r1" }, { agent: "a1" }] })),
        deadline: rare(fc.integer({ min: 1, max: 40 }).map((ms) => `${ms}ms`)),
      })
      .map(({ node, share, when, retry, on_error, deadline }) => ({
        ...node,
        ...(share !== undefined && { share }),
        ...(when !== undefined && { when }),
        ...(retries && retry !== undefined && { retry }),
        ...(on_error !== undefined && { on_error }),
        ...(deadlines && deadline !== undefined && { deadline }),
      }));
  let term = agent;
  for (let level = 1; level <= LEVELS; level++) {
    const below = fc.oneof({ weight: 2 * level, arbitrary: common(term) }, { weight: 1, arbitrary: common(agent) });
    const kinds = [parallel(below, racing), map(below, racing), choose(below), loop(below), handoff(below), supervise(below)];
    term = fc.oneof({ weight: 4, arbitrary: sequence(below) }, { weight: 1, arbitrary: join }, ...kinds.map((arbitrary) => ({ weight: 2, arbitrary })));
  }
  return common(term);
}

const several = (term: fc.Arbitrary<Term>) => fc.array(term, { minLength: 1, maxLength: 4, size: "max" });

function sequence(term: fc.Arbitrary<Term>): fc.Arbitrary<Term> {
  return fc.record({ nodes: several(term), named: rare(fc.constant(true), 3) }).map(({ nodes, named }) => {
    if (!named || nodes.length < 2) return { sequence: nodes };
    const all = nodes.map((node) => ({ ...node }));
    all[0].as = "kept";
    all[all.length - 1].input = ["$prev", "$kept"];
    return { sequence: all };
  });
}

function parallel(term: fc.Arbitrary<Term>, racing: boolean): fc.Arbitrary<Term> {
  return fc
    .record({
      branches: several(term),
      max_concurrency: rare(fc.integer({ min: 1, max: 2 }), 4),
      fail_fast: rare(fc.constant(true), 3),
      join: fc.constantFrom("all", "all", "first", "quorum"),
    })
    .map(({ branches, max_concurrency, fail_fast, join }) => ({
      parallel: {
        branches: Object.fromEntries(branches.map((branch, index) => [`b${index}`, branch])),
        ...(max_concurrency !== undefined && { max_concurrency }),
        ...(racing && fail_fast && { fail_fast }),
        ...(racing && join !== "all" && { join: join === "first" ? "first" : { quorum: Math.min(2, branches.length) } }),
      },
    }));
}

function map(term: fc.Arbitrary<Term>, racing: boolean): fc.Arbitrary<Term> {
  return fc
    .record({ do: fc.array(term, { minLength: 1, maxLength: 2 }), max_concurrency: fc.integer({ min: 1, max: 3 }), fail: rare(fc.constant(true), 3) })
    .map(({ fail, ...map }) => ({ map: { ...map, ...(racing && fail && { on_item_error: "fail" }) } }));
}

function choose(term: fc.Arbitrary<Term>): fc.Arbitrary<Term> {
  const otherwise = fc.option(term, { nil: undefined });
  const cases = fc.record({ x: term, y: term });
  return fc.oneof(
    fc
      .record({ cases: fc.array(fc.record({ when: condition, do: term }), { minLength: 1, maxLength: 2 }), else: otherwise })
      .map((choose) => ({ choose: definite(choose) })),
    fc.record({ cases, else: otherwise }).map((choose) => ({ choose: definite({ by: "category", ...choose }) })),
    fc.record({ cases, else: otherwise }).map((choose) => ({ choose: definite({ by: { agent: "a2" }, ...choose }) })),
  );
}

function loop(term: fc.Arbitrary<Term>): fc.Arbitrary<Term> {
  return fc
    .record({
      do: term,
      until: fc.oneof(fc.constant(undefined), condition, fc.constant("gain < 0.1 or iteration > 2"), fc.constant({ agent: "a2" })),
      max: fc.integer({ min: 1, max: 3 }),
      keep: fc.constantFrom("last", "best"),
      each: fc.constantFrom("$last", "$input"),
    })
    .map((loop) => ({ loop: definite(loop) }));
}

function members(term: fc.Arbitrary<Term>): fc.Arbitrary<Record<string, Term>> {
  return fc
    .array(fc.oneof(agent, agent, term), { minLength: 1, maxLength: 3 })
    .map((list) => Object.fromEntries(list.map((node, index) => [`m${index}`, node])));
}

function handoff(term: fc.Arbitrary<Term>): fc.Arbitrary<Term> {
  return fc.record({ members: members(term), max_hops: fc.nat(3) }).map((handoff) => ({ handoff }));
}

function supervise(term: fc.Arbitrary<Term>): fc.Arbitrary<Term> {
  return fc
    .record({
      members: members(term),
      by: fc.constantFrom("round_robin", "round_robin", "manual", { agent: "a2" }, { agent: "a2" }),
      max_rounds: fc.integer({ min: 1, max: 4 }),
      on_member_error: fc.constantFrom("continue", "stop"),
    })
    .map((supervise) => ({ supervise }));
}

const join: fc.Arbitrary<Term> = fc
  .constantFrom("voting_majority", "voting_confidence", "concat", "object", "first_success")
  .map((strategy) => ({ join: { strategy } }));

function definite(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

/** What runs begin with. */
export const input = fc.constantFrom("hello", "no", '["one","two","three"]', '{"category":"x","score":0.7,"n":1}', "@m1 please", "first\n\nsecond");

type Call = CallModelCommand | CallAgentCommand | CallToolCommand;

export function isCall(command: Command): command is Call {
  return command.type === "call-model" || command.type === "call-agent" || command.type === "call-tool";
}

export interface Outcome {
  /** Who was told what, in order. */
  calls: string[];
  /** There was an output, whatever its `stop` says. */
  succeeded: boolean;
  output: string;
  message: string;
  stop: string;
}

export interface LiveOptions {
  definition?: number;
  /** Which of so many open calls is answered next. */
  choose?: (below: number) => number;
  /** Cancels after so many answers. */
  cancelAt?: number;
  /** Leaves the run as it is after so many answers; its `stop` is empty then. */
  leaveAt?: number;
  /** What is cancelled never answers, and so takes no turn among the answers. */
  silent?: boolean;
  /** Whether the run is saved, dropped and brought back now. */
  move?: () => boolean;
  budget?: { calls?: number; time?: number };
  onStep?: (time: number, events: Event[]) => void;
}

/** Where failures stand differs between terms that are equal. */
function withoutPaths(text: string): string {
  return text.replace(/\\*"path\\*":\\*"[^"\\]*\\*"/g, '"path":""');
}

/** Lives through a run: one answer a step, in the order of the calls unless it is said otherwise. */
export function live(world: World, text: string, options: LiveOptions = {}): Outcome & { world: World; run: number } {
  const { choose = () => 0, silent = false, move = () => false, budget, onStep } = options;
  const told = new Map<number, string[]>();
  const open: Call[] = [];
  const calls: string[] = [];
  const unknown: number[] = [];
  let ended: Extract<Command, { type: "finished" }> | undefined;
  let output: string | undefined;
  const abouts = new Map<string, string>();
  const note = (commands: readonly Command[], again = false) => {
    for (const command of commands) {
      if (isCall(command)) {
        if (command.type === "call-model" && command.known > 0 && !told.has(command.conversation)) {
          unknown.push(command.effect);
          continue;
        }
        const about = aboutOf(command, told);
        abouts.set(`${command.effect}.${command.attempt}`, about);
        open.push(command);
        if (!again) calls.push(`${command.agent} ${about}`);
      } else if (command.type === "cancel-effect") {
        const place = open.findIndex(({ effect }) => effect === command.effect);
        // Half of those that are cancelled answer all the same.
        if (place >= 0 && (silent || command.effect % 2)) open.splice(place, 1);
      } else if (command.type === "output") output = command.text;
      else if (command.type === "finished") ended = command;
    }
  };
  let time = world.time;
  // Of a conversation that nobody here has heard the whole is asked for.
  const ask = () => {
    while (unknown.length > 0) note(world.at(time, [event("resend", { run, effect: unknown.shift() as number })]));
  };
  const step = (events: Event[]) => {
    onStep?.(time, events);
    note(world.at(time, events));
    ask();
  };
  let run = 0;
  const start = event("start", { input: text, definition: options.definition ?? 1, ...(budget && { budget }) });
  step([start]);
  run = world.all("started").at(-1)?.run ?? 0;
  for (const { agent } of world.all("start-agent", run)) step([event("agent-ready", { run, agent })]);
  for (let turn = 0; ended === undefined && turn !== options.leaveAt; turn++) {
    if (calls.length > 2000) throw new Error("it calls on and on");
    // Nobody knows what became of a tool that may run only once, if who ran it is gone.
    if (!open.some((call) => call.type === "call-tool" && call.name === "t1") && move()) {
      open.length = 0;
      told.clear();
      const back = moved(world, run, options.definition ?? 1);
      run = back.run;
      note(back.commands, true);
      ask();
    }
    if (turn === options.cancelAt) {
      step([event("cancel", { run, reason: "enough" })]);
      continue;
    }
    if (open.length > 0) {
      time++;
      // A run that was brought back asks again in the order of effects, and not of attempts.
      open.sort((a, b) => a.effect - b.effect);
      const [call] = open.splice(choose(open.length), 1);
      step([answer(call, run, abouts.get(`${call.effect}.${call.attempt}`) ?? "")]);
    } else if (world.wake !== undefined) {
      time = Math.max(time, world.wake - EPOCH);
      step([]);
    } else throw new Error("nothing would end it");
  }
  const { message, stop } = ended ?? { message: "", stop: "" };
  return { calls, succeeded: output !== undefined, output: output ?? ended?.output ?? "", message: message ?? "", stop, world, run };
}

/** Saves a run, drops it, and brings it back. */
function moved(world: World, run: number, definition: number): { run: number; commands: Command[] } {
  const saved = world.step([event("save", { run })]).find(({ type }) => type === "saved");
  if (saved?.type !== "saved") throw new Error("not saved");
  world.step([event("drop", { run })]);
  const commands = world.step([event("restore", { state: saved.state, definition, tag: 9 })]);
  const [first] = commands;
  if (first?.type !== "started") throw new Error(`not restored: ${JSON.stringify(first)}`);
  return { run: first.run, commands };
}

function aboutOf(call: Call, told: Map<number, string[]>): string {
  if (call.type === "call-agent") return withoutPaths(call.text);
  if (call.type === "call-tool") return `${call.name} ${call.arguments}`;
  const before = call.known === 0 ? [] : (told.get(call.conversation) ?? []);
  const all = [...before, ...call.parts.map(({ role, kind, text }) => `${role} ${kind} ${text}`)];
  told.set(call.conversation, all);
  return withoutPaths(all.join("|"));
}

/** What is said to a call. It depends on what the call says, and not on whose it is, when it comes, or which attempt it is. */
export function answer({ type, effect, attempt }: Call, run: number, about: string): Event {
  const dice = hash(about);
  if (dice % 9 === 0) return event("effect-failed", { run, effect, attempt, failure: "authentication", message: `broken ${dice % 3}` });
  const text = texts[(dice >>> 4) % texts.length](dice);
  if (type === "call-tool") return event("tool-result", { run, effect, attempt, isError: dice % 5 === 0, text });
  if (type === "call-agent") return event("agent-result", { run, effect, attempt, text });
  const usage = { input: 3, output: 2 };
  if (about.includes("with tools") && dice % 4 === 0)
    return event("model-result", { run, effect, attempt, usage, finish: "tool-calls", parts: toolCalls(dice) });
  return event("model-result", { run, effect, attempt, usage, parts: [{ text }] });
}

function toolCalls(dice: number): Partial<Part>[] {
  const named = (id: string, name: string): Partial<Part> => ({ kind: "tool-call", id, name, text: JSON.stringify({ n: dice % 3 }) });
  return [named("x", "t0"), named("y", `transfer_to_m${dice % 3}`), named("z", "t1"), named("w", "nobody")].slice(
    dice % 3,
    (dice % 3) + 1 + ((dice >>> 3) % 3),
  );
}

const texts: ((dice: number) => string)[] = [
  (dice) => `said ${dice % 5}`,
  (dice) => JSON.stringify({ score: (dice % 10) / 10, n: dice % 4 }),
  (dice) => JSON.stringify({ category: dice % 2 ? "x" : "y", confidence: 0.6 }),
  (dice) => JSON.stringify(["i", "j", "k"].slice(0, dice % 4)),
  () => "no",
  () => "",
  (dice) => `HANDOFF:m${dice % 3} go on`,
  (dice) => `@m${dice % 3} go on`,
  (dice) => JSON.stringify({ next: `m${dice % 4}`, done: dice % 5 === 0 }),
  (dice) => JSON.stringify({ done: dice % 2 === 0 }),
];

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return value >>> 3;
}
