import { AggregatorPlan, agentPlanAt, sourceAt } from "../definition/plan";
import { Level, StopReason } from "../protocol/types";
import { answerAtOnce } from "../kernel/activate";
import { Agent, AgentState, agentAt } from "../kernel/agent";
import { noteFailure } from "../kernel/closing";
import { emitNotice, words } from "../kernel/emit";
import { freeMessage, messageAt, newMessage } from "../kernel/message";
import { Fifo, Run, at } from "../kernel/run";
import { makeReady } from "../kernel/scheduler";
import { dropText, newText, textBytes, textLength } from "../kernel/text";
import { TimerKind, clearTimer, setTimer } from "../kernel/timer";
import { decide } from "./decide";

// A batch opens with its first message and closes when every declared source has sent one, or when its window is over. A source's second
// message waits for the next batch; when as many wait as a mailbox holds, the agent reads no more until the batch is closed.

@unmanaged
export class Batch {
  openedAt: u64;
  head: u32; // messages
  tail: u32;
  count: u32;
  timer: u32; // of its window; 0 once that is over
  laterHead: u32;
  laterTail: u32;
  laterCount: u32;
  /** Batches are being closed further up the stack. */
  closing: u8;

  @inline get inputs(): Fifo {
    return changetype<Fifo>(changetype<usize>(this) + offsetof<Batch>("head"));
  }

  @inline get later(): Fifo {
    return changetype<Fifo>(changetype<usize>(this) + offsetof<Batch>("laterHead"));
  }
}

function batchOf(run: Run, index: u32): Batch {
  const agent = agentAt(run, index);
  if (!agent.transcript) agent.transcript = run.allocate(40);
  return changetype<Batch>(at(run, agent.transcript));
}

/** Takes over the hold on `text`. */
export function addToBatch(run: Run, index: u32, sender: u32, hops: u16, text: u32): void {
  const ref = newMessage(run);
  const message = messageAt(run, ref);
  message.from = sender;
  message.text = text;
  message.hops = hops;
  message.label = 0;
  const batch = batchOf(run, index);
  if (!admit(run, index, batch, ref)) wait(run, batch, ref);
  closeWhatIsDue(run, index);
  standBy(run, index, agentAt(run, index), batch);
}

/** An idle agent reads on, unless it holds back as much as it may. */
function standBy(run: Run, index: u32, agent: Agent, batch: Batch): void {
  if (agent.state == AgentState.Idle && batch.laterCount >= agent.limit) agent.state = <u8>AgentState.HoldingBack;
  else makeReady(run, index, agent);
}

/** A message becomes part of the batch, if that has none of its sender. */
function admit(run: Run, index: u32, batch: Batch, ref: u32): bool {
  if (holds(run, batch, messageAt(run, ref).from)) return false;
  if (!batch.count) {
    batch.openedAt = run.now;
    batch.timer = setTimer(run, TimerKind.Batch, index, run.now + agentPlanAt(run.plan, index).aggregator.window);
  }
  push(run, batch.inputs, ref);
  batch.count++;
  return true;
}

function wait(run: Run, batch: Batch, ref: u32): void {
  push(run, batch.later, ref);
  batch.laterCount++;
}

function push(run: Run, list: Fifo, ref: u32): void {
  messageAt(run, ref).next = 0;
  if (list.tail) messageAt(run, list.tail).next = ref;
  else list.head = ref;
  list.tail = ref;
}

function holds(run: Run, batch: Batch, sender: u32): bool {
  for (let ref = batch.head; ref; ref = messageAt(run, ref).next) if (messageAt(run, ref).from == sender) return true;
  return false;
}

function isComplete(run: Run, batch: Batch, plan: AggregatorPlan): bool {
  if (batch.count < plan.sourceCount) return false;
  for (let i: u32 = 0; i < plan.sourceCount; i++) if (!holds(run, batch, sourceAt(plan, i).sender)) return false;
  return true;
}

/** The window is over; its timer is gone. An agent that stands in line sees to it when its turn comes. */
export function windowOver(run: Run, index: u32): void {
  batchOf(run, index).timer = 0;
  const agent = agentAt(run, index);
  if (agent.state != AgentState.Ready && closeWhatIsDue(run, index)) standBy(run, index, agent, batchOf(run, index));
}

/** Its last answer is on its way, and it is idle. Not in line, though, as long as batches are being closed. */
export function answerSent(run: Run, index: u32, agent: Agent): void {
  const batch = batchOf(run, index);
  if (batch.closing) return;
  closeWhatIsDue(run, index);
  standBy(run, index, agent, batch);
}

