import { AgentPlan, agentPlanAt } from "../definition/plan";
import { Effect as EffectClass } from "../definition/table";
import { AMENDED_RESULT_SIZE, AMENDMENT_SIZE, AmendedResult, Amendment as AmendmentRecord, FailureKind } from "../protocol/types";
import { Arena, newArena } from "../memory/arena";
import { AmendEvent } from "../protocol/events";
import { hashBytes } from "../text/hash";
import { sameBytes } from "../text/slice";
import { askGate, rejoinGate } from "../commons/gates";
import { effectFailed } from "./apply";
import { tellApproval } from "./approval";
import { askAnew, toolOf } from "./attempt";
import { claim, claimText } from "./claims";
import { Effect, EffectKind, EffectState, effectAt, findEffect, listedEffect, openEffects } from "./effect";
import { words } from "./emit";
import { renewTimeouts, startAgain } from "./renew";
import { Run, RunFlag, RunState, at } from "./run";
import { settleEffect } from "./settle";
import { dropText, newText, textBytes, textLength } from "./text";

// What a run does otherwise than its definition says: prompts and models of agents, kept with the run. A run that was forked has them from
// its amend event, which stands in its journal.

/** One agent's. */
@unmanaged
export class Amendment {
  next: u32;
  agent: u32;
  hasPrompt: u32;
  prompt: u32; // text
  model: u32; // text, or 0: its own providers
}

const AMENDED_SIZE: u32 = 24;

function amendmentAt(run: Run, ref: u32): Amendment {
  return changetype<Amendment>(at(run, ref));
}

function findAmendment(run: Run, agent: u32): u32 {
  let ref = run.amendments;
  while (ref && amendmentAt(run, ref).agent != agent) ref = amendmentAt(run, ref).next;
  return ref;
}

/** An agent's prompt in this run. */
export function promptOf(run: Run, agent: u32): usize {
  const ref = findAmendment(run, agent);
  return ref && amendmentAt(run, ref).hasPrompt ? textBytes(run, amendmentAt(run, ref).prompt) : agentPlanAt(run.plan, agent).prompt;
}

export function promptLengthOf(run: Run, agent: u32): u32 {
  const ref = findAmendment(run, agent);
  return ref && amendmentAt(run, ref).hasPrompt ? textLength(run, amendmentAt(run, ref).prompt) : agentPlanAt(run.plan, agent).promptLength;
}

/** The model that an agent asks in place of its providers (text), or 0. */
export function modelOf(run: Run, agent: u32): u32 {
  const ref = findAmendment(run, agent);
  return ref ? amendmentAt(run, ref).model : 0;
}

/** Whether the event's agents and effects are there; if not, `words` says which is not. */
export function mayAmend(run: Run, event: AmendEvent): bool {
  const from = changetype<usize>(event);
  for (let i: u32 = 0; i < event.amendmentsCount; i++) {
    const change = changetype<AmendmentRecord>(from + event.amendmentsAt + i * AMENDMENT_SIZE);
    const name = from + change.agentAt;
    const agent = findAgent(run, name, change.agentLength);
    if (agent < run.plan.agentCount && agentPlanAt(run.plan, agent).hasModel) continue;
    words.clear().ascii("there is no agent ").json(name, change.agentLength).ascii(" that asks a model");
    return false;
  }
  for (let i: u32 = 0; i < event.resultsCount; i++) {
    const result = changetype<AmendedResult>(from + event.resultsAt + i * AMENDED_RESULT_SIZE);
    if (isUnderWay(run, result.effect)) continue;
    words.clear().ascii("effect ").integer(result.effect).ascii(" is not under way after step ").integer(run.steps);
    return false;
  }
  return true;
}

function findAgent(run: Run, name: usize, length: u32): u32 {
  const plan = run.plan;
  for (let i: u32 = 0; i < plan.agentCount; i++) {
    const agent: AgentPlan = agentPlanAt(plan, i);
    if (!agent.hidden && sameBytes(agent.name, agent.nameLength, name, length)) return i;
  }
  return plan.agentCount;
}

/** Whether the host was asked for it, nothing has come, and a text can say what comes. */
function isUnderWay(run: Run, ordinal: u32): bool {
  const ref = findEffect(run, ordinal);
  if (!ref || effectAt(run, ref).state != EffectState.Dispatched) return false;
  return effectAt(run, ref).kind < <u8>EffectKind.Index;
}

