import type { RunResult } from "../../../host/run-events.ts";
import type { Violation } from "../../../host/simulate/violation.ts";
import type { Batch } from "../batch.ts";
import { definitionOf } from "../definitions.ts";
import { type Source, sourceOf, toViolation } from "../light.ts";
import { Cores } from "./cores.ts";
import { Story } from "./story.ts";

function live(module: WebAssembly.Module, cores: Cores, { definition, world, now }: Source, lines?: string[]): Promise<RunResult> {
  return new Story(module, cores, definitionOf(definition), world, now, (line) => lines?.push(line)).live();
}

/** Whether a seed fails in the full profile. */
export async function failureOfStory(module: WebAssembly.Module, source: Source, lines?: string[]): Promise<Violation | undefined> {
  try {
    await live(module, new Cores(module), source, lines);
    return undefined;
  } catch (error) {
    return toViolation(error);
  }
}

/** Takes seeds one after the other in the full profile, until so many have failed. */
export async function fullBatch(module: WebAssembly.Module, from: number, count: number, most = 1, tell?: (done: number) => void): Promise<Batch> {
  const batch: Batch = { seeds: 0, steps: 0, cpu: 0, definitions: 0, refused: 0, stops: {}, failures: [] };
  const cores = new Cores(module);
  const before = process.cpuUsage();
  for (let seed = from; seed < from + count && batch.failures.length < most; seed++) {
    batch.seeds++;
    batch.definitions++;
    try {
      const { stop, counters } = await live(module, cores, sourceOf(seed));
      batch.stops[stop] = (batch.stops[stop] ?? 0) + 1;
      batch.steps += counters.steps;
    } catch (error) {
      const violation = toViolation(error);
      if (violation === undefined) batch.refused++;
      else batch.failures.push({ seed, violation, after: batch.seeds });
    }
    if (batch.seeds % 1000 === 0) tell?.(batch.seeds);
  }
  const used = process.cpuUsage(before);
  batch.cpu = (used.user + used.system) / 1000;
  return batch;
}
