import { type CustomAgent, type HostAgent, hostAgents } from "./agents.ts";
import { Core, type FindCore } from "./core/core.ts";
import { readObject } from "./definition/object.ts";
import type { Definition } from "./definition/schema/definition.ts";
import { Driver } from "./driver.ts";
import { BadUsage, Closed, DefinitionRefused, EngineTrapped, EventRefused } from "./errors.ts";
import { recordsOf } from "./journal.ts";
import type { Manifest } from "./manifest.ts";
import { type Models, ModelSource } from "./models/resolve.ts";
import type { Problem, Source } from "./protocol/index.ts";
import * as protocol from "./protocol/index.ts";
import { Run } from "./run.ts";
import { Telemetry } from "./telemetry.ts";
import { type Tool, type ToolLike, toTool } from "./tools/tool.ts";

/** A file: its name, for messages, and what is in it. */
export interface DefinitionFile {
  path: string;
  content: string | Uint8Array;
}

/** YAML text, an object with the same keys, or files, of which later ones are laid over earlier ones. */
export type DefinitionInput = string | Uint8Array | Definition | readonly DefinitionFile[];

export interface EngineOptions {
  /** Models by the names that agents use, or a function that knows them. Others are found by name, provider and environment. */
  models?: Models;
  /** Code of the tools that agents have. */
  tools?: Record<string, ToolLike>;
  /** Host code as agents, by role. */
  agents?: Record<string, CustomAgent | CustomAgent["run"]>;
  /** Reads an environment variable, for `${NAME}` and keys. Default: the process's environment, where there is one. */
  env?: (name: string) => string | undefined;
  /** Imports an optional package by name. */
  load?: (packageName: string) => Promise<object>;
  /** Milliseconds since 1970. Default: Date.now. */
  now?: () => number;
  /** The definition's name in messages and telemetry. */
  name?: string;
}

/** Bounds of one run; what the definition says holds, too. */
export interface Budget {
  /** Calls of models. */
  calls?: number;
  /** Tokens, input and output together. */
  tokens?: number;
  /** Milliseconds from the start. */
  time?: number;
}

export interface RunOptions {
  /** Cancels the run. */
  signal?: AbortSignal;
  budget?: Budget;
  /** Where the input goes: an agent's or port's name. Needed only if there are several. */
  to?: string;
  /** The run's name, for ever: 1 to 64 bytes. Default: a new one. */
  id?: string;
  /** What the run's randomness comes from: a whole number below 2^53. Default: the definition's, or a new one. */
  seed?: number;
  /** Ends a run whose producers would go on for ever, after so many milliseconds: what is under way comes to its end. */
  endAfter?: number;
  /** More input will follow by `run.send`, until `run.close`. */
  open?: boolean;
}

/** What replaying a journal came to. */
export interface Replay {
  steps: number;
  /** The run had come to its end. */
  finished: boolean;
}

/** What is wrong with a definition, and what it looks like if nothing is. */
export interface Validation {
  problems: readonly Problem[];
  manifest: Manifest | undefined;
}

/** A definition, loaded and ready to run, in a core of its own. */
export class Engine {
  /** How the core is found; each runtime's entry has its own. */
  static findCore: FindCore = () => Promise.reject(new BadUsage("import aixlet from one of its entries, which know where the core is"));

  readonly manifest: Manifest;
  /** SHA-256 of the definition before variables are put in, in hexadecimal. */
  readonly hash: string;
  readonly warnings: readonly Problem[];
  readonly #core: Core;
  readonly #driver: Driver;
  readonly #definition: number;
  readonly #agents: readonly HostAgent[];
  readonly #now: () => number;
  readonly #prefix = newPrefix();
  #runs = 0;
  #closed = false;

  protected constructor(core: Core, driver: Driver, defined: protocol.DefinedCommand, manifest: Manifest, agents: readonly HostAgent[], now: () => number) {
    this.#core = core;
    this.#driver = driver;
    this.#definition = defined.definition;
    this.manifest = manifest;
    this.hash = defined.hash;
    this.warnings = defined.warnings;
    this.#agents = agents;
    this.#now = now;
  }

  /**
   * Loads a definition.
   * @throws DefinitionRefused with all problems at once
   */
  static async load(definition: DefinitionInput, options: EngineOptions = {}): Promise<Engine> {
    const core = new Core(await this.findCore());
    const now = options.now ?? Date.now;
    const env = options.env ?? environment;
    const tools = prepareTools(options.tools);
    const custom = prepareAgents(options.agents);
    const telemetry = new Telemetry(options.name ?? "aixlet");
    const driver = new Driver(core, now, telemetry);
    const defined = define(driver, await sourcesOf(definition, options.name), Object.keys(custom), Object.keys(tools), env, false);
    const manifest = JSON.parse(defined.manifest) as Manifest;
    const agents = hostAgents(manifest, tools, new ModelSource({ models: options.models, env, load: options.load }));
    driver.serve(agents, custom);
    telemetry.serve(agents, manifest.definition.config);
    return new this(core, driver, defined, manifest, agents, now);
  }

  /** Checks a definition, and does nothing with it. Variables need no values. */
  static async validate(
    definition: DefinitionInput,
    options: Pick<EngineOptions, "name"> & { agents?: readonly string[]; tools?: readonly string[] } = {},
  ): Promise<Validation> {
    const driver = new Driver(new Core(await this.findCore()), Date.now, new Telemetry("aixlet"));
    try {
      const defined = define(driver, await sourcesOf(definition, options.name), options.agents ?? [], options.tools ?? [], () => undefined, true);
      return { problems: defined.warnings, manifest: JSON.parse(defined.manifest) as Manifest };
    } catch (error) {
      if (!(error instanceof DefinitionRefused)) throw error;
      return { problems: error.problems, manifest: undefined };
    }
  }

