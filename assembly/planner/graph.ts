import { Arena } from "../memory/arena";
import { Steps, stepAt } from "./steps";

// Who waits for whom, as levels: a step's level is the length of the longest chain of steps before it. Linear in steps and prerequisites.

/** Gives each step its level; false: some wait for each other, and have none. */
export function layLevels(arena: Arena, steps: Steps): bool {
  const count = steps.count;
  // Who waits for each step, as one row cut into pieces: those of step i begin at starts[i].
  const starts = arena.allocate((count + 1) << 2);
  const open = arena.allocate(count << 2);
  let edges: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const step = stepAt(steps, i);
    step.level = NO_LEVEL;
    store<u32>(open + (i << 2), step.prerequisiteCount);
    edges += step.prerequisiteCount;
    for (let j: u32 = 0; j < step.prerequisiteCount; j++) add(starts + ((step.prerequisite(j) + 1) << 2));
  }
  for (let i: u32 = 0; i < count; i++) store<u32>(starts + ((i + 1) << 2), load<u32>(starts + (i << 2)) + load<u32>(starts + ((i + 1) << 2)));
  const row = arena.allocate(edges << 2);
  const filled = arena.allocate(count << 2);
  for (let i: u32 = 0; i < count; i++) {
    const step = stepAt(steps, i);
    for (let j: u32 = 0; j < step.prerequisiteCount; j++) {
      const before = step.prerequisite(j);
      store<u32>(row + ((load<u32>(starts + (before << 2)) + add(filled + (before << 2))) << 2), i);
    }
  }
  const queue = arena.allocate(count << 2);
  let tail: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    if (load<u32>(open + (i << 2))) continue;
    stepAt(steps, i).level = 0;
    store<u32>(queue + (tail++ << 2), i);
  }
  for (let head: u32 = 0; head < tail; head++) {
    const place = load<u32>(queue + (head << 2));
    const level = stepAt(steps, place).level;
    steps.levels = level + 1;
    const end = load<u32>(starts + ((place + 1) << 2));
    for (let at = load<u32>(starts + (place << 2)); at < end; at++) {
      const next = load<u32>(row + (at << 2));
      const left = load<u32>(open + (next << 2)) - 1;
      store<u32>(open + (next << 2), left);
      if (left) continue;
      // The last of those it waits for is taken off the queue in order of levels, so its level is the highest.
      stepAt(steps, next).level = level + 1;
      store<u32>(queue + (tail++ << 2), next);
    }
  }
  return tail == count;
}

/** Of a step that waits for itself, directly or not. */
export const NO_LEVEL: u32 = u32.MAX_VALUE;

/** What a counter was; it is one more now. */
function add(at: usize): u32 {
  const value = load<u32>(at);
  store<u32>(at, value + 1);
  return value;
}

/** A step of those without a level that lies on a cycle: the one that stands first in it. Only if there are any. */
export function firstOfCycle(steps: Steps): u32 {
  let place: u32 = 0;
  while (stepAt(steps, place).level != NO_LEVEL) place++;
  // Each waits for another without a level, so after as many moves as there are steps this is on a cycle.
  for (let i: u32 = 0; i < steps.count; i++) place = unsettled(steps, place);
  let first = place;
  for (let each = unsettled(steps, place); each != place; each = unsettled(steps, each)) first = min(first, each);
  return first;
}

/** The first of a step's prerequisites that has no level either. */
export function unsettled(steps: Steps, place: u32): u32 {
  const step = stepAt(steps, place);
  let i: u32 = 0;
  while (stepAt(steps, step.prerequisite(i)).level != NO_LEVEL) i++;
  return step.prerequisite(i);
}

/** How many steps each level has: u32[levels]. */
export function levelSizes(arena: Arena, steps: Steps): usize {
  const sizes = arena.allocate(steps.levels << 2);
  for (let i: u32 = 0; i < steps.count; i++) add(sizes + (stepAt(steps, i).level << 2));
  return sizes;
}

/** The longest chain, u32[levels] of places, first step first; of several the one whose steps come first, looked at from its end. */
export function criticalPath(arena: Arena, steps: Steps): usize {
  const path = arena.allocate(steps.levels << 2);
  let last: u32 = 0;
  while (stepAt(steps, last).level + 1 < steps.levels) last++;
  for (let level = steps.levels - 1; level; level--) {
    store<u32>(path + (level << 2), last);
    const step = stepAt(steps, last);
    last = NO_LEVEL;
    for (let i: u32 = 0; i < step.prerequisiteCount; i++) {
      const before = step.prerequisite(i);
      if (stepAt(steps, before).level + 1 == level) last = min(last, before);
    }
  }
  store<u32>(path, last);
  return path;
}

/** How hard all of it is: 1, 2 or 3 for each step of low, medium or high complexity. */
export function totalComplexity(steps: Steps): u32 {
  let total: u32 = 0;
  for (let i: u32 = 0; i < steps.count; i++) total += stepAt(steps, i).complexity;
  return total;
}
