import { noteText } from "../kernel/activation";
import { Run } from "../kernel/run";
import { textBytes, textLength } from "../kernel/text";
import { Builder, newBuilder } from "../text/builder";

/** A path or an outline that is shown to the model; used again by each. */
export const outline: Builder = newBuilder();

/** Appends a line `number. text`; 0 is no number. */
export function addLine(to: Builder, number: u32, at: usize, length: u32): void {
  if (to.length) to.byte(0x0a);
  if (number) to.integer(number).ascii(". ");
  to.bytes(at, length);
}

/** The same with a text of the notes. */
export function addNoteLine(run: Run, ref: u32, to: Builder, number: u32, note: u32): void {
  const text = noteText(run, ref, note);
  addLine(to, number, textBytes(run, text), textLength(run, text));
}
