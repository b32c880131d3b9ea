import { NOT_FOUND, ToolPlan, agentPlanAt, toolPlanAt } from "../definition/plan";
import { FailureKind, Level, PartKind, PartRole, StopReason } from "../protocol/types";
import { Activation, Guide, Program, activationAt } from "../kernel/activation";
import { beginActivation, finishActivation } from "../kernel/activate";
import { dispatch, toolOf } from "../kernel/attempt";
import { agentAt } from "../kernel/agent";
import { awaitLateResult, failActivation } from "../kernel/closing";
import { Effect, EffectKind, effectAt, freeEffect, newEffect } from "../kernel/effect";
import { emitNotice, words } from "../kernel/emit";
import { failureWord } from "../kernel/failure";
import { Run } from "../kernel/run";
import { dropText, holdText, newText, textBytes, textLength } from "../kernel/text";
import { askModel, textOf, unlinkEffect } from "../kernel/think";
import { Part, addPart, closeCall, newTranscript, partAt, transcriptAt } from "../kernel/transcript";
import { takeToolCall } from "../ledger/account";
import { noteTool } from "../flow/progress";
import { memberLabel, transferTarget } from "../flow/transfer";
import { hashBytes } from "../text/hash";
import { sameBytes } from "../text/slice";
import { checkAnswer } from "./answer";
import { checkArguments } from "./arguments";
import { goOnGuided, verified } from "./guided";
import { programObserved } from "./programs";

// The thought and tool loop: the model answers or calls tools; what they give goes back to the model, until it answers without a call.

/** A wired agent with a message. Takes over the hold on `text`. */
export function beginReact(run: Run, index: u32, sender: u32, hops: u16, text: u32): void {
  const ref = beginActivation(run, index, sender, hops, text);
  const agent = agentAt(run, index);
  if (!agent.transcript) agent.transcript = newTranscript(run);
  activationAt(run, ref).transcript = agent.transcript;
  activationAt(run, ref).before = transcriptAt(run, agent.transcript).tail;
  addPart(run, agent.transcript, PartRole.User, PartKind.Text, holdText(run, text), 0, 0, 0);
  askModel(run, ref, false);
}

/** Its calls are run, or its text is the answer. `first` is the first part of the answer. */
export function reactAnswered(run: Run, ref: u32, first: u32): void {
  const activation = activationAt(run, ref);
  if (activation.guide == <u8>Guide.Verifying) return verified(run, ref, first);
  if (transcriptAt(run, activation.transcript).openCalls) {
    activation.calls = first;
    return runCalls(run, ref);
  }
  if (agentPlanAt(run.plan, activation.agent).outputSchema) return checkAnswer(run, ref, textOf(run, first));
  activation.answer = textOf(run, first);
  noteFinal(run, activation);
  finishActivation(run, ref);
}

/** An answer that a budget's last call gave says so. */
function noteFinal(run: Run, activation: Activation): void {
  if (!activation.final || !activation.node) return;
  words.clear().ascii('{"stop":"budget"}');
  activation.answerMeta = newText(run, words.at, words.length);
}

/** Starts every call of the turn; those that cannot be run get their error at once. */
function runCalls(run: Run, ref: u32): void {
  const activation = activationAt(run, ref);
  const plan = agentPlanAt(run.plan, activation.agent);
  // Other programs count their turns themselves.
  const last = activation.program == Program.React && !plan.guidedTurns && activation.turns >= plan.maxTurns;
  for (let at = activation.calls; at; at = partAt(run, at).next) {
    const call = partAt(run, at);
    if (call.kind != PartKind.ToolCall) continue;
    if (last) {
      words.clear().ascii("not run: this was the last turn");
      settleCall(run, at, true);
      continue;
    }
    const member = transferTarget(run, activation, textBytes(run, call.name), textLength(run, call.name));
    if (member != NOT_FOUND) {
      handOver(run, activation, at, member);
      continue;
    }
    const tool = findTool(run, activation.agent, call);
    if (tool == NOT_FOUND || !checkArguments(run, toolPlanAt(plan, tool), call)) {
      // The model is told, and may mend it; people are told that it happened.
      emitNotice(run, activation.agent, Level.Warn, tool == NOT_FOUND ? "unknown-tool" : "bad-arguments");
      settleCall(run, at, true);
    } else if (!takeToolCall(run, toolPlanAt(plan, tool))) settleCall(run, at, true);
    else startCall(run, ref, activation, at, tool);
  }
  if (last) {
    answerCalls(run, ref);
    words.clear().ascii("it called tools in each of its ").integer(plan.maxTurns).ascii(" turns and gave no answer");
    return failActivation(run, ref, StopReason.Limit);
  }
  if (!activation.awaited) nextTurn(run, ref);
}

