import type { Command, Event } from "../protocol/index.ts";
import { type Step, stepsOf } from "./steps.ts";
import type { Store } from "./store.ts";

/** Tokens that a run's models have reported. */
export interface Spent {
  calls: number;
  input: number;
  output: number;
}

/** One step of one of two runs, without what differs from run to run anyway: ids, spans and times. */
export interface DiffSide {
  /** Milliseconds since the run began. */
  time: number;
  events: readonly Partial<Event>[];
  commands: readonly Partial<Command>[];
  /** Of this step. */
  spent: Spent;
}

/** Two runs, side by side. */
export interface RunDiff {
  /** The first step in which something else went in or came out; undefined if they are the same. */
  parts: number | undefined;
  left: { run: string; steps: number; spent: Spent };
  right: { run: string; steps: number; spent: Spent };
  /** From the parting on. */
  steps: readonly { step: number; left: DiffSide | undefined; right: DiffSide | undefined }[];
}

/** Does two stored runs again, and compares what went in and what came out. @throws RunMissing, BadJournal, EventRefused, StoreFailed */
export async function diffRuns(store: Store, left: string, right: string): Promise<RunDiff> {
  const sides = { left: new Side(left), right: new Side(right) };
  const [lefts, rights] = [stepsOf(store, left), stepsOf(store, right)];
  const steps: { step: number; left: DiffSide | undefined; right: DiffSide | undefined }[] = [];
  let parts: number | undefined;
  for (let step = 1; ; step++) {
    const [a, b] = [await lefts.next(), await rights.next()];
    if (a.done === true && b.done === true) break;
    const pair = { step, left: sides.left.take(a.value), right: sides.right.take(b.value) };
    if (parts === undefined && keyOf(pair.left) === keyOf(pair.right)) continue;
    parts ??= step;
    steps.push(pair);
  }
  return { parts, left: sides.left.told, right: sides.right.told, steps };
}

class Side {
  readonly told: RunDiff["left"];
  #began: number | undefined;

  constructor(run: string) {
    this.told = { run, steps: 0, spent: { calls: 0, input: 0, output: 0 } };
  }

  take(step: Step | undefined): DiffSide | undefined {
    if (step === undefined) return undefined;
    const began = (this.#began ??= step.time);
    const spent = spentIn(step.events);
    this.told.steps = step.step;
    for (const key of ["calls", "input", "output"] as const) this.told.spent[key] += spent[key];
    return {
      time: step.time - began,
      events: step.events.map((event) => plain(event, began)),
      commands: step.commands.filter(({ type }) => type !== "span-start" && type !== "span-end").map((command) => plain(command, began)),
      spent,
    };
  }
}

function spentIn(events: readonly Event[]): Spent {
  const spent = { calls: 0, input: 0, output: 0 };
  for (const event of events) {
    if (event.type !== "model-result" && event.type !== "effect-failed") continue;
    if (event.type === "model-result") spent.calls++;
    spent.input += event.usage.input;
    spent.output += event.usage.output;
  }
  return spent;
}

/** What is a run's own: its name, where it stands in its engine, and the names of spans, which follow from its name. */
const OWN = new Set(["run", "tag", "definition", "span", "parent", "traceId", "parentSpan"]);

function plain<T extends Event | Command>(record: T, began: number): Partial<T> {
  const kept = Object.entries(record).filter(([key]) => !OWN.has(key));
  // An approval's expiry, as the run's own time has it.
  return Object.fromEntries(kept.map(([key, value]) => [key, key === "expires" ? (value as number) - began : value])) as Partial<T>;
}

/** What has to be the same: not what it cost, nor the seed, if nothing came of it. */
function keyOf(side: DiffSide | undefined): string | undefined {
  if (side === undefined) return undefined;
  const events = side.events.map((event) => (event.type === "start" || event.type === "amend" ? { ...event, id: "" } : event));
  return JSON.stringify([events, side.commands], (key, value) => (key === "usage" || key === "seed" || key === "counters" ? undefined : value));
}
