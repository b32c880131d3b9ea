import { Edge, PORT, edgeAt } from "../definition/plan";
import { Scene, lettingPass } from "../flow/condition";
import { answerSent } from "../agents/aggregator";
import { nextAnswer } from "../agents/classify-batch";
import { Level } from "../protocol/types";
import { Activation, ActivationState, activationAt, freeActivation, newActivation } from "./activation";
import { Agent, AgentState, ENDS, ONE_TARGET, OUTSIDE, Overflow, Role, WARNED, agentAt } from "./agent";
import { emitMessage, emitNotice, emitOutput, words } from "./emit";
import { Message, freeMessage, messageAt } from "./message";
import { Run, RunFlag } from "./run";
import { makeReady } from "./scheduler";
import { dropText, holdText, textBytes, textLength } from "./text";
import { TimerKind, clearTimer, setTimer } from "./timer";

export const enum Sent {
  Delivered,
  /** The mailbox is full, and the sender is to wait. Its hold on the text is still its own. */
  Full,
  Refused,
}

/** Puts a message in the mailbox of `to`, which takes over the sender's hold on `text`. */
export function send(run: Run, from: u32, to: u32, label: u16, hops: u16, text: u32): Sent {
  const agent = Agent.of(run, to);
  if (agent.waiting >= agent.limit) {
    if (agent.overflow == Overflow.Block) return Sent.Full;
    if (agent.overflow == Overflow.Refuse) {
      refuse(run, agent, text);
      return Sent.Refused;
    }
    dropOldest(run, agent);
  }
  const ref = Message.take(run);
  const message = Message.of(run, ref);
  message.next = 0;
  message.from = from;
  message.text = text;
  message.label = label;
  message.hops = hops;
  run.hops++;
  const mailbox = agent.mailbox;
  if (mailbox.tail) Message.of(run, mailbox.tail).next = ref;
  else mailbox.head = ref;
  mailbox.tail = ref;
  agent.waiting++;
  if (run.has(RunFlag.Watched)) emitMessage(run, from, to, text);
  warnIfNearlyFull(run, to, agent);
  makeReady(run, to, agent);
  return Sent.Delivered;
}

/** An idle agent takes the oldest message out of its mailbox, and lets a waiting sender in. */
export function takeMessage(run: Run, agent: Agent): u32 {
  const mailbox = agent.mailbox;
  const ref = mailbox.head;
  const next = Message.of(run, ref).next;
  mailbox.head = next;
  if (!next) mailbox.tail = 0;
  agent.waiting--;
  if (agent.waitersHead) {
    // The sender's message must not put the agent back in line before it has begun.
    agent.state = <u8>AgentState.Busy;
    letIn(run, agent);
    agent.state = <u8>AgentState.Idle;
  }
  return ref;
}

/** Gives the answer to everyone it goes to; false: it waits for room, and goes on by itself. */
export function passOn(run: Run, ref: u32): bool {
  const activation = activationAt(run, ref);
  const index = activation.agent;
  const agent = agentAt(run, index);
  const count = <u32>agent.edgeCount;
  for (; activation.cursor < count; activation.cursor++) {
    const sent = passAlong(run, index, agent, activation);
    if (sent == Sent.Full) {
      waitForRoom(run, ref, activation, targetOf(run, agent, activation.cursor));
      return false;
    }
  }
  if (agent.flags & ENDS) leave(run, index, OUTSIDE, activation.answer);
  return true;
}

/** One message along all edges of an agent that needs no activation for it; it takes over the hold on `text`. */
export function passThrough(run: Run, index: u32, agent: Agent, sender: u32, hops: u16, label: u16, text: u32): void {
  if (agent.flags & ONE_TARGET && hops < run.plan.maxHops) {
    const sent = send(run, index, agent.edges, label, hops + 1, text);
    agent.sent++;
    if (sent != Sent.Full) return;
    agent.sent--;
  }
  const ref = newActivation(run, index, sender, 0, hops);
  activationAt(run, ref).answer = text;
  activationAt(run, ref).label = label;
  agent.state = <u8>AgentState.Busy;
  if (passOn(run, ref)) release(run, ref);
}

/** The activation is over; its agent takes the next message. */
export function release(run: Run, ref: u32): void {
  while (nextAnswer(run, ref)) if (!passOn(run, ref)) return;
  const index = activationAt(run, ref).agent;
  freeActivation(run, ref);
  const agent = agentAt(run, index);
  agent.state = <u8>AgentState.Idle;
  if (agent.role == Role.Aggregator) answerSent(run, index, agent);
  else makeReady(run, index, agent);
}

/** A message that goes outside. */
export function leave(run: Run, index: u32, port: u32, text: u32): void {
  dropText(run, run.output);
  run.output = holdText(run, text);
  emitOutput(run, index, port, text);
}

function edgeOf(run: Run, agent: Agent, cursor: u32): Edge {
  return edgeAt(run.plan, agent.edges + cursor);
}

function targetOf(run: Run, agent: Agent, cursor: u32): u32 {
  return agent.flags & ONE_TARGET ? agent.edges : edgeOf(run, agent, cursor).target;
}

