// What the tests of this folder call.

import { blockSize, takeBlock } from "../memory/blocks";

export { checkFrame, frameFault } from "./check";

export function room(bytes: u32): usize {
  return takeBlock(blockSize(bytes));
}

/** For the benchmark: the same frame `times` over. */
import { checkFrame } from "./check";
export function checkMany(at: usize, length: u32, times: u32): u32 {
  let faults: u32 = 0;
  for (; times; times--) faults += checkFrame(at, length);
  return faults;
}
