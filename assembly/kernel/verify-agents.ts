import { PORT, Plan } from "../definition/plan";
import { PartKind, PartRole } from "../protocol/types";
import { Batch } from "../agents/aggregator";
import { programSound } from "../agents/programs";
import { ACTIVATION_SIZE, Activation, ActivationState, Program, activationAt, notesSize } from "./activation";
import { Agent, AgentState, DUE, ENDS, ONE_TARGET, OUTSIDE, Role, WARNED, agentAt } from "./agent";
import { claim, claimText } from "./claims";
import { EffectKind, EffectState, effectAt } from "./effect";
import { Message, messageAt } from "./message";
import { waitsFor } from "./router";
import { Run, RunState, at, pieceBytes } from "./run";
import { TimerKind, timerAt } from "./timer";
import { PART_SIZE, TRANSCRIPT_SIZE, partAt, transcriptAt } from "./transcript";
import { isSet } from "./verify";

// The agents of a run from a file: mailboxes, transcripts, batches, activations, and the queues they stand in.

/** Effects that activations have in their lists. */
let linked: u32 = 0;
/** Activations that have begun and not ended, those that wait for room, and agents that stand in a queue. */
let working: u32 = 0;
let sending: u32 = 0;
let ready: u32 = 0;
let starting: u32 = 0;

export function verifyAgents(run: Run): bool {
  linked = 0;
  working = 0;
  sending = 0;
  ready = 0;
  starting = 0;
  for (let i: u32 = 0; i < run.agentCount; i++) if (!verifyAgent(run, i)) return false;
  return working == run.busy && starting == run.starting && linked == awaited(run);
}

