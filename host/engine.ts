import type { CustomAgent } from "./agents.ts";
import { systemClock } from "./clock.ts";
import { Core, type FindCore } from "./core/core.ts";
import { sourcesOf } from "./definition/sources.ts";
import { Driver } from "./driver/driver.ts";
import type { Answer } from "./driver/questions.ts";
import type { DefinitionInput, EngineOptions, RunOptions, Validation } from "./engine-options.ts";
import { AixletError, BadUsage, Closed, DefinitionRefused, EngineTrapped, EventRefused } from "./errors.ts";
import { recordsOf } from "./journal.ts";
import { LaterOwner } from "./later-owner.ts";
import type { Manifest } from "./manifest.ts";
import type { ToolServerReport, ToolServers } from "./mcp/servers.ts";
import { ModelSource } from "./models/resolve.ts";
import { toMicroDollars } from "./money.ts";
import type { Catalogue } from "./prices/facts.ts";
import type { ModelFacts, Problem, Source } from "./protocol/index.ts";
import { UsageBook } from "./usage.ts";
import * as protocol from "./protocol/index.ts";
import type { Evidence, Verdict, Wish } from "./guard.ts";
import { Run } from "./run.ts";
import type { SimulationReport } from "./simulate/report.ts";
import type { SimulationOptions } from "./simulate/simulate.ts";
import type { OpenSessions } from "./sessions/open-sessions.ts";
import type { SessionStores } from "./sessions/session-stores.ts";
import type { Sessions } from "./sessions/sessions.ts";
import { define, type Equipment, type Loading, type Seat, takeSeat } from "./seat.ts";
import type { RunDiff } from "./stores/diff.ts";
import type { ForkOptions } from "./stores/fork.ts";
import type { Keeper, Replay, RunInfo } from "./stores/keeper.ts";
import type { Head, SignedHead } from "./stores/signed-head.ts";
import type { Store } from "./stores/store.ts";
import { Telemetry } from "./telemetry.ts";
import type { FindTokenizer } from "./tokens/tokenizers.ts";
import { type Tool, type ToolLike, toTool } from "./tools/tool.ts";

/** A definition, loaded and ready to run, in a core of its own. */
export class Engine {
  /** How the core is found; each runtime's entry has its own. */
  static findCore: FindCore = () => Promise.reject(new BadUsage("import aixlet from one of its entries, which know where the core is"));

  /** How sessions' stores are opened; each runtime's entry has its own. */
  static openSessions: OpenSessions = async (settings) => (await import("./sessions/open-memory.ts")).openInMemory(settings);

  /** How the core's bytes are found, which a store keeps; an entry without has none. */
  static readCore: (() => Promise<Uint8Array>) | undefined;

  /** How the tokenizer of an encoding is found; an entry without has none, and tokens are estimated. */
  static findTokenizer: FindTokenizer | undefined;

  /** What is known of models, where an engine's options do not say; an entry without knows nothing. */
  static findPrices: (() => Promise<Catalogue>) | undefined;

  /** What the runs of this engine have used, each as soon as it is over. */
  readonly usage = new UsageBook();
  readonly #seat: Seat;
  readonly #keeper: Keeper | undefined;
  readonly #now: () => number;
  readonly #closeSessions: () => Promise<void>;
  readonly #servers: ToolServers | undefined;
  readonly #prefix = newPrefix();
  #runs = 0;
  #closed = false;

  protected constructor(seat: Seat, keeper: Keeper | undefined, { clock, closeSessions, servers }: Equipped) {
    this.#seat = seat;
    this.#keeper = keeper;
    this.#now = clock.now;
    this.#closeSessions = closeSessions;
    this.#servers = servers;
  }

