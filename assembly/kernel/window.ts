import { WindowPlan, agentPlanAt } from "../definition/plan";
import { modelPlanAt } from "../definition/plan-models";
import { ContextStrategy } from "../definition/table";
import { termAt } from "../flow/term";
import { Scored, scoreDocuments } from "../join/bm25";
import { Arena, newArena } from "../memory/arena";
import { scratch } from "../memory/scratch";
import { sortAddresses } from "../memory/sort";
import { Level, PartRole } from "../protocol/types";
import { Encoding } from "../tokens/models";
import { Activation, Guide, activationAt } from "./activation";
import { modelOf } from "./amend";
import { Trust, countRequest, encodingAt, firstShown, isOpenAis, partTokens } from "./counts";
import { Effect } from "./effect";
import { emitNotice, isOwn, isShown, words } from "./emit";
import { Run } from "./run";
import { textBytes, textLength } from "./text";
import { forgetTold, partAt, transcriptAt } from "./transcript";

// A request fits into its window by construction: before each attempt what is too much is hidden from it, in whole turns, so that no call is parted
// from its result. The transcript keeps all of it.
//
//   turn:  all that one speaker says in a row; of the agent itself one answer, with the results of its calls
//
// What the user said last and the last turn of all always stay. When something has to go, a quarter of the window goes with it, so that the requests
// that follow begin as this one does, which is what providers' caches want.

/** Of a part: hidden, and hidden for good from whoever is shown the summary. */
export const SUMMED_UP: u8 = 3;
const HIDDEN: u8 = 1;

@unmanaged
export class Turn extends Scored {
  first: u32;
  tokens: u32;
  hidden: u8;
  /** Said to the agent, by whomever. */
  heard: u8;
  /** It stays, whatever else goes. */
  stays: u8;
  place: u32;
}

const turns: Arena = newArena();
let list: usize = 0;
let turnCount: u32 = 0;
let lastUser: u32 = 0;
/** Of the request, as it would be now, and how many turns it lacks. */
let total: u64 = 0;
let hidden: u32 = 0;

/** Tokens of an answer where nothing bounds it, as far as there is room. */
export const ANSWER: u32 = 4096;

/** What a window is managed by: the term's, else the agent's; or null. */
export function windowOf(run: Run, activation: Activation): WindowPlan | null {
  if (activation.node) {
    const own = termAt(run.plan.flow, activation.term - 1).window;
    if (changetype<usize>(own)) return own;
  }
  const window = agentPlanAt(run.plan, activation.agent).window;
  return changetype<usize>(window) ? window : null;
}

/** Tokens of a request to that provider and its answer; 0: nothing is known. */
function windowTokens(run: Run, activation: Activation, provider: u32): u32 {
  const window = windowOf(run, activation);
  const own: u32 = window === null ? 0 : window.tokens;
  if (modelOf(run, activation.agent)) return own;
  const models = modelPlanAt(agentPlanAt(run.plan, activation.agent), provider).maxInput;
  return own && models ? min(own, models) : own || models;
}

/** Tokens that a request may have at most, so that the answer has room; 0: nothing is known. */
export function requestLimit(run: Run, activation: Activation, provider: u32): u32 {
  const tokens = windowTokens(run, activation, provider);
  if (!tokens) return 0;
  // What bounds the answer is kept free, but no more than half.
  const answer = agentPlanAt(run.plan, activation.agent).maxTokens || min(ANSWER, tokens >> 2);
  return tokens - min(answer, tokens >> 1);
}

/** The transcript is shown to the activation's agent from now on: what was hidden from another one, or is told, is so no more. */
export function beginReading(run: Run, activation: Activation): void {
  const transcript = transcriptAt(run, activation.transcript);
  if (transcript.reader == activation.agent + 1) return;
  forgetTold(transcript);
  transcript.basis = 0;
  transcript.reader = activation.agent + 1;
  const sumsUp = doesSumUp(run, activation);
  for (let ref = transcript.head; ref; ref = partAt(run, ref).next)
    partAt(run, ref).hidden = partAt(run, ref).hidden < SUMMED_UP - 1 ? 0 : sumsUp ? SUMMED_UP : SUMMED_UP - HIDDEN;
}

function doesSumUp(run: Run, activation: Activation): bool {
  const window = windowOf(run, activation);
  return window !== null && window.strategy == <u8>ContextStrategy.Summarise && activation.guide != <u8>Guide.Verifying;
}

