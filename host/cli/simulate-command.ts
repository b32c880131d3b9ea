import { Engine } from "../index.ts";
import { ALL_FAULTS, type Fault } from "../simulate/faults.ts";
import type { Finding, SimulationReport, Worst } from "../simulate/report.ts";
import { parseDuration } from "./duration.ts";
import { DONE, FAILED } from "./exit-codes.ts";
import { readBytes, readDefinition } from "./files.ts";
import type { Io } from "./io.ts";
import { nearest } from "./nearest.ts";
import { type Paint, paintFor } from "./paint.ts";
import { type Parsed, wholeNumber } from "./parse.ts";
import { plural } from "./plural.ts";
import { environment } from "./run/watch.ts";
import { UsageError } from "./usage-error.ts";

/** Lines of a trace that are shown. */
const MOST_LINES = 60;

/** `aixlet simulate` */
export async function simulateCommand(io: Io, parsed: Parsed): Promise<number> {
  const faults = faultsOf(parsed);
  const duration = (name: string) => {
    const text = parsed.value(name);
    return text === undefined ? undefined : parseDuration(text, `--${name}`);
  };
  const definition = await readDefinition(io, parsed.files);
  const env = await environment(io, parsed);
  const report = await Engine.simulate(definition, {
    read: (path) => readBytes(io, path),
    // What a variable is matters little to who is only played; but a number has to be one.
    env: (name) => env(name) ?? "simulated",
    faults,
    seeds: wholeNumber(parsed, "seeds", 1),
    seed: wholeNumber(parsed, "seed", 0),
    input: parsed.value("input"),
    to: parsed.value("to"),
    endAfter: duration("for"),
    budget: { calls: wholeNumber(parsed, "budget-calls", 1), tokens: wholeNumber(parsed, "budget-tokens", 1), time: duration("budget-time") },
    mostCalls: wholeNumber(parsed, "most-calls", 1),
  });
  if (parsed.has("json")) io.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
  else {
    const paint = paintFor(io.stdout, io.env, parsed.has("no-color"));
    io.stdout.write(`${reportLines(report, parsed.files, paint).join("\n")}\n`);
  }
  return report.findings.length > 0 ? FAILED : DONE;
}

/** @throws UsageError */
function faultsOf(parsed: Parsed): readonly Fault[] | undefined {
  const text = parsed.value("faults");
  if (text === undefined) return undefined;
  if (text === "none") return [];
  const names = text.split(",").map((name) => name.trim());
  for (const name of names) {
    if ((ALL_FAULTS as readonly string[]).includes(name)) continue;
    const meant = nearest(name, ALL_FAULTS);
    throw new UsageError(
      `--faults: there is no fault "${name}"${meant === undefined ? "" : ` (did you mean ${meant}?)`}`,
      `There are: ${ALL_FAULTS.join(", ")}.`,
    );
  }
  return names as Fault[];
}

function reportLines(report: SimulationReport, files: readonly string[], paint: Paint): string[] {
  const { seeds, seed, faults, ends, findings, waits, worst, bound } = report;
  const names = files.join(" + ");
  const ok = findings.length === 0;
  const heading = (text: string) => paint.bold(text);
  const lines = [
    `${paint.colour(ok ? "green" : "red", ok ? "✓" : "✗")} ${names}: ${plural(seeds, "run")} from seed ${seed}, ${ok ? "nothing found" : plural(findings.length, "finding")}`,
    paint.dim(`faults: ${faults.length === 0 ? "none" : faults.join(", ")}`),
    "",
    heading("Ends"),
    ...Object.entries(ends)
      .sort(([, a], [, b]) => b - a)
      .map(([stop, runs]) => `  ${stop.padEnd(14)}${String(runs).padStart(7)}`),
    "",
    heading("At worst, in one run"),
    worstLine("calls of models", worst.calls, boundText(bound)),
    worstLine("tokens", worst.tokens),
    worstLine("calls of tools", worst.toolCalls),
    ...(worst.cost.most > 0 ? [`  ${"cost".padEnd(18)}${`$${(worst.cost.most / 1e6).toFixed(6)}`.padStart(11)}  ${paint.dim(`seed ${worst.cost.seed}`)}`] : []),
    worstLine("milliseconds", worst.time),
    worstLine("bytes of journal", worst.journal),
  ];
  if (waits.length > 0) {
    lines.push("", heading("Waited for in vain, until somebody cancelled"));
    for (const { what, runs, seed } of waits.slice(0, 8)) lines.push(`  ${what}: ${plural(runs, "run")}, the first with seed ${seed}`);
    lines.push(paint.dim("  An answer that never comes holds a run for ever, unless a timeout, a deadline or a budget of time ends it."));
  }
  for (const finding of findings) lines.push("", ...findingLines(finding, names, paint));
  return lines;
}

function worstLine(what: string, { most, seed }: Worst, more = ""): string {
  return `  ${what.padEnd(18)}${String(most).padStart(11)}  seed ${seed}${more}`;
}

function boundText({ calls, per }: SimulationReport["bound"]): string {
  if (calls >= Number.MAX_SAFE_INTEGER) return "; no bound is known";
  return `; at most ${calls} ${per === "activation" ? "per activation of an agent" : "by the definition"}`;
}

const KINDS: Record<Finding["kind"], string> = {
  stall: "Stall: everybody waits for somebody",
  unbounded: "No bound: the run goes on and on",
  "budget-overrun": "A budget did not hold",
  "broken-promise": "The engine broke a promise: please report this",
};

function findingLines({ kind, seed, runs, message, trace }: Finding, names: string, paint: Paint): string[] {
  const shown =
    trace.length > MOST_LINES ? [...trace.slice(0, MOST_LINES - 20), `     ... ${trace.length - MOST_LINES} lines ...`, ...trace.slice(-20)] : trace;
  return [
    paint.colour("red", KINDS[kind]),
    `  ${message}`,
    `  in ${plural(runs, "run")}, the first: aixlet simulate ${names} --seed ${seed} --seeds 1`,
    paint.dim("  the shortest run that shows it:"),
    ...shown.map((line) => `  ${line}`),
  ];
}
