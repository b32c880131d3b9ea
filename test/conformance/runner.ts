import { parse } from "yaml";
import { readYaml } from "../../host/definition/nodes.ts";
import type { Manifest } from "../../host/manifest.ts";
import type { Command, Event, ModelFacts } from "../../host/protocol/index.ts";
import { event } from "../engine/events.ts";
import { FrameCore, type Step } from "../engine/frame-core.ts";

/** Scenarios begin at this time. */
const EPOCH = 1_000_000_000_000;
/** Not compared unless a scenario looks at them. */
const UNSEEN = ["append", "span-start", "span-end", "started"];

type Value = null | string | number | boolean | Value[] | { [name: string]: Value };
type Fields = Record<string, Value>;

interface ScenarioStep {
  at: number;
  events?: Record<string, Fields | null>[];
  commands?: "any" | (string | Record<string, Fields>)[];
  wake?: number | "none";
}

/** A scenario, as its file has it. README.md describes it. */
export interface Scenario {
  about: string;
  definition: string;
  roles?: string[];
  tools?: string[];
  variables?: Record<string, string>;
  models?: Fields[];
  "look-at"?: string[];
  problems?: Fields[];
  manifest?: Fields;
  steps?: ScenarioStep[];
}

/** What came of playing a scenario once. */
export interface Played {
  frames: Uint8Array[];
  /** By step. */
  commands: Command[][];
  wakes: (number | undefined)[];
  /** Records of each run, by its id. */
  journals: Map<string, Uint8Array[]>;
  finished: Set<string>;
}

export function readScenario(text: string): Scenario {
  return parse(text) as Scenario;
}

/** Plays it, compares, plays it again, and replays its runs. @throws ScenarioFailed at the first difference */
export async function runScenario(scenario: Scenario): Promise<void> {
  const played = await play(scenario);
  compare(scenario, played);
  const again = await play(scenario);
  for (const [index, frame] of played.frames.entries()) {
    if (!Buffer.from(frame).equals(again.frames[index])) fail(`frame ${index + 1} has other bytes the second time`);
  }
  for (const [id, records] of played.journals) await replay(scenario, id, records, played.finished.has(id));
}

/** A difference between what a scenario expects and what there was. */
export class ScenarioFailed extends Error {}

function fail(message: string): never {
  throw new ScenarioFailed(message);
}

/** Is told of each step that a core takes. */
export type Listener = (core: FrameCore, step: Step) => void;

/** Plays the steps of a scenario in a fresh core, without comparing anything. */
export async function play(scenario: Scenario, listen?: Listener): Promise<Played> {
  const core = await FrameCore.load();
  const played: Played = { frames: [], commands: [], wakes: [], journals: new Map(), finished: new Set() };
  const step = (time: number, events: readonly Event[]): Step => {
    const step = core.step(EPOCH + time, events);
    played.frames.push(step.frame);
    listen?.(core, step);
    return step;
  };
  const answer = define(scenario, (events) => step(0, events).commands);
  if (scenario.problems !== undefined) {
    played.commands.push([answer]);
    return played;
  }
  if (answer.type !== "defined") fail(`the definition is not accepted: ${show(answer)}`);
  if (scenario.manifest !== undefined) {
    const difference = differs(scenario.manifest, JSON.parse(answer.manifest).definition, "manifest");
    if (difference !== undefined) fail(`${difference}; it is ${answer.manifest}`);
  }
  const { bound } = JSON.parse(answer.manifest) as Manifest;
  const runs = new Map<string, number>();
  const ids = new Map<number, string>();
  let starts = 0;
  for (const { at, events = [] } of scenario.steps ?? []) {
    let given = events.map((each) => toEvent(each, runs, () => ++starts));
    const commands: Command[] = [];
    for (let calls = 0; ; calls++) {
      if (calls > 1_000_000) fail(`at ${at}: the core asks for more and more`);
      const { commands: some, more, wake } = step(at, given);
      for (const command of some) {
        commands.push(command);
        if (command.type === "started") {
          runs.set(command.id, command.run);
          ids.set(command.run, command.id);
          played.journals.set(command.id, []);
        } else if (command.type === "append" && !command.cut) played.journals.get(ids.get(command.run) ?? "")?.push(command.record);
        else if (command.type === "finished") {
          played.finished.add(ids.get(command.run) ?? "");
          const calls = Number(command.counters.modelCalls);
          if (bound.per === undefined && calls > bound.calls) fail(`${calls} model calls, of which there could be ${bound.calls} at most`);
        }
      }
      given = [];
      if (more) continue;
      played.wakes.push(wake === undefined ? undefined : wake - EPOCH);
      break;
    }
    played.commands.push(commands);
  }
  for (const commands of played.commands)
    for (const command of commands) if ("run" in command) (command as { run: unknown }).run = ids.get(command.run) ?? command.run;
  return played;
}

function define(scenario: Scenario, step: (events: readonly Event[]) => Command[]): Command {
  const { roles = [], tools = [], variables = {}, models } = scenario;
  const sources = [readYaml("scenario.yaml", scenario.definition)];
  const known = models === undefined ? [] : [event("models", { models: models.map(toFacts) })];
  let [answer] = step([...known, event("define", { tag: 1, sources, roles, tools })]);
  if (answer.type === "variables-needed") {
    const values = answer.names.map((name) => ({ name, value: variables[name] as string | undefined }));
    [answer] = step([event("variables", { tag: 1, values })]);
  }
  return answer;
}

const noTariff = { input: 0, output: 0, cachedRead: 0, cachedWrite: 0, reasoning: 0 };

