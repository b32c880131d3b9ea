import { ClassifierPlan } from "./classifier-plan";
import { SearchPlan } from "../flow/search";
import { Flow } from "../flow/term";
import { PlannerPlan } from "./plan-planner";
import { JoinPlan } from "../join/plan";

// A definition made ready to run: tables that runs share and never change. It lives in an arena of its own and is no part of any snapshot,
// since whoever restores a run loads the same definition first; so its links are addresses.

export const NOT_FOUND: u32 = u32.MAX_VALUE;

/** From whom to whom. A target from PORT up is a port: PORT + its index. */
@unmanaged
export class Edge {
  target: u32;
  /** To a channel: what messages are labelled with; from a channel: what passes. 0 is none, or all. */
  label: u16;
  /** From a channel: another edge to the same target, with another label, stands before. */
  again: u8;
  /** Only what it holds of passes: compiled by flow/condition.ts, or 0. */
  condition: usize;
}

export const PORT: u32 = 0x80000000;

/** A name outside: its readers get what is delivered to it. */
@unmanaged
export class Port {
  name: usize;
  nameLength: u32;
  readers: usize; // u32[readerCount]: agents
  readerCount: u32;
  writers: u32;
}

@unmanaged
export class ToolPlan {
  name: usize;
  nameLength: u32;
  /** Compiled schema of the arguments, or 0: any object. */
  schema: usize;
  /** Milliseconds; 0 is none. */
  timeout: u64;
  /** Effect and OnUnknown of table.ts. */
  effectClass: u8;
  onUnknown: u8;
  /** A person approves each call, within so many milliseconds. */
  confirm: u8;
  confirmExpiry: u64;
  /** For those that may run again; 0: at most three attempts at once. */
  retry: RetryPlan;
  /** Account of its budget, 0: none. */
  account: u32;
  gate: u32; // index + 1 of its gate
}

/** When and how often a failed attempt is followed by another; `retryOn` by bit of failure-kind. */
@unmanaged
export class RetryPlan {
  initial: u64;
  most: u64;
  /** Units of 10⁻⁹. */
  multiplier: i64;
  retryOn: u32;
  attempts: u32;
}

/** A batch's parameters; sources are in declared order. */
@unmanaged
export class AggregatorPlan {
  join: JoinPlan;
  sources: usize; // u32[sourceCount]: agents, or PORT + a port's index
  sourceCount: u32;
}

/** How what a model is shown is kept within its window. */
@unmanaged
export class WindowPlan {
  /** Of a request and its answer; 0: as many as the model takes. */
  tokens: u32;
  /** ContextStrategy of table.ts. */
  strategy: u8;
  /** Turns that stay, of all strategies but the first. */
  keep: u32;
  /** Which of the agent's providers sums up. */
  provider: u8;
  /** Where it stands, while the definition is read. */
  context: usize;
}

@unmanaged
export class AgentPlan {
  name: usize;
  nameLength: u32;
  prompt: usize;
  promptLength: u32;
  /** For whoever routes to it. */
  description: usize;
  descriptionLength: u32;
  role: u8;
  /** Higher goes first. */
  priority: u32;
  /** A node of the flow only says which model it asks: nobody has given this agent a name. */
  hidden: u8;
  /** As the definition has it: of host code, the name it is registered by. Empty for a channel. */
  roleName: usize;
  roleNameLength: u32;
  /** How many sources it reads from. */
  inputs: u32;
  phase: u16;
  maxTurns: u16;
  /** Of a guided loop: its turns with tools, 0: it is none; and what is asked aside. */
  guidedTurns: u32;
  /** A person approves each call of a tool. */
  confirmsTools: u8;
  /** What becomes of its conversations: 1 + SessionMode, or 0: they end with the run. */
  session: u8;
  verification: usize;
  verificationLength: u32;
  /** Compiled schema of its answers, or 0; and as text. */
  outputSchema: usize;
  outputSchemaText: usize;
  outputSchemaLength: u32;
  tools: usize; // ToolPlan[toolCount]
  toolCount: u32;
  /** What a model is told of them. */
  toolText: usize;
  toolBytes: u32;
  /** Milliseconds; 0 is none. */
  interval: u64;
  timeout: u64;
  retry: RetryPlan;
  /** Somebody is asked; without, the role must do by itself. */
  hasModel: u8;
  /** Slice[PROMPT_COUNT] of texts that replace the core's, those of the whole definition included; or 0: Plan.prompts holds. */
  prompts: usize;
  providers: u32;
  encodings: usize; // u8[providers]: Encoding of each one's model; or 0
  /** Tokens of an answer at most, 0: no bound. */
  maxTokens: u32;
  window: WindowPlan; // or 0
  /** u64[providers]: milliseconds an attempt at each may take, 0 is none; or 0. */
  providerTimeouts: usize;
  gates: usize; // u32[providers]: index + 1 of each provider's gate; or 0
  /** ModelPlan[models]: of its providers, and of those that a budget has it go on with. */
  modelPlans: usize;
  models: u32;
  /** How many models the agents before it have. */
  firstModel: u32;
  /** Of its budget, 0: none. */
  account: u32;
  /** The timeout is what the budget has of time. */
  timeoutOfBudget: u8;
  aggregator: AggregatorPlan;
  /** Of a classifier. */
  classifier: ClassifierPlan;
  /** Of a planner. */
  planner: PlannerPlan;
  /** Of a retriever or an indexer. */
  search: SearchPlan;

