import { agentPlanAt } from "../definition/plan";
import { Gap, Prompt } from "../prompts/table";
import { clearGaps, setGap, writePrompt } from "../prompts/write";
import { Level, PartKind, PartRole } from "../protocol/types";
import { ModelResultEvent } from "../protocol/events";
import { Encoding } from "../tokens/models";
import { newBuilder } from "../text/builder";
import { activationAt } from "./activation";
import { dispatch } from "./attempt";
import { Effect, EffectKind, effectAt, freeEffect, newEffect } from "./effect";
import { emitNotice, shownText, words } from "./emit";
import { Run } from "./run";
import { dropText, newText, textBytes, textLength } from "./text";
import { addAnswer, callModel, textOf, unlinkEffect } from "./think";
import { addPart, forgetTold, newTranscript, partAt, transcriptAt } from "./transcript";
import { SUMMED_UP, countOlder, firstOf, layTurns, requestLimit, turnAt, wantsSummary, windowOf } from "./window";

// Older turns that a model sums up. Its request is a transcript of its own, which ends with the call; what it says stands before what is still shown.
// The turns stay in the transcript, and the next summary begins with this one.

const number = newBuilder();
/** More than stands around two messages and tools. */
const AROUND: u32 = 640;

/** Has the turns summed up that a request has no room for; false: nothing is to be summed up. */
export function askSummary(run: Run, ref: u32, noTools: bool): bool {
  if (!wantsSummary(run, ref)) return false;
  const activation = activationAt(run, ref);
  const transcript = transcriptAt(run, activation.transcript);
  const limit = requestLimit(run, activation, 0);
  const older = countOlder(run, activation);
  // What does not fit into the question, oldest first, is left out of it.
  let first = older;
  let room = limit - (limit >> 3);
  while (first && turnAt(first - 1).tokens <= room) room -= turnAt(--first).tokens;
  if (first == older) return false;
  words.clear();
  if (transcript.summary) words.bytes(textBytes(run, transcript.summary), textLength(run, transcript.summary)).byte(0x0a);
  for (let at = turnAt(first).first; at != firstOf(older); at = partAt(run, at).next) {
    const part = partAt(run, at);
    if (part.kind == <u8>PartKind.Reasoning || part.hidden) continue;
    if (!part.author) words.ascii("user: ");
    const text = shownText(run, part, u32.MAX_VALUE);
    words.bytes(text.at, text.length).byte(0x0a);
  }
  const question = newTranscript(run);
  addPart(run, question, PartRole.User, PartKind.Text, newText(run, words.at, words.length), 0, 0, 0);
  clearGaps();
  number.clear().integer(max<u32>(limit >> 4, 32));
  setGap(Gap.Number, number.at, number.length);
  writePrompt(words.clear(), run.plan, activation.agent, Prompt.Summary);
  transcriptAt(run, question).system = newText(run, words.at, words.length);
  const effectRef = newEffect(run, EffectKind.Model, activation.agent, ref);
  const effect = effectAt(run, effectRef);
  effect.provider = windowOf(run, activation)!.provider;
  effect.noTools = 1;
  effect.call = question;
  effect.tool = noTools ? 1 : 0;
  effect.next = activation.effects;
  activation.effects = effectRef;
  run.modelCalls++;
  dispatch(run, effectRef);
  return true;
}

/** The summary is there: it takes the place of what it sums up, and the request is made. */
export function summaryAnswered(run: Run, effectRef: u32, event: ModelResultEvent): void {
  const effect = effectAt(run, effectRef);
  const ref = effect.activation;
  const activation = activationAt(run, ref);
  activation.tokens += event.usageInput + event.usageOutput;
  const text = textOf(run, addAnswer(run, effect.call, activation.agent, event, true));
  if (!text) {
    words.clear().ascii("it was empty");
    return summaryFailed(run, effectRef);
  }
  const transcript = transcriptAt(run, activation.transcript);
  clearGaps();
  setGap(Gap.Input, textBytes(run, text), textLength(run, text));
  writePrompt(words.clear(), run.plan, activation.agent, Prompt.SummaryShown);
  dropText(run, text);
  dropText(run, transcript.summary);
  transcript.summary = newText(run, words.at, words.length);
  transcript.basis = 0;
  forgetTold(transcript);
  let count: u32 = 0;
  layTurns(run, activation, Encoding.None);
  const older = countOlder(run, activation);
  for (let i: u32 = 0; i < older; i++) {
    if (turnAt(i).stays) continue;
    count++;
    for (let at = turnAt(i).first; at != firstOf(i + 1); at = partAt(run, at).next) partAt(run, at).hidden = SUMMED_UP;
  }
  words.clear().integer(count).ascii(" turns summed up in ").integer(textLength(run, transcript.summary)).ascii(" bytes");
  emitNotice(run, activation.agent, Level.Info, "context-compacted");
  goOn(run, effectRef);
}

/** There is none: the oldest turns are left out instead. `words` says why. */
export function summaryFailed(run: Run, effectRef: u32): void {
  emitNotice(run, effectAt(run, effectRef).agent, Level.Warn, "summary-failed");
  goOn(run, effectRef);
}

function goOn(run: Run, effectRef: u32): void {
  const effect = effectAt(run, effectRef);
  const ref = effect.activation;
  const noTools = effect.tool != 0;
  unlinkEffect(run, activationAt(run, ref), effectRef);
  freeEffect(run, effectRef);
  callModel(run, ref, noTools);
}

/** Bytes of a question for a summary, and what stands around it: no request of it has more tokens. */
export function questionTokens(run: Run, effect: Effect): u32 {
  const question = transcriptAt(run, effect.call);
  return textLength(run, question.system) + textLength(run, partAt(run, question.head).text) + agentPlanAt(run.plan, effect.agent).toolBytes + AROUND;
}
