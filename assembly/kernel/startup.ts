import { agentPlanAt } from "../definition/plan";
import { startProducing } from "../agents/producer";
import { beginFlow } from "../flow/flow";
import { StopReason } from "../protocol/types";
import { AgentState, Role, agentAt } from "./agent";
import { closeRun, noteFailure } from "./closing";
import { emitStartAgent, words } from "./emit";
import { Run, RunState } from "./run";
import { makeReady } from "./scheduler";
import { TimerKind, clearTimer, setTimer } from "./timer";

// Agents start in phases: a phase together, the next when all of it are ready. Only host code has something to do for it; all others are
// ready at once. Until an agent is started its mailbox takes messages, and nobody reads them.

/** Starts agents from the run's phase on, until somebody has to be waited for or all are started. */
export function startPhases(run: Run): void {
  for (; run.phase < run.plan.phases; run.phase++) {
    startPhase(run);
    if (run.starting) return;
  }
  run.state = <u8>RunState.Running;
  if (changetype<usize>(run.plan.flow)) beginFlow(run);
}

function startPhase(run: Run): void {
  for (let i: u32 = 0; i < run.agentCount; i++) {
    const agent = agentAt(run, i);
    const plan = agentPlanAt(run.plan, agent.plan);
    if (plan.phase != run.phase) continue;
    if (agent.role == Role.Custom) {
      run.starting++;
      agent.transcript = setTimer(run, TimerKind.Start, i, run.now + run.plan.startTimeout);
      emitStartAgent(run, i);
    } else started(run, i);
  }
}

function started(run: Run, index: u32): void {
  const agent = agentAt(run, index);
  agent.state = <u8>AgentState.Idle;
  if (agent.role == Role.Producer) startProducing(run, index);
  makeReady(run, index, agent);
}

/** The host says that an agent is ready. */
export function agentReady(run: Run, index: u32): bool {
  if (run.state != RunState.Starting || index >= run.agentCount) return false;
  const agent = agentAt(run, index);
  if (agent.state != AgentState.Waiting || agent.role != Role.Custom || !agent.transcript) return false;
  clearTimer(run, agent.transcript);
  agent.transcript = 0;
  started(run, index);
  if (--run.starting == 0) {
    run.phase++;
    startPhases(run);
  }
  return true;
}

/** `words` says why. */
export function agentNotStarted(run: Run, index: u32): void {
  noteFailure(run, index, StopReason.Failed);
  closeRun(run, StopReason.Failed);
}

export function agentStartTimedOut(run: Run, index: u32): void {
  words.clear().ascii("not ready after ").integer(run.plan.startTimeout).ascii(" ms");
  agentAt(run, index).transcript = 0;
  agentNotStarted(run, index);
}
