import { describe, expect, it } from "vitest";
import { BudgetTrees } from "./budget-trees.ts";

describe("budgets", () => {
  it("are never overspent, at any level and step, by models that use all they may and tell of it late, twice or never", async () => {
    const trees = await BudgetTrees.open();
    const stops = new Set<string>();
    let calls = 0;
    for (let seed = 1; seed <= 1500; seed++) {
      const result = trees.run(seed);
      stops.add(result.stop);
      calls += result.calls;
    }
    expect([...stops].sort()).toEqual(expect.arrayContaining(["budget", "done"]));
    expect(calls).toBeGreaterThan(1500);
  }, 120_000);
});
