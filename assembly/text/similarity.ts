// How alike two texts are: 1 - edit distance / the longer one's length, both in code points.
//
// The distance is Levenshtein's, by G. Myers' bit vectors (1999) in the block form of H. Hyyrö (2003): 64 characters of one text at once, against
// each of the other, with the difference between neighbouring columns handed from block to block.

import { blockSize, giveBlock, takeBlock } from "../memory/blocks";
import { codePointAt, countCodePoints, sizeOfLead } from "./utf8";

/** Beyond this many code points, alike beginning and end left out, the rest counts as different. */
export const COMPARED: u32 = 4096;

const ONE: i64 = 1_000_000_000;

/** By code point, in a table of 128: the positions in a block at which it stands. */
@unmanaged
class Entry {
  code: u32;
  used: u32;
  places: u64;
}
const ENTRIES: u32 = 128;
const table: usize = memory.data(128 * 16, 8);

/** In units of 10⁻⁹; both are valid UTF-8. */
export function similarity(a: usize, aLength: u32, b: usize, bLength: u32): i64 {
  const longer = <i64>max(countCodePoints(a, aLength), countCodePoints(b, bLength));
  if (!longer) return ONE;
  // What both begin and end with costs nothing. A cut must not split a character.
  let same: u32 = 0;
  const shorter = min(aLength, bLength);
  while (same < shorter && load<u8>(a + same) == load<u8>(b + same)) same++;
  while (same && ((same < aLength && isMiddle(a + same)) || (same < bLength && isMiddle(b + same)))) same--;
  a += same;
  b += same;
  aLength -= same;
  bLength -= same;
  let tail: u32 = 0;
  while (tail < aLength && tail < bLength && load<u8>(a + aLength - tail - 1) == load<u8>(b + bLength - tail - 1)) tail++;
  while (tail && isMiddle(a + aLength - tail)) tail--;
  aLength -= tail;
  bLength -= tail;
  const scaled = (longer - distance(a, aLength, b, bLength)) * ONE;
  const whole = scaled / longer;
  const rest = (scaled % longer) * 2;
  return rest > longer || (rest == longer && whole & 1) ? whole + 1 : whole;
}

function isMiddle(at: usize): bool {
  return (load<u8>(at) & 0xc0) == 0x80;
}

function distance(a: usize, aLength: u32, b: usize, bLength: u32): u32 {
  const aCount = countCodePoints(a, aLength);
  const bCount = countCodePoints(b, bLength);
  const rows = min(aCount, COMPARED);
  const columns = min(bCount, COMPARED);
  const rest = max(aCount - rows, bCount - columns);
  if (!rows || !columns) return rest + max(rows, columns);
  // Both as code points, and for each column the step from the row above's block: -1, 0 or 1.
  const size = blockSize((rows + columns) * 4 + columns);
  const down = takeBlock(size);
  const across = down + rows * 4;
  const steps = across + columns * 4;
  decode(a, rows, down);
  decode(b, columns, across);
  memory.fill(steps, 1, columns);
  let result = rows;
  for (let row: u32 = 0; row < rows; row += 64) {
    const height = min<u32>(64, rows - row);
    result = rows + <u32>block(down + row * 4, height, across, columns, steps);
  }
  giveBlock(down, size);
  return rest + result;
}

function decode(at: usize, count: u32, to: usize): void {
  for (; count; count--, to += 4) {
    store<u32>(to, codePointAt(at));
    at += sizeOfLead(load<u8>(at));
  }
}

/** One block of rows over all columns; the sum of the steps along its last row. */
function block(rows: usize, height: u32, columns: usize, count: u32, steps: usize): i32 {
  memory.fill(table, 0, ENTRIES * offsetof<Entry>());
  for (let i: u32 = 0; i < height; i++) {
    const code = load<u32>(rows + i * 4);
    const entry = find(code);
    entry.code = code;
    entry.used = 1;
    entry.places |= (<u64>1) << i;
  }
  const last = height - 1;
  let plus: u64 = u64.MAX_VALUE;
  let minus: u64 = 0;
  let sum: i32 = 0;
  for (let j: u32 = 0; j < count; j++) {
    const step = <i32>load<i8>(steps + j);
    let equal = find(load<u32>(columns + j * 4)).places;
    const vertical = equal | minus;
    if (step < 0) equal |= 1;
    const diagonal = (((equal & plus) + plus) ^ plus) | equal;
    let up = minus | ~(diagonal | plus);
    let downward = plus & diagonal;
    const out = <i32>((up >> last) & 1) - <i32>((downward >> last) & 1);
    store<i8>(steps + j, out);
    sum += out;
    up = (up << 1) | <u64>(step > 0);
    downward = (downward << 1) | <u64>(step < 0);
    plus = downward | ~(vertical | up);
    minus = up & vertical;
  }
  return sum;
}

/** The entry of a code point, or the free one where it would be. At most 64 of the 128 are used. */
function find(code: u32): Entry {
  let i = (code * 0x9e3779b1) >> 25;
  while (true) {
    const entry = changetype<Entry>(table + i * offsetof<Entry>());
    if (!entry.used || entry.code == code) return entry;
    i = (i + 1) & (ENTRIES - 1);
  }
}
