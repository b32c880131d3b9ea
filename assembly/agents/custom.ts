import { beginActivation, finishActivation } from "../kernel/activate";
import { activationAt } from "../kernel/activation";
import { dispatch } from "../kernel/attempt";
import { EffectKind, effectAt, freeEffect, newEffect } from "../kernel/effect";
import { Run } from "../kernel/run";
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
  activation.answer = text;
  finishActivation(run, ref);
}
