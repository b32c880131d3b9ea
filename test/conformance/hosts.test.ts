import { beforeAll, describe, expect, it } from "vitest";
import { type AllVectors, allVectors } from "./all-vectors.ts";
import { hosts } from "./hosts/index.ts";
import type { Outcome } from "./hosts/host.ts";
import { disagreements, type HostReport, problemsOf, readExpected, table, tryHost } from "./report.ts";

let vectors: AllVectors;
const reports: HostReport[] = [];

beforeAll(async () => {
  vectors = await allVectors();
});

describe.each(hosts)("$name", (host) => {
  it("plays every scenario to the same bytes", async (context) => {
    const report = await tryHost(host, vectors, readExpected());
    if (report.missing !== undefined && process.env.CI === undefined) context.skip(`${host.name} was not tried: ${report.missing}`);
    expect(report.missing).toBeUndefined();
    expect(report.problems).toEqual([]);
    expect(report.outcomes.size).toBeGreaterThan(400);
    reports.push(report);
  });
});

it("all hosts come to the same states", () => {
  expect(disagreements(reports)).toEqual([]);
});

describe("the report", () => {
  const outcome = (scenario: string, ok: boolean, state = "s"): [string, Outcome] => [
    scenario,
    { scenario, ok, state, ...(!ok && { message: "other bytes" }) },
  ];
  const outcomes = new Map([outcome("a", true), outcome("b", false)]);

  it("tells failures that nobody expects, and expectations that are stale", () => {
    expect(problemsOf(outcomes, {})).toEqual(["b: other bytes"]);
    expect(problemsOf(outcomes, { b: "known" })).toEqual([]);
    expect(problemsOf(outcomes, { b: "known", a: "known", c: "known" })).toEqual([
      "a: it is expected to fail, and does not: take it out of expected-failures.json",
      "c: it is expected to fail, and there is no such scenario",
    ]);
  });

  it("tells hosts that differ", () => {
    const one: HostReport = { host: "one", outcomes, problems: [] };
    const two: HostReport = { host: "two", outcomes: new Map([outcome("a", true, "t")]), problems: [] };
    expect(disagreements([one, two])).toEqual(["a: the last states have different hashes", "b: not played by two"]);
    expect(table([one, two], false).split("\n")).toEqual(["scenario            one    two", "b                   FAILS  -", "1 others ok; all 2  1      1"]);
  });
});
