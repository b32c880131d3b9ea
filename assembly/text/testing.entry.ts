// What the tests beside these files call: the functions as they are, and a place for their input.

import { takeBlock, blockSize } from "../memory/blocks";

export { hashBytes, hashNumber, hashWords } from "./hash";

export function room(bytes: u32): usize {
  return takeBlock(blockSize(bytes));
}
