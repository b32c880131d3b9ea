import { blockSize, giveBlock, takeBlock } from "../memory/blocks";

// Where a host puts the frame of events.

export let input: usize = 0;
let capacity: u32 = 0;

/** Room for a frame of `bytes`; what was there before may be lost. */
export function room(bytes: u32): usize {
  // Eight bytes more, so that a check may read whole words.
  const needed = blockSize(bytes + 8);
  if (needed > capacity) {
    if (capacity) giveBlock(input, capacity);
    input = takeBlock(needed);
    capacity = needed;
  }
  return input;
}

export function inputRoom(): u32 {
  return capacity ? capacity - 8 : 0;
}
