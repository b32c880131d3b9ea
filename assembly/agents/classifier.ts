import { ClassifierPlan, categoryAt, categoryNamed, shotAt } from "../definition/classifier-plan";
import { extractJson } from "../json/extract";
import { beginActivation } from "../kernel/activate";
import { JsonNode } from "../json/node";
import { Program, activationAt, noteNumber, setNoteText } from "../kernel/activation";
import { failActivation } from "../kernel/closing";
import { emitNotice, words } from "../kernel/emit";
import { Run } from "../kernel/run";
import { dropText, newText, textBytes, textLength } from "../kernel/text";
import { finishWith, hasModel } from "../kernel/think";
import { scratch } from "../memory/scratch";
import { Gap, Prompt } from "../prompts/table";
import { clearGaps, setFlag, setGap, writePrompt } from "../prompts/write";
import { Level, StopReason } from "../protocol/types";
import { Builder, newBuilder } from "../text/builder";
import { Slice } from "../text/slice";
import { ask, beginSystem, isAsking, planOf, schema, settle, termOf } from "./asking";
import { choiceAt, choiceCount, setChoices } from "./choices";
import { Classification, isAccepted, writeRecord } from "./classification";
import { readClassification } from "./classify-answer";
import { addError } from "./fields";
import { ANSWERED, inputCount, inputText, resultsIn, takeOthers } from "./classify-batch";
import { byKeywords, classifyAlone } from "./keywords";
import { NUMBER, TEXT, beginObject, choice, endObject, field, pairs } from "./schemas";
import { Verdict, answer, clearVerdict, meta, noObject } from "./verdict";

// Which category a message belongs to: one structured call of a model, or keywords and likeness alone where there is none. An agent that is no
// classifier decides a category in the same way, from the options of its term.

const lines = newBuilder();
const shots = newBuilder();
const keywords = newBuilder();
const examples = newBuilder();

const NONE = changetype<ClassifierPlan>(0);

/** A wired classifier with a message. Takes over the hold on `text`. */
export function beginClassifier(run: Run, index: u32, sender: u32, hops: u16, text: u32): void {
  const ref = beginActivation(run, index, sender, hops, text);
  takeOthers(run, index, ref);
  beginClassify(run, ref);
}

export function beginClassify(run: Run, ref: u32): void {
  const activation = activationAt(run, ref);
  activation.program = <u8>Program.Classify;
  if (!hasModel(run, ref)) return decideAlone(run, ref);
  const plan = planOf(run, activation).classifier;
  setChoices(termOf(run, activation), plan);
  writeCategories(run, activation.agent, plan);
  writeShots(run, activation.agent, plan);
  const input = inputText(run, ref);
  beginSystem(run, ref);
  setGap(Gap.Categories, lines.at, lines.length);
  setGap(Gap.Examples, shots.at, shots.length);
  const own = changetype<usize>(plan) != 0;
  if (own && plan.several) setFlag(Gap.Several);
  if (own && plan.sentiment) setFlag(Gap.Sentiment);
  if (own && plan.priority) setFlag(Gap.Priority);
  if (inputCount(run, ref) > 1) setFlag(Gap.Batch);
  writeSchema(plan, inputCount(run, ref) > 1);
  ask(run, ref, Prompt.Classify, input);
}

// ---- the question ----

function writeCategories(run: Run, agent: u32, plan: ClassifierPlan): void {
  lines.clear();
  for (let i: u32 = 0; i < choiceCount; i++) {
    const name = choiceAt(i);
    if (i) lines.byte(0x0a);
    clearGaps();
    setGap(Gap.Name, name.at, name.length);
    const category = categoryNamed(plan, name, i);
    if (changetype<usize>(category)) {
      setGap(Gap.Description, category.description.at, category.description.length);
      join(keywords.clear(), category.keywords, category.keywordCount, false);
      setGap(Gap.Keywords, keywords.at, keywords.length);
      join(examples.clear(), category.examples, category.exampleCount, true);
      setGap(Gap.Examples, examples.at, examples.length);
    }
    writePrompt(lines, run.plan, agent, Prompt.CategoryLine);
  }
}

function join(to: Builder, texts: usize, count: u32, quoted: bool): void {
  for (let i: u32 = 0; i < count; i++) {
    const text = changetype<Slice>(texts + i * offsetof<Slice>());
    if (i) to.ascii(", ");
    if (quoted) to.json(text.at, text.length);
    else to.bytes(text.at, text.length);
  }
}

/** All of them (R43). */
function writeShots(run: Run, agent: u32, plan: ClassifierPlan): void {
  shots.clear();
  if (plan === NONE) return;
  for (let i: u32 = 0; i < plan.shotCount; i++) {
    const shot = shotAt(plan, i);
    if (i) shots.byte(0x0a);
    clearGaps();
    setGap(Gap.Input, shot.input.at, shot.input.length);
    setGap(Gap.Name, shot.category.at, shot.category.length);
    setGap(Gap.Reason, shot.reason.at, shot.reason.length);
    writePrompt(shots, run.plan, agent, Prompt.ExampleLine);
  }
}

