import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { type Compiled, compile } from "../text/testing.ts";

let core: Compiled;

beforeAll(async () => {
  core = await compile("assembly/planner/testing.entry.ts");
});

test("the logarithm is that of the mathematicians, to the last digits", () => {
  expect(core.ln(1)).toBe(0);
  for (let n = 1; n <= 20_000; n++) expect(Math.abs(core.ln(n) - Math.log(n))).toBeLessThanOrEqual(4e-16 * Math.max(1, Math.log(n)));
});

test("UCB1 is the formula", () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 10_000 }),
      fc.integer({ min: 1, max: 10_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 0, max: 4_000_000_000 }),
      (more, visits, mean, c) => {
        const value = Math.round(mean * visits * 1e9);
        const parent = visits + more;
        const expected = value / visits + c * Math.sqrt(Math.log(parent) / visits);
        expect(Math.abs(Number(core.ucb(BigInt(value), visits, parent, BigInt(c))) - expected)).toBeLessThanOrEqual(0.5 + expected * 1e-15);
      },
    ),
    { numRuns: 20_000 },
  );
});

test("halves go to the even unit, and no constant is too large", () => {
  expect(core.ucb(3n, 2, 1, 0n)).toBe(2n);
  expect(core.ucb(5n, 2, 1, 0n)).toBe(2n);
  expect(core.ucb(1_000_000_000n, 1, 10_000, 9_223_372_036_854_775_807n)).toBe(9_000_000_000_000_000_000n);
});
