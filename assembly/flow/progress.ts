import { Run } from "../kernel/run";
import { newBuilder } from "../text/builder";
import { foldText } from "../text/fold";
import { hashBytes, hashNumber } from "../text/hash";
import { InstanceFlag, instanceAt, termOf } from "./instance";
import { TermKind } from "./term";

// Whether anything new came of an iteration or a hop: a digest of what was said, and of the calls of tools and their results since the last one.

const folder = newBuilder();

export function progressKey(text: usize, length: u32, tools: u64): u64 {
  foldText(folder.clear(), text, length);
  return hashNumber(hashBytes(0, folder.at, folder.length), tools);
}

/** A tool was called below this instance, and this came of it. */
export function noteTool(run: Run, ref: u32, digest: u64): void {
  for (let at = ref; at; at = instanceAt(run, at).parent) {
    const instance = instanceAt(run, at);
    const kind = <TermKind>termOf(run, instance).kind;
    // A sum, so that it does not matter which of several calls is over first.
    if (kind == TermKind.Loop || kind == TermKind.Handoff) instance.toolDigest += digest;
  }
}

/** A tool that may run once was started below this instance: no attempt above it is made again. */
export function noteOnce(run: Run, ref: u32): void {
  for (let at = ref; at; at = instanceAt(run, at).parent) instanceAt(run, at).set(InstanceFlag.Once);
}