/** What is due at a batch when its agent's turn has come; false: nothing, and the agent may read on. */
export function catchUp(run: Run, index: u32, agent: Agent): bool {
  if (!closeWhatIsDue(run, index)) return false;
  standBy(run, index, agent, batchOf(run, index));
  return true;
}

/**
 * Closes the batch if all of it is there or its window is over, then those that what waited makes, one after the other. The agent stands
 * in no line meanwhile. Whether any was closed.
 */
function closeWhatIsDue(run: Run, index: u32): bool {
  const agent = agentAt(run, index);
  if (!agent.transcript) return false;
  const batch = batchOf(run, index);
  const plan = agentPlanAt(run.plan, index).aggregator;
  let closed = false;
  batch.closing = 1;
  // While its last answer waits for room, the next one has to wait, too.
  while (batch.count && (!batch.timer || isComplete(run, batch, plan)) && agent.state != AgentState.Busy) {
    clearTimer(run, batch.timer);
    batch.timer = 0;
    close(run, index, batch, plan);
    refill(run, index, batch);
    closed = true;
  }
  batch.closing = 0;
  return closed;
}

function close(run: Run, index: u32, batch: Batch, plan: AggregatorPlan): void {
  order(run, batch, plan);
  let hops: u16 = 0;
  for (let ref = batch.head; ref; ref = messageAt(run, ref).next) hops = max(hops, messageAt(run, ref).hops);
  if (!decide(run, batch, plan)) {
    noteFailure(run, index, StopReason.Failed);
    emitNotice(run, index, Level.Warn, "aggregation-failed");
    wrapError(run);
  }
  const answer = newText(run, words.at, words.length);
  empty(run, batch);
  answerAtOnce(run, index, hops, answer);
}

/** Declared order, then order of arrival; those over the most that a batch takes wait for the next one. */
function order(run: Run, batch: Batch, plan: AggregatorPlan): void {
  let rest = batch.head;
  batch.head = 0;
  batch.tail = 0;
  for (let i: u32 = 0; i < plan.sourceCount; i++) rest = pull(run, batch, rest, sourceAt(plan, i).sender);
  while (rest) {
    const next = messageAt(run, rest).next;
    push(run, batch.inputs, rest);
    rest = next;
  }
  if (plan.most && batch.count > plan.most) trim(run, batch, plan.most);
}

/** Moves the sender's message from a chain to the batch; gives the chain without it. */
function pull(run: Run, batch: Batch, chain: u32, sender: u32): u32 {
  let before: u32 = 0;
  let ref = chain;
  while (ref && messageAt(run, ref).from != sender) {
    before = ref;
    ref = messageAt(run, ref).next;
  }
  if (!ref) return chain;
  const next = messageAt(run, ref).next;
  push(run, batch.inputs, ref);
  if (!before) return next;
  messageAt(run, before).next = next;
  return chain;
}

/** Those over `most` go first in the next batch. */
function trim(run: Run, batch: Batch, most: u32): void {
  let last = batch.head;
  for (let i: u32 = 1; i < most; i++) last = messageAt(run, last).next;
  const rest = messageAt(run, last).next;
  messageAt(run, batch.tail).next = batch.laterHead;
  if (!batch.laterHead) batch.laterTail = batch.tail;
  batch.laterHead = rest;
  batch.laterCount += batch.count - most;
  messageAt(run, last).next = 0;
  batch.tail = last;
  batch.count = most;
}

function empty(run: Run, batch: Batch): void {
  for (let ref = batch.head; ref; ) {
    const next = messageAt(run, ref).next;
    dropText(run, messageAt(run, ref).text);
    freeMessage(run, ref);
    ref = next;
  }
  batch.head = 0;
  batch.tail = 0;
  batch.count = 0;
}

/** What waited opens the next batch, each sender's first. */
function refill(run: Run, index: u32, batch: Batch): void {
  let ref = batch.laterHead;
  batch.laterHead = 0;
  batch.laterTail = 0;
  batch.laterCount = 0;
  while (ref) {
    const next = messageAt(run, ref).next;
    if (!admit(run, index, batch, ref)) wait(run, batch, ref);
    ref = next;
  }
}

/** `words` as a result of type error. */
function wrapError(run: Run): void {
  const message = newText(run, words.at, words.length);
  words.clear().ascii('{"type":"error","error":');
  words.json(textBytes(run, message), textLength(run, message));
  words.byte(0x7d);
  dropText(run, message);
}
