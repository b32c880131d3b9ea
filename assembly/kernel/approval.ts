import { checkEdited } from "../agents/arguments";
import { toolAnswered } from "../agents/react";
import { agentPlanAt } from "../definition/plan";
import { ApprovalEvent } from "../protocol/events";
import { Level, StopReason } from "../protocol/types";
import { Builder, newBuilder } from "../text/builder";
import { sha256 } from "../text/sha256";
import { sameBytes } from "../text/slice";
import { activationAt } from "./activation";
import { approveBeyond } from "../ledger/soft";
import { dispatch, giveUp, toolOf } from "./attempt";
import { Effect, EffectKind, EffectState, effectAt, findEffect } from "./effect";
import { emitAskApproval, emitAskBudget, emitNotice, words } from "./emit";
import { Run } from "./run";
import { textBytes, textLength } from "./text";
import { TimerKind, clearTimer, setTimer, timerAt } from "./timer";
import { partAt } from "./transcript";

// Calls of tools that a person is to approve. What is asked has a hash, of the tool and the arguments; a decision that names another one changes
// nothing. A person may have the tool called with other arguments: they are checked as the model's were, and stand beside those in the journal, in a
// notice, and in what the model is told.

/** As long as a tool's approval is waited for. */
const DAY: u64 = 86_400_000;

const hash = newBuilder();
const bytes: usize = memory.data(32);

export function needsApproval(run: Run, effect: Effect): bool {
  return toolOf(run, effect).confirm != 0 || agentPlanAt(run.plan, effect.agent).confirmsTools != 0;
}

export function askApproval(run: Run, effect: Effect): void {
  effect.state = <u8>EffectState.Asking;
  effect.timer = setTimer(run, TimerKind.Approval, effect.ordinal, run.now + toolOf(run, effect).confirmExpiry);
  tellApproval(run, effect);
}

/** Asks the person; also once more, of a host that has taken the run over. */
export function tellApproval(run: Run, effect: Effect): void {
  if (effect.kind == EffectKind.Model) return tellBeyond(run, effect);
  const asked = hashOf(run, effect);
  emitAskApproval(run, effect, partAt(run, effect.call), timerAt(run, effect.timer).deadline, activationAt(run, effect.activation).span, asked);
}

/** A soft limit of a budget is reached: a person says whether it goes on. */
export function askBeyond(run: Run, effect: Effect): void {
  effect.state = <u8>EffectState.Asking;
  effect.timer = setTimer(run, TimerKind.Approval, effect.ordinal, run.now + DAY);
  tellBeyond(run, effect);
}

function tellBeyond(run: Run, effect: Effect): void {
  emitAskBudget(run, effect, timerAt(run, effect.timer).deadline, activationAt(run, effect.activation).span);
}

/** SHA-256 of the tool's name, a zero and what it would get, in hexadecimal. */
function hashOf(run: Run, effect: Effect): Builder {
  const call = partAt(run, effect.call);
  const text = effect.edited || call.text;
  hash.clear().bytes(textBytes(run, call.name), textLength(run, call.name)).byte(0).bytes(textBytes(run, text), textLength(run, text));
  sha256(hash.at, hash.length, bytes);
  hash.clear();
  for (let i = 0; i < 32; i++) hash.hex(load<u8>(bytes + i), 2);
  return hash;
}

/** A person has decided; at or after the expiry it is denied, whatever they say. */
export function approval(run: Run, event: ApprovalEvent): void {
  const ref = findEffect(run, event.effect);
  if (!ref || effectAt(run, ref).state != EffectState.Asking) {
    run.late++;
    return;
  }
  const effect = effectAt(run, ref);
  const at = changetype<usize>(event);
  if (effect.kind == EffectKind.Model) return beyond(run, ref, event.approved && run.now < timerAt(run, effect.timer).deadline);
  const asked = hashOf(run, effect);
  if (event.hashLength && !sameBytes(at + event.hashAt, event.hashLength, asked.at, asked.length)) {
    run.late++;
    words.clear().ascii("a decision about another call than the one that is asked about changes nothing");
    return emitNotice(run, effect.agent, Level.Warn, "approval-mismatch");
  }
  const inTime = run.now < timerAt(run, effect.timer).deadline;
  if (inTime && event.approved && event.argumentsLength && !edit(run, effect, at + event.argumentsAt, event.argumentsLength)) return;
  clearTimer(run, effect.timer);
  effect.timer = 0;
  if (event.approved && inTime) return dispatch(run, ref);
  words.clear().ascii(inTime ? "denied" : "denied: nobody decided in time");
  if (inTime && event.reasonLength) words.ascii(": ").bytes(at + event.reasonAt, event.reasonLength);
  toolAnswered(run, ref, true, false);
}

/** It goes on beyond its soft limit, or not. */
function beyond(run: Run, ref: u32, approved: bool): void {
  const effect = effectAt(run, ref);
  clearTimer(run, effect.timer);
  effect.timer = 0;
  if (approved) {
    approveBeyond(run, effect);
    return dispatch(run, ref);
  }
  words.clear().ascii("denied: it may not go on beyond the soft limit of its budget");
  giveUp(run, ref, StopReason.Denied);
}

/** The tool gets other arguments. What does not fit it is told of, and the question stays open. */
function edit(run: Run, effect: Effect, at: usize, length: u32): bool {
  const text = checkEdited(run, toolOf(run, effect), at, length);
  if (!text) {
    emitNotice(run, effect.agent, Level.Warn, "bad-arguments");
    return false;
  }
  words.clear().ascii("approved with other arguments: ").bytes(hash.at, hash.length);
  effect.edited = text;
  const edited = hashOf(run, effect);
  words.ascii(" became ").bytes(edited.at, edited.length);
  emitNotice(run, effect.agent, Level.Info, "arguments-edited");
  return true;
}

/** Nobody decided in time. */
export function approvalExpired(run: Run, ordinal: u32): void {
  const ref = findEffect(run, ordinal);
  effectAt(run, ref).timer = 0;
  if (effectAt(run, ref).kind == EffectKind.Model) return beyond(run, ref, false);
  words.clear().ascii("denied: nobody decided in time");
  toolAnswered(run, ref, true, false);
}
