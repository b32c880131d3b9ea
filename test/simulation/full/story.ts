import type { Core } from "../../../host/core/core.ts";
import { AixletError } from "../../../host/errors.ts";
import { Engine } from "../../../host/engine.ts";
import type { Definition } from "../../../host/definition/schema/definition.ts";
import type { Run } from "../../../host/run.ts";
import type { RunResult } from "../../../host/run-events.ts";
import type { Choices } from "../../../host/simulate/choices.ts";
import { ALL_FAULTS, type Fault } from "../../../host/simulate/faults.ts";
import { Violation } from "../../../host/simulate/violation.ts";
import type { Keys } from "../agents.ts";
import { BEYOND_RULES } from "../light.ts";
import { checkRules } from "../model/agree.ts";
import { isModelled } from "../model/modelled.ts";
import type { Cores } from "./cores.ts";
import { Disk } from "./disk.ts";
import { SimulatedStore, type StoreFaults } from "./store.ts";
import { approverOf, type Around, customOf, modelOf, storeOf, toolOf } from "./surroundings.ts";
import { type Domain, settled, Timeline } from "./timeline.ts";
import { Truth } from "./truth.ts";

/** A module of WebAssembly with nothing in it: what stores keep in the place of the engine, which would be hashed again for every process. */
const NOTHING = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
const MOST_TURNS = 8000;
const INPUTS = ["yes", "hello", '["one","two","three"]', '{"category":"x","score":0.7,"n":1}', "@m1 please"];
const ID = "run";

/** One life of the host: it ends when it is killed. */
interface Process {
  engine: Engine;
  core: Core;
  domain: Domain;
  store: SimulatedStore;
  run: Run;
  told: { result: RunResult } | { error: unknown } | undefined;
}

/** One run in the real host, through as many processes as it takes. */
export class Story {
  readonly #module: WebAssembly.Module;
  readonly #cores: Cores;
  readonly #definition: Keys;
  readonly #choices: Choices;
  readonly #timeline: Timeline;
  readonly #disk = new Disk();
  readonly #faults = new Set<Fault>();
  readonly #storeFaults: StoreFaults;
  readonly #truth: Truth;
  readonly #say: (line: string) => void;
  #violation: Violation | undefined;
  #process!: Process;
  #zombies: Process[] = [];
  #begun = false;
  #processes = 0;
  #cancelled = false;
  #calm = false;
  readonly #modelled: boolean;
  readonly #input: string | undefined;
  readonly #more: string[];
  readonly #endAfter: number;

