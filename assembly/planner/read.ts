import { extractJson } from "../json/extract";
import { memberNamed } from "../json/members";
import { JsonKind, JsonNode } from "../json/node";
import { Arena } from "../memory/arena";
import { Builder, newBuilder } from "../text/builder";
import { lowerCase } from "../text/fold";
import { Slice, isWord } from "../text/slice";
import { NO_LEVEL, firstOfCycle, layLevels, unsettled } from "./graph";
import { Labels, NO_STEP, newLabels } from "./labels";
import { Complexity, Step, Steps, stepAt } from "./steps";

// A plan, or any list of steps, from what a model wrote: an object with `steps`, or a list alone, with fences and prose around it as may be.
// What is wrong with it is said in words that the model is asked again with, `; ` between them.

/** What came of reading. */
export const enum Reading {
  Good,
  Bad,
  /** More steps than a plan may have. */
  TooLong,
}

/** What counts of a plan, besides its steps. */
export const enum Keep {
  Actions,
  /** Each waits for the one before, whatever is said. */
  Sequence,
  /** Who waits for whom. A plan that says nothing of it is a sequence. */
  Order,
  /** The same, and what does not hold of it (an unknown step, a cycle) is left out instead of refused. */
  SoundOrder,
}

/** So that a bad plan costs no more words than a good one. */
const MOST_TOLD: u32 = 8;
const LONGEST_CYCLE: u32 = 16;

const found = changetype<Slice>(memory.data(offsetof<Slice>(), 4));
let wrong = changetype<Builder>(0);
let told: u32 = 0;
const hushed = newBuilder();

/** Reads at most `most` steps into `steps`; otherwise `problems` says what is wrong. */
export function readSteps(arena: Arena, at: usize, length: u32, keep: Keep, most: u32, steps: Steps, problems: Builder): Reading {
  wrong = problems.clear();
  told = 0;
  steps.count = 0;
  steps.levels = 0;
  const list = findSteps(arena, at, length, steps);
  if (list === null) {
    wrong.ascii('there is no JSON object with a list "steps" in it');
    return Reading.Bad;
  }
  if (!list.count) {
    wrong.ascii("its list of steps is empty");
    return Reading.Bad;
  }
  if (list.count > most) {
    wrong.ascii("it has ").integer(list.count).ascii(" steps, and may have ").integer(most);
    return Reading.TooLong;
  }
  steps.at = arena.allocate(list.count * offsetof<Step>());
  steps.count = list.count;
  let place: u32 = 0;
  for (let each = list.first; each; each = each.next) readStep(arena, stepAt(steps, place++), each, place);
  if (keep != Keep.Actions) readOrder(arena, steps, keep);
  return told ? Reading.Bad : Reading.Good;
}

/** The list of steps in a text. */
function findSteps(arena: Arena, at: usize, length: u32, steps: Steps): JsonNode | null {
  let root = extractJson(arena, at, length, 0);
  if (root !== null && root.kind == JsonKind.Array && !holdsSteps(root)) root = extractJson(arena, at, length, 0x7b);
  if (root === null) return null;
  steps.root = root;
  const list = root.kind == JsonKind.Array ? root : memberNamed(root, "steps");
  return list !== null && list.kind == JsonKind.Array ? list : null;
}

/** Whether a list can be one of steps, not one that only stands in the prose before them. */
function holdsSteps(list: JsonNode): bool {
  return list.first && (list.first.kind == JsonKind.Object || list.first.kind == JsonKind.String);
}

function readStep(arena: Arena, step: Step, node: JsonNode, number: u32): void {
  step.node = node;
  step.complexity = <u8>Complexity.Medium;
  const label = memberNamed(node, "step_number");
  if (label !== null && (label.kind == JsonKind.Number || label.kind == JsonKind.String)) {
    cutLabel(label);
    step.label = found.at;
    step.labelLength = found.length;
  }
  if (!step.labelLength) numberLabel(arena, step, number);
  const action = node.kind == JsonKind.String ? node : memberNamed(node, "action");
  if (action === null || action.kind != JsonKind.String || !action.length) {
    say(step).ascii("it has no action");
    return;
  }
  step.action = action.at;
  step.actionLength = action.length;
  const complexity = memberNamed(node, "complexity");
  if (complexity === null || complexity.kind != JsonKind.String || !complexity.length) return;
  const letter = lowerCase(load<u8>(complexity.at));
  if (letter == 0x6c) step.complexity = <u8>Complexity.Low;
  else if (letter == 0x68) step.complexity = <u8>Complexity.High;
}

function numberLabel(arena: Arena, step: Step, number: u32): void {
  let digits: u32 = 1;
  for (let rest = number; rest >= 10; rest /= 10) digits++;
  step.label = arena.allocate(digits);
  step.labelLength = digits;
  for (let rest = number; digits; rest /= 10) store<u8>(step.label + --digits, 0x30 + (rest % 10));
}

