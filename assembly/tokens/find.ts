import { Hash, hashLong, sameLong } from "./hash";
import { At, LONGEST_TOKEN, Token, base, links, slotCount, slots } from "./table";

// Which token some bytes are. All of it reads up to 16 bytes beyond a text: whoever calls makes sure that they are memory.

export const NONE: u32 = u32.MAX_VALUE;

export class Find {
  /** First slot to look at. */
  @inline static slot(hash: u64): u32 {
    return <u32>(((hash >> 32) * slotCount) >> 32);
  }

  /** What a slot says of the hash. */
  @inline static tag(hash: u64): u32 {
    return <u32>(hash >> 24) & 0x3fff;
  }

  @inline static next(slot: u32): u32 {
    return slot + 1 == <u32>slotCount ? 0 : slot + 1;
  }

  @inline static inFilter(hash: u64): bool {
    const bit = <usize>(hash >> 43);
    return <bool>((load<u8>(base + (bit >> 3), At.FILTER) >> <u8>(bit & 7)) & 1);
  }

  /** The token that is these 2 to 8 bytes, or NONE. */
  @inline static one(word: u64, length: u32): u32 {
    const hash = Hash.one(word);
    const tag = Find.tag(hash);
    let slot = Find.slot(hash);
    while (true) {
      const entry = load<u32>(slots + ((<usize>slot) << 2));
      if (!entry) return NONE;
      if (entry >>> 18 == tag) {
        const index = (entry & 0x3ffff) - 1;
        if (Token.length(index) == length && !((load<u64>(Token.bytes(index)) ^ word) & Hash.mask(length))) return index;
      }
      slot = Find.next(slot);
    }
  }

  /** The token that is these 9 to 16 bytes, or NONE. */
  @inline static two(first: u64, second: u64, length: u32): u32 {
    const hash = Hash.two(first, second);
    const tag = Find.tag(hash);
    let slot = Find.slot(hash);
    while (true) {
      const entry = load<u32>(slots + ((<usize>slot) << 2));
      if (!entry) return NONE;
      if (entry >>> 18 == tag) {
        const index = (entry & 0x3ffff) - 1;
        const bytes = Token.bytes(index);
        if (Token.length(index) == length && load<u64>(bytes) == first && !((load<u64>(bytes, 8) ^ second) & Hash.mask(length - 8))) return index;
      }
      slot = Find.next(slot);
    }
  }
}

/** The token that is these 2 bytes or more, or NONE. */
export function find(at: usize, length: u32): u32 {
  if (length == 2) return load<u32>(base + ((<usize>load<u16>(at)) << 2), At.TWOS) - 1;
  if (length <= 8) {
    const word = load<u64>(at) & Hash.mask(length);
    return Find.inFilter(Hash.one(word)) ? Find.one(word, length) : NONE;
  }
  if (length <= 16) {
    const first = load<u64>(at);
    const second = load<u64>(at, 8) & Hash.mask(length - 8);
    return Find.inFilter(Hash.two(first, second)) ? Find.two(first, second, length) : NONE;
  }
  if (length > LONGEST_TOKEN) return NONE;
  const hash = hashLong(at, length);
  const tag = Find.tag(hash);
  let slot = Find.slot(hash);
  while (true) {
    const entry = load<u32>(slots + ((<usize>slot) << 2));
    if (!entry) return NONE;
    if (entry >>> 18 == tag) {
      const index = (entry & 0x3ffff) - 1;
      if (Token.length(index) == length && sameLong(Token.bytes(index), at, length)) return index;
    }
    slot = Find.next(slot);
  }
}

/** Where the lengths of long tokens stand that begin as these 32 bytes do. */
export function longMasks(at: usize): usize {
  return base + At.LONG_MASKS + ((<usize>(Hash.two(load<u64>(at), load<u64>(at, 24)) >> 56)) << 4);
}

/** The longest token that these `most` bytes, at least 1, begin with. */
export function longest(at: usize, most: u32): u32 {
  if (most >= 4) {
    let lengths = load<u32>(base + (Hash.four(at) << 2), At.MASKS);
    if (most < 35) lengths &= <u32>(((<u64>2) << (<u64>most - 4)) - 1);
    if (lengths >>> 31) {
      const index = longestOfLong(at, most);
      if (index != NONE) return index;
      lengths &= 0x7fffffff;
    }
    while (lengths) {
      const bit = 31 - clz<u32>(lengths);
      lengths ^= (<u32>1) << bit;
      const index = find(at, bit + 4);
      if (index != NONE) return index;
    }
  }
  for (let length: u32 = min<u32>(most, 3); length > 1; length--) {
    const index = find(at, length);
    if (index != NONE) return index;
  }
  return load<u32>(base + ((<usize>load<u8>(at)) << 2), At.BYTE_INDEX);
}

/** The longest of 35 bytes and more, or NONE. */
function longestOfLong(at: usize, most: u32): u32 {
  const masks = longMasks(at);
  for (let word = 1; word >= 0; word--) {
    const shortest: u32 = 35 + (word << 6);
    if (most < shortest) continue;
    let lengths = load<u64>(masks + ((<usize>word) << 3));
    if (most - shortest < 63) lengths &= ((<u64>2) << (<u64>(most - shortest))) - 1;
    while (lengths) {
      const bit = 63 - <u32>clz<u64>(lengths);
      lengths ^= (<u64>1) << bit;
      const index = find(at, shortest + bit);
      if (index != NONE) return index;
    }
  }
  return NONE;
}

/** The longest token that the token at `at` begins with and is not itself. */
export function shorter(at: usize, index: u32, length: u32): u32 {
  const link = links + ((<usize>index) << 3);
  const entry = load<u64>(link);
  const known = <u32>(entry >> 37);
  if (known) return known - 1;
  const found = longest(at, length - 1);
  store<u64>(link, entry | ((<u64>(found + 1)) << 37));
  return found;
}
