import { NONE, find } from "./find";
import { At, LONGEST_TOKEN, base } from "./table";

// Short pieces are merged as byte-pair encoding is defined: of all neighbours that make a token, the earliest one first. For a few bytes
// this is faster than anything else.

/** Bytes of a piece that is short. */
export const SHORT_PIECE: u32 = 15;

/** By part: where it begins, u16, and behind the last one the length. */
const starts: usize = memory.data(2 * (2 * LONGEST_TOKEN + 2), 4);
/** By part: the token that it makes with the next one. */
const merges: usize = memory.data(4 * (2 * LONGEST_TOKEN + 2), 4);

/** Where a part of the piece that was merged last begins; behind the last one: the piece's length. */
export function startOf(part: u32): u32 {
  return load<u16>(starts + ((<usize>part) << 1));
}

/** Merges a piece of 2 to 256 bytes. Gives how many tokens are left; `startOf` has them. */
export function mergeByRank(at: usize, length: u32): u32 {
  let parts = length;
  for (let i: usize = 0; i < length; i++) {
    store<u16>(starts + (i << 1), <u16>i);
    store<u32>(merges + (i << 2), load<u32>(base + ((<usize>load<u16>(at + i)) << 2), At.TWOS) - 1);
  }
  store<u16>(starts + ((<usize>length) << 1), <u16>length);
  store<u32>(merges + ((<usize>(length - 1)) << 2), NONE);
  while (true) {
    let first = NONE;
    let part: usize = 0;
    for (let i: usize = 0; i + 1 < parts; i++) {
      const merge = load<u32>(merges + (i << 2));
      if (merge < first) {
        first = merge;
        part = i;
      }
    }
    if (first == NONE) return parts;
    parts--;
    for (let i = part + 1; i <= parts; i++) {
      store<u16>(starts + (i << 1), load<u16>(starts + (i << 1), 2));
      store<u32>(merges + (i << 2), load<u32>(merges + (i << 2), 4));
    }
    const place = starts + (part << 1);
    const start = <u32>load<u16>(place);
    store<u32>(merges + (part << 2), part + 1 < parts ? find(at + start, <u32>load<u16>(place, 4) - start) : NONE);
    if (part) {
      const before = <u32>load<u16>(place - 2);
      store<u32>(merges + ((part - 1) << 2), find(at + before, <u32>load<u16>(place, 2) - before));
    }
  }
}
