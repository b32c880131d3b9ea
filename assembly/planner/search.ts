import { PlannerPlan } from "../definition/plan-planner";
import { activationAt, noteNumber, setNoteNumber, setNoteText } from "../kernel/activation";
import { Run } from "../kernel/run";
import { newText, textBytes, textLength } from "../kernel/text";
import { scratch } from "../memory/scratch";
import { Gap, Prompt } from "../prompts/table";
import { setGap } from "../prompts/write";
import { hashBytes } from "../text/hash";
import { mix } from "../text/mix";
import { askForList, askForPlan, askForScore, beginTurn } from "./ask";
import { listed, readList, readScore } from "./list";
import { addNoteLine, outline } from "./paths";
import { FIRST_TEXT, ONE, Phase, count, isAtMost, plannerOf } from "./state";
import { stepAt } from "./steps";
import { ucb } from "./ucb";

// monte_carlo: each round goes down a tree of steps, always to the child with the highest UCB1, to one that has no visit yet, or to a leaf, which
// the model is asked to grow; it asks the model how good the path to there is, and adds that to all nodes on it. The plan is the path of most visits.
//
//   texts     of each node its step; none of the root, node 0
//   numbers   nodes | the one at hand | rounds that are over |
//             of each node (parent | its first child << 16 | how many << 32 | nothing comes after it << 34), (visits | sum of scores << 16)

const NODES: u32 = 0;
const CURSOR: u32 = 1;
const ROUNDS: u32 = 2;
const FIRST_NUMBER: u32 = 3;

/** Ways to go on that a node has at most. */
const CHILDREN: u32 = 3;
const ENDS: i64 = 1 << 34;

function nodesOf(simulations: u32): u32 {
  return 1 + simulations * CHILDREN;
}

export function searchTexts(plan: PlannerPlan): u32 {
  return nodesOf(plan.simulations);
}

export function searchNumbers(plan: PlannerPlan): u32 {
  return FIRST_NUMBER + 2 * nodesOf(plan.simulations);
}

export function beginSearch(run: Run, ref: u32): void {
  setNoteNumber(run, ref, NODES, 1);
  nextRound(run, ref);
}

function linksOf(run: Run, ref: u32, node: u32): i64 {
  return noteNumber(run, ref, FIRST_NUMBER + (node << 1));
}

function tallyOf(run: Run, ref: u32, node: u32): i64 {
  return noteNumber(run, ref, FIRST_NUMBER + (node << 1) + 1);
}

function parentOf(links: i64): u32 {
  return <u32>links & 0xffff;
}

function firstChildOf(links: i64): u32 {
  return <u32>(links >> 16) & 0xffff;
}

function childrenOf(links: i64): u32 {
  return <u32>(links >> 32) & 3;
}

function visitsOf(tally: i64): u32 {
  return <u32>tally & 0xffff;
}

/** One round, as far as it goes without an answer; after the last one the plan. */
export function nextRound(run: Run, ref: u32): void {
  const plan = plannerOf(run, ref);
  if (count(run, ref, ROUNDS) >= plan.simulations) return followVisits(run, ref);
  let node: u32 = 0;
  let depth: u32 = 0;
  let links = linksOf(run, ref, 0);
  while (childrenOf(links)) {
    depth++;
    const child = unvisitedChild(run, ref, links);
    if (child) return judge(run, ref, child);
    node = bestChild(run, ref, node, links, plan.exploration);
    links = linksOf(run, ref, node);
  }
  setNoteNumber(run, ref, CURSOR, node);
  if (links & ENDS || depth >= plan.maxDepth) {
    if (node) judge(run, ref, node);
    else followVisits(run, ref);
    return;
  }
  beginTurn(run, ref, CHILDREN);
  writePath(run, ref, node);
  setGap(Gap.Path, outline.at, outline.length);
  askForList(run, ref, Prompt.PlanBranch, false);
}

/** Of the children without a visit one, drawn; 0: all have been visited. */
function unvisitedChild(run: Run, ref: u32, links: i64): u32 {
  const first = firstChildOf(links);
  const end = first + childrenOf(links);
  let fresh: u32 = 0;
  for (let child = first; child < end; child++) if (!visitsOf(tallyOf(run, ref, child))) fresh++;
  if (!fresh) return 0;
  let left = <u32>(draw(run, ref) % fresh);
  for (let child = first; child < end; child++) if (!visitsOf(tallyOf(run, ref, child)) && !left--) return child;
  return 0;
}

/** A number of this round, from the run's seed and from who plans what: not from when it does. */
function draw(run: Run, ref: u32): u64 {
  const activation = activationAt(run, ref);
  const place = hashBytes(((<u64>activation.term) << 32) | activation.agent, textBytes(run, activation.input), textLength(run, activation.input));
  return mix(run.seed ^ mix(place + noteNumber(run, ref, ROUNDS)));
}

