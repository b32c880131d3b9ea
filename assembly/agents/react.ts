import { NOT_FOUND, ToolPlan, agentPlanAt, toolPlanAt } from "../definition/plan";
import { PART_SIZE, FailureKind, FinishReason, Level, PartKind, PartRole, Part as PartRecord, StopReason } from "../protocol/types";
import { ModelResultEvent } from "../protocol/events";
import { Activation, activationAt } from "../kernel/activation";
import { beginActivation, finishActivation } from "../kernel/activate";
import { dispatch, mayCallModel, toolOf } from "../kernel/attempt";
import { agentAt } from "../kernel/agent";
import { awaitLateResult, failActivation } from "../kernel/closing";
import { Effect, EffectKind, effectAt, freeEffect, newEffect } from "../kernel/effect";
import { emitNotice, words } from "../kernel/emit";
import { failureWord } from "../kernel/failure";
import { Run } from "../kernel/run";
import { dropText, holdText, newText, textBytes, textLength } from "../kernel/text";
import { Part, addPart, closeCall, newTranscript, partAt, transcriptAt } from "../kernel/transcript";
import { sameBytes } from "../text/slice";
import { checkArguments } from "./arguments";

// The thought and tool loop: the model answers or calls tools; what they give goes back to the model, until it answers without a call.

/** Takes over the hold on `text`. */
export function beginReact(run: Run, index: u32, sender: u32, hops: u16, text: u32): void {
  const ref = beginActivation(run, index, sender, hops, text);
  const transcript = transcriptOf(run, index);
  addPart(run, transcript, PartRole.User, PartKind.Text, holdText(run, text), 0, 0, 0);
  askModel(run, ref);
}

function transcriptOf(run: Run, index: u32): u32 {
  const agent = agentAt(run, index);
  if (agent.transcript) return agent.transcript;
  agent.transcript = newTranscript(run);
  if (agentPlanAt(run.plan, agent.plan).promptLength) {
    partAt(run, addPart(run, agent.transcript, PartRole.System, PartKind.Text, 0, 0, 0, 0)).planned = 1;
  }
  return agent.transcript;
}

function askModel(run: Run, ref: u32): void {
  const activation = activationAt(run, ref);
  if (!mayCallModel(run)) return failActivation(run, ref, StopReason.Budget);
  run.modelCalls++;
  activation.turns++;
  const effect = newEffect(run, EffectKind.Model, activation.agent, ref);
  effectAt(run, effect).next = activation.effects;
  activation.effects = effect;
  dispatch(run, effect);
}

/** The model has answered: its turn goes into the transcript, its calls are run, or its text is the answer. */
export function modelAnswered(run: Run, effectRef: u32, event: ModelResultEvent): void {
  const effect = effectAt(run, effectRef);
  const ref = effect.activation;
  const index = effect.agent;
  const activation = activationAt(run, ref);
  unlinkEffect(run, activation, effectRef);
  freeEffect(run, effectRef);
  const transcript = agentAt(run, index).transcript;
  const first = addAnswer(run, transcript, event);
  if (transcriptAt(run, transcript).openCalls) {
    activation.calls = first;
    return runCalls(run, ref);
  }
  if (event.finish == FinishReason.ContentFilter) {
    words.clear().ascii("the model's answer was withheld by its provider's content filter");
    return failActivation(run, ref, StopReason.Refused);
  }
  activation.answer = textOf(run, first);
  finishActivation(run, ref);
}

/** Appends the parts of an answer; an empty one still is a turn. Gives the first. */
function addAnswer(run: Run, transcript: u32, event: ModelResultEvent): u32 {
  const at = changetype<usize>(event);
  let first: u32 = 0;
  let record = at + event.partsAt;
  for (let i: u32 = 0; i < event.partsCount; i++, record += PART_SIZE) {
    const part = changetype<PartRecord>(record);
    const id = newText(run, at + part.idAt, part.idLength);
    const name = newText(run, at + part.nameAt, part.nameLength);
    const metadata = newText(run, at + part.metadataAt, part.metadataLength);
    const kind = part.kind == PartKind.ToolCall || part.kind == PartKind.Reasoning ? <PartKind>part.kind : PartKind.Text;
    const added = addPart(run, transcript, PartRole.Assistant, kind, newText(run, at + part.textAt, part.textLength), id, name, metadata);
    if (!first) first = added;
  }
  return first || addPart(run, transcript, PartRole.Assistant, PartKind.Text, 0, 0, 0, 0);
}

/** The texts of a turn, joined, held once more. */
function textOf(run: Run, first: u32): u32 {
  let only: u32 = 0;
  let parts = 0;
  let length: u32 = 0;
  for (let ref = first; ref; ref = partAt(run, ref).next) {
    const part = partAt(run, ref);
    if (part.kind != PartKind.Text || !part.text) continue;
    only = part.text;
    parts++;
    length += textLength(run, part.text);
  }
  if (parts < 2) return holdText(run, only);
  words.clear();
  words.room(length);
  for (let ref = first; ref; ref = partAt(run, ref).next) {
    const part = partAt(run, ref);
    if (part.kind == PartKind.Text) words.bytes(textBytes(run, part.text), textLength(run, part.text));
  }
  return newText(run, words.at, words.length);
}