/** Effects that somebody waits for. */
function awaited(run: Run): u32 {
  let count: u32 = 0;
  for (let i: u32 = 0; i < run.slotCount; i++) {
    const ref = load<u32>(at(run, run.slots) + (i << 2));
    if (ref && effectAt(run, ref).activation) count++;
  }
  return count;
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

function timerOf(run: Run, ref: u32, kind: TimerKind, owner: u32): bool {
  if (ref < 8 || ref & 7 || ref > run.used - 24) return false;
  const timer = timerAt(run, ref);
  return timer.kind == kind && timer.owner == owner && isSet(run, ref, timer);
}

/** A transcript and its parts, each once. */
export function verifyTranscript(run: Run, transcript: u32): bool {
  if (!claim(run, transcript, TRANSCRIPT_SIZE)) return false;
  const list = transcriptAt(run, transcript);
  if (list.number >= run.transcripts || list.reader > run.agentCount || !claimText(run, list.system)) return false;
  let count: u32 = 0;
  let last: u32 = 0;
  let told: u32 = 0;
  let open: u32 = 0;
  for (let ref = list.head; ref; ref = partAt(run, ref).next) {
    if (!claim(run, ref, PART_SIZE)) return false;
    const part = partAt(run, ref);
    const isCall = part.kind == PartKind.ToolCall;
    if (<PartRole>part.role > PartRole.Tool || <PartKind>part.kind > PartKind.ToolError || part.failed > 1 || part.settled > 1) return false;
    if ((part.call && (!isCall || part.settled)) || part.author > run.agentCount) return false;
    if (!claimText(run, part.text) || !claimText(run, part.id) || !claimText(run, part.name) || !claimText(run, part.metadata) || !claimText(run, part.call))
      return false;
    if (isCall && !part.settled) open++;
    if (++count == list.told) told = ref;
    last = ref;
  }
  if (count != list.count || last != list.tail || open != list.openCalls || list.told > count || list.sent > count + 1) return false;
  return told == list.toldTail || !list.told;
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
    !isProgramOf(agent.role, activation) ||
    !verifyProgram(run, ref, activation)
  )
    return false;
  if (activation.ownsTranscript) {
    if (!verifyTranscript(run, activation.transcript)) return false;
  } else if (activation.transcript && (agent.role != Role.React || activation.transcript != agent.transcript)) return false;
  if (!verifyTexts(run, activation) || activation.cursor > <u32>agent.edgeCount) return false;
  if (activation.deadline && !timerOf(run, activation.deadline, TimerKind.Deadline, ref)) return false;
  if (activation.state == ActivationState.Sending) {
    sending++;
    return activation.cursor < <u32>agent.edgeCount && !activation.effects && timerOf(run, activation.sendTimer, TimerKind.Send, ref);
  }
  working++;
  return !activation.sendTimer && verifyOpen(run, ref, activation, agent);
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

function verifyTexts(run: Run, activation: Activation): bool {
  return (
    claimText(run, activation.input) &&
    claimText(run, activation.inputMeta) &&
    claimText(run, activation.answer) &&
    claimText(run, activation.answerMeta) &&
    claimText(run, activation.system) &&
    claimText(run, activation.schema)
  );
}

function verifyNotes(run: Run, activation: Activation): bool {
  if (!activation.notes) return !activation.noteTexts && !activation.noteNumbers;
  if (!claim(run, activation.notes, pieceBytes(notesSize(activation.noteTexts, activation.noteNumbers)))) return false;
  for (let i: u32 = 0; i < activation.noteTexts; i++) if (!claimText(run, load<u32>(at(run, activation.notes) + (i << 2)))) return false;
  return true;
}

/** The effects it waits for, and the calls they are of. */
function verifyOpen(run: Run, ref: u32, activation: Activation, agent: Agent): bool {
  let tools: u32 = 0;
  let others: u32 = 0;
  for (let at = activation.effects; at; at = effectAt(run, at).next) {
    if (!isOpen(run, at)) return false;
    const effect = effectAt(run, at);
    if (effect.activation != ref || effect.agent != activation.agent || ++linked > run.outstanding) return false;
    if (effect.kind == EffectKind.Tool) {
      if (!isOpenCall(run, activation, effect.call)) return false;
      tools++;
    } else others++;
  }
  if (tools && !callsDiffer(run, activation)) return false;
  if (tools != activation.awaited || tools + others == 0 || (tools && others) || others > 1) return false;
  if (!activation.transcript) return agent.role != Role.React && !activation.calls;
  if ((transcriptAt(run, activation.transcript).openCalls != 0) != (activation.calls != 0)) return false;
  return !activation.calls || isPart(run, activation.transcript, activation.calls);
}

/** Whether a ref is that of an open effect, which was claimed with the slots. */
function isOpen(run: Run, ref: u32): bool {
  for (let i: u32 = 0; i < run.slotCount; i++) if (load<u32>(at(run, run.slots) + (i << 2)) == ref) return effectAt(run, ref).state != EffectState.Cancelled;
  return false;
}

function isPart(run: Run, transcript: u32, wanted: u32): bool {
  for (let ref = transcriptAt(run, transcript).head; ref; ref = partAt(run, ref).next) if (ref == wanted) return true;
  return false;
}

/** A call of this turn that waits for its result. */
function isOpenCall(run: Run, activation: Activation, call: u32): bool {
  if (!activation.calls || !activation.transcript || !isPart(run, activation.transcript, call)) return false;
  const part = partAt(run, call);
  return part.kind == PartKind.ToolCall && !part.settled && !part.call;
}

/** Whether no two effects are of the same call; their list has been followed before. */
function callsDiffer(run: Run, activation: Activation): bool {
  for (let ref = activation.effects; ref; ref = effectAt(run, ref).next) {
    for (let other = effectAt(run, ref).next; other; other = effectAt(run, other).next) {
      if (effectAt(run, other).call == effectAt(run, ref).call) return false;
    }
  }
  return true;
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
    if (agent.state != AgentState.Ready || agent.priorityClass != priorityClass || !agent.waiting) return false;
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
