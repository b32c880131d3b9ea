import { agentPlanAt } from "../definition/plan";
import { modelPlanAt } from "../definition/plan-models";
import { putList } from "../protocol/output";
import { FinishedCommand } from "../protocol/commands";
import { SPENDING_SIZE, Spending } from "../protocol/types";
import { Run, at } from "../kernel/run";
import { claim } from "../kernel/claims";
import { pieceBytes } from "../kernel/run";
import { Tokens, toMicro } from "./price";

// What a run has used, by agent and provider: a row for each there is in the definition, all made when the first call is settled.

@unmanaged
export class Spend {
  input: u64;
  output: u64;
  cachedRead: u64;
  cachedWrite: u64;
  reasoning: u64;
  calls: u64;
  assumed: u64;
  /** 10⁻¹² dollars. */
  money: u64;
}

const ROW: u32 = offsetof<Spend>();

/** Notes a settled call. */
export function noteSpending(run: Run, agent: u32, provider: u32, used: Tokens, money: u64, assumed: bool): void {
  if (!run.spends) {
    const bytes = run.plan.models * ROW;
    run.spends = run.take(bytes);
    memory.fill(at(run, run.spends), 0, bytes);
  }
  const row = changetype<Spend>(at(run, run.spends) + (agentPlanAt(run.plan, agent).firstModel + provider) * ROW);
  row.calls++;
  if (assumed) row.assumed++;
  else {
    row.input += used.input;
    row.output += used.output;
    row.cachedRead += used.cachedRead;
    row.cachedWrite += used.cachedWrite;
    row.reasoning += used.reasoning;
    run.inputTokens += used.input;
    run.outputTokens += used.output;
  }
  row.money += money;
}

/** How many rows say something. */
export function spendings(run: Run): u32 {
  let count: u32 = 0;
  if (run.spends) for (let i: u32 = 0; i < run.plan.models; i++) if (changetype<Spend>(at(run, run.spends) + i * ROW).calls) count++;
  return count;
}

/** Into the `finished` command that is being written. */
export function putSpendings(run: Run, command: FinishedCommand): void {
  let to = putList(offsetof<FinishedCommand>("spentAt"), spendings(run), SPENDING_SIZE, 8);
  if (!run.spends) return;
  let money: u64 = 0;
  let from = at(run, run.spends);
  for (let agent: u32 = 0; agent < run.agentCount; agent++) {
    const plan = agentPlanAt(run.plan, agent);
    for (let provider: u32 = 0; provider < plan.models; provider++, from += ROW) {
      const row = changetype<Spend>(from);
      if (!row.calls) continue;
      const record = changetype<Spending>(to);
      record.agent = agent;
      record.provider = provider;
      record.calls = row.calls;
      record.assumed = row.assumed;
      memory.copy(to + offsetof<Spending>("input"), from, offsetof<Tokens>());
      record.hasCost = modelPlanAt(plan, provider).price ? 1 : 0;
      record.cost = toMicro(row.money);
      money += row.money;
      to += SPENDING_SIZE;
    }
  }
  command.cost = toMicro(money);
}

/** Whether the rows of a run from a file are there, with numbers that can go out. */
export function spendingSound(run: Run): bool {
  if (!run.spends) return true;
  const bytes = run.plan.models * ROW;
  if (!bytes || !claim(run, run.spends, pieceBytes(bytes))) return false;
  for (let i: u32 = 0; i < bytes; i += 8) if (load<u64>(at(run, run.spends) + i) >> 52 && i % ROW != offsetof<Spend>("money")) return false;
  return true;
}
