import { Core } from "../core/core.ts";
import { BadUsage, EngineTrapped } from "../errors.ts";
import type { Source } from "../protocol/index.ts";
import { Choices } from "./choices.ts";
import { ALL_FAULTS, type Fault, FAULTS } from "./faults.ts";
import { namesIn } from "./names.ts";
import { type Finding, Report, type SimulationReport } from "./report.ts";
import { played, shrink } from "./shrink.ts";
import { Subject } from "./subject.ts";
import { Trace } from "./trace.ts";
import { Violation } from "./violation.ts";
import { type Listener, type Outcome, World } from "./world.ts";

/** How a definition is simulated. */
export interface SimulationOptions {
  /** How many runs. Default: 1000. */
  seeds?: number;
  /** The first one's seed; each run's seed is one more than the one before. Default: 0. */
  seed?: number;
  /** What may go wrong. Default: everything (`FAULTS`). None: runs in which nothing does. */
  faults?: readonly Fault[];
  /** What goes in. Default: one of a few short texts, by the seed. */
  input?: string;
  /** Where the input goes, in a definition with several places. Default: any of them, by the seed. */
  to?: string;
  /** Ends a run whose producers would go on for ever, after so many milliseconds of its own time. Default: 10 000. */
  endAfter?: number;
  /** What a run may spend beside what the definition says. */
  budget?: { calls?: number; tokens?: number; time?: number };
  /** A run with more calls of models than that has no bound that anybody would wait for. Default: 300. */
  mostCalls?: number;
  /** Reads a variable of the definition. Default: the value is `simulated`. */
  env?: (name: string) => string | undefined;
  /** Called between runs, now and then; a page draws meanwhile. */
  pause?: (done: number) => Promise<void> | void;
}

const INPUTS = ["Hello.", "yes", '["one","two","three"]', "first\n\nsecond", '{"score":0.7,"category":"x"}', "Naïve – 🙂"];
/** Each run has a time of its own, so that it is the same alone and after others. */
const APART = 400_000_000;
const EPOCH = 1_000_000_000_000;
const MOST_SEEDS = 10_000_000;
/** Runs between two pauses. */
const AT_ONCE = 25;
/** Tries to make a finding's trace shorter, and findings that this is done for. */
const TRIES = 400;

/** Runs a definition again and again in a world that is made up: nothing is called, no time passes, and what can go wrong does. */
export class Simulation {
  readonly #module: WebAssembly.Module;
  readonly #sources: readonly Source[];
  readonly #options: SimulationOptions;
  readonly #faults: readonly Fault[];
  #subject: Subject | undefined;

  /** @throws BadUsage */
  constructor(module: WebAssembly.Module, sources: readonly Source[], options: SimulationOptions) {
    this.#module = module;
    this.#sources = sources;
    this.#options = options;
    this.#faults = options.faults ?? ALL_FAULTS;
    for (const fault of this.#faults)
      if (!Object.hasOwn(FAULTS, fault)) throw new BadUsage(`There is no fault "${fault}"; there are: ${ALL_FAULTS.join(", ")}.`);
    const { seed = 0, seeds = 1000 } = options;
    if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(seeds) || seed < 0 || seeds < 1 || seed + seeds > MOST_SEEDS)
      throw new BadUsage(`Seeds are whole numbers below ${MOST_SEEDS}.`);
  }

  /** Takes all seeds. @throws DefinitionRefused */
  async run(): Promise<SimulationReport> {
    const { seed: first = 0, seeds = 1000, pause } = this.#options;
    const report = new Report(this.#load(first), first, seeds, this.#faults);
    for (let seed = first; seed < first + seeds; seed++) {
      const outcome = this.#take(seed, Choices.of(seed));
      report.add(seed, outcome);
      if ((seed - first + 1) % AT_ONCE === 0) await pause?.(seed - first + 1);
    }
    for (const finding of report.findings) finding.trace = await this.#shortest(report, finding);
    return report.result();
  }

  /** One run: what it came to, or which promise of the engine did not hold. */
  #take(seed: number, choices: Choices, listener?: Listener): Outcome | Violation | undefined {
    const subject = this.#subject ?? this.#load(seed);
    try {
      return this.#world(subject, seed, choices, listener).live();
    } catch (error) {
      // Nobody knows what is left in this core.
      this.#subject = undefined;
      if (error instanceof Violation) return error;
      if (error instanceof EngineTrapped) return new Violation("no-trap", error.message);
      throw error;
    }
  }

  #load(seed: number): Subject {
    const { env = () => "simulated" } = this.#options;
    const { roles, tools } = namesIn(this.#sources);
    this.#subject = Subject.load(new Core(this.#module), this.#sources, { roles, tools, variables: env }, nowOf(seed));
    return this.#subject;
  }

  #world(subject: Subject, seed: number, choices: Choices, listener?: Listener): World {
    const { input, to, endAfter = 10_000, budget = {}, mostCalls = 300 } = this.#options;
    // Few at a time: with all of them at once few runs come far.
    const often = choices.below(4);
    const faults = new Set(this.#faults.filter(() => choices.below(4) < often));
    const text = input ?? choices.pick(INPUTS);
    const entries = to === undefined ? subject.entries : [to];
    const produces = subject.manifest.agents.some(({ role }) => role === "producer");
    const count = subject.hasFlow || entries.length === 0 ? 0 : faults.has("flood") ? choices.between(1, 8) : 1;
    return new World(
      subject,
      choices,
      faults,
      {
        now: nowOf(seed),
        seed: choices.below(1_000_000),
        id: `simulated-${seed}`,
        input: subject.hasFlow ? text : undefined,
        more: Array.from({ length: count }, () => ({ to: choices.pick(entries), text })),
        endAfter: produces ? endAfter : 0,
        budget: { calls: budget.calls ?? 0, tokens: budget.tokens ?? 0, time: budget.time ?? 0, money: 0 },
        mostCalls,
      },
      listener,
    );
  }

  /** The shortest that happens in a run with the same finding. */
  async #shortest(report: Report, { kind, seed }: Finding): Promise<readonly string[]> {
    const again = (script: readonly number[]) => this.#renewed(seed, Choices.scripted(script));
    const own = Choices.of(seed).keep();
    this.#renewed(seed, own);
    const fails = ([script]: readonly (readonly number[])[]) => report.kindsOf(again(script)).some((found) => found.kind === kind);
    const [script] = await shrink(played([own]), fails, TRIES);
    const trace = new Trace(nowOf(seed));
    this.#renewed(seed, Choices.scripted(script), trace);
    return trace.lines;
  }

  /** A run in a core of its own, since its time has been before. */
  #renewed(seed: number, choices: Choices, listener?: Listener): Outcome | Violation | undefined {
    this.#subject = undefined;
    return this.#take(seed, choices, listener);
  }
}

function nowOf(seed: number): number {
  return EPOCH + seed * APART;
}
