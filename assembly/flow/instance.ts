import { Run, at } from "../kernel/run";
import { dropText } from "../kernel/text";
import { clearTimer } from "../kernel/timer";
import { dropFailure } from "./failure";
import { dropNames } from "./names";
import { freeTalk } from "./talk";
import { Term, termAt } from "./term";

// One term being done: a record of fixed size, and a block of its kind's own. Nothing else lives between steps.
//
// What is to be done with an instance stands in a queue of the run, first in, first out: that it is entered, or that it is over and its parent
// is to be told.

export const enum InstanceState {
  /** For the time of its next attempt, or for a place among the activations. */
  Waiting,
  Running,
  Over,
}

export const enum Pending {
  Nothing,
  Enter,
  /** Its parent is to be told. */
  Over,
  /** It waits for a place among the activations. */
  Place,
}

export const enum InstanceFlag {
  /** An effect of class `once` was dispatched below it. */
  Once = 1,
  /** It receives the failure of `place`'s term, and stands for it. */
  Handler = 2,
  /** `talk` ends with it. */
  OwnsTalk = 4,
  /** It failed, and `failure` says how. */
  Failed = 8,
  /** What `input` refers to stands in the place of what piping gave. */
  Selected = 16,
}

@unmanaged
export class Instance {
  span: u64;
  /** The smaller of its own and its parents', from its first entry. 0: none. */
  deadlineAt: u64;
  enteredAt: u64;
  /** Tokens that the run had used when it was entered. */
  tokensBefore: u64;
  /** Digest of the calls of tools and their results below it since its last key of progress. */
  toolDigest: u64;
  /** In order of entry. */
  id: u32;
  parent: u32;
  nextQueued: u32;
  /** Open children: a list in order of opening. */
  kids: u32;
  nextKid: u32;
  previousKid: u32;
  term: u32;
  /** Which of its parent's children it is: branch, item, case, member, step. */
  place: u32;
  /** Of its deadline. */
  timer: u32;
  /** Of its back-off. */
  retryTimer: u32;
  activation: u32;
  input: u32; // text
  inputMeta: u32; // text, a JSON object
  output: u32; // text
  outputMeta: u32;
  failure: u32;
  /** A handler's: the failure it stands for. */
  cause: u32;
  /** Names in view as it was entered, and with those set since. */
  outer: u32;
  scope: u32;
  /** What is heard and said here; and in the present attempt, if there may be several: talks. */
  talk: u32;
  apart: u32;
  cursor: u32;
  open: u32;
  done: u32;
  failed: u32;
  /** The kind's own block. */
  data: u32;
  dataBytes: u32;
  iteration: u32;
  attempt: u16;
  state: u8;
  pending: u8;
  phase: u8;
  flags: u8;

  has(flag: InstanceFlag): bool {
    return (this.flags & <u8>flag) != 0;
  }

  set(flag: InstanceFlag): void {
    this.flags |= <u8>flag;
  }
}

export const INSTANCE_SIZE: u32 = (offsetof<Instance>() + 7) & ~7;

export function instanceAt(run: Run, ref: u32): Instance {
  return changetype<Instance>(at(run, ref));
}

export function termOf(run: Run, instance: Instance): Term {
  return termAt(run.plan.flow, instance.term);
}

/** A child that is in no queue yet. */
export function newInstance(run: Run, parent: u32, term: u32, place: u32): u32 {
  let ref = run.freeInstances;
  if (ref) run.freeInstances = instanceAt(run, ref).nextQueued;
  else ref = run.allocate(INSTANCE_SIZE);
  const instance = instanceAt(run, ref);
  memory.fill(changetype<usize>(instance), 0, INSTANCE_SIZE);
  instance.parent = parent;
  instance.term = term;
  instance.place = place;
  if (parent) {
    const above = instanceAt(run, parent);
    above.open++;
    // The newest stands first; whoever must go in order goes from the other end by `place`.
    instance.nextKid = above.kids;
    if (above.kids) instanceAt(run, above.kids).previousKid = ref;
    above.kids = ref;
  }
  return ref;
}