/** What the activation is shown in place of turns that were summed up: a text, or 0. */
export function shownSummary(run: Run, activation: Activation): u32 {
  const summary = transcriptAt(run, activation.transcript).summary;
  return summary && !activation.view && doesSumUp(run, activation) ? summary : 0;
}

/** Whether turns are to be summed up before the next request; if so, they are laid out. */
export function wantsSummary(run: Run, ref: u32): bool {
  const activation = activationAt(run, ref);
  const limit = requestLimit(run, activation, 0);
  if (!doesSumUp(run, activation) || !limit || countRequest(run, ref, 0, Trust.Likely) <= limit) return false;
  layTurns(run, activation, encodingAt(agentPlanAt(run.plan, activation.agent), 0));
  return countOlder(run, activation) != 0;
}

/** How many of the turns that are laid out are older than those that are to stay. */
export function countOlder(run: Run, activation: Activation): u32 {
  const window = windowOf(run, activation);
  const kept: u32 = window === null ? 0 : window.keep;
  return turnCount > kept ? turnCount - kept : 0;
}

/** Whether it matters what exactly the next request comes to: by what is known, it may not fit. */
export function mustCount(run: Run, ref: u32): bool {
  const activation = activationAt(run, ref);
  beginReading(run, activation);
  const limit = requestLimit(run, activation, 0);
  // What can be counted is counted where it is not certain that it fits; of the rest, what is likely must do.
  const trust = isOpenAis(encodingAt(agentPlanAt(run.plan, activation.agent), 0)) ? Trust.Certain : Trust.Likely;
  return limit != 0 && countRequest(run, ref, 0, trust) > limit;
}

/** Hides what is too much for the effect's request; false: it cannot fit, and `words` says by how much. */
export function fitRequest(run: Run, effect: Effect): bool {
  const activation = activationAt(run, effect.activation);
  beginReading(run, activation);
  const limit = requestLimit(run, activation, effect.provider);
  if (!limit) return true;
  if (!fitInto(run, effect.activation, effect.provider, limit)) return false;
  const window = windowTokens(run, activation, effect.provider);
  const most = countRequest(run, effect.activation, effect.provider, Trust.Certain);
  effect.room = max(window - min<u32>(most <= limit ? most : <u32>total, window), window - limit);
  return true;
}

/** Leaves a quarter out of a request that its provider found too long; false: there is nothing to leave out, or that was done before. */
export function squeeze(run: Run, effect: Effect): bool {
  if (effect.squeezed) return false;
  effect.squeezed = 1;
  const tokens = countRequest(run, effect.activation, effect.provider, Trust.Likely);
  hidden = 0;
  fitInto(run, effect.activation, effect.provider, tokens - (tokens >> 2));
  return hidden != 0;
}

/** The same for a limit that is given. */
function fitInto(run: Run, ref: u32, provider: u32, limit: u32): bool {
  const activation = activationAt(run, ref);
  total = countRequest(run, ref, provider, Trust.Likely);
  if (total <= limit) return true;
  const before = total;
  layTurns(run, activation, encodingAt(agentPlanAt(run.plan, activation.agent), provider));
  const window = windowOf(run, activation);
  const strategy = window === null ? ContextStrategy.DropOldest : <ContextStrategy>window.strategy;
  const target = limit - (limit >> 2);
  const older = countOlder(run, activation);
  if (strategy == ContextStrategy.KeepLast) hideOldest(run, older, 0);
  else if (strategy == ContextStrategy.Relevance) hideUnlike(run, older, target);
  if (total > limit) hideOldest(run, turnCount, target);
  else if (hidden) hideOldest(run, 0, 0);
  if (hidden) {
    forgetTold(transcriptAt(run, activation.transcript));
    words.clear().integer(hidden).ascii(" of ").integer(turnCount).ascii(" turns left out: about ");
    words.integer(total).ascii(" tokens instead of ").integer(before).ascii(", of at most ").integer(limit);
    emitNotice(run, activation.agent, Level.Info, "context-compacted");
  }
  // What has only been estimated is not refused for the margin of the estimate.
  if (total <= limit || countRequest(run, ref, provider, Trust.Estimated) <= limit) return true;
  describeTooLarge(total, limit);
  return false;
}

