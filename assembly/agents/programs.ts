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

/** A flow's activation of an agent that has more to do than to think and use tools: by its role, or by what its term decides. */
export function startProgram(run: Run, ref: u32): void {
  unreachable();
}
