import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aixlet, folder } from "./fake-io.ts";

let cwd: string;
const simulate = (...args: string[]) => aixlet(["simulate", ...args], { cwd });

beforeAll(async () => {
  cwd = await folder({
    "good.yaml": "agents:\n  - { name: a, model: gpt-4, tools: [{ name: t }], outputs: [b] }\n  - { name: b, role: logger }\n",
    "custom.yaml": "agents:\n  - { name: a, role: vision, model: '${MODEL}' }\n",
    // Each waits for room in the other's mailbox.
    "stall.yaml":
      "agents:\n" +
      "  - { name: a, role: producer, mailbox: { size: 1 }, outputs: [b, b2] }\n" +
      "  - { name: b, role: producer, mailbox: { size: 1 }, outputs: [a] }\n" +
      "  - { name: b2, role: producer, mailbox: { size: 1 }, outputs: [a] }\n",
    "loop.yaml": "supervisor: { max_rounds: 1000 }\nagents:\n  - { name: a, model: gpt-4, outputs: [b] }\n  - { name: b, model: gpt-4, outputs: [a] }\n",
    "budget.yaml": "budget: { calls: 3 }\nflow: { loop: { do: a, max: 50 } }\nagents: [{ name: a, model: gpt-4 }]\n",
  });
});
afterAll(() => rm(cwd, { recursive: true }));

describe("simulate", () => {
  it("finds nothing in a file that holds, and says how runs ended and what they came to at worst", async () => {
    const { code, stdout, stderr } = await simulate("good.yaml", "--seeds", "60");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^✓ good\.yaml: 60 runs from seed 0, nothing found\n/);
    expect(stdout).toMatch(/\n {2}done +\d+\n/);
    expect(stdout).toMatch(/\n {2}calls of models +\d+ {2}seed \d+; at most 10 per activation of an agent\n/);
  });

  it("says the same each time, and one run of it again by its seed", async () => {
    const whole = await simulate("good.yaml", "--seeds", "40", "--json");
    expect((await simulate("good.yaml", "--seeds", "40", "--json")).stdout).toBe(whole.stdout);
    const { worst } = JSON.parse(whole.stdout);
    const one = JSON.parse((await simulate("good.yaml", "--seeds", "1", "--seed", String(worst.calls.seed), "--json")).stdout);
    expect(one.worst.calls).toEqual(worst.calls);
  });

  it("plays roles of one's own and variables, and nothing goes wrong without faults", async () => {
    const { code, stdout } = await simulate("custom.yaml", "--faults", "none", "--seeds", "20", "--json");
    expect([code, JSON.parse(stdout).ends]).toEqual([0, { done: 20 }]);
  });

  it("finds who waits for whom", async () => {
    const { code, stdout } = await simulate("stall.yaml", "--seeds", "80");
    expect([code, stdout]).toEqual([1, expect.stringContaining("Stall: everybody waits for somebody\n")]);
    expect(stdout).toMatch(/waits for room in the mailbox of|messages that nobody takes/);
    expect(stdout).toMatch(/the first: aixlet simulate stall\.yaml --seed \d+ --seeds 1\n/);
  });

  it("finds what has no bound, and none where a budget is one", async () => {
    const { code, stdout } = await simulate("loop.yaml", "--seeds", "30", "--most-calls", "50", "--json");
    const { findings } = JSON.parse(stdout);
    expect([code, findings.map(({ kind }: { kind: string }) => kind)]).toEqual([1, ["unbounded"]]);
    expect(findings[0].trace.length).toBeGreaterThan(50);
    const held = JSON.parse((await simulate("loop.yaml", "--seeds", "30", "--most-calls", "50", "--budget-calls", "20", "--json")).stdout);
    expect([held.findings, held.worst.calls.most]).toEqual([[], 20]);
    const own = JSON.parse((await simulate("budget.yaml", "--seeds", "30", "--json")).stdout);
    expect([own.findings, own.worst.calls.most]).toEqual([[], 3]);
  });

  it("refuses what is no fault, and files that cannot run", async () => {
    const typo = await simulate("good.yaml", "--faults", "lost,duplicat");
    expect([typo.code, typo.stderr]).toEqual([2, expect.stringContaining('there is no fault "duplicat" (did you mean duplicate?)')]);
    expect((await simulate("nowhere.yaml")).code).toBe(2);
  });
});
