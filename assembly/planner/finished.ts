import { memberNamed } from "../json/members";
import { JsonKind } from "../json/node";
import { Arena } from "../memory/arena";
import { newBuilder } from "../text/builder";
import { Slice } from "../text/slice";
import { Keep, Reading, readSteps } from "./read";
import { Step, Steps } from "./steps";

// A finished plan, for whoever carries it out. A step's number is its place + 1.

const problems = newBuilder();

/** Reads the answer of a planner, or any plan written so; false: it is none. */
export function readPlan(arena: Arena, at: usize, length: u32, steps: Steps): bool {
  return readSteps(arena, at, length, Keep.Order, u32.MAX_VALUE, steps, problems) == Reading.Good;
}

/** Whether all that a step waits for is over: `over` holds a byte a step, not 0 if it is. */
export function isReady(step: Step, over: usize): bool {
  for (let i: u32 = 0; i < step.prerequisiteCount; i++) if (!load<u8>(over + step.prerequisite(i))) return false;
  return true;
}

/** What a step's alternative of that number, from 0, does; false: there is none. */
export function alternativeOf(step: Step, index: u32, found: Slice): bool {
  const list = memberNamed(step.node, "alternatives");
  if (list === null || list.kind != JsonKind.Array) return false;
  for (let each = list.first; each; each = each.next) {
    const action = each.kind == JsonKind.String ? each : memberNamed(each, "action");
    if (action === null || action.kind != JsonKind.String || !action.length || index--) continue;
    found.at = action.at;
    found.length = action.length;
    return true;
  }
  return false;
}

/** Who does a step: whose name (of `names`, Slice[count]) stands first in its text as a word, in any case; else in turn, by its number. */
export function executorOf(at: usize, length: u32, number: u32, names: usize, count: u32): u32 {
  for (let i: u32 = 0; i < length; i++) {
    if (!isOfName(load<u8>(at + i)) || (i && isOfName(load<u8>(at + i - 1)))) continue;
    let end = i;
    while (end < length && isOfName(load<u8>(at + end))) end++;
    for (let j: u32 = 0; j < count; j++) {
      const name = changetype<Slice>(names + j * offsetof<Slice>());
      if (name.length == end - i && sameLetters(name.at, at + i, name.length)) return j;
    }
  }
  return (number - 1) % count;
}

/** What names are made of: letters, digits, `-` and `_`; and all that is no ASCII, so that names are not found within words. */
function isOfName(c: u32): bool {
  return c - 0x30 < 10 || (c | 0x20) - 0x61 < 26 || c == 0x2d || c == 0x5f || c > 0x7f;
}

function sameLetters(a: usize, b: usize, length: u32): bool {
  for (let i: u32 = 0; i < length; i++) if (lower(load<u8>(a + i)) != lower(load<u8>(b + i))) return false;
  return true;
}

function lower(c: u32): u32 {
  return c - 0x41 < 26 ? c | 0x20 : c;
}