function toFacts(given: Fields): ModelFacts {
  const { price, long, ...rest } = camelKeys(given) as Record<string, never>;
  const facts = { provider: "openai", model: "", maxInput: 0, maxOutput: 0, longFrom: 0, ...rest };
  return { ...facts, price: { ...noTariff, ...(price as object) }, long: { ...noTariff, ...(long as object) } };
}

function toEvent(given: Record<string, Fields | null>, runs: Map<string, number>, nextStart: () => number): Event {
  const [[type, fields]] = Object.entries(given);
  const all = camelKeys(fields ?? {}) as Record<string, unknown>;
  if (type === "start") all.tag ??= nextStart();
  else if (all.run === undefined) all.run = [...runs.values()][0] ?? 0;
  if (typeof all.run === "string") all.run = runs.get(all.run) ?? fail(`no run is called "${all.run}"`);
  return event(type as Event["type"], all);
}

/** @throws ScenarioFailed at the first difference between what a scenario expects and what there was */
export function compare(scenario: Scenario, played: Played): void {
  if (scenario.problems !== undefined) {
    const [answer] = played.commands[0];
    if (answer.type !== "problems") fail(`the definition is accepted, or something else: ${show(answer)}`);
    const difference = differs(scenario.problems, kebabKeys(answer.problems as never), "problems");
    if (difference !== undefined) fail(`${difference}\n${show(answer.problems)}`);
    return;
  }
  const looked = scenario["look-at"] ?? [];
  for (const [index, step] of (scenario.steps ?? []).entries()) {
    const where = `step ${index + 1}, at ${step.at}`;
    const commands = played.commands[index].filter(({ type }) => !UNSEEN.includes(type) || looked.includes(type));
    const seen = `there was:\n${commands.map(show).join("\n") || "nothing"}`;
    if (step.commands !== "any") {
      const expected = step.commands ?? [];
      for (const [place, each] of expected.entries()) {
        const [type, fields] = typeof each === "string" ? [each, {}] : Object.entries(each)[0];
        const command = commands[place];
        if (command === undefined) fail(`${where}: ${type} is missing, number ${place + 1}; ${seen}`);
        if (command.type !== type) fail(`${where}: number ${place + 1} is ${command.type} instead of ${type}; ${seen}`);
        const difference = differs(fields, kebabKeys(command as never), type);
        if (difference !== undefined) fail(`${where}: number ${place + 1}: ${difference}; ${seen}`);
      }
      if (commands.length > expected.length) fail(`${where}: ${commands.length - expected.length} more than expected; ${seen}`);
    }
    const wake = played.wakes[index];
    if (step.wake !== undefined && (wake ?? "none") !== step.wake) fail(`${where}: the core wants to be woken at ${wake ?? "no time"}, not ${step.wake}`);
  }
}

/** Where a value does not match what is expected of it, or undefined. */
function differs(expected: Value, actual: Value | undefined, path: string): string | undefined {
  if (expected === null) return actual === undefined || actual === null ? undefined : `${path} is ${show(actual)} instead of none`;
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return `${path} is ${show(actual)} instead of a list`;
    if (actual.length !== expected.length) return `${path} has ${actual.length} elements instead of ${expected.length}`;
    return first(expected.map((each, index) => differs(each, actual[index], `${path}[${index}]`)));
  }
  if (typeof expected === "object") {
    if (typeof actual === "string") return differsText(expected, actual, path);
    if (typeof actual !== "object" || actual === null || Array.isArray(actual)) return `${path} is ${show(actual)} instead of a record`;
    return first(Object.entries(expected).map(([name, each]) => differs(each, actual[name], `${path}.${name}`)));
  }
  return expected === actual ? undefined : `${path} is ${show(actual)} instead of ${show(expected)}`;
}

function differsText(expected: Fields, actual: string, path: string): string | undefined {
  if ("has" in expected) return actual.includes(String(expected.has)) ? undefined : `${path} is ${show(actual)}, without ${show(expected.has)}`;
  if (!("json" in expected)) return `${path} is text instead of a record`;
  let value: Value;
  try {
    value = JSON.parse(actual) as Value;
  } catch {
    return `${path} is not JSON: ${show(actual)}`;
  }
  return differs(expected.json, value, `${path}(json)`);
}

function first(differences: (string | undefined)[]): string | undefined {
  return differences.find((each) => each !== undefined);
}

/** Replays a run's records in a fresh core. @throws ScenarioFailed where the core does not agree */
export async function replay(scenario: Scenario, id: string, records: readonly Uint8Array[], finished: boolean, listen?: Listener): Promise<void> {
  const core = await FrameCore.load();
  const step = (events: readonly Event[]): Command[] => {
    const step = core.step(EPOCH, events);
    listen?.(core, step);
    return step.commands;
  };
  define(scenario, step);
  let run = 0;
  for (const [index, record] of records.entries()) {
    const answer = step([event("replay", { run, definition: 1, record })]).at(-1);
    if (answer?.type !== "replayed") fail(`replay of ${id}, record ${index + 1} of ${records.length}: ${show(answer)}`);
    if (answer.step !== index + 1) fail(`replay of ${id}: step ${answer.step} instead of ${index + 1}`);
    const last = index === records.length - 1;
    if (answer.finished !== (last && finished)) fail(`replay of ${id}: ${answer.finished ? "finished too early" : "not finished"}`);
    run = answer.run;
  }
}

function show(value: unknown): string {
  return JSON.stringify(value, (_, each) => (each instanceof Uint8Array ? `${each.length} bytes` : each)) ?? "nothing";
}

function camelKeys(value: Value): Value {
  return renamed(value, (name) => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()));
}

function kebabKeys(value: Value): Value {
  return renamed(value, (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
}

function renamed(value: Value, rename: (name: string) => string): Value {
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map((each) => renamed(each, rename));
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [rename(name), renamed(each, rename)]));
}
