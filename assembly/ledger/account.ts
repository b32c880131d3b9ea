import { ToolPlan, agentPlanAt } from "../definition/plan";
import { BudgetPlan, NO_LIMIT, microToMoney } from "../definition/plan-budget";
import { NO_TERM, termAt } from "../flow/term";
import { Effect } from "../kernel/effect";
import { words } from "../kernel/emit";
import { Run, at } from "../kernel/run";
import { StartEvent } from "../protocol/events";

// The accounts of a run: its own, and one for each agent and node that has a budget. A call counts in its agent's, in those of all nodes around
// it, and in the run's; what is reserved for it is held in all of them, or in none.

@unmanaged
export class Account {
  calls: u64;
  tokens: u64;
  /** 10⁻¹² dollars. */
  money: u64;
  heldTokens: u64;
  heldMoney: u64;
  /** NO_LIMIT: there is none. */
  limitCalls: u64;
  limitTokens: u64;
  limitMoney: u64;
  flags: u64;
}

export namespace AccountFlag {
  /** Its soft limit was told of. */
  export const Told: u64 = 1;
  /** A person has let it go on beyond that. */
  export const Approved: u64 = 2;
  /** The call that was kept in reserve is made. */
  export const Final: u64 = 4;
}

export const ACCOUNT_SIZE: u32 = offsetof<Account>();
/** Nodes may lie 64 deep. */
const links: usize = memory.data(4 * 72);

export function accountAt(run: Run, index: u32): Account {
  assert(index < run.plan.accounts);
  return changetype<Account>(at(run, run.accounts) + index * ACCOUNT_SIZE);
}

/** A run's accounts, if anything in it has a budget. */
export function openAccounts(run: Run, event: StartEvent): void {
  const plan = run.plan;
  const calls = event.budgetCalls || NO_LIMIT;
  const tokens = event.budgetTokens || NO_LIMIT;
  const money = microToMoney(event.budgetMoney);
  if (plan.accounts == 1 && !plan.hasBudget && (calls & tokens & money) == NO_LIMIT) return;
  const bytes = plan.accounts * ACCOUNT_SIZE;
  run.accounts = run.take(bytes);
  memory.fill(at(run, run.accounts), 0, bytes);
  for (let i: u32 = 0; i < plan.accounts; i++) {
    const account = accountAt(run, i);
    const budget = budgetOf(run, i);
    account.limitCalls = budget.calls;
    account.limitTokens = budget.tokens;
    account.limitMoney = budget.money;
  }
  const own = accountAt(run, 0);
  own.limitCalls = min(own.limitCalls, calls);
  own.limitTokens = min(own.limitTokens, tokens);
  own.limitMoney = min(own.limitMoney, money);
}

export function budgetOf(run: Run, index: u32): BudgetPlan {
  return changetype<BudgetPlan>(load<usize>(run.plan.budgets + (index << 2)));
}

/** The accounts that a model call counts in, innermost first: how many there are. */
export function linkAccounts(run: Run, effect: Effect): u32 {
  let count: u32 = 0;
  const own = agentPlanAt(run.plan, effect.agent).account;
  if (own) store<u32>(links + (count++ << 2), own);
  let below = NO_TERM;
  for (let index = effect.term - 1; index != NO_TERM; ) {
    const term = termAt(run.plan.flow, index);
    // What handles a node's failure stands outside it.
    if (term.account && (below == NO_TERM || term.handler != below)) store<u32>(links + (count++ << 2), term.account);
    below = index;
    index = term.parent;
  }
  store<u32>(links + (count << 2), 0);
  return count + 1;
}

/** Counts a call of a tool; false: its budget is spent, and `words` tells the model. */
export function takeToolCall(run: Run, tool: ToolPlan): bool {
  if (!tool.account) return true;
  const account = accountAt(run, tool.account);
  if (account.calls < account.limitCalls) {
    account.calls++;
    return true;
  }
  words.clear().ascii("not run: the tool has been called ").integer(account.calls).ascii(" times, which is all that its budget allows");
  return false;
}

/** Index of one of those linked. */
export function linked(place: u32): u32 {
  return load<u32>(links + (place << 2));
}
