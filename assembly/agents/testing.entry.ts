// What the tests beside these files call: models' decisions read without a run, and classifying without a model.

import { CategoryPlan, ClassifierPlan, ShotPlan } from "../definition/classifier-plan";
import { Term } from "../flow/term";
import { extractJson } from "../json/extract";
import { Arena, newArena } from "../memory/arena";
import { blockSize, takeBlock } from "../memory/blocks";
import { scratch } from "../memory/scratch";
import { Builder, newBuilder } from "../text/builder";
import { writeDate } from "../text/date";
import { Slice } from "../text/slice";
import { setChoices } from "./choices";
import { Classification, writeRecord } from "./classification";
import { readClassification } from "./classify-answer";
import { readDecision, writeSchema } from "./decision-kinds";
import { errors } from "./fields";
import { byKeywords, classifyAlone } from "./keywords";
import { Verdict, answer, clearVerdict, meta, named, noObject } from "./verdict";

const term = changetype<Term>(takeBlock(blockSize(offsetof<Term>())));
const plan = changetype<ClassifierPlan>(takeBlock(blockSize(offsetof<ClassifierPlan>())));
const arena: Arena = newArena();
const date = newBuilder();

const MOST: u32 = 100;
const options = takeBlock(blockSize(MOST * offsetof<Slice>()));
const categories = takeBlock(blockSize(MOST * offsetof<CategoryPlan>()));
const shots = takeBlock(blockSize(MOST * offsetof<ShotPlan>()));

export function room(bytes: u32): usize {
  return takeBlock(blockSize(bytes));
}

/** No options, no categories, no examples. */
export function reset(threshold: i64, several: bool): void {
  arena.free();
  term.options = options;
  term.optionCount = 0;
  plan.categories = categories;
  plan.categoryCount = 0;
  plan.shots = shots;
  plan.shotCount = 0;
  plan.threshold = threshold;
  plan.several = several ? 1 : 0;
  plan.reasons = 1;
  plan.alternatives = 1;
  plan.mostAlternatives = 100;
}

function slice(at: usize, length: u32): Slice {
  const slice = changetype<Slice>(arena.allocate(offsetof<Slice>()));
  slice.at = arena.copy(at, length);
  slice.length = length;
  return slice;
}

export function addOption(at: usize, length: u32): void {
  assert(term.optionCount < MOST);
  memory.copy(options + term.optionCount++ * offsetof<Slice>(), changetype<usize>(slice(at, length)), offsetof<Slice>());
}

export function addCategory(at: usize, length: u32): void {
  assert(plan.categoryCount < MOST);
  const category = changetype<CategoryPlan>(categories + plan.categoryCount++ * offsetof<CategoryPlan>());
  memory.fill(changetype<usize>(category), 0, offsetof<CategoryPlan>());
  category.name = arena.copy(at, length);
  category.nameLength = length;
  category.description = changetype<Slice>(arena.allocate(offsetof<Slice>()));
  category.keywords = arena.allocate(MOST * offsetof<Slice>());
  category.examples = arena.allocate(MOST * offsetof<Slice>());
}

/** Of the category added last. */
export function addKeyword(at: usize, length: u32): void {
  const category = changetype<CategoryPlan>(categories + (plan.categoryCount - 1) * offsetof<CategoryPlan>());
  memory.copy(category.keywords + category.keywordCount++ * offsetof<Slice>(), changetype<usize>(slice(at, length)), offsetof<Slice>());
}

export function addExample(at: usize, length: u32): void {
  const category = changetype<CategoryPlan>(categories + (plan.categoryCount - 1) * offsetof<CategoryPlan>());
  memory.copy(category.examples + category.exampleCount++ * offsetof<Slice>(), changetype<usize>(slice(at, length)), offsetof<Slice>());
}

/** The record of a text classified without a model, into `written`. */
export function alone(at: usize, length: u32): void {
  scratch.free();
  setChoices(term, plan);
  const result = classifyAlone(scratch, plan, at, length);
  answer.clear();
  writeRecord(answer, plan, result, byKeywords ? "keywords" : "similarity", 0, 0);
}

/** Reads a decision; gives its verdict. */
export function decide(kind: u32, count: u32, at: usize, length: u32, task: usize, taskLength: u32): u32 {
  scratch.free();
  clearVerdict();
  term.decide = <u8>kind;
  term.count = count;
  setChoices(term, changetype<ClassifierPlan>(0));
  return readDecision(term, at, length, task, taskLength);
}

/** Reads a classification, by the plan or (`plain`) by the term's options alone. */
export function classify(plain: bool, at: usize, length: u32): u32 {
  scratch.free();
  clearVerdict();
  const own = plain ? changetype<ClassifierPlan>(0) : plan;
  setChoices(term, own);
  const object = extractJson(scratch, at, length, 0x7b);
  const result = changetype<Classification>(scratch.allocate(offsetof<Classification>()));
  const verdict = object === null ? noObject() : readClassification(object, own, result);
  if (verdict == Verdict.Good) writeRecord(answer, own, result, "zero-shot", 0, 0);
  return verdict;
}

/** The decision 0, what is known of it 1, errors 2, the name that is not on the list 3, a schema or date 4. */
function builder(which: u32): Builder {
  return which == 0 ? answer : which == 1 ? meta : which == 2 ? errors : which == 3 ? named : date;
}

export function written(which: u32): usize {
  return builder(which).at;
}

export function writtenLength(which: u32): u32 {
  return builder(which).length;
}

/** A decision's schema, into 4. */
export function writeKind(kind: u32): void {
  setChoices(term, changetype<ClassifierPlan>(0));
  writeSchema(date, kind);
}

/** A date, into 4. */
export function writeTime(milliseconds: u64): void {
  writeDate(date.clear(), milliseconds);
}
