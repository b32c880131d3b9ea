import { Core } from "../../host/core/core.ts";
import { readObject } from "../../host/definition/object.ts";
import { DefinitionRefused } from "../../host/errors.ts";
import { Choices } from "../../host/simulate/choices.ts";
import { ALL_FAULTS, type Fault } from "../../host/simulate/faults.ts";
import { Subject } from "../../host/simulate/subject.ts";
import { Violation } from "../../host/simulate/violation.ts";
import { type Listener, type Outcome, type Setup, World } from "../../host/simulate/world.ts";
import { HOST, type Keys } from "./agents.ts";
import { definitionOf } from "./definitions.ts";
import { checkRules, says } from "./model/agree.ts";
import { isModelled } from "./model/modelled.ts";

// The light profile: the core and a world in one place, one random definition for a few seeds.

/** Seeds that share a definition. */
const GROUP = 8;
/** Each seed has a day of its own, so that it is the same alone and after others in one core. */
const DAY = 200_000_000;
const EPOCH = 1_000_000_000_000;
const DAYS = 40_000_000;

/** What a seed is made of; the scripts of a failing one are made shorter. */
export interface Source {
  definition: Choices;
  world: Choices;
  now: number;
}

export function sourceOf(seed: number): Source {
  return { definition: Choices.of(Math.floor(seed / GROUP) * 2 + 1), world: Choices.of(seed * 2), now: EPOCH + (seed % DAYS) * DAY };
}

/** Takes one seed after the other, in one core. */
export class Light {
  readonly #module: WebAssembly.Module;
  #core: Core | undefined;
  #subject: Subject | undefined;
  #group = -1;
  #clock = 0;
  /** Definitions that the core did not take: the generator is to make few of them. */
  refused = 0;
  definitions = 0;

  constructor(module: WebAssembly.Module) {
    this.#module = module;
  }

  /** Takes a seed. @throws Violation, EngineTrapped */
  seed(seed: number): Outcome | undefined {
    const source = sourceOf(seed);
    const group = Math.floor(seed / GROUP);
    if (this.#core === undefined || source.now < this.#clock) this.#renew();
    this.#clock = source.now;
    if (group !== this.#group) {
      this.#group = group;
      this.#subject?.forget(source.now);
      this.#subject = this.#load(source.definition, source.now);
    }
    if (this.#subject === undefined) return undefined;
    try {
      return play(this.#subject, source);
    } catch (error) {
      // Nobody knows what is left in this core.
      this.#renew();
      throw error;
    }
  }

  #renew(): void {
    this.#core = new Core(this.#module);
    this.#subject = undefined;
    this.#group = -1;
    this.#clock = 0;
  }

  #load(choices: Choices, now: number): Subject | undefined {
    this.definitions++;
    try {
      return load(this.#core as Core, choices, now);
    } catch (error) {
      if (!(error instanceof DefinitionRefused)) throw error;
      this.refused++;
      return undefined;
    }
  }
}

/** Of definitions of which the plain rules know everything. */
const modelled = new WeakMap<Subject, Keys>();

export function load(core: Core, choices: Choices, now: number): Subject {
  const definition = definitionOf(choices);
  const subject = Subject.load(core, [readObject("random", definition)], HOST, now);
  if (isModelled(definition)) modelled.set(subject, definition);
  return subject;
}

/** Of what the rules know nothing. */
export const BEYOND_RULES: readonly Fault[] = ["lost", "tool-failure", "cancel"];

/** A run in a world with a random set of faults: with all of them at once few runs come far. @throws Violation */
export function play(subject: Subject, { world: choices, now }: Source, listener?: Listener): Outcome | undefined {
  const faults = new Set<Fault>();
  const often = choices.below(4);
  if (often > 0) for (const fault of ALL_FAULTS) if (choices.below(4) < often) faults.add(fault);
  const setup = setupOf(subject, choices, now);
  const definition = modelled.get(subject);
  if (definition === undefined) return new World(subject, choices, faults, setup, listener).live();
  for (const fault of BEYOND_RULES) faults.delete(fault);
  const outcome = new World(subject, choices, faults, { ...setup, budget: none, says }, listener).live();
  if (outcome === undefined) return undefined;
  const { stop, output } = outcome.finished;
  checkRules(definition, setup.input ?? "", { stop, output, told: outcome.told });
  return outcome;
}

const none = { calls: 0, tokens: 0, time: 0, money: 0 };

const INPUTS = ["yes", "no", "hello", '["one","two","three"]', '{"category":"x","score":0.7,"n":1}', "@m1 please", "first\n\nsecond", "päper 🙂"];

function setupOf(subject: Subject, choices: Choices, now: number): Setup {
  const { entries } = subject;
  const more =
    subject.hasFlow || entries.length === 0 ? [] : Array.from({ length: choices.below(12) }, () => ({ to: choices.pick(entries), text: choices.pick(INPUTS) }));
  return {
    now,
    seed: choices.below(1_000_000),
    id: "run",
    input: subject.hasFlow ? choices.pick(INPUTS) : undefined,
    more,
    endAfter: subject.hasFlow ? 0 : choices.between(1, 3000),
    budget: choices.once(8) ? { calls: choices.below(20), tokens: choices.below(300), time: choices.below(900), money: 0 } : none,
  };
}

/** Whether a seed fails by itself, in a core of its own. */
export function failureOf(module: WebAssembly.Module, source: Source, listener?: Listener): Violation | undefined {
  try {
    play(load(new Core(module), source.definition, source.now), source, listener);
    return undefined;
  } catch (error) {
    return toViolation(error);
  }
}

export function toViolation(error: unknown): Violation | undefined {
  if (error instanceof Violation) return error;
  if (error instanceof DefinitionRefused) return undefined;
  return new Violation(
    "no-trap",
    error instanceof Error ? `${error.name}: ${error.message}${error.cause instanceof Error ? ` (${error.cause.message})` : ""}` : String(error),
  );
}
