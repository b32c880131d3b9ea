import { Arena } from "../memory/arena";
import { Gate } from "../commons/gates";
import { sameBytes } from "../text/slice";
import { Doc, child, durationOf, integerOf, textOf } from "./doc";
import { AgentPlan, GatePlan, Plan, gatePlanAt, toolPlanAt } from "./plan";
import { Key } from "./table";

// Gates: one for each provider that has a circuit breaker, one for each tool that has one or a bound of calls at once. Agents that name the
// same provider or tool share its gate.

const SECOND: u64 = 1000;
const ROOM: u32 = 16;

/** The gate of that name, of providers or of tools, made if there is none. Gives its index + 1. */
function gateNamed(plan: Plan, kind: u8, name: usize, length: u32, arena: Arena): u32 {
  for (let i: u32 = 0; i < plan.gateCount; i++) {
    const gate = gatePlanAt(plan, i);
    if (gate.kind == kind && sameBytes(gate.name, gate.nameLength, name, length)) return i + 1;
  }
  if (plan.gateCount % ROOM == 0) {
    const moved = arena.allocate((plan.gateCount + ROOM) * offsetof<GatePlan>());
    if (plan.gateCount) memory.copy(moved, plan.gates, plan.gateCount * offsetof<GatePlan>());
    plan.gates = moved;
  }
  const gate = gatePlanAt(plan, plan.gateCount++);
  gate.kind = kind;
  gate.name = arena.copy(name, length);
  gate.nameLength = length;
  return plan.gateCount;
}

function readBreaker(gate: GatePlan, breaker: Doc): void {
  gate.failures = <u32>integerOf(breaker, Key.Failures, 5);
  gate.window = durationOf(breaker, Key.Window, 60 * SECOND);
  gate.openFor = durationOf(breaker, Key.OpenFor, 30 * SECOND);
  gate.halfOpen = <u32>integerOf(breaker, Key.HalfOpen, 1);
}

function readRate(gate: GatePlan, rate: Doc | null): void {
  if (rate === null) return;
  gate.requestsPerMinute = <u32>integerOf(rate, Key.RequestsPerMinute, 0);
  gate.tokensPerMinute = <u32>integerOf(rate, Key.TokensPerMinute, 0);
}

/** An agent's own breaker, or that of the file, for each of its providers. */
export function gateProviders(plan: Plan, to: AgentPlan, agent: Doc, root: Doc, arena: Arena): void {
  let breaker = child(agent, Key.CircuitBreaker);
  if (breaker === null) breaker = child(root, Key.CircuitBreaker);
  let rate = child(agent, Key.RateLimit);
  if (rate === null) rate = child(root, Key.RateLimit);
  if (breaker === null && rate === null) return;
  to.gates = arena.allocate(to.models << 2);
  const providers = child(agent, Key.Providers);
  let each: Doc | null = providers === null ? null : providers.firstChild();
  for (let i: u32 = 0; i < to.models; i++) {
    const from: Doc = each === null ? agent : each;
    // Who answers at an address of one's own is somebody else.
    let name: Doc | null = null;
    if (rate !== null) name = textOf(from, Key.Endpoint);
    if (name === null) name = textOf(from, Key.Provider);
    if (name === null) name = textOf(from, Key.Model);
    if (name !== null) {
      const gate = gateNamed(plan, 0, name.textAt, name.textLength, arena);
      if (breaker !== null) readBreaker(gatePlanAt(plan, gate - 1), breaker);
      readRate(gatePlanAt(plan, gate - 1), rate);
      store<u32>(to.gates + (i << 2), gate);
    }
    if (each !== null) each = each.nextSibling();
  }
}

export function gateTools(plan: Plan, to: AgentPlan, agent: Doc, arena: Arena): void {
  const tools = child(agent, Key.Tools);
  if (tools === null) return;
  let index: u32 = 0;
  for (let each: Doc | null = tools.firstChild(); each !== null; each = each!.nextSibling(), index++) {
    const breaker = child(each, Key.CircuitBreaker);
    const most = <u32>integerOf(each, Key.MaxConcurrency, 0);
    const rate = child(each, Key.RateLimit);
    if (breaker === null && rate === null && !most) continue;
    const tool = toolPlanAt(to, index);
    tool.gate = gateNamed(plan, 1, tool.name, tool.nameLength, arena);
    const gate = gatePlanAt(plan, tool.gate - 1);
    gate.concurrency = most;
    readRate(gate, rate);
    if (breaker !== null) readBreaker(gate, breaker);
  }
}

/** How the gates stand at the beginning. */
export function finishGates(plan: Plan, arena: Arena): void {
  plan.gateStates = arena.allocate(plan.gateCount * offsetof<Gate>());
}
