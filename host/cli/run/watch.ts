import { writeFile } from "node:fs/promises";
import util from "node:util";
import { resolve } from "node:path";
import { AixletError, EventRefused } from "../../errors.ts";
import type { Run } from "../../run.ts";
import { exitCodeOf, exitCodeOfSignal, PIPE_CLOSED } from "../exit-codes.ts";
import { readText, reasonOf } from "../files.ts";
import type { Interrupt, Io } from "../io.ts";
import type { Parsed } from "../parse.ts";
import { storeName } from "../store.ts";
import { UsageError } from "../usage-error.ts";
import { Answers } from "./answers.ts";
import { Progress } from "./progress.ts";
import type { RunInfo } from "./view.ts";
import { viewFor } from "./views.ts";

/**
 * Shows a run until it ends, and gives the exit code. Ctrl-C cancels it, or, with `suspend`, lets go of it, so that it can be resumed.
 */
export async function watch(io: Io, parsed: Parsed, run: Run, info: RunInfo, suspend?: () => Promise<void>): Promise<number> {
  const progress = new Progress(io.now());
  const answers = new Answers(info.manifest);
  const view = viewFor(io, parsed, progress, answers);
  let interrupted: Interrupt | undefined;
  let closed = false;
  const events = run[Symbol.asyncIterator]();
  const stop = (reason: string) => (suspend === undefined ? run.cancel(reason) : void suspend());
  view.begin(info);
  const deaf = io.onInterrupt((signal) => {
    if (interrupted !== undefined) {
      view.close();
      return io.exit(exitCodeOfSignal(interrupted));
    }
    interrupted = signal;
    view.stopping(progress.outstanding(io.now()));
    stop("interrupted");
  });
  io.onClosed(() => {
    closed = true;
    stop("nobody reads the output");
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
    if (AixletError.isInstance(error) && error.code === "run-suspended") {
      const where = storeName(io, parsed);
      if (!closed) io.stderr.write(`The run is kept: aixlet runs resume ${run.id}${where === undefined ? "" : ` --store ${where}`}\n`);
      return closed || interrupted === undefined ? PIPE_CLOSED : exitCodeOfSignal(interrupted);
    }
    throw await explain(io, error, run, info);
  } finally {
    view.close();
    deaf();
    await keepJournal(io, parsed, run);
  }
}

/** Variables: the environment's, then those of the file that was asked for. */
export async function environment(io: Io, parsed: Parsed): Promise<(name: string) => string | undefined> {
  const path = parsed.value("env-file");
  // Not there before Node 20.12.
  if (path !== undefined && util.parseEnv === undefined) throw new UsageError("--env-file needs Node 20.12 or newer", "Set the variables in the environment.");
  const more = path === undefined ? {} : util.parseEnv(await readText(io, path));
  return (name) => io.env[name] ?? (Object.hasOwn(more, name) ? more[name] : undefined);
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
