import type { StopReason } from "../protocol/index.ts";
import type { Interrupt } from "./io.ts";

/** What the process says when it ends; scripts depend on these. docs/cli.md */
export const DONE = 0;
export const FAILED = 1;
export const BAD_USAGE = 2;
export const LIMIT = 3;
/** Nobody reads stdout any more: what a shell reports of programs that a broken pipe ended. */
export const PIPE_CLOSED = 141;

const signals: Record<Interrupt, number> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

export function exitCodeOfSignal(signal: Interrupt): number {
  return signals[signal];
}

export function exitCodeOf(stop: StopReason): number {
  switch (stop) {
    case "done":
      return DONE;
    case "budget":
    case "limit":
    case "deadline":
      return LIMIT;
    case "cancelled":
      return signals.SIGINT;
    default:
      return FAILED;
  }
}
