import { Plan } from "../definition/plan";
import { StartEvent } from "../protocol/events";
import { SpanKind } from "../protocol/types";
import { beginFlow } from "../flow/flow";
import { budgetOf, openAccounts } from "../ledger/account";
import { hashBytes } from "../text/hash";
import { Agent, OUTSIDE } from "./agent";
import { deliver } from "./apply";
import { Run, RunFlag, RunState, at } from "./run";
import { beginSession } from "./session";
import { newSpan, startSpan } from "./span";
import { startPhases } from "./startup";
import { newText } from "./text";
import { TimerKind, setTimer } from "./timer";

/** What a run's first event does. */
export function begin(run: Run, event: StartEvent): void {
  const plan = run.plan;
  const record = changetype<usize>(event);
  run.allocate(8); // ref 0 is none
  run.id = newText(run, record + event.idAt, event.idLength);
  run.startedAt = run.now;
  run.seed = plan.hasSeed ? plan.seed : event.seed;
  run.spanBase = hashBytes(0, record + event.idAt, event.idLength);
  run.output = 0;
  if (event.watch) run.set(RunFlag.Watched);
  if (event.closed) run.set(RunFlag.Closed);
  layOut(run, plan);
  setBudget(run, plan, event);
  run.parentSpan = readHex(record + event.parentSpanAt, event.parentSpanLength);
  run.rootSpan = newSpan(run);
  startSpan(run, run.rootSpan, run.parentSpan, SpanKind.Workflow, OUTSIDE, record + event.idAt, event.idLength);
  if (event.endAfter) run.endTimer = setTimer(run, TimerKind.End, 0, run.now + event.endAfter);
  if (changetype<usize>(plan.flow)) run.input = newText(run, record + event.inputAt, event.inputLength);
  if (plan.instant) run.state = <u8>RunState.Running;
  else {
    run.state = <u8>RunState.Starting;
    if (plan.sessions) beginSession(run, event);
    else startPhases(run);
  }
  if (changetype<usize>(plan.flow)) {
    if (plan.instant) beginFlow(run);
  } else if (event.hasInput) deliver(run, record + event.toAt, event.toLength, record + event.inputAt, event.inputLength);
}

/** The definition's agents, as they begin. */
function layOut(run: Run, plan: Plan): void {
  run.ready = run.allocate(plan.classes << 3);
  const bytes = plan.agentCount * offsetof<Agent>();
  run.agentCount = plan.agentCount;
  if (!bytes) return;
  run.agents = run.allocate(bytes);
  run.agentsAt = at(run, run.agents);
  memory.copy(run.agentsAt, plan.rows, bytes);
}

function setBudget(run: Run, plan: Plan, event: StartEvent): void {
  openAccounts(run, event);
  run.tenant = hashBytes(0, changetype<usize>(event) + event.tenantAt, event.tenantLength);
  // One timer for both, owned by 0 for the budget and 1 for the limit.
  const budget = smaller(budgetOf(run, 0).time, event.budgetTime);
  const limit = smaller(plan.limitTime, 0);
  if (budget <= limit && budget != u64.MAX_VALUE) setTimer(run, TimerKind.Limit, 0, run.now + budget);
  else if (limit != u64.MAX_VALUE) setTimer(run, TimerKind.Limit, 1, run.now + limit);
}

/** The smaller of two limits, 0 being none. */
function smaller(a: u64, b: u64): u64 {
  return min(a || u64.MAX_VALUE, b || u64.MAX_VALUE);
}

function readHex(at: usize, length: u32): u64 {
  let value: u64 = 0;
  for (let i: u32 = 0; i < length; i++) {
    const c = <u32>load<u8>(at + i) | 0x20;
    value = (value << 4) | <u64>(c >= 0x61 ? c - 0x57 : c - 0x30);
  }
  return value & ((1 << 53) - 1);
}
