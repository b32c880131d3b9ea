import { Program, activationAt } from "../kernel/activation";
import { Run } from "../kernel/run";

// What an activation does with its model's answers, by program. Each program is a file of its own.

/** Takes over the hold on `text`. */
export function programAnswered(run: Run, ref: u32, text: u32): void {
  switch (<Program>activationAt(run, ref).program) {
    default:
      unreachable();
  }
}
