import { sameBytes } from "../text/slice";
import { Run, at } from "./run";

// UTF-8 in a run's pages, shared by counting: 8 bytes of header, then the bytes.
@unmanaged
export class Text {
  holders: u32;
  length: u32;

  @inline get bytes(): usize {
    return changetype<usize>(this) + 8;
  }
}

const HEAD: u32 = 8;

export function textAt(run: Run, ref: u32): Text {
  return changetype<Text>(at(run, ref));
}

/** A copy of `length` bytes, held once. Empty text is 0. */
export function newText(run: Run, bytes: usize, length: u32): u32 {
  if (!length) return 0;
  const ref = run.take(HEAD + length);
  const text = textAt(run, ref);
  text.holders = 1;
  text.length = length;
  memory.copy(text.bytes, bytes, length);
  return ref;
}

export function holdText(run: Run, ref: u32): u32 {
  if (ref) textAt(run, ref).holders++;
  return ref;
}

export function dropText(run: Run, ref: u32): void {
  if (!ref) return;
  const text = textAt(run, ref);
  assert(text.holders);
  if (--text.holders) return;
  run.give(ref, HEAD + text.length);
}

export function textLength(run: Run, ref: u32): u32 {
  return ref ? textAt(run, ref).length : 0;
}

export function textBytes(run: Run, ref: u32): usize {
  return ref ? textAt(run, ref).bytes : 0;
}

/** Whether two texts are the same. */
export function sameText(run: Run, a: u32, b: u32): bool {
  return a == b || (a != 0 && b != 0 && sameBytes(textBytes(run, a), textLength(run, a), textBytes(run, b), textLength(run, b)));
}
