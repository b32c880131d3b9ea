import { JsonKind, JsonNode } from "../json/node";
import { fitsUnits, toUnits } from "../json/decimal";
import { findJson } from "../json/find";
import { member, memberNamed } from "../json/members";
import { readJson } from "../json/reader";
import { scratch } from "../memory/scratch";
import { newBuilder } from "../text/builder";
import { foldText } from "../text/fold";
import { Slice, sameBytes } from "../text/slice";
import { JoinPlan, NONE, weightNamed } from "./plan";

// What is joined, part by part: the values of an object, the elements of a list, or one message; of an aggregator's batch, its messages.
// All of it lies in scratch, or points into the text it was read from.

export const ONE: i64 = 1_000_000_000;
const HALF: i64 = 500_000_000;

@unmanaged
export class Part {
  name: usize;
  nameLength: u32;
  /** All of it, as text. */
  text: usize;
  length: u32;
  /** What it says: of JSON one of the known fields, else all of it; and as it is compared. */
  answer: usize;
  answerLength: u32;
  folded: usize;
  foldedLength: u32;
  /** Its object or array; null: it is text. */
  json: JsonNode;
  /** It is JSON and no string: where it becomes JSON again, it stands as it is. */
  raw: u8;
  /** It states its confidence. */
  stated: u8;
  /** Its weight is given by the definition. */
  weighted: u8;
  confidence: i64;
  weight: i64;
  /** The part that it is the same as; its own place if it is the first of its kind. */
  same: u32;
  /** Of the first with an answer, in a vote: the first's place, and votes, confidence and weight of all for it. */
  first: u32;
  count: u32;
  sumConfidence: i64;
  sumWeight: i64;
  /** Its cluster. */
  cluster: u32;
}

@unmanaged
export class Parts {
  at: usize;
  count: u32;
  /** Those over the most that a join takes. */
  leftOut: u32;
  join: JoinPlan;
  /** Documents are not cut: somebody orders them anew first. */
  uncut: u8;
  /** The message that a score is for, and its metadata; if there is none, it is for the first part. */
  hasOf: u8;
  of: usize;
  ofLength: u32;
  ofMeta: usize;
  ofMetaLength: u32;
}

const builder = newBuilder();

export function partAt(parts: Parts, index: u32): Part {
  assert(index < parts.count);
  return changetype<Part>(parts.at + index * offsetof<Part>());
}

/** For at most `room` parts. */
export function newParts(join: JoinPlan, room: u32): Parts {
  const parts = changetype<Parts>(scratch.allocate(offsetof<Parts>()));
  parts.at = scratch.allocate(room * offsetof<Part>());
  parts.join = join;
  return parts;
}

/** The parts of a message; `meta` is its metadata, a JSON object, or empty. All texts stay where they are as long as the parts are used. */
export function partsOf(join: JoinPlan, text: usize, length: u32, meta: usize, metaLength: u32): Parts {
  const root = readJson(scratch, text, length).root;
  const about = metaOf(meta, metaLength);
  if (root === null || root.kind < JsonKind.Array) {
    const parts = newParts(join, 1);
    if (length) addPart(parts, 0, 0, text, length, about);
    return parts;
  }
  const parts = newParts(join, root.count);
  const failed = about === null ? about : memberNamed(about, "failed");
  let place: u32 = 0;
  for (let each = root.first; each; each = each.next, place++) {
    if (root.kind == JsonKind.Object) {
      if (member(root, each.keyAt, each.keyLength) != each) continue;
    } else {
      builder.clear().integer(place + 1);
      each.keyAt = scratch.copy(builder.at, builder.length);
      each.keyLength = builder.length;
    }
    if (failed !== null && names(failed, each, place)) continue;
    const part = addPart(parts, each.keyAt, each.keyLength, each.at, each.length, null);
    if (each.kind != JsonKind.String) part.raw = 1;
  }
  return parts;
}

function metaOf(at: usize, length: u32): JsonNode | null {
  return readJson(scratch, at, length).root;
}

/** Whether a list of names or of places, or an object by name, has this value. */
function names(failed: JsonNode, value: JsonNode, place: u32): bool {
  if (failed.kind == JsonKind.Object) return member(failed, value.keyAt, value.keyLength) !== null;
  for (let each = failed.first; each; each = each.next) {
    if (each.kind == JsonKind.String && sameBytes(each.at, each.length, value.keyAt, value.keyLength)) return true;
    if (each.kind == JsonKind.Number && toUnits(each.at, each.length) == <i64>place * ONE) return true;
  }
  return false;
}

/** One more part; `about` is its metadata. */
export function addPart(parts: Parts, name: usize, nameLength: u32, text: usize, length: u32, about: JsonNode | null): Part {
  const place = parts.count++;
  const part = partAt(parts, place);
  part.name = name;
  part.nameLength = nameLength;
  part.text = text;
  part.length = length;
  part.answer = text;
  part.answerLength = length;
  part.same = place;
  part.confidence = HALF;
  if (about !== null) readConfidence(part, about);
  readFields(part);
  foldText(builder.clear(), part.answer, part.answerLength);
  part.folded = scratch.copy(builder.at, builder.length);
  part.foldedLength = builder.length;
  const weight = weightNamed(parts.join, name, nameLength);
  part.weighted = weight != NONE ? 1 : 0;
  part.weight = weight != NONE ? weight : ONE;
  return part;
}

/** Its JSON, which a model may have put into a fence. */
function readFields(part: Part): void {
  let at = part.text;
  let length = part.length;
  for (; length && load<u8>(at) <= 0x20; length--) at++;
  if (!length) return;
  const c = load<u8>(at);
  if (c == 0x60) {
    const found = changetype<Slice>(scratch.allocate(offsetof<Slice>()));
    if (!findJson(at, length, 0, found)) return;
    at = found.at;
    length = found.length;
  } else if (c != 0x7b && c != 0x5b) return;
  const root = readJson(scratch, at, length).root;
  if (root === null || root.kind < JsonKind.Array) return;
  part.json = root;
  readConfidence(part, root);
  let answer = memberNamed(root, "category");
  if (answer === null) answer = memberNamed(root, "answer");
  if (answer === null) answer = memberNamed(root, "content");
  if (answer === null) answer = memberNamed(root, "recommendation");
  if (answer === null) return;
  part.answer = answer.at;
  part.answerLength = answer.length;
}

function readConfidence(part: Part, from: JsonNode): void {
  const confidence = memberNamed(from, "confidence");
  if (confidence === null || confidence.kind != JsonKind.Number || !fitsUnits(confidence.at, confidence.length)) return;
  part.confidence = max<i64>(0, min(ONE, toUnits(confidence.at, confidence.length)));
  part.stated = 1;
}
