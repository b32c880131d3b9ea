import type { CustomAgent } from "../agents.ts";
import { Engine } from "../index.ts";
import { serveTools } from "../mcp/server.ts";
import { loadFrom } from "../models/load-node.ts";
import type { ToolLike } from "../tools/tool.ts";
import { importCode } from "./code.ts";
import { DONE } from "./exit-codes.ts";
import { readBytes, readDefinition } from "./files.ts";
import type { Io } from "./io.ts";
import { packageVersion } from "./package.ts";
import type { Parsed } from "./parse.ts";
import { documentsOf } from "./run/documents.ts";
import { chooseModels } from "./run/models.ts";
import { writeWithin } from "./run/result-file.ts";
import { environment } from "./run/watch.ts";
import { openSessionStore, openStore, storeName } from "./store.ts";
import { UsageError } from "./usage-error.ts";

/** `aixlet mcp` */
export async function mcpCommand(io: Io, parsed: Parsed): Promise<number> {
  if (parsed.files.includes("-")) throw new UsageError("stdin is where the tools are called: the definition cannot come from it");
  const files = await readDefinition(io, parsed.files);
  const env = await environment(io, parsed);
  const { models, standIn } = await chooseModels(io, parsed, env);
  const toolsFile = parsed.value("tools");
  const agentsFile = parsed.value("agents");
  const stored = storeName(io, parsed);
  const store = stored === undefined ? undefined : await openStore(io, stored);
  const kept = parsed.value("sessions");
  const sessions = kept === undefined ? undefined : await openSessionStore(io, kept);
  const load = loadFrom(io.cwd);
  const engine = await Engine.load(files, {
    models,
    tools: toolsFile === undefined ? {} : await importCode<ToolLike>(io, toolsFile, "tools"),
    agents: agentsFile === undefined ? {} : await importCode<CustomAgent>(io, agentsFile, "agents"),
    env,
    name: parsed.files.join(" + "),
    load,
    read: (path: string) => readBytes(io, path),
    store,
    sessions,
    documents: await documentsOf(io, parsed),
    // Nobody is there to be asked.
    approve: () => ({ approved: false, reason: "nobody is there to approve it" }),
    write: writeWithin(io),
  });
  try {
    if (standIn !== "") io.stderr.write(`${standIn}: no real model is asked\n`);
    const streams = { input: process.stdin, output: process.stdout };
    const serving = await serveTools(engine, { file: parsed.files[0] as string, version: packageVersion(), load, streams });
    await Promise.race([serving.done, new Promise<void>((heard) => io.onInterrupt(() => heard()))]);
    await serving.close();
    return DONE;
  } finally {
    await engine.close();
    await store?.close();
    await sessions?.close();
  }
}