/** Starts every call of the turn; those that cannot be run get their error at once. */
function runCalls(run: Run, ref: u32): void {
  const activation = activationAt(run, ref);
  const plan = agentPlanAt(run.plan, activation.agent);
  const last = activation.turns >= plan.maxTurns;
  for (let at = activation.calls; at; at = partAt(run, at).next) {
    const call = partAt(run, at);
    if (call.kind != PartKind.ToolCall) continue;
    if (last) {
      words.clear().ascii("not run: this was the last turn");
      settleCall(run, at, true);
      continue;
    }
    const tool = findTool(run, activation.agent, call);
    if (tool == NOT_FOUND || !checkArguments(run, toolPlanAt(plan, tool), call)) {
      // The model is told, and may mend it; people are told that it happened.
      emitNotice(run, activation.agent, Level.Warn, tool == NOT_FOUND ? "unknown-tool" : "bad-arguments");
      settleCall(run, at, true);
    } else startCall(run, ref, activation, at, tool);
  }
  if (last) {
    answerCalls(run, ref);
    words.clear().ascii("it called tools in each of its ").integer(plan.maxTurns).ascii(" turns and gave no answer");
    return failActivation(run, ref, StopReason.Limit);
  }
  if (!activation.awaited) nextTurn(run, ref);
}

function startCall(run: Run, ref: u32, activation: Activation, call: u32, tool: u32): void {
  const effectRef = newEffect(run, EffectKind.Tool, activation.agent, ref);
  const effect = effectAt(run, effectRef);
  effect.call = call;
  effect.tool = tool;
  effect.next = activation.effects;
  activation.effects = effectRef;
  activation.awaited++;
  run.toolCalls++;
  dispatch(run, effectRef);
}

/** Index of the tool a call names, or NOT_FOUND with a message for the model. */
function findTool(run: Run, index: u32, call: Part): u32 {
  const plan = agentPlanAt(run.plan, index);
  const name = textBytes(run, call.name);
  const length = textLength(run, call.name);
  for (let i: u32 = 0; i < plan.toolCount; i++) {
    const tool = toolPlanAt(plan, i);
    if (sameBytes(tool.name, tool.nameLength, name, length)) return i;
  }
  words.clear().ascii('there is no tool "').bytes(name, length).ascii('"; ');
  if (!plan.toolCount) words.ascii("you have no tools");
  else words.ascii("your tools are: ");
  for (let i: u32 = 0; i < plan.toolCount; i++) {
    const tool = toolPlanAt(plan, i);
    if (i) words.ascii(", ");
    words.bytes(tool.name, tool.nameLength);
  }
  return NOT_FOUND;
}

/** `words` is a call's result. It waits at the call until all of the turn have theirs, so that results stand in the order of the calls. */
function settleCall(run: Run, callRef: u32, isError: bool): void {
  const call = partAt(run, callRef);
  dropText(run, call.call);
  call.call = newText(run, words.at, words.length);
  call.planned = isError ? 1 : 0;
}

/** A tool has answered, or cannot any more; `words` holds what the model is told. */
export function toolAnswered(run: Run, effectRef: u32, isError: bool, keep: bool): void {
  const effect = effectAt(run, effectRef);
  const ref = effect.activation;
  settleCall(run, effect.call, isError);
  leaveTool(run, effectRef, keep);
  if (!activationAt(run, ref).awaited) nextTurn(run, ref);
}

/** Nobody waits for this call any more; with `keep` a late result is still awaited. */
export function leaveTool(run: Run, effectRef: u32, keep: bool): void {
  const effect = effectAt(run, effectRef);
  const activation = activationAt(run, effect.activation);
  unlinkEffect(run, activation, effectRef);
  activation.awaited--;
  if (keep) awaitLateResult(run, effect);
  else freeEffect(run, effectRef);
}

/** What the model is told of a tool that never answered. */
export function describeUnknown(run: Run, effect: Effect, kind: FailureKind): void {
  words.clear().ascii("outcome unknown (").ascii(failureWord(kind)).ascii('): the tool "');
  const tool: ToolPlan = toolOf(run, effect);
  words.bytes(tool.name, tool.nameLength).ascii('" was started and gave no answer; it may or may not have taken effect, and is not run again');
}

function nextTurn(run: Run, ref: u32): void {
  answerCalls(run, ref);
  askModel(run, ref);
}

/** Appends the results to the transcript, in the order of the calls. */
function answerCalls(run: Run, ref: u32): void {
  const activation = activationAt(run, ref);
  const transcript = agentAt(run, activation.agent).transcript;
  const end = transcriptAt(run, transcript).tail;
  for (let at = activation.calls; ; at = partAt(run, at).next) {
    const call = partAt(run, at);
    if (call.kind == PartKind.ToolCall) {
      const kind = call.planned ? PartKind.ToolError : PartKind.ToolResult;
      addPart(run, transcript, PartRole.Tool, kind, call.call, holdText(run, call.id), holdText(run, call.name), 0);
      call.call = 0;
      call.planned = 0;
      closeCall(run, transcript, at);
    }
    if (at == end) break;
  }
  activation.calls = 0;
}

/** Closes the calls of an activation that ends before they have their results. */
export function closeCalls(run: Run, ref: u32): void {
  const activation = activationAt(run, ref);
  if (!activation.calls) return;
  words.clear().ascii("cancelled");
  for (let at = activation.calls; at; at = partAt(run, at).next) {
    const call = partAt(run, at);
    if (call.kind == PartKind.ToolCall && !call.call) settleCall(run, at, true);
  }
  answerCalls(run, ref);
}

/** Takes an effect off its activation's list. */
export function unlinkEffect(run: Run, activation: Activation, effectRef: u32): void {
  const next = effectAt(run, effectRef).next;
  if (activation.effects == effectRef) activation.effects = next;
  else {
    let before = activation.effects;
    while (effectAt(run, before).next != effectRef) before = effectAt(run, before).next;
    effectAt(run, before).next = next;
  }
  effectAt(run, effectRef).next = 0;
}
