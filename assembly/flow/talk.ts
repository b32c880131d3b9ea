import { Run, at } from "../kernel/run";
import { copyParts, freeTranscript, newTranscript, partAt, transcriptAt } from "../kernel/transcript";
import { Instance, InstanceFlag, instanceAt, termOf } from "./instance";
import { Share, TermKind, termAt } from "./term";

// Whose transcript an agent reads and writes. A *talk* is a set of transcripts by key: an agent's index, or the group's instance. What branches
// off (a branch, an item, a step, an attempt) has a talk of its own: a transcript of the one above is copied when it is first needed there, and
// for a branch or an attempt that succeeds what is new is put behind it in the end.

@unmanaged
export class Talk {
  above: u32;
  first: u32; // entries, in order
  last: u32;
  unused: u32;
}

@unmanaged
export class Entry {
  next: u32;
  key: u32;
  transcript: u32;
  /** Parts that are copies. */
  base: u32;
}

const SIZE: u32 = 16;
export const TALK_SIZE: u32 = SIZE;
export const ENTRY_SIZE: u32 = SIZE;
export const GROUP: u32 = 0x80000000;
/** With a term's index: what its group has said in earlier runs. */
export const GROUP_LANE: u32 = 0xc0000000;

export function talkAt(run: Run, ref: u32): Talk {
  return changetype<Talk>(at(run, ref));
}

export function entryAt(run: Run, ref: u32): Entry {
  return changetype<Entry>(at(run, ref));
}

/** Talks and entries have one size, and one list of free ones. */
function take(run: Run): u32 {
  let ref = run.freeTalks;
  if (ref) run.freeTalks = load<u32>(at(run, ref));
  else ref = run.allocate(SIZE);
  memory.fill(at(run, ref), 0, SIZE);
  return ref;
}

function give(run: Run, ref: u32): void {
  store<u32>(at(run, ref), run.freeTalks);
  run.freeTalks = ref;
}

export function newTalk(run: Run, above: u32): u32 {
  const ref = take(run);
  talkAt(run, ref).above = above;
  return ref;
}

/** What the instance and those below it hear and say. */
export function talkOf(instance: Instance): u32 {
  return instance.apart || instance.talk;
}

/** The instance talks apart from here on, and what it says is forgotten with it. */
export function branchTalk(run: Run, instance: Instance): void {
  instance.talk = newTalk(run, instance.talk);
  instance.set(InstanceFlag.OwnsTalk);
}

/** What is said in an attempt is kept only if it is not followed by another one. */
export function beginAttempt(run: Run, instance: Instance): void {
  instance.apart = newTalk(run, instance.talk);
}

export function endAttempt(run: Run, instance: Instance, keep: bool): void {
  const apart = instance.apart;
  if (!apart) return;
  instance.apart = 0;
  if (keep) joinTalk(run, apart);
  else freeTalk(run, apart);
}

/** What was said apart is put behind what was said before, and is apart no more. */
export function joinTalk(run: Run, talk: u32): void {
  const above = talkAt(run, talk).above;
  for (let ref = talkAt(run, talk).first; ref; ref = entryAt(run, ref).next) {
    const entry = entryAt(run, ref);
    const base = entry.base;
    const transcript = entry.transcript;
    if (transcriptAt(run, transcript).count == base) continue;
    const to = entryAt(run, entryOf(run, above, entry.key)).transcript;
    let part = transcriptAt(run, transcript).head;
    for (let i: u32 = 0; i < base; i++) part = partAt(run, part).next;
    copyParts(run, part, to);
  }
  freeTalk(run, talk);
}

export function freeTalk(run: Run, talk: u32): void {
  for (let ref = talkAt(run, talk).first; ref; ) {
    const entry = entryAt(run, ref);
    const next = entry.next;
    freeTranscript(run, entry.transcript);
    give(run, ref);
    ref = next;
  }
  give(run, talk);
}

/** The entry of that key: here, or a copy of the nearest above, or a new one. */
function entryOf(run: Run, talk: u32, key: u32): u32 {
  for (let at = talk; at; at = talkAt(run, at).above) {
    const found = lookUp(run, at, key);
    if (!found) continue;
    if (at == talk) return found;
    const mine = addEntry(run, talk, key);
    copyParts(run, transcriptAt(run, entryAt(run, found).transcript).head, entryAt(run, mine).transcript);
    entryAt(run, mine).base = transcriptAt(run, entryAt(run, mine).transcript).count;
    return mine;
  }
  return addEntry(run, talk, key);
}

