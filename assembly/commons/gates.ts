import { Arena, newArena } from "../memory/arena";
import { GatePlan, Plan, gatePlanAt } from "../definition/plan";
import { GRANT_FIXED, EventKind, GrantEvent } from "../protocol/events";
import { requestTokens } from "../kernel/counts";
import { Effect, EffectKind, EffectState, effectAt, findEffect } from "../kernel/effect";
import { bucketTime, takeFrom } from "../ledger/rate";
import { linkEvent } from "../kernel/record";
import { Run, RunFlag, at } from "../kernel/run";
import { findRun, queueRun } from "../kernel/runs";

// Gates are what runs share: how many calls of a tool there may be at once, and whether a provider or tool has failed so often that it is
// left alone for a while. A run asks, and hears the decision as an event, which stands in its record; so a replay needs no gates.
//
//   closed --failures within the window--> open --open_for--> half open --half_open successes--> closed
//                                           ^----------------------- any failure

const enum GateState {
  Closed,
  Open,
  HalfOpen,
}

/** One gate of a definition, as it stands. */
@unmanaged
export class Gate {
  openUntil: u64;
  windowStart: u64;
  state: u32;
  active: u32;
  failures: u32;
  /** Half open: trials under way and trials that went well. */
  trials: u32;
  successes: u32;
  waitersHead: usize;
  /** When its buckets are full again, in microseconds; and until when the other side wants to be left alone. */
  requestsFull: u64;
  tokensFull: u64;
  pausedUntil: u64;
  /** When those that wait for a rate ask again, and the next gate that somebody waits at for that. */
  wakeAt: u64;
  nextRated: usize;
  /** The turn that was granted last. */
  turn: u64;
}

/** A run's effect that wants to pass, in the order of asking. */
@unmanaged
class Request {
  run: u64;
  next: usize;
  plan: Plan;
  gate: u32;
  effect: u32;
  /** Estimated, of a model call. */
  tokens: u32;
  /** Whose run it is. */
  tenant: u64;
  /** When its turn is among those that wait, 0: it has not waited. A tenant's first comes before another's second. */
  turn: u64;
}

const GRANT_SIZE: u32 = (GRANT_FIXED + 7) & ~7;

/** Grants of this step, which are read before it ends. */
const grants: Arena = newArena();
let freeRequests: usize = 0;
const requests: Arena = newArena();
let firstAsked: usize = 0;
let lastAsked: usize = 0;
/** Gates at which somebody waits for a rate, through `nextRated`. */
let rated: usize = 0;

function gateAt(plan: Plan, index: u32): Gate {
  assert(index < plan.gateCount);
  return changetype<Gate>(plan.gateStates + index * offsetof<Gate>());
}

/** The effect waits from now on for the gate's word. */
export function askGate(run: Run, effect: Effect): void {
  effect.state = <u8>EffectState.Queued;
  if (run.has(RunFlag.Replaying)) return;
  let request = freeRequests;
  if (request) freeRequests = changetype<Request>(request).next;
  else request = requests.allocate(offsetof<Request>());
  const asked = changetype<Request>(request);
  asked.run = run.handle;
  asked.plan = run.plan;
  asked.gate = effect.gate - 1;
  asked.effect = effect.ordinal;
  asked.turn = 0;
  asked.tenant = run.tenant;
  asked.tokens = 0;
  if (effect.kind == EffectKind.Model && gatePlanAt(run.plan, asked.gate).tokensPerMinute)
    asked.tokens = requestTokens(run, effect.activation, effect.provider, false);
  standLast(request);
}

function standLast(request: usize): void {
  changetype<Request>(request).next = 0;
  if (lastAsked) changetype<Request>(lastAsked).next = request;
  else firstAsked = request;
  lastAsked = request;
}

/** Decides what was asked since the last time; the runs concerned join the queue. Whether anything was decided. */
export function decideGates(now: u64): bool {
  if (!firstAsked) return false;
  grants.free();
  let decided = false;
  let request = firstAsked;
  firstAsked = 0;
  lastAsked = 0;
  while (request) {
    const asked = changetype<Request>(request);
    const next = asked.next;
    if (hasMoreToDo(asked)) standLast(request);
    else {
      decide(request, asked, now);
      decided = true;
    }
    request = next;
  }
  return decided;
}

