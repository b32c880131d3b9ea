import { PlannerPlan } from "../definition/plan-planner";
import { noteNumber, noteText, setNoteNumber, setNoteText } from "../kernel/activation";
import { Run } from "../kernel/run";
import { newText, textBytes, textLength } from "../kernel/text";
import { scratch } from "../memory/scratch";
import { Gap, Prompt } from "../prompts/table";
import { setGap } from "../prompts/write";
import { askForList, askForPlan, askForScore, beginTurn } from "./ask";
import { listed, readList, readScore } from "./list";
import { addNoteLine, outline } from "./paths";
import { FIRST_TEXT, HALF, ONE, Phase, count, isAtMost, plannerOf } from "./state";
import { stepAt } from "./steps";

// tree_of_thought: of each kept branch the model names continuations, each is scored, the best are kept, level by level. A branch that the
// model does not go on with is complete, and stays in the race as it is. A single candidate has nothing to be compared with, and no score.
//
//   texts     kept branches, each its steps as lines | candidates, each one more step
//   numbers   level | kept | the one at hand, kept or candidate | candidates | of each kept one (score << 1 | complete) |
//             of each candidate (score << 8 | the branch it goes on with << 1 | complete)

const LEVEL: u32 = 0;
const KEPT: u32 = 1;
const CURSOR: u32 = 2;
const CANDIDATES: u32 = 3;
const FIRST_NUMBER: u32 = 4;

export function branchTexts(plan: PlannerPlan): u32 {
  return plan.beam + plan.beam * plan.branching;
}

export function branchNumbers(plan: PlannerPlan): u32 {
  return FIRST_NUMBER + branchTexts(plan);
}

export function beginBranches(run: Run, ref: u32): void {
  setNoteNumber(run, ref, KEPT, 1);
  setNoteNumber(run, ref, FIRST_NUMBER, HALF << 1);
  growBranches(run, ref);
}

function keptText(index: u32): u32 {
  return FIRST_TEXT + index;
}

function candidateText(run: Run, ref: u32, index: u32): u32 {
  return FIRST_TEXT + plannerOf(run, ref).beam + index;
}

function candidateNumber(run: Run, ref: u32, index: u32): u32 {
  return FIRST_NUMBER + plannerOf(run, ref).beam + index;
}

/** Goes on with the next branch; when all have gone on, their candidates are scored. */
export function growBranches(run: Run, ref: u32): void {
  const kept = count(run, ref, KEPT);
  for (let cursor = count(run, ref, CURSOR); cursor < kept; cursor++) {
    const branch = noteNumber(run, ref, FIRST_NUMBER + cursor);
    if (branch & 1) {
      addCandidate(run, ref, ((branch >> 1) << 8) | (cursor << 1) | 1, 0);
      continue;
    }
    setNoteNumber(run, ref, CURSOR, cursor);
    const path = noteText(run, ref, keptText(cursor));
    beginTurn(run, ref, plannerOf(run, ref).branching);
    setGap(Gap.Path, textBytes(run, path), textLength(run, path));
    return askForList(run, ref, Prompt.PlanBranch, false);
  }
  setNoteNumber(run, ref, CURSOR, 0);
  scoreCandidates(run, ref);
}

/** Takes over the hold on `text`. */
function addCandidate(run: Run, ref: u32, candidate: i64, text: u32): void {
  const index = count(run, ref, CANDIDATES);
  setNoteNumber(run, ref, candidateNumber(run, ref, index), candidate);
  setNoteText(run, ref, candidateText(run, ref, index), text);
  setNoteNumber(run, ref, CANDIDATES, index + 1);
}

/** The branch at hand has its continuations. */
export function branchAnswered(run: Run, ref: u32, text: u32): void {
  const cursor = count(run, ref, CURSOR);
  const found = min(readList(run, text), plannerOf(run, ref).branching);
  for (let i: u32 = 0; i < found; i++) {
    const step = stepAt(listed, i);
    addCandidate(run, ref, (HALF << 8) | (cursor << 1), newText(run, step.action, step.actionLength));
  }
  if (!found) addCandidate(run, ref, ((noteNumber(run, ref, FIRST_NUMBER + cursor) >> 1) << 8) | (cursor << 1) | 1, 0);
  setNoteNumber(run, ref, CURSOR, cursor + 1);
  growBranches(run, ref);
}

function scoreCandidates(run: Run, ref: u32): void {
  const candidates = count(run, ref, CANDIDATES);
  for (let cursor = count(run, ref, CURSOR); candidates > 1 && cursor < candidates; cursor++) {
    if (noteNumber(run, ref, candidateNumber(run, ref, cursor)) & 1) continue;
    setNoteNumber(run, ref, CURSOR, cursor);
    writePath(run, ref, cursor);
    return askForScore(run, ref, outline);
  }
  keepBest(run, ref);
}

