import { customAnswered } from "../agents/custom";
import { documentsKept } from "../agents/indexer";
import { documentsFound } from "../agents/retriever";
import { closeCalls, describeUnknown, leaveTool, toolAnswered } from "../agents/react";
import { PORT, portAt } from "../definition/plan";
import { OnUnknown } from "../definition/table";
import {
  AgentFailedEvent,
  AmendEvent,
  ApprovalEvent,
  AgentReadyEvent,
  AgentResultEvent,
  CancelEvent,
  CountedEvent,
  DeliverEvent,
  EffectFailedEvent,
  EventKind,
  GrantEvent,
  IndexResultEvent,
  ModelResultEvent,
  RecalledEvent,
  RememberedEvent,
  ResendEvent,
  SearchResultEvent,
  StartEvent,
  ToolResultEvent,
} from "../protocol/events";
import { SpanEndCommand } from "../protocol/commands";
import { release, settle, settleWhole } from "../ledger/reserve";
import { FailureKind, Level, SpanKind, StopReason, USAGE_SIZE } from "../protocol/types";
import { activationAt } from "./activation";
import { amend } from "./amend";
import { agentAt } from "./agent";
import { approval } from "./approval";
import { Outcome, askAnew, attempt, attemptFailed, endAttemptSpan, shorten, toolOf } from "./attempt";
import { failActivation, finishIfDrained, spanKindOf, stopRun } from "./closing";
import { Effect, EffectKind, EffectState, effectAt, findEffect, freeEffect } from "./effect";
import { emitNotice, words } from "./emit";
import { Entry, findEntry } from "./entry";
import { failureWord } from "./failure";
import { countAnswer, leaveGate, pauseGate } from "../commons/gates";
import { forgetFailureCause, setFailureCause } from "../flow/failure";
import { RunEvent } from "./record";
import { renewTimeouts } from "./renew";
import { Sent, send } from "./router";
import { Run, RunFlag, RunState } from "./run";
import { endSpan, newSpan } from "./span";
import { begin } from "./start";
import { sessionFailed, sessionRecalled, turnRemembered } from "./session";
import { agentNotStarted, agentReady } from "./startup";
import { dropText, holdText, newText, textBytes, textLength } from "./text";
import { summaryFailed } from "./summary";
import { clearTimer } from "./timer";
import { countsKnown, modelAnswered, unlinkEffect } from "./think";

// What each event does to a run. Nothing runs in here: agents that have become ready take their turn afterwards.

export function applyEvent(run: Run, at: usize): void {
  switch (<EventKind>changetype<RunEvent>(at).kind) {
    case EventKind.Start:
      return begin(run, changetype<StartEvent>(at));
    case EventKind.Deliver: {
      const event = changetype<DeliverEvent>(at);
      return deliver(run, at + event.toAt, event.toLength, at + event.textAt, event.textLength);
    }
    case EventKind.Close:
      return run.set(RunFlag.Closed);
    case EventKind.Cancel: {
      const event = changetype<CancelEvent>(at);
      return cancel(run, at + event.reasonAt, event.reasonLength);
    }
    case EventKind.ModelResult:
      return modelResult(run, changetype<ModelResultEvent>(at));
    case EventKind.ToolResult:
      return toolResult(run, changetype<ToolResultEvent>(at));
    case EventKind.AgentResult:
      return agentResult(run, changetype<AgentResultEvent>(at));
    case EventKind.EffectFailed:
      return effectFailedEvent(run, changetype<EffectFailedEvent>(at));
    case EventKind.AgentReady: {
      if (!agentReady(run, changetype<AgentReadyEvent>(at).agent)) run.late++;
      return;
    }
    case EventKind.AgentFailed: {
      const event = changetype<AgentFailedEvent>(at);
      if (run.state != RunState.Starting || event.agent >= run.agentCount) {
        run.late++;
        return;
      }
      words
        .clear()
        .ascii("could not be started: ")
        .bytes(at + event.messageAt, event.messageLength);
      return agentNotStarted(run, event.agent);
    }
    case EventKind.Resend: {
      return resend(run, changetype<ResendEvent>(at).effect);
    }
    case EventKind.SearchResult:
      return searchResult(run, changetype<SearchResultEvent>(at));
    case EventKind.IndexResult:
      return indexResult(run, changetype<IndexResultEvent>(at));
    case EventKind.Counted:
      return counted(run, changetype<CountedEvent>(at));
    case EventKind.Approval:
      return approval(run, changetype<ApprovalEvent>(at));
    case EventKind.Amend:
      return amend(run, changetype<AmendEvent>(at));
    case EventKind.Recalled: {
      const event = changetype<RecalledEvent>(at);
      const ref = answered(run, event.effect, event.attempt, EffectKind.Recall);
      if (ref) sessionRecalled(run, ref, event);
      return;
    }
    case EventKind.Remembered: {
      const event = changetype<RememberedEvent>(at);
      const ref = answered(run, event.effect, event.attempt, EffectKind.Remember);
      if (ref) turnRemembered(run, ref);
      return;
    }
    case EventKind.Resume:
      return renewTimeouts(run);
    case EventKind.Grant:
      return granted(run, changetype<GrantEvent>(at));
    default:
      unreachable();
  }
}

