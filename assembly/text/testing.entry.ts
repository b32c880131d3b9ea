// What the tests beside these files call: the functions as they are, and a place for their input.

import { blockSize, takeBlock } from "../memory/blocks";
import { newBuilder } from "./builder";
import { foldText } from "./fold";
import { Sha256 } from "./sha256";

export { hashBytes, hashNumber, hashWords } from "./hash";

export { isSpace, lowerCase } from "./fold";
export { sha256 } from "./sha256";
export { similarity } from "./similarity";
export { codePointAt, countCodePoints, isUtf8, putCodePoint, sizeOfLead } from "./utf8";

export function sha256Begin(state: usize): void {
  changetype<Sha256>(state).begin();
}

export function sha256Update(state: usize, at: usize, length: u32): void {
  changetype<Sha256>(state).update(at, length);
}

export function sha256Finish(state: usize, out: usize): void {
  changetype<Sha256>(state).finish(out);
}

export function room(bytes: u32): usize {
  return takeBlock(blockSize(bytes));
}

const text = newBuilder();

export function fold(at: usize, length: u32): u32 {
  text.clear();
  foldText(text, at, length);
  return text.length;
}

export function written(): usize {
  return text.at;
}
