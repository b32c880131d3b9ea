import type { Violation } from "../../host/simulate/violation.ts";
import { checkMemory } from "./memory.ts";
import { Light, toViolation } from "./light.ts";

/** What came of many seeds. */
export interface Batch {
  seeds: number;
  steps: number;
  /** Milliseconds of the processor's time. */
  cpu: number;
  definitions: number;
  refused: number;
  stops: Record<string, number>;
  failures: { seed: number; violation: Violation; after: number }[];
}

/** One seed of so many is also looked at for memory that is kept. */
const MEMORY = 500;

/** Takes seeds one after the other in the light profile, until so many have failed. */
export function lightBatch(module: WebAssembly.Module, from: number, count: number, most = 1, tell?: (done: number) => void): Batch {
  const light = new Light(module);
  const batch: Batch = { seeds: 0, steps: 0, cpu: 0, definitions: 0, refused: 0, stops: {}, failures: [] };
  const before = process.cpuUsage();
  for (let seed = from; seed < from + count && batch.failures.length < most; seed++) {
    batch.seeds++;
    try {
      const outcome = light.seed(seed);
      if (outcome !== undefined) {
        const { stop } = outcome.finished;
        batch.stops[stop] = (batch.stops[stop] ?? 0) + 1;
        batch.steps += outcome.steps;
      }
      if (outcome !== undefined && seed % MEMORY === 0) {
        const violation = checkMemory(module, seed);
        if (violation !== undefined) batch.failures.push({ seed, violation, after: batch.seeds });
      }
    } catch (error) {
      const violation = toViolation(error);
      if (violation === undefined) throw error;
      batch.failures.push({ seed, violation, after: batch.seeds });
    }
    if (batch.seeds % 10_000 === 0) tell?.(batch.seeds);
  }
  const used = process.cpuUsage(before);
  batch.cpu = (used.user + used.system) / 1000;
  batch.definitions = light.definitions;
  batch.refused = light.refused;
  return batch;
}