/** What the commons decided about an effect. */
function granted(run: Run, event: GrantEvent): void {
  const ref = findEffect(run, event.effect);
  if (!ref || effectAt(run, ref).state != EffectState.Queued) {
    run.late++;
    return;
  }
  const effect = effectAt(run, ref);
  if (event.granted) {
    effect.held = 1;
    return attempt(run, ref);
  }
  effect.attempt++;
  effect.tries++;
  effect.span = newSpan(run);
  words.clear().ascii("its circuit breaker is open");
  effectFailed(run, ref, FailureKind.Unavailable, 0, false);
}

/** The same attempt once more, with the whole transcript. Only calls of models build on what was told before. */
function resend(run: Run, ordinal: u32): void {
  const ref = findEffect(run, ordinal);
  if (!ref || effectAt(run, ref).state != EffectState.Dispatched || effectAt(run, ref).kind != EffectKind.Model) {
    run.late++;
    return;
  }
  askAnew(run, effectAt(run, ref));
}

/** A message from outside: its readers get it, each a hold on one text. */
export function deliver(run: Run, name: usize, nameLength: u32, bytes: usize, length: u32): void {
  if (<RunState>run.state >= RunState.Closing) return;
  const entry: Entry = findEntry(run.plan, name, nameLength);
  const text = newText(run, bytes, length);
  if (entry.agent != u32.MAX_VALUE) deliverTo(run, u32.MAX_VALUE, entry.agent, holdText(run, text));
  else if (entry.port != u32.MAX_VALUE) {
    const port = portAt(run.plan, entry.port);
    for (let i: u32 = 0; i < port.readerCount; i++) deliverTo(run, PORT | entry.port, load<u32>(port.readers + (i << 2)), holdText(run, text));
  }
  dropText(run, text);
}

function deliverTo(run: Run, from: u32, to: u32, text: u32): void {
  const sent = send(run, from, to, 0, 0, text);
  if (sent == Sent.Delivered) return;
  if (sent == Sent.Full) {
    // Nobody outside can be made to wait.
    agentAt(run, to).refused++;
    run.refused++;
    dropText(run, text);
  }
  words.clear().ascii("its mailbox is full: a message from outside was refused");
  emitNotice(run, to, Level.Warn, "message-refused");
}

export function cancel(run: Run, reason: usize, length: u32): void {
  if (<RunState>run.state >= RunState.Closing) return;
  words.clear();
  if (length) words.bytes(reason, length);
  else words.ascii("cancelled");
  stopRun(run, StopReason.Cancelled);
}

/** The effect that this attempt's answer is for, or 0: it comes too late. */
function answered(run: Run, ordinal: u32, attempt: u32, kind: EffectKind): u32 {
  const ref = findEffect(run, ordinal);
  if (!ref) {
    run.late++;
    return 0;
  }
  const effect = effectAt(run, ref);
  if (effect.attempt != attempt || effect.kind != kind) {
    run.late++;
    return 0;
  }
  const open = effect.state == EffectState.Dispatched;
  if (!open) run.late++;
  // The attempt had been given up, and the next one is on its way: its timer is not this attempt's.
  if (!open && effect.state != EffectState.Cancelled) return 0;
  clearTimer(run, effect.timer);
  effect.timer = 0;
  if (open && !isPastDeadline(run, effect)) return ref;
  if (open) {
    // It came with or after the moment by which it was wanted, and changes nothing any more.
    run.late++;
    endAttemptSpan(run, effect, "deadline");
    const activation = activationAt(run, effect.activation);
    unlinkEffect(run, activation, ref);
    if (effect.kind == EffectKind.Tool) activation.awaited--;
  }
  freeEffect(run, ref);
  finishIfDrained(run);
  return 0;
}

