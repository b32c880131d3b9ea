import { toUnits } from "../json/decimal";
import { extractJson } from "../json/extract";
import { memberNamed } from "../json/members";
import { JsonKind, JsonNode } from "../json/node";
import { readJson } from "../json/reader";
import { Run } from "../kernel/run";
import { textBytes, textLength } from "../kernel/text";
import { scratch } from "../memory/scratch";
import { newBuilder } from "../text/builder";
import { Keep, Reading, readSteps } from "./read";
import { HALF, ONE } from "./state";
import { Steps } from "./steps";

// Small answers: a list of texts, a score. What cannot be read is no list, and half a score; nobody is asked again.

/** Of the last list that was read; in the scratch arena. */
export const listed = changetype<Steps>(memory.data(offsetof<Steps>(), 4));
const problems = newBuilder();

/** How many texts the answer lists: the actions of `listed`. */
export function readList(run: Run, text: u32): u32 {
  scratch.free();
  return readSteps(scratch, textBytes(run, text), textLength(run, text), Keep.Actions, u32.MAX_VALUE, listed, problems) == Reading.Good ? listed.count : 0;
}

/** `{"score": 0.7}`, or the number alone. */
export function readScore(run: Run, text: u32): i64 {
  scratch.free();
  const at = textBytes(run, text);
  const length = textLength(run, text);
  const object = extractJson(scratch, at, length, 0x7b);
  const score = object !== null ? memberNamed(object, "score") : readJson(scratch, at, length).root;
  return score === null ? HALF : scoreOf(score);
}

function scoreOf(node: JsonNode): i64 {
  if (node.kind != JsonKind.Number) return HALF;
  const units = toUnits(node.at, node.length);
  return units < 0 || units > ONE ? HALF : units;
}
