import { expect, it } from "vitest";
import { travel } from "./journey.ts";

it("a run comes to the same end wherever it has been", async () => {
  const { legs, missing, hash, expected, steps } = await travel();
  if (process.env.CI !== undefined) expect(missing).toEqual({});
  expect(legs.length).toBeGreaterThanOrEqual(2);
  expect(hash).toBe(expected);
  expect(steps).toBeGreaterThan(14);
});
