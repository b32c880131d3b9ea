import { blockSize, giveBlock, takeBlock } from "../memory/blocks";
import { isUtf8 } from "../text/utf8";
import { Run, at, pieceBytes } from "./run";
import { textAt } from "./text";

// Which bytes of a run's pages belong to what, while a snapshot is verified. Every record is claimed once, so that no two can lie upon each
// other and no list can go round in a circle. A text is claimed when it is first met, and counted each time.
//
//   claims: one u32 for each 8 bytes: 0 nobody's, CLAIMED, MARKED, or at the first bytes of what is held by counting how often it was met, with
//   SHARED for a record that is no text

const CLAIMED: u32 = u32.MAX_VALUE;
const MARKED: u32 = u32.MAX_VALUE - 1;
const SHARED: u32 = 0x40000000;

let claims: usize = 0;
let capacity: u32 = 0;
let slots: u32 = 0;

export function beginClaims(run: Run): void {
  slots = (run.used + 7) >> 3;
  const size = blockSize(slots << 2);
  if (size > capacity) {
    if (capacity) giveBlock(claims, capacity);
    claims = takeBlock(size);
    capacity = size;
  } else memory.fill(claims, 0, slots << 2);
}

/** Takes `bytes` at `ref` for one record; false if that cannot be. */
export function claim(run: Run, ref: u32, bytes: u32): bool {
  if (ref < 8 || ref & 7 || bytes > run.used || ref > run.used - bytes) return false;
  let slot = claims + ((ref >> 3) << 2);
  for (const end = claims + (((ref + bytes + 7) >> 3) << 2); slot < end; slot += 4) {
    if (load<u32>(slot)) return false;
    store<u32>(slot, CLAIMED);
  }
  return true;
}

/** A hold on a text, or none. */
export function claimText(run: Run, ref: u32): bool {
  if (!ref) return true;
  if (ref < 8 || ref & 7 || ref > run.used - 8) return false;
  const slot = claims + ((ref >> 3) << 2);
  const met = load<u32>(slot);
  if (met && met < SHARED) {
    store<u32>(slot, met + 1);
    return true;
  }
  const text = textAt(run, ref);
  if (!text.length || text.length > run.used || !claim(run, ref, pieceBytes(8 + text.length))) return false;
  store<u32>(slot, 1);
  return isUtf8(text.bytes, text.length);
}

/** What became of a hold on a record that is held by counting, in its first field. */
export const enum Hold {
  /** There can be no such record. */
  Wrong,
  First,
  Again,
}

/** A hold on such a record of `bytes`. */
export function claimShared(run: Run, ref: u32, bytes: u32): Hold {
  if (ref < 8 || ref & 7 || ref > run.used - 8) return Hold.Wrong;
  const slot = claims + ((ref >> 3) << 2);
  const met = load<u32>(slot);
  if (met >= SHARED && met < MARKED) {
    store<u32>(slot, met + 1);
    return Hold.Again;
  }
  if (!claim(run, ref, bytes)) return Hold.Wrong;
  store<u32>(slot, SHARED | 1);
  return Hold.First;
}

/** Marks a claimed record, to be met once more. */
export function mark(ref: u32): void {
  store<u32>(claims + ((ref >> 3) << 2), MARKED);
}

/** Whether a ref is that of a marked record; it is marked no more. */
export function unmark(run: Run, ref: u32): bool {
  if (ref < 8 || ref & 7 || ref >= run.used) return false;
  const slot = claims + ((ref >> 3) << 2);
  if (load<u32>(slot) != MARKED) return false;
  store<u32>(slot, CLAIMED);
  return true;
}

/** Whether everything that was met is held as often as it says. */
export function holdsAreRight(run: Run): bool {
  for (let i: u32 = 0; i < slots; i++) {
    const met = load<u32>(claims + (i << 2));
    if (met && met < MARKED && textAt(run, i << 3).holders != (met & (SHARED - 1))) return false;
  }
  return true;
}

/** A chain of free records, linked at `link`. */
export function claimFree(run: Run, first: u32, bytes: u32, link: u32): bool {
  for (let ref = first; ref; ref = load<u32>(at(run, ref) + link)) if (!claim(run, ref, bytes)) return false;
  return true;
}