function lookUp(run: Run, talk: u32, key: u32): u32 {
  for (let ref = talkAt(run, talk).first; ref; ref = entryAt(run, ref).next) if (entryAt(run, ref).key == key) return ref;
  return 0;
}

function addEntry(run: Run, talk: u32, key: u32): u32 {
  const ref = take(run);
  const transcript = newTranscript(run);
  const entry = entryAt(run, ref);
  entry.key = key;
  entry.transcript = transcript;
  const list = talkAt(run, talk);
  if (list.last) entryAt(run, list.last).next = ref;
  else list.first = ref;
  list.last = ref;
  return ref;
}

/** What the nearest term outward that says so, from this instance on, says about sharing; a group's number is in `groupId`. */
function shareFrom(run: Run, ref: u32): Share {
  for (let at = ref; at; ) {
    const instance = instanceAt(run, at);
    const term = termOf(run, instance);
    if (isGroup(run, instance)) {
      groupId = instance.id;
      groupAt = instance.term;
      return Share.Group;
    }
    if (term.share != <u8>Share.Inherit) return <Share>term.share;
    // Nothing from outside is heard in a definition that is used.
    if (term.kind == TermKind.Use) break;
    at = instance.parent;
  }
  return Share.Own;
}

let groupId: u32 = 0;
let groupAt: u32 = 0;

/** Index + 1 of the term whose group an agent's instance speaks in, or 0. */
export function groupTerm(run: Run, ref: u32): u32 {
  return shareFrom(run, ref) == Share.Group ? groupAt + 1 : 0;
}

/** The transcript of an agent's activation at this instance; 0: one of its own, forgotten with it. */
export function transcriptFor(run: Run, ref: u32, agent: u32): u32 {
  const share = shareFrom(run, ref);
  if (share == Share.None) return 0;
  return transcriptOf(run, talkOf(instanceAt(run, ref)), share == Share.Group ? GROUP | groupId : agent);
}

/** The transcript of the group that an instance stands in, as its branch hears it; 0: it stands in none. */
export function groupAround(run: Run, instance: Instance): u32 {
  return shareFrom(run, instance.parent) == Share.Group ? transcriptOf(run, instance.talk, GROUP | groupId) : 0;
}

/** The transcript of the group that an agent's instance speaks in, or 0. */
export function groupFor(run: Run, ref: u32): u32 {
  return shareFrom(run, ref) == Share.Group ? transcriptOf(run, talkOf(instanceAt(run, ref)), GROUP | groupId) : 0;
}

export function transcriptOf(run: Run, talk: u32, key: u32): u32 {
  const ref = entryOf(run, talk, key);
  const transcript = entryAt(run, ref).transcript;
  if (run.plan.sessions && key >> 30 == GROUP >> 30 && !transcriptAt(run, transcript).count) {
    // A group begins with what it has said in earlier runs, which stands in the outermost talk.
    for (let at = talk; at; at = talkAt(run, at).above) {
      const lane = lookUp(run, at, GROUP_LANE | groupAt);
      if (!lane) continue;
      copyParts(run, transcriptAt(run, entryAt(run, lane).transcript).head, transcript);
      entryAt(run, ref).base = transcriptAt(run, transcript).count;
    }
  }
  return transcript;
}

/** Whether the agents within a term that says so have one transcript. */
export function isGroup(run: Run, instance: Instance): bool {
  const term = termAt(run.plan.flow, instance.term);
  const share = <Share>term.share;
  return share == Share.Group || (share == Share.Inherit && (term.kind == TermKind.Handoff || term.kind == TermKind.Supervise));
}

/** The group is over: nobody reads its transcript any more. */
export function endGroup(run: Run, instance: Instance): void {
  const key = GROUP | instance.id;
  const talk = talkAt(run, talkOf(instance));
  let before: u32 = 0;
  for (let ref = talk.first; ref; ref = entryAt(run, ref).next) {
    const entry = entryAt(run, ref);
    if (entry.key == key) {
      if (before) entryAt(run, before).next = entry.next;
      else talk.first = entry.next;
      if (talk.last == ref) talk.last = before;
      freeTranscript(run, entry.transcript);
      give(run, ref);
      return;
    }
    before = ref;
  }
}
