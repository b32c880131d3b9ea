import { DefinitionRefused, ToolServerFailed } from "../errors.ts";
import { readObject } from "../definition/object.ts";
import type { CanonicalAgent, CanonicalTool, Manifest } from "../manifest.ts";
import type { Problem, Source } from "../protocol/index.ts";
import { Tool, type ToolLike, toTool } from "../tools/tool.ts";
import { ServerConnection, type ServerTool } from "./connection.ts";
import { layerOf, type OfferedTool } from "./layer.ts";
import { nameTools } from "./names.ts";
import { Sdk, type Transport } from "./sdk.ts";
import { type CanonicalServer, placeOf } from "./settings.ts";

/** The path of the layer that servers' tools are in. */
export const LAYER = "tools of mcp_servers";

/** A server that is the host's own code: its tools by name, or a function that gives a transport of the MCP SDK. */
export type LocalServer = Record<string, ToolLike> | (() => object | Promise<object>);

/** What a server offers, as agents have it. */
export interface ToolServerReport {
  name: string;
  transport: string;
  /** `name` is what agents call it, `tool` what the server does. */
  tools: { tool: string; name: string }[];
  /** Tools that cannot be called in one go, and are left out. */
  leftOut: string[];
}

export interface ServerOptions {
  /** Of transport `local`, by name. */
  local: Record<string, LocalServer>;
  env: (name: string) => string | undefined;
  load: ((packageName: string) => Promise<object>) | undefined;
  /** Names of tools that the host has. */
  taken: Iterable<string>;
  /** Of aixlet, for the servers. */
  version: string;
}

/** The tool servers of a definition, asked for their tools. */
export class ToolServers {
  readonly report: readonly ToolServerReport[];
  /** Code that calls them, by agents' names for them. */
  readonly tools: Readonly<Record<string, Tool>>;
  /** What is to be laid over the definition. */
  readonly layer: Source;
  readonly #connections: readonly ServerConnection[];

  private constructor(parts: Pick<ToolServers, "report" | "tools" | "layer">, connections: readonly ServerConnection[]) {
    this.report = parts.report;
    this.tools = parts.tools;
    this.layer = parts.layer;
    this.#connections = connections;
  }

  /**
   * Connects to all servers of a definition at once; all its agents' names are in `written`, those of patterns not.
   * @throws ToolServerFailed, MissingPackage, MissingKey, DefinitionRefused
   */
  static async connect({ definition }: Manifest, written: ReadonlySet<string>, options: ServerOptions): Promise<ToolServers> {
    const servers = (definition.mcp_servers ?? []) as CanonicalServer[];
    const agents = (definition.agents ?? []).filter(({ name }) => written.has(name));
    refuseUnknown(servers, agents);
    const inDevelopment = (options.env("ENVIRONMENT") || definition.environment) === "development";
    const connections: ServerConnection[] = [];
    try {
      const found = await settleAll(servers.map((server) => open(server, options, inDevelopment, connections)));
      return new ToolServers(offer(servers, agents, found, options), connections);
    } catch (error) {
      await Promise.all(connections.map((connection) => connection.close()));
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.close()));
  }
}

/** What a server has, and how one of its tools is called. */
interface Found {
  tools: readonly ServerTool[];
  toolNamed(name: string): Tool;
}

async function open(server: CanonicalServer, options: ServerOptions, inDevelopment: boolean, connections: ServerConnection[]): Promise<Found> {
  const place = placeOf(server, options.env, inDevelopment);
  const own = Object.hasOwn(options.local, server.name) ? options.local[server.name] : undefined;
  if (place.transport === "local" && own === undefined) {
    throw new ToolServerFailed(
      server.name,
      `The host has no tool server ${server.name}: give the engine one, in the option \`toolServers\`, or another transport.`,
    );
  }
  if (place.transport === "local" && typeof own !== "function") return localTools(own as Record<string, ToolLike>);
  const sdk = await Sdk.open(options.load);
  const ways: (() => Promise<Transport>)[] = [];
  const connection = new ServerConnection(server.name, sdk, options.version, ways);
  connections.push(connection);
  if (place.transport === "local") ways.push(async () => (await (own as () => object)()) as Transport);
  else if (place.transport === "stdio") ways.push(() => sdk.stdio(place, (text) => connection.hear(text)));
  else for (const address of place.addresses) ways.push(() => sdk.http(address, place.headers));
  await connection.connect();
  return { tools: [...connection.tools.values()], toolNamed: (name) => remote(connection, name) };
}

