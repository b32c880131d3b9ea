import { Arena } from "../memory/arena";
import { MICRO } from "../ledger/price";
import { isText } from "./edit";
import { modelNamed } from "./models";
import { Doc, boolOf, child, decimalOf, durationOf, integerOf, textOf } from "./doc";
import { Term, termAt } from "../flow/term";
import { Plan } from "./plan";
import { Key } from "./table";

// Budgets as a definition has them. Each has an account in a run; the run's own is the first.

const ROOM: u32 = 16;
/** No limit. */
export const NO_LIMIT: u64 = u64.MAX_VALUE;

@unmanaged
export class BudgetPlan {
  calls: u64;
  tokens: u64;
  /** 10⁻¹² dollars. */
  money: u64;
  /** Milliseconds; 0: no limit. */
  time: u64;
  /** Millionths of it from which `then` holds; 0: none. */
  soft: u64;
  then: u8;
  /** One call is kept in reserve, for an answer. */
  finalAnswer: u8;
  /** Of Then.Model: its name, a text of the definition until the plan is made. */
  model: usize;
  modelLength: u32;
}

export const enum Then {
  Warn,
  Ask,
  Model,
}

/** What `budget` in a map says; 0 if it has none. */
export function readBudget(map: Doc | null, arena: Arena): usize {
  const from = child(map, Key.Budget);
  if (from === null) return 0;
  const budget = changetype<BudgetPlan>(arena.allocate(offsetof<BudgetPlan>()));
  budget.calls = integerOf(from, Key.Calls, -1);
  budget.tokens = integerOf(from, Key.Tokens, -1);
  budget.money = toMoney(decimalOf(from, Key.Usd, -1));
  budget.time = durationOf(from, Key.Time, 0);
  budget.soft = <u64>decimalOf(from, Key.Soft, 0) / 1000;
  budget.finalAnswer = boolOf(from, Key.FinalAnswer, false) ? 1 : 0;
  const then = textOf(from, Key.Then);
  if (then === null || isText(then, "warn")) return changetype<usize>(budget);
  budget.then = <u8>(isText(then, "ask") ? Then.Ask : Then.Model);
  budget.model = changetype<usize>(then);
  return changetype<usize>(budget);
}

/** Of billionths of a dollar; -1: no limit. More than the ledger can hold is the most that it can. */
function toMoney(billionths: i64): u64 {
  return billionths < 0 ? NO_LIMIT : min<u64>(billionths, (NO_LIMIT - 1) / 1000) * 1000;
}

/** The same of micro-dollars, of which 0 is no limit. */
export function microToMoney(micro: u64): u64 {
  return micro ? min(micro, (NO_LIMIT - 1) / MICRO) * MICRO : NO_LIMIT;
}

/** A node's time is a deadline for another reason. */
export function limitTime(term: Term): void {
  const time = term.budget ? changetype<BudgetPlan>(term.budget).time : 0;
  if (!time || (term.deadline && term.deadline <= time)) return;
  term.deadline = time;
  term.deadlineOfBudget = 1;
}

/** The run's own account, and those of nodes. */
export function openBudgets(plan: Plan, root: Doc, arena: Arena): void {
  let own = readBudget(root, arena);
  if (own) plan.hasBudget = 1;
  else {
    own = arena.allocate(offsetof<BudgetPlan>());
    memory.fill(own, 0xff, offsetof<BudgetPlan>("time"));
  }
  accountFor(plan, root, own);
  const flow = plan.flow;
  if (!changetype<usize>(flow)) return;
  for (let i: u32 = 0; i < flow.termCount; i++) {
    const term = termAt(flow, i);
    term.account = accountFor(plan, root, term.budget);
  }
}

function nameModel(root: Doc, budget: BudgetPlan, arena: Arena): void {
  if (!budget.model) return;
  const name = modelNamed(root, changetype<Doc>(budget.model));
  budget.model = arena.copy(name.textAt, name.textLength);
  budget.modelLength = name.textLength;
}

/** A new account for a budget; 0: there is none. */
export function accountFor(plan: Plan, root: Doc, budget: usize): u32 {
  if (!budget) return 0;
  nameModel(root, changetype<BudgetPlan>(budget), changetype<Arena>(plan.arena));
  if (plan.accounts % ROOM == 0) {
    const moved = changetype<Arena>(plan.arena).allocate((plan.accounts + ROOM) << 2);
    if (plan.accounts) memory.copy(moved, plan.budgets, plan.accounts << 2);
    plan.budgets = moved;
  }
  store<usize>(plan.budgets + (plan.accounts << 2), budget);
  return plan.accounts++;
}
