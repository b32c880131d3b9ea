import { Builder } from "../text/builder";
import { Slice, sameBytes } from "../text/slice";
import { GAP_COUNT, GAP_NAMES, TABLE } from "./table";
import { EMPTY, END, FILLED, GAP, builtInAt, builtInLength } from "./write";

// A text of the definition that replaces one of the core's: its gaps become what the writer reads. It may use the gaps of the text it replaces;
// braces around anything else stay as they are.

/** The first name in braces that is no gap of the text; length 0: there is none. */
export const unknownGap: Slice = changetype<Slice>(memory.data(offsetof<Slice>(), 8));

/** Appends the text as writePrompt reads it. */
export function compilePrompt(to: Builder, prompt: u32, at: usize, length: u32): void {
  unknownGap.length = 0;
  const end = at + length;
  let start = at;
  while (at < end) {
    if (load<u8>(at) != 0x7b) {
      at++;
      continue;
    }
    const close = markEnd(at, end);
    if (!close) {
      at++;
      continue;
    }
    const sign = <u32>load<u8>(at, 1);
    const name = sign == 0x3f || sign == 0x21 ? at + 2 : at + 1;
    const gap = sign == 0x2f ? 0 : findGap(prompt, name, <u32>(close - name));
    if (gap < 0) {
      if (!unknownGap.length) {
        unknownGap.at = name;
        unknownGap.length = <u32>(close - name);
      }
      at = close;
      continue;
    }
    to.bytes(start, <u32>(at - start));
    if (sign == 0x2f) to.byte(END);
    else to.byte(sign == 0x3f ? FILLED : sign == 0x21 ? EMPTY : GAP).byte(gap);
    start = at = close + 1;
  }
  to.bytes(start, <u32>(end - start));
}

/** Where the closing brace of `{name}`, `{?name}`, `{!name}` or `{/}` is; 0 if it is none of these. */
function markEnd(at: usize, end: usize): usize {
  let name = at + 1;
  if (name + 1 < end && load<u8>(name) == 0x2f) return load<u8>(name + 1) == 0x7d ? name + 1 : 0;
  if (name < end && (load<u8>(name) == 0x3f || load<u8>(name) == 0x21)) name++;
  let close = name;
  while (close < end && (load<u8>(close) - 0x61 < 26 || load<u8>(close) == 0x5f)) close++;
  return close > name && close < end && load<u8>(close) == 0x7d ? close : 0;
}

/** The number of a gap of the text, or -1. */
function findGap(prompt: u32, at: usize, length: u32): i32 {
  for (let gap: u32 = 0; gap < GAP_COUNT; gap++) {
    if (hasGap(prompt, gap) && sameBytes(at, length, gapName(gap), gapNameLength(gap))) return gap;
  }
  return -1;
}

export function hasGap(prompt: u32, gap: u32): bool {
  const at = builtInAt(prompt);
  const end = at + builtInLength(prompt);
  for (let i = at; i < end; i++) if (load<u8>(i) > END && load<u8>(i, 1) == gap) return true;
  return false;
}

export function gapName(gap: u32): usize {
  let at = TABLE + GAP_NAMES;
  while (gap--) at += <usize>load<u8>(at) + 1;
  return at + 1;
}

export function gapNameLength(gap: u32): u32 {
  return load<u8>(gapName(gap) - 1);
}
