import { AgentPlan, agentPlanAt } from "../definition/plan";
import { NO_LIMIT } from "../definition/plan-budget";
import { ModelPlan, modelPlanAt } from "../definition/plan-models";
import { Guide, Program, activationAt } from "../kernel/activation";
import { modelOf } from "../kernel/amend";
import { Trust, countRequest } from "../kernel/counts";
import { Effect } from "../kernel/effect";
import { questionTokens } from "../kernel/summary";
import { Run, RunFlag } from "../kernel/run";
import { AccountFlag, accountAt, budgetOf, linkAccounts, linked } from "./account";
import { ANSWER } from "../kernel/window";
import { describeAccount } from "./describe";
import { Price, Tokens, costOf, dearestInput, dearestOutput, settleTokens } from "./price";
import { noteSpending } from "./spending";

// A call is paid for before it is made: what it may send and what it may get at most, at the dearest price, is held in every account that it
// counts in. When it is over, what it used takes the place of that. So what is spent and held is never more than what was granted.
//
//   none --reserve--> held --call--> called --settle--> none
//                       \--release--> none

export const enum Reservation {
  None,
  Held,
  /** The host was asked: it counts even if nothing is ever heard of it. */
  Called,
}

export const enum Verdict {
  Granted,
  /** There is no room now, but what is held may come back. */
  Wait,
  /** `words` says what is spent. */
  Refused,
}

/** Fewer tokens than so many are no answer, and some providers refuse a bound below it. */
export const LEAST_OUTPUT: u64 = 16;

/** What a last answer is given room for. */
const FINAL_OUTPUT: u64 = 1024;

const used: Tokens = changetype<Tokens>(memory.data(offsetof<Tokens>(), 8));

/** Whether it was refused for what a request was taken for. */
export let counting: bool = false;

/** Where it has to wait: the account's index. */
export let scarce: u32 = 0;

/** Holds what the effect's next call may cost, and bounds its answer by what is left. */
export function reserve(run: Run, effect: Effect): Verdict {
  effect.promptTokens = 0;
  effect.outputTokens = 0;
  counting = false;
  if (run.accounts) {
    let verdict = holdIn(run, effect);
    if (verdict == Verdict.Refused && mayFinish(run, effect)) {
      // What was kept in reserve is for this: an answer from what is known.
      activationAt(run, effect.activation).final = 1;
      effect.noTools = 1;
      verdict = holdIn(run, effect);
    }
    if (verdict != Verdict.Granted) return verdict;
  }
  effect.reserved = <u8>Reservation.Held;
  return Verdict.Granted;
}

/** Whether the activation that a budget would end has an answer to give, for which a call is kept in one that it counts in. */
function mayFinish(run: Run, effect: Effect): bool {
  const activation = activationAt(run, effect.activation);
  if (activation.final || activation.program != <u8>Program.React || activation.guide == <u8>Guide.Verifying) return false;
  const count = linkAccounts(run, effect);
  for (let i: u32 = 0; i < count; i++) if (keeps(run, linked(i))) return true;
  return false;
}

/** Whether an account keeps back what a last call needs. */
function keeps(run: Run, account: u32): bool {
  return budgetOf(run, account).finalAnswer != 0 && !(accountAt(run, account).flags & AccountFlag.Final);
}

function holdIn(run: Run, effect: Effect): Verdict {
  const plan = agentPlanAt(run.plan, effect.agent);
  const model = modelPlanAt(plan, effect.provider);
  const count = linkAccounts(run, effect);
  let input: u64 = 0;
  let output = longest(plan, model);
  if (effect.room) output = min<u64>(output, effect.room);
  let verdict = Verdict.Granted;
  const isFinal = activationAt(run, effect.activation).final != 0;
  for (let i: u32 = 0; i < count; i++) {
    const account = accountAt(run, linked(i));
    const kept: u64 = !isFinal && keeps(run, linked(i)) ? 1 : 0;
    if (account.calls + kept >= account.limitCalls) return refuse(run, linked(i), "model calls");
    if (account.limitTokens == NO_LIMIT && account.limitMoney == NO_LIMIT) continue;
    if (!input) input = effect.call ? questionTokens(run, effect) : countRequest(run, effect.activation, effect.provider, Trust.Certain);
    const least = min(output, LEAST_OUTPUT);
    if (account.limitTokens != NO_LIMIT) {
      const needed = input + least;
      const back = kept * (input + min(output, FINAL_OUTPUT));
      const rest = left(account.limitTokens, account.tokens + back);
      counting = rest > least;
      if (rest < needed) return refuse(run, linked(i), "tokens");
      const room = left(account.limitTokens, account.tokens + account.heldTokens + back);
      if (room >= needed) output = min(output, room - input);
      else if (verdict == Verdict.Granted) verdict = waitFor(linked(i));
    }
    if (account.limitMoney != NO_LIMIT) {
      const price = priceOf(run, effect);
      if (price === null) return refuse(run, linked(i), null);
      const each = dearestOutput(price, input);
      const sent = input * dearestInput(price, input);
      const back = kept * (sent + min(output, FINAL_OUTPUT) * each);
      counting = left(account.limitMoney, account.money + back) > least * each;
      if (left(account.limitMoney, account.money + back) < sent + least * each) return refuse(run, linked(i), "money");
      const room = left(account.limitMoney, account.money + account.heldMoney + back);
      if (room < sent + least * each) {
        if (verdict == Verdict.Granted) verdict = waitFor(linked(i));
      } else if (each) output = min(output, (room - sent) / each);
    }
  }
  if (verdict != Verdict.Granted) return verdict;
  if (input) {
    effect.promptTokens = <u32>input;
    effect.outputTokens = <u32>output;
  }
  for (let i: u32 = 0; i < count; i++) {
    const account = accountAt(run, linked(i));
    account.calls++;
    account.heldTokens += heldTokens(effect);
    account.heldMoney += heldMoney(run, effect);
    if (isFinal) account.flags |= AccountFlag.Final;
  }
  return Verdict.Granted;
}