async function localTools(own: Record<string, ToolLike>): Promise<Found> {
  const tools = new Map(Object.entries(own).map(([name, tool]) => [name, toTool(tool, name)]));
  const declared = await Promise.all([...tools].map(([name, tool]) => tool.declare(name)));
  return { tools: declared as ServerTool[], toolNamed: (name) => tools.get(name) as Tool };
}

function remote(connection: ServerConnection, name: string): Tool {
  const { description, inputSchema } = connection.tools.get(name) as ServerTool;
  return new Tool({ description, inputSchema, execute: (input, context) => connection.call(name, input as Record<string, unknown>, context) });
}

function offer(servers: readonly CanonicalServer[], agents: readonly CanonicalAgent[], found: readonly Found[], { taken }: ServerOptions) {
  const callable = found.map(({ tools }) => tools.filter((tool) => tool.execution?.taskSupport !== "required"));
  for (const [index, server] of servers.entries()) refuseMissing(server, callable[index] ?? []);
  const listed = servers.map(({ name }, index) => ({ name, tools: (callable[index] ?? []).map((tool) => tool.name) }));
  const inUse = new Set([
    ...taken,
    ...agents.flatMap(({ tools }) => (tools ?? []).filter(({ vectorstore }) => vectorstore !== undefined).map(({ name }) => name)),
  ]);
  const names = nameTools(listed, inUse);
  const offered: OfferedTool[] = names.map((named) => {
    const index = servers.findIndex(({ name }) => name === named.server);
    const described = callable[index]?.find(({ name }) => name === named.tool) as ServerTool;
    return { ...named, described, expected: servers[index]?.tools?.find(({ name }) => name === named.tool) };
  });
  const tools = Object.fromEntries(
    names.map(({ server, tool, name }) => [name, (found[servers.findIndex((each) => each.name === server)] as Found).toolNamed(tool)]),
  );
  const report = servers.map(({ name, transport }, index) => ({
    name,
    transport,
    tools: names.filter(({ server }) => server === name).map(({ tool, name }) => ({ tool, name })),
    leftOut: (found[index]?.tools ?? []).filter((tool) => tool.execution?.taskSupport === "required").map((tool) => tool.name),
  }));
  return { report, tools, layer: readObject(LAYER, layerOf(agents, offered)) };
}

function refuseMissing({ name, tools = [] }: CanonicalServer, offered: readonly ServerTool[]): void {
  const missing = tools.filter((tool: CanonicalTool) => !offered.some((each) => each.name === tool.name)).map((tool) => tool.name);
  if (missing.length === 0) return;
  const has = offered.map((tool) => tool.name).join(", ") || "none";
  throw new ToolServerFailed(name, `The tool server ${name} has no ${missing.join(", ")}, which the definition expects of it. It has: ${has}.`);
}

/** @throws DefinitionRefused for two servers of one name, and for servers that agents name and nobody has */
function refuseUnknown(servers: readonly CanonicalServer[], agents: readonly CanonicalAgent[]): void {
  const problems: Problem[] = [];
  const refuse = (code: string, path: string, message: string) =>
    problems.push({ severity: "error", code, file: "", line: 0, column: 0, path, message, suggestion: "" });
  for (const [index, { name }] of servers.entries()) {
    if (servers.findIndex((server) => server.name === name) < index)
      refuse("duplicate-server", `mcp_servers[${index}].name`, `there are two tool servers \`${name}\``);
  }
  for (const { name, mcp_servers: listed = [] } of agents) {
    for (const server of listed as string[]) {
      if (!servers.some((each) => each.name === server)) refuse("unknown-server", `agents.${name}.mcp_servers`, `there is no tool server \`${server}\``);
    }
  }
  if (problems.length > 0) throw new DefinitionRefused(problems);
}

/** Waits for all, so that none is left connecting, and fails with the first that failed. */
async function settleAll<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(promises);
  for (const each of settled) if (each.status === "rejected") throw each.reason;
  return settled.map((each) => (each as PromiseFulfilledResult<T>).value);
}
