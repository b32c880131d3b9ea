import { leaveGate } from "../commons/gates";
import { Arena, newArena } from "../memory/arena";
import { sortAddresses } from "../memory/sort";
import { release, settleWhole } from "../ledger/reserve";
import { Run, RunState, at } from "./run";
import { dropText } from "./text";
import { freeTranscript } from "./transcript";

// One thing asked of the world. Its ordinal, with the run's id, is its name for ever; refs and slots are only how it is found.

export const enum EffectKind {
  Model,
  Tool,
  Agent,
  /** Of a retriever, and of an indexer. */
  Search,
  Index,
  /** Of the texts of the request that is made next. */
  Count,
  /** Of a session; no activation waits for them. */
  Recall,
  Remember,
}

export const enum EffectState {
  /** The host was asked; an answer is awaited. */
  Dispatched,
  /** For the time of the next attempt. */
  BackingOff,
  /** For a place at a gate: a limit of concurrency or a circuit breaker. */
  Queued,
  /** Nobody waits for its answer any more, but it may come. */
  Cancelled,
  /** For a person's approval. */
  Asking,
  /** For room in a budget. */
  Waiting,
}

@unmanaged
export class Effect {
  span: u64;
  ordinal: u32; // 0: free
  next: u32; // the activation's next open one, or the next free one
  activation: u32; // ref; 0 once nobody waits
  agent: u32;
  call: u32; // the tool call's part in the transcript; of Remember the turn, a text
  tool: u32; // index in the agent's tools
  timer: u32;
  attempt: u32; // from 1
  /** Attempts at this provider. */
  tries: u16;
  provider: u8;
  kind: u8;
  state: u8;
  noTools: u8;
  /** It has passed its gate, and counts there. */
  held: u8;
  /** Reservation of ledger/reserve.ts. */
  reserved: u8;
  /** Index + 1 of the gate it must pass, 0: none. */
  gate: u32;
  /** Of a model call: the tokens it may send and get, as far as a budget asks. */
  promptTokens: u32;
  outputTokens: u32;
  /** Tokens that the window has room for beside the request; 0: it is not known. */
  room: u32;
  /** The provider found it too long, and something was left out. */
  squeezed: u8;
  /** Index + 1 of the flow's term that it is made for. */
  term: u32;
  /** Of a tool: what a person has it called with instead, a text. */
  edited: u32;
}

export const EFFECT_SIZE: u32 = (offsetof<Effect>() + 7) & ~7;

export function effectAt(run: Run, ref: u32): Effect {
  return changetype<Effect>(at(run, ref));
}

function slotOf(run: Run, ordinal: u32): usize {
  return at(run, run.slots) + ((ordinal & (run.slotCount - 1)) << 2);
}

export function newEffect(run: Run, kind: EffectKind, agent: u32, activation: u32): u32 {
  const ordinal = ++run.lastOrdinal;
  let ref = run.freeEffects;
  if (ref) run.freeEffects = effectAt(run, ref).next;
  else ref = run.allocate(EFFECT_SIZE);
  const effect = effectAt(run, ref);
  memory.fill(changetype<usize>(effect), 0, EFFECT_SIZE);
  effect.ordinal = ordinal;
  effect.kind = <u8>kind;
  effect.agent = agent;
  effect.activation = activation;
  // Ordinals are dense, so they spread over the slots by themselves; only one that stays open for long forces more slots.
  while (!run.slotCount || load<u32>(slotOf(run, ordinal))) growSlots(run);
  store<u32>(slotOf(run, ordinal), ref);
  run.outstanding++;
  return ref;
}

/** Ref of the open effect of this ordinal, or 0. */
export function findEffect(run: Run, ordinal: u32): u32 {
  if (!run.slotCount) return 0;
  const ref = load<u32>(slotOf(run, ordinal));
  return ref && effectAt(run, ref).ordinal == ordinal ? ref : 0;
}

/** For one list of open effects at a time. */
const opened: Arena = newArena();

/** Open effects in the order in which they were made: Effect[run.outstanding], good until the next such list. */
export function openEffects(run: Run): usize {
  opened.free();
  const list = opened.allocate(run.outstanding << 2);
  let count: u32 = 0;
  for (let i: u32 = 0; i < run.slotCount; i++) {
    const ref = load<u32>(at(run, run.slots) + (i << 2));
    if (ref) store<usize>(list + (count++ << 2), at(run, ref));
  }
  assert(count == run.outstanding);
  return sortAddresses(opened, list, count, (a, b) => (changetype<Effect>(a).ordinal < changetype<Effect>(b).ordinal ? -1 : 1));
}

export function listedEffect(list: usize, index: u32): Effect {
  return changetype<Effect>(load<usize>(list + (index << 2)));
}

export function freeEffect(run: Run, ref: u32): void {
  const effect = effectAt(run, ref);
  leaveGate(run, effect, false);
  if (effect.state == EffectState.Waiting) {
    run.waiting--;
    // It was counted as it was made.
    if (!effect.attempt) run.modelCalls--;
  }
  release(run, effect);
  settleWhole(run, effect);
  // What is held where a run closes is not looked after any more.
  if (<RunState>run.state < RunState.Closing) dropText(run, effect.edited);
  effect.edited = 0;
  if (effect.kind == EffectKind.Model && effect.call) freeTranscript(run, effect.call);
  store<u32>(slotOf(run, effect.ordinal), 0);
  effect.ordinal = 0;
  effect.next = run.freeEffects;
  run.freeEffects = ref;
  run.outstanding--;
}

function growSlots(run: Run): void {
  const old = run.slots;
  const oldCount = run.slotCount;
  let count = max<u32>(8, oldCount);
  let fits = false;
  while (!fits) {
    count <<= 1;
    const slots = run.take(count << 2);
    memory.fill(at(run, slots), 0, count << 2);
    run.slots = slots;
    run.slotCount = count;
    fits = true;
    for (let i: u32 = 0; i < oldCount && fits; i++) {
      const ref = load<u32>(at(run, old) + (i << 2));
      if (!ref) continue;
      const slot = slotOf(run, effectAt(run, ref).ordinal);
      if (load<u32>(slot)) fits = false;
      else store<u32>(slot, ref);
    }
    if (!fits) run.give(slots, count << 2);
  }
  if (oldCount) run.give(old, oldCount << 2);
}
