// What the tests of conditions and references call.

import { Arena } from "../memory/arena";
import { blockSize, takeBlock } from "../memory/blocks";
import { Builder, newBuilder } from "../text/builder";
import { Scene, compileCondition, conditionColumn, conditionFault, conditionUsesLoop, holds } from "./condition";
import { pick, pickMember } from "./reference";
import { Label, Reference } from "./term";

export { holds };

const arena = changetype<Arena>(memory.data(offsetof<Arena>(), 8));
const scene = changetype<Scene>(memory.data(offsetof<Scene>(), 8));
const builder: Builder = newBuilder();

export function room(bytes: u32): usize {
  return takeBlock(blockSize(bytes));
}

export function compile(at: usize, length: u32): usize {
  arena.free();
  return compileCondition(arena, at, length);
}

export function fault(): u32 {
  return conditionFault;
}

export function column(): u32 {
  return conditionColumn;
}

export function usesLoop(): bool {
  return conditionUsesLoop;
}

/** A scene of a text and its metadata. */
export function look(text: usize, textLength: u32, metadata: usize, metadataLength: u32): Scene {
  scene.clear();
  scene.text = text;
  scene.textLength = textLength;
  scene.metadata = metadata;
  scene.metadataLength = metadataLength;
  return scene;
}

/** Numbers below 0 are not there; `gain` is, if `hasGain`. */
export function count(hasGain: bool, gain: i64, iteration: i64, elapsed: i64, tokens: i64): void {
  if (hasGain) scene.setGain(gain);
  if (iteration >= 0) scene.setIteration(iteration);
  if (elapsed >= 0) scene.setElapsed(elapsed);
  if (tokens >= 0) scene.setTokens(tokens);
}

/** A reference with the fields in a text, one a line. */
export function reference(fields: usize, length: u32): Reference {
  arena.free();
  const to = changetype<Reference>(arena.allocate(offsetof<Reference>()));
  to.fields = arena.allocate((length + 1) * offsetof<Label>());
  let from: u32 = 0;
  for (let i: u32 = 0; i <= length; i++) {
    if (!length || (i < length && load<u8>(fields + i) != 0x0a)) continue;
    const field = changetype<Label>(to.fields + to.fieldCount++ * offsetof<Label>());
    field.at = fields + from;
    field.length = i - from;
    to.key = field.at;
    to.keyLength = field.length;
    from = i + 1;
  }
  return to;
}

/** Length of what it picks; -1: a field is missing. */
export function picked(from: Reference, at: usize, length: u32, asMember: bool): i32 {
  builder.clear();
  return (asMember ? pickMember(builder, from, at, length) : pick(builder, from, at, length)) ? builder.length : -1;
}

export function pickedAt(): usize {
  return builder.at;
}
