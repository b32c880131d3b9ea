import { AgentPlan, agentPlanAt } from "../definition/plan";
import { Effect as EffectClass } from "../definition/table";
import { AMENDED_RESULT_SIZE, AMENDMENT_SIZE, AmendedResult, Amendment as AmendmentRecord, FailureKind } from "../protocol/types";
import { AmendEvent } from "../protocol/events";
import { hashBytes } from "../text/hash";
import { sameBytes } from "../text/slice";
import { askGate, rejoinGate } from "../commons/gates";
import { activationAt } from "./activation";
import { effectFailed } from "./apply";
import { tellApproval } from "./approval";
import { ask, toolOf } from "./attempt";
import { claim, claimText } from "./claims";
import { Effect, EffectKind, EffectState, effectAt, findEffect } from "./effect";
import { words } from "./emit";
import { renewTimeouts, startAgain } from "./renew";
import { Run, RunFlag, RunState, at } from "./run";
import { settleEffect } from "./settle";
import { dropText, newText, textBytes, textLength } from "./text";
import { forgetTold, transcriptAt } from "./transcript";

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
  for (let i: u32 = 0; i < event.resultsCount; i++) {
    const result = changetype<AmendedResult>(from + event.resultsAt + i * AMENDED_RESULT_SIZE);
    if (<RunState>run.state < RunState.Closing && isUnderWay(run, result.effect))
      settleEffect(run, findEffect(run, result.effect), from + result.textAt, result.textLength, result.isError != 0);
  }
  if (forked) askAgain(run, run.lastOrdinal);
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

/**
 * Whoever was asked for the effects up to this ordinal was asked in another run: they are asked in this one, but for tools that may run only
 * once, of which nobody knows how far they came.
 */
function askAgain(run: Run, last: u32): void {
  renewTimeouts(run);
  for (let i: u32 = 0; i < run.slotCount; i++) {
    const ref = load<u32>(at(run, run.slots) + (i << 2));
    if (!ref || effectAt(run, ref).ordinal > last) continue;
    const effect = effectAt(run, ref);
    if (effect.held && !run.has(RunFlag.Replaying)) rejoinGate(run, effect);
    if (effect.state == EffectState.Queued) askGate(run, effect);
    else if (effect.state == EffectState.Asking) tellApproval(run, effect);
    if (effect.state != EffectState.Dispatched || isOnce(run, effect)) continue;
    if (effect.kind == EffectKind.Model) forgetTold(transcriptAt(run, activationAt(run, effect.activation).transcript));
    ask(run, effect);
  }
  // What becomes of these may ask for more, and the slots may grow.
  for (let ref = findLost(run, last); ref; ref = findLost(run, last)) {
    words.clear();
    effectFailed(run, ref, FailureKind.Aborted, 0, false);
  }
  startAgain(run);
}

function isOnce(run: Run, effect: Effect): bool {
  return effect.kind == EffectKind.Tool && toolOf(run, effect).effectClass == EffectClass.Once;
}

function findLost(run: Run, last: u32): u32 {
  for (let i: u32 = 0; i < run.slotCount; i++) {
    const ref = load<u32>(at(run, run.slots) + (i << 2));
    if (!ref || effectAt(run, ref).ordinal > last) continue;
    const effect = effectAt(run, ref);
    if (effect.state == EffectState.Dispatched && isOnce(run, effect)) return ref;
  }
  return 0;
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