/** A run that has not done all that it can do now hears nothing until it has: so it does not matter how much a step does. */
function hasMoreToDo(asked: Request): bool {
  const run = findRun(asked.run);
  // One that has been granted something here is in the queue for that.
  return run !== null && run.queued && !run.eventHead;
}

function decide(request: usize, asked: Request, now: u64): void {
  if (!isWaiting(asked)) return forget(request);
  const gate = gateAt(asked.plan, asked.gate);
  const plan = gatePlanAt(asked.plan, asked.gate);
  if (plan.concurrency && gate.active >= plan.concurrency) {
    return wait(gate, request, asked);
  }
  if (plan.hasRate) {
    const when = gate.waitersHead ? gate.wakeAt : mayAt(gate, plan, asked, now);
    if (when > now) {
      wait(gate, request, asked);
      return wakeGateAt(gate, when);
    }
    gate.requestsFull = takeFrom(gate.requestsFull, plan.requestsPerMinute, 1, now);
    gate.tokensFull = takeFrom(gate.tokensFull, plan.tokensPerMinute, asked.tokens, now);
    gate.turn = max(gate.turn, asked.turn);
  }
  const granted = mayPass(gate, plan, now);
  if (granted) gate.active++;
  grant(asked, granted);
  forget(request);
}

/** When the rates let it pass. */
function mayAt(gate: Gate, plan: GatePlan, asked: Request, now: u64): u64 {
  const when = max(bucketTime(gate.requestsFull, plan.requestsPerMinute, 1, now), bucketTime(gate.tokensFull, plan.tokensPerMinute, asked.tokens, now));
  return max(when, gate.pausedUntil);
}

/** Tenants take turns: each one's first request comes before anybody's second. */
function wait(gate: Gate, request: usize, asked: Request): void {
  if (!asked.turn) {
    asked.turn = gate.turn + 1;
    for (let at = gate.waitersHead; at; at = changetype<Request>(at).next) {
      if (changetype<Request>(at).tenant == asked.tenant) asked.turn = changetype<Request>(at).turn + 1;
    }
  }
  let before: usize = 0;
  let after = gate.waitersHead;
  while (after && changetype<Request>(after).turn <= asked.turn) {
    before = after;
    after = changetype<Request>(after).next;
  }
  asked.next = after;
  if (before) changetype<Request>(before).next = request;
  else gate.waitersHead = request;
}

function wakeGateAt(gate: Gate, when: u64): void {
  if (gate.wakeAt) {
    gate.wakeAt = min(gate.wakeAt, when);
    return;
  }
  gate.wakeAt = when;
  gate.nextRated = rated;
  rated = changetype<usize>(gate);
}

/** When somebody may pass who waits for a rate, or u64::MAX. */
export function nextGateWake(): u64 {
  let when = u64.MAX_VALUE;
  for (let at = rated; at; at = changetype<Gate>(at).nextRated) when = min(when, changetype<Gate>(at).wakeAt);
  return when;
}

/** Those whose time has come ask again. */
export function wakeGates(now: u64): void {
  let before: usize = 0;
  for (let at = rated; at; ) {
    const gate = changetype<Gate>(at);
    const next = gate.nextRated;
    if (gate.wakeAt > now) before = at;
    else {
      if (before) changetype<Gate>(before).nextRated = next;
      else rated = next;
      gate.wakeAt = 0;
      askAgain(gate);
    }
    at = next;
  }
}

/** All that wait ask again, in their order and before anybody new: the first of them may be gone, and then the place is the next one's. */
function askAgain(gate: Gate): void {
  let last = gate.waitersHead;
  if (!last) return;
  while (changetype<Request>(last).next) last = changetype<Request>(last).next;
  changetype<Request>(last).next = firstAsked;
  if (!firstAsked) lastAsked = last;
  firstAsked = gate.waitersHead;
  gate.waitersHead = 0;
}

/** The plan's gates are no more: whoever waits at one of them has gone. */
export function forgetGates(plan: Plan): void {
  let before: usize = 0;
  for (let at = rated; at; ) {
    const next = changetype<Gate>(at).nextRated;
    if (at - plan.gateStates >= plan.gateCount * offsetof<Gate>()) before = at;
    else if (before) changetype<Gate>(before).nextRated = next;
    else rated = next;
    at = next;
  }
  for (let i: u32 = 0; i < plan.gateCount; i++) {
    const gate = gateAt(plan, i);
    while (gate.waitersHead) {
      const request = gate.waitersHead;
      gate.waitersHead = changetype<Request>(request).next;
      forget(request);
    }
  }
}

