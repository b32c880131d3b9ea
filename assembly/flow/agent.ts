import { agentPlanAt } from "../definition/plan";
import { beginCustomAt } from "../agents/custom";
import { givenAnswer } from "../agents/given";
import { beginIndex } from "../agents/indexer";
import { startProgram } from "../agents/programs";
import { beginRetrieve } from "../agents/retriever";
import { Role, OUTSIDE } from "../kernel/agent";
import { Activation, Program, activationAt, freeActivation, takeActivation } from "../kernel/activation";
import { stopRun } from "../kernel/closing";
import { emitLog, words } from "../kernel/emit";
import { Level, StopReason } from "../protocol/types";
import { Run } from "../kernel/run";
import { dropText, holdText, newText, sameText } from "../kernel/text";
import { addUserText, askModel, openPrivate } from "../kernel/think";
import { TimerKind, setTimer } from "../kernel/timer";
import { forgetTold, lastTurns, partAt, transcriptAt } from "../kernel/transcript";
import { failWith, succeed } from "./end";
import { newFailure } from "./failure";
import { instanceAt, queueForPlace, termOf } from "./instance";
import { writeInput, writeSystem } from "./system";
import { documentsAt } from "./retrieve";
import { groupFor, transcriptFor } from "./talk";
import { ALL_TURNS, Decide, TermKind } from "./term";

// An agent's term: one activation, until it answers.

export function enterAgent(run: Run, ref: u32): void {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  const plan = agentPlanAt(run.plan, term.agent);
  if (!hasPlace(run)) return queueForPlace(run, ref, priorityOf(run, ref));
  if (run.plan.limitActivations && run.activations >= run.plan.limitActivations) {
    words.clear().ascii("limits.activations: ").integer(run.plan.limitActivations);
    return stopRun(run, StopReason.Limit);
  }
  run.activations++;
  const activationRef = takeActivation(run, term.agent, OUTSIDE, holdText(run, instance.input));
  const activation = activationAt(run, activationRef);
  activation.inputMeta = holdText(run, instance.inputMeta);
  activation.node = ref;
  activation.term = instance.term + 1;
  activation.span = instance.span;
  activation.deadlineAt = instance.deadlineAt;
  instance.activation = activationRef;
  run.busy++;
  if (plan.timeout && plan.role != <u8>Role.Aggregator) {
    const own = run.now + plan.timeout;
    if (!activation.deadlineAt || own < activation.deadlineAt) {
      activation.deadlineAt = own;
      activation.deadline = setTimer(run, TimerKind.Deadline, activationRef, own);
    }
  }
  switch (<Role>plan.role) {
    case Role.Custom:
      // Host code hears nothing of what others say; what it says is heard.
      if (term.decide == <u8>Decide.Nothing) activation.transcript = groupFor(run, ref);
      if (activation.transcript) hear(run, activationRef, holdText(run, instance.input));
      return beginCustomAt(run, activationRef);
    case Role.Retriever:
      return beginRetrieve(run, activationRef);
    case Role.Indexer:
      return beginIndex(run, activationRef);
    case Role.Logger:
      emitLog(run, Level.Info, term.agent, OUTSIDE, instance.input);
      return agentAnswered(run, activationRef, holdText(run, instance.input), holdText(run, instance.inputMeta));
    case Role.Given:
      return agentAnswered(run, activationRef, givenAnswer(run, term.agent), 0);
    case Role.Producer:
      return agentAnswered(run, activationRef, holdText(run, instance.input), 0);
    default:
  }
  const transcript = transcriptFor(run, ref, term.agent);
  activation.transcript = transcript;
  if (!transcript) openPrivate(run, activationRef);
  if (plan.role != <u8>Role.React || term.decide != <u8>Decide.Nothing) return startProgram(run, activationRef);
  words.clear();
  if (writeSystem(run, activationRef, words)) activation.system = newText(run, words.at, words.length);
  words.clear();
  const input = writeInput(run, activationRef, words) ? newText(run, words.at, words.length) : holdText(run, activation.input);
  activation.before = transcriptAt(run, activation.transcript).tail;
  if (term.turns == ALL_TURNS) hear(run, activationRef, input);
  else hearFrom(run, activationRef, input, term.turns);
  activation.program = <u8>Program.React;
  askModel(run, activationRef, false);
}

/** Whether there is a place for one more activation. */
export function hasPlace(run: Run): bool {
  return !run.plan.maxBusy || run.busy < run.plan.maxBusy;
}

/** What the nearest term outward says, else the agent. */
function priorityOf(run: Run, ref: u32): u32 {
  for (let at = ref; at; at = instanceAt(run, at).parent) {
    const term = termOf(run, instanceAt(run, at));
    if (term.hasPriority) return term.priority;
  }
  return agentPlanAt(run.plan, termOf(run, instanceAt(run, ref)).agent).priority;
}

/** It sees the last turns of what was said before, and the input, unless it stands among them. Takes over the hold on `input`. */
function hearFrom(run: Run, ref: u32, input: u32, turns: u32): void {
  const activation = activationAt(run, ref);
  const transcript = activation.transcript;
  const first = turns ? lastTurns(run, transcript, turns) : 0;
  if (first && isHeardFrom(run, first, activation, input)) dropText(run, input);
  else addUserText(run, ref, input);
  activation.view = first || transcriptAt(run, transcript).tail;
  forgetTold(transcriptAt(run, transcript));
}

/** The input is put behind what was said before, unless it stands there. Takes over the hold on `input`. */
function hear(run: Run, ref: u32, input: u32): void {
  const activation = activationAt(run, ref);
  if (isHeard(run, activation, input)) dropText(run, input);
  else addUserText(run, ref, input);
}

/** Whether a text stands in the activation's transcript already, and not as the last thing that its agent itself said. */
export function isHeard(run: Run, activation: Activation, text: u32): bool {
  return isHeardFrom(run, transcriptAt(run, activation.transcript).head, activation, text);
}

function isHeardFrom(run: Run, first: u32, activation: Activation, text: u32): bool {
  const list = transcriptAt(run, activation.transcript);
  if (!list.count || partAt(run, list.tail).author == activation.agent + 1) return false;
  for (let ref = first; ref; ref = partAt(run, ref).next) if (sameText(run, partAt(run, ref).text, text)) return true;
  return false;
}

/** The activation's answer is the instance's output. Takes over the holds. */
export function agentAnswered(run: Run, activationRef: u32, answer: u32, meta: u32): void {
  const ref = activationAt(run, activationRef).node;
  run.busy--;
  freeActivation(run, activationRef);
  const instance = instanceAt(run, ref);
  instance.activation = 0;
  dropText(run, instance.output);
  dropText(run, instance.outputMeta);
  instance.output = answer;
  instance.outputMeta = meta;
  if (termOf(run, instance).kind == <u8>TermKind.Retrieve) documentsAt(run, ref);
  else succeed(run, ref);
}

/** The activation ended without an answer; `words` says why. */
export function agentFailed(run: Run, activationRef: u32, stop: StopReason): void {
  const ref = activationAt(run, activationRef).node;
  const failure = newFailure(run, stop, instanceAt(run, ref).term);
  run.busy--;
  freeActivation(run, activationRef);
  instanceAt(run, ref).activation = 0;
  failWith(run, ref, failure);
}
