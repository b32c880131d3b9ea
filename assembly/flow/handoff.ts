import { StopReason } from "../protocol/types";
import { words } from "../kernel/emit";
import { Run } from "../kernel/run";
import { dropText, holdText, newText, textBytes, textLength } from "../kernel/text";
import { Builder } from "../text/builder";
import { hashNumber } from "../text/hash";
import { sameBytes, startsWithWord } from "../text/slice";
import { failHere, failWith } from "./end";
import { failureAt } from "./failure";
import { Instance, InstanceFlag, dataAt, growData, instanceAt, openData, termOf } from "./instance";
import { writeMembers } from "./meta";
import { progressKey } from "./progress";
import { open, passUp, setMeta, takeFailure } from "./step";
import { Term, TermKind, kidOf, labelOf } from "./term";
import { putValue, stringIn } from "./value";

// A member answers, or passes the conversation on: by the tool transfer_to_NAME, by metadata `handoff_to`, or by the text HANDOFF:NAME. The
// block: for each member that was called its place, and the key of progress of its end.

@unmanaged
export class Hop {
  key: u64;
  member: u32;
  unused: u32;
}

export const HOP: u32 = 16;
const NOBODY: u32 = u32.MAX_VALUE;
const ANSWERS: u32 = u32.MAX_VALUE - 1;

export function hopAt(run: Run, instance: Instance, place: u32): Hop {
  return changetype<Hop>(dataAt(run, instance, place * HOP));
}

export function enterHandoff(run: Run, ref: u32): void {
  const instance = instanceAt(run, ref);
  openData(run, instance, 4 * HOP);
  call(run, ref, termOf(run, instance).entry);
}

function call(run: Run, ref: u32, member: u32): void {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  if (instance.cursor * HOP == instance.dataBytes) growData(run, instance, instance.dataBytes * 2);
  hopAt(run, instance, instance.cursor++).member = member;
  instance.toolDigest = 0;
  open(run, ref, kidOf(term, member), member, holdText(run, instance.input), holdText(run, instance.inputMeta));
}

export function handoffKid(run: Run, ref: u32, kid: u32): void {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  const ended = instanceAt(run, kid);
  if (ended.has(InstanceFlag.Failed)) return failWith(run, ref, withPath(run, instance, takeFailure(ended)));
  const member = ended.place;
  const to = target(run, term, ended);
  if (to == ANSWERS) {
    passOver(run, ref, kid);
    return;
  }
  if (to == NOBODY || !mayPass(term, member, to)) return refuse(run, ref, member, to);
  const first = seenBefore(run, instance, ended, to);
  if (first != NOBODY) {
    words.clear().ascii("nothing new came of handing over: ");
    writePath(run, words, instance, first);
    return failHere(run, ref, StopReason.NoProgress);
  }
  if (instance.cursor > term.most) {
    words.clear().ascii("max_hops: ").integer(term.most).ascii("; ");
    writePath(run, words, instance, 0);
    return failHere(run, ref, StopReason.Limit);
  }
  call(run, ref, to);
}

/** To whom a member that is over passes on. */
function target(run: Run, term: Term, ended: Instance): u32 {
  // A member that is no agent only answers.
  if (termOf(run, ended).kind != <u8>TermKind.Agent) return ANSWERS;
  const told = stringIn(textBytes(run, ended.outputMeta), textLength(run, ended.outputMeta), "handoff_to");
  if (told !== null) return memberNamed(term, told.at, told.length);
  const at = textBytes(run, ended.output);
  const length = textLength(run, ended.output);
  if (!startsWithWord(at, length, "HANDOFF:")) return ANSWERS;
  let begin: u32 = 8;
  while (begin < length && load<u8>(at + begin) == 0x20) begin++;
  let end = begin;
  while (end < length && load<u8>(at + end) > 0x20) end++;
  return memberNamed(term, at + begin, end - begin);
}

function memberNamed(term: Term, at: usize, length: u32): u32 {
  for (let i: u32 = 0; i < term.kidCount; i++) {
    const label = labelOf(term, i);
    if (sameBytes(label.at, label.length, at, length)) return i;
  }
  return NOBODY;
}

/** Whether a member may pass on to another one. */
export function mayPass(term: Term, from: u32, to: u32): bool {
  if (from == to) return false;
  return !term.transfers || load<u8>(term.transfers + from * term.kidCount + to) != 0;
}

function refuse(run: Run, ref: u32, member: u32, to: u32): void {
  const instance = instanceAt(run, ref);
  const label = labelOf(termOf(run, instance), member);
  words.clear().bytes(label.at, label.length);
  if (to == NOBODY) words.ascii(" hands over to somebody who is no member; ");
  else if (to == member) words.ascii(" hands over to itself; ");
  else {
    const other = labelOf(termOf(run, instance), to);
    words.ascii(" may not hand over to ").bytes(other.at, other.length).ascii("; ");
  }
  writePath(run, words, instance, 0);
  failHere(run, ref, StopReason.NoRoute);
}

/** Notes this hop's key; gives the hop of the same key if there was one, or NOBODY. */
function seenBefore(run: Run, instance: Instance, ended: Instance, to: u32): u32 {
  const said = progressKey(textBytes(run, ended.output), textLength(run, ended.output), instance.toolDigest);
  const key = hashNumber(said, ((<u64>ended.place) << 32) | to);
  const last = instance.cursor - 1;
  hopAt(run, instance, last).key = key;
  for (let i: u32 = 0; i < last; i++) if (hopAt(run, instance, i).key == key) return i;
  return NOBODY;
}

/** Who had the conversation, from that hop on: a -> b -> a. */
function writePath(run: Run, to: Builder, instance: Instance, from: u32): void {
  const term = termOf(run, instance);
  for (let i = from; i < instance.cursor; i++) {
    if (i > from) to.ascii(" -> ");
    const label = labelOf(term, hopAt(run, instance, i).member);
    to.bytes(label.at, label.length);
  }
}

/** The same as a JSON list. */
export function writePathList(run: Run, to: Builder, instance: Instance): void {
  const term = termOf(run, instance);
  to.byte(0x5b);
  for (let i: u32 = 0; i < instance.cursor; i++) {
    if (i) to.byte(0x2c);
    const label = labelOf(term, hopAt(run, instance, i).member);
    to.json(label.at, label.length);
  }
  to.byte(0x5d);
}

/** A member's failure, with the path before what was done in it. */
function withPath(run: Run, instance: Instance, ref: u32): u32 {
  const failure = failureAt(run, ref);
  words.clear().ascii('{"path":');
  writePathList(run, words, instance);
  if (failure.partial) {
    words.ascii(',"partial":');
    putValue(words, textBytes(run, failure.partial), textLength(run, failure.partial));
  }
  words.byte(0x7d);
  dropText(run, failure.partial);
  failure.partial = newText(run, words.at, words.length);
  return ref;
}

/** The answer is the member's, with the path. */
function passOver(run: Run, ref: u32, kid: u32): void {
  const ended = instanceAt(run, kid);
  words.clear();
  writeMembers(words, textBytes(run, ended.outputMeta), textLength(run, ended.outputMeta), "path", "stop");
  words.ascii('"path":');
  writePathList(run, words, instanceAt(run, ref));
  words.byte(0x7d);
  setMeta(run, kid);
  passUp(run, ref, kid);
}