function passAlong(run: Run, index: u32, agent: Agent, activation: Activation): Sent {
  const target = targetOf(run, agent, activation.cursor);
  const text = activation.answer;
  if (!(agent.flags & ONE_TARGET) && !lets(run, edgeOf(run, agent, activation.cursor), activation)) return Sent.Delivered;
  if (target >= PORT) {
    leave(run, index, target - PORT, text);
    agent.sent++;
    return Sent.Delivered;
  }
  let label = activation.label;
  if (!(agent.flags & ONE_TARGET)) {
    const edge = edgeOf(run, agent, activation.cursor);
    if (agent.role != Role.Relay) label = edge.label;
    else if (label ? edge.label && edge.label != label : edge.again) return Sent.Delivered;
  }
  if (activation.hops >= run.plan.maxHops) {
    overHops(run, index, agent);
    return Sent.Refused;
  }
  const sent = send(run, index, target, label, activation.hops + 1, holdText(run, text));
  if (sent == Sent.Full) dropText(run, text);
  else agent.sent++;
  return sent;
}

const scene = changetype<Scene>(memory.data(offsetof<Scene>(), 8));

/** Whether the edge's condition holds of the answer. */
function lets(run: Run, edge: Edge, activation: Activation): bool {
  if (!edge.condition) return true;
  scene.clear();
  scene.text = textBytes(run, activation.answer);
  scene.textLength = textLength(run, activation.answer);
  scene.metadata = textBytes(run, activation.answerMeta);
  scene.metadataLength = textLength(run, activation.answerMeta);
  scene.setElapsed(run.now - run.startedAt).setTokens(run.inputTokens + run.outputTokens);
  return lettingPass(edge.condition, scene);
}

function waitForRoom(run: Run, ref: u32, activation: Activation, to: u32): void {
  activation.state = <u8>ActivationState.Sending;
  activation.nextWaiter = 0;
  const full = agentAt(run, to);
  if (full.waitersTail) activationAt(run, full.waitersTail).nextWaiter = ref;
  else full.waitersHead = ref;
  full.waitersTail = ref;
  activation.sendTimer = setTimer(run, TimerKind.Send, ref, run.now + run.plan.sendTimeout);
}

/** There is room: the first that waits for it puts its message there and goes on with its other edges. */
function letIn(run: Run, agent: Agent): void {
  const ref = agent.waitersHead;
  const activation = activationAt(run, ref);
  agent.waitersHead = activation.nextWaiter;
  if (!agent.waitersHead) agent.waitersTail = 0;
  goOn(run, ref, activation);
}

function goOn(run: Run, ref: u32, activation: Activation): void {
  clearTimer(run, activation.sendTimer);
  activation.sendTimer = 0;
  activation.state = <u8>ActivationState.Working;
  if (passOn(run, ref)) release(run, ref);
}

/** The sender has waited as long as it may: this message is refused, the others go on. */
export function stopWaiting(run: Run, ref: u32): void {
  const activation = activationAt(run, ref);
  activation.sendTimer = 0;
  const to = targetOf(run, agentAt(run, activation.agent), activation.cursor);
  const full = agentAt(run, to);
  leaveWaiters(run, full, ref);
  run.refused++;
  full.refused++;
  words.clear().ascii("mailbox was full for ").integer(run.plan.sendTimeout).ascii(" ms");
  emitNotice(run, to, Level.Warn, "send-timeout");
  activation.cursor++;
  goOn(run, ref, activation);
}

/** Takes an activation out of the list of those that wait for room. */
export function leaveWaiters(run: Run, full: Agent, ref: u32): void {
  let before: u32 = 0;
  for (let at = full.waitersHead; at != ref; at = activationAt(run, at).nextWaiter) before = at;
  const after = activationAt(run, ref).nextWaiter;
  if (before) activationAt(run, before).nextWaiter = after;
  else full.waitersHead = after;
  if (!after) full.waitersTail = before;
}

/** Whom a sending activation waits for. */
export function waitsFor(run: Run, activation: Activation): u32 {
  return targetOf(run, agentAt(run, activation.agent), activation.cursor);
}

function refuse(run: Run, agent: Agent, text: u32): void {
  agent.refused++;
  run.refused++;
  dropText(run, text);
}

function dropOldest(run: Run, agent: Agent): void {
  const mailbox = agent.mailbox;
  const ref = mailbox.head;
  const message = messageAt(run, ref);
  mailbox.head = message.next;
  if (!message.next) mailbox.tail = 0;
  agent.waiting--;
  dropText(run, message.text);
  freeMessage(run, ref);
  agent.dropped++;
  run.dropped++;
}

function overHops(run: Run, index: u32, agent: Agent): void {
  if (run.plan.hopsEnd) {
    // The limit is seen to at the end of the turn.
    run.set(RunFlag.HopsSpent);
    return;
  }
  agent.dropped++;
  run.dropped++;
  words.clear().ascii("a message went ").integer(run.plan.maxHops).ascii(" hops and was dropped");
  emitNotice(run, index, Level.Warn, "hop-limit");
}

function warnIfNearlyFull(run: Run, index: u32, agent: Agent): void {
  if (agent.flags & WARNED || !run.plan.warnPercent) return;
  if (<u32>agent.waiting * 100 < <u32>agent.limit * run.plan.warnPercent) return;
  agent.flags |= WARNED;
  words.clear().integer(agent.waiting).ascii(" of ").integer(agent.limit).ascii(" messages wait");
  emitNotice(run, index, Level.Warn, "mailbox-nearly-full");
}