function describeTooLarge(tokens: u64, limit: u32): void {
  words.clear().ascii("its context window has room for ").integer(limit).ascii(" tokens, and what cannot be left out is ").integer(tokens);
}

export function turnAt(index: u32): Turn {
  return load<Turn>(list + (index << 2));
}

/** The turns that the agent is shown. */
export function layTurns(run: Run, activation: Activation, encoding: Encoding): void {
  turns.free();
  const transcript = transcriptAt(run, activation.transcript);
  list = turns.allocate(transcript.count << 2);
  turnCount = 0;
  lastUser = 0;
  hidden = 0;
  let turn = changetype<Turn>(0);
  let before: u32 = 0;
  for (let ref = firstShown(run, activation); ref; ref = partAt(run, ref).next) {
    const part = partAt(run, ref);
    if (!isShown(part, activation.agent)) continue;
    const own = isOwn(part, activation.agent);
    const former = before ? partAt(run, before) : part;
    const follows = before && part.author == former.author && (!own || part.role == former.role || part.role == <u8>PartRole.Tool);
    if (!follows) {
      turn = changetype<Turn>(turns.allocate(offsetof<Turn>()));
      turn.first = ref;
      turn.heard = !own || part.role == <u8>PartRole.User ? 1 : 0;
      if (turn.heard && !part.author) lastUser = turnCount;
      store<usize>(list + (turnCount++ << 2), changetype<usize>(turn));
    }
    turn.tokens += partTokens(run, part, activation, encoding, Trust.Likely);
    before = ref;
  }
  if (!turnCount) return;
  turnAt(lastUser).stays = 1;
  turnAt(turnCount - 1).stays = 1;
}

/** From the oldest on: the first so many, or fewer if no more than `target` are left. What is left does not begin with an answer. */
function hideOldest(run: Run, count: u32, target: u32): void {
  for (let i: u32 = 0; i < turnCount; i++) {
    const turn = turnAt(i);
    if (turn.hidden) continue;
    if ((i >= count || total <= target) && (turn.heard || i > lastUser)) return;
    hide(run, i);
  }
}

function hide(run: Run, index: u32): void {
  const turn = turnAt(index);
  if (turn.stays || turn.hidden) return;
  turn.hidden = 1;
  hidden++;
  total -= turn.tokens;
  const end = firstOf(index + 1);
  for (let ref = turn.first; ref != end; ref = partAt(run, ref).next) partAt(run, ref).hidden |= HIDDEN;
}

/** The first part of a turn; 0 behind the last one. */
export function firstOf(index: u32): u32 {
  return index < turnCount ? turnAt(index).first : 0;
}

/** Of the first so many those least like what the user said last, until no more than `target` are left. Answers go with what they answer. */
function hideUnlike(run: Run, count: u32, target: u32): void {
  const query = turnAt(lastUser);
  gatherText(run, query, firstOf(lastUser + 1));
  const text = query.text;
  const length = query.length;
  let scored = turns.allocate(count << 2);
  let found: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const turn = turnAt(i);
    if (i && !turn.heard) continue;
    turn.place = i;
    gatherText(run, turn, firstOf(nextHeard(i)));
    store<usize>(scored + (found++ << 2), changetype<usize>(turn));
  }
  scratch.free();
  scoreDocuments(scored, found, text, length);
  scored = sortAddresses(turns, scored, found, byScore);
  for (let i: u32 = 0; i < found && total > target; i++) {
    const place = load<Turn>(scored + (i << 2)).place;
    const end = min(nextHeard(place), count);
    for (let k = place; k < end; k++) hide(run, k);
  }
}

function byScore(a: usize, b: usize): i32 {
  const difference = changetype<Turn>(a).score - changetype<Turn>(b).score;
  return difference < 0 ? -1 : <i32>(difference > 0);
}

function nextHeard(index: u32): u32 {
  do index++;
  while (index < turnCount && !turnAt(index).heard);
  return index;
}

/** All texts of the parts before `end`, as what a turn is scored by. */
function gatherText(run: Run, turn: Turn, end: u32): void {
  words.clear();
  for (let ref = turn.first; ref != end; ref = partAt(run, ref).next) {
    const part = partAt(run, ref);
    words.byte(0x20).bytes(textBytes(run, part.text), textLength(run, part.text));
  }
  turn.text = turns.copy(words.at, words.length);
  turn.length = words.length;
}