function isPastDeadline(run: Run, effect: Effect): bool {
  if (!effect.activation) return false;
  const activation = activationAt(run, effect.activation);
  return activation.node != 0 && activation.deadlineAt != 0 && run.now >= activation.deadlineAt;
}

/** What an attempt has used, as it is told for the first time, however late; `told` is where the event says it. */
function countUsage(run: Run, ordinal: u32, attempt: u32, told: usize): void {
  const ref = findEffect(run, ordinal);
  if (!ref || effectAt(run, ref).attempt != attempt || !(load<u32>(told) | load<u32>(told, 4))) return;
  countAnswer(run, effectAt(run, ref), load<u32>(told, 4));
  settle(run, effectAt(run, ref), told);
}

function modelResult(run: Run, event: ModelResultEvent): void {
  countUsage(run, event.effect, event.attempt, changetype<usize>(event) + offsetof<ModelResultEvent>("usageInput"));
  const ref = answered(run, event.effect, event.attempt, EffectKind.Model);
  if (!ref) return;
  settleWhole(run, effectAt(run, ref));
  const effect = effectAt(run, ref);
  const span = endSpan(run, effect.span, SpanKind.Chat, effect.agent, null);
  copyUsage(span, event.usageInput, event.usageOutput, event.usageCachedRead, event.usageCachedWrite, event.usageReasoning);
  modelAnswered(run, ref, event);
}

function copyUsage(span: SpanEndCommand, input: u32, output: u32, cachedRead: u32, cachedWrite: u32, reasoning: u32): void {
  span.usageInput = input;
  span.usageOutput = output;
  span.usageCachedRead = cachedRead;
  span.usageCachedWrite = cachedWrite;
  span.usageReasoning = reasoning;
}

function toolResult(run: Run, event: ToolResultEvent): void {
  const ref = answered(run, event.effect, event.attempt, EffectKind.Tool);
  if (!ref) return;
  endAttemptSpan(run, effectAt(run, ref), event.isError ? "failed" : null);
  words.clear().bytes(changetype<usize>(event) + event.textAt, event.textLength);
  toolAnswered(run, ref, event.isError != 0, false);
}

function agentResult(run: Run, event: AgentResultEvent): void {
  const ref = answered(run, event.effect, event.attempt, EffectKind.Agent);
  if (!ref) return;
  endAttemptSpan(run, effectAt(run, ref), null);
  customAnswered(run, ref, newText(run, changetype<usize>(event) + event.textAt, event.textLength));
}

function searchResult(run: Run, event: SearchResultEvent): void {
  const ref = answered(run, event.effect, event.attempt, EffectKind.Search);
  if (!ref) return;
  const effect = effectAt(run, ref);
  const span = effect.span;
  const agent = effect.agent;
  if (documentsFound(run, ref, changetype<usize>(event) + event.documentsAt, event.documentsLength)) {
    endSpan(run, span, SpanKind.Retrieval, agent, null);
    return;
  }
  words.clear().ascii("what the store gave is no list of documents");
  effectFailed(run, ref, FailureKind.Malformed, 0, false);
}

function counted(run: Run, event: CountedEvent): void {
  const ref = answered(run, event.effect, event.attempt, EffectKind.Count);
  if (ref) countsKnown(run, ref, event);
}

function indexResult(run: Run, event: IndexResultEvent): void {
  const ref = answered(run, event.effect, event.attempt, EffectKind.Index);
  if (!ref) return;
  endAttemptSpan(run, effectAt(run, ref), null);
  documentsKept(run, ref, event.count);
}

function effectFailedEvent(run: Run, event: EffectFailedEvent): void {
  countUsage(run, event.effect, event.attempt, changetype<usize>(event) + offsetof<EffectFailedEvent>("usageInput"));
  const found = findEffect(run, event.effect);
  const kind = found ? <EffectKind>effectAt(run, found).kind : EffectKind.Model;
  if (kind >= EffectKind.Recall) {
    // Also of a run that ends: that a turn is lost is told.
    const state = effectAt(run, found).state;
    if (effectAt(run, found).attempt != event.attempt || (state != EffectState.Dispatched && state != EffectState.Cancelled)) {
      run.late++;
      return;
    }
    words.clear().bytes(changetype<usize>(event) + event.messageAt, event.messageLength);
    return sessionFailed(run, found, <FailureKind>event.failure);
  }
  const ref = answered(run, event.effect, event.attempt, kind);
  if (!ref) return;
  if (kind == EffectKind.Count) return countsKnown(run, ref, null);
  words.clear().bytes(changetype<usize>(event) + event.messageAt, event.messageLength);
  effectFailed(run, ref, <FailureKind>event.failure, event.hasRetryAfter ? event.retryAfter : 0, false);
}

