import { AixletError, DefinitionRefused, MissingPackage, ScriptRefused } from "../errors.ts";
import { type Command, commandNamed, commands } from "./commands.ts";
import { BAD_USAGE, DONE, FAILED } from "./exit-codes.ts";
import { commandHelp, helpText } from "./help.ts";
import type { Io } from "./io.ts";
import { nearest } from "./nearest.ts";
import { packageVersion } from "./package.ts";
import { type Paint, paintFor } from "./paint.ts";
import { parse } from "./parse.ts";
import { countProblems, problemLines, readAgain } from "./problems.ts";
import { UsageError } from "./usage-error.ts";

/** Does what a command line says, and gives the exit code. Everything it touches is in `io`. */
export async function commandLine(args: readonly string[], io: Io): Promise<number> {
  const off = args.includes("--no-color");
  const asJson = args.includes("--json");
  try {
    return await dispatch(args, io, paintFor(io.stdout, io.env, off));
  } catch (error) {
    const paint = paintFor(io.stderr, io.env, off);
    if (asJson) io.stdout.write(`${JSON.stringify(errorObject(error))}\n`);
    io.stderr.write(`${errorLines(error, io, paint).join("\n")}\n`);
    return exitCodeOfError(error);
  }
}

async function dispatch(args: readonly string[], io: Io, paint: Paint): Promise<number> {
  const [first, ...rest] = args.filter((arg, i) => arg !== "--no-color" || i > 0);
  const columns = io.stdout.columns ?? 80;
  if (first === "--version" || first === "-V") {
    io.stdout.write(`${packageVersion()}\n`);
    return DONE;
  }
  if (first === undefined || first === "--help" || first === "-h" || (first === "help" && rest.length === 0)) {
    const help = helpText(paint, columns, packageVersion());
    // Asked for, it is an answer; not asked for, it is a complaint.
    (first === undefined ? io.stderr : io.stdout).write(help);
    return first === undefined ? BAD_USAGE : DONE;
  }
  const command = first === "help" ? find(rest[0]) : find(first);
  const parsed = first === "help" ? undefined : parse(command, rest);
  if (parsed === undefined || parsed.has("help")) {
    io.stdout.write(commandHelp(command, paint, columns));
    return DONE;
  }
  const perform = await command.load();
  return perform(io, parsed);
}

function find(name: string): Command {
  const command = commandNamed(name);
  if (command !== undefined) return command;
  if (name.startsWith("-")) throw new UsageError(`unknown option ${name}`, "Options come after a command. See aixlet --help");
  if (/\.ya?ml$|\.json$/i.test(name)) throw new UsageError(`${name} is a file, and no command (did you mean aixlet run ${name}?)`, "See aixlet --help");
  const names = commands.map((one) => one.name);
  const meant = nearest(name, names);
  throw new UsageError(`unknown command ${name}${meant === undefined ? "" : ` (did you mean ${meant}?)`}`, `There are ${names.join(", ")}. See aixlet --help`);
}

function errorLines(error: unknown, io: Io, paint: Paint): string[] {
  const mark = paint.colour("red", paint.bold("error:"));
  if (error instanceof DefinitionRefused || error instanceof ScriptRefused) {
    const sources = io.stderr.isTTY === true ? readAgain(io, error.problems) : [];
    return [...problemLines(error.problems, paint, sources, io.stderr.columns), `${paint.colour("red", "✗")} ${countProblems(error.problems)}`];
  }
  if (error instanceof UsageError) return [`${mark} ${error.message}`, ...(error.wayOut === "" ? [] : [paint.dim(`  ${error.wayOut}`)])];
  if (AixletError.isInstance(error)) {
    // What is wrong first, and each way out in a line of its own.
    const [message, ...ways] = error.message.split(/(?<=[.:]) (?=Or run without one)/);
    const lines = [`${mark} ${message}`, ...ways.map((way) => paint.dim(`  ${way}`))];
    if (error instanceof MissingPackage && error.cause instanceof Error && !/Cannot find/.test(error.cause.message))
      lines.push(paint.dim(`  ${error.cause.message}`));
    return lines;
  }
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  return [
    `${mark} ${message}`,
    paint.dim("  This should not happen: please report it, with these lines."),
    ...(stack ?? "")
      .split("\n")
      .slice(1)
      .map((line) => paint.dim(line)),
  ];
}

function errorObject(error: unknown): object {
  if (error instanceof UsageError) return { type: "error", code: "bad-usage", message: error.message, wayOut: error.wayOut };
  if (error instanceof DefinitionRefused || error instanceof ScriptRefused)
    return { type: "error", code: error.code, message: error.message, problems: error.problems };
  if (AixletError.isInstance(error)) return { type: "error", code: error.code, message: error.message };
  return { type: "error", code: "unexpected", message: error instanceof Error ? error.message : String(error) };
}

function exitCodeOfError(error: unknown): number {
  if (error instanceof UsageError) return BAD_USAGE;
  if (!AixletError.isInstance(error)) return FAILED;
  return failures.has(error.code) ? FAILED : BAD_USAGE;
}

/** What comes after something has run, or been tried. */
const failures: ReadonlySet<string> = new Set([
  "engine-trapped",
  "bad-frame",
  "bad-journal",
  "closed",
  "run-failed",
  "run-fenced",
  "run-locked",
  "model-failed",
  "store-failed",
  "tool-server-failed",
]);
