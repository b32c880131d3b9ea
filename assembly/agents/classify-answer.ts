import { ClassifierPlan } from "../definition/classifier-plan";
import { NOT_FOUND } from "../definition/plan";
import { memberNamed } from "../json/members";
import { JsonKind, JsonNode } from "../json/node";
import { scratch } from "../memory/scratch";
import { newBuilder } from "../text/builder";
import { isSpace, lowerCase } from "../text/fold";
import { Slice, isWord, sameBytes } from "../text/slice";
import { codePointAt, putCodePoint, sizeOfLead } from "../text/utf8";
import { choiceAt, choiceCount, findChoice } from "./choices";
import { Classification, Guess, guessAt, sortGuesses } from "./classification";
import { addError, shareIn, textIn } from "./fields";
import { Verdict, outside } from "./verdict";

// A model's classification, as it wrote it, against the categories there are.

/** Entries of a list that are looked at. */
const LISTED: u32 = 100;

const slug = newBuilder();

/** Fills `result`, or says in `errors` what is wrong. */
export function readClassification(object: JsonNode, plan: ClassifierPlan, result: Classification): Verdict {
  result.best = changetype<Guess>(scratch.allocate(offsetof<Guess>()));
  const category = textIn(object, "category");
  if (category === null) addError("category", " is missing");
  else if (!settle(result.best, category)) {
    if (choiceCount) return outside(category);
    addError("category", " holds no letter or digit");
    return Verdict.Malformed;
  }
  result.best.confidence = shareIn(object, "confidence");
  if (category === null || result.best.confidence < 0) return Verdict.Malformed;
  result.reasoning = sliceOf(textIn(object, "reasoning"));
  result.sentiment = oneOf(textIn(object, "sentiment"), changetype<usize>(plan) != 0 && plan.sentiment != 0, "positive", "neutral", "negative", "");
  result.priority = oneOf(textIn(object, "priority"), changetype<usize>(plan) != 0 && plan.priority != 0, "low", "medium", "high", "urgent");
  readOthers(object, result);
  return changetype<usize>(plan) && plan.several ? readLabels(object, plan, result) : Verdict.Good;
}

/** The category that a name stands for; false: there is none. Without a list, its slug. */
function settle(guess: Guess, name: JsonNode): bool {
  if (!choiceCount) {
    writeSlug(name);
    guess.at = scratch.copy(slug.at, slug.length);
    guess.length = slug.length;
    return slug.length != 0;
  }
  const index = findChoice(name.at, name.length);
  if (index == NOT_FOUND) return false;
  guess.at = choiceAt(index).at;
  guess.length = choiceAt(index).length;
  return true;
}

/** Lower case, and what is no letter or digit one hyphen, with none at the ends. */
function writeSlug(name: JsonNode): void {
  slug.clear();
  let gap = false;
  for (let at = name.at; at < name.at + name.length; at += sizeOfLead(load<u8>(at))) {
    const code = lowerCase(codePointAt(at));
    const isPart = code < 0x80 ? code - 0x61 < 26 || code - 0x30 < 10 : !isSpace(code);
    if (!isPart) {
      gap = slug.length != 0;
      continue;
    }
    if (gap) slug.byte(0x2d);
    gap = false;
    const to = slug.room(4);
    slug.length += <u32>(putCodePoint(to, code) - to);
  }
}

function sliceOf(text: JsonNode | null): Slice {
  const slice = changetype<Slice>(scratch.allocate(offsetof<Slice>()));
  if (text !== null) {
    slice.at = text.at;
    slice.length = text.length;
  }
  return slice;
}

function oneOf(text: JsonNode | null, isWanted: bool, a: string, b: string, c: string, d: string): Slice {
  if (text === null || !isWanted) return sliceOf(null);
  const isKnown = isWord(text.at, text.length, a) || isWord(text.at, text.length, b) || isWord(text.at, text.length, c) || isWord(text.at, text.length, d);
  return sliceOf(isKnown ? text : null);
}

/** Alternatives that are categories, each once, surest first; all else in that list is left out. */
function readOthers(object: JsonNode, result: Classification): void {
  const list = memberNamed(object, "alternatives");
  if (list === null || list.kind != JsonKind.Array) return;
  result.others = scratch.allocate(min(list.count, LISTED) * offsetof<Guess>());
  let looked: u32 = 0;
  for (let each = list.first; each && looked < LISTED; each = each.next, looked++) {
    const guess = guessAt(result.others, result.otherCount);
    if (readGuess(each, guess, 0) != null || sameGuess(guess, result.best) || isListed(result.others, result.otherCount, guess)) continue;
    result.otherCount++;
  }
  sortGuesses(result.others, result.otherCount);
}

/** Every category that applies and is sure enough; the first one is the best. */
function readLabels(object: JsonNode, plan: ClassifierPlan, result: Classification): Verdict {
  const list = memberNamed(object, "categories");
  const count = list !== null && list.kind == JsonKind.Array ? min(list.count, LISTED) : 0;
  result.labels = scratch.allocate((count + 1) * offsetof<Guess>());
  const first = guessAt(result.labels, 0);
  memory.copy(changetype<usize>(first), changetype<usize>(result.best), offsetof<Guess>());
  let labels: u32 = 1;
  let looked: u32 = 0;
  for (let each = count ? list!.first : changetype<JsonNode>(0); each && looked < LISTED; each = each.next, looked++) {
    const guess = guessAt(result.labels, labels);
    const name = readGuess(each, guess, result.best.confidence);
    if (name != null) {
      if (name.kind == JsonKind.String) return outside(name);
      continue;
    }
    if (!isListed(result.labels, labels, guess)) labels++;
  }
  sortGuesses(result.labels, labels);
  memory.copy(changetype<usize>(result.best), changetype<usize>(first), offsetof<Guess>());
  while (result.labelCount < labels && guessAt(result.labels, result.labelCount).confidence >= plan.threshold) result.labelCount++;
  return Verdict.Good;
}

/** Reads `{category, confidence}`, or a name alone; null if it is usable, else what is in the way. */
function readGuess(entry: JsonNode, guess: Guess, fallback: i64): JsonNode | null {
  const name = entry.kind == JsonKind.String ? entry : textIn(entry, "category");
  if (name === null) return entry;
  if (!settle(guess, name)) return name;
  guess.confidence = fallback;
  if (entry.kind == JsonKind.Object) guess.confidence = shareQuietly(entry, fallback);
  return null;
}

function shareQuietly(entry: JsonNode, fallback: i64): i64 {
  return memberNamed(entry, "confidence") === null ? fallback : max<i64>(shareIn(entry, "confidence"), 0);
}

function sameGuess(a: Guess, b: Guess): bool {
  return sameBytes(a.at, a.length, b.at, b.length);
}

function isListed(guesses: usize, count: u32, guess: Guess): bool {
  for (let i: u32 = 0; i < count; i++) if (sameGuess(guessAt(guesses, i), guess)) return true;
  return false;
}
