import { describe, expect, it } from "vitest";
import { findCore } from "../../host/core/find-node.ts";
import { lightBatch } from "./batch.ts";

const SEEDS = Number(process.env.AIXLET_SEEDS ?? 20_000);

describe("simulated runs of random definitions", () => {
  it("keep every promise, whatever goes wrong around them", async () => {
    const batch = lightBatch(await findCore(), 0, SEEDS);
    expect(batch.failures.map(({ seed, violation }) => `seed ${seed}: ${violation.invariant}: ${violation.message}`)).toEqual([]);
    expect(batch.refused).toBeLessThan(batch.definitions / 50);
    // Every way to end is met, so that what is promised of it is looked at.
    for (const stop of [
      "done",
      "failed",
      "cancelled",
      "deadline",
      "budget",
      "limit",
      "no-progress",
      "no-route",
      "bad-decision",
      "refused",
      "stalled",
      "unknown",
    ])
      expect(batch.stops, stop).toHaveProperty(stop);
  }, 300_000);
});
