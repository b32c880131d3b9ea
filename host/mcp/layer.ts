import { asWritten } from "../definition/as-written.ts";
import { tool as toolSchema } from "../definition/schema/tools.ts";
import type { CanonicalAgent, CanonicalTool } from "../manifest.ts";
import type { ServerTool } from "./connection.ts";
import type { NamedTool } from "./names.ts";

/** A tool of a server, and what the definition says of it. */
export interface OfferedTool extends NamedTool {
  described: ServerTool;
  /** What the definition expects of it, beside its name. */
  expected: CanonicalTool | undefined;
}

/**
 * The layer that is laid over a definition whose servers have been asked: its agents have the servers' tools beside their own, and no server is
 * left to be asked. What the definition says of a tool stands before what its server says, and what an agent says before that.
 */
export function layerOf(agents: readonly CanonicalAgent[], offered: readonly OfferedTool[]): object {
  const layers = agents.map((agent) => {
    const own = agent.tools ?? [];
    const found = offered.filter(({ server }) => mayUse(agent, server));
    const names = new Set(found.map(({ name }) => name));
    const settings = new Map(own.map((tool) => [tool.name, written(tool)]));
    const tools = [...own.filter(({ name }) => !names.has(name)).map(written), ...found.map((tool) => ({ ...declared(tool), ...settings.get(tool.name) }))];
    return tools.length === own.length && found.length === 0 ? undefined : { name: agent.name, tools };
  });
  const changed = layers.filter((layer) => layer !== undefined);
  return { mcp_servers: [], ...(changed.length > 0 && { agents: changed }) };
}

/** Who says nothing may use all of them, if it is a react agent (R12). */
function mayUse({ role, mcp_servers: listed }: CanonicalAgent, server: string): boolean {
  return listed === undefined ? role === "react" : (listed as string[]).includes(server);
}

function declared({ name, described, expected }: OfferedTool): object {
  const { $schema, ...schema } = described.inputSchema;
  const { readOnlyHint, idempotentHint } = described.annotations ?? {};
  const effect = readOnlyHint === true ? "pure" : idempotentHint === true ? "idempotent" : undefined;
  return {
    name,
    ...(described.description !== undefined && { description: literal(described.description) }),
    input_schema: literal(schema),
    ...(effect !== undefined && { effect }),
    ...(expected !== undefined && { ...written(expected), name }),
  };
}

function written(tool: CanonicalTool): { name: string } {
  return asWritten(tool, toolSchema) as { name: string };
}

/** What comes from a server names no variables of the host. */
function literal(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("$", "$$$$");
  if (Array.isArray(value)) return value.map(literal);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, literal(below)]));
}