/** What an answer came to counts, too, as soon as it is known. */
export function countAnswer(run: Run, effect: Effect, tokens: u64): void {
  if (!effect.held || run.has(RunFlag.Replaying)) return;
  const plan = gatePlanAt(run.plan, effect.gate - 1);
  if (!plan.tokensPerMinute) return;
  const gate = gateAt(run.plan, effect.gate - 1);
  gate.tokensFull = takeFrom(gate.tokensFull, plan.tokensPerMinute, tokens, run.now);
}

/** The other side has said how long it wants to be left alone. */
export function pauseGate(run: Run, effect: Effect, wait: u64): void {
  if (!effect.held || !wait || run.has(RunFlag.Replaying)) return;
  const gate = gateAt(run.plan, effect.gate - 1);
  if (gatePlanAt(run.plan, effect.gate - 1).hasRate) gate.pausedUntil = max(gate.pausedUntil, run.now + wait);
}

/** Whether somebody still waits for this: its run may have ended, its effect may have been cancelled. */
function isWaiting(asked: Request): bool {
  const run = findRun(asked.run);
  if (run === null) return false;
  const ref = findEffect(run, asked.effect);
  return ref != 0 && effectAt(run, ref).state == EffectState.Queued;
}

function mayPass(gate: Gate, plan: GatePlan, now: u64): bool {
  if (!plan.failures) return true;
  if (gate.state == GateState.Open) {
    if (now < gate.openUntil) return false;
    gate.state = GateState.HalfOpen;
    gate.trials = 0;
    gate.successes = 0;
  }
  if (gate.state == GateState.Closed) return true;
  if (gate.trials >= plan.halfOpen) return false;
  gate.trials++;
  return true;
}

function grant(asked: Request, granted: bool): void {
  const run = findRun(asked.run)!;
  const at = grants.allocate(GRANT_SIZE);
  const event = changetype<GrantEvent>(at);
  event.size = GRANT_SIZE;
  event.kind = <u16>EventKind.Grant;
  event.fixed = <u16>GRANT_FIXED;
  event.effect = asked.effect;
  event.granted = granted ? 1 : 0;
  linkEvent(run, at);
  queueRun(run);
}

function forget(request: usize): void {
  changetype<Request>(request).next = freeRequests;
  freeRequests = request;
}

/** What became of an effect that had passed. Those that wait ask again. */
export function leaveGate(run: Run, effect: Effect, failed: bool): void {
  if (!effect.held) return;
  effect.held = 0;
  if (run.has(RunFlag.Replaying)) return;
  const gate = gateAt(run.plan, effect.gate - 1);
  const plan = gatePlanAt(run.plan, effect.gate - 1);
  gate.active--;
  if (plan.failures) note(gate, plan, failed, run.now);
  if (!gate.wakeAt) askAgain(gate);
}

function note(gate: Gate, plan: GatePlan, failed: bool, now: u64): void {
  if (gate.state == GateState.HalfOpen) {
    if (failed) open(gate, plan, now);
    else if (++gate.successes >= plan.halfOpen) {
      gate.state = GateState.Closed;
      gate.failures = 0;
    }
    return;
  }
  if (!failed || gate.state == GateState.Open) return;
  if (!gate.failures || now - gate.windowStart >= plan.window) {
    gate.failures = 0;
    gate.windowStart = now;
  }
  if (++gate.failures >= plan.failures) open(gate, plan, now);
}

function open(gate: Gate, plan: GatePlan, now: u64): void {
  gate.state = GateState.Open;
  gate.openUntil = now + plan.openFor;
}

/** A run goes: whatever it holds is free again. */
export function leaveAllGates(run: Run): void {
  if (!run.plan.gateCount) return;
  for (let i: u32 = 0; i < run.slotCount; i++) {
    const ref = load<u32>(at(run, run.slots) + (i << 2));
    if (ref) leaveGate(run, effectAt(run, ref), false);
  }
}

/** An effect of a run that has come here has passed its gate elsewhere: it counts at this one from now on. */
export function rejoinGate(run: Run, effect: Effect): void {
  gateAt(run.plan, effect.gate - 1).active++;
}
