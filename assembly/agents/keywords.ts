import { CategoryPlan, ClassifierPlan, categoryAt, shotAt } from "../definition/classifier-plan";
import { Arena } from "../memory/arena";
import { newBuilder } from "../text/builder";
import { foldText } from "../text/fold";
import { similarity } from "../text/similarity";
import { Slice, sameBytes } from "../text/slice";
import { codePointAt } from "../text/utf8";
import { Classification, Guess, guessAt, sortGuesses } from "./classification";
import { ratio } from "./ratio";

// A classifier without a model, at no cost: the category with most of its keywords in the text, else the one whose examples or description the
// text is most like; ties fall to the category declared first.

/** Texts are compared by their beginnings. */
const COMPARED: u32 = 512;

const heard = newBuilder();
const known = newBuilder();
const why = newBuilder();

/** The last classification was made by keywords. */
export let byKeywords: bool = false;

export function classifyAlone(arena: Arena, plan: ClassifierPlan, at: usize, length: u32): Classification {
  const result = changetype<Classification>(arena.allocate(offsetof<Classification>()));
  const count = plan.categoryCount;
  const guesses = arena.allocate(count * offsetof<Guess>());
  foldText(heard.clear(), at, length);
  byKeywords = countKeywords(plan, guesses);
  if (byKeywords) weigh(plan, guesses);
  else compare(plan, guesses);
  sortGuesses(guesses, count);
  result.best = guessAt(guesses, 0);
  result.others = guesses + offsetof<Guess>();
  while (result.otherCount + 1 < count && guessAt(guesses, result.otherCount + 1).confidence) result.otherCount++;
  result.labels = guesses;
  while (result.labelCount < count && guessAt(guesses, result.labelCount).confidence >= plan.threshold) result.labelCount++;
  result.reasoning = changetype<Slice>(arena.allocate(offsetof<Slice>()));
  explain(plan, result);
  result.reasoning.at = arena.copy(why.at, why.length);
  result.reasoning.length = why.length;
  result.sentiment = changetype<Slice>(arena.allocate(offsetof<Slice>()));
  result.priority = result.sentiment;
  return result;
}

// ---- keywords ----

/** How many keywords of each category the text has, as its confidence; false: none at all. */
function countKeywords(plan: ClassifierPlan, guesses: usize): bool {
  let any = false;
  for (let i: u32 = 0; i < plan.categoryCount; i++) {
    const category = categoryAt(plan, i);
    const guess = guessAt(guesses, i);
    guess.at = category.name;
    guess.length = category.nameLength;
    for (let k: u32 = 0; k < category.keywordCount; k++) if (hasKeyword(category, k)) guess.confidence++;
    if (guess.confidence) any = true;
  }
  return any;
}

function keywordOf(category: CategoryPlan, index: u32): Slice {
  return changetype<Slice>(category.keywords + index * offsetof<Slice>());
}

/** Whether a word of the text begins with the keyword: `refund` is in "refunds", `art` is not in "start". */
function hasKeyword(category: CategoryPlan, index: u32): bool {
  const keyword = keywordOf(category, index);
  foldText(known.clear(), keyword.at, keyword.length);
  if (!known.length || known.length > heard.length) return false;
  const first = load<u8>(known.at);
  const last = heard.at + heard.length - known.length;
  for (let at = heard.at; at <= last; at++) {
    if (load<u8>(at) != first || memory.compare(at, known.at, known.length) != 0) continue;
    if (!isLetter(codePointAt(known.at)) || !goesOn(at)) return true;
  }
  return false;
}

/** Whether a letter or digit stands before this place of the text. */
function goesOn(at: usize): bool {
  if (at == heard.at) return false;
  do at--;
  while ((load<u8>(at) & 0xc0) == 0x80);
  return isLetter(codePointAt(at));
}

/** Letters and digits of scripts that put spaces between words. */
function isLetter(code: u32): bool {
  if (code < 0x80) return (code | 0x20) - 0x61 < 26 || code - 0x30 < 10;
  return code >= 0xaa && code < 0x2000 && code != 0xd7 && code != 0xf7;
}

/** Counts become shares: of all hits, or, where several categories may apply, of the most that one has. */
function weigh(plan: ClassifierPlan, guesses: usize): void {
  let sum: i64 = 0;
  let most: i64 = 0;
  for (let i: u32 = 0; i < plan.categoryCount; i++) {
    const hits = guessAt(guesses, i).confidence;
    sum += hits;
    most = max(most, hits);
  }
  for (let i: u32 = 0; i < plan.categoryCount; i++) {
    const guess = guessAt(guesses, i);
    guess.confidence = ratio(guess.confidence, plan.several ? most : sum);
  }
}

// ---- likeness ----

function compare(plan: ClassifierPlan, guesses: usize): void {
  for (let i: u32 = 0; i < plan.categoryCount; i++) guessAt(guesses, i).confidence = likeness(plan, categoryAt(plan, i));
}

/** Of the text and what it is most like of what is known of a category; `nearest` is that. */
function likeness(plan: ClassifierPlan, category: CategoryPlan): i64 {
  nearest = changetype<Slice>(category);
  let best: i64 = -1;
  for (let i: u32 = 0; i < category.exampleCount; i++) best = nearer(best, changetype<Slice>(category.examples + i * offsetof<Slice>()));
  for (let i: u32 = 0; i < plan.shotCount; i++) {
    const shot = shotAt(plan, i);
    if (sameBytes(shot.category.at, shot.category.length, category.name, category.nameLength)) best = nearer(best, shot.input);
  }
  if (category.description.length) best = nearer(best, category.description);
  return best < 0 ? nearer(best, changetype<Slice>(category)) : best;
}

let nearest: Slice = changetype<Slice>(0);

function nearer(best: i64, text: Slice): i64 {
  foldText(known.clear(), text.at, text.length);
  const like = similarity(heard.at, beginning(heard.at, heard.length), known.at, beginning(known.at, known.length));
  if (like <= best) return best;
  nearest = text;
  return like;
}

/** Its length, without a part of a character at its end. */
function beginning(at: usize, length: u32): u32 {
  if (length <= COMPARED) return length;
  let cut = COMPARED;
  while ((load<u8>(at + cut) & 0xc0) == 0x80) cut--;
  return cut;
}

// ---- reasons ----

function explain(plan: ClassifierPlan, result: Classification): void {
  let index: u32 = 0;
  while (categoryAt(plan, index).name != result.best.at) index++;
  const category = categoryAt(plan, index);
  why.clear();
  if (!byKeywords) {
    likeness(plan, category);
    why.ascii("most like: ").bytes(nearest.at, nearest.length);
    return;
  }
  for (let k: u32 = 0; k < category.keywordCount; k++) {
    if (!hasKeyword(category, k)) continue;
    why.ascii(why.length ? ", " : "keywords: ").bytes(keywordOf(category, k).at, keywordOf(category, k).length);
  }
}
