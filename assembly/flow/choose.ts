import { StopReason } from "../protocol/types";
import { JsonKind } from "../json/node";
import { words } from "../kernel/emit";
import { Run } from "../kernel/run";
import { holdText, textBytes, textLength } from "../kernel/text";
import { sameBytes } from "../text/slice";
import { failHere, failWith } from "./end";
import { holdsAt } from "./environment";
import { InstanceFlag, instanceAt, termOf } from "./instance";
import { resolve } from "./select";
import { open, passUp, takeFailure } from "./step";
import { NO_TERM, Term, kidOf, labelOf } from "./term";
import { NO_NUMBER, numberIn, objectOf, stringIn } from "./value";
import { memberNamed } from "../json/members";

// A decision, then exactly one case, on the node's own input.

export const DECIDING: u8 = 1;
export const DECIDED: u8 = 2;
/** In place of a case's number. */
const NOBODY: u32 = u32.MAX_VALUE;

export function enterChoose(run: Run, ref: u32): void {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  if (term.by != NO_TERM) {
    instance.phase = DECIDING;
    open(run, ref, term.by, 0, holdText(run, instance.input), holdText(run, instance.inputMeta));
    return;
  }
  if (term.conditions) return take(run, ref, firstThatHolds(run, ref, term));
  take(run, ref, resolve(run, ref, term.over) ? caseNamed(term, words.at, words.length) : NOBODY);
}

function firstThatHolds(run: Run, ref: u32, term: Term): u32 {
  const instance = instanceAt(run, ref);
  for (let i: u32 = 0; i < term.kidCount; i++) {
    if (holdsAt(run, ref, load<usize>(term.conditions + (i << 2)), instance.input, instance.inputMeta)) return i;
  }
  words.clear().ascii("none of its conditions holds");
  return NOBODY;
}

/** The case of that value; if there is none, `words` says so. */
function caseNamed(term: Term, at: usize, length: u32): u32 {
  for (let i: u32 = 0; i < term.kidCount; i++) {
    const label = labelOf(term, i);
    if (sameBytes(label.at, label.length, at, length)) return i;
  }
  const begin = words.at == at ? copyOf(at, length) : at;
  words.clear().ascii('no case for "').bytes(begin, min<u32>(length, 200)).ascii('"; there are: ');
  for (let i: u32 = 0; i < term.kidCount; i++) {
    const label = labelOf(term, i);
    if (i) words.ascii(", ");
    words.bytes(label.at, label.length);
  }
  return NOBODY;
}

const kept: usize = memory.data(200);

function copyOf(at: usize, length: u32): usize {
  memory.copy(kept, at, min<u32>(length, 200));
  return kept;
}

/** Enters a case; NOBODY is `else`, and without one nobody: `words` says why. */
function take(run: Run, ref: u32, place: u32): void {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  const chosen = place == NOBODY ? term.otherwise : kidOf(term, place);
  if (chosen == NO_TERM) return failHere(run, ref, StopReason.NoRoute);
  instance.phase = DECIDED;
  open(run, ref, chosen, place == NOBODY ? term.kidCount : place, holdText(run, instance.input), holdText(run, instance.inputMeta));
}

export function chooseKid(run: Run, ref: u32, kid: u32): void {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  const ended = instanceAt(run, kid);
  if (instance.phase == DECIDED) {
    if (ended.has(InstanceFlag.Failed)) failWith(run, ref, takeFailure(ended));
    else passUp(run, ref, kid);
    return;
  }
  if (ended.has(InstanceFlag.Failed)) {
    if (term.otherwise == NO_TERM) return failWith(run, ref, takeFailure(ended));
    return take(run, ref, NOBODY);
  }
  take(run, ref, decided(run, term, ended.output, ended.outputMeta));
}

/** The case that a decision names, if it is sure enough. */
function decided(run: Run, term: Term, text: u32, meta: u32): u32 {
  const at = textBytes(run, text);
  const length = textLength(run, text);
  const root = objectOf(at, length);
  if (root !== null) {
    const accepted = memberNamed(root, "accepted");
    if (accepted !== null && accepted.kind == JsonKind.False) {
      words.clear().ascii("the classifier is not sure enough");
      return NOBODY;
    }
  }
  if (term.minConfidence >= 0) {
    const confidence = numberIn(run, text, meta, "confidence");
    if (confidence == NO_NUMBER || confidence < term.minConfidence) {
      words.clear().ascii("the decision's confidence is ");
      if (confidence == NO_NUMBER) words.ascii("not told");
      else words.decimal(confidence);
      words.ascii(", less than min_confidence ").decimal(term.minConfidence);
      return NOBODY;
    }
  }
  const category = stringIn(at, length, "category");
  if (category !== null) return caseNamed(term, category.at, category.length);
  const next = stringIn(at, length, "next");
  return next === null ? caseNamed(term, at, length) : caseNamed(term, next.at, next.length);
}