/** An attempt failed; of a failure from outside `words` holds the message. */
export function effectFailed(run: Run, ref: u32, kind: FailureKind, retryAfter: u64, timedOut: bool): void {
  const effect = effectAt(run, ref);
  if (<EffectKind>effect.kind >= EffectKind.Recall) {
    words.clear();
    return sessionFailed(run, ref, kind);
  }
  const activation = effect.activation;
  const message = timedOut ? 0 : newText(run, words.at, words.length);
  if (kind != FailureKind.Unavailable) endSpan(run, effect.span, spanKindOf(effect), effect.agent, failureWord(kind));
  pauseGate(run, effect, retryAfter);
  leaveGate(run, effect, countsAgainst(kind));
  release(run, effect);
  if (wasTurnedAway(kind)) settle(run, effect, NOTHING);
  else settleWhole(run, effect);
  const outcome = kind == FailureKind.ContextLength && shorten(run, ref) ? Outcome.TriedAgain : attemptFailed(run, ref, kind, retryAfter);
  if (outcome == Outcome.TriedAgain) return dropText(run, message);
  if (effect.kind == EffectKind.Tool) toolGivenUp(run, ref, effect, kind, outcome, message);
  else if (effect.kind == EffectKind.Model && effect.call) {
    describeFailure(run, effect, kind, message, timedOut);
    summaryFailed(run, ref);
  } else {
    describeFailure(run, effect, kind, message, timedOut);
    closeCalls(run, activation);
    activationAt(run, activation).effects = 0;
    freeEffect(run, ref);
    if (activationAt(run, activation).node) setFailureCause(kind);
    failActivation(run, activation, timedOut ? StopReason.Deadline : StopReason.Failed);
    forgetFailureCause();
  }
  dropText(run, message);
}

/** A usage of nothing. */
const NOTHING: usize = memory.data(USAGE_SIZE);

/** Failures in which the other side said no, and so did nothing that it would want to be paid for. */
function wasTurnedAway(kind: FailureKind): bool {
  switch (kind) {
    case FailureKind.RateLimit:
    case FailureKind.ServerError:
    case FailureKind.Authentication:
    case FailureKind.InvalidRequest:
    case FailureKind.Missing:
    case FailureKind.ContextLength:
      return true;
    default:
      return false;
  }
}

/** Failures that say something about the other side, and not about what it was asked. */
function countsAgainst(kind: FailureKind): bool {
  return kind == FailureKind.ServerError || kind == FailureKind.Timeout || kind == FailureKind.Network || kind == FailureKind.RateLimit;
}

function describeFailure(run: Run, effect: Effect, kind: FailureKind, message: u32, timedOut: bool): void {
  words
    .clear()
    .ascii(effect.kind == EffectKind.Model ? "model: " : effect.kind == EffectKind.Agent ? "agent: " : "store: ")
    .ascii(failureWord(kind));
  if (message) appendText(run, message);
  if (timedOut) words.ascii(": no answer in time");
  if (effect.attempt > 1) words.ascii(" (").integer(effect.attempt).ascii(" attempts)");
}

function appendText(run: Run, ref: u32): void {
  words.ascii(": ").bytes(textBytes(run, ref), textLength(run, ref));
}

/** The model is told, or the activation fails: as the tool's policy says. */
function toolGivenUp(run: Run, ref: u32, effect: Effect, kind: FailureKind, outcome: Outcome, message: u32): void {
  // A late result may still say what was done.
  const keep = kind == FailureKind.Timeout;
  if (outcome != Outcome.Unknown) {
    words.clear().ascii(failureWord(kind));
    if (message) appendText(run, message);
    return toolAnswered(run, ref, true, keep);
  }
  describeUnknown(run, effect, kind);
  if (toolOf(run, effect).onUnknown != OnUnknown.Fail) return toolAnswered(run, ref, true, keep);
  const activation = effect.activation;
  const text = newText(run, words.at, words.length);
  leaveTool(run, ref, keep);
  closeCalls(run, activation);
  words.clear().bytes(textBytes(run, text), textLength(run, text));
  dropText(run, text);
  failActivation(run, activation, StopReason.Unknown);
}
