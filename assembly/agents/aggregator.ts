import { AggregatorPlan, agentPlanAt, sourceAt } from "../definition/plan";
import { Level, StopReason } from "../protocol/types";
import { answerAtOnce } from "../kernel/activate";
import { agentAt } from "../kernel/agent";
import { noteFailure } from "../kernel/closing";
import { emitNotice, words } from "../kernel/emit";
import { freeMessage, messageAt, newMessage } from "../kernel/message";
import { Fifo, Run, at } from "../kernel/run";
import { dropText, newText, textBytes, textLength } from "../kernel/text";
import { TimerKind, clearTimer, setTimer } from "../kernel/timer";
import { decide } from "./decide";

// A batch opens with its first message and closes when every declared source has sent one, or when its window is over. A source's second
// message waits for the next batch.

@unmanaged
export class Batch {
  openedAt: u64;
  head: u32; // messages
  tail: u32;
  count: u32;
  timer: u32;
  laterHead: u32;
  laterTail: u32;

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
  take(run, index, batchOf(run, index), ref);
}

function take(run: Run, index: u32, batch: Batch, ref: u32): void {
  const plan = agentPlanAt(run.plan, index).aggregator;
  const sender = messageAt(run, ref).from;
  if (holds(run, batch, sender)) return push(run, batch.later, ref);
  if (!batch.count) {
    batch.openedAt = run.now;
    batch.timer = setTimer(run, TimerKind.Batch, index, run.now + plan.window);
  }
  push(run, batch.inputs, ref);
  batch.count++;
  if (isComplete(run, batch, plan)) {
    clearTimer(run, batch.timer);
    closeBatch(run, index);
  }
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

/** The batch is closed, by its last source or by its window; its timer is gone. */
export function closeBatch(run: Run, index: u32): void {
  const batch = batchOf(run, index);
  const plan = agentPlanAt(run.plan, index).aggregator;
  batch.timer = 0;
  order(run, batch, plan);
  let hops: u16 = 0;
  for (let ref = batch.head; ref; ref = messageAt(run, ref).next) hops = max(hops, messageAt(run, ref).hops);
  if (!decide(run, index, batch, plan)) {
    noteFailure(run, index, StopReason.Failed);
    emitNotice(run, index, Level.Warn, "aggregation-failed");
    wrapError(run);
  }
  const answer = newText(run, words.at, words.length);
  empty(run, batch);
  answerAtOnce(run, index, hops, answer);
  reopen(run, index, batch);
}

/** Declared order, then order of arrival; those over the most that a batch takes wait for the next one. */
function order(run: Run, batch: Batch, plan: AggregatorPlan): void {
  const head = batch.head;
  batch.head = 0;
  batch.tail = 0;
  for (let i: u32 = 0; i < plan.sourceCount; i++) {
    for (let ref = head; ref; ref = messageAt(run, ref).next) {
      const message = messageAt(run, ref);
      if (message.from != sourceAt(plan, i).sender || message.label) continue;
      // Lists are rebuilt from copies, since the old chain is still being walked.
      message.label = 1;
      append(run, batch, message.from, message.text, message.hops);
    }
  }
  for (let ref = head; ref; ) {
    const message = messageAt(run, ref);
    const next = message.next;
    if (!message.label) append(run, batch, message.from, message.text, message.hops);
    freeMessage(run, ref);
    ref = next;
  }
  if (plan.most) trim(run, batch, plan.most);
}

function append(run: Run, batch: Batch, from: u32, text: u32, hops: u16): void {
  const ref = newMessage(run);
  const message = messageAt(run, ref);
  message.from = from;
  message.text = text;
  message.hops = hops;
  message.label = 0;
  push(run, batch.inputs, ref);
}

/** Those over `most` go first in the next batch. */
function trim(run: Run, batch: Batch, most: u32): void {
  let last = batch.head;
  for (let i: u32 = 1; i < most && last; i++) last = messageAt(run, last).next;
  if (!last) return;
  const rest = messageAt(run, last).next;
  if (!rest) return;
  const restTail = batch.tail;
  messageAt(run, last).next = 0;
  batch.tail = last;
  messageAt(run, restTail).next = batch.laterHead;
  if (!batch.laterHead) batch.laterTail = restTail;
  batch.laterHead = rest;
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

/** What waited opens the next batch. */
function reopen(run: Run, index: u32, batch: Batch): void {
  let ref = batch.laterHead;
  batch.laterHead = 0;
  batch.laterTail = 0;
  while (ref) {
    const next = messageAt(run, ref).next;
    take(run, index, batch, ref);
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
