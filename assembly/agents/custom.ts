import { beginActivation, finishActivation } from "../kernel/activate";
import { activationAt } from "../kernel/activation";
import { dispatch } from "../kernel/attempt";
import { EffectKind, effectAt, freeEffect, newEffect } from "../kernel/effect";
import { Run } from "../kernel/run";
import { holdText } from "../kernel/text";
import { addPart, partAt } from "../kernel/transcript";
import { PartKind, PartRole } from "../protocol/types";
import { unlinkEffect } from "../kernel/think";

// Host code as an agent: one call, one answer.

/** Takes over the hold on `text`. */
export function beginCustom(run: Run, index: u32, sender: u32, hops: u16, text: u32): void {
  beginCustomAt(run, beginActivation(run, index, sender, hops, text));
}

export function beginCustomAt(run: Run, ref: u32): void {
  const effect = newEffect(run, EffectKind.Agent, activationAt(run, ref).agent, ref);
  activationAt(run, ref).effects = effect;
  run.agentCalls++;
  dispatch(run, effect);
}

/** Takes over the hold on `text`. */
export function customAnswered(run: Run, effectRef: u32, text: u32): void {
  const ref = effectAt(run, effectRef).activation;
  const activation = activationAt(run, ref);
  unlinkEffect(run, activation, effectRef);
  freeEffect(run, effectRef);
  if (activation.transcript) {
    const part = addPart(run, activation.transcript, PartRole.Assistant, PartKind.Text, holdText(run, text), 0, 0, 0);
    partAt(run, part).author = activation.agent + 1;
  }
  activation.answer = text;
  finishActivation(run, ref);
}
