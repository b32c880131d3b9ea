import { AgentState, Role, agentAt } from "./agent";
import { renewTimeout } from "./attempt";
import { EffectState, listedEffect, openEffects } from "./effect";
import { emitStartAgent } from "./emit";
import { Run, RunState } from "./run";
import { TimerKind, clearTimer, setTimer } from "./timer";

// A run that comes back, or goes on as another one: whoever is asked again has all of their time again. The run's own limits, deadlines of its agents
// and nodes, and the expiry of approvals stay what they were.

export function renewTimeouts(run: Run): void {
  const list = openEffects(run);
  for (let i: u32 = 0; i < run.outstanding; i++) {
    const effect = listedEffect(list, i);
    if (effect.state == EffectState.Dispatched) renewTimeout(run, effect);
  }
  if (run.state != RunState.Starting) return;
  for (let i: u32 = 0; i < run.agentCount; i++) {
    if (!isStarting(run, i)) continue;
    clearTimer(run, agentAt(run, i).transcript);
    agentAt(run, i).transcript = setTimer(run, TimerKind.Start, i, run.now + run.plan.startTimeout);
  }
}

/** Agents that were being made ready are to be made ready again. */
export function startAgain(run: Run): void {
  if (run.state != RunState.Starting) return;
  for (let i: u32 = 0; i < run.agentCount; i++) if (isStarting(run, i)) emitStartAgent(run, i);
}

function isStarting(run: Run, index: u32): bool {
  const agent = agentAt(run, index);
  return agent.state == AgentState.Waiting && agent.role == Role.Custom && agent.transcript != 0;
}
