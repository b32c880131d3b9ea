import type { Approver } from "../../approval.ts";
import type { CustomAgent } from "../../agents.ts";
import type { DefinitionFile } from "../../engine-options.ts";
import { Engine } from "../../index.ts";
import type { Manifest } from "../../manifest.ts";
import { loadFrom } from "../../models/load-node.ts";
import type { Run } from "../../run.ts";
import type { Session } from "../../sessions/types.ts";
import { MemoryStore } from "../../stores/memory.ts";
import type { Store } from "../../stores/store.ts";
import type { ToolLike } from "../../tools/tool.ts";
import { importCode } from "../code.ts";
import { readBytes, readDefinition } from "../files.ts";
import type { Io } from "../io.ts";
import type { Parsed } from "../parse.ts";
import { documentsOf } from "../run/documents.ts";
import { type ChosenModels, chooseModels } from "../run/models.ts";
import { writeWithin } from "../run/result-file.ts";
import { environment } from "../run/watch.ts";
import { openSessionStore } from "../store.ts";
import { UsageError } from "../usage-error.ts";
import { modelByKey, oneAgent, otherModel, remembering } from "./definition.ts";
import { Totals } from "./totals.ts";

/** What it takes to load the definition again with another model. */
interface World {
  io: Io;
  parsed: Parsed;
  env: (name: string) => string | undefined;
  files: readonly DefinitionFile[];
  tools: Record<string, ToolLike>;
  agents: Record<string, CustomAgent>;
  /** Where sessions are kept, if the FILE does not say it. */
  sessions: Store | undefined;
  approve: Approver;
}

/** An engine, and who stands in for its models. */
interface Cast extends ChosenModels {
  engine: Engine;
}

/** A conversation with a definition's agents: each message is a run in one session. */
export class Talk {
  readonly totals = new Totals();
  readonly user: string | undefined;
  readonly #world: World;
  #cast: Cast;
  #session: string;
  #begun = 1;

  private constructor(world: World, cast: Cast, session: string, user: string | undefined) {
    this.#world = world;
    this.#cast = cast;
    this.#session = session;
    this.user = user;
  }

  /**
   * `kept`: the session outlives the chat, though nobody has given it a name.
   * @throws UsageError, DefinitionRefused, MissingKey and their like
   */
  static async begin(io: Io, parsed: Parsed, kept: boolean, approve: Approver): Promise<Talk> {
    const env = await environment(io, parsed);
    const toolsFile = parsed.value("tools");
    const agentsFile = parsed.value("agents");
    const named = parsed.value("session") ?? parsed.value("user");
    const where = parsed.value("sessions");
    const world: World = {
      io,
      parsed,
      env,
      files: await filesOf(io, parsed, env),
      tools: toolsFile === undefined ? {} : await importCode<ToolLike>(io, toolsFile, "tools"),
      agents: agentsFile === undefined ? {} : await importCode<CustomAgent>(io, agentsFile, "agents"),
      sessions: where !== undefined ? await openSessionStore(io, where) : named === undefined && !kept ? new MemoryStore() : undefined,
      approve,
    };
    try {
      const cast = await load(world, parsed.value("model"), parsed.value("provider"));
      const session = named ?? newName(io);
      // Whoever may read the store may speak for everybody in it.
      const user = parsed.value("user") ?? (await cast.engine.sessions.get(session))?.user;
      return new Talk(world, cast, session, user || undefined);
    } catch (error) {
      await world.sessions?.close();
      throw error;
    }
  }

  get manifest(): Manifest {
    return this.#cast.engine.manifest;
  }

  get warnings() {
    return this.#cast.engine.warnings;
  }

  /** Who stands in for the models, for people; empty if they are real. */
  get standIn(): string {
    return this.#cast.standIn;
  }

  get label(): string | undefined {
    return this.#cast.label;
  }

  get session(): string {
    return this.#session;
  }

