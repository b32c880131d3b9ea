import { Extraction, ScoreMethod } from "../definition/table";
import { divide, ratio } from "../agents/ratio";
import { JsonKind, JsonNode } from "../json/node";
import { findJson } from "../json/find";
import { memberNamed } from "../json/members";
import { readJson } from "../json/reader";
import { toUnits } from "../json/decimal";
import { scratch } from "../memory/scratch";
import { Builder, newBuilder } from "../text/builder";
import { foldText } from "../text/fold";
import { placeIn } from "../text/literal";
import { Slice, startsWithWord } from "../text/slice";
import { ONE, Part, Parts, partAt } from "./parts";

// Scores out of what critics write, from 0 to 1 in units of 10⁻⁹, and one score out of several.

/** In place of a score. */
export const NO_SCORE: i64 = -1;
/** Digits of a number that counts. */
const DIGITS: u32 = 9;
/** How far from its label a number may stand. */
const GAP: u32 = 12;

const PRAISE: string =
  "good great excellent strong clear perfect outstanding impressive accurate thorough solid correct complete effective well better best useful precise convincing ";
const BLAME: string =
  "bad poor weak unclear wrong incorrect missing lacks lacking confusing incomplete inaccurate error errors fails failed worse worst vague unsupported misleading ";

const folded = newBuilder();

/** One score from those of all parts; NO_SCORE if no part has any. */
export function scoreOf(parts: Parts): i64 {
  const method = <ScoreMethod>parts.join.method;
  let count: i64 = 0;
  let sum: i64 = 0;
  let weighted: i64 = 0;
  let weights: i64 = 0;
  let highest: i64 = 0;
  let lowest = ONE;
  for (let i: u32 = 0; i < parts.count; i++) {
    const part = partAt(parts, i);
    const score = readScore(part, <Extraction>parts.join.extraction);
    if (score == NO_SCORE) continue;
    const weight = (part.stated ? part.confidence : ONE) / 1_000_000;
    count++;
    sum += score;
    weighted += score * weight;
    weights += weight;
    highest = max(highest, score);
    lowest = min(lowest, score);
  }
  if (!count) return NO_SCORE;
  if (method == ScoreMethod.Max) return highest;
  if (method == ScoreMethod.Consensus) return lowest;
  return method == ScoreMethod.WeightedAverage && weights ? divide(weighted, weights) : divide(sum, count);
}

/** What a critic's words say. */
export function readScore(part: Part, extraction: Extraction): i64 {
  let score = NO_SCORE;
  if (extraction <= Extraction.Json) score = jsonScore(part);
  if (score != NO_SCORE || extraction == Extraction.Json) return score;
  foldText(folded.clear(), part.text, part.length);
  if (extraction != Extraction.Sentiment) score = writtenScore();
  return score != NO_SCORE || extraction == Extraction.Regex ? score : sentiment();
}

/** Of an object that prose may surround: `score`, `rating`, `quality` or `quality_score`. */
function jsonScore(part: Part): i64 {
  let root = part.json;
  if (!root || root.kind != JsonKind.Object) {
    const found = changetype<Slice>(scratch.allocate(offsetof<Slice>()));
    if (!findJson(part.text, part.length, 0x7b, found)) return NO_SCORE;
    root = changetype<JsonNode>(readJson(scratch, found.at, found.length).root);
    if (!root) return NO_SCORE;
  }
  let score = memberNamed(root, "score");
  if (score === null) score = memberNamed(root, "rating");
  if (score === null) score = memberNamed(root, "quality");
  if (score === null) score = memberNamed(root, "quality_score");
  if (score === null) return NO_SCORE;
  if (score.kind == JsonKind.Number) return outOf(toUnits(score.at, score.length), 0);
  if (score.kind != JsonKind.String) return NO_SCORE;
  foldText(folded.clear(), score.at, score.length);
  return numberAt(0);
}

/** A number and what it is out of, in units; without that, above 1 it is out of 10. */
function outOf(score: i64, whole: i64): i64 {
  if (!whole) whole = score > ONE ? 10 * ONE : ONE;
  return score <= 0 ? 0 : score >= whole ? ONE : ratio(score, whole);
}