function left(limit: u64, gone: u64): u64 {
  return limit > gone ? limit - gone : 0;
}

function waitFor(account: u32): Verdict {
  scarce = account;
  return Verdict.Wait;
}

/** `what` is spent; null: the price of the model is not known. */
function refuse(run: Run, account: u32, what: string | null): Verdict {
  describeAccount(run, account, what);
  return Verdict.Refused;
}

/** Tokens of an answer at most, as far as anybody has bounded them. */
function longest(plan: AgentPlan, model: ModelPlan): u64 {
  return min<u64>(plan.maxTokens || i32.MAX_VALUE, model.maxOutput || i32.MAX_VALUE);
}

/** What the call is told of that bound: nothing, if the agent and the model have the same by themselves. */
export function outputBound(run: Run, effect: Effect): u32 {
  const plan = agentPlanAt(run.plan, effect.agent);
  const model = modelPlanAt(plan, effect.provider);
  if (effect.outputTokens) return effect.outputTokens < longest(plan, model) ? effect.outputTokens : 0;
  // Of a model of which nothing is known, no more is asked than what any may be asked for.
  return effect.room && effect.room < (plan.maxTokens || model.maxOutput || ANSWER) ? effect.room : 0;
}

function heldTokens(effect: Effect): u64 {
  return <u64>effect.promptTokens + effect.outputTokens;
}

function heldMoney(run: Run, effect: Effect): u64 {
  const price = priceOf(run, effect);
  const input: u64 = effect.promptTokens;
  return price === null ? 0 : input * dearestInput(price, input) + effect.outputTokens * dearestOutput(price, input);
}

/** Of the model that is called; null: it is not known, as that of one that an amendment names. */
function priceOf(run: Run, effect: Effect): Price | null {
  if (modelOf(run, effect.agent)) return null;
  return changetype<Price | null>(changetype<usize>(modelPlanAt(agentPlanAt(run.plan, effect.agent), effect.provider).price));
}

/** What was held for a call that was never made is given back. */
export function release(run: Run, effect: Effect): void {
  if (effect.reserved != <u8>Reservation.Held) return;
  const count = letGo(run, effect);
  for (let i: u32 = 0; i < count; i++) accountAt(run, linked(i)).calls--;
}

/** What was told of a call, at `told` as the protocol's `usage` has it, is settled in place of what was held for it. */
export function settle(run: Run, effect: Effect, told: usize): void {
  used.input = load<u32>(told);
  used.output = load<u32>(told, 4);
  used.cachedRead = load<u32>(told, 8);
  used.cachedWrite = load<u32>(told, 12);
  used.reasoning = load<u32>(told, 16);
  settleTokens(used);
  close(run, effect, false);
}

/** Nothing was told of a call, and it may have used all that was held for it: that is what it counts as. */
export function settleWhole(run: Run, effect: Effect): void {
  memory.fill(changetype<usize>(used), 0, offsetof<Tokens>());
  used.input = effect.promptTokens;
  used.output = effect.outputTokens;
  close(run, effect, true);
}

function close(run: Run, effect: Effect, whole: bool): void {
  if (effect.reserved != <u8>Reservation.Called) return;
  const price = priceOf(run, effect);
  const money = whole ? heldMoney(run, effect) : price === null ? 0 : costOf(price, used);
  const count = letGo(run, effect);
  for (let i: u32 = 0; i < count; i++) {
    const account = accountAt(run, linked(i));
    account.tokens += used.input + used.output;
    account.money += money;
  }
  noteSpending(run, effect.agent, effect.provider, used, money, whole);
}

/** Nothing is held for it any more; gives how many accounts it counted in. */
function letGo(run: Run, effect: Effect): u32 {
  effect.reserved = <u8>Reservation.None;
  if (!run.accounts) return 0;
  const count = linkAccounts(run, effect);
  for (let i: u32 = 0; i < count; i++) {
    const account = accountAt(run, linked(i));
    account.heldTokens = left(account.heldTokens, heldTokens(effect));
    account.heldMoney = left(account.heldMoney, heldMoney(run, effect));
  }
  if (run.waiting) run.set(RunFlag.Room);
  return count;
}
