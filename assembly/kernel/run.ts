import { blockSize, giveBlock, takeBlock } from "../memory/blocks";
import { Plan } from "../definition/plan";

// A run is a row of fixed fields and its pages.
// Nothing in the pages is an address: a *ref* is an offset into the pages laid end to end, 0 is none, and `at` finds its place.
// So a run is saved by laying its pages end to end, and restored by cutting them up anywhere.
//
//   ref:   page number | offset in page        pages[page number]: address, bit 0 set where a span of pages begins
//
// A page never moves, so what lies in it stays where it is as long as its run lives.
// What is larger than the rest of a page begins on a new one; what is larger than a page is a span that lies in a row.

const PAGE_BITS: u32 = 12;
export const PAGE: u32 = 1 << PAGE_BITS;
/** Sizes of free pieces: 16 bytes to 1 MB; larger ones are not used again before the run ends. */
export const SIZES: u32 = 17;

export const enum RunState {
  Free,
  /** Agents are made ready, phase by phase. */
  Starting,
  Running,
  /** What is outstanding is being given up. */
  Closing,
  Finished,
}

export const enum RunFlag {
  Watched = 1,
  /** Nothing more comes from outside. */
  Closed = 2,
  /** Commands are compared and thrown away. */
  Replaying = 4,
  /** A command of this turn must not be done before its record is durable. */
  Barrier = 8,
  /** A message wanted to go further than messages may. */
  HopsSpent = 16,
  /** Something that was held for a call is free again, and others wait for it. */
  Room = 32,
}

/** In place of a timer: its time has come. */
export const ENDED: u32 = u32.MAX_VALUE;

/** First in, first out, through the `next` of its members. */
@unmanaged
export class Fifo {
  head: u32;
  tail: u32;
}

@unmanaged
export class Run {
  // ---- of this engine, not of the run: a snapshot leaves these out ----
  pages: usize;
  pageCount: u32;
  pageRoom: u32;
  agentsAt: usize;
  plan: Plan;
  index: u32;
  generation: u32;
  /** Index + 1 in the list of runs to be taken up, or of free rows. */
  nextRun: u32;
  queued: u8;
  /** 1 + place in the engine's heap of wake-ups. */
  wakePlace: u32;
  wakeAt: u64;
  /** Offsets in the input frame of this step's events. */
  eventHead: u32;
  eventTail: u32;
  eventBytes: u32;

  // ---- the run ----
  /** Bytes of pages in use; also where the saved part of the row begins. */
  used: u32;
  state: u8;
  flags: u8;
  phase: u16;
  stop: u8;
  failureStop: u8;
  id: u32; // text
  now: u64;
  startedAt: u64;
  seed: u64;
  random: u64;
  spanBase: u64;
  rootSpan: u64;
  parentSpan: u64;
  spans: u32;

  agents: u32; // ref of Agent[agentCount]
  agentCount: u32;
  /** Ref of Fifo[classes]: ready agents by class of priority, 0 first. */
  ready: u32;
  /** Bit p: somebody of class p is ready. */
  readyMask: u64;
  /** Activations that are under way. */
  busy: u32;
  /** Agents of this phase that are not ready yet. */
  starting: u32;

  freeMessages: u32;
  freeEffects: u32;
  freeActivations: u32;
  freeParts: u32;
  freeTranscripts: u32;
  /** How many transcripts there have been at once: their numbers are below. */
  transcripts: u32;
  freeTimers: u32;
  freeInstances: u32;
  freeNames: u32;
  freeTalks: u32;
  freePieces: u32; // ref of u32[SIZES], by size

  /** Open effects, found by ordinal: u32[slotCount] at ref. */
  slots: u32;
  slotCount: u32;
  lastOrdinal: u32;
  outstanding: u32;

  timers: u32; // ref of u32[timerRoom], a heap
  timerCount: u32;
  timerRoom: u32;
  timerOrder: u32;
  /** Timers that only limit how long a sender waits: they keep no run alive. */
  sendTimers: u32;

  /** The last output, the failure that decides, and where it was: texts, an agent's index, and a term's + 1. */
  output: u32;
  failure: u32;
  failureAgent: u32;
  failureTerm: u32;
  /** Of a flow: its input (text), the outermost instance, and what is to be done next. */
  input: u32;
  flowRoot: u32;
  flowHead: u32;
  flowTail: u32;
  /** Agents' instances that wait for a place among the activations, by priority. */
  flowWaiting: u32;
  /** Instances entered so far. */
  instances: u32;
  /** Timer of the run's own end; ENDED once that has come. */
  endTimer: u32;
  /** What it does otherwise than its definition says: ref of the first Amendment. */
  amendments: u32;
  /** Account[plan.accounts] of its budgets, 0: it has none; and what it has spent, by agent and provider. */
  accounts: u32;
  spends: u32;
  /** Whose it is: a digest of the name. */
  tenant: u64;
  /** Effects that wait for room in a budget. */
  waiting: u32;
  /** The conversation that goes on, and whose it is: texts. */
  session: u32;
  user: u32;
  /** Of a flow that has not begun: what its agents have heard and said before, a talk. */
  recalled: u32;
  /** When the session was last checkpointed. */
  checkpointed: u64;
  /** Bytes of records since a snapshot was last worth its while, and since the journal began or was cut. */
  sinceSaved: u64;
  sinceCut: u64;