/** A label in `found`: "Step 1.2" is 1.2, as the number is. A text without a digit is itself. */
function cutLabel(node: JsonNode): void {
  found.at = node.at;
  found.length = node.length;
  if (node.kind != JsonKind.String) return;
  for (let i: u32 = 0; i < node.length; i++) {
    if (!isDigit(load<u8>(node.at + i))) continue;
    found.at = node.at + i;
    found.length = 1;
    while (i + found.length < node.length && isOfLabel(load<u8>(found.at + found.length))) found.length++;
    while (load<u8>(found.at + found.length - 1) == 0x2e) found.length--;
    return;
  }
}

function isDigit(c: u32): bool {
  return c - 0x30 < 10;
}

/** Digits, letters and points. */
function isOfLabel(c: u32): bool {
  return isDigit(c) || c == 0x2e || (c | 0x20) - 0x61 < 26;
}

/** Begins what is to be said about a step. */
function say(step: Step): Builder {
  if (told++ >= MOST_TOLD) return hushed.clear();
  if (wrong.length) wrong.ascii("; ");
  return wrong.ascii("step ").bytes(step.label, step.labelLength).ascii(": ");
}

function readOrder(arena: Arena, steps: Steps, keep: Keep): void {
  const mend = keep == Keep.SoundOrder;
  const labels = newLabels(arena, steps);
  let said = false;
  for (let i: u32 = 0; i < steps.count; i++) {
    const step = stepAt(steps, i);
    const slot = labels.slot(step.label, step.labelLength);
    if (load<u32>(slot)) say(step).ascii("another step has this number, too");
    else store<u32>(slot, i + 1);
    said = said || (keep != Keep.Sequence && memberNamed(step.node, "prerequisites") !== null);
  }
  // seen[i]: the step, from 1, that named step i last among those it waits for.
  const seen = arena.allocate(steps.count << 2);
  for (let i: u32 = 0; i < steps.count; i++) {
    const step = stepAt(steps, i);
    if (said) readPrerequisites(arena, labels, step, i, seen, mend);
    else if (i) {
      step.prerequisites = arena.allocate(4);
      store<u32>(step.prerequisites, i - 1);
      step.prerequisiteCount = 1;
    }
  }
  if (told || layLevels(arena, steps)) return;
  if (mend) cutCycles(arena, steps);
  else tellCycle(steps);
}

/** A list of labels, or one alone. */
function readPrerequisites(arena: Arena, labels: Labels, step: Step, place: u32, seen: usize, mend: bool): void {
  const node = memberNamed(step.node, "prerequisites");
  if (node === null) return;
  const list = node.kind == JsonKind.Array;
  if (list) step.prerequisites = arena.allocate(node.count << 2);
  else step.prerequisites = arena.allocate(4);
  for (let each = list ? node.first : node; each; each = list ? each.next : changetype<JsonNode>(0)) {
    const named = each.kind == JsonKind.Number || each.kind == JsonKind.String;
    if (!named || isNothing(each)) continue;
    cutLabel(each);
    const before = labels.find(found.at, found.length);
    if (before == NO_STEP || (mend && before == place)) {
      if (!mend) say(step).ascii("its prerequisite ").bytes(found.at, found.length).ascii(" is no step of the plan");
      continue;
    }
    if (load<u32>(seen + (before << 2)) == place + 1) continue;
    store<u32>(seen + (before << 2), place + 1);
    store<u32>(step.prerequisites + (step.prerequisiteCount++ << 2), before);
  }
}

function isNothing(node: JsonNode): bool {
  return !node.length || isWord(node.at, node.length, "none") || isWord(node.at, node.length, "None");
}

/** Those who wait for each other are named in a row: 1 -> 2 -> 1. */
function tellCycle(steps: Steps): void {
  const first = firstOfCycle(steps);
  told++;
  wrong.ascii("steps wait for each other: ");
  let place = first;
  let named: u32 = 0;
  do {
    const step = stepAt(steps, place);
    if (named++ < LONGEST_CYCLE) wrong.bytes(step.label, step.labelLength).ascii(" -> ");
    place = unsettled(steps, place);
  } while (place != first);
  if (named > LONGEST_CYCLE) wrong.ascii("... -> ");
  wrong.bytes(stepAt(steps, first).label, stepAt(steps, first).labelLength);
}

/** Steps that wait for each other wait only for those before them. */
function cutCycles(arena: Arena, steps: Steps): void {
  for (let i: u32 = 0; i < steps.count; i++) {
    const step = stepAt(steps, i);
    if (step.level != NO_LEVEL) continue;
    let kept: u32 = 0;
    for (let j: u32 = 0; j < step.prerequisiteCount; j++) {
      const before = step.prerequisite(j);
      if (before < i) store<u32>(step.prerequisites + (kept++ << 2), before);
    }
    step.prerequisiteCount = kept;
  }
  layLevels(arena, steps);
}