/** What the event does: the changes first, so that what is asked again is asked with them. */
export function amend(run: Run, event: AmendEvent): void {
  const from = changetype<usize>(event);
  const forked = event.idLength != 0;
  if (forked) {
    dropText(run, run.id);
    run.id = newText(run, from + event.idAt, event.idLength);
    run.spanBase = hashBytes(0, from + event.idAt, event.idLength);
  }
  if (event.hasSeed) run.seed = event.seed;
  for (let i: u32 = 0; i < event.amendmentsCount; i++) change(run, from, changetype<AmendmentRecord>(from + event.amendmentsAt + i * AMENDMENT_SIZE));
  if (forked) noteUnderWay(run);
  for (let i: u32 = 0; i < event.resultsCount; i++) {
    const result = changetype<AmendedResult>(from + event.resultsAt + i * AMENDED_RESULT_SIZE);
    if (<RunState>run.state < RunState.Closing && isUnderWay(run, result.effect))
      settleEffect(run, findEffect(run, result.effect), from + result.textAt, result.textLength, result.isError != 0);
  }
  if (forked) askAgain(run);
}

function change(run: Run, from: usize, change: AmendmentRecord): void {
  const agent = findAgent(run, from + change.agentAt, change.agentLength);
  if (agent == run.plan.agentCount) return;
  let ref = findAmendment(run, agent);
  if (!ref) {
    ref = run.allocate(AMENDED_SIZE);
    amendmentAt(run, ref).agent = agent;
    amendmentAt(run, ref).next = run.amendments;
    run.amendments = ref;
  }
  if (change.hasPrompt) {
    dropText(run, amendmentAt(run, ref).prompt);
    amendmentAt(run, ref).prompt = newText(run, from + change.promptAt, change.promptLength);
    amendmentAt(run, ref).hasPrompt = 1;
  }
  if (!change.modelLength) return;
  dropText(run, amendmentAt(run, ref).model);
  amendmentAt(run, ref).model = newText(run, from + change.modelAt, change.modelLength);
}

/** An effect as it was when the run became another one. */
@unmanaged
class UnderWay {
  effect: Effect;
  ordinal: u32;
  attempt: u32;
  state: u32;
}

const UNDER_WAY_SIZE: u32 = 16;
const noted: Arena = newArena();
let underWay: usize = 0;
let underWayCount: u32 = 0;

/** Notes what the other run had asked for, in the order of asking: what comes of the results is asked for by this one. */
function noteUnderWay(run: Run): void {
  renewTimeouts(run);
  noted.free();
  const list = openEffects(run);
  underWayCount = run.outstanding;
  underWay = noted.allocate(underWayCount * UNDER_WAY_SIZE);
  for (let i: u32 = 0; i < underWayCount; i++) {
    const effect = listedEffect(list, i);
    const note = underWayAt(i);
    note.effect = effect;
    note.ordinal = effect.ordinal;
    note.attempt = effect.attempt;
    note.state = effect.state;
    // Before anything becomes of it: whoever leaves a gate has been counted there.
    if (effect.held && !run.has(RunFlag.Replaying)) rejoinGate(run, effect);
  }
}

function underWayAt(index: u32): UnderWay {
  return changetype<UnderWay>(underWay + index * UNDER_WAY_SIZE);
}

/** The effect, if it still is what it was; its memory may be another one's by now. */
function isAsItWas(note: UnderWay): bool {
  const effect = note.effect;
  return effect.ordinal == note.ordinal && effect.attempt == note.attempt && effect.state == note.state;
}

/**
 * Whoever was asked for the effects that are noted was asked in another run: they are asked in this one, but for tools that may run only
 * once, of which nobody knows how far they came.
 */
function askAgain(run: Run): void {
  for (let i: u32 = 0; i < underWayCount; i++) {
    if (!isAsItWas(underWayAt(i))) continue;
    const effect = underWayAt(i).effect;
    if (effect.state == EffectState.Queued) askGate(run, effect);
    else if (effect.state == EffectState.Asking) tellApproval(run, effect);
    if (effect.state != EffectState.Dispatched || isOnce(run, effect)) continue;
    askAnew(run, effect);
  }
  // What becomes of these may ask for more.
  for (let i: u32 = 0; i < underWayCount; i++) {
    const effect = underWayAt(i).effect;
    if (!isAsItWas(underWayAt(i)) || effect.state != EffectState.Dispatched || !isOnce(run, effect)) continue;
    words.clear();
    effectFailed(run, findEffect(run, effect.ordinal), FailureKind.Aborted, 0, false);
  }
  startAgain(run);
}

function isOnce(run: Run, effect: Effect): bool {
  return effect.kind == EffectKind.Tool && toolOf(run, effect).effectClass == EffectClass.Once;
}

/** Of a run from a file. */
export function verifyAmendments(run: Run): bool {
  for (let ref = run.amendments; ref; ref = amendmentAt(run, ref).next) {
    if (!claim(run, ref, AMENDED_SIZE)) return false;
    const amendment = amendmentAt(run, ref);
    if (amendment.agent >= run.agentCount || !claimText(run, amendment.prompt) || !claimText(run, amendment.model)) return false;
  }
  return true;
}
