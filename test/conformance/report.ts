import { readFileSync } from "node:fs";
import type { AllVectors } from "./all-vectors.ts";
import { drive, type Host, type Outcome, ToolchainMissing } from "./hosts/host.ts";

/** What came of a host. */
export interface HostReport {
  host: string;
  /** By scenario, in the vectors' order; empty if it could not run. */
  outcomes: Map<string, Outcome>;
  /** Why it could not run on this machine. */
  missing?: string;
  /** What is not as it is expected, a line each. */
  problems: string[];
}

/** Failures that are known, by host and scenario: why. */
export type Expected = Record<string, Record<string, string>>;

export function readExpected(): Expected {
  return JSON.parse(readFileSync(new URL("expected-failures.json", import.meta.url), "utf8")) as Expected;
}

/** Plays the vectors on a host, and compares with what is expected of it. */
export async function tryHost(host: Host, { path, failures }: AllVectors, expected: Expected): Promise<HostReport> {
  const report: HostReport = { host: host.name, outcomes: new Map(), problems: [] };
  try {
    for (const outcome of await drive(await host.prepare(), path)) report.outcomes.set(outcome.scenario, outcome);
  } catch (error) {
    if (!(error instanceof ToolchainMissing)) throw error;
    report.missing = error.message;
    return report;
  }
  // What a scenario says is compared where the vectors are made, which is Node.
  if (host.name === "node")
    for (const [scenario, message] of Object.entries(failures))
      report.outcomes.set(scenario, { ...report.outcomes.get(scenario), scenario, ok: false, message });
  report.problems = problemsOf(report.outcomes, expected[host.name] ?? {});
  return report;
}

/** Failures that nobody expects, and expectations that nothing fulfils. */
export function problemsOf(outcomes: ReadonlyMap<string, Outcome>, known: Record<string, string>): string[] {
  const problems: string[] = [];
  for (const { scenario, ok, message } of outcomes.values()) {
    if (!ok && known[scenario] === undefined) problems.push(`${scenario}: ${message}`);
  }
  for (const scenario of Object.keys(known)) {
    const outcome = outcomes.get(scenario);
    if (outcome === undefined) problems.push(`${scenario}: it is expected to fail, and there is no such scenario`);
    else if (outcome.ok) problems.push(`${scenario}: it is expected to fail, and does not: take it out of expected-failures.json`);
  }
  return problems;
}

/** Scenarios whose last state is not the same on all hosts, or that not all of them have played. */
export function disagreements(reports: readonly HostReport[]): string[] {
  const ran = reports.filter(({ missing }) => missing === undefined);
  const problems: string[] = [];
  for (const scenario of new Set(ran.flatMap(({ outcomes }) => [...outcomes.keys()]))) {
    const silent = ran.filter(({ outcomes }) => !outcomes.has(scenario)).map(({ host }) => host);
    if (silent.length > 0) problems.push(`${scenario}: not played by ${silent.join(", ")}`);
    const states = new Set(ran.flatMap(({ outcomes }) => outcomes.get(scenario)?.state ?? []));
    if (states.size > 1) problems.push(`${scenario}: the last states have different hashes`);
  }
  return problems;
}

/** Hosts by scenarios. Without `whole`, only the rows in which something failed, and how many others there are. */
export function table(reports: readonly HostReport[], whole: boolean): string {
  const ran = reports.filter(({ missing }) => missing === undefined);
  const scenarios = [...new Set(ran.flatMap(({ outcomes }) => [...outcomes.keys()]))];
  const cell = ({ outcomes }: HostReport, scenario: string) => (outcomes.get(scenario)?.ok === true ? "ok" : outcomes.has(scenario) ? "FAILS" : "-");
  const rows = scenarios.map((scenario) => ({ scenario, cells: ran.map((report) => cell(report, scenario)) }));
  const shown = whole ? rows : rows.filter(({ cells }) => cells.some((each) => each !== "ok"));
  const passed = ran.map(({ outcomes }) => String([...outcomes.values()].filter(({ ok }) => ok).length));
  const lines = [
    ["scenario", ...ran.map(({ host }) => host)],
    ...shown.map(({ scenario, cells }) => [scenario, ...cells]),
    [`${whole ? "all" : `${rows.length - shown.length} others ok; all`} ${rows.length}`, ...passed],
  ];
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines
    .map((line) =>
      line
        .map((each, column) => each.padEnd(widths[column]))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
