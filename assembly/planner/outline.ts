import { PlannerPlan } from "../definition/plan-planner";
import { Planning } from "../definition/table";
import { extractJson } from "../json/extract";
import { memberNamed } from "../json/members";
import { JsonKind } from "../json/node";
import { noteNumber, noteText, setNoteNumber, setNoteText } from "../kernel/activation";
import { Run } from "../kernel/run";
import { newText, textBytes, textLength } from "../kernel/text";
import { scratch } from "../memory/scratch";
import { Gap, Prompt } from "../prompts/table";
import { setFlag, setGap } from "../prompts/write";
import { askForList, askForPlan, beginTurn } from "./ask";
import { noteProblem } from "./input";
import { listed, readList } from "./list";
import { addNoteLine, outline } from "./paths";
import { FIRST_TEXT, Note, count, isAtMost, plannerOf } from "./state";
import { stepAt } from "./steps";

// hierarchical_plan: a problem becomes tasks, and each of them smaller ones, level by level; the leaves are the steps.
// backward_chaining: a goal has subgoals that must be reached before, and each of them has; all of them are steps, those that come before first.
//
//   texts     of each item its text; none of the problem itself, item 0
//   numbers   items | the one at hand | leaves | of each item (its parent | its first child << 16 | how many << 32 | its level << 48)

const ITEMS: u32 = 0;
const CURSOR: u32 = 1;
const LEAVES: u32 = 2;
const FIRST_NUMBER: u32 = 3;
/** More levels than any definition may ask for. */
const DEEPEST: u32 = 10;

function isBackward(run: Run, ref: u32): bool {
  return plannerOf(run, ref).strategy == <u8>Planning.BackwardChaining;
}

/** With at most `maxSteps` leaves, and two children or more each, below the first; or with that many subgoals. */
export function outlineTexts(plan: PlannerPlan): u32 {
  return 1 + 2 * plan.maxSteps;
}

export function outlineNumbers(plan: PlannerPlan): u32 {
  return FIRST_NUMBER + outlineTexts(plan);
}

export function beginOutline(run: Run, ref: u32): void {
  setNoteNumber(run, ref, ITEMS, 1);
  setNoteNumber(run, ref, LEAVES, 1);
  growOutline(run, ref);
}

function itemAt(run: Run, ref: u32, item: u32): i64 {
  return noteNumber(run, ref, FIRST_NUMBER + item);
}

function firstChildOf(item: i64): u32 {
  return <u32>(item >> 16) & 0xffff;
}

function childrenOf(item: i64): u32 {
  return <u32>(item >> 32) & 0xffff;
}

function levelOf(item: i64): u32 {
  return <u32>(item >> 48);
}

/** How many children the item at hand may have. */
function roomForChildren(run: Run, ref: u32): u32 {
  const plan = plannerOf(run, ref);
  if (isBackward(run, ref)) return plan.maxSteps - (count(run, ref, ITEMS) - 1);
  return min(plan.tasksPerLevel, plan.maxSteps - count(run, ref, LEAVES) + 1);
}

/** Divides the next item that may be; when there is none, the plan. */
export function growOutline(run: Run, ref: u32): void {
  const backward = isBackward(run, ref);
  const levels = backward ? plannerOf(run, ref).depth : plannerOf(run, ref).levels;
  const cursor = count(run, ref, CURSOR);
  const room = roomForChildren(run, ref);
  // Items stand in the order of their levels. One task in place of another is no division.
  const over = cursor >= count(run, ref, ITEMS) || levelOf(itemAt(run, ref, cursor)) >= levels || room < (backward || !cursor ? 1 : 2);
  writeOutline(run, ref);
  if (over) return askForPlan(run, ref, outline, false);
  beginTurn(run, ref, room);
  setGap(Gap.Outline, outline.at, outline.length);
  const text = noteText(run, ref, FIRST_TEXT + cursor);
  setGap(Gap.Item, textBytes(run, text), textLength(run, text));
  if (hasGoal(run, ref)) setFlag(Gap.Goal);
  askForList(run, ref, backward ? Prompt.PlanBefore : Prompt.PlanSplit, backward && !hasGoal(run, ref));
}

