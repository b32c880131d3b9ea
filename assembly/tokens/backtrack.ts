import { blockSize, giveBlock, takeBlock } from "../memory/blocks";
import { NONE, find, longest, shorter } from "./find";
import { mergeByRank, startOf } from "./merge";
import { At, Token, base } from "./table";

// Long pieces in linear time: take the longest token; if it cannot stand beside the one before, a shorter one; if none can, go back and
// never come to this place again. What is left is what merging gives, because a text's merges are those whose neighbours could all have
// come about (the argument is in docs/tokens.md).

/** Tokens so far. */
export let stack: usize = 0;
let stackSize: u32 = 0;
/** By byte of the piece: a bit that is set as long as a token may end there. */
let open: usize = 0;
let openSize: u32 = 0;

/** Cuts a piece into tokens, which then are on `stack`; gives how many. */
export function backtrack(at: usize, length: u32): u32 {
  reserve(length);
  memory.fill(open, 0xff, (length >> 3) + 1);
  let here: u32 = 0;
  let count: u32 = 0;
  let token = longest(at, length);
  let size = Token.length(token);
  while (true) {
    const last = count ? load<u32>(stack + ((<usize>count - 1) << 2)) : NONE;
    while (true) {
      const end = here + size;
      if ((load<u8>(open + (end >> 3)) >> <u8>(end & 7)) & 1 && (!count || mayNeighbour(at + here, last, token))) {
        if (count << 2 == stackSize) growStack();
        store<u32>(stack + ((<usize>count) << 2), token);
        count++;
        here = end;
        if (here >= length) return count;
        token = longest(at + here, length - here);
        size = Token.length(token);
        break;
      }
      if (size > 1) {
        token = shorter(at + here, token, size);
        size = Token.length(token);
        continue;
      }
      // No table that merges have made comes here with nothing to go back to; a forged one may.
      if (!count) return bytesOf(at, length);
      const byte = open + (here >> 3);
      store<u8>(byte, load<u8>(byte) & ~((<u8>1) << (<u8>(here & 7))));
      count--;
      token = last;
      size = Token.length(last);
      here -= size;
      break;
    }
  }
}

/** Whether merging could have left two tokens side by side; the second one begins at `at`. Remembers the last answers. */
function mayNeighbour(at: usize, first: u32, second: u32): bool {
  const key = (((<u64>first) << 18) | <u64>second) + 1;
  const entry = base + ((<usize>((key * 0x9e3779b97f4a7c15) >> 51)) << 3);
  const known = load<u64>(entry, At.PAIRS);
  if (known >>> 1 == key) return <bool>(known & 1);
  const may = Token.isLate(first) || Token.isLate(second) ? stands(at, first, second) : wouldStand(at, first, second);
  store<u64>(entry, (key << 1) | <u64>may, At.PAIRS);
  return may;
}

/** Takes the two apart, latest merge first, and looks whether a merge across their border would have come before. */
function wouldStand(at: usize, first: u32, second: u32): bool {
  let limit: u32 = NONE;
  while (true) {
    const before = Token.length(first);
    const behind = Token.length(second);
    const across = find(at - before, before + behind);
    if (across < limit) return false;
    if (first > second) {
      limit = first;
      if (before > 1) first = Token.right(first);
      else {
        limit = second + 1;
        if (behind == 1) return true;
        second = Token.left(second);
      }
    } else {
      limit = second + 1;
      if (behind > 1) second = Token.left(second);
      else {
        limit = first;
        if (before == 1) return true;
        first = Token.right(first);
      }
    }
  }
}

/** The same by merging the two anew, where the order of merges cannot be read from the tokens. */
function stands(at: usize, first: u32, second: u32): bool {
  const before = Token.length(first);
  return mergeByRank(at - before, before + Token.length(second)) == 2 && startOf(1) == before;
}

function bytesOf(at: usize, length: u32): u32 {
  for (let i: u32 = 0; i < length; i++) {
    if (i << 2 >= stackSize) growStack();
    store<u32>(stack + ((<usize>i) << 2), load<u32>(base + ((<usize>load<u8>(at + i)) << 2), At.BYTE_INDEX));
  }
  return length;
}

function reserve(length: u32): void {
  if (!stack) {
    stackSize = blockSize(4096);
    stack = takeBlock(stackSize);
  }
  const size = blockSize((length >> 3) + 1);
  if (size <= openSize) return;
  if (openSize) giveBlock(open, openSize);
  open = takeBlock(size);
  openSize = size;
}

function growStack(): void {
  const size = blockSize(stackSize << 1);
  const grown = takeBlock(size);
  memory.copy(grown, stack, stackSize);
  giveBlock(stack, stackSize);
  stack = grown;
  stackSize = size;
}
