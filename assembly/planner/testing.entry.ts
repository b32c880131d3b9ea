// What the tests beside these files call.

import { Arena } from "../memory/arena";
import { blockSize, takeBlock } from "../memory/blocks";
import { newBuilder } from "../text/builder";
import { criticalPath, levelSizes, totalComplexity } from "./graph";
import { readSteps } from "./read";
import { Steps, stepAt } from "./steps";

export { ln, ucb } from "./ucb";

const arena = changetype<Arena>(memory.data(offsetof<Arena>(), 8));
const steps = changetype<Steps>(memory.data(offsetof<Steps>(), 8));
const problems = newBuilder();
const text = newBuilder();

export function room(bytes: u32): usize {
  return takeBlock(blockSize(bytes));
}

export function read(at: usize, length: u32, keep: u32, most: u32): u32 {
  arena.free();
  return readSteps(arena, at, length, keep, most, steps, problems);
}

export function problemsAt(): usize {
  return problems.at;
}

export function problemsLength(): u32 {
  return problems.length;
}

/** One line a step: what it is called, who it waits for, its level, its complexity, what is to be done. */
export function describe(): u32 {
  text.clear();
  for (let i: u32 = 0; i < steps.count; i++) {
    const step = stepAt(steps, i);
    text.bytes(step.label, step.labelLength).ascii(" [");
    for (let j: u32 = 0; j < step.prerequisiteCount; j++) text.integer(step.prerequisite(j) + 1).ascii(" ");
    text.ascii("] ").integer(step.level).ascii(" ").integer(step.complexity).ascii(" ");
    text.bytes(step.action, step.actionLength).byte(0x0a);
  }
  return text.length;
}

/** Sizes of the levels, the critical path, and how hard it all is. */
export function describeGraph(): u32 {
  text.clear();
  const sizes = levelSizes(arena, steps);
  for (let i: u32 = 0; i < steps.levels; i++) text.integer(load<u32>(sizes + (i << 2))).ascii(" ");
  text.ascii("| ");
  const path = criticalPath(arena, steps);
  for (let i: u32 = 0; i < steps.levels; i++) text.integer(load<u32>(path + (i << 2)) + 1).ascii(" ");
  text.ascii("| ").integer(totalComplexity(steps));
  return text.length;
}

export function textAt(): usize {
  return text.at;
}
