// Models put prose and fences around the JSON they were asked for. This finds it.

import { Slice } from "../text/slice";
import { startsWithWord } from "../text/slice";
import { walked, walkJson } from "./reader";

/** Text is walked over at most this many times, whatever brackets it is made of. */
const PASSES: u64 = 16;

/**
 * The first complete JSON object in a text (`wanted` = "{"), or array ("["), or either (0): in a ```json fence if there is one, else
 * anywhere. Braces of prose that are no JSON are passed over.
 */
export function findJson(at: usize, length: u32, wanted: u32, found: Slice): bool {
  for (let i: u32 = 0; i + 7 < length; i++) {
    if (load<u8>(at + i) == 0x60 && startsWithWord(at + i, length - i, "```json")) {
      if (search(at + i + 7, length - i - 7, wanted, found)) return true;
      break;
    }
  }
  return search(at, length, wanted, found);
}

function search(at: usize, length: u32, wanted: u32, found: Slice): bool {
  let work: u64 = PASSES * length;
  for (const end = at + length; at < end; at++) {
    const c = load<u8>(at);
    if (c != 0x7b && c != 0x5b) continue;
    const size = walkJson(at, <u32>(end - at));
    if (size && (!wanted || wanted == c)) {
      found.at = at;
      found.length = size;
      return true;
    }
    // An array that was not asked for is stepped into: objects may lie in it.
    if (walked >= work) return false;
    work -= walked;
  }
  return false;
}