  /** It can be gone on with when this process is gone. */
  get isKept(): boolean {
    return !(this.#world.sessions instanceof MemoryStore) && this.manifest.definition.session?.store !== "memory";
  }

  /** The models of agents that have names, each once. */
  get models(): string[] {
    return [...new Set((this.manifest.definition.agents ?? []).map(({ model }) => model).filter((model) => model))];
  }

  /** Says something. Whoever wants to see the answer as it comes begins to iterate at once. */
  say(text: string): Run {
    const { parsed } = this.#world;
    return this.#cast.engine.run(text, { stream: true, to: parsed.value("to"), session: this.#session, user: this.user });
  }

  history(): Promise<Session | undefined> {
    return this.#cast.engine.sessions.get(this.#session);
  }

  /** Marks how the conversation stands; gives the mark's SHA-256. @throws SessionMissing if nothing has been said */
  async mark(): Promise<string> {
    return (await this.#cast.engine.sessions.checkpoint(this.#session)).sha256;
  }

  /** From here on nothing of what was said is remembered; it stays where it is kept. */
  clear(): void {
    const base = newName(this.#world.io);
    this.#session = `${base}-${++this.#begun}`;
  }

  /** Goes on with another model; if it cannot be had, with the one before. @throws MissingKey and its like */
  async change(model: string, provider: string | undefined): Promise<void> {
    if (this.#world.parsed.has("script")) throw new UsageError("every model is played by the script", "Begin without --script.");
    const before = this.#cast.engine;
    this.#cast = await load(this.#world, model, provider);
    await before.close();
  }

  async close(): Promise<void> {
    await this.#cast.engine.close();
    await this.#world.sessions?.close();
  }
}

async function filesOf(io: Io, parsed: Parsed, env: World["env"]): Promise<DefinitionFile[]> {
  if (parsed.files.length > 0) return [remembering, ...(await readDefinition(io, parsed.files))];
  if (parsed.has("script")) return [remembering, oneAgent("scripted", "mock")];
  const model = parsed.value("model") ?? modelByKey(env);
  return [remembering, oneAgent(model, parsed.value("provider") ?? (model === "echo" ? "mock" : undefined))];
}

async function load(world: World, model: string | undefined, provider: string | undefined): Promise<Cast> {
  const { io, parsed, env, files, tools, agents, sessions, approve } = world;
  const chosen = await chooseModels(io, withModel(parsed, model, provider), env);
  const options = {
    models: chosen.models,
    tools,
    agents,
    env,
    name: parsed.files.join(" + ") || "chat",
    load: loadFrom(io.cwd),
    read: (path: string) => readBytes(io, path),
    sessions,
    documents: await documentsOf(io, parsed),
    approve,
    write: writeWithin(io),
  };
  let engine = await Engine.load(files, options);
  try {
    if (model !== undefined && chosen.label === undefined) {
      const layer = otherModel(engine.manifest, model, provider);
      await engine.close();
      engine = await Engine.load([...files, layer], options);
    }
    checkPlace(engine.manifest, parsed);
    await engine.prepare();
    return { engine, ...chosen };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

function checkPlace({ inputs }: Manifest, parsed: Parsed): void {
  const to = parsed.value("to");
  const name = parsed.files.join(" + ");
  if (inputs.length === 0) throw new UsageError(`${name} has nobody to talk to: none of its agents takes messages from outside`);
  if (to === undefined && inputs.length > 1) throw new UsageError(`${name} has several who can be talked to`, `Say who: --to ${inputs.join(", --to ")}`);
  if (to !== undefined && !inputs.includes(to)) throw new UsageError(`nobody called ${to} can be talked to`, `--to NAME: ${inputs.join(", ")}`);
}

/** The same command line with another model. */
function withModel(parsed: Parsed, model: string | undefined, provider: string | undefined): Parsed {
  return { ...parsed, value: (name) => (name === "model" ? model : name === "provider" ? provider : parsed.value(name)) };
}

/** What a conversation is called that nobody has named: by the second it began in, and by chance. */
function newName(io: Io): string {
  const time = new Date(io.now()).toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
  const chance = Math.floor(Math.random() * 0x10000);
  return `chat-${time}-${chance.toString(16).padStart(4, "0")}`;
}
