import { describe, expect, it } from "vitest";
import { findCore } from "../../host/core/find-node.ts";
import { type Batch, lightBatch } from "./batch.ts";
import { plant, readBugs } from "./bugs.ts";
import { fullBatch } from "./full/batch.ts";

// AIXLET_SEEDS says how many seeds the light profile takes; the full one takes a fiftieth of them.

const SEEDS = Number(process.env.AIXLET_SEEDS ?? 20_000);

function failuresOf({ failures }: Batch): string[] {
  return failures.map(({ seed, violation }) => `seed ${seed}: ${violation.invariant}: ${violation.message}`);
}

describe("simulated runs of random definitions", () => {
  it("keep every promise in the core, whatever goes wrong around it", async () => {
    const batch = lightBatch(await findCore(), 0, SEEDS);
    expect(failuresOf(batch)).toEqual([]);
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

  it("keep every promise in the host, over processes that die and a disk that fails", async () => {
    expect(failuresOf(await fullBatch(await findCore(), 0, SEEDS / 50))).toEqual([]);
  }, 300_000);
});

describe("bugs that are kept to be planted", () => {
  it.each(readBugs().map((bug) => [bug.name, bug] as const))("%s has its place in the source", (_, bug) => {
    expect(plant(bug)).not.toBe("");
  });
});
