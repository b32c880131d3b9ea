import { AggregatorPlan, PORT, agentPlanAt, portAt, sourceAt } from "../definition/plan";
import { decide, settleParts } from "../join/compute";
import { addPart, newParts } from "../join/parts";
import { JoinPlan, asksModel } from "../join/plan";
import { facts, writeRecord } from "../join/result";
import { Level, StopReason } from "../protocol/types";
import { answerAtOnce, beginActivation } from "../kernel/activate";
import { Agent, AgentState, OUTSIDE, Role, agentAt } from "../kernel/agent";
import { closeRun, noteFailure } from "../kernel/closing";
import { emitNotice, words } from "../kernel/emit";
import { freeMessage, messageAt, newMessage } from "../kernel/message";
import { Fifo, Run, RunState, at } from "../kernel/run";
import { makeReady, standInLine } from "../kernel/scheduler";
import { dropText, newText, textBytes, textLength } from "../kernel/text";
import { TimerKind, clearTimer, setTimer } from "../kernel/timer";
import { scratch } from "../memory/scratch";
import { Builder, newBuilder } from "../text/builder";
import { Slice } from "../text/slice";
import { beginAggregate } from "./aggregate";

// A batch opens with its first message and closes when every declared source has sent one, or when its window is over. A source's second
// message waits for the next batch; when as many wait as a mailbox holds, the agent reads no more until the batch is closed.

/** In place of a message's label: it stays in the batch. */
const STAYS: u16 = 0x8000;
const USER: usize = memory.data<u8>([0x75, 0x73, 0x65, 0x72]);
const named: Slice = changetype<Slice>(memory.data(offsetof<Slice>(), 8));
const content = newBuilder();
const answer = newBuilder();

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
    batch.timer = setTimer(run, TimerKind.Batch, index, run.now + agentPlanAt(run.plan, index).aggregator.join.window);
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
  for (let i: u32 = 0; i < plan.sourceCount; i++) if (!holds(run, batch, sourceAt(plan, i))) return false;
  return true;
}

/** The window is over; its timer is gone. An agent that stands in line sees to it when its turn comes. */
export function windowOver(run: Run, index: u32): void {
  batchOf(run, index).timer = 0;
  const agent = agentAt(run, index);
  if (agent.state == AgentState.Ready) return;
  // As many think as may: it waits for its turn.
  if (agent.state != AgentState.Busy && run.plan.maxBusy && run.busy >= run.plan.maxBusy && thinks(run, index)) return standInLine(run, index, agent);
  if (closeWhatIsDue(run, index)) standBy(run, index, agent, batchOf(run, index));
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
  // While it thinks, or its last answer waits for room, the next one has to wait, too.
  while (batch.count && (!batch.timer || isComplete(run, batch, plan)) && agent.state != AgentState.Busy && <RunState>run.state < RunState.Closing) {
    clearTimer(run, batch.timer);
    batch.timer = 0;
    close(run, index, batch, plan);
    closed = true;
    // Its failure may have stopped the run: no window opens any more.
    if (<RunState>run.state >= RunState.Closing) break;
    refill(run, index, batch);
  }
  batch.closing = 0;
  return closed;
}

function close(run: Run, index: u32, batch: Batch, plan: AggregatorPlan): void {
  order(run, batch, plan);
  let hops: u16 = 0;
  for (let ref = batch.head; ref; ref = messageAt(run, ref).next) hops = max(hops, messageAt(run, ref).hops);
  if (thinks(run, index)) {
    const since = batch.openedAt;
    writeInputs(run, batch);
    empty(run, batch);
    const ref = beginActivation(run, index, OUTSIDE, hops, newText(run, answer.at, answer.length));
    return beginAggregate(run, ref, since);
  }
  const done = compute(run, batch, plan.join);
  if (!done) failAggregate(run, index, StopReason.Failed, answer.clear());
  empty(run, batch);
  answerAtOnce(run, index, hops, newText(run, answer.at, answer.length));
  if (!done && run.plan.failureStops) closeRun(run, StopReason.Failed);
}

/** Whether it takes a model to close a batch. */
function thinks(run: Run, index: u32): bool {
  const plan = agentPlanAt(run.plan, index);
  return asksModel(plan.aggregator.join) || (plan.aggregator.join.summary != 0 && plan.hasModel != 0);
}

