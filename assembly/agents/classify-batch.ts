import { ClassifierPlan } from "../definition/classifier-plan";
import { agentPlanAt } from "../definition/plan";
import { memberNamed } from "../json/members";
import { JsonKind, JsonNode } from "../json/node";
import { Program, activationAt, noteNumber, noteText, openNotes, setNoteNumber, setNoteText } from "../kernel/activation";
import { Agent, AgentState, DUE } from "../kernel/agent";
import { Message } from "../kernel/message";
import { takeMessage } from "../kernel/router";
import { Run } from "../kernel/run";
import { makeReady } from "../kernel/scheduler";
import { dropText, holdText, newText, textBytes, textLength } from "../kernel/text";
import { TimerKind, clearTimer, setTimer } from "../kernel/timer";
import { Gap, Prompt } from "../prompts/table";
import { clearGaps, setGap, writePrompt } from "../prompts/write";
import { newBuilder } from "../text/builder";
import { inputOf } from "./asking";

// Several inputs of a wired classifier in one call. The first waits for others until there are enough, or the window is over; they stay in the
// mailbox meanwhile. Each has an answer of its own, sent in the order of the inputs.
//
//   notes: texts, of each input but the first, itself and later its answer | number, of those sent
//   agent.transcript: the window's timer

/** The answers are all there. */
export const ANSWERED: u8 = 2;

const lines = newBuilder();
const number = newBuilder();

function planOf(run: Run, index: u32): ClassifierPlan {
  return agentPlanAt(run.plan, index).classifier;
}

function joins(run: Run, index: u32): bool {
  return planOf(run, index).batch > 1 && agentPlanAt(run.plan, index).hasModel != 0;
}

/** Whether the agent, whose turn has come, waits for more inputs instead. */
export function waitsForMore(run: Run, index: u32, agent: Agent): bool {
  if (!joins(run, index)) return false;
  const plan = planOf(run, index);
  if (agent.flags & DUE || !plan.batchWindow || <u32>agent.waiting >= min<u32>(plan.batch, agent.limit)) {
    agent.flags &= ~DUE;
    clearTimer(run, agent.transcript);
    agent.transcript = 0;
    return false;
  }
  if (!agent.transcript) agent.transcript = setTimer(run, TimerKind.Batch, index, run.now + plan.batchWindow);
  return true;
}

/** The window is over; its timer is gone. What has come is classified when the agent's turn comes. */
export function classifyWindowOver(run: Run, index: u32): void {
  const agent = Agent.of(run, index);
  agent.transcript = 0;
  agent.flags |= DUE;
  makeReady(run, index, agent);
}

/** Takes what else waits, up to a batch, into the activation that has just begun. */
export function takeOthers(run: Run, index: u32, ref: u32): void {
  if (!joins(run, index)) return;
  const agent = Agent.of(run, index);
  const count = min<u32>(planOf(run, index).batch - 1, agent.waiting);
  if (!count) return;
  openNotes(run, ref, <u16>count, 1);
  for (let i: u32 = 0; i < count; i++) {
    const message = takeMessage(run, agent);
    // A sender that was let in has left it idle.
    agent.state = <u8>AgentState.Busy;
    const activation = activationAt(run, ref);
    activation.hops = max(activation.hops, Message.of(run, message).hops);
    setNoteText(run, ref, i, Message.of(run, message).text);
    Message.give(run, message);
    agent.received++;
    run.activations++;
  }
}

/** Inputs of the activation. */
export function inputCount(run: Run, ref: u32): u32 {
  const activation = activationAt(run, ref);
  return activation.notes ? <u32>activation.noteTexts + 1 : 1;
}

/** What the model is told: the input, or all of them by number. A held text. */
export function inputText(run: Run, ref: u32): u32 {
  const activation = activationAt(run, ref);
  if (!activation.notes) return inputOf(run, ref);
  lines.clear();
  for (let i: u32 = 0; i <= <u32>activation.noteTexts; i++) {
    const text = i ? noteText(run, ref, i - 1) : activation.input;
    if (i) lines.byte(0x0a);
    number.clear().integer(i + 1);
    clearGaps();
    setGap(Gap.Number, number.at, number.length);
    setGap(Gap.Input, textBytes(run, text), textLength(run, text));
    writePrompt(lines, run.plan, activation.agent, Prompt.BatchLine);
  }
  return newText(run, lines.at, lines.length);
}

/** The first of `count` objects of an answer; null if it has not just as many. */
export function resultsIn(object: JsonNode | null, array: JsonNode | null, count: u32): JsonNode | null {
  let list = array;
  if (object !== null) {
    const named = memberNamed(object, "results");
    if (named !== null) list = named;
  }
  if (list === null || list.kind != JsonKind.Array || list.count != count) return null;
  for (let each = list.first; each; each = each.next) if (each.kind != JsonKind.Object) return null;
  return list.first;
}

/** The next answer is the activation's; false: all are sent, or it has none. */
export function nextAnswer(run: Run, ref: u32): bool {
  const activation = activationAt(run, ref);
  if (activation.program != <u8>Program.Classify || activation.phase != ANSWERED || !activation.notes) return false;
  const index = noteNumber(run, ref, 0);
  if (index >= <i64>activation.noteTexts) return false;
  dropText(run, activation.answer);
  activation.answer = holdText(run, noteText(run, ref, <u32>index));
  dropText(run, activation.answerMeta);
  activation.answerMeta = 0;
  activation.cursor = 0;
  setNoteNumber(run, ref, 0, index + 1);
  return true;
}
