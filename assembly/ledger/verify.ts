import { agentPlanAt } from "../definition/plan";
import { claim } from "../kernel/claims";
import { Effect } from "../kernel/effect";
import { Run, pieceBytes } from "../kernel/run";
import { ACCOUNT_SIZE } from "./account";
import { Reservation } from "./reserve";

// What the ledger has in a run from a file. Amounts are believed: who forges them deceives nobody but the run itself.

export function accountsSound(run: Run): bool {
  return !run.accounts || claim(run, run.accounts, pieceBytes(run.plan.accounts * ACCOUNT_SIZE));
}

export function modelCallSound(run: Run, effect: Effect): bool {
  if (<u32>effect.provider >= agentPlanAt(run.plan, effect.agent).models || <u32>effect.reserved > <u32>Reservation.Called) return false;
  const flow = run.plan.flow;
  return !effect.term || (changetype<usize>(flow) != 0 && effect.term <= flow.termCount);
}
