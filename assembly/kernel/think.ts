import { agentPlanAt } from "../definition/plan";
import { groupFor } from "../flow/talk";
import { ALL_TURNS, TermKind, termAt } from "../flow/term";
import { programAnswered } from "../agents/programs";
import { reactAnswered } from "../agents/react";
import { PART_SIZE, FinishReason, PartKind, PartRole, Part as PartRecord, StopReason } from "../protocol/types";
import { CountedEvent, ModelResultEvent } from "../protocol/events";
import { Builder } from "../text/builder";
import { finishActivation } from "./activate";
import { Activation, Program, activationAt } from "./activation";
import { dispatch } from "./attempt";
import { failActivation } from "./closing";
import { askCounts, takeCounts } from "./counting";
import { encodingAt, settleAnswer, settleRequest } from "./counts";
import { EffectKind, effectAt, freeEffect, newEffect } from "./effect";
import { words } from "./emit";
import { Run } from "./run";
import { askSummary, summaryAnswered } from "./summary";
import { dropText, holdText, newText, textBytes, textLength } from "./text";
import { addPart, clearTranscript, copyParts, lastTurns, newTranscript, partAt, transcriptAt } from "./transcript";
import { mustCount } from "./window";

// What every program that asks a model needs: a transcript to show, a system text to show it under, one call at a time.

/** An empty transcript of the activation's own, which ends with it. */
export function openPrivate(run: Run, ref: u32): void {
  const transcript = newTranscript(run);
  const activation = activationAt(run, ref);
  assert(!activation.ownsTranscript);
  activation.transcript = transcript;
  activation.ownsTranscript = 1;
}

/** A copy, of the activation's own, of the last turns of the transcript that it has. */
export function openCopy(run: Run, ref: u32, turns: u32): void {
  const from = activationAt(run, ref).transcript;
  openPrivate(run, ref);
  if (!from || !turns) return;
  const first = turns == ALL_TURNS ? transcriptAt(run, from).head : lastTurns(run, from, turns);
  copyParts(run, first, activationAt(run, ref).transcript);
}

/** A transcript of the activation's own, with what its group has heard and said, if it stands in one. */
export function openHearing(run: Run, ref: u32): void {
  openPrivate(run, ref);
  hearGroup(run, ref);
}

/** The activation's own transcript begins anew. */
export function clearTurns(run: Run, ref: u32): void {
  assert(activationAt(run, ref).ownsTranscript);
  clearTranscript(run, activationAt(run, ref).transcript);
  hearGroup(run, ref);
}

/** A join is no member of a group: it looks at its parts and at nothing else. */
function hearGroup(run: Run, ref: u32): void {
  const activation = activationAt(run, ref);
  if (!activation.term || termAt(run.plan.flow, activation.term - 1).kind == <u8>TermKind.Join) return;
  const group = groupFor(run, activation.node);
  if (group) copyParts(run, transcriptAt(run, group).head, activationAt(run, ref).transcript);
}

/** The system text of the calls that follow. */
export function setSystem(run: Run, ref: u32, text: Builder): void {
  const activation = activationAt(run, ref);
  dropText(run, activation.system);
  activation.system = newText(run, text.at, text.length);
}

/** The JSON Schema that answers to the calls that follow should have. */
export function setSchema(run: Run, ref: u32, text: Builder): void {
  const activation = activationAt(run, ref);
  dropText(run, activation.schema);
  activation.schema = newText(run, text.at, text.length);
}

/** A user turn. */
export function addUser(run: Run, ref: u32, text: Builder): void {
  addUserText(run, ref, newText(run, text.at, text.length));
}

/** The same; takes over the hold on `text`. */
export function addUserText(run: Run, ref: u32, text: u32): void {
  addPart(run, activationAt(run, ref).transcript, PartRole.User, PartKind.Text, text, 0, 0, 0);
}

/** One call without tools; its answer goes to the activation's program. */
export function think(run: Run, ref: u32): void {
  askModel(run, ref, true);
}

export function askModel(run: Run, ref: u32, noTools: bool): void {
  activationAt(run, ref).counted = 0;
  if (mustCount(run, ref) && askCounts(run, ref, 0, noTools)) return;
  sumUpAndCall(run, ref, noTools);
}