/** Whether a batch's window is over, so that it is closed as soon as its agent has time for it. */
export function hasDueBatch(run: Run, index: u32): bool {
  const agent = agentAt(run, index);
  return agent.role == Role.Aggregator && agent.transcript != 0 && batchOf(run, index).count != 0 && !batchOf(run, index).timer;
}

/** The record into `answer`; false: there is none, and `words` says why. */
function compute(run: Run, batch: Batch, join: JoinPlan): bool {
  scratch.free();
  const parts = newParts(join, batch.count);
  for (let ref = batch.head; ref; ref = messageAt(run, ref).next) {
    const message = messageAt(run, ref);
    const name = senderName(run, message.from);
    addPart(parts, name.at, name.length, textBytes(run, message.text), textLength(run, message.text), null);
  }
  if (!settleParts(parts) || !decide(join, parts, 0, 0, content.clear())) return false;
  facts.elapsed = run.now - batch.openedAt;
  writeRecord(answer.clear(), parts, content);
  return true;
}

/** Into `answer`: an object, sender → text. */
function writeInputs(run: Run, batch: Batch): void {
  answer.clear().byte(0x7b);
  for (let ref = batch.head; ref; ref = messageAt(run, ref).next) {
    const message = messageAt(run, ref);
    const name = senderName(run, message.from);
    if (ref != batch.head) answer.byte(0x2c);
    answer.json(name.at, name.length).byte(0x3a).json(textBytes(run, message.text), textLength(run, message.text));
  }
  answer.byte(0x7d);
}

/** Good until the next call. */
function senderName(run: Run, sender: u32): Slice {
  if (sender < run.plan.agentCount) {
    named.at = agentPlanAt(run.plan, sender).name;
    named.length = agentPlanAt(run.plan, sender).nameLength;
  } else if (sender != OUTSIDE) {
    named.at = portAt(run.plan, sender - PORT).name;
    named.length = portAt(run.plan, sender - PORT).nameLength;
  } else {
    named.at = USER;
    named.length = 4;
  }
  return named;
}

/** Declared order, then order of arrival; those over the most that a batch takes wait for the next one. */
function order(run: Run, batch: Batch, plan: AggregatorPlan): void {
  let rest = batch.head;
  batch.head = 0;
  batch.tail = 0;
  for (let i: u32 = 0; i < plan.sourceCount; i++) rest = pull(run, batch, rest, sourceAt(plan, i));
  while (rest) {
    const next = messageAt(run, rest).next;
    push(run, batch.inputs, rest);
    rest = next;
  }
  if (plan.join.most && batch.count > plan.join.most) trim(run, batch, plan.join.most);
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

/** Those over `most` go first in the next batch: those that have been passed over most often stay, then those declared first. */
function trim(run: Run, batch: Batch, most: u32): void {
  for (let i: u32 = 0; i < most; i++) messageAt(run, longestPassedOver(run, batch)).label |= STAYS;
  let ref = batch.head;
  let restHead: u32 = 0;
  let restTail: u32 = 0;
  batch.head = 0;
  batch.tail = 0;
  while (ref) {
    const message = messageAt(run, ref);
    const next = message.next;
    if (message.label & STAYS) push(run, batch.inputs, ref);
    else {
      message.next = 0;
      message.label = min<u16>(message.label + 1, STAYS - 1);
      if (restTail) messageAt(run, restTail).next = ref;
      else restHead = ref;
      restTail = ref;
    }
    ref = next;
  }
  messageAt(run, restTail).next = batch.laterHead;
  if (!batch.laterHead) batch.laterTail = restTail;
  batch.laterHead = restHead;
  batch.laterCount += batch.count - most;
  batch.count = most;
}

/** Of those that do not stay yet. Messages of a batch have as their label how often they were passed over. */
function longestPassedOver(run: Run, batch: Batch): u32 {
  let found: u32 = 0;
  for (let ref = batch.head; ref; ref = messageAt(run, ref).next) {
    const label = messageAt(run, ref).label;
    if (!(label & STAYS) && (!found || label > messageAt(run, found).label)) found = ref;
  }
  return found;
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

/** An aggregation failed, `words` says why: people are told, and a result of type error is appended. */
export function failAggregate(run: Run, index: u32, stop: StopReason, to: Builder): void {
  noteFailure(run, index, stop);
  emitNotice(run, index, Level.Warn, "aggregation-failed");
  to.ascii('{"type":"error","error":').json(words.at, words.length).byte(0x7d);
}
