// The text of a JSON string: escapes become what they stand for, pairs of surrogates one character, a lone one U+FFFD.

import { putCodePoint } from "../text/utf8";

/** Writes the text, which is never longer than its source, to `to`; returns its length. The source has been checked. */
export function undoEscapes(from: usize, length: u32, to: usize): u32 {
  const start = to;
  const end = from + length;
  while (from < end) {
    const c = <u32>load<u8>(from++);
    if (c != 0x5c) {
      store<u8>(to++, c);
      continue;
    }
    const letter = <u32>load<u8>(from++);
    if (letter != 0x75) {
      store<u8>(to++, escaped(letter));
      continue;
    }
    let code = fourHex(from);
    from += 4;
    if ((code & 0xfc00) == 0xd800 && from + 6 <= end && load<u16>(from) == 0x755c) {
      const low = fourHex(from + 2);
      if ((low & 0xfc00) == 0xdc00) {
        code = 0x10000 + ((code & 0x3ff) << 10) + (low & 0x3ff);
        from += 6;
      }
    }
    to = putCodePoint(to, (code & 0xfffff800) == 0xd800 ? 0xfffd : code);
  }
  return <u32>(to - start);
}

function escaped(c: u32): u32 {
  if (c == 0x6e) return 0x0a;
  if (c == 0x74) return 0x09;
  if (c == 0x72) return 0x0d;
  if (c == 0x62) return 0x08;
  if (c == 0x66) return 0x0c;
  return c;
}

function fourHex(at: usize): u32 {
  let value: u32 = 0;
  for (let i: usize = 0; i < 4; i++) {
    const c = <u32>load<u8>(at + i);
    value = (value << 4) | (c <= 0x39 ? c - 0x30 : (c | 0x20) - 0x57);
  }
  return value;
}
