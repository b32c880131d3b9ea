import { PROTOCOL } from "./protocol/types";
import { checkFrame } from "./protocol/check";
import { input, room as inputRoom } from "./protocol/input";
import { beginOutput, endOutput, outputFrame } from "./protocol/output";
import { applyToEngine } from "./commons/events";
import { decideGates, nextGateWake, wakeGates } from "./commons/gates";
import { forgetLost } from "./commons/replay";
import { refuseFrame } from "./commons/refuse";
import { someQueued, queuedRuns } from "./kernel/runs";
import { nextWake } from "./kernel/wake";
import { takeTurns, wakeRuns } from "./commons/turns";

// The frame door: one frame in, one frame out.

const HEADER: u32 = 16;

/** The latest time any step was given. */
let clock: u64 = 0;

/** Version of the protocol: major * 65536 + minor. */
export function protocol(): u32 {
  return PROTOCOL;
}

/** Where the next input frame, of at most `bytes` bytes, is to be put. */
export function room(bytes: u32): usize {
  return inputRoom(bytes);
}

/** Takes the frame of `length` bytes that was put there; gives the length of the frame that `output` points at. */
export function step(length: u32): u32 {
  beginOutput();
  const fault = checkFrame(input, length);
  if (fault) {
    // Nothing of it was applied.
    refuseFrame(fault - 1);
    return endOutput(someQueued(), nextWake());
  }
  clock = max(clock, load<u64>(input, 8));
  let at = input + HEADER;
  const count = load<u32>(input, 4);
  for (let event: u32 = 0; event < count; event++) {
    applyToEngine(at, event, clock);
    at += load<u32>(at);
  }
  wakeRuns(clock);
  wakeGates(clock);
  takeTurns(queuedRuns(), clock);
  // What the gates decide is known to the runs before the step is over; so is what they ask because of it, for they would not be called again.
  while (decideGates(clock)) takeTurns(queuedRuns(), clock);
  forgetLost();
  return endOutput(someQueued(), min(nextWake(), nextGateWake()));
}

/** Where the last output frame is. */
export function output(): usize {
  return outputFrame();
}
