// Text as votes are compared: trimmed, in lower case, each run of white space one space.

import { Builder } from "./builder";
import { RANGES, TABLE } from "./fold-table";
import { codePointAt, putCodePoint, sizeOfLead } from "./utf8";

/** Appends the folded text. */
export function foldText(builder: Builder, at: usize, length: u32): void {
  const end = at + length;
  const start = builder.length;
  let space = false;
  while (at < end) {
    const code = codePointAt(at);
    at += sizeOfLead(load<u8>(at));
    if (isSpace(code)) {
      space = true;
      continue;
    }
    if (space && builder.length > start) builder.byte(0x20);
    space = false;
    const to = builder.room(4);
    builder.length += <u32>(putCodePoint(to, lowerCase(code)) - to);
  }
}

/** What ECMAScript calls white space and line ends. */
export function isSpace(code: u32): bool {
  if (code < 0x80) return code == 0x20 || code - 9 < 5;
  if (code == 0xa0 || code == 0x1680 || code == 0x3000 || code == 0xfeff) return true;
  return code - 0x2000 < 11 || code == 0x2028 || code == 0x2029 || code == 0x202f || code == 0x205f;
}

/** By the simple mapping of Unicode, up to U+2BFF and of the wide Latin letters; of others none changes. */
export function lowerCase(code: u32): u32 {
  if (code < 0x80) return code - 0x41 < 26 ? code + 0x20 : code;
  if (code > 0xffff) return code;
  let low: u32 = 0;
  let high = RANGES;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<u16>(TABLE + middle * 6) <= code) low = middle + 1;
    else high = middle;
  }
  if (!low) return code;
  const range = TABLE + (low - 1) * 6;
  const past = code - load<u16>(range);
  const size = <u32>load<u16>(range, 2);
  const every = 1 + (size & 1);
  if (past % every || past / every >= size >> 1) return code;
  return (code + load<u16>(range, 4)) & 0xffff;
}
