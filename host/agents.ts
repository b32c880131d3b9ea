import type { CanonicalAgent, Manifest } from "./manifest.ts";
import type { ModelReference, ModelSource } from "./models/resolve.ts";
import type { ModelSettings, PreparedModel, ToolDeclaration } from "./models/types.ts";
import type { SearchStores } from "./search/stores.ts";
import { storeTool } from "./tools/store-tool.ts";
import type { Tool } from "./tools/tool.ts";

/** Host code as an agent: gets a message, gives an answer. */
export interface CustomAgent {
  /** Makes it ready; messages come after that. */
  start?(): void | Promise<void>;
  run(text: string, context: CustomContext): string | Promise<string>;
}

export interface CustomContext {
  /** Aborts when the answer is not wanted any more. */
  signal: AbortSignal;
  /** The same for every attempt at one message, and for no other. */
  idempotencyKey: string;
  run: string;
  /** The agent that this code is. */
  agent: string;
  /** Who sent the message, or empty. */
  sender: string;
  /** What a flow gives it beside the message (`with`): of a retrieval, a JSON list of documents. */
  context?: string;
}

/** An agent's host side: its models and tools, looked up once. */
export class HostAgent {
  readonly name: string;
  readonly role: string;
  readonly tools: readonly (Tool | undefined)[];
  readonly #definition: CanonicalAgent | undefined;
  readonly #source: ModelSource;
  readonly #models: (PreparedModel | undefined)[] = [];
  /** Those that runs ask in place of its own, by name. */
  readonly #others = new Map<string, PreparedModel>();

  constructor(name: string, role: string, definition: CanonicalAgent | undefined, tools: Record<string, Tool>, source: ModelSource, stores: SearchStores) {
    this.name = name;
    this.role = role;
    this.#definition = definition;
    this.#source = source;
    this.tools = (definition?.tools ?? []).map(({ name, vectorstore }) => {
      if (Object.hasOwn(tools, name)) return tools[name];
      return vectorstore === undefined ? undefined : storeTool(name, vectorstore, stores);
    });
  }

  /** The model of a provider, or the one that is named in its place, if it has been found before. */
  ready(provider: number, name: string): PreparedModel | undefined {
    return name === "" ? this.#models[provider] : this.#others.get(name);
  }

  /** The model of a provider, by the name that the definition has. */
  modelName(provider: number): string {
    return this.#definition?.providers?.[provider]?.model ?? this.#definition?.model ?? "";
  }

  /** Which model a provider is asked for. */
  reference(provider: number): { provider: string; model: string } {
    const { provider: name = "", model = "" } = this.#definition?.providers?.[provider] ?? {};
    return { provider: name, model };
  }

  /** How many providers its model calls may go to; 0 for an agent without a model. */
  get providers(): number {
    return this.#definition?.providers?.length ?? 0;
  }

  /** Finds the model of a provider, or the one that is named in its place. @throws MissingKey, MissingPackage, UnknownModel, UnsupportedProvider */
  async find(provider: number, name = ""): Promise<PreparedModel> {
    const known = this.ready(provider, name);
    if (known !== undefined) return known;
    const definition = this.#definition as CanonicalAgent;
    const reference: ModelReference = name !== "" ? { provider: "", model: name } : (definition.providers?.[provider] ?? definition);
    const model = await this.#source.find(reference);
    const prepared = model.prepare(await this.#settings(definition));
    if (name === "") this.#models[provider] = prepared;
    else this.#others.set(name, prepared);
    return prepared;
  }

  async #settings(definition: CanonicalAgent): Promise<ModelSettings> {
    const tools: ToolDeclaration[] = [];
    for (const [index, declared] of (definition.tools ?? []).entries()) {
      const own = await this.tools[index]?.declare(declared.name);
      tools.push({
        name: declared.name,
        description: declared.description ?? own?.description,
        inputSchema: declared.input_schema ?? own?.inputSchema ?? { type: "object", properties: {} },
      });
    }
    return {
      agent: this.name,
      temperature: definition.temperature,
      topP: definition.top_p,
      maxTokens: definition.max_tokens,
      tools: tools.length > 0 ? tools : undefined,
    };
  }
}

/** The host's side of all agents, by the core's numbers. */
export function hostAgents(manifest: Manifest, tools: Record<string, Tool>, source: ModelSource, stores: SearchStores): HostAgent[] {
  const definitions = new Map((manifest.definition.agents ?? []).map((agent) => [agent.name, agent]));
  return manifest.agents.map(({ name, role }) => new HostAgent(name, role, definitions.get(name), tools, source, stores));
}