  constructor(module: WebAssembly.Module, cores: Cores, definition: Keys, choices: Choices, now: number, say: (line: string) => void = () => {}) {
    this.#module = module;
    this.#cores = cores;
    this.#definition = definition;
    this.#choices = choices;
    this.#timeline = new Timeline(now);
    this.#say = (line) => say(`${`${this.#timeline.now - now} ms`.padStart(10)}  ${line}`);
    this.#truth = new Truth(definition);
    const often = choices.below(4);
    for (const fault of ALL_FAULTS) if (choices.below(4) < often) this.#faults.add(fault);
    this.#modelled = isModelled(definition);
    // A clock that is half a minute wrong ends what was to be ready by then.
    if (this.#modelled) for (const fault of [...BEYOND_RULES, "clock"] as const) this.#faults.delete(fault);
    this.#storeFaults = { refuses: choices.once(3), lies: choices.once(3), fills: choices.once(4), slow: choices.once(2) };
    const hasFlow = definition.flow !== undefined || definition.orchestration !== undefined || definition.expert_agents !== undefined;
    this.#input = hasFlow ? choices.pick(INPUTS) : undefined;
    this.#more = hasFlow ? [] : Array.from({ length: choices.below(6) }, () => choices.pick(INPUTS));
    this.#endAfter = hasFlow ? 0 : choices.between(1, 1500);
  }

  /** Lives through it. @throws Violation */
  async live(): Promise<RunResult> {
    await this.#begin();
    for (let turn = 0; ; turn++) {
      if (this.#violation !== undefined) throw this.#violation;
      if (turn > MOST_TURNS) throw new Violation("ends", `the run is not over after ${MOST_TURNS} turns`);
      // Towards the end nothing goes wrong any more: then it has to come to its end.
      if (turn > 600) this.#calmDown();
      const { told } = this.#process;
      if (told !== undefined) {
        if ("result" in told) return this.#prove(told.result);
        await this.#goOnAfter(told.error);
        continue;
      }
      if (!this.#calm) await this.#act();
      if (this.#process.told === undefined && !(await this.#timeline.next())) await this.#rest();
    }
  }

  // ---- processes ----

  async #newProcess(begin: (engine: Engine) => Run): Promise<void> {
    if (++this.#processes > 60) throw new Violation("ends", "sixty processes have not brought the run to its end");
    const domain: Domain = { alive: true };
    const skew = this.#faults.has("clock") ? this.#choices.pick([0, -5000, 40_000]) : 0;
    const store = new SimulatedStore(this.#disk, this.#timeline, domain, this.#choices, this.#storeFaults);
    const around: Around = {
      timeline: this.#timeline,
      domain,
      choices: this.#choices,
      faults: this.#faults,
      truth: this.#truth,
      found: (violation) => (this.#violation ??= violation),
    };
    const tool = toolOf(around);
    const module = this.#module;
    const core = this.#cores.take(this.#timeline.now);
    const engine = await class extends Engine {
      static override findCore = () => Promise.resolve(module);
      static override readCore = () => Promise.resolve(NOTHING);
      static override makeCore = () => core;
    }.load(this.#definition as Definition, {
      store,
      clock: this.#timeline.clock(domain, () => skew),
      models: (name: string) => modelOf(name, around),
      agents: { own: customOf(around) },
      tools: { t0: tool, t1: tool, t2: tool },
      documents: storeOf(around),
      approve: approverOf(around),
      env: () => undefined,
    });
    await settled();
    const process: Process = { engine, core, domain, store, run: begin(engine), told: undefined };
    process.run.result.then(
      (result) => (process.told = { result }),
      (error) => (process.told = { error }),
    );
    this.#process = process;
    await settled();
  }

  #begin(): Promise<void> {
    this.#say("a process begins the run");
    const budget = this.#choices.once(6) && !this.#modelled ? { calls: this.#choices.between(1, 12) } : {};
    return this.#newProcess((engine) => engine.run(this.#input, { id: ID, seed: 7, budget, open: this.#more.length > 0, endAfter: this.#endAfter }));
  }

  #resume(): Promise<void> {
    this.#say("a process resumes the run");
    this.#begun = true;
    return this.#newProcess((engine) => engine.resume(ID));
  }

  /** The process could not go on. */
  async #goOnAfter(error: unknown): Promise<void> {
    const code = AixletError.isInstance(error) ? error.code : "";
    this.#say(`the process gives the run up: ${code || String(error)}`);
    switch (code) {
      case "store-failed":
        this.#disk.full = false;
        break;
      case "run-fenced":
      case "run-suspended":
        break;
      case "run-missing":
        // It had not begun.
        await this.#kill();
        return this.#begin();
      case "run-exists":
        break;
      default:
        throw new Violation("typed-errors", `the run fails with ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`);
    }
    await this.#kill();
    if (this.#disk.runs.has(ID)) await this.#resume();
    else await this.#begin();
    if (this.#cancelled) this.#process.run.cancel("enough");
  }

  async #kill(process = this.#process): Promise<void> {
    if (!process.domain.alive) return;
    // What was begun in this turn of its event loop is done: a process does not die in the middle of one.
    await settled();
    process.domain.alive = false;
    this.#cores.leave(process.core, process.run.handle, this.#timeline.now);
  }

  // ---- acts ----

  async #act(): Promise<void> {
    const choices = this.#choices;
    const { run } = this.#process;
    if (this.#more.length > 0 && choices.once(3)) {
      const text = this.#more.pop() as string;
      // Only one who knows where to.
      const [entry] = this.#process.engine.manifest.inputs;
      if (entry !== undefined) run.send(text, entry);
      if (this.#more.length === 0) run.close();
    }
    if (this.#faults.has("cancel") && !this.#cancelled && choices.once(60)) {
      this.#say("somebody cancels the run");
      this.#cancelled = true;
      run.cancel("enough");
    }
    if (this.#faults.has("crash") && choices.once(18)) await this.#crash();
    else if (this.#faults.has("restore") && choices.once(20)) await this.#suspend();
    else if (this.#faults.has("flood") && choices.once(30)) await this.#split();
    else if (this.#faults.has("clock") && choices.once(20)) this.#timeline.now += choices.pick([1, 50, 2000]);
  }

  /** The process dies, and maybe all of the machine. */
  async #crash(): Promise<void> {
    const power = this.#choices.once(2);
    this.#say(power ? "the power goes" : "the process is killed");
    for (const { run, at, entries } of this.#process.store.writing) {
      const kept = this.#disk.runs.get(run);
      if (kept?.epoch === at.epoch && kept.entries.length === at.position) this.#disk.tear(run, entries, this.#choices);
    }
    await this.#kill();
    if (power) {
      for (const process of this.#zombies) await this.#kill(process);
      this.#disk.losePower(this.#choices);
    }
    await this.#goOn();
  }

  async #goOn(): Promise<void> {
    if (this.#disk.runs.has(ID)) await this.#resume();
    else {
      if (this.#begun) throw new Violation("nothing-lost", "the run was there, and is lost");
      await this.#begin();
    }
    if (this.#more.length === 0) this.#process.run.close();
    if (this.#cancelled) this.#process.run.cancel("enough");
  }

  /** The process lets go of the run in order. */
  async #suspend(): Promise<void> {
    this.#say("the process suspends the run");
    const suspended = this.#process.engine.suspend().then(
      () => true,
      () => true,
    );
    await this.#until(suspended);
    await this.#kill();
    await this.#goOn();
  }

  /** Another process takes the run while this one goes on, and does not know it. */
  async #split(): Promise<void> {
    if (!this.#disk.runs.has(ID)) return;
    this.#say("another process takes the run, and this one goes on");
    this.#zombies.push(this.#process);
    await this.#goOn();
  }

  async #until(done: Promise<unknown>): Promise<void> {
    let over = false;
    void done.then(() => (over = true));
    await settled();
    for (let turn = 0; !over && turn < MOST_TURNS; turn++) if (!(await this.#timeline.next())) break;
    if (!over) throw new Violation("ends", "what was begun does not come to its end, and nothing is left to happen");
  }

  #calmDown(): void {
    if (this.#calm) return;
    this.#calm = true;
    this.#say("from now on nothing goes wrong");
    this.#faults.clear();
    Object.assign(this.#storeFaults, { refuses: false, lies: false, fills: false });
    this.#disk.full = false;
  }

  /** Nothing will happen by itself. */
  async #rest(): Promise<void> {
    const { run } = this.#process;
    if (this.#more.length > 0) {
      this.#more.length = 0;
      run.close();
      return settled();
    }
    if (this.#cancelled) throw new Violation("ends", "the run was cancelled, and does not end");
    this.#say("nothing happens any more: somebody cancels the run");
    this.#cancelled = true;
    run.cancel("it waits for what never comes");
    await settled();
  }

  // ---- the end ----

  /** Whoever was told of the end finds it in the store, and the journal says the same when it is done again. */
  async #prove(result: RunResult): Promise<RunResult> {
    this.#say(`the run ends: ${result.stop}`);
    this.#calmDown();
    const power = this.#choices.once(2);
    await this.#kill();
    for (const process of this.#zombies) await this.#kill(process);
    if (power) this.#disk.losePower(this.#choices);
    if (!this.#disk.runs.has(ID)) throw new Violation("nothing-lost", "the run's end was told, and the run is lost");
    await this.#resume();
    await this.#until(this.#process.run.result.catch(() => {}));
    const again = this.#process.told;
    if (again === undefined || "error" in again)
      throw new Violation("nothing-lost", `the run's end was told, and it cannot be had again: ${again === undefined ? "nothing" : String(again.error)}`);
    const { stop, text } = again.result;
    if (stop !== result.stop || text !== result.text)
      throw new Violation(
        "same-bytes",
        `the run ended ${result.stop} with ${JSON.stringify(result.text)}, and from its journal it ends ${stop} with ${JSON.stringify(text)}`,
      );
    const replaying = this.#process.engine.replay(ID).then(
      ({ finished }) => finished || new Error("the journal does not come to the end"),
      (error) => error,
    );
    await this.#until(replaying);
    const replayed = await replaying;
    if (replayed !== true) throw new Violation("same-bytes", `the journal cannot be done again: ${String(replayed)}`);
    if (this.#violation !== undefined) throw this.#violation;
    await this.#kill();
    if (this.#modelled) checkRules(this.#definition, this.#input ?? "", { stop, output: text, told: undefined });
    return result;
  }
}
