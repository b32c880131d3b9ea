import { Arena, newArena } from "../memory/arena";
import { GatePlan, Plan, gatePlanAt } from "../definition/plan";
import { GRANT_FIXED, EventKind, GrantEvent } from "../protocol/events";
import { Effect, EffectState, effectAt, findEffect } from "../kernel/effect";
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
  waitersTail: usize;
}

/** A run's effect that wants to pass, in the order of asking. */
@unmanaged
class Request {
  run: u64;
  next: usize;
  plan: Plan;
  gate: u32;
  effect: u32;
}

const GRANT_SIZE: u32 = (GRANT_FIXED + 7) & ~7;

/** Grants of this step, which are read before it ends. */
const grants: Arena = newArena();
let freeRequests: usize = 0;
const requests: Arena = newArena();
let firstAsked: usize = 0;
let lastAsked: usize = 0;

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
  asked.next = 0;
  if (lastAsked) changetype<Request>(lastAsked).next = request;
  else firstAsked = request;
  lastAsked = request;
}

/** Decides what was asked since the last time; the runs concerned join the queue. Whether anything was asked. */
export function decideGates(now: u64): bool {
  if (!firstAsked) return false;
  grants.free();
  while (firstAsked) {
    const request = firstAsked;
    const asked = changetype<Request>(request);
    firstAsked = asked.next;
    if (!firstAsked) lastAsked = 0;
    decide(request, asked, now);
  }
  return true;
}

function decide(request: usize, asked: Request, now: u64): void {
  if (!isWaiting(asked)) return forget(request);
  const gate = gateAt(asked.plan, asked.gate);
  const plan = gatePlanAt(asked.plan, asked.gate);
  if (plan.concurrency && gate.active >= plan.concurrency) {
    asked.next = 0;
    if (gate.waitersTail) changetype<Request>(gate.waitersTail).next = request;
    else gate.waitersHead = request;
    gate.waitersTail = request;
    return;
  }
  const granted = mayPass(gate, plan, now);
  if (granted) gate.active++;
  grant(asked, granted);
  forget(request);
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
  if (!gate.waitersHead) return;
  // All ask again, in their order and before anybody new: the first of them may be gone, and then the place is the next one's.
  changetype<Request>(gate.waitersTail).next = firstAsked;
  if (!firstAsked) lastAsked = gate.waitersTail;
  firstAsked = gate.waitersHead;
  gate.waitersHead = 0;
  gate.waitersTail = 0;
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