function writeSchema(plan: ClassifierPlan, many: bool): void {
  schema.clear();
  if (many) schema.ascii('{"type":"object","properties":{"results":{"type":"array","items":');
  beginObject(schema);
  choice(field(schema, "category"));
  field(schema, "confidence").ascii(NUMBER);
  field(schema, "reasoning").ascii(TEXT);
  pairs(field(schema, "alternatives"), "category", "confidence", NUMBER);
  if (plan !== NONE) {
    if (plan.several) pairs(field(schema, "categories"), "category", "confidence", NUMBER);
    if (plan.sentiment) field(schema, "sentiment").ascii('{"type":"string","enum":["positive","neutral","negative"]}');
    if (plan.priority) field(schema, "priority").ascii('{"type":"string","enum":["low","medium","high","urgent"]}');
  }
  endObject(schema);
  if (many) schema.ascii('}},"required":["results"],"additionalProperties":false}');
}

// ---- the answer ----

/** Takes over the hold on `text`. */
export function classifyAnswered(run: Run, ref: u32, text: u32): void {
  const activation = activationAt(run, ref);
  scratch.free();
  clearVerdict();
  const plan = planOf(run, activation).classifier;
  setChoices(termOf(run, activation), plan);
  const verdict = read(run, ref, textBytes(run, text), textLength(run, text));
  if (verdict == Verdict.Good) activation.phase = ANSWERED;
  dropText(run, text);
  settle(run, ref, verdict);
}

/** One object for each input; the first becomes `answer`, the others go into the notes. */
function read(run: Run, ref: u32, at: usize, length: u32): Verdict {
  const count = inputCount(run, ref);
  const object = extractJson(scratch, at, length, 0x7b);
  if (count == 1) return object === null ? noObject() : readOne(run, ref, object, 0);
  const first = resultsIn(object, extractJson(scratch, at, length, 0x5b), count);
  if (first === null) {
    addError("results", " is no list of as many objects as there are inputs");
    return Verdict.Malformed;
  }
  let each: JsonNode = first.next;
  for (let i: u32 = 1; i < count; i++, each = each.next) {
    const verdict = readOne(run, ref, each, i);
    if (verdict != Verdict.Good) return verdict;
    setNoteText(run, ref, i - 1, newText(run, answer.at, answer.length));
  }
  return readOne(run, ref, first, 0);
}

function readOne(run: Run, ref: u32, object: JsonNode, place: u32): Verdict {
  const activation = activationAt(run, ref);
  const plan = planOf(run, activation).classifier;
  const result = changetype<Classification>(scratch.allocate(offsetof<Classification>()));
  const verdict = readClassification(object, plan, result);
  if (verdict != Verdict.Good) return verdict;
  // The call's tokens are shared out; what is over falls to the first.
  const count = inputCount(run, ref);
  const share = activation.tokens / count;
  write(run, ref, plan, result, hasExamples(plan) ? "few-shot" : "zero-shot", place ? share : activation.tokens - share * (count - 1));
  return Verdict.Good;
}

function hasExamples(plan: ClassifierPlan): bool {
  if (plan === NONE) return false;
  for (let i: u32 = 0; i < plan.categoryCount; i++) if (categoryAt(plan, i).exampleCount) return true;
  return plan.shotCount != 0;
}

/** The record and what is known of it. */
function write(run: Run, ref: u32, plan: ClassifierPlan, result: Classification, strategy: string, tokens: u32): void {
  const activation = activationAt(run, ref);
  answer.clear();
  writeRecord(answer, plan, result, strategy, tokens, run.now);
  meta.clear().ascii('{"confidence":').decimal(result.best.confidence);
  meta.ascii(isAccepted(plan, result) ? ',"accepted":true}' : ',"accepted":false}');
  if (plan === NONE || !plan.reports) return;
  words.clear().bytes(result.best.at, result.best.length).ascii(": ").decimal(result.best.confidence);
  emitNotice(run, activation.agent, Level.Info, "confidence");
}

/** Without a model. */
function decideAlone(run: Run, ref: u32): void {
  const activation = activationAt(run, ref);
  const plan = planOf(run, activation).classifier;
  setChoices(termOf(run, activation), plan);
  if (plan === NONE || !choiceCount) {
    words.clear().ascii("it has neither a model nor categories to decide with");
    return failActivation(run, ref, StopReason.BadDecision);
  }
  scratch.free();
  const result = classifyAlone(scratch, plan, textBytes(run, activation.input), textLength(run, activation.input));
  write(run, ref, plan, result, byKeywords ? "keywords" : "similarity", 0);
  finishWith(run, ref, answer, meta);
}

/** Whether an activation from a file is one of a classifier. */
export function classifySound(run: Run, ref: u32): bool {
  const activation = activationAt(run, ref);
  if (!isAsking(activation)) return false;
  if (activation.notes && (activation.term || activation.noteNumbers != 1 || <u64>noteNumber(run, ref, 0) > <u64>activation.noteTexts)) return false;
  return activation.term != 0 || changetype<usize>(planOf(run, activation).classifier) != 0;
}
