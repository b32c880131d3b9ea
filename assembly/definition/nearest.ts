// How far apart two words are: insertions, deletions, replacements and swaps of neighbours, each 1. Case does not matter, nor `-` or `_`.

const LONGEST: u32 = 64;
/** Three rows of the table of distances. */
const rows: usize = memory.data(3 * 65);

export const FAR: u32 = 255;
/** How far a slip of a word of the grammar may be, and of a name, where neighbours are often alike. */
export const WORD_SLIP: u32 = 3;
export const NAME_SLIP: u32 = 2;

/** FAR if either word is too long to be a slip of the other. */
export function distance(a: usize, aLength: u32, b: usize, bLength: u32): u32 {
  if (aLength > LONGEST || bLength > LONGEST) return FAR;
  let before = rows;
  let above = rows + 65;
  let row = rows + 130;
  for (let j: u32 = 0; j <= bLength; j++) store<u8>(above + j, j);
  for (let i: u32 = 1; i <= aLength; i++) {
    store<u8>(row, i);
    const x = fold(load<u8>(a + i - 1));
    for (let j: u32 = 1; j <= bLength; j++) {
      const y = fold(load<u8>(b + j - 1));
      let best = min<u32>(min<u32>(load<u8>(above + j), load<u8>(row + j - 1)) + 1, <u32>load<u8>(above + j - 1) + (x == y ? 0 : 1));
      if (i > 1 && j > 1 && x == fold(load<u8>(b + j - 2)) && y == fold(load<u8>(a + i - 2))) best = min<u32>(best, <u32>load<u8>(before + j - 2) + 1);
      store<u8>(row + j, best);
    }
    const free = before;
    before = above;
    above = row;
    row = free;
  }
  return load<u8>(above + bLength);
}

function fold(c: u32): u32 {
  if (c >= 0x41 && c <= 0x5a) return c | 0x20;
  return c == 0x2d ? 0x5f : c;
}

/** How far a slip may be from a word of this length. */
function tolerance(length: u32): u32 {
  return length < 3 ? 0 : length < 5 ? 1 : length < 9 ? 2 : 3;
}

// Comparing every name with every other takes long in a large definition: after so many fields of the table there are no suggestions.
const MOST_WORK: u32 = 20_000_000;
let work: u32 = 0;

/** To be called once for each definition. */
export function beginSeeking(): void {
  work = 0;
}

// The best of several candidates: begin, offer each, take.
let best: u32 = FAR;
let bestAt: usize = 0;
let bestLength: u32 = 0;
let wantedAt: usize = 0;
let wantedLength: u32 = 0;

export function seek(at: usize, length: u32, most: u32): void {
  wantedAt = at;
  wantedLength = length;
  best = min(tolerance(length), most) + 1;
  bestLength = 0;
}

export function offer(at: usize, length: u32): void {
  const gap = length > wantedLength ? length - wantedLength : wantedLength - length;
  if (gap >= best || work > MOST_WORK) return;
  work += (length + 1) * (wantedLength + 1);
  const far = distance(wantedAt, wantedLength, at, length);
  if (far >= best) return;
  best = far;
  bestAt = at;
  bestLength = length;
}

/** Whether something near was offered. */
export function found(): bool {
  return bestLength != 0;
}

export function foundAt(): usize {
  return bestAt;
}

export function foundLength(): u32 {
  return bestLength;
}
