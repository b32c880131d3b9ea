import { PORT, Plan } from "../definition/plan";
import { Batch, hasDueBatch } from "../agents/aggregator";
import { programSound } from "../agents/programs";
import { ACTIVATION_SIZE, Activation, ActivationState, Program, activationAt } from "./activation";
import { Agent, AgentState, DUE, ENDS, ONE_TARGET, OUTSIDE, Role, WARNED, agentAt } from "./agent";
import { claim, claimText } from "./claims";
import { Message, messageAt } from "./message";
import { waitsFor } from "./router";
import { Run, RunState, at } from "./run";
import { TimerKind } from "./timer";
import {
  beginActivations,
  isPart,
  ownTranscript,
  timerOf,
  verifyAside,
  verifyDeadline,
  verifyNotes,
  verifyOpen,
  verifyTexts,
  verifyTranscript,
} from "./verify-activation";

// The agents of a run from a file: mailboxes, transcripts, batches, activations, and the queues they stand in.

/** Activations that wait for room, and agents that stand in a queue. */
let sending: u32 = 0;
let ready: u32 = 0;
let starting: u32 = 0;

export function verifyAgents(run: Run): bool {
  beginActivations();
  sending = 0;
  ready = 0;
  starting = 0;
  for (let i: u32 = 0; i < run.agentCount; i++) if (!verifyAgent(run, i)) return false;
  return starting == run.starting;
}

function verifyAgent(run: Run, index: u32): bool {
  const agent = agentAt(run, index);
  const row = changetype<Agent>(run.plan.rows + index * offsetof<Agent>());
  if (agent.role != row.role || agent.priorityClass != row.priorityClass || agent.overflow != row.overflow || agent.limit != row.limit) return false;
  if (agent.edges != row.edges || agent.edgeCount != row.edgeCount || agent.plan != row.plan) return false;
  if (agent.flags & DUE && agent.role != Role.Classifier) return false;
  if ((agent.flags & ~(WARNED | DUE)) != (row.flags & (ONE_TARGET | ENDS)) || <AgentState>agent.state > AgentState.HoldingBack) return false;
  if (agent.state == AgentState.HoldingBack && (agent.role != Role.Aggregator || !agent.transcript)) return false;
  if (agent.state == AgentState.Ready) ready++;
  if (agent.state == AgentState.Waiting && run.state == RunState.Running) return false;
  if (!verifyMailbox(run, agent) || !verifyMemory(run, index, agent)) return false;
  if ((agent.state == AgentState.Busy) != (agent.activation != 0)) return false;
  return !agent.activation || verifyActivation(run, index, agent);
}

function verifyMailbox(run: Run, agent: Agent): bool {
  let count: u32 = 0;
  let last: u32 = 0;
  for (let ref = agent.mailboxHead; ref; ref = messageAt(run, ref).next) {
    if (!verifyMessage(run, ref)) return false;
    last = ref;
    count++;
  }
  return count == agent.waiting && last == agent.mailboxTail;
}

function verifyMessage(run: Run, ref: u32): bool {
  if (!claim(run, ref, offsetof<Message>())) return false;
  const message = messageAt(run, ref);
  return isSender(run.plan, message.from) && claimText(run, message.text);
}

function isSender(plan: Plan, sender: u32): bool {
  return sender < plan.agentCount || sender == OUTSIDE || (sender >= PORT && sender - PORT < plan.portCount);
}

/** What an agent keeps between messages. */
function verifyMemory(run: Run, index: u32, agent: Agent): bool {
  const ref = agent.transcript;
  switch (<Role>agent.role) {
    case Role.Producer:
      return true;
    case Role.React:
      return !ref || verifyTranscript(run, ref);
    case Role.Classifier:
      if (changetype<usize>(run.plan.flow)) return !ref || verifyTranscript(run, ref);
      return !ref || timerOf(run, ref, TimerKind.Batch, index);
    case Role.Aggregator:
      return !ref || verifyBatch(run, index, ref);
    case Role.Custom: {
      if (!ref) return true;
      starting++;
      if (run.state == RunState.Running || agent.state != AgentState.Waiting) return false;
      return timerOf(run, ref, TimerKind.Start, index);
    }
    default:
      return !ref;
  }
}

function verifyBatch(run: Run, index: u32, ref: u32): bool {
  if (!claim(run, ref, 40)) return false;
  const batch = changetype<Batch>(at(run, ref));
  if (verifyList(run, batch.head, batch.tail) != batch.count || verifyList(run, batch.laterHead, batch.laterTail) != batch.laterCount) return false;
  if (batch.closing || batch.laterCount == u32.MAX_VALUE) return false;
  if (batch.timer) return batch.count != 0 && timerOf(run, batch.timer, TimerKind.Batch, index);
  // Its window is over, and it waits until the agent has time for it.
  return !batch.count || agentAt(run, index).state == AgentState.Busy || agentAt(run, index).state == AgentState.Ready;
}

