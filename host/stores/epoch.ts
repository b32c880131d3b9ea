import { systemClock } from "../clock.ts";

let last = 0;

/**
 * An epoch above all that were given before, as the clock goes: so that not even a run that was deleted and begun anew under its old name has
 * one twice.
 */
export function nextEpoch(above = 0): number {
  last = Math.max(systemClock.now(), last + 1, above + 1);
  return last;
}
