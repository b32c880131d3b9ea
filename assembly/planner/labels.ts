import { Arena } from "../memory/arena";
import { hashBytes } from "../text/hash";
import { sameBytes } from "../text/slice";
import { Steps, stepAt } from "./steps";

// Steps by what the model calls them: open addressing, place + 1 in each slot, half of them free.

export const NO_STEP: u32 = u32.MAX_VALUE;

@unmanaged
export class Labels {
  slots: usize;
  mask: u32;
  steps: Steps;

  /** Where a label is, or the slot where it would be. */
  slot(at: usize, length: u32): usize {
    let index = <u32>hashBytes(0, at, length) & this.mask;
    let slot = this.slots + (index << 2);
    for (let place = load<u32>(slot); place; place = load<u32>(slot)) {
      const step = stepAt(this.steps, place - 1);
      if (sameBytes(step.label, step.labelLength, at, length)) break;
      index = (index + 1) & this.mask;
      slot = this.slots + (index << 2);
    }
    return slot;
  }

  /** The place of a step, or NO_STEP. */
  find(at: usize, length: u32): u32 {
    return load<u32>(this.slot(at, length)) - 1;
  }
}

export function newLabels(arena: Arena, steps: Steps): Labels {
  const labels = changetype<Labels>(arena.allocate(offsetof<Labels>()));
  const size: u32 = 2 << (32 - clz(steps.count));
  labels.slots = arena.allocate(size << 2);
  labels.mask = size - 1;
  labels.steps = steps;
  return labels;
}
