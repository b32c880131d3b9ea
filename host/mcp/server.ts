import { MissingPackage } from "../errors.ts";
import type { Engine } from "../engine.ts";
import type { Manifest } from "../manifest.ts";
import { importPackage } from "../models/resolve.ts";

type Servers = typeof import("@modelcontextprotocol/sdk/server/index.js");
type Stdio = typeof import("@modelcontextprotocol/sdk/server/stdio.js");
type Types = typeof import("@modelcontextprotocol/sdk/types.js");
type Load = (packageName: string) => Promise<object>;

const PACKAGE = "@modelcontextprotocol/sdk";

/** A workflow as a tool: where its input goes. */
export interface Workflow {
  name: string;
  description: string;
  to: string;
}

/** What a definition offers: one workflow for each place that messages may go to; a single one has the definition's own name. */
export function workflowsOf({ inputs, definition }: Manifest, file: string): Workflow[] {
  const own = file.replace(/^.*[\\/]/, "").replace(/\.(ya?ml|json)$/i, "");
  return inputs.map((to) => {
    const name = inputs.length === 1 ? own : to;
    const said = definition.agents?.find((agent) => agent.name === to)?.description;
    return { name: name.replace(/[^A-Za-z0-9_-]/g, "_").slice(0, 64), description: said ?? `Runs ${own} on a message, which ${to} gets.`, to };
  });
}

const inputSchema = {
  type: "object" as const,
  properties: { input: { type: "string", description: "The message that goes in." } },
  required: ["input"],
};

/** What the streams of a process are, as far as a server needs them. */
export interface Streams {
  input: NodeJS.ReadStream;
  output: NodeJS.WriteStream;
}

/**
 * Serves an engine's workflows as tools over a process's streams. A call that is cancelled cancels its run. Gives what ends it; `done` is when
 * the other side has gone.
 * @throws MissingPackage
 */
export async function serveTools(
  engine: Engine,
  { file, version, load = importPackage, streams }: { file: string; version: string; load?: Load; streams: Streams },
): Promise<{ done: Promise<void>; close: () => Promise<void> }> {
  const { Server } = (await part(load, "server/index.js")) as Servers;
  const { StdioServerTransport } = (await part(load, "server/stdio.js")) as Stdio;
  const { CallToolRequestSchema, ErrorCode, ListToolsRequestSchema, McpError } = (await part(load, "types.js")) as Types;
  const workflows = workflowsOf(engine.manifest, file);
  const server = new Server({ name: "aixlet", version }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: workflows.map(({ name, description }) => ({ name, description, inputSchema })) }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }) => {
    const workflow = workflows.find(({ name }) => name === params.name);
    if (workflow === undefined) throw new McpError(ErrorCode.InvalidParams, `there is no tool ${params.name}`);
    const input = params.arguments?.input;
    if (typeof input !== "string") throw new McpError(ErrorCode.InvalidParams, "`input` is the message that goes in, a text");
    const result = await engine.run(input, { to: workflow.to, signal }).result;
    if (result.stop === "done") return { content: [{ type: "text" as const, text: result.text }] };
    const text = JSON.stringify({ stop: result.stop, path: result.path, message: result.message });
    return { content: [{ type: "text" as const, text }], isError: true };
  });
  const done = new Promise<void>((gone) => {
    server.onclose = gone;
    streams.input.once("end", gone);
  });
  await server.connect(new StdioServerTransport(streams.input, streams.output));
  return { done, close: () => server.close() };
}

async function part(load: Load, path: string): Promise<object> {
  try {
    return await load(`${PACKAGE}/${path}`);
  } catch (error) {
    throw new MissingPackage(PACKAGE, `Serving tools needs the package ${PACKAGE}: npm install ${PACKAGE}`, error);
  }
}
