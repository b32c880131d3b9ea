import { explored } from "../planner/explore";
import { beginPlanner, plannerAnswered, plannerSound } from "../planner/program";
import { agentPlanAt } from "../definition/plan";
import { Decide, termAt } from "../flow/term";
import { Program, activationAt } from "../kernel/activation";
import { Role } from "../kernel/agent";
import { Run } from "../kernel/run";
import { aggregateAnswered, aggregateSound, beginAggregate } from "./aggregate";
import { consult } from "./asking";
import { beginClassify, classifyAnswered, classifySound } from "./classifier";
import { beginDecision, decisionAnswered, decisionSound } from "./decision";

// What an activation does with its model's answers, by program. Each program is a file of its own.

/** Takes over the hold on `text`. */
export function programAnswered(run: Run, ref: u32, text: u32): void {
  switch (<Program>activationAt(run, ref).program) {
    case Program.Classify:
      return classifyAnswered(run, ref, text);
    case Program.Decide:
      return decisionAnswered(run, ref, text);
    case Program.Aggregate:
      return aggregateAnswered(run, ref, text);
    case Program.Plan:
      return plannerAnswered(run, ref, text);
    default:
      unreachable();
  }
}

/** The tools that its model called have answered. */
export function programObserved(run: Run, ref: u32): void {
  switch (<Program>activationAt(run, ref).program) {
    case Program.Classify:
    case Program.Decide:
      return consult(run, ref);
    case Program.Plan:
      return explored(run, ref);
    default:
      unreachable();
  }
}

/** A flow's activation of an agent that has more to do than to think and use tools: by its role, or by what its term decides. */
export function startProgram(run: Run, ref: u32): void {
  const activation = activationAt(run, ref);
  const term = termAt(run.plan.flow, activation.term - 1);
  if (term.decide == <u8>Decide.Plan) return beginPlanner(run, ref);
  if (term.decide != <u8>Decide.Nothing) return beginDecision(run, ref);
  switch (<Role>agentPlanAt(run.plan, activation.agent).role) {
    case Role.Classifier:
      return beginClassify(run, ref);
    case Role.Aggregator:
      return beginAggregate(run, ref, run.now);
    case Role.Planner:
      return beginPlanner(run, ref);
    default:
      unreachable();
  }
}

/** Whether what an activation from a file holds is something that its program can go on with. */
export function programSound(run: Run, ref: u32): bool {
  switch (<Program>activationAt(run, ref).program) {
    case Program.React:
      return true;
    case Program.Classify:
      return classifySound(run, ref);
    case Program.Decide:
      return decisionSound(run, ref);
    case Program.Aggregate:
      return aggregateSound(run, ref);
    case Program.Plan:
      return plannerSound(run, ref);
    default:
      return false;
  }
}
