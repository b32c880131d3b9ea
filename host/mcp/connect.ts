import type { Core } from "../core/core.ts";
import { systemClock } from "../clock.ts";
import { Driver } from "../driver/driver.ts";
import type { EngineOptions } from "../engine-options.ts";
import type { Manifest } from "../manifest.ts";
import type { Source } from "../protocol/index.ts";
import { define } from "../seat.ts";
import { Telemetry } from "../telemetry.ts";
import { LAYER, ToolServers } from "./servers.ts";
import { writtenAgents } from "./written-agents.ts";

/** What goes to servers as the client's version. */
const VERSION = "0.1.0";

type Options = Pick<EngineOptions, "toolServers" | "load"> & {
  env: (name: string) => string | undefined;
  tools: Readonly<Record<string, unknown>>;
  roles: string[];
};

/**
 * Connects to the tool servers of a definition. The core says what the definition means, and is not needed afterwards; a layer of tools that were
 * found before says nothing about which servers there are.
 * @throws DefinitionRefused, ToolServerFailed, MissingPackage, MissingKey
 */
export async function connectTo(all: readonly Source[], core: Core, { toolServers = {}, load, env, tools, roles }: Options): Promise<ToolServers | undefined> {
  const sources = all.filter(({ path }) => path !== LAYER);
  const driver = new Driver(core, systemClock, new Telemetry("aixlet"));
  const { defined } = define(driver, { sources, roles, tools: [], models: [], variables: () => [] }, true);
  const manifest = JSON.parse(defined.manifest) as Manifest;
  if (((manifest.definition.mcp_servers as unknown[] | undefined) ?? []).length === 0) return undefined;
  return ToolServers.connect(manifest, writtenAgents(sources), { local: toolServers, env, load, taken: Object.keys(tools), version: VERSION });
}
