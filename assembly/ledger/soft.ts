import { agentPlanAt } from "../definition/plan";
import { BudgetPlan, NO_LIMIT, Then } from "../definition/plan-budget";
import { softModel } from "../definition/plan-models";
import { Effect } from "../kernel/effect";
import { emitNotice, words } from "../kernel/emit";
import { Run } from "../kernel/run";
import { Level } from "../protocol/types";
import { Account, AccountFlag, accountAt, budgetOf, linkAccounts, linked } from "./account";
import { writeAccount } from "./describe";

// Soft limits: from a share of a budget on, a warning, a person's word, or a cheaper model.

/** What the effect's next call has to heed; true: a person is to be asked first. */
export function soften(run: Run, effect: Effect): bool {
  if (!run.accounts) return false;
  const count = linkAccounts(run, effect);
  let asks = false;
  for (let i: u32 = 0; i < count; i++) {
    const account = accountAt(run, linked(i));
    const budget = budgetOf(run, linked(i));
    if (!isBeyond(account, budget)) continue;
    if (!(account.flags & AccountFlag.Told)) {
      account.flags |= AccountFlag.Told;
      words
        .clear()
        .decimal(<i64>budget.soft * 100_000)
        .ascii(" % of ");
      writeAccount(run, linked(i));
      words.ascii(" is reached");
      emitNotice(run, effect.agent, Level.Warn, "budget-soft");
    }
    if (budget.then == <u8>Then.Ask && !(account.flags & AccountFlag.Approved)) asks = true;
    if (budget.then == <u8>Then.Model) effect.provider = <u8>softModel(agentPlanAt(run.plan, effect.agent), budget, effect.provider);
  }
  return asks;
}

/** A person lets it go on beyond its soft limits. */
export function approveBeyond(run: Run, effect: Effect): void {
  const count = linkAccounts(run, effect);
  for (let i: u32 = 0; i < count; i++)
    if (isBeyond(accountAt(run, linked(i)), budgetOf(run, linked(i)))) accountAt(run, linked(i)).flags |= AccountFlag.Approved;
}

function isBeyond(account: Account, budget: BudgetPlan): bool {
  const share = budget.soft;
  if (!share) return false;
  return (
    reaches(account.calls, account.limitCalls, share) ||
    reaches(account.tokens + account.heldTokens, account.limitTokens, share) ||
    reaches(account.money + account.heldMoney, account.limitMoney, share)
  );
}

/** Whether `used` is so many millionths of the limit, to the accuracy that 64 bits have. */
function reaches(used: u64, limit: u64, share: u64): bool {
  if (limit == NO_LIMIT) return false;
  const shift: u64 = limit >> 43 ? 22 : 0;
  return (used >> shift) * 1_000_000 >= (limit >> shift) * share;
}
