// The JSON that a model was asked for, out of what it wrote: without what it thought aloud, from a fence or from between the prose.

import { Arena } from "../memory/arena";
import { Slice, startsWithWord } from "../text/slice";
import { findJson } from "./find";
import { JsonNode } from "./node";
import { readJson } from "./reader";

const found: Slice = changetype<Slice>(memory.data(offsetof<Slice>(), 8));

/** The first complete object (`wanted` = "{") or array ("[") of an answer, or either (0); null if there is none. */
export function extractJson(arena: Arena, at: usize, length: u32, wanted: u32): JsonNode | null {
  const spoken = thoughts(at, length);
  if (findJson(at + spoken, length - spoken, wanted, found)) return readJson(arena, found.at, found.length).root;
  // The tag may stand within the answer, or behind it.
  if (spoken && findJson(at, length, wanted, found)) return readJson(arena, found.at, found.length).root;
  return null;
}

/** How much of the text a reasoning model has written to itself. */
function thoughts(at: usize, length: u32): u32 {
  for (let i = length; i >= 8; i--) {
    if (load<u8>(at + i - 1) == 0x3e && startsWithWord(at + i - 8, 8, "</think>")) return i;
  }
  return 0;
}
