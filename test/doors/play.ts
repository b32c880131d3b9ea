import { readYaml } from "../../host/definition/nodes.ts";
import type { CallModelCommand, CallToolCommand, Command, Event, ModelResultEvent, StartEvent } from "../../host/protocol/index.ts";
import type { Door, Step } from "./door.ts";

/** What was put to a core in one step, and what came of it. */
export interface Played extends Step {
  now: number;
  events: Event[];
}

/** A made-up world around one run: what it answers depends on what it is asked, and on nothing else. */
export interface Script {
  name: string;
  yaml: string;
  roles?: string[];
  tools?: string[];
  variables?: Record<string, string>;
  /** Input of the run; undefined: producers begin. */
  input?: string;
  start?: Partial<StartEvent>;
  /** By agent: what its model says to its first, second ... call; the last one again and again. Default: the last text it was given. */
  models?: Record<number, ModelSays[]>;
  /** What a tool says. Default: its arguments. */
  tool?: (call: CallToolCommand) => string | Error;
  /** Events from outside after so many steps of the run; its handle is put in. */
  later?: Record<number, Event[]>;
  /** Steps after which nobody goes on. Default: 300. */
  longest?: number;
}

export type ModelSays =
  | string
  | {
      text?: string;
      calls?: [id: string, name: string, args: string][];
      failure?: "rate-limit" | "server-error" | "authentication";
      retryAfter?: number;
      never?: true;
    };

const START = 1_700_000_000_000;
const nothing = { input: 0, output: 0, cachedRead: 0, cachedWrite: 0, reasoning: 0 };

/** Plays a script through a door: step after step, until the run is over or nothing more would happen. */
export function play(door: Door, script: Script): Played[] {
  const world = new World(script);
  const played: Played[] = [];
  let now = START;
  let events = world.begin();
  for (let left = script.longest ?? 300; left > 0; left--) {
    const step = door.step(now, events);
    played.push({ now, events, ...step });
    events = step.commands.flatMap((command) => world.answer(command));
    events.push(...world.outside());
    if (events.length > 0 || step.more || world.waiting) now += 1;
    else if (world.over || step.wake === undefined) break;
    else now = Math.max(now, step.wake);
  }
  return played;
}

class World {
  over = false;
  readonly #script: Script;
  readonly #calls: number[] = [];
  #definition = 0;
  #run = 0;
  #steps = 0;

  constructor(script: Script) {
    this.#script = script;
  }

  /** Something is still to come from outside. */
  get waiting(): boolean {
    return !this.over && this.#run !== 0 && Object.keys(this.#script.later ?? {}).some((step) => Number(step) > this.#steps);
  }

  begin(): Event[] {
    const { yaml, roles = [], tools = [] } = this.#script;
    return [{ type: "define", tag: 1, sources: [readYaml("script.yaml", yaml)], roles, tools, checkOnly: false }];
  }

  /** Events that come by themselves after a step. */
  outside(): Event[] {
    if (this.#run === 0) return [];
    const events = this.#script.later?.[++this.#steps] ?? [];
    return events.map((event) => ("run" in event && event.run === 0 ? { ...event, run: this.#run } : event));
  }

  answer(command: Command): Event[] {
    const { variables, input, start } = this.#script;
    switch (command.type) {
      case "variables-needed":
        return [{ type: "variables", tag: 1, values: command.names.map((name) => ({ name, value: variables?.[name] })) }];
      case "defined":
        this.#definition = command.definition;
        return [
          {
            type: "start",
            run: 0,
            tag: 2,
            definition: this.#definition,
            id: "run-1",
            seed: 7,
            watch: true,
            closed: true,
            to: "",
            input: input ?? "",
            hasInput: input !== undefined,
            endAfter: 0,
            budget: { calls: 0, tokens: 0, time: 0, money: 0 },
            traceId: "",
            parentSpan: "",
            tenant: "",
            session: "",
            user: "",
            ...start,
          },
        ];
      case "started":
        this.#run = command.run;
        return [];
      case "call-model":
        return this.#model(command);
      case "call-tool": {
        const { run, effect, attempt } = command;
        const says = this.#script.tool?.(command) ?? command.arguments;
        return [{ type: "tool-result", run, effect, attempt, isError: says instanceof Error, text: says instanceof Error ? says.message : says }];
      }
      case "call-agent":
        return [{ type: "agent-result", run: command.run, effect: command.effect, attempt: command.attempt, text: command.text.toUpperCase() }];
      case "start-agent":
        return [{ type: "agent-ready", run: command.run, agent: command.agent }];
      case "finished":
        this.over = true;
        return [];
      default:
        return [];
    }
  }

  #model(command: CallModelCommand): Event[] {
    const { run, effect, attempt, agent, parts } = command;
    const call = (this.#calls[agent] = (this.#calls[agent] ?? 0) + 1);
    const all = this.#script.models?.[agent] ?? [parts.at(-1)?.text ?? ""];
    const said = all[Math.min(call, all.length) - 1];
    const says = typeof said === "string" ? { text: said } : said;
    if (says.never) return [];
    if (says.failure !== undefined) {
      return [
        { type: "effect-failed", run, effect, attempt, failure: says.failure, message: "as the script says", retryAfter: says.retryAfter, usage: nothing },
      ];
    }
    const part = { role: "assistant", text: "", id: "", name: "", metadata: "" } as const;
    const answer: ModelResultEvent = {
      type: "model-result",
      run,
      effect,
      attempt,
      finish: "stop",
      usage: { ...nothing, input: 10 + call, output: 5 },
      parts: [],
    };
    if (says.text !== undefined) answer.parts.push({ ...part, kind: "text", text: says.text });
    for (const [id, name, args] of says.calls ?? []) answer.parts.push({ ...part, kind: "tool-call", text: args, id, name });
    if (says.calls !== undefined) answer.finish = "tool-calls";
    return [answer];
  }
}