/** The texts of the request are counted, as far as they can be. */
export function countsKnown(run: Run, effectRef: u32, event: CountedEvent | null): void {
  const ref = effectAt(run, effectRef).activation;
  const noTools = takeCounts(run, effectRef, event);
  sumUpAndCall(run, ref, noTools);
}

function sumUpAndCall(run: Run, ref: u32, noTools: bool): void {
  if (!askSummary(run, ref, noTools)) callModel(run, ref, noTools);
}

export function callModel(run: Run, ref: u32, noTools: bool): void {
  const activation = activationAt(run, ref);
  run.modelCalls++;
  activation.turns++;
  const effect = newEffect(run, EffectKind.Model, activation.agent, ref);
  effectAt(run, effect).noTools = noTools ? 1 : 0;
  effectAt(run, effect).term = activation.term;
  effectAt(run, effect).next = activation.effects;
  activation.effects = effect;
  dispatch(run, effect);
}

/** The model has answered: its turn goes into the transcript. */
export function modelAnswered(run: Run, effectRef: u32, event: ModelResultEvent): void {
  const effect = effectAt(run, effectRef);
  if (effect.call) return summaryAnswered(run, effectRef, event);
  const ref = effect.activation;
  const noTools = effect.noTools != 0;
  const provider = effect.provider;
  const activation = activationAt(run, ref);
  unlinkEffect(run, activation, effectRef);
  freeEffect(run, effectRef);
  activation.tokens += event.usageInput + event.usageOutput;
  settleRequest(run, activation, provider, event.usageInput);
  const first = addAnswer(run, activation.transcript, activation.agent, event, noTools);
  settleAnswer(run, first, encodingAt(agentPlanAt(run.plan, activation.agent), provider), event.usageOutput);
  if (event.finish == FinishReason.ContentFilter && !transcriptAt(run, activation.transcript).openCalls) {
    words.clear().ascii("the model's answer was withheld by its provider's content filter");
    return failActivation(run, ref, StopReason.Refused);
  }
  if (activation.program == Program.React || transcriptAt(run, activation.transcript).openCalls) reactAnswered(run, ref, first);
  else programAnswered(run, ref, textOf(run, first));
}

/** Appends the parts of an answer; an empty one still is a turn. Gives the first. */
export function addAnswer(run: Run, transcript: u32, agent: u32, event: ModelResultEvent, noTools: bool): u32 {
  const author = agent + 1;
  const at = changetype<usize>(event);
  let first: u32 = 0;
  let record = at + event.partsAt;
  for (let i: u32 = 0; i < event.partsCount; i++, record += PART_SIZE) {
    const part = changetype<PartRecord>(record);
    // Who was not to call tools has called none.
    if (noTools && part.kind == PartKind.ToolCall) continue;
    const id = newText(run, at + part.idAt, part.idLength);
    const name = newText(run, at + part.nameAt, part.nameLength);
    const metadata = newText(run, at + part.metadataAt, part.metadataLength);
    const kind = part.kind == PartKind.ToolCall || part.kind == PartKind.Reasoning ? <PartKind>part.kind : PartKind.Text;
    const added = addPart(run, transcript, PartRole.Assistant, kind, newText(run, at + part.textAt, part.textLength), id, name, metadata);
    partAt(run, added).author = author;
    if (!first) first = added;
  }
  if (first) return first;
  first = addPart(run, transcript, PartRole.Assistant, PartKind.Text, 0, 0, 0, 0);
  partAt(run, first).author = author;
  return first;
}

/** The texts of a turn, joined, held once more. */
export function textOf(run: Run, first: u32): u32 {
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

/** The activation's answer, and what is known of it as a JSON object, or nothing. */
export function finishWith(run: Run, ref: u32, answer: Builder, metadata: Builder | null): void {
  const activation = activationAt(run, ref);
  activation.answer = newText(run, answer.at, answer.length);
  if (metadata !== null) activation.answerMeta = newText(run, metadata.at, metadata.length);
  finishActivation(run, ref);
}

/** Whether the activation's agent has a model to ask. */
export function hasModel(run: Run, ref: u32): bool {
  return agentPlanAt(run.plan, activationAt(run, ref).agent).hasModel != 0;
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
