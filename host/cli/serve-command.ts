import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { CustomAgent } from "../agents.ts";
import type { AuditRecord } from "../guard.ts";
import { Engine } from "../index.ts";
import { loadFrom } from "../models/load-node.ts";
import { AuditLog, createService, isForThisMachine, listen, type ServiceWorld, settingsOf } from "../server/index.ts";
import type { ToolLike } from "../tools/tool.ts";
import { importCode } from "./code.ts";
import { DONE } from "./exit-codes.ts";
import { readBytes, readDefinition, reasonOf } from "./files.ts";
import type { Io } from "./io.ts";
import { type Parsed, wholeNumber } from "./parse.ts";
import { documentsOf } from "./run/documents.ts";
import { chooseModels } from "./run/models.ts";
import { writeWithin } from "./run/result-file.ts";
import { environment } from "./run/watch.ts";
import { openStore, openSessionStore, storeName } from "./store.ts";
import { UsageError } from "./usage-error.ts";

const HERE = "127.0.0.1";
const PORT = 8080;

/** `aixlet serve` */
export async function serveCommand(io: Io, parsed: Parsed): Promise<number> {
  const files = await readDefinition(io, parsed.files);
  const env = await environment(io, parsed);
  const { models, standIn } = await chooseModels(io, parsed, env);
  const toolsFile = parsed.value("tools");
  const agentsFile = parsed.value("agents");
  const stored = storeName(io, parsed);
  const store = stored === undefined ? undefined : await openStore(io, stored);
  const kept = parsed.value("sessions");
  const load = loadFrom(io.cwd);
  let audit: AuditLog | undefined;
  const early: AuditRecord[] = [];
  const engine = await Engine.load(files, {
    models,
    tools: toolsFile === undefined ? {} : await importCode<ToolLike>(io, toolsFile, "tools"),
    agents: agentsFile === undefined ? {} : await importCode<CustomAgent>(io, agentsFile, "agents"),
    env,
    name: parsed.files.join(" + "),
    load,
    read: (path: string) => readBytes(io, path),
    store,
    sessions: kept === undefined ? undefined : await openSessionStore(io, kept),
    documents: await documentsOf(io, parsed),
    // Nobody is there to be asked.
    approve: () => ({ approved: false, reason: "nobody is there to approve it" }),
    write: writeWithin(io),
    audit: (record) => (audit === undefined ? void early.push(record) : audit.take(record)),
  });
  try {
    const settings = settingsOf(engine.manifest);
    const world: ServiceWorld = { env: io.env, load, read: (path) => readWithMode(io, path), log: (line) => void io.stderr.write(`${line}\n`) };
    audit = await AuditLog.open(settings.audit ?? {}, world);
    for (const record of early) audit.take(record);
    const host = parsed.value("host") ?? (isForThisMachine(settings) ? HERE : "0.0.0.0");
    if (isForThisMachine(settings) && host !== HERE && host !== "localhost" && host !== "::1")
      throw new UsageError(
        `${host} is open to others, and the definition does not say who may use it`,
        "Say how people sign in (docs/serving.md), or leave --host away.",
      );
    const service = await createService(engine, world);
    const listening = await listen(service, { host, port: wholeNumber(parsed, "port", 0) ?? settings.server?.port ?? PORT }, load);
    if (standIn !== "") io.stderr.write(`${standIn}: no real model is asked\n`);
    io.stderr.write(`serving ${parsed.files.join(" + ")} at http://${host.includes(":") ? `[${host}]` : host}:${listening.port}\n`);
    await interruption(io);
    await listening.close();
    return DONE;
  } finally {
    await engine.close();
    await audit?.close();
    await store?.close();
  }
}

/** The first interrupt ends the service in order, the second one at once. */
function interruption(io: Io): Promise<void> {
  return new Promise((heard) => {
    let first = true;
    io.onInterrupt(() => {
      if (!first) io.exit(DONE);
      first = false;
      heard();
    });
  });
}

async function readWithMode(io: Io, path: string): Promise<{ text: string; mode: number }> {
  try {
    const file = resolve(io.cwd, path);
    return { text: await readFile(file, "utf8"), mode: (await stat(file)).mode };
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${reasonOf(error)}`);
  }
}
