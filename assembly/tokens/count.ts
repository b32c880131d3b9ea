import { memoryUpTo } from "../memory/blocks";
import { backtrack } from "./backtrack";
import { Find, NONE } from "./find";
import { Hash } from "./hash";
import { SHORT_PIECE, mergeByRank } from "./merge";
import { beginPieces, pieceEnd } from "./pieces";
import { At, LONGEST_TOKEN, TokenTable, Words, base } from "./table";
import { Whole } from "./whole";

// How many tokens a text is. Most of any text is words seen before: they are found eight letters at a time, and their counts are kept.

const SEVENTH_BITS: u64 = 0x7f7f7f7f7f7f7f7f;
const HIGH_BITS: u64 = 0x8080808080808080;
/** Bytes after which a slice ends: an engine replaces a function by a faster one only when it is called again. */
const SLICE: u32 = 4096;

let here: usize = 0;

/** The tokens of valid UTF-8 by the table at hand; special tokens in it are text. */
export function countTokens(at: usize, length: u32): u32 {
  const end = begin(at, length);
  let count: u32 = 0;
  while (here < end) count += countSlice(end);
  return count;
}

/** Whether a text has at most so many tokens. Looks at no more than 128 bytes a token. */
export function fitsTokens(at: usize, length: u32, most: u32): bool {
  if (length <= most) return true;
  if (length > <u64>most * LONGEST_TOKEN) return false;
  const end = begin(at, length);
  let count: u32 = 0;
  while (here < end && count <= most) count += countSlice(end);
  return count <= most;
}

function begin(at: usize, length: u32): usize {
  here = at;
  beginPieces();
  memoryUpTo(at + length + 32);
  return at + length;
}

function countSlice(end: usize): u32 {
  const table = base;
  let at = here;
  const stop = end - at > SLICE ? at + SLICE : end;
  /** Where capital letters are not told from small ones. */
  const together: u64 = changetype<TokenTable>(table).words == Words.Cased ? 0 : u64.MAX_VALUE;
  let count: u32 = 0;
  while (at < stop) {
    const left = <u32>(end - at);
    let word = load<u64>(at);
    if (left < 8) word &= Hash.mask(left);
    if (<i64>(word << 56) >= 0) {
      // Bit 7 of each byte: is it a capital letter, is it a small one. Positions are in bits.
      const low = word & SEVENTH_BITS;
      let capital = (low + 0x3f3f3f3f3f3f3f3f) & ~(low + 0x2525252525252525) & ~word & HIGH_BITS;
      let small = (low + 0x1f1f1f1f1f1f1f1f) & ~(low + 0x0505050505050505) & ~word & HIGH_BITS;
      small |= capital & together;
      capital &= ~together;
      const lead = (<u64>load<u8>(table + (<u32>word & 0xff), At.LEAD)) << 3;
      const capitalEnd = lead + (ctz<u64>((~capital & HIGH_BITS) >> lead) & 0x78);
      if (capitalEnd < 64) {
        const smallLength = ctz<u64>((~small & HIGH_BITS) >> capitalEnd) & 0x78;
        const wordEnd = capitalEnd + smallLength;
        if (wordEnd < 64) {
          const behind = <u32>(word >> wordEnd) & 0xff;
          if (wordEnd > lead && behind < 0x80 && behind != 0x27) {
            const length = <u32>(wordEnd >> 3);
            count += length == 1 ? 1 : Known.short(table, at, length, word & (((<u64>1) << wordEnd) - 1));
            at += length;
            continue;
          }
        } else if (smallLength && left > 8) {
          let second = load<u64>(at, 8);
          if (left < 16) second &= Hash.mask(left - 8);
          const secondLow = second & SEVENTH_BITS;
          let secondSmall = (secondLow + 0x1f1f1f1f1f1f1f1f) & ~(secondLow + 0x0505050505050505) & ~second;
          secondSmall |= (secondLow + 0x3f3f3f3f3f3f3f3f) & ~(secondLow + 0x2525252525252525) & ~second & together;
          const others = ~secondSmall & HIGH_BITS;
          if (others) {
            const secondEnd = ctz<u64>(others) & 0x78;
            const behind = <u32>(second >> secondEnd) & 0xff;
            if (behind < 0x80 && behind != 0x27) {
              const length = 8 + <u32>(secondEnd >> 3);
              count += Known.middle(table, at, length, word, second & (((<u64>1) << secondEnd) - 1));
              at += length;
              continue;
            }
          }
        }
      }
    }
    const next = pieceEnd(at, end);
    count += countPiece(table, at, <u32>(next - at));
    at = next;
  }
  here = at;
  return count;
}

function countPiece(table: usize, at: usize, length: u32): u32 {
  if (length == 1) return 1;
  // With a zero byte at its end a piece has the same words as without it.
  if (length <= SHORT_PIECE && load<u8>(at + length - 1)) {
    if (length < 8) return Known.short(table, at, length, load<u64>(at) & Hash.mask(length));
    return Known.middle(table, at, length, load<u64>(at), load<u64>(at, 8) & Hash.mask(length - 8));
  }
  return Whole.piece(at, length) != NONE ? 1 : backtrack(at, length);
}

/** Counts that were found before, by the bytes of short pieces. */
class Known {
  /** Of 2 to 7 bytes. */
  @inline static short(table: usize, at: usize, length: u32, word: u64): u32 {
    const entry = table + ((<usize>(Hash.one(word) >> 49)) << 3);
    const known = load<u64>(entry, At.SHORT);
    return (known ^ word) << 8 ? countShort(entry, at, length, word) : <u32>(known >> 56);
  }

  /** Of 8 to 15 bytes. */
  @inline static middle(table: usize, at: usize, length: u32, first: u64, second: u64): u32 {
    const entry = table + ((<usize>(Hash.two(first, second) >> 50)) << 4);
    const known = load<u64>(entry, At.MIDDLE + 8);
    return load<u64>(entry, At.MIDDLE) != first || (known ^ second) << 8 ? countMiddle(entry, at, length, first, second) : <u32>(known >> 56);
  }
}

function countShort(entry: usize, at: usize, length: u32, word: u64): u32 {
  const count = Find.one(word, length) != NONE || Whole.piece(at, length) != NONE ? 1 : mergeByRank(at, length);
  store<u64>(entry, word | ((<u64>count) << 56), At.SHORT);
  return count;
}

function countMiddle(entry: usize, at: usize, length: u32, first: u64, second: u64): u32 {
  const token = length == 8 ? Find.one(first, 8) : Find.two(first, second, length);
  const count = token != NONE || Whole.piece(at, length) != NONE ? 1 : mergeByRank(at, length);
  store<u64>(entry, first, At.MIDDLE);
  store<u64>(entry, second | ((<u64>count) << 56), At.MIDDLE + 8);
  return count;
}
