import type { CustomAgent } from "../../agents.ts";
import { Engine } from "../../index.ts";
import type { Manifest } from "../../manifest.ts";
import { loadFrom } from "../../models/load-node.ts";
import type { ToolLike } from "../../tools/tool.ts";
import { importCode } from "../code.ts";
import { readBytes, readDefinition } from "../files.ts";
import type { Io } from "../io.ts";
import type { Parsed } from "../parse.ts";
import { openSessionStore, openStore, sealedBy, storeName } from "../store.ts";
import { UsageError } from "../usage-error.ts";
import { documentsOf } from "./documents.ts";
import { chooseModels } from "./models.ts";
import { runOptions } from "./options.ts";
import { writeWithin } from "./result-file.ts";
import { environment, watch } from "./watch.ts";

/** `aixlet run` */
export async function runCommand(io: Io, parsed: Parsed): Promise<number> {
  const options = runOptions(parsed);
  const files = await readDefinition(io, parsed.files);
  const name = parsed.files.join(" + ");
  const env = await environment(io, parsed);
  const { models, standIn, label } = await chooseModels(io, parsed, env);
  const toolsFile = parsed.value("tools");
  const agentsFile = parsed.value("agents");
  const tools = toolsFile === undefined ? {} : await importCode<ToolLike>(io, toolsFile, "tools");
  const agents = agentsFile === undefined ? {} : await importCode<CustomAgent>(io, agentsFile, "agents");
  const stored = storeName(io, parsed);
  const store = stored === undefined ? undefined : await sealedBy(io, parsed, await openStore(io, stored));
  const named = parsed.value("sessions");
  const sessions = named === undefined ? undefined : await openSessionStore(io, named);
  const documents = await documentsOf(io, parsed);
  const approve = () => (parsed.has("yes") ? true : { approved: false, reason: "nobody is there to approve it; `aixlet run --yes` does" });
  const read = (path: string) => readBytes(io, path);
  const engine = await Engine.load(files, {
    models,
    tools,
    agents,
    env,
    name,
    load: loadFrom(io.cwd),
    read,
    store,
    sessions,
    documents,
    approve,
    write: writeWithin(io),
  });
  try {
    const input = await inputOf(io, parsed, engine.manifest, name);
    await engine.prepare();
    // Whoever may read the store may speak for everybody in it.
    if (options.session !== undefined && engine.manifest.definition.session !== undefined) options.user ??= (await engine.sessions.get(options.session))?.user;
    const run = engine.run(input, options);
    const { manifest, warnings } = engine;
    const endless = input === undefined && options.endAfter === undefined && options.budget?.time === undefined;
    const info = { name, id: run.id, manifest, warnings, standIn, label, endless };
    return await watch(io, parsed, run, info, store && (() => engine.suspend()));
  } finally {
    await engine.close();
    await store?.close();
    await sessions?.close();
  }
}

async function inputOf(io: Io, parsed: Parsed, manifest: Manifest, name: string): Promise<string | undefined> {
  const text = parsed.value("input");
  if (text === "-") return readInput(io, parsed);
  if (text !== undefined) return text;
  // A panel answers its own question.
  const { scenario } = manifest.definition;
  if (typeof scenario === "string" && manifest.definition.flow !== undefined) return scenario;
  if ((manifest.definition.agents ?? []).some(({ role, interval }) => role === "producer" && interval !== undefined)) return undefined;
  const places = manifest.inputs.length > 1 ? ` --to ${manifest.inputs[0]}` : "";
  throw new UsageError(
    `${name} has no producers: it waits for a message, and there is none`,
    `Give it one: --input "..."${places}, or --input - to read it from stdin.`,
  );
}

/** The message that comes from stdin. @throws UsageError */
export async function readInput(io: Io, parsed: Parsed): Promise<string> {
  if (parsed.files.includes("-")) throw new UsageError("the definition and the input cannot both come from stdin");
  if (io.stdin.isTTY) io.stderr.write("Type the message; Ctrl-D ends it.\n");
  const bytes = await io.stdin.read();
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes).replace(/\r?\n$/, "");
    if (text === "") throw new UsageError("stdin was empty: there is no input");
    return text;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError("the input from stdin is not UTF-8");
  }
}
