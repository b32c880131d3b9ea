import { StopReason } from "../protocol/types";
import { JsonKind, isTrue } from "../json/node";
import { memberNamed } from "../json/members";
import { words } from "../kernel/emit";
import { stopWord } from "../kernel/failure";
import { Run } from "../kernel/run";
import { dropText, holdText, textBytes, textLength } from "../kernel/text";
import { failWith, succeed } from "./end";
import { holdsAfter } from "./environment";
import { dropFailure, failureAt } from "./failure";
import { Instance, InstanceFlag, dataAt, instanceAt, openData, termOf } from "./instance";
import { writeMembers } from "./meta";
import { progressKey } from "./progress";
import { open, openWith, setMeta, takeFailure, takeOutput, takeOutputMeta } from "./step";
import { NO_TERM, kidOf } from "./term";
import { NO_NUMBER, numberIn, objectOf } from "./value";

// The same again until a condition holds after an iteration, nothing new comes, or it was done often enough. The block: the last iteration's
// output, the kept one's score, then a key of progress for each iteration. The kept output is the instance's own.

@unmanaged
export class LoopHead {
  bestScore: i64;
  gain: i64;
  lastText: u32;
  lastMeta: u32;
}

export const LOOP_HEAD: u32 = 24;
export const DOING: u8 = 0;
export const ASKING: u8 = 1;

export function loopHead(run: Run, instance: Instance): LoopHead {
  return changetype<LoopHead>(dataAt(run, instance, 0));
}

export function enterLoop(run: Run, ref: u32): void {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  openData(run, instance, LOOP_HEAD + (term.most << 3));
  const head = loopHead(run, instance);
  head.bestScore = NO_NUMBER;
  head.gain = NO_NUMBER;
  head.lastText = holdText(run, instance.input);
  head.lastMeta = holdText(run, instance.inputMeta);
  iterate(run, ref);
}

function iterate(run: Run, ref: u32): void {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  const head = loopHead(run, instance);
  instance.phase = DOING;
  instance.iteration++;
  instance.toolDigest = 0;
  const text = term.eachInput ? instance.input : head.lastText;
  const meta = term.eachInput ? instance.inputMeta : head.lastMeta;
  openWith(run, ref, kidOf(term, 0), 0, holdText(run, text), holdText(run, meta), term.own, head.lastText, head.lastMeta);
}

export function loopKid(run: Run, ref: u32, kid: u32): void {
  const instance = instanceAt(run, ref);
  const ended = instanceAt(run, kid);
  if (instance.phase == ASKING) {
    const done = !ended.has(InstanceFlag.Failed) && saysDone(run, ended.output);
    return goOn(run, ref, done);
  }
  if (ended.has(InstanceFlag.Failed)) {
    const failure = takeFailure(ended);
    if (instance.iteration == 1) return failWith(run, ref, failure);
    const stop = failureAt(run, failure).stop;
    dropFailure(run, failure);
    return finish(run, ref, stop);
  }
  keep(run, instance, ended);
  const term = termOf(run, instance);
  if (term.untilTerm != NO_TERM) {
    instance.phase = ASKING;
    const head = loopHead(run, instance);
    open(run, ref, term.untilTerm, 1, holdText(run, head.lastText), holdText(run, head.lastMeta));
    return;
  }
  let done = false;
  if (term.until) {
    const head = loopHead(run, instance);
    done = holdsAfter(run, ref, term.until, head.lastText, head.lastMeta, head.gain);
  }
  goOn(run, ref, done);
}

/** Notes an iteration's output, and keeps it if it is the one to be kept. */
function keep(run: Run, instance: Instance, ended: Instance): void {
  const term = termOf(run, instance);
  const head = loopHead(run, instance);
  dropText(run, head.lastText);
  dropText(run, head.lastMeta);
  head.lastText = takeOutput(ended);
  head.lastMeta = takeOutputMeta(ended);
  const score = numberIn(run, head.lastText, head.lastMeta, "score");
  head.gain = score == NO_NUMBER || head.bestScore == NO_NUMBER ? NO_NUMBER : score - head.bestScore;
  const better = instance.iteration == 1 || score >= head.bestScore;
  if (score != NO_NUMBER) head.bestScore = max(head.bestScore, score);
  if (term.keepBest && !better) return;
  dropText(run, instance.output);
  dropText(run, instance.outputMeta);
  instance.output = holdText(run, head.lastText);
  instance.outputMeta = holdText(run, head.lastMeta);
}

/** Whether a decision says that it is done. */
function saysDone(run: Run, text: u32): bool {
  const root = objectOf(textBytes(run, text), textLength(run, text));
  if (root === null) return false;
  const done = memberNamed(root, "done");
  return done !== null && done.kind != JsonKind.Null && isTrue(done);
}

function goOn(run: Run, ref: u32, done: bool): void {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  if (done) return finish(run, ref, StopReason.Done);
  if (!term.eachInput && !isNew(run, instance)) return finish(run, ref, StopReason.NoProgress);
  if (instance.iteration == term.most) return finish(run, ref, StopReason.Limit);
  iterate(run, ref);
}

/** Notes the iteration's key; false if it was seen before. */
function isNew(run: Run, instance: Instance): bool {
  const head = loopHead(run, instance);
  const key = progressKey(textBytes(run, head.lastText), textLength(run, head.lastText), instance.toolDigest);
  const count = instance.cursor;
  for (let i: u32 = 0; i < count; i++) if (load<u64>(dataAt(run, instance, LOOP_HEAD + (i << 3))) == key) return false;
  store<u64>(dataAt(run, instance, LOOP_HEAD + (count << 3)), key);
  instance.cursor++;
  return true;
}

/** Over with the kept output; its metadata says how often, and why no more. */
function finish(run: Run, ref: u32, stop: u32): void {
  const instance = instanceAt(run, ref);
  words.clear();
  writeMembers(words, textBytes(run, instance.outputMeta), textLength(run, instance.outputMeta), "iterations", "stop");
  words.ascii('"iterations":').integer(instance.iteration).ascii(',"stop":"').ascii(stopWord(stop)).ascii('"}');
  setMeta(run, ref);
  succeed(run, ref);
}

/** The node's own deadline: what was kept is its output. */
export function loopDeadline(run: Run, ref: u32): bool {
  const instance = instanceAt(run, ref);
  // Something is kept as soon as the first iteration is over.
  if (instance.iteration <= 1 && instance.phase == DOING) return false;
  finish(run, ref, StopReason.Deadline);
  return true;
}

export function loseLoop(run: Run, instance: Instance): void {
  if (!instance.data) return;
  const head = loopHead(run, instance);
  dropText(run, head.lastText);
  dropText(run, head.lastMeta);
}
