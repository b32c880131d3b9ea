import { StopReason } from "../protocol/types";
import { Builder } from "../text/builder";
import { words } from "../kernel/emit";
import { stopWord } from "../kernel/failure";
import { Run, at } from "../kernel/run";
import { dropText, newText, textBytes, textLength } from "../kernel/text";
import { termAt } from "./term";
import { putValue } from "./value";

// A failure is a value: why, where, in words for people, what it came from, and what was done before it.

@unmanaged
export class Failure {
  stop: u32;
  /** Where: index of the term. */
  term: u32;
  message: u32; // text
  /** JSON of the failures it came from, with commas; text. */
  causes: u32;
  /** What was done, as an output would be; text. */
  partial: u32;
  /** failure-kind + 1 of the effect it began with, 0: none. */
  kind: u32;
}

/** Set by whoever tells of an effect's failure that makes one at once: failure-kind + 1. */
let failureCause: u32 = 0;

export function setFailureCause(kind: u32): void {
  failureCause = kind + 1;
}

/** An effect's failure may have made none after all: it is not the cause of the next one. */
export function forgetFailureCause(): void {
  failureCause = 0;
}

export const FAILURE_SIZE: u32 = 24;

export function failureAt(run: Run, ref: u32): Failure {
  return changetype<Failure>(at(run, ref));
}

/** `words` is the message. */
export function newFailure(run: Run, stop: StopReason, term: u32): u32 {
  const ref = run.take(FAILURE_SIZE);
  const failure = failureAt(run, ref);
  memory.fill(changetype<usize>(failure), 0, FAILURE_SIZE);
  failure.stop = <u32>stop;
  failure.kind = failureCause;
  failureCause = 0;
  failure.term = term;
  failure.message = newText(run, words.at, words.length);
  return ref;
}

export function dropFailure(run: Run, ref: u32): void {
  if (!ref) return;
  const failure = failureAt(run, ref);
  dropText(run, failure.message);
  dropText(run, failure.causes);
  dropText(run, failure.partial);
  run.give(ref, FAILURE_SIZE);
}

/** As whoever receives it sees it: {"stop", "path", "message", "causes", "partial"}. */
export function writeFailure(run: Run, to: Builder, ref: u32): void {
  const failure = failureAt(run, ref);
  const term = termAt(run.plan.flow, failure.term);
  to.ascii('{"stop":"').ascii(stopWord(failure.stop)).ascii('","path":').json(term.path, term.pathLength);
  to.ascii(',"message":').json(textBytes(run, failure.message), textLength(run, failure.message));
  if (failure.causes) {
    to.ascii(',"causes":[').bytes(textBytes(run, failure.causes), textLength(run, failure.causes)).byte(0x5d);
  }
  if (failure.partial) {
    to.ascii(',"partial":');
    putValue(to, textBytes(run, failure.partial), textLength(run, failure.partial));
  }
  to.byte(0x7d);
}

/** Another failure it came from, or came with. Takes over `cause`. */
export function addCause(run: Run, ref: u32, cause: u32): void {
  const failure = failureAt(run, ref);
  words.clear();
  if (failure.causes) words.bytes(textBytes(run, failure.causes), textLength(run, failure.causes)).byte(0x2c);
  writeFailure(run, words, cause);
  dropFailure(run, cause);
  dropText(run, failure.causes);
  failure.causes = newText(run, words.at, words.length);
}
