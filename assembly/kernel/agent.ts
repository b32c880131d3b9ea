import { Fifo, Run } from "./run";

export const enum Role {
  /** Hands each message on: a channel. */
  Relay,
  Producer,
  Logger,
  React,
  Aggregator,
  Custom,
  Classifier,
  Planner,
  /** Says what the definition says it says. */
  Given,
  Retriever,
  Indexer,
}

export const enum Overflow {
  Block,
  DropOldest,
  Refuse,
}

export const enum AgentState {
  /** Takes no messages until it is started. */
  Waiting,
  Idle,
  /** In the queue of its priority. */
  Ready,
  /** In an activation. */
  Busy,
  /** An aggregator that reads no more until its batch is closed. */
  HoldingBack,
}

/** `edges` is the one target itself, no index of edges. */
export const ONE_TARGET: u16 = 1;
/** Its answer leaves the run. */
export const ENDS: u16 = 2;
/** Its mailbox has been nearly full, and that was said. */
export const WARNED: u16 = 4;
/** A classifier that has waited long enough for others to classify with the first. */
export const DUE: u16 = 8;

// One agent is one cache line, all 64 bytes of it:
//   mailbox 8 | next ready 4 | counts 4 | kind 4 | wiring 8 | counters 16 | plan 4 | activation 4 | transcript 4 | waiters 8
@unmanaged
export class Agent {
  mailboxHead: u32; // messages
  mailboxTail: u32;
  nextReady: u32; // index + 1
  waiting: u16; // messages in the mailbox
  limit: u16;
  role: u8;
  priorityClass: u8;
  overflow: u8;
  state: u8;
  edges: u32; // first in the plan's edges
  edgeCount: u16;
  flags: u16;
  received: u32;
  sent: u32;
  refused: u32;
  dropped: u32;
  plan: u32; // index in the plan's agents
  activation: u32; // ref, or of an aggregator its batch
  transcript: u32; // ref; of a producer, how many messages it has sent
  /** Activations that wait for room in this mailbox. */
  waitersHead: u32;
  waitersTail: u32;

  @inline static of(run: Run, index: u32): Agent {
    assert(index < run.agentCount);
    return changetype<Agent>(run.agentsAt + index * offsetof<Agent>());
  }

  @inline get mailbox(): Fifo {
    return changetype<Fifo>(changetype<usize>(this) + offsetof<Agent>("mailboxHead"));
  }
}

/** From and to outside. */
export const OUTSIDE: u32 = u32.MAX_VALUE;

/** Agent.of, for code that is better small than fast. */
export function agentAt(run: Run, index: u32): Agent {
  return Agent.of(run, index);
}
