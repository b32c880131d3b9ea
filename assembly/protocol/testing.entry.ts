// What the tests of this folder call.

import { blockSize, takeBlock } from "../memory/blocks";
import { checkFrame, frameFault } from "./check";

export { checkFrame, frameFault };

export function room(bytes: u32): usize {
  return takeBlock(blockSize(bytes));
}
