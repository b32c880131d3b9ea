import { memberNamed } from "../json/members";
import { JsonKind, JsonNode } from "../json/node";
import { Step } from "../planner/steps";
import { compareBytes, isNameByte } from "../text/slice";
import { NONE } from "./plan-records";
import { Term, labelOf } from "./term";

// A step of a plan as its planner wrote it: what else would do, and who is to do it.

export function stringNamed(node: JsonNode, name: string): JsonNode | null {
  if (node.kind != JsonKind.Object) return null;
  const found = memberNamed(node, name);
  return found !== null && found.kind == JsonKind.String && found.length ? found : null;
}

/** What a step's alternative says to do instead, or null. */
export function alternativeOf(step: Step, index: u32): JsonNode | null {
  if (step.node.kind != JsonKind.Object) return null;
  const list = memberNamed(step.node, "alternatives");
  if (list === null || list.kind != JsonKind.Array || index >= list.count) return null;
  let each = list.first;
  for (let i: u32 = 0; i < index; i++) each = each.next;
  if (each.kind == JsonKind.String) return each;
  return stringNamed(each, "action");
}

export function executorFor(term: Term, at: usize, length: u32, place: u32): u32 {
  let first = NONE;
  let chosen = place % term.kidCount;
  for (let i: u32 = 0; i < term.kidCount; i++) {
    const label = labelOf(term, i);
    const found = wordIn(at, length, label.at, label.length);
    if (found >= first) continue;
    first = found;
    chosen = i;
  }
  return chosen;
}

/** Where a word stands in a text, or NONE. */
function wordIn(at: usize, length: u32, word: usize, wordLength: u32): u32 {
  for (let i: u32 = 0; i + wordLength <= length; i++) {
    if (compareBytes(at + i, word, wordLength)) continue;
    if ((!i || !isWordByte(load<u8>(at + i - 1))) && (i + wordLength == length || !isWordByte(load<u8>(at + i + wordLength)))) return i;
  }
  return NONE;
}

/** Of a name, or of a word in another script. */
function isWordByte(c: u32): bool {
  return isNameByte(c) || c >= 0x80;
}
