import { agentPlanAt } from "../definition/plan";
import { words } from "../kernel/emit";
import { Run } from "../kernel/run";
import { termAt } from "../flow/term";

/** Into `words`: of what an account has nothing left. `what` null: nobody knows what a call costs. */
export function describeAccount(run: Run, account: u32, what: string | null): void {
  words
    .clear()
    .ascii(account ? "the budget of " : "the run's budget of ")
    .ascii(what === null ? "money" : what);
  writeOwner(run, account);
  words.ascii(what === null ? " cannot be kept: the price of its model is not known" : " is spent");
}

/** `the budget of agent writer` */
export function writeAccount(run: Run, account: u32): void {
  words.ascii(account ? "the budget" : "the run's budget");
  writeOwner(run, account);
}

function writeOwner(run: Run, account: u32): void {
  if (!account) return;
  const plan = run.plan;
  for (let i: u32 = 0; i < plan.agentCount; i++) {
    const agent = agentPlanAt(plan, i);
    if (agent.account == account) words.ascii(" of agent ").bytes(agent.name, agent.nameLength);
  }
  if (changetype<usize>(plan.flow))
    for (let i: u32 = 0; i < plan.flow.termCount; i++) {
      const term = termAt(plan.flow, i);
      if (term.account == account) words.ascii(" of ").bytes(term.path, term.pathLength);
    }
}