/** The item at hand has its children. */
export function itemAnswered(run: Run, ref: u32, text: u32): void {
  const cursor = count(run, ref, CURSOR);
  const backward = isBackward(run, ref);
  const first = count(run, ref, ITEMS);
  let found = min(readList(run, text), roomForChildren(run, ref));
  if (found == 1 && cursor && !backward) found = 0;
  const item = itemAt(run, ref, cursor);
  for (let i: u32 = 0; i < found; i++) {
    const step = stepAt(listed, i);
    setNoteText(run, ref, FIRST_TEXT + first + i, newText(run, step.action, step.actionLength));
    setNoteNumber(run, ref, FIRST_NUMBER + first + i, ((<i64>(levelOf(item) + 1)) << 48) | cursor);
  }
  if (found) {
    setNoteNumber(run, ref, FIRST_NUMBER + cursor, item | ((<i64>first) << 16) | ((<i64>found) << 32));
    setNoteNumber(run, ref, ITEMS, first + found);
    setNoteNumber(run, ref, LEAVES, count(run, ref, LEAVES) + found - 1);
  }
  if (backward && !hasGoal(run, ref)) noteGoal(run, ref, text);
  setNoteNumber(run, ref, CURSOR, cursor + 1);
  growOutline(run, ref);
}

function hasGoal(run: Run, ref: u32): bool {
  return plannerOf(run, ref).goal.length != 0 || noteText(run, ref, Note.Goal) != 0;
}

/** Unless the definition gives the goal, the model names it with the first subgoals. */
function noteGoal(run: Run, ref: u32, text: u32): void {
  const root = extractJson(scratch, textBytes(run, text), textLength(run, text), 0x7b);
  const goal = root !== null ? memberNamed(root, "goal") : null;
  if (goal === null || goal.kind != JsonKind.String || !goal.length) return;
  setNoteText(run, ref, Note.Goal, newText(run, goal.at, goal.length));
  noteProblem(run, ref);
}

let steps: u32 = 0;

/** All items, steps numbered in the order in which they are done, in `outline`. */
function writeOutline(run: Run, ref: u32): void {
  outline.clear();
  steps = 0;
  if (isBackward(run, ref)) writeSubgoals(run, ref, 0);
  else writeTasks(run, ref, 0);
}

/** Those that come before, then the item; the levels are at most five. */
function writeSubgoals(run: Run, ref: u32, index: u32): void {
  const item = itemAt(run, ref, index);
  for (let i: u32 = 0; i < childrenOf(item); i++) writeSubgoals(run, ref, firstChildOf(item) + i);
  if (index) addNoteLine(run, ref, outline, ++steps, FIRST_TEXT + index);
}

/** Leaves with numbers, under those that they are parts of; the levels are at most ten. */
function writeTasks(run: Run, ref: u32, index: u32): void {
  const item = itemAt(run, ref, index);
  if (index) addNoteLine(run, ref, outline, childrenOf(item) ? 0 : ++steps, FIRST_TEXT + index);
  for (let i: u32 = 0; i < childrenOf(item); i++) writeTasks(run, ref, firstChildOf(item) + i);
}

/** Whether the numbers are such as this file writes, while it waits for an answer. */
export function outlineSound(run: Run, ref: u32): bool {
  const plan = plannerOf(run, ref);
  const backward = isBackward(run, ref);
  const most = backward ? plan.maxSteps + 1 : outlineTexts(plan);
  if (!isAtMost(run, ref, ITEMS, most) || !isAtMost(run, ref, LEAVES, plan.maxSteps)) return false;
  const items = count(run, ref, ITEMS);
  const cursor = count(run, ref, CURSOR);
  if (!items || !count(run, ref, LEAVES) || !isAtMost(run, ref, CURSOR, items - 1)) return false;
  // Each item's children stand behind those of the items before it, so that all together are a tree.
  let next: u32 = 1;
  let leaves: u32 = 0;
  for (let i: u32 = 0; i < items; i++) {
    const item = itemAt(run, ref, i);
    const children = childrenOf(item);
    if (item < 0 || levelOf(item) > DEEPEST || (children ? firstChildOf(item) != next || i >= cursor : firstChildOf(item))) return false;
    if (children == 1 && i && !backward) return false;
    for (let j: u32 = 0; j < children; j++, next++) {
      if (next >= items) return false;
      if (levelOf(itemAt(run, ref, next)) != levelOf(item) + 1 || (<u32>itemAt(run, ref, next) & 0xffff) != i) return false;
    }
    if (!children) leaves++;
  }
  return next == items && leaves == count(run, ref, LEAVES) && !levelOf(itemAt(run, ref, 0));
}