  /**
   * Loads a definition, and connects to its tool servers.
   * @throws DefinitionRefused with all problems at once; ToolServerFailed, MissingPackage, MissingKey
   */
  static async load(definition: DefinitionInput, options: EngineOptions = {}): Promise<Engine> {
    const equipment = equip(options, this.findTokenizer, this.openSessions);
    const env = options.env ?? environment;
    const own = await sourcesOf(definition, options);
    const layer = await this.connect(own, equipment, options);
    const sources = layer === undefined ? own : [...own, layer];
    const loading: Loading = {
      sources,
      roles: Object.keys(equipment.custom),
      tools: Object.keys(equipment.tools),
      models: await this.factsFor(sources, options),
      variables: (names) => names.map((name) => ({ name, value: env(name) })),
    };
    const core = options.core === undefined ? await this.findCore() : await WebAssembly.compile(options.core as Uint8Array<ArrayBuffer>);
    return this.seated(this.makeCore(core), loading, equipment, options);
  }

  /**
   * The engine of a stored run: the core and the definition that it was begun with, as they are kept in the store. Tools, roles and models are
   * the caller's.
   * @throws RunMissing, BadJournal, StoreFailed
   */
  static async ofRun(id: string, options: EngineOptions & { store: Store }): Promise<Engine> {
    const { readKept, readHeader, RunMissing } = await keeping();
    const header = await options.store.header(id);
    if (header === undefined) throw new RunMissing(id);
    const { bytes, loading } = await readKept(options.store, readHeader(header));
    const core = await WebAssembly.compile(bytes as Uint8Array<ArrayBuffer>);
    const equipment = equip(options, this.findTokenizer, this.openSessions);
    // The tools that the run knows stay as they were; who answers their calls is connected to again.
    await this.connect(loading.sources, equipment, options);
    return this.seated(new Core(core, true), loading, equipment, { ...options, core: bytes });
  }

  /** Connects to the tool servers that sources have: their tools are equipment from then on. Gives the layer in which agents have these tools. */
  private static async connect(all: readonly Source[], equipment: Equipped, options: EngineOptions): Promise<Source | undefined> {
    // Most definitions have none, and load nothing of what servers need.
    if (!all.some(({ nodes }) => nodes.some(({ text }) => /^mcp[_-]?servers$/i.test(text)))) return undefined;
    const [{ connectTo }, core] = await Promise.all([import("./mcp/connect.ts"), this.findCore()]);
    const roles = Object.keys(equipment.custom);
    const servers = await connectTo(all, new Core(core), { ...options, env: options.env ?? environment, tools: equipment.tools, roles });
    equipment.servers = servers;
    equipment.tools = { ...equipment.tools, ...servers?.tools };
    return servers?.layer;
  }

  /** What is known of the models that sources may speak of. */
  private static async factsFor(sources: readonly Source[], { prices }: Pick<EngineOptions, "prices">): Promise<ModelFacts[]> {
    const catalogue = prices ?? (await this.findPrices?.());
    if (!catalogue) return [];
    const { factsFor } = await import("./prices/facts.ts");
    return factsFor(catalogue, textsOf(sources));
  }

  /** A core for a new engine; the simulator takes one that another engine has left. */
  protected static makeCore(module: WebAssembly.Module): Core {
    return new Core(module);
  }

  private static async seated(core: Core, loading: Loading, equipment: Equipped, { store, core: bytes }: EngineOptions): Promise<Engine> {
    const seat = await takeSeat(core, loading, equipment).catch(async (error) => {
      await equipment.servers?.close();
      throw error;
    });
    if (store === undefined) return new this(seat, undefined, equipment);
    const kept = bytes ?? (await this.readCore?.());
    if (kept === undefined) throw new BadUsage("A store keeps the core beside its runs: give the engine its bytes, as the option `core`.");
    const { Keeper } = await keeping();
    return new this(seat, new Keeper(store, kept, seat, loading, equipment), equipment);
  }

  get manifest(): Manifest {
    return this.#seat.manifest;
  }

  /** SHA-256 of the definition before variables are put in, in hexadecimal. */
  get hash(): string {
    return this.#seat.defined.hash;
  }

