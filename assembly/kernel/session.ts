import { AgentPlan, agentPlanAt } from "../definition/plan";
import { SessionMode } from "../definition/table";
import { RECALL_FIXED, REMEMBER_FIXED, CommandKind, RecallCommand, RememberCommand } from "../protocol/commands";
import { RecalledEvent, StartEvent } from "../protocol/events";
import { beginRecord, endRecord, putBytes } from "../protocol/output";
import { FailureKind, Level, StopReason } from "../protocol/types";
import { groupTerm } from "../flow/talk";
import { termAt } from "../flow/term";
import { sameBytes } from "../text/slice";
import { Activation, Program, activationAt } from "./activation";
import { OUTSIDE } from "./agent";
import { attempt, dispatch } from "./attempt";
import { awaitLateResult, closeRun, finishIfDrained, noteFailure, stopRun } from "./closing";
import { Effect, EffectKind, EffectState, effectAt, freeEffect, newEffect } from "./effect";
import { emitCancelEffect, emitNotice, words } from "./emit";
import { failureWord } from "./failure";
import { recallTurns } from "./recall";
import { Run, RunFlag, RunState } from "./run";
import { startPhases } from "./startup";
import { dropText, newText, textBytes, textLength } from "./text";
import { TimerKind, clearTimer, setTimer } from "./timer";
import { partAt, transcriptAt } from "./transcript";
import { writeTurn } from "./turn-text";

// Conversations that outlive a run. A run begins by asking for what its agents have heard and said before; each of their answers is handed out to
// be kept, with what led to it. Both are effects without an activation: the conversation goes on while a turn is being kept, and the run ends when
// all are.
//
// Of an agent's effect: `call` is the turn's text, `noTools` says that a checkpoint is to be made behind it.

/** How many turns of each agent come back. */
export const TURNS: u32 = 100;
const TIMEOUT: u64 = 30_000;
const FIRST_WAIT: u64 = 1000;
const ATTEMPTS: u32 = 3;

/** Names the session, and asks for it. */
export function beginSession(run: Run, event: StartEvent): void {
  const at = changetype<usize>(event);
  run.user = newText(run, at + event.userAt, event.userLength);
  if (event.sessionLength) run.session = newText(run, at + event.sessionAt, event.sessionLength);
  else if (event.userLength) run.session = newText(run, at + event.userAt, event.userLength);
  else run.session = newText(run, at + event.idAt, event.idLength);
  dispatch(run, newEffect(run, EffectKind.Recall, 0, 0));
}

/** Milliseconds that an attempt may take. */
export function sessionTimeout(): u64 {
  return TIMEOUT;
}

/** The command of the present attempt. */
export function askSession(run: Run, effect: Effect): void {
  run.set(RunFlag.Barrier);
  const session = textBytes(run, run.session);
  const sessionLength = textLength(run, run.session);
  const user = textBytes(run, run.user);
  const userLength = textLength(run, run.user);
  if (effect.kind == EffectKind.Recall) {
    const command = changetype<RecallCommand>(beginRecord(CommandKind.Recall, RECALL_FIXED, sessionLength + userLength));
    command.run = run.handle;
    command.effect = effect.ordinal;
    command.attempt = effect.attempt;
    command.timeout = TIMEOUT;
    command.turns = TURNS;
    putBytes(offsetof<RecallCommand>("sessionAt"), session, sessionLength);
    putBytes(offsetof<RecallCommand>("userAt"), user, userLength);
    return endRecord();
  }
  const command = changetype<RememberCommand>(beginRecord(CommandKind.Remember, REMEMBER_FIXED, sessionLength + userLength + textLength(run, effect.call)));
  command.run = run.handle;
  command.effect = effect.ordinal;
  command.attempt = effect.attempt;
  command.timeout = TIMEOUT;
  command.lightweight = agentPlanAt(run.plan, effect.agent).session == 1 + <u8>SessionMode.Lightweight ? 1 : 0;
  command.checkpoint = effect.noTools;
  putBytes(offsetof<RememberCommand>("sessionAt"), session, sessionLength);
  putBytes(offsetof<RememberCommand>("userAt"), user, userLength);
  putBytes(offsetof<RememberCommand>("turnAt"), textBytes(run, effect.call), textLength(run, effect.call));
  endRecord();
}

