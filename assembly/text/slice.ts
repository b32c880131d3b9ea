import { literalAt, literalLength } from "./literal";

// UTF-8 text is an address and a length wherever it lies; a Slice is the two together, inside something else or in an arena.

@unmanaged
export class Slice {
  at: usize;
  length: u32;
}

/** Less than 0, 0 or more, as the bytes of `a` come before those of `b`. In one place: the compiler writes memory.compare out wherever it stands. */
export function compareBytes(a: usize, b: usize, length: usize): i32 {
  return memory.compare(a, b, length);
}

export function sameBytes(a: usize, aLength: u32, b: usize, bLength: u32): bool {
  return aLength == bLength && compareBytes(a, b, aLength) == 0;
}

/** Whether the text is exactly `word`, which must be ASCII. */
export function isWord(at: usize, length: u32, word: string): bool {
  const size = literalLength(word);
  return length == size && compareBytes(at, literalAt(word), size) == 0;
}

/** Whether the text begins with `word`, which must be ASCII. */
export function startsWithWord(at: usize, length: u32, word: string): bool {
  const size = literalLength(word);
  return length >= size && compareBytes(at, literalAt(word), size) == 0;
}

/** Whether a name of the definition may hold it: a letter of ASCII, a digit, `-` or `_`. */
export function isNameByte(c: u32): bool {
  return (c >= 0x30 && c <= 0x39) || ((c | 0x20) >= 0x61 && (c | 0x20) <= 0x7a) || c == 0x2d || c == 0x5f;
}
