import { Agent, AgentState } from "./agent";
import { Run } from "./run";

// Who is next in a run: the highest priority first (class 0), in it whoever has been ready longest.

/** An idle agent with messages takes its place in the queue. */
export function makeReady(run: Run, index: u32, agent: Agent): void {
  if (agent.state == AgentState.Idle && agent.waiting) standInLine(run, index, agent);
}

/** Takes a place in the queue, whatever for. */
export function standInLine(run: Run, index: u32, agent: Agent): void {
  agent.state = <u8>AgentState.Ready;
  agent.nextReady = 0;
  const queue = run.readyQueue(agent.priorityClass);
  if (queue.tail) Agent.of(run, queue.tail - 1).nextReady = index + 1;
  else queue.head = index + 1;
  queue.tail = index + 1;
  run.readyMask |= (<u64>1) << (<u64>agent.priorityClass);
}

/** Takes the next agent off its queue; only if run.readyMask. */
export function takeReady(run: Run): u32 {
  const priorityClass = <u32>ctz(run.readyMask);
  const queue = run.readyQueue(priorityClass);
  const index = queue.head - 1;
  const agent = Agent.of(run, index);
  agent.state = <u8>AgentState.Idle;
  queue.head = agent.nextReady;
  if (!queue.head) {
    queue.tail = 0;
    run.readyMask &= ~((<u64>1) << (<u64>priorityClass));
  }
  return index;
}
