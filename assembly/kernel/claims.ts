import { blockSize, giveBlock, takeBlock } from "../memory/blocks";
import { isUtf8 } from "../text/utf8";
import { Run, at, pieceBytes } from "./run";
import { textAt } from "./text";

// Which bytes of a run's pages belong to what, while a snapshot is verified. Every record is claimed once, so that no two can lie upon each
// other and no list can go round in a circle. A text is claimed when it is first met, and counted each time.
//
//   claims: one u32 for each 8 bytes: 0 nobody's, CLAIMED, or at a text's first bytes how often it was met

const CLAIMED: u32 = u32.MAX_VALUE;

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
  if (met && met != CLAIMED) {
    store<u32>(slot, met + 1);
    return true;
  }
  const text = textAt(run, ref);
  if (!text.length || text.length > run.used || !claim(run, ref, pieceBytes(8 + text.length))) return false;
  store<u32>(slot, 1);
  return isUtf8(text.bytes, text.length);
}

/** Whether every text that was met is held as often as it says. */
export function holdsAreRight(run: Run): bool {
  for (let i: u32 = 0; i < slots; i++) {
    const met = load<u32>(claims + (i << 2));
    if (met && met != CLAIMED && textAt(run, i << 3).holders != met) return false;
  }
  return true;
}

/** A chain of free records, linked at `link`. */
export function claimFree(run: Run, first: u32, bytes: u32, link: u32): bool {
  for (let ref = first; ref; ref = load<u32>(at(run, ref) + link)) if (!claim(run, ref, bytes)) return false;
  return true;
}
