import { readYaml } from "../../host/definition/nodes.ts";
import { recordsOf } from "../../host/journal.ts";
import type { Command, Event, Part } from "../../host/protocol/index.ts";
import { type Given, event } from "./events.ts";
import { FrameCore, type Step } from "./frame-core.ts";

/** Tests begin at this time. */
export const EPOCH = 1_000_000_000_000;

export type CommandOf<T extends Command["type"]> = Extract<Command, { type: T }>;

export interface DefineOptions {
  roles?: string[];
  tools?: string[];
  variables?: Record<string, string>;
}

/** A core and a clock that only tests move. Events are handed over one step at a time; what it says is kept. */
export class World {
  readonly core: FrameCore;
  /** Milliseconds since EPOCH. */
  time = 0;
  /** Everything so far. */
  readonly commands: Command[] = [];
  wake: number | undefined;
  readonly #journals = new Map<number, Uint8Array[]>();
  readonly #runs = new Map<string, number>();
  #tag = 0;

  constructor(core: FrameCore) {
    this.core = core;
  }

  /** A world with a definition, which is number 1. */
  static async of(yaml: string, options?: DefineOptions): Promise<World> {
    const world = new World(await FrameCore.load());
    world.define(yaml, options);
    return world;
  }

  /** Loads a definition; gives its number. */
  define(yaml: string, { roles = [], tools = [], variables = {} }: DefineOptions = {}): number {
    const tag = ++this.#tag;
    let [answer] = this.step([event("define", { tag, sources: [readYaml("test.yaml", yaml)], roles, tools })]);
    if (answer.type === "variables-needed") {
      const values = answer.names.map((name) => ({ name, value: variables[name] }));
      [answer] = this.step([event("variables", { tag, values })]);
    }
    if (answer.type !== "defined") throw new Error(`not defined: ${JSON.stringify(answer, null, 1)}`);
    return answer.definition;
  }

  /** Begins a run, and gives its handle and what it led to. */
  start(given: Given<"start"> = {}): { run: number; commands: Command[] } {
    const tag = ++this.#tag;
    const commands = this.step([event("start", { ...given, tag })]);
    const answer = commands.find((command) => "tag" in command && command.tag === tag);
    if (answer?.type !== "started") throw new Error(`not started: ${JSON.stringify(answer)}`);
    return { run: answer.run, commands };
  }

  /** One step now, and as many more as the core asks for. */
  step(events: readonly Event[] = []): Command[] {
    const all: Command[] = [];
    let given = events;
    for (let steps = 0; ; steps++) {
      if (steps > 100_000) throw new Error("the core asks for more and more");
      const step = this.core.step(EPOCH + this.time, given);
      this.#keep(step);
      all.push(...step.commands);
      if (!step.more) return all;
      given = [];
    }
  }

  /** One step, at a time in milliseconds since EPOCH. */
  at(time: number, events: readonly Event[] = []): Command[] {
    this.time = time;
    return this.step(events);
  }

  /** Steps at each time the core asks for, up to and at `time`. */
  until(time: number): Command[] {
    const all: Command[] = [];
    while (this.wake !== undefined && this.wake - EPOCH <= time) all.push(...this.at(Math.max(this.time, this.wake - EPOCH)));
    this.time = time;
    return all;
  }

  #keep(step: Step): void {
    this.wake = step.wake;
    this.commands.push(...step.commands);
    for (const command of step.commands) {
      if (command.type === "started") this.#runs.set(command.id, command.run);
      if (command.type !== "append") continue;
      const records = this.#journals.get(command.run);
      if (records === undefined) this.#journals.set(command.run, [command.record]);
      else records.push(command.record);
    }
  }

  /** The records of a run. */
  journal(run: number): Uint8Array[] {
    return this.#journals.get(run) ?? [];
  }

  /** Everything of one type, of all runs or one. */
  all<T extends Command["type"]>(type: T, run?: number): CommandOf<T>[] {
    return this.commands.filter(
      (command): command is CommandOf<T> => command.type === type && (run === undefined || ("run" in command && command.run === run)),
    );
  }

  /** Whether a run has not ended. */
  isOpen(run: number): boolean {
    return this.all("finished", run).length === 0;
  }

  /** How a run ended; throws if it has not. */
  finished(run?: number): CommandOf<"finished"> {
    const [found] = this.all("finished", run);
    if (found === undefined)
      throw new Error(
        `the run has not ended; its last commands:\n${this.commands
          .slice(-8)
          .map((each) => JSON.stringify(each))
          .join("\n")}`,
      );
    return found;
  }

  /** Does a run's journal again in a run that only replays. Throws where it differs. */
  replay(records: readonly Uint8Array[], definition = 1): { run: number; steps: number; finished: boolean } {
    let run = 0;
    let finished = false;
    for (const [index, record] of records.entries()) {
      const answer = this.step([event("replay", { run, definition, record, tag: ++this.#tag })]).at(-1);
      if (answer?.type !== "replayed") throw new Error(`record ${index + 1} of ${records.length}: ${JSON.stringify(answer)}`);
      ({ run, finished } = answer);
    }
    return { run, steps: records.length, finished };
  }
}

/** Records that stand end to end. */
export function split(journal: Uint8Array): Uint8Array[] {
  return [...recordsOf(journal)];
}

/** An answer in words. */
export function says(run: number, effect: number, text: string, more: Given<"model-result"> = {}): Event {
  return event("model-result", { run, effect, parts: [{ text }], ...more });
}

/** An answer that calls tools: name and arguments, with ids c1, c2 … */
export function calls(run: number, effect: number, list: readonly (readonly [name: string, args: unknown])[], more: Given<"model-result"> = {}): Event {
  const parts = list.map(
    ([name, args], index) =>
      ({ kind: "tool-call", name, id: `c${index + 1}`, text: typeof args === "string" ? args : JSON.stringify(args) }) satisfies Partial<Part>,
  );
  return event("model-result", { run, effect, finish: "tool-calls", parts, ...more });
}

/** A command without what tests rarely look at. */
export function brief(command: Command): string {
  switch (command.type) {
    case "call-model":
      return `call-model ${command.effect}.${command.attempt}`;
    case "call-tool":
      return `call-tool ${command.effect}.${command.attempt} ${command.name} ${command.arguments}`;
    case "call-agent":
      return `call-agent ${command.effect}.${command.attempt} ${command.text}`;
    case "cancel-effect":
      return `cancel-effect ${command.effect}.${command.attempt}`;
    case "output":
      return `output ${command.port ? `${command.port}: ` : ""}${command.text}`;
    case "log":
      return `log ${command.sender}: ${command.text}`;
    case "notice":
      return `notice ${command.code}: ${command.text}`;
    case "message":
      return `message ${command.from}>${command.to} ${command.text}`;
    case "finished":
      return `finished ${command.stop}${command.path ? ` at ${command.path}` : ""}${command.message ? `: ${command.message}` : ""}`;
    case "refused":
      return `refused ${command.code}: ${command.message}`;
    case "start-agent":
      return `start-agent ${command.agent}`;
    default:
      return command.type;
  }
}

/** Commands as `brief` says them, without records and spans. */
export function briefly(commands: readonly Command[]): string[] {
  return commands.filter(({ type }) => !["append", "span-start", "span-end", "started"].includes(type)).map(brief);
}