/** The first labelled number in `folded`; without one the first `n/m`. */
function writtenScore(): i64 {
  for (let i: u32 = 0; i < folded.length; i++) {
    const label = labelAt(i);
    if (!label) continue;
    let at = i + label;
    const end = min(folded.length, at + GAP);
    while (at < end && !isDigit(at)) at++;
    const score = at < end ? numberAt(at) : NO_SCORE;
    if (score != NO_SCORE) return score;
  }
  for (let i: u32 = 0; i < folded.length; i++) {
    if (!isDigit(i)) continue;
    const first = sizeOfNumber(i);
    const whole = wholeAt(i + first);
    if (whole) return numberAt(i);
    i += first;
  }
  return NO_SCORE;
}

/** The length of the word for a score that begins here, or 0. */
function labelAt(at: u32): u32 {
  if (at && isWordByte(at - 1)) return 0;
  const from = folded.at + at;
  const length = folded.length - at;
  if (startsWithWord(from, length, "score") || startsWithWord(from, length, "grade")) return 5;
  if (startsWithWord(from, length, "rating")) return 6;
  return startsWithWord(from, length, "quality") ? 7 : 0;
}

/** The number that begins here as a score, with what it is out of: `8`, `8/10`, `8 out of 10`, `80%`. */
function numberAt(at: u32): i64 {
  const length = sizeOfNumber(at);
  if (!length || length > DIGITS) return NO_SCORE;
  const score = toUnits(folded.at + at, length);
  const next = at + length;
  if (next < folded.length && byteAt(next) == 0x25) return outOf(score, 100 * ONE);
  const whole = wholeAt(next);
  if (!whole) return outOf(score, 0);
  return outOf(score, toUnits(folded.at + whole, sizeOfNumber(whole)));
}

/** Where the number stands that the one which ends here is out of; 0: there is none. */
function wholeAt(at: u32): u32 {
  let next = at;
  if (next < folded.length && byteAt(next) == 0x20) next++;
  if (next < folded.length && byteAt(next) == 0x2f) next++;
  else if (startsWithWord(folded.at + next, folded.length - next, "out of ")) next += 7;
  else return 0;
  if (next < folded.length && byteAt(next) == 0x20) next++;
  const length = sizeOfNumber(next);
  return length && length <= DIGITS && toUnits(folded.at + next, length) > 0 ? next : 0;
}

/** Digits, with a point among them if digits follow it. */
function sizeOfNumber(at: u32): u32 {
  const start = at;
  while (isDigit(at)) at++;
  if (at > start && at < folded.length && byteAt(at) == 0x2e && isDigit(at + 1)) {
    at++;
    while (isDigit(at)) at++;
  }
  return at - start;
}

function byteAt(at: u32): u32 {
  return load<u8>(folded.at + at);
}

function isDigit(at: u32): bool {
  return at < folded.length && byteAt(at) - 0x30 < 10;
}

function isWordByte(at: u32): bool {
  return byteAt(at) - 0x61 < 26 || isDigit(at);
}

/** Praise against blame, from 0.3 to 0.9; as much of one as of the other: 0.6. A word after `not` or `no` means the opposite. */
function sentiment(): i64 {
  let praise: i64 = 0;
  let blame: i64 = 0;
  let negated = false;
  for (let at: u32 = 0; at < folded.length; at++) {
    const start = at;
    while (at < folded.length && isWordByte(at)) at++;
    if (at == start) continue;
    const good = holds(PRAISE, start, at - start);
    const bad = !good && holds(BLAME, start, at - start);
    if (negated ? bad : good) praise++;
    else if (good || bad) blame++;
    negated = holds("not no never isn hardly ", start, at - start);
  }
  return praise + blame ? 300_000_000 + divide(600_000_000 * praise, praise + blame) : 600_000_000;
}

/** Whether a word of `folded` is in a literal of words that each end in a space. */
function holds(list: string, at: u32, length: u32): bool {
  return placeIn(list, folded.at + at, length) != 0;
}

/** The parts as an object in JSON: name → what it says. */
export function writeParts(to: Builder, parts: Parts): void {
  to.byte(0x7b);
  for (let i: u32 = 0; i < parts.count; i++) {
    const part = partAt(parts, i);
    if (i) to.byte(0x2c);
    to.json(part.name, part.nameLength).byte(0x3a);
    if (part.raw) to.bytes(part.text, part.length);
    else to.json(part.text, part.length);
  }
  to.byte(0x7d);
}