/** A candidate with all that comes before it, in `outline`. */
function writePath(run: Run, ref: u32, index: u32): void {
  const candidate = noteNumber(run, ref, candidateNumber(run, ref, index));
  outline.clear();
  addNoteLine(run, ref, outline, 0, keptText(branchOf(candidate)));
  if (!(candidate & 1)) addNoteLine(run, ref, outline, count(run, ref, LEVEL) + 1, candidateText(run, ref, index));
}

function branchOf(candidate: i64): u32 {
  return <u32>(candidate >> 1) & 0x7f;
}

/** The candidate at hand has its score. */
export function branchJudged(run: Run, ref: u32, text: u32): void {
  const cursor = count(run, ref, CURSOR);
  const place = candidateNumber(run, ref, cursor);
  setNoteNumber(run, ref, place, (readScore(run, text) << 8) | (noteNumber(run, ref, place) & 0xff));
  setNoteNumber(run, ref, CURSOR, cursor + 1);
  scoreCandidates(run, ref);
}

/** The best candidates are the branches of the next level; of equals those named first. */
function keepBest(run: Run, ref: u32): void {
  scratch.free();
  const plan = plannerOf(run, ref);
  const candidates = count(run, ref, CANDIDATES);
  const kept = min(candidates, plan.beam);
  const taken = scratch.allocate(candidates);
  const texts = scratch.allocate(kept << 2);
  let open = false;
  for (let i: u32 = 0; i < kept; i++) {
    const best = bestOf(run, ref, candidates, taken);
    store<u8>(taken + best, 1);
    const candidate = noteNumber(run, ref, candidateNumber(run, ref, best));
    if (!(candidate & 1)) open = true;
    writePath(run, ref, best);
    store<u32>(texts + (i << 2), newText(run, outline.at, outline.length));
    setNoteNumber(run, ref, FIRST_NUMBER + i, ((candidate >> 8) << 1) | (candidate & 1));
  }
  for (let i: u32 = 0; i < kept; i++) setNoteText(run, ref, keptText(i), load<u32>(texts + (i << 2)));
  for (let i: u32 = 0; i < candidates; i++) setNoteText(run, ref, candidateText(run, ref, i), 0);
  const level = count(run, ref, LEVEL) + 1;
  setNoteNumber(run, ref, LEVEL, level);
  setNoteNumber(run, ref, KEPT, kept);
  setNoteNumber(run, ref, CANDIDATES, 0);
  setNoteNumber(run, ref, CURSOR, 0);
  if (open && level < plan.maxDepth) return growBranches(run, ref);
  outline.clear();
  addNoteLine(run, ref, outline, 0, keptText(0));
  askForPlan(run, ref, outline, false);
}

function bestOf(run: Run, ref: u32, candidates: u32, taken: usize): u32 {
  let best: u32 = 0;
  let score: i64 = -1;
  for (let i: u32 = 0; i < candidates; i++) {
    const its = noteNumber(run, ref, candidateNumber(run, ref, i)) >> 8;
    if (load<u8>(taken + i) || its <= score) continue;
    best = i;
    score = its;
  }
  return best;
}

/** Whether the numbers are such as this file writes, while the answer to `phase` is awaited. */
export function branchesSound(run: Run, ref: u32, phase: Phase): bool {
  const plan = plannerOf(run, ref);
  if (!isAtMost(run, ref, LEVEL, plan.maxDepth) || !isAtMost(run, ref, KEPT, plan.beam) || !isAtMost(run, ref, CURSOR, plan.beam * plan.branching))
    return false;
  const kept = count(run, ref, KEPT);
  const cursor = count(run, ref, CURSOR);
  const grows = phase == Phase.Grow;
  // Each branch before the one at hand has added its candidates; no other adds more.
  if (!isAtMost(run, ref, CANDIDATES, (grows ? cursor : kept) * plan.branching)) return false;
  const candidates = count(run, ref, CANDIDATES);
  if (cursor >= (grows ? kept : candidates)) return false;
  for (let i: u32 = 0; i < kept; i++) if (!isAtMost(run, ref, FIRST_NUMBER + i, ((<u32>ONE) << 1) | 1)) return false;
  for (let i: u32 = 0; i < candidates; i++) {
    const candidate = noteNumber(run, ref, candidateNumber(run, ref, i));
    if (candidate < 0 || candidate >> 8 > ONE || branchOf(candidate) >= kept) return false;
  }
  return true;
}