  providerTimeout(provider: u32): u64 {
    return this.providerTimeouts && provider < this.providers ? load<u64>(this.providerTimeouts + (provider << 3)) : 0;
  }
}

/** What limits a gate: a circuit breaker, a number of calls at once. One for each provider and tool that has such a limit. */
@unmanaged
export class GatePlan {
  /** 0: of a provider, 1: of a tool. */
  kind: u8;
  name: usize;
  nameLength: u32;
  concurrency: u32; // 0: no limit
  failures: u32; // 0: no breaker
  window: u64;
  openFor: u64;
  halfOpen: u32;
  /** 0: no limit. */
  requestsPerMinute: u32;
  tokensPerMinute: u32;

  get hasRate(): bool {
    return (this.requestsPerMinute | this.tokensPerMinute) != 0;
  }
}

@unmanaged
export class Plan {
  arena: usize;
  handle: u32;
  /** Runs that use it. */
  runs: u32;
  forgotten: u8;
  failureStops: u8;
  /** File that the result goes to, or empty. */
  savePath: usize;
  savePathLength: u32;
  /** Somebody's conversations are kept. */
  sessions: u8;
  /** Milliseconds from a session's checkpoint to the next; 0: none is made by itself. */
  checkpointEvery: u64;
  /** Who may use it when it is served: JSON, or empty. */
  security: usize;
  securityLength: u32;
  hash: usize; // 32 bytes
  /** Or 0: agents are wired. */
  flow: Flow;
  agents: usize; // AgentPlan[agentCount]
  agentCount: u32;
  /** A run's agents as they begin: Agent[agentCount]. */
  rows: usize;
  edges: usize; // Edge[edgeCount]
  edgeCount: u32;
  ports: usize; // Port[portCount]
  portCount: u32;
  /** Slice[PROMPT_COUNT] of texts that replace the core's, or 0. */
  prompts: usize;
  /** Settings of a planner that has none of its own. */
  planner: PlannerPlan;
  gates: usize; // GatePlan[gateCount]
  /** How they stand: commons/gates.ts. All else here never changes. */
  gateStates: usize;
  gateCount: u32;
  /** Classes of priority. */
  classes: u32;
  phases: u32;
  /** Some agent must be started by the host. */
  hasCustom: u8;
  /** Nobody has to be started: all agents are ready as they stand in `rows`. */
  instant: u8;
  hasSeed: u8;
  warnPercent: u32;
  /** Hops of a message, and whether one more ends the run instead of the message. */
  maxHops: u32;
  hopsEnd: u8;
  maxBusy: u32; // 0: no limit
  startTimeout: u64;
  sendTimeout: u64;
  seed: u64;
  /** 0 is none. */
  limitSteps: u64;
  limitActivations: u64;
  /** Bytes; there is always one, since what agents say to each other can grow twofold with each hop. */
  limitMemory: u64;
  /** Bytes of a journal after which it is cut; 0: never. */
  limitJournal: u64;
  limitTime: u64;
  /** Units of work a step does for a run. */
  work: u32;
  /** BudgetPlan addresses, u32[accounts]: the run's own, then those of agents and nodes. */
  budgets: usize;
  accounts: u32;
  /** Some of them has limits that calls count against. */
  hasBudget: u8;
  /** Models of all agents. */
  models: u32;
}

export function agentPlanAt(plan: Plan, index: u32): AgentPlan {
  assert(index < plan.agentCount);
  return changetype<AgentPlan>(plan.agents + index * offsetof<AgentPlan>());
}

export function edgeAt(plan: Plan, index: u32): Edge {
  assert(index < plan.edgeCount);
  return changetype<Edge>(plan.edges + index * offsetof<Edge>());
}

export function portAt(plan: Plan, index: u32): Port {
  assert(index < plan.portCount);
  return changetype<Port>(plan.ports + index * offsetof<Port>());
}

export function toolPlanAt(agent: AgentPlan, index: u32): ToolPlan {
  assert(index < agent.toolCount);
  return changetype<ToolPlan>(agent.tools + index * offsetof<ToolPlan>());
}

export function sourceAt(aggregator: AggregatorPlan, index: u32): u32 {
  assert(index < aggregator.sourceCount);
  return load<u32>(aggregator.sources + (index << 2));
}

export function gatePlanAt(plan: Plan, index: u32): GatePlan {
  assert(index < plan.gateCount);
  return changetype<GatePlan>(plan.gates + index * offsetof<GatePlan>());
}
