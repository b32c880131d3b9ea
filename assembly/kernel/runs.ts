import { takeBlock } from "../memory/blocks";
import { Run, RunState } from "./run";

// All runs, in slabs that never move. A handle is generation * 2^22 + index, so that a row used again is another run.

const SLAB_ROWS: u32 = 128;
const SLAB_BYTES: u32 = 1 << 16;
const MOST_RUNS: u32 = 1 << 22;
const INDEX: u64 = 0x3fffff;

const slabs: usize = memory.data(4 * (1 << 15)); // MOST_RUNS / SLAB_ROWS
let rows: u32 = 0;
let firstFree: u32 = 0; // index + 1
export let liveRuns: u32 = 0;

let readyHead: u32 = 0; // index + 1
let readyTail: u32 = 0;

export function runAt(index: u32): Run {
  return changetype<Run>(load<usize>(slabs + ((index / SLAB_ROWS) << 2)) + (index % SLAB_ROWS) * offsetof<Run>());
}

/** The run of this handle, if it still lives. */
export function findRun(handle: u64): Run | null {
  const index = <u32>(handle & INDEX);
  if (index >= rows) return null;
  const run = runAt(index);
  return run.state != RunState.Free && <u64>run.generation == handle >> 22 ? run : null;
}

/** A new row, all zero but for index and generation; null if there are too many. */
export function openRow(): Run | null {
  let run: Run;
  if (firstFree) {
    run = runAt(firstFree - 1);
    firstFree = run.nextRun;
    const index = run.index;
    const generation = run.generation;
    memory.fill(changetype<usize>(run), 0, offsetof<Run>());
    run.index = index;
    run.generation = (generation + 1) & 0x7fffffff || 1;
  } else {
    if (rows == MOST_RUNS) return null;
    if (rows % SLAB_ROWS == 0) {
      assert(SLAB_ROWS * offsetof<Run>() <= SLAB_BYTES);
      store<usize>(slabs + ((rows / SLAB_ROWS) << 2), takeBlock(SLAB_BYTES));
    }
    run = runAt(rows);
    run.index = rows++;
    run.generation = 1;
  }
  liveRuns++;
  return run;
}

export function closeRow(run: Run): void {
  run.freePages();
  run.state = <u8>RunState.Free;
  run.nextRun = firstFree;
  firstFree = run.index + 1;
  liveRuns--;
}

let readyCount: u32 = 0;

/** Runs with something to do take turns. */
export function queueRun(run: Run): void {
  if (run.queued) return;
  run.queued = 1;
  readyCount++;
  run.nextRun = 0;
  if (readyTail) runAt(readyTail - 1).nextRun = run.index + 1;
  else readyHead = run.index + 1;
  readyTail = run.index + 1;
}

export function nextQueuedRun(): Run | null {
  if (!readyHead) return null;
  const run = runAt(readyHead - 1);
  readyHead = run.nextRun;
  if (!readyHead) readyTail = 0;
  run.nextRun = 0;
  run.queued = 0;
  readyCount--;
  return run;
}

/** How many runs wait for their turn. */
export function queuedRuns(): u32 {
  return readyCount;
}

/** Whether a run waits for its turn. */
export function someQueued(): bool {
  return readyHead != 0;
}