  steps: u64;
  activations: u64;
  hops: u64;
  modelCalls: u64;
  toolCalls: u64;
  agentCalls: u64;
  retries: u64;
  timeouts: u64;
  refused: u64;
  dropped: u64;
  late: u64;
  inputTokens: u64;
  outputTokens: u64;

  @inline readyQueue(priorityClass: u32): Fifo {
    return changetype<Fifo>(this.at(this.ready + (priorityClass << 3)));
  }

  @inline get handle(): u64 {
    return ((<u64>this.generation) << 22) | this.index;
  }

  @inline has(flag: RunFlag): bool {
    return (this.flags & <u8>flag) != 0;
  }

  @inline set(flag: RunFlag): void {
    this.flags |= <u8>flag;
  }

  /** Where a ref lies. */
  @inline at(ref: u32): usize {
    assert(ref - 1 < this.used - 1);
    return (load<usize>(this.pages + ((ref >> PAGE_BITS) << 2)) & ~1) + (ref & (PAGE - 1));
  }

  /** `bytes` (a multiple of 8) of zeroed room. */
  allocate(bytes: u32): u32 {
    let ref = this.used;
    if ((ref & (PAGE - 1)) + bytes > PAGE || !(ref & (PAGE - 1))) {
      ref = (ref + PAGE - 1) & ~(PAGE - 1);
      this.addSpan((bytes + PAGE - 1) >> PAGE_BITS);
    }
    this.used = ref + bytes;
    return ref;
  }

  /** Room of at least `bytes` that can be given back; not zeroed. */
  take(bytes: u32): u32 {
    const k = pieceSize(bytes);
    if (k < SIZES && this.freePieces) {
      const list = at(this, this.freePieces) + (k << 2);
      const ref = load<u32>(list);
      if (ref) {
        store<u32>(list, load<u32>(at(this, ref)));
        return ref;
      }
    }
    return this.allocate(pieceBytes(bytes));
  }

  give(ref: u32, bytes: u32): void {
    const k = pieceSize(bytes);
    if (k >= SIZES) return;
    if (!this.freePieces) this.freePieces = this.allocate((SIZES * 4 + 7) & ~7);
    const list = at(this, this.freePieces) + (k << 2);
    store<u32>(at(this, ref), load<u32>(list));
    store<u32>(list, ref);
  }

  /** Where a page lies, by a ref in it. */
  pageAt(ref: u32): usize {
    return load<usize>(this.pages + ((ref >> PAGE_BITS) << 2)) & ~1;
  }

  addSpan(count: u32): void {
    if (this.pageCount + count > this.pageRoom) this.growPages(this.pageCount + count);
    const span = takeBlock(blockSize(count << PAGE_BITS));
    let entry = this.pages + (this.pageCount << 2);
    for (let i: u32 = 0; i < count; i++, entry += 4) store<usize>(entry, span + (i << PAGE_BITS));
    store<usize>(this.pages + (this.pageCount << 2), span | 1);
    this.pageCount += count;
  }

  private growPages(count: u32): void {
    const size = blockSize(max(count, this.pageRoom * 2) << 2);
    const pages = takeBlock(size);
    if (this.pageCount) {
      memory.copy(pages, this.pages, this.pageCount << 2);
      giveBlock(this.pages, this.pageRoom << 2);
    }
    this.pages = pages;
    this.pageRoom = size >> 2;
  }

  freePages(): void {
    for (let i: u32 = 0; i < this.pageCount; ) {
      const span = load<usize>(this.pages + (i << 2));
      const first = i++;
      while (i < this.pageCount && !(load<usize>(this.pages + (i << 2)) & 1)) i++;
      giveBlock(span & ~1, blockSize((i - first) << PAGE_BITS));
    }
    if (this.pageRoom) giveBlock(this.pages, this.pageRoom << 2);
  }
}

function pieceSize(bytes: u32): u32 {
  return 28 - clz((bytes - 1) | 15);
}

/** How much room `take(bytes)` takes. */
export function pieceBytes(bytes: u32): u32 {
  const k = pieceSize(bytes);
  return k < SIZES ? 16 << k : (bytes + 15) & ~15;
}

/** run.at, for code that is better small than fast. */
export function at(run: Run, ref: u32): usize {
  return run.at(ref);
}