  /** Finds every model that agents may call, so that a missing key or package shows before anything has begun. */
  async prepare(): Promise<void> {
    for (const agent of this.#agents) for (let provider = 0; provider < agent.providers; provider++) await agent.find(provider);
  }

  /** Bytes of the core's memory. */
  get memoryBytes(): number {
    return this.#core.memoryBytes;
  }

  get liveRuns(): number {
    return this.#driver.liveRuns;
  }

  /**
   * Begins a run. Without input producers begin by themselves. It starts when the present piece of work on this thread is done, so that
   * whoever wants to see its events can begin to iterate before.
   */
  run(input?: string, options: RunOptions = {}): Run {
    if (this.#closed) throw new Closed("engine");
    if (this.#core.trapped !== undefined) throw this.#core.trapped;
    const run = new Run(options.id ?? `${this.#prefix}${(++this.#runs).toString(36)}`, this.#owner);
    const { budget, signal } = options;
    this.#driver.start({
      run,
      event: {
        run: 0,
        tag: 0,
        definition: this.#definition,
        id: run.id,
        seed: options.seed ?? newSeed(),
        watch: false,
        closed: options.open !== true,
        to: options.to ?? "",
        input: input ?? "",
        hasInput: input !== undefined,
        endAfter: options.endAfter ?? 0,
        budget: budget === undefined ? noBudget : { calls: budget.calls ?? 0, tokens: budget.tokens ?? 0, time: budget.time ?? 0 },
        traceId: "",
        parentSpan: "",
      },
    });
    if (signal !== undefined) cancelWith(run, signal);
    return run;
  }

  /**
   * Does a recorded run again, without models and tools, and proves that every step leads to the same commands.
   * @throws EventRefused with reason `diverged`, `bad-record` or `wrong-step`, and RangeError for a journal that is cut off
   */
  replay(journal: Uint8Array): Replay {
    let run = 0;
    let last: Replay = { steps: 0, finished: false };
    try {
      for (const record of recordsOf(journal)) {
        const answer = this.#driver.ask((tag, events) => protocol.writeReplay(events, { run, tag, definition: this.#definition, record }));
        if (answer.type === "refused") {
          run = answer.run;
          throw new EventRefused(answer.code, answer.path, answer.message);
        }
        if (answer.type !== "replayed") throw new EngineTrapped(new Error(`${answer.type} instead of replayed`));
        run = answer.run;
        last = { steps: answer.step, finished: answer.finished };
      }
    } finally {
      if (run !== 0 && !last.finished) this.#driver.drop(run);
    }
    return last;
  }

  /** Cancels all runs and gives the core back. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#driver.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  readonly #owner = {
    send: (run: Run, to: string, text: string) => this.#driver.deliver(run, to, text),
    close: (run: Run) => this.#driver.closeInput(run),
    cancel: (run: Run, reason: string) => this.#driver.cancel(run, reason),
  };
}

const noBudget = { calls: 0, tokens: 0, time: 0 };

/** Loads or checks, asking for variables in between. */
function define(
  driver: Driver,
  sources: Source[],
  roles: readonly string[],
  tools: readonly string[],
  env: (name: string) => string | undefined,
  checkOnly: boolean,
): protocol.DefinedCommand {
  let first = 0;
  let answer = driver.ask((tag, events) => {
    first = tag;
    protocol.writeDefine(events, { tag, sources, roles: [...roles], tools: [...tools], checkOnly });
  });
  if (answer.type === "variables-needed") {
    const values = answer.names.map((name) => ({ name, value: env(name) }));
    answer = driver.ask((_, events) => protocol.writeVariables(events, { tag: first, values }), first);
  }
  if (answer.type === "problems") throw new DefinitionRefused(answer.problems);
  if (answer.type !== "defined") throw new EngineTrapped(new Error(`${answer.type} instead of defined`));
  return answer;
}

async function sourcesOf(definition: DefinitionInput, name = "definition"): Promise<Source[]> {
  const files = typeof definition === "string" || definition instanceof Uint8Array ? [{ path: name, content: definition }] : definition;
  if (!Array.isArray(files)) return [readObject(name, files)];
  // The parser of YAML is half of what a page would load, and who gives an object needs none.
  const { readYaml } = await import("./definition/nodes.ts");
  return files.map(({ path, content }: DefinitionFile) => readYaml(path, content));
}

function prepareTools(tools: Record<string, ToolLike> = {}): Record<string, Tool> {
  return Object.fromEntries(Object.entries(tools).map(([name, tool]) => [name, toTool(tool, name)]));
}

function prepareAgents(agents: Record<string, CustomAgent | CustomAgent["run"]> = {}): Record<string, CustomAgent> {
  return Object.fromEntries(Object.entries(agents).map(([role, agent]) => [role, typeof agent === "function" ? { run: agent } : agent]));
}

function cancelWith(run: Run, signal: AbortSignal): void {
  const reason = () => (signal.reason instanceof Error ? signal.reason.message : String(signal.reason ?? "cancelled"));
  if (signal.aborted) return run.cancel(reason());
  const abort = () => run.cancel(reason());
  signal.addEventListener("abort", abort, { once: true });
  const forget = () => signal.removeEventListener("abort", abort);
  run.result.then(forget, forget);
}

function environment(name: string): string | undefined {
  return (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env?.[name];
}

/** What makes ids of this engine's runs different from all others. */
function newPrefix(): string {
  const random = crypto.getRandomValues(new Uint8Array(12));
  return `${Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("")}-`;
}

function newSeed(): number {
  return Math.floor(Math.random() * Number.MAX_SAFE_INTEGER);
}
