import { CategoryPlan, ClassifierPlan, categoryNamed, shotAt } from "../definition/classifier-plan";
import { Arena } from "../memory/arena";
import { newBuilder } from "../text/builder";
import { foldText } from "../text/fold";
import { similarity } from "../text/similarity";
import { Slice, sameBytes, compareBytes } from "../text/slice";
import { codePointAt } from "../text/utf8";
import { choiceAt, choiceCount } from "./choices";
import { Classification, Guess, guessAt, sortGuesses } from "./classification";
import { ratio } from "./ratio";

// A classifier without a model, at no cost: the category with most of its keywords in the text, else the one whose examples or description the
// text is most like; ties fall to the category declared first. It decides between the choices as they are set; a classifier has some.

/** Texts are compared by their beginnings. */
const COMPARED: u32 = 512;

const heard = newBuilder();
const known = newBuilder();
const why = newBuilder();

/** The last classification was made by keywords. */
export let byKeywords: bool = false;

export function classifyAlone(arena: Arena, plan: ClassifierPlan, at: usize, length: u32): Classification {
  const result = changetype<Classification>(arena.allocate(offsetof<Classification>()));
  const count = choiceCount;
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
  for (let i: u32 = 0; i < choiceCount; i++) {
    const name = choiceAt(i);
    const category = categoryNamed(plan, name, i);
    const guess = guessAt(guesses, i);
    guess.at = name.at;
    guess.length = name.length;
    if (!changetype<usize>(category)) continue;
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
    if (load<u8>(at) != first || compareBytes(at, known.at, known.length) != 0) continue;
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
  for (let i: u32 = 0; i < choiceCount; i++) {
    const hits = guessAt(guesses, i).confidence;
    sum += hits;
    most = max(most, hits);
  }
  for (let i: u32 = 0; i < choiceCount; i++) {
    const guess = guessAt(guesses, i);
    guess.confidence = ratio(guess.confidence, plan.several ? most : sum);
  }
}

// ---- likeness ----

function compare(plan: ClassifierPlan, guesses: usize): void {
  for (let i: u32 = 0; i < choiceCount; i++) guessAt(guesses, i).confidence = likeness(plan, choiceAt(i), i);
}

/** Of the text and what it is most like of what is known of a category, or else its name; `nearest` is that. */
function likeness(plan: ClassifierPlan, name: Slice, place: u32): i64 {
  let best: i64 = -1;
  const category = categoryNamed(plan, name, place);
  if (changetype<usize>(category)) {
    for (let i: u32 = 0; i < category.exampleCount; i++) best = nearer(best, changetype<Slice>(category.examples + i * offsetof<Slice>()));
    if (category.description.length) best = nearer(best, category.description);
  }
  for (let i: u32 = 0; i < plan.shotCount; i++) {
    const shot = shotAt(plan, i);
    if (sameBytes(shot.category.at, shot.category.length, name.at, name.length)) best = nearer(best, shot.input);
  }
  return best < 0 ? nearer(best, name) : best;
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
  while (choiceAt(index).at != result.best.at) index++;
  why.clear();
  if (!byKeywords) {
    likeness(plan, choiceAt(index), index);
    why.ascii("most like: ").bytes(nearest.at, nearest.length);
    return;
  }
  const category = categoryNamed(plan, choiceAt(index), index);
  for (let k: u32 = 0; k < category.keywordCount; k++) {
    if (!hasKeyword(category, k)) continue;
    why.ascii(why.length ? ", " : "keywords: ").bytes(keywordOf(category, k).at, keywordOf(category, k).length);
  }
}