  /** The tool servers that it is connected to, and what agents call their tools. */
  get toolServers(): readonly ToolServerReport[] {
    return this.#servers?.report ?? [];
  }

  get warnings(): readonly Problem[] {
    return this.#seat.defined.warnings;
  }

  /** Checks a definition, and does nothing with it. Variables need no values. */
  static async validate(
    definition: DefinitionInput,
    options: Pick<EngineOptions, "name" | "read" | "prices"> & { agents?: readonly string[]; tools?: readonly string[] } = {},
  ): Promise<Validation> {
    const driver = new Driver(new Core(await this.findCore()), systemClock, new Telemetry("aixlet"));
    try {
      const sources = await sourcesOf(definition, options);
      const models = await this.factsFor(sources, options);
      const { defined } = define(driver, { sources, roles: options.agents ?? [], tools: options.tools ?? [], models, variables: () => [] }, true);
      return { problems: defined.warnings, manifest: JSON.parse(defined.manifest) as Manifest };
    } catch (error) {
      if (!(error instanceof DefinitionRefused)) throw error;
      return { problems: error.problems, manifest: undefined };
    }
  }

  /**
   * Runs a definition many times in a made-up world, under faults: models, tools, people and stores are played, time is virtual, and the same
   * seed leads to the same run everywhere. Tells of stalls, of runs without bound, of budgets that did not hold, and of the worst that came.
   * @throws DefinitionRefused, BadUsage
   */
  static async simulate(
    definition: DefinitionInput,
    { name, read, ...options }: Pick<EngineOptions, "name" | "read"> & SimulationOptions = {},
  ): Promise<SimulationReport> {
    const { Simulation } = await import("./simulate/simulate.ts");
    return new Simulation(await this.findCore(), await sourcesOf(definition, { name, read }), options).run();
  }