/** What was said before is there: the run's agents can be started. */
export function sessionRecalled(run: Run, ref: u32, event: RecalledEvent): void {
  freeEffect(run, ref);
  const user = changetype<usize>(event) + event.userAt;
  if (event.userLength && !sameBytes(user, event.userLength, textBytes(run, run.user), textLength(run, run.user))) {
    words.clear().ascii("the session is another user's");
    return stopRun(run, StopReason.Denied);
  }
  run.checkpointed = event.checkpointed;
  const dropped = recallTurns(run, event);
  if (dropped) {
    words.clear().integer(dropped).ascii(" turns of the session are none, and are passed over");
    emitNotice(run, OUTSIDE, Level.Warn, "bad-turns");
  }
  startPhases(run);
}

/** Whether an activation's turn is one that is kept. */
function isKept(activation: Activation, plan: AgentPlan): bool {
  return plan.session != 0 && activation.program == <u8>Program.React && activation.transcript != 0 && !activation.ownsTranscript;
}

/** An agent has answered: what it heard and said since its activation began is kept. */
export function keepTurn(run: Run, ref: u32): void {
  const activation = activationAt(run, ref);
  if (!isKept(activation, agentPlanAt(run.plan, activation.agent))) return;
  const list = transcriptAt(run, activation.transcript);
  const first = activation.before ? partAt(run, activation.before).next : list.head;
  if (!first) return;
  writeTurn(words.clear(), run, activation.agent, activation.node ? groupTerm(run, activation.node) : 0, first);
  const effectRef = newEffect(run, EffectKind.Remember, activation.agent, 0);
  const effect = effectAt(run, effectRef);
  effect.call = newText(run, words.at, words.length);
  const every = run.plan.checkpointEvery;
  if (every && run.now >= run.checkpointed + every) {
    effect.noTools = 1;
    run.checkpointed = run.now;
  }
  dispatch(run, effectRef);
}

/** The turn is kept. */
export function turnRemembered(run: Run, ref: u32): void {
  forget(run, ref);
}

function forget(run: Run, ref: u32): void {
  // What is held where a run closes is not looked after any more.
  if (<RunState>run.state < RunState.Closing) dropText(run, effectAt(run, ref).call);
  freeEffect(run, ref);
}

/** The run ends: a turn that is being kept is waited for a while, and one that waits for its next attempt is tried at once. */
export function leaveSession(run: Run, ref: u32): void {
  const effect = effectAt(run, ref);
  clearTimer(run, effect.timer);
  effect.timer = 0;
  if (effect.kind == EffectKind.Recall) {
    emitCancelEffect(run, effect);
    return freeEffect(run, ref);
  }
  if (effect.state != EffectState.Dispatched) {
    attempt(run, ref);
    clearTimer(run, effect.timer);
  }
  awaitLateResult(run, effect);
}

/** An attempt to read or keep failed; of a failure from outside `words` says why. */
export function sessionFailed(run: Run, ref: u32, kind: FailureKind): void {
  const effect = effectAt(run, ref);
  clearTimer(run, effect.timer);
  effect.timer = 0;
  const message = newText(run, words.at, words.length);
  words
    .clear()
    .ascii(effect.kind == EffectKind.Recall ? "the session could not be read: " : "a turn could not be kept in the session: ")
    .ascii(failureWord(kind));
  if (message) words.ascii(": ").bytes(textBytes(run, message), textLength(run, message));
  dropText(run, message);
  const mayPass =
    kind == FailureKind.Timeout ||
    kind == FailureKind.Network ||
    kind == FailureKind.ServerError ||
    kind == FailureKind.Failed ||
    kind == FailureKind.RateLimit;
  if (mayPass && effect.state != EffectState.Cancelled && <u32>effect.tries < ATTEMPTS) {
    run.retries++;
    emitNotice(run, effect.agent, Level.Warn, "retry");
    effect.state = <u8>EffectState.BackingOff;
    effect.timer = setTimer(run, TimerKind.Retry, effect.ordinal, run.now + (FIRST_WAIT << (effect.tries - 1)));
    return;
  }
  if (effect.kind == EffectKind.Recall) {
    freeEffect(run, ref);
    noteFailure(run, OUTSIDE, StopReason.Failed);
    return closeRun(run, StopReason.Failed);
  }
  emitNotice(run, effect.agent, Level.Error, "turn-not-kept");
  forget(run, ref);
  finishIfDrained(run);
}

/** Whether a term's transcript is a session's, by the name that its turns have: `@` and its path. */
export function isGroupsName(run: Run, term: u32, at: usize, length: u32): bool {
  const path = termAt(run.plan.flow, term);
  return length == path.pathLength + 1 && load<u8>(at) == 0x40 && sameBytes(at + 1, length - 1, path.path, path.pathLength);
}