/** The first transfer of a turn counts; the turn's other calls are run before the conversation is passed on. */
function handOver(run: Run, activation: Activation, call: u32, member: u32): void {
  const isFirst = !activation.transfer;
  if (isFirst) activation.transfer = member + 1;
  words.clear().ascii(isFirst ? "handed over" : "not handed over: the conversation goes to somebody else");
  settleCall(run, call, !isFirst);
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
  call.failed = isError ? 1 : 0;
}

/** A tool has answered, or cannot any more; `words` holds what the model is told. */
export function toolAnswered(run: Run, effectRef: u32, isError: bool, keep: bool): void {
  const effect = effectAt(run, effectRef);
  const ref = effect.activation;
  if (effect.edited) tellEdited(run, effect);
  settleCall(run, effect.call, isError);
  noteCall(run, activationAt(run, ref), partAt(run, effect.call));
  leaveTool(run, effectRef, keep);
  if (!activationAt(run, ref).awaited) nextTurn(run, ref);
}

/** The model is told what the tool was called with. */
function tellEdited(run: Run, effect: Effect): void {
  const text = newText(run, words.at, words.length);
  words.clear().ascii("A person changed the arguments to ").bytes(textBytes(run, effect.edited), textLength(run, effect.edited)).ascii(":\n");
  words.bytes(textBytes(run, text), textLength(run, text));
  dropText(run, text);
}

/** For whoever asks whether anything new came of it: tool, arguments and result. */
function noteCall(run: Run, activation: Activation, call: Part): void {
  if (!activation.node) return;
  let digest = hashBytes(0, textBytes(run, call.name), textLength(run, call.name));
  digest = hashBytes(digest, textBytes(run, call.text), textLength(run, call.text));
  noteTool(run, activation.node, hashBytes(digest, textBytes(run, call.call), textLength(run, call.call)));
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
  const activation = activationAt(run, ref);
  const first = activation.calls;
  answerCalls(run, ref);
  if (activation.transfer) return passOn(run, ref, first);
  if (activation.program != Program.React) programObserved(run, ref);
  else if (agentPlanAt(run.plan, activation.agent).guidedTurns) goOnGuided(run, ref);
  else askModel(run, ref, false);
}

/** What it said with the transfer is its answer, and to whom it goes stands in the metadata. */
function passOn(run: Run, ref: u32, first: u32): void {
  const activation = activationAt(run, ref);
  activation.answer = textOf(run, first);
  const label = memberLabel(run, activation);
  words.clear().ascii('{"handoff_to":').json(label.at, label.length).byte(0x7d);
  activation.answerMeta = newText(run, words.at, words.length);
  finishActivation(run, ref);
}

/** Appends the results to the transcript, in the order of the calls. */
function answerCalls(run: Run, ref: u32): void {
  const activation = activationAt(run, ref);
  const transcript = activation.transcript;
  const end = transcriptAt(run, transcript).tail;
  for (let at = activation.calls; ; at = partAt(run, at).next) {
    const call = partAt(run, at);
    if (call.kind == PartKind.ToolCall) {
      const kind = call.failed ? PartKind.ToolError : PartKind.ToolResult;
      const result = addPart(run, transcript, PartRole.Tool, kind, call.call, holdText(run, call.id), holdText(run, call.name), 0);
      partAt(run, result).author = activation.agent + 1;
      call.call = 0;
      call.failed = 0;
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
