import { similarity } from "../text/similarity";
import { Part, Parts, partAt } from "./parts";

// How alike two parts are, in units of 10⁻⁹: by edit distance. Similarity by embeddings, where there are some, has its place here.
//
// Comparing all with all costs the square of how many they are times the square of how long. Of more than ten parts only so much of each is
// compared that it costs what ten texts of 4 KB do; and more than PAIRED parts are not compared at all.

export const PAIRED: u32 = 1000;
/** Characters of all parts together that ten whole comparisons cover. */
const COVERED: u32 = 40_960;
const SHORTEST: u32 = 64;

/** Bytes of each part that are compared. */
export function comparedBytes(parts: Parts): u32 {
  return max(SHORTEST, COVERED / max<u32>(10, parts.count));
}

/** Of two texts, of each no more than `most` bytes. */
export function alike(a: usize, aLength: u32, b: usize, bLength: u32, most: u32): i64 {
  return similarity(a, wholeCharacters(a, aLength, most), b, wholeCharacters(b, bLength, most));
}

export function alikeParts(parts: Parts, a: u32, b: u32, most: u32): i64 {
  const one: Part = partAt(parts, a);
  const other: Part = partAt(parts, b);
  return alike(one.answer, one.answerLength, other.answer, other.answerLength, most);
}

/** The length up to `most` that splits no character. */
export function wholeCharacters(at: usize, length: u32, most: u32): u32 {
  if (length <= most) return length;
  while (most && (load<u8>(at + most) & 0xc0) == 0x80) most--;
  return most;
}
