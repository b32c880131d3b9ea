import { Core } from "../../host/core/core.ts";
import { Violation } from "../../host/simulate/violation.ts";
import { load, play, sourceOf } from "./light.ts";

/** How often a seed is taken one after the other, before and after the look at the memory. */
const BEFORE = 24;
const AFTER = 72;

/**
 * Memory of finished runs is returned: the same run again and again needs no more than it did at first. Each run takes pages of its own, so
 * that one block that is kept by each shows after a few.
 */
export function checkMemory(module: WebAssembly.Module, seed: number): Violation | undefined {
  const core = new Core(module);
  const first = sourceOf(seed);
  const subject = load(core, first.definition, first.now);
  const live = (times: number) => {
    for (let i = 0; i < times; i++) {
      const { world, now } = sourceOf(seed);
      play(subject, { definition: world, world, now });
    }
  };
  live(BEFORE);
  const before = core.memoryBytes;
  live(AFTER);
  if (core.memoryBytes === before) return undefined;
  return new Violation(
    "memory-returned",
    `after ${BEFORE} runs of one seed the core had ${before} bytes, and after ${BEFORE + AFTER} it has ${core.memoryBytes}`,
  );
}
