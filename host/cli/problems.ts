import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { DefinitionFile } from "../engine-options.ts";
import { describeProblem, type Problem } from "../errors.ts";
import type { Io } from "./io.ts";
import type { Paint } from "./paint.ts";
import { plural } from "./plural.ts";
import { clean, widthOf } from "./text.ts";

const MOST_COLUMNS = 160;

/** `file:line:column: path: message`, and below it, for people, the line with a caret. */
export function problemLines(problems: readonly Problem[], paint: Paint, files: readonly DefinitionFile[] = [], columns = 80): string[] {
  const sources = new Map(files.map(({ path, content }) => [path, linesOf(content)]));
  const lines: string[] = [];
  for (const problem of inOrder(problems, files)) {
    lines.push(oneProblem(problem, paint));
    const source = sources.get(problem.file)?.[problem.line - 1];
    if (source !== undefined && problem.line > 0) lines.push(...sourceLines(problem, source, paint, Math.min(columns, MOST_COLUMNS)));
  }
  return lines;
}

/** `3 errors, 1 warning` */
export function countProblems(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const warnings = problems.length - errors;
  return [errors > 0 ? plural(errors, "error") : "", warnings > 0 ? plural(warnings, "warning") : ""].filter((part) => part !== "").join(", ");
}

/** The files that problems are in, as far as they can be read: to show their lines. */
export function readAgain(io: Io, problems: readonly Problem[]): DefinitionFile[] {
  return [...new Set(problems.map(({ file }) => file))].flatMap((path) => {
    try {
      return [{ path, content: readFileSync(resolve(io.cwd, path)) }];
    } catch {
      return [];
    }
  });
}

function inOrder(problems: readonly Problem[], files: readonly DefinitionFile[]): Problem[] {
  const place = (problem: Problem) => files.findIndex(({ path }) => path === problem.file);
  return [...problems].sort((a, b) => place(a) - place(b) || a.line - b.line || a.column - b.column);
}

function oneProblem(problem: Problem, paint: Paint): string {
  const text = clean(describeProblem(problem)).replace(/\n/g, " ");
  if (!paint.on) return text;
  const { file, line, column, severity, path, message, suggestion } = problem;
  const where = line > 0 ? `${file}:${line}:${column}` : file;
  const kind = severity === "error" ? paint.colour("red", "error:") : paint.colour("yellow", "warning:");
  const meant = suggestion === "" ? "" : ` (did you mean ${paint.colour("green", suggestion)}?)`;
  return [where === "" ? "" : paint.bold(`${where}:`), kind, path === "" ? "" : `${path}:`, `${clean(message).replace(/\n/g, " ")}${meant}`]
    .filter((part) => part !== "")
    .join(" ");
}

/** The line, cut to what fits around the column, and a caret under it. */
function sourceLines(problem: Problem, source: string, paint: Paint, columns: number): string[] {
  const number = String(problem.line);
  const characters = [...source.replace(/\t/g, " ").replace(/\p{Cc}/gu, "?")];
  const room = Math.max(20, columns - number.length - 5);
  const at = Math.min(problem.column - 1, characters.length);
  const from = at < room - 10 ? 0 : at - Math.floor(room / 2);
  const shown = characters
    .slice(from, from + room)
    .join("")
    .trimEnd();
  const before = " ".repeat(widthOf(characters.slice(from, at).join("")));
  const colour = problem.severity === "error" ? "red" : "yellow";
  return [`  ${paint.dim(`${number} │`)} ${shown}`, `  ${" ".repeat(number.length)} ${paint.dim("│")} ${before}${paint.colour(colour, "^")}`];
}

function linesOf(content: string | Uint8Array): string[] {
  const text = typeof content === "string" ? content : new TextDecoder().decode(content);
  return text.split(/\r\n|\r|\n/);
}
