import { writeFile } from "node:fs/promises";
import util from "node:util";
import { resolve } from "node:path";
import type { CustomAgent } from "../../agents.ts";
import { AixletError, EventRefused } from "../../errors.ts";
import { Engine } from "../../index.ts";
import type { Manifest } from "../../manifest.ts";
import { loadFrom } from "../../models/load-node.ts";
import type { Run } from "../../run.ts";
import type { ToolLike } from "../../tools/tool.ts";
import { importCode } from "../code.ts";
import { exitCodeOf, exitCodeOfSignal, PIPE_CLOSED } from "../exit-codes.ts";
import { readDefinition, readText, reasonOf } from "../files.ts";
import type { Interrupt, Io } from "../io.ts";
import type { Parsed } from "../parse.ts";
import { UsageError } from "../usage-error.ts";
import { Answers } from "./answers.ts";
import { chooseModels } from "./models.ts";
import { Progress } from "./progress.ts";
import { runOptions } from "./options.ts";
import type { RunInfo } from "./view.ts";
import { viewFor } from "./views.ts";

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
  const engine = await Engine.load(files, { models, tools, agents, env, name, load: loadFrom(io.cwd) });
  try {
    const input = await inputOf(io, parsed, engine.manifest, name);
    await engine.prepare();
    const run = engine.run(input, options);
    const { manifest, warnings } = engine;
    const endless = input === undefined && options.endAfter === undefined && options.budget?.time === undefined;
    return await watch(io, parsed, run, { name, id: run.id, manifest, warnings, standIn, label, endless });
  } finally {
    await engine.close();
  }
}

async function watch(io: Io, parsed: Parsed, run: Run, info: RunInfo): Promise<number> {
  const progress = new Progress(io.now());
  const answers = new Answers(info.manifest);
  const view = viewFor(io, parsed, progress, answers);
  let interrupted: Interrupt | undefined;
  let closed = false;
  const events = run[Symbol.asyncIterator]();
  view.begin(info);
  const deaf = io.onInterrupt((signal) => {
    if (interrupted !== undefined) {
      view.close();
      return io.exit(exitCodeOfSignal(interrupted));
    }
    interrupted = signal;
    view.stopping(progress.outstanding(io.now()));
    run.cancel("interrupted");
  });
  io.onClosed(() => {
    closed = true;
    run.cancel("nobody reads the output");
  });
  try {
    for (let next = await events.next(); next.done !== true; next = await events.next()) {
      progress.apply(next.value);
      if (!closed) view.event(next.value);
    }
    const result = await run.result;
    view.end(result);
    if (closed) return PIPE_CLOSED;
    return result.stop === "cancelled" && interrupted !== undefined ? exitCodeOfSignal(interrupted) : exitCodeOf(result.stop);
  } catch (error) {
    throw await explain(io, error, run, info);
  } finally {
    view.close();
    deaf();
    await keepJournal(io, parsed, run);
  }
}

/** Variables: the environment's, then those of the file that was asked for. */
async function environment(io: Io, parsed: Parsed): Promise<(name: string) => string | undefined> {
  const path = parsed.value("env-file");
  // Not there before Node 20.12.
  if (path !== undefined && util.parseEnv === undefined) throw new UsageError("--env-file needs Node 20.12 or newer", "Set the variables in the environment.");
  const more = path === undefined ? {} : util.parseEnv(await readText(io, path));
  return (name) => io.env[name] ?? (Object.hasOwn(more, name) ? more[name] : undefined);
}

async function inputOf(io: Io, parsed: Parsed, manifest: Manifest, name: string): Promise<string | undefined> {
  const text = parsed.value("input");
  if (text === "-") return readInput(io, parsed);
  if (text !== undefined) return text;
  if ((manifest.definition.agents ?? []).some(({ role, interval }) => role === "producer" && interval !== undefined)) return undefined;
  const places = manifest.inputs.length > 1 ? ` --to ${manifest.inputs[0]}` : "";
  throw new UsageError(
    `${name} has no producers: it waits for a message, and there is none`,
    `Give it one: --input "..."${places}, or --input - to read it from stdin.`,
  );
}

async function readInput(io: Io, parsed: Parsed): Promise<string> {
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

async function keepJournal(io: Io, parsed: Parsed, run: Run): Promise<void> {
  const path = parsed.value("journal");
  if (path === undefined || run.journal.length === 0) return;
  try {
    await writeFile(resolve(io.cwd, path), run.journal.bytes());
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${reasonOf(error)}`);
  }
}

/** An error of the engine, with what the command line can add to it. */
async function explain(io: Io, error: unknown, run: Run, info: RunInfo): Promise<unknown> {
  if (error instanceof EventRefused)
    return new UsageError(error.message, error.reason === "no-entry" ? `--to NAME says where it goes: ${info.manifest.inputs.join(", ")}` : "");
  if (!AixletError.isInstance(error) || error.code !== "engine-trapped" || run.journal.length === 0) return error;
  const file = `aixlet-${run.id}.journal`;
  const kept = await writeFile(resolve(io.cwd, file), run.journal.bytes()).then(
    () => true,
    () => false,
  );
  if (kept) io.stderr.write(`The run's journal is in ${file}\n`);
  return error;
}
