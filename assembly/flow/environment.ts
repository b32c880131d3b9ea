import { Run } from "../kernel/run";
import { textBytes, textLength } from "../kernel/text";
import { Scene, holds } from "./condition";
import { Instance, instanceAt, termOf } from "./instance";
import { TermKind } from "./term";
import { NO_NUMBER } from "./value";

// What a condition of a flow looks at: a value, and where the flow stands.

const scene = changetype<Scene>(memory.data(offsetof<Scene>(), 8));

/** Whether a condition holds of a value, at an instance that is being entered. */
export function holdsAt(run: Run, ref: u32, condition: usize, text: u32, meta: u32): bool {
  look(run, ref, text, meta);
  const instance = instanceAt(run, ref);
  for (let at = instance.parent; at; at = instanceAt(run, at).parent) {
    const above = instanceAt(run, at);
    if (termOf(run, above).kind != <u8>TermKind.Loop) continue;
    scene.setIteration(above.iteration);
    break;
  }
  return holds(condition, scene);
}

/** Whether a loop's condition holds after an iteration; `gain` may be NO_NUMBER. */
export function holdsAfter(run: Run, ref: u32, condition: usize, text: u32, meta: u32, gain: i64): bool {
  look(run, ref, text, meta);
  scene.setIteration(instanceAt(run, ref).iteration);
  if (gain != NO_NUMBER) scene.setGain(gain);
  return holds(condition, scene);
}

function look(run: Run, ref: u32, text: u32, meta: u32): void {
  scene.clear();
  scene.text = textBytes(run, text);
  scene.textLength = textLength(run, text);
  scene.metadata = textBytes(run, meta);
  scene.metadataLength = textLength(run, meta);
  const instance = instanceAt(run, ref);
  const isLoop = termOf(run, instance).kind == <u8>TermKind.Loop;
  const base: Instance = isLoop || !instance.parent ? instance : instanceAt(run, instance.parent);
  scene.setElapsed(run.now - base.enteredAt).setTokens(run.inputTokens + run.outputTokens - base.tokensBefore);
}
