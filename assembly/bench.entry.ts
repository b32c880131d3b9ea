import { Agent, AgentState, ONE_TARGET, OUTSIDE, Overflow, Role, agentAt } from "./kernel/agent";
import { Run, RunState, at } from "./kernel/run";
import { openRow, runAt } from "./kernel/runs";
import { send } from "./kernel/router";
import { activateNext } from "./kernel/activate";
import { newText } from "./kernel/text";
import { Plan } from "./definition/plan";
import { blockSize, takeBlock } from "./memory/blocks";

// For the bench alone: agents that only hand on what they get, wired in a ring or in one random round through all of them, and the very
// scheduler, router and mailboxes of the engine at work on them.

/** A run of `count` relays; `shuffled`: the next of each is anywhere. Gives the run's index. */
export function openRelays(count: u32, shuffled: bool, priorities: u32): u32 {
  const plan = changetype<Plan>(takeBlock(blockSize(offsetof<Plan>())));
  plan.maxHops = u32.MAX_VALUE;
  plan.agentCount = count;
  const run = openRow()!;
  run.plan = plan;
  run.state = <u8>RunState.Running;
  run.allocate(8);
  run.ready = run.allocate(priorities << 3);
  run.agentCount = count;
  run.agents = run.allocate(count * offsetof<Agent>());
  run.agentsAt = at(run, run.agents);
  for (let i: u32 = 0; i < count; i++) {
    const agent = agentAt(run, i);
    agent.role = <u8>Role.Relay;
    agent.limit = 1000;
    agent.overflow = <u8>Overflow.Refuse;
    agent.state = <u8>AgentState.Idle;
    agent.priorityClass = <u8>(i % priorities);
    agent.flags = ONE_TARGET;
    agent.edges = (i + 1) % count;
  }
  if (shuffled) shuffle(run, count);
  return run.index;
}

/** One cycle through all agents in random order: Sattolo's algorithm on the targets. */
function shuffle(run: Run, count: u32): void {
  for (let i: u32 = 0; i < count; i++) agentAt(run, i).edges = i;
  let state: u64 = 0x9e3779b97f4a7c15;
  for (let i = count - 1; i > 0; i--) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    const k = <u32>(state % i);
    const kept = agentAt(run, i).edges;
    agentAt(run, i).edges = agentAt(run, k).edges;
    agentAt(run, k).edges = kept;
  }
}

/** Puts messages in flight, spread over the agents. */
export function seed(index: u32, messages: u32, bytes: u32): void {
  const run = runAt(index);
  for (let i: u32 = 0; i < messages; i++) {
    send(run, OUTSIDE, <u32>((<u64>i * 2654435761) % run.agentCount), 0, 0, newText(run, 1024, bytes));
  }
}

/** Activations, as in a run's turn. */
export function work(index: u32, activations: u32): void {
  const run = runAt(index);
  while (activations && run.readyMask) {
    activateNext(run);
    activations--;
  }
}

export function hops(index: u32): f64 {
  return <f64>runAt(index).hops;
}

export function lost(index: u32): f64 {
  const run = runAt(index);
  return <f64>(run.refused + run.dropped);
}
