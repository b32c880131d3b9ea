// UTF-8 by code points.

const HIGH_BITS: u64 = 0x8080808080808080;

/** Whether these bytes are UTF-8: no overlong forms, no surrogates, nothing beyond U+10FFFF. */
export function isUtf8(at: usize, length: u32): bool {
  const end = at + length;
  while (at < end) {
    const lead = <u32>load<u8>(at++);
    if (lead < 0x80) {
      // Where there is one ASCII byte there are more: eight at a time.
      while (at + 8 <= end && !(load<u64>(at) & HIGH_BITS)) at += 8;
      continue;
    }
    if (lead < 0xc2 || lead > 0xf4 || at == end) return false;
    const second = <u32>load<u8>(at++);
    if ((second & 0xc0) != 0x80) return false;
    if (lead < 0xe0) continue;
    if (at == end || (load<u8>(at++) & 0xc0) != 0x80) return false;
    if (lead < 0xf0) {
      if (lead == 0xe0 ? second < 0xa0 : lead == 0xed && second > 0x9f) return false;
      continue;
    }
    if (at == end || (load<u8>(at++) & 0xc0) != 0x80) return false;
    if (lead == 0xf0 ? second < 0x90 : lead == 0xf4 && second > 0x8f) return false;
  }
  return true;
}

/** Code points in valid UTF-8. */
export function countCodePoints(at: usize, length: u32): u32 {
  const end = at + length;
  let count: u32 = 0;
  for (; at + 8 <= end; at += 8) {
    const word = load<u64>(at);
    // A byte goes on with a character when its top bits are 10.
    count += 8 - <u32>popcnt<u64>((word >> 7) & ~(word >> 6) & 0x0101010101010101);
  }
  for (; at < end; at++) if ((load<u8>(at) & 0xc0) != 0x80) count++;
  return count;
}

/** The bytes of the character that begins with this one. */
export function sizeOfLead(lead: u32): u32 {
  return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/** The code point at `at`, in valid UTF-8. */
export function codePointAt(at: usize): u32 {
  const lead = <u32>load<u8>(at);
  if (lead < 0x80) return lead;
  const second = <u32>load<u8>(at, 1) & 63;
  if (lead < 0xe0) return ((lead & 31) << 6) | second;
  const third = <u32>load<u8>(at, 2) & 63;
  if (lead < 0xf0) return ((lead & 15) << 12) | (second << 6) | third;
  return ((lead & 7) << 18) | (second << 12) | (third << 6) | (<u32>load<u8>(at, 3) & 63);
}

/** Writes a character; returns where the next one goes. */
export function putCodePoint(at: usize, code: u32): usize {
  if (code < 0x80) {
    store<u8>(at, code);
    return at + 1;
  }
  if (code < 0x800) {
    store<u8>(at, 0xc0 | (code >> 6));
    store<u8>(at, 0x80 | (code & 63), 1);
    return at + 2;
  }
  if (code < 0x10000) {
    store<u8>(at, 0xe0 | (code >> 12));
    store<u8>(at, 0x80 | ((code >> 6) & 63), 1);
    store<u8>(at, 0x80 | (code & 63), 2);
    return at + 3;
  }
  store<u8>(at, 0xf0 | (code >> 18));
  store<u8>(at, 0x80 | ((code >> 12) & 63), 1);
  store<u8>(at, 0x80 | ((code >> 6) & 63), 2);
  store<u8>(at, 0x80 | (code & 63), 3);
  return at + 4;
}
