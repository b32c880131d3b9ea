import { Run, at } from "./run";

// A run's timers: a binary heap of refs, earliest deadline first, then the order in which they were set.

export const enum TimerKind {
  /** A producer's next message; owner: agent. */
  Produce,
  /** A batch's window; owner: agent. */
  Batch,
  /** An agent did not become ready; owner: agent. */
  Start,
  /** An activation's deadline; owner: activation. */
  Deadline,
  /** An attempt's deadline; owner: effect's ordinal. */
  Attempt,
  /** The next attempt; owner: effect's ordinal. */
  Retry,
  /** A sender has waited long enough; owner: activation. */
  Send,
  /** The run's own end. */
  End,
  /** The run's limit of time. */
  Limit,
  /** Cancelled effects are given up. */
  Grace,
  /** A node's deadline; owner: instance. */
  Node,
  /** A node's next attempt; owner: instance. */
  NodeRetry,
  /** An approval has not come; owner: effect's ordinal. */
  Approval,
}

@unmanaged
export class Timer {
  deadline: u64;
  order: u32;
  place: u32; // in the heap; next free one
  owner: u32;
  kind: u8;
}

export const TIMER_SIZE: u32 = 24;

export function timerAt(run: Run, ref: u32): Timer {
  return changetype<Timer>(at(run, ref));
}

function slot(run: Run, place: u32): usize {
  return at(run, run.timers) + (place << 2);
}

function timerIn(run: Run, place: u32): Timer {
  return timerAt(run, load<u32>(slot(run, place)));
}

export function setTimer(run: Run, kind: TimerKind, owner: u32, deadline: u64): u32 {
  if (run.timerCount == run.timerRoom) growHeap(run);
  let ref = run.freeTimers;
  if (ref) run.freeTimers = timerAt(run, ref).place;
  else ref = run.allocate(TIMER_SIZE);
  const timer = timerAt(run, ref);
  timer.deadline = deadline;
  timer.order = run.timerOrder++;
  timer.owner = owner;
  timer.kind = <u8>kind;
  if (kind == TimerKind.Send) run.sendTimers++;
  place(run, ref, run.timerCount++);
  rise(run, timer.place);
  return ref;
}

export function clearTimer(run: Run, ref: u32): void {
  if (!ref) return;
  const timer = timerAt(run, ref);
  if (timer.kind == TimerKind.Send) run.sendTimers--;
  const hole = timer.place;
  const last = load<u32>(slot(run, --run.timerCount));
  if (last != ref) {
    place(run, last, hole);
    rise(run, hole);
    sink(run, timerAt(run, last).place);
  }
  timer.place = run.freeTimers;
  run.freeTimers = ref;
}

/** The first timer's ref; only if run.timerCount. */
export function firstTimer(run: Run): u32 {
  return load<u32>(slot(run, 0));
}

/** The ref in a place of the heap, below run.timerCount. */
export function timerInPlace(run: Run, place: u32): u32 {
  return load<u32>(slot(run, place));
}

/** When the run wants its next turn, or u64::MAX. */
export function nextDeadline(run: Run): u64 {
  return run.timerCount ? timerIn(run, 0).deadline : u64.MAX_VALUE;
}

function growHeap(run: Run): void {
  const room = max<u32>(8, run.timerRoom << 1);
  const moved = run.take(room << 2);
  if (run.timerCount) {
    memory.copy(at(run, moved), at(run, run.timers), run.timerCount << 2);
    run.give(run.timers, run.timerRoom << 2);
  }
  run.timers = moved;
  run.timerRoom = room;
}

function place(run: Run, ref: u32, where: u32): void {
  store<u32>(slot(run, where), ref);
  timerAt(run, ref).place = where;
}

function earlier(a: Timer, b: Timer): bool {
  return a.deadline < b.deadline || (a.deadline == b.deadline && <i32>(a.order - b.order) < 0);
}

function rise(run: Run, start: u32): void {
  let where = start;
  const ref = load<u32>(slot(run, where));
  const timer = timerAt(run, ref);
  while (where) {
    const above = (where - 1) >> 1;
    if (!earlier(timer, timerIn(run, above))) break;
    place(run, load<u32>(slot(run, above)), where);
    where = above;
  }
  place(run, ref, where);
}

function sink(run: Run, start: u32): void {
  let where = start;
  const ref = load<u32>(slot(run, where));
  const timer = timerAt(run, ref);
  for (;;) {
    let below = (where << 1) + 1;
    if (below >= run.timerCount) break;
    if (below + 1 < run.timerCount && earlier(timerIn(run, below + 1), timerIn(run, below))) below++;
    if (!earlier(timerIn(run, below), timer)) break;
    place(run, load<u32>(slot(run, below)), where);
    where = below;
  }
  place(run, ref, where);
}
