import { Activation } from "../kernel/activation";
import { Run } from "../kernel/run";

// Tools by which a member of a handoff passes the conversation on.

/** Bytes that `offer` needs at most. */
export function offeredLength(run: Run, activation: Activation): u32 {
  return 0;
}

/** Into the `call-model` command that is being written. */
export function offer(run: Run, activation: Activation): void {}