  /** Finds every model that agents may call, so that a missing key or package shows before anything has begun. */
  async prepare(): Promise<void> {
    for (const agent of this.#seat.agents) for (let provider = 0; provider < agent.providers; provider++) await agent.find(provider);
  }

  /** Decides by the definition who somebody is, and whether they are let in. */
  signIn(evidence: Evidence): Verdict {
    const { driver, definition } = this.#seat;
    return verdictOf(driver.ask((tag, events) => protocol.writeSignIn(events, { tag, definition, ...evidence })));
  }

  /** Decides by the definition whether somebody may do something, now. */
  authorize(wish: Wish): Verdict {
    const { driver, definition } = this.#seat;
    return verdictOf(driver.ask((tag, events) => protocol.writeAuthorize(events, { tag, definition, ...wish })));
  }

  /** Bytes of the core's memory. */
  get memoryBytes(): number {
    return this.#seat.core.memoryBytes;
  }

  get liveRuns(): number {
    return this.#seat.driver.liveRuns;
  }

  /**
   * Begins a run. Without input producers begin by themselves. It starts when the present piece of work on this thread is done, so that
   * whoever wants to see its events can begin to iterate before.
   */
  run(input?: string, options: RunOptions = {}): Run {
    if (this.#closed) throw new Closed("engine");
    const { core, driver, definition } = this.#seat;
    if (core.trapped !== undefined) throw core.trapped;
    const run = new Run(options.id ?? this.#newId(), driver);
    const { budget, signal } = options;
    run.book = this.usage;
    run.streams = options.stream === true;
    run.labels = { tenant: options.tenant, user: options.user, session: options.session };
    const money = budget?.usd === undefined ? 0 : toMicroDollars(budget.usd);
    this.#keeper?.begin(run);
    driver.start({
      run,
      event: {
        run: 0,
        tag: 0,
        definition,
        id: run.id,
        seed: options.seed ?? newSeed(),
        watch: false,
        closed: options.open !== true,
        to: options.to ?? "",
        input: input ?? "",
        hasInput: input !== undefined,
        endAfter: options.endAfter ?? 0,
        budget: budget === undefined ? noBudget : { calls: budget.calls ?? 0, tokens: budget.tokens ?? 0, time: budget.time ?? 0, money },
        traceId: "",
        parentSpan: "",
        tenant: options.tenant ?? "",
        session: options.session ?? "",
        user: options.user ?? "",
      },
    });
    if (signal !== undefined) cancelWith(run, signal);
    return run;
  }

  /**
   * Goes on with a stored run, where its journal ends: on the engine and the definition that it was begun with. Models and tools that were under
   * way are asked again, under the same keys; a tool that may run only once is *unknown* from then on, and not run again. A run that had come to
   * its end has its result. The run fails with RunMissing, RunLocked, BadJournal, EventRefused or StoreFailed if it cannot go on.
   */
  resume(id: string, options: Pick<RunOptions, "signal"> = {}): Run {
    return this.#later(id, options.signal, (keeper, run) => keeper.resume(run));
  }

  /** A run that comes out of the store. */
  #later(id: string, signal: AbortSignal | undefined, bring: (keeper: Keeper, run: Run) => Promise<Seat>): Run {
    if (this.#closed) throw new Closed("engine");
    const keeper = this.#kept();
    const owner = new LaterOwner();
    const run = new Run(id, owner);
    bring(keeper, run).then(
      (seat) => owner.have(seat.driver),
      (error) => run.fail(AixletError.isInstance(error) ? error : new EngineTrapped(error)),
    );
    if (signal !== undefined) cancelWith(run, signal);
    return run;
  }

  /**
   * Makes a new run of a stored one's first steps, which goes on otherwise: with other prompts, models, seed or results, recorded in its own
   * journal. It goes on with the engine and the definition of the run that it comes from, and what was under way where it leaves it is asked
   * again in its own name, as `resume` does. The run fails with RunMissing, RunExists, BadJournal, BadUsage, EventRefused or StoreFailed if it cannot go on.
   */
  fork(id: string, options: ForkOptions & Pick<RunOptions, "signal"> = {}): Run {
    return this.#later(options.id ?? this.#newId(), options.signal, (keeper, run) => keeper.fork(run, id, options));
  }

  /**
   * Does a recorded run again, without models and tools, and proves that every step leads to the same commands: records as a run's journal has
   * them, or, by its id, a run in the store, on the engine that it was begun with.
   * @throws EventRefused with reason `diverged`, `bad-record` or `wrong-step`; BadJournal, or RangeError for records that are cut off
   */
  replay(journal: Uint8Array | Iterable<Uint8Array>): Replay;
  replay(id: string): Promise<Replay>;
  replay(journal: Uint8Array | Iterable<Uint8Array> | string): Replay | Promise<Replay> {
    if (typeof journal === "string") return this.#kept().replay(journal);
    const { driver, definition } = this.#seat;
    let run = 0;
    let last: Replay = { steps: 0, finished: false };
    try {
      for (const record of journal instanceof Uint8Array ? recordsOf(journal) : journal) {
        const answer = driver.replay(record, run, definition);
        if (answer.type === "refused") {
          run = answer.run;
          throw new EventRefused(answer.code, answer.path, answer.message);
        }
        if (answer.type !== "replayed") throw new EngineTrapped(new Error(`${answer.type} instead of replayed`));
        run = answer.run;
        last = { steps: answer.step, finished: answer.finished };
      }
    } finally {
      if (run !== 0 && !last.finished) driver.drop(run);
    }
    return last;
  }

  /** Does two stored runs again, and compares what went in and what came out, step by step. @throws RunMissing, BadJournal, EventRefused, StoreFailed */
  diff(left: string, right: string): Promise<RunDiff> {
    return this.#kept().diff(left, right);
  }

  /**
   * The conversations that the definition's agents have had; where they are, its `session` block says, or the option `sessions`.
   * @throws BadUsage if there is no such block
   */
  get sessions(): Sessions {
    const { sessions } = this.#seat;
    if (sessions === undefined) throw new BadUsage("The definition keeps no sessions: it has no `session` block.");
    return sessions.kept;
  }

  /**
   * Follows a stored run's chain from its beginning to its end; with a signed head and the public key, an Ed25519 one, proves that the journal begins
   * with what was signed. Needs no key of a sealed run.
   * @throws RunMissing, BadJournal
   */
  verify(id: string, signed?: SignedHead, key?: CryptoKey): Promise<Head> {
    return this.#kept().verify(id, signed, key);
  }

  /** Signs where a stored run's journal stands, by a private Ed25519 key. @throws RunMissing, BadJournal */
  sign(id: string, key: CryptoKey): Promise<SignedHead> {
    return this.#kept().sign(id, key);
  }

  /**
   * Makes a run's texts unreadable, for ever, wherever copies of its journal are; its chain can be verified as before. Needs a SealedStore.
   * @throws BadUsage, RunMissing
   */
  erase(id: string): Promise<void> {
    return this.#kept().erase(id);
  }

  /** The runs in the store, of whichever definition. */
  runs(): AsyncGenerator<RunInfo> {
    return this.#kept().list();
  }

  /** Lets go of all runs, as a process does that ends, but in order: they fail with RunSuspended, and can be resumed, here or elsewhere. */
  async suspend(): Promise<void> {
    await this.#kept().suspend();
  }

  /** Cancels all runs and gives the core back. Runs in a store that are to go on later are to be suspended first. The store stays open. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { driver } of [this.#seat, ...((await this.#keeper?.others()) ?? [])]) await driver.close();
    await this.#keeper?.settle();
    await this.#closeSessions();
    await this.#servers?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #newId(): string {
    return `${this.#prefix}${(++this.#runs).toString(36)}`;
  }

  #kept(): Keeper {
    if (this.#keeper === undefined) throw new BadUsage("This engine has no store: give it one, as the option `store`.");
    return this.#keeper;
  }
}

type Keeping = typeof import("./stores/keeper.ts");
let keeper: Promise<Keeping> | undefined;

/** Who has no store loads nothing of what stores need; and nobody looks for it twice. */
function keeping(): Promise<Keeping> {
  keeper ??= import("./stores/keeper.ts");
  return keeper;
}

function* textsOf(sources: readonly Source[]): Generator<string> {
  for (const { nodes } of sources) for (const { text } of nodes) yield text;
}

const noBudget = { calls: 0, tokens: 0, time: 0, money: 0 };

/** Equipment, and what is the engine's to close. */
interface Equipped extends Equipment {
  closeSessions: () => Promise<void>;
  /** Those of the definition, if it has any. */
  servers?: ToolServers;
}

/** @throws EventRefused */
function verdictOf(answer: Answer): Verdict {
  if (answer.type === "verdict") return answer;
  if (answer.type === "refused") throw new EventRefused(answer.code, answer.path, answer.message);
  throw new EngineTrapped(new Error(`${answer.type} instead of verdict`));
}

function equip(options: EngineOptions, byEncoding: FindTokenizer | undefined, openSessions: OpenSessions): Equipped {
  const {
    tools,
    agents,
    models,
    documents,
    approve,
    write,
    audit,
    tokenizers = {},
    load,
    name = "aixlet",
    env = environment,
    now,
    clock = systemClock,
  } = options;
  const own = now === undefined ? clock : { ...clock, now };
  let stores: SessionStores | undefined;
  return {
    tools: prepareTools(tools),
    custom: prepareAgents(agents),
    models: new ModelSource({ models, env, load }),
    documents,
    approve,
    write,
    audit,
    tokenizers: { own: tokenizers, byEncoding },
    clock: own,
    name,
    sessions: async (session) => {
      // Most definitions have none, and a page need not load them.
      const rooms = await import("./sessions/session-stores.ts");
      stores ??= new rooms.SessionStores(openSessions, options.sessions, () => own.now(), { env, load });
      return stores.of(session);
    },
    closeSessions: async () => stores?.close(),
  };
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
