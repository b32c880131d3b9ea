import { blockSize, giveBlock, takeBlock } from "../memory/blocks";
import { Run } from "./run";
import { runAt } from "./runs";

// Which run wants the next turn, and when: a heap of run indices by time, then index. A run knows its place, from 1.

let heap: usize = 0;
let room: u32 = 0;
let count: u32 = 0;

/** When the first run wants its turn, or u64::MAX. */
export function nextWake(): u64 {
  return count ? runIn(0).wakeAt : u64.MAX_VALUE;
}

/** The run whose turn is due first, if it is due. It stays in the heap until setWake. */
export function dueRun(now: u64): Run | null {
  if (!count) return null;
  const run = runIn(0);
  return run.wakeAt <= now ? run : null;
}

/** Notes when a run wants its next turn; u64::MAX is never. */
export function setWake(run: Run, wakeAt: u64): void {
  if (run.wakePlace) {
    if (wakeAt == run.wakeAt) return;
    if (wakeAt == u64.MAX_VALUE) return remove(run);
    const later = wakeAt > run.wakeAt;
    run.wakeAt = wakeAt;
    if (later) sink(run.wakePlace - 1);
    else rise(run.wakePlace - 1);
    return;
  }
  if (wakeAt == u64.MAX_VALUE) return;
  if (count == room) grow();
  run.wakeAt = wakeAt;
  put(run, count++);
  rise(count - 1);
}

function remove(run: Run): void {
  const hole = run.wakePlace - 1;
  run.wakePlace = 0;
  const last = runIn(--count);
  if (last.index == run.index) return;
  put(last, hole);
  rise(hole);
  sink(last.wakePlace - 1);
}

function grow(): void {
  const size = blockSize(max<u32>(room << 3, 512));
  const moved = takeBlock(size);
  if (room) {
    memory.copy(moved, heap, count << 2);
    giveBlock(heap, room << 2);
  }
  heap = moved;
  room = size >> 2;
}

function runIn(place: u32): Run {
  return runAt(load<u32>(heap + (place << 2)));
}

function put(run: Run, place: u32): void {
  store<u32>(heap + (place << 2), run.index);
  run.wakePlace = place + 1;
}

function earlier(a: Run, b: Run): bool {
  return a.wakeAt < b.wakeAt || (a.wakeAt == b.wakeAt && a.index < b.index);
}

function rise(start: u32): void {
  let place = start;
  const run = runIn(place);
  while (place) {
    const above = (place - 1) >> 1;
    const other = runIn(above);
    if (!earlier(run, other)) break;
    put(other, place);
    place = above;
  }
  put(run, place);
}

function sink(start: u32): void {
  let place = start;
  const run = runIn(place);
  for (;;) {
    let below = (place << 1) + 1;
    if (below >= count) break;
    if (below + 1 < count && earlier(runIn(below + 1), runIn(below))) below++;
    const other = runIn(below);
    if (!earlier(other, run)) break;
    put(other, place);
    place = below;
  }
  put(run, place);
}