/** Takes it off its parent's list. */
export function unlink(run: Run, ref: u32): void {
  const instance = instanceAt(run, ref);
  if (!instance.parent) return;
  const above = instanceAt(run, instance.parent);
  above.open--;
  if (instance.previousKid) instanceAt(run, instance.previousKid).nextKid = instance.nextKid;
  else above.kids = instance.nextKid;
  if (instance.nextKid) instanceAt(run, instance.nextKid).previousKid = instance.previousKid;
}

/** Gives everything back that it holds. It is in no list any more. */
export function freeInstance(run: Run, ref: u32): void {
  const instance = instanceAt(run, ref);
  clearTimer(run, instance.timer);
  clearTimer(run, instance.retryTimer);
  dropText(run, instance.input);
  dropText(run, instance.inputMeta);
  dropText(run, instance.output);
  dropText(run, instance.outputMeta);
  dropFailure(run, instance.failure);
  dropFailure(run, instance.cause);
  dropNames(run, instance.outer);
  dropNames(run, instance.scope);
  if (instance.apart) freeTalk(run, instance.apart);
  if (instance.has(InstanceFlag.OwnsTalk)) freeTalk(run, instance.talk);
  instance.nextQueued = run.freeInstances;
  run.freeInstances = ref;
}

/** Puts it behind what else is to be done. */
export function queueInstance(run: Run, ref: u32, pending: Pending): void {
  const instance = instanceAt(run, ref);
  assert(instance.pending == Pending.Nothing);
  instance.pending = <u8>pending;
  instance.nextQueued = 0;
  if (run.flowTail) instanceAt(run, run.flowTail).nextQueued = ref;
  else run.flowHead = ref;
  run.flowTail = ref;
}

/** Puts it behind those that wait for a place and have the same priority or a higher one. */
export function queueForPlace(run: Run, ref: u32, priority: u32): void {
  const instance = instanceAt(run, ref);
  instance.state = <u8>InstanceState.Waiting;
  instance.pending = <u8>Pending.Place;
  instance.cursor = priority;
  let before: u32 = 0;
  let at = run.flowWaiting;
  while (at && instanceAt(run, at).cursor >= priority) {
    before = at;
    at = instanceAt(run, at).nextQueued;
  }
  instance.nextQueued = at;
  if (before) instanceAt(run, before).nextQueued = ref;
  else run.flowWaiting = ref;
}

/** Takes it out of the queue that it stands in. */
export function unqueueInstance(run: Run, ref: u32): void {
  const instance = instanceAt(run, ref);
  if (instance.pending == Pending.Nothing) return;
  const waits = instance.pending == Pending.Place;
  instance.pending = <u8>Pending.Nothing;
  let before: u32 = 0;
  let at = waits ? run.flowWaiting : run.flowHead;
  while (at != ref) {
    before = at;
    at = instanceAt(run, at).nextQueued;
  }
  if (before) instanceAt(run, before).nextQueued = instance.nextQueued;
  else if (waits) run.flowWaiting = instance.nextQueued;
  else run.flowHead = instance.nextQueued;
  if (run.flowTail == ref) run.flowTail = before;
}

// ---- the kind's own block ----

/** A zeroed block of the instance's own. */
export function openData(run: Run, instance: Instance, bytes: u32): void {
  assert(!instance.data);
  if (!bytes) return;
  const ref = run.take(bytes);
  memory.fill(at(run, ref), 0, bytes);
  instance.data = ref;
  instance.dataBytes = bytes;
}

/** The same with more room; what was there stays. */
export function growData(run: Run, instance: Instance, bytes: u32): void {
  const ref = run.take(bytes);
  memory.copy(at(run, ref), at(run, instance.data), instance.dataBytes);
  memory.fill(at(run, ref) + instance.dataBytes, 0, bytes - instance.dataBytes);
  closeData(run, instance);
  instance.data = ref;
  instance.dataBytes = bytes;
}

export function closeData(run: Run, instance: Instance): void {
  if (!instance.data) return;
  run.give(instance.data, instance.dataBytes);
  instance.data = 0;
  instance.dataBytes = 0;
}

export function dataAt(run: Run, instance: Instance, offset: u32): usize {
  assert(offset < instance.dataBytes);
  return at(run, instance.data) + offset;
}