/** Of equals the one named first. */
function bestChild(run: Run, ref: u32, node: u32, links: i64, exploration: i64): u32 {
  const first = firstChildOf(links);
  const visits = visitsOf(tallyOf(run, ref, node));
  let best = first;
  let most: i64 = -1;
  for (let i: u32 = 0; i < childrenOf(links); i++) {
    const tally = tallyOf(run, ref, first + i);
    const score = ucb(tally >> 16, visitsOf(tally), visits, exploration);
    if (score <= most) continue;
    best = first + i;
    most = score;
  }
  return best;
}

/** The steps from the root to a node, in `outline`. */
function writePath(run: Run, ref: u32, node: u32): void {
  let depth: u32 = 0;
  for (let each = node; each; each = parentOf(linksOf(run, ref, each))) depth++;
  scratch.free();
  const path = scratch.allocate(depth << 2);
  let place = depth;
  for (let each = node; each; each = parentOf(linksOf(run, ref, each))) store<u32>(path + (--place << 2), each);
  outline.clear();
  for (; place < depth; place++) addNoteLine(run, ref, outline, place + 1, FIRST_TEXT + load<u32>(path + (place << 2)));
}

function judge(run: Run, ref: u32, node: u32): void {
  setNoteNumber(run, ref, CURSOR, node);
  writePath(run, ref, node);
  askForScore(run, ref, outline);
}

/** The node at hand has its children: one of them is judged; without any, it is. */
export function nodeAnswered(run: Run, ref: u32, text: u32): void {
  const node = count(run, ref, CURSOR);
  const first = count(run, ref, NODES);
  const found = min(readList(run, text), CHILDREN);
  for (let i: u32 = 0; i < found; i++) {
    const step = stepAt(listed, i);
    setNoteNumber(run, ref, FIRST_NUMBER + ((first + i) << 1), node);
    setNoteText(run, ref, FIRST_TEXT + first + i, newText(run, step.action, step.actionLength));
  }
  const links = linksOf(run, ref, node) | (found ? ((<i64>first) << 16) | ((<i64>found) << 32) : ENDS);
  setNoteNumber(run, ref, FIRST_NUMBER + (node << 1), links);
  setNoteNumber(run, ref, NODES, first + found);
  if (found) judge(run, ref, unvisitedChild(run, ref, links));
  else nextRound(run, ref);
}

/** The path to the node at hand has its score: all nodes on it get it. */
export function nodeJudged(run: Run, ref: u32, text: u32): void {
  const score = readScore(run, text);
  let node = count(run, ref, CURSOR);
  for (;;) {
    setNoteNumber(run, ref, FIRST_NUMBER + (node << 1) + 1, tallyOf(run, ref, node) + (score << 16) + 1);
    if (!node) break;
    node = parentOf(linksOf(run, ref, node));
  }
  setNoteNumber(run, ref, ROUNDS, count(run, ref, ROUNDS) + 1);
  nextRound(run, ref);
}

/** The plan's outline goes from the root to the child of most visits, then of the highest score, as long as there is one that was visited. */
function followVisits(run: Run, ref: u32): void {
  let node: u32 = 0;
  for (;;) {
    const links = linksOf(run, ref, node);
    let next: u32 = 0;
    let most: i64 = 0;
    for (let i: u32 = 0; i < childrenOf(links); i++) {
      const tally = tallyOf(run, ref, firstChildOf(links) + i);
      const rank = ((<i64>visitsOf(tally)) << 44) | (tally >> 16);
      if (!visitsOf(tally) || rank <= most) continue;
      next = firstChildOf(links) + i;
      most = rank;
    }
    if (!next) break;
    node = next;
  }
  writePath(run, ref, node);
  askForPlan(run, ref, outline, false);
}

/** Whether the numbers are such as this file writes, while the answer to `phase` is awaited. */
export function searchSound(run: Run, ref: u32, phase: Phase): bool {
  const simulations = plannerOf(run, ref).simulations;
  if (!isAtMost(run, ref, ROUNDS, simulations - 1)) return false;
  // This round has made its nodes if the judgement is awaited.
  const rounds = count(run, ref, ROUNDS) + (phase == Phase.Judge ? 1 : 0);
  if (!isAtMost(run, ref, NODES, nodesOf(rounds))) return false;
  const nodes = count(run, ref, NODES);
  if (!nodes || !isAtMost(run, ref, CURSOR, nodes - 1)) return false;
  // Each node's children stand behind it, know it, and have been visited no more often than it has.
  for (let i: u32 = 0; i < nodes; i++) {
    const links = linksOf(run, ref, i);
    const tally = tallyOf(run, ref, i);
    if (links < 0 || links >> 35 || tally < 0 || tally >> 16 > <i64>simulations * ONE || (i && parentOf(links) >= i)) return false;
    const first = firstChildOf(links);
    const children = childrenOf(links);
    if (children ? first <= i || first + children > nodes || links & ENDS : first) return false;
    for (let child = first; child < first + children; child++) {
      if (parentOf(linksOf(run, ref, child)) != i || visitsOf(tallyOf(run, ref, child)) > visitsOf(tally)) return false;
    }
  }
  return phase == Phase.Judge || !(linksOf(run, ref, count(run, ref, CURSOR)) >> 16);
}