/** How many messages there are, or u32::MAX. */
function verifyList(run: Run, head: u32, tail: u32): u32 {
  let count: u32 = 0;
  let last: u32 = 0;
  for (let ref = head; ref; ref = messageAt(run, ref).next) {
    if (!verifyMessage(run, ref)) return u32.MAX_VALUE;
    last = ref;
    count++;
  }
  return last == tail ? count : u32.MAX_VALUE;
}

function verifyActivation(run: Run, index: u32, agent: Agent): bool {
  const ref = agent.activation;
  if (!claim(run, ref, ACTIVATION_SIZE)) return false;
  const activation = activationAt(run, ref);
  if (
    activation.span >> 53 ||
    activation.deadlineAt >> 53 ||
    activation.agent != index ||
    !isSender(run.plan, activation.sender) ||
    <ActivationState>activation.state > ActivationState.Sending
  )
    return false;
  if (
    activation.node ||
    activation.term ||
    activation.transfer ||
    activation.view ||
    (activation.aside && agent.role != Role.React) ||
    !isProgramOf(agent.role, activation) ||
    !verifyProgram(run, ref, activation)
  )
    return false;
  const transcript = ownTranscript(activation);
  if (activation.ownsTranscript) {
    if (!verifyTranscript(run, transcript)) return false;
  } else if (transcript && (agent.role != Role.React || transcript != agent.transcript)) return false;
  if ((activation.before && (!transcript || !isPart(run, transcript, activation.before))) || !verifyAside(run, activation)) return false;
  if (!verifyTexts(run, activation) || activation.cursor > <u32>agent.edgeCount) return false;
  if (!verifyDeadline(run, ref, activation)) return false;
  if (activation.state == ActivationState.Sending) {
    sending++;
    return activation.cursor < <u32>agent.edgeCount && !activation.effects && timerOf(run, activation.sendTimer, TimerKind.Send, ref);
  }
  return !activation.sendTimer && verifyOpen(run, ref, activation, <Role>agent.role);
}

/** Whether it is a wired agent's program. */
function isProgramOf(role: u32, activation: Activation): bool {
  if (role == Role.Classifier) return activation.program == Program.Classify;
  if (role == Role.Planner) return activation.program == Program.Plan;
  return activation.program == Program.React || (role == Role.Aggregator && activation.program == Program.Aggregate);
}

/** What a program keeps: a transcript of its own, and notes. */
function verifyProgram(run: Run, ref: u32, activation: Activation): bool {
  if (activation.program == Program.React && activation.ownsTranscript) return false;
  return verifyNotes(run, activation) && programSound(run, ref);
}

/** Queues of ready agents, and lists of those that wait for room. */
export function verifyQueues(run: Run): bool {
  for (let i: u32 = 0; i < run.plan.classes; i++) if (!verifyQueue(run, i)) return false;
  if (ready || run.readyMask >> <u64>min<u32>(run.plan.classes, 63) > (run.plan.classes == 64 ? 1 : 0)) return false;
  for (let i: u32 = 0; i < run.agentCount; i++) if (!verifyWaiters(run, i)) return false;
  return sending == 0;
}

function verifyQueue(run: Run, priorityClass: u32): bool {
  const queue = run.readyQueue(priorityClass);
  const marked = (run.readyMask >> <u64>priorityClass) & 1;
  if ((queue.head != 0) != (marked != 0)) return false;
  let last: u32 = 0;
  for (let next = queue.head; next; ) {
    if (next > run.agentCount || !ready) return false;
    const agent = agentAt(run, next - 1);
    if (agent.state != AgentState.Ready || agent.priorityClass != priorityClass) return false;
    if (!agent.waiting && !hasDueBatch(run, next - 1)) return false;
    ready--;
    last = next;
    next = agent.nextReady;
  }
  return last == queue.tail;
}

function verifyWaiters(run: Run, index: u32): bool {
  const agent = agentAt(run, index);
  let last: u32 = 0;
  for (let ref = agent.waitersHead; ref; ) {
    if (!sending || !isSending(run, ref)) return false;
    const activation = activationAt(run, ref);
    if (waitsFor(run, activation) != index) return false;
    sending--;
    last = ref;
    ref = activation.nextWaiter;
  }
  return last == agent.waitersTail;
}

/** Whether a ref is that of an agent's activation that waits for room. */
function isSending(run: Run, ref: u32): bool {
  if (ref < 8 || ref & 7 || ref > run.used - ACTIVATION_SIZE) return false;
  const activation = activationAt(run, ref);
  return activation.agent < run.agentCount && agentAt(run, activation.agent).activation == ref && activation.state == ActivationState.Sending;
}
