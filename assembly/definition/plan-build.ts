import { Flow } from "../flow/term";
import { Arena, freeArena, newArena } from "../memory/arena";
import { isGiven, writeGiven } from "../agents/given";
import { Agent, AgentState, Role } from "../kernel/agent";
import { Builder } from "../text/builder";
import { words } from "../kernel/emit";
import { isWord, sameBytes } from "../text/slice";
import { encodingOf } from "../tokens/models";
import { Doc, boolOf, child, choiceOf, durationOf, integerOf, textOf } from "./doc";
import { AgentPlan, AggregatorPlan, NOT_FOUND, Plan, ToolPlan, agentPlanAt, toolPlanAt } from "./plan";
import { layEdges } from "./plan-edges";
import { readPlanner } from "./plan-planner";
import { readPrompts } from "./prompts";
import { readJoin } from "../join/plan";
import { BudgetPlan, accountFor, openBudgets, readBudget } from "./plan-budget";
import { readModels } from "./plan-models";
import { finishGates, gateProviders, gateTools } from "./plan-gates";
import { readClassifier } from "./classifier-plan";
import { isHidden } from "./flow-agents";
import { readRetry, workflowRetry } from "./plan-retry";
import { Effect, JoinStrategy, Key, OnUnknown, Overflow, SessionMode } from "./table";
import { writeSecurity } from "./security";
import { readSearch } from "./plan-search";
import { readWindow } from "./plan-window";
import { writeJson } from "./manifest";
import { compileToolSchema } from "./tool-schema";
import { NameKind, readNames } from "./plan-names";

// From a checked definition to the tables that runs share.

const given: Builder = changetype<Builder>(memory.data(16));

/** Activations and timers that a step does for one run. */
const WORK: u32 = 10_000;
const HOPS: u32 = 100;
/** Bytes of a journal. */
const JOURNAL: i64 = 64 << 20;
const MEMORY: i64 = 1 << 26;
const MAILBOX: u32 = 100;
const SECOND: u64 = 1000;
const DAY: u64 = 86_400_000;

/** `flow`, if there is one, lies in `arena`, which becomes the plan's. */
export function buildPlan(root: Doc, arena: Arena, flow: Flow | null): Plan {
  const scratch = newArena();
  const plan = changetype<Plan>(arena.allocate(offsetof<Plan>()));
  plan.arena = changetype<usize>(arena);
  plan.flow = changetype<Flow>(changetype<usize>(flow));
  plan.hash = arena.allocate(32);
  const agents = child(root, Key.Agents);
  const names = readNames(scratch, agents);
  for (let i: u32 = 0; i < names.count; i++) if (names.at(i).kind != NameKind.Port) plan.agentCount++;
  plan.agents = arena.allocate(plan.agentCount * offsetof<AgentPlan>());
  plan.rows = arena.allocate(plan.agentCount * offsetof<Agent>());
  readRun(plan, root, arena);
  openBudgets(plan, root, arena);
  plan.prompts = readPrompts(child(root, Key.Prompts), 0, arena);
  plan.planner = readPlanner(plan, NOT_FOUND, null, arena);
  if (agents !== null) {
    const classes = scratch.allocate(256);
    countClasses(plan, root, agents, classes);
    let index: u32 = 0;
    for (let agent: Doc | null = agents.firstChild(); agent !== null; agent = agent!.nextSibling()) readAgent(plan, root, agent, index++, classes, arena);
    for (let i: u32 = 0; i < names.count; i++) {
      const name = names.at(i);
      if (name.kind == NameKind.Channel) layChannel(plan, root, name.index, name.at, name.length, classes, arena);
    }
    layEdges(plan, names, agents, scratch, arena);
    readPhases(plan, agents);
    readSessions(plan, root, agents);
  }
  settleStart(plan);
  finishGates(plan, arena);
  freeArena(scratch);
  return plan;
}

function readRun(plan: Plan, root: Doc, arena: Arena): void {
  const config = child(root, Key.Config);
  const supervisor = child(root, Key.Supervisor);
  const limits = child(root, Key.Limits);
  plan.warnPercent = <u32>integerOf(config, Key.ChannelFullWarningThreshold, 80);
  plan.maxBusy = <u32>integerOf(config, Key.MaxConcurrentCalls, 0);
  plan.startTimeout = durationOf(config, Key.AgentStartTimeout, 30 * SECOND);
  plan.sendTimeout = durationOf(config, Key.SendTimeout, 5 * SECOND);
  const mode = textOf(supervisor, Key.FailureMode);
  if (mode !== null && isWord(mode.textAt, mode.textLength, "stop")) plan.failureStops = 1;
  if (writeSecurity(root, given.clear())) {
    plan.security = arena.copy(given.at, given.length);
    plan.securityLength = given.length;
  }
  const output = child(root, Key.Output);
  const file = boolOf(output, Key.SaveToFile, false) ? textOf(output, Key.FilePath) : null;
  if (file !== null) {
    plan.savePath = arena.copy(file.textAt, file.textLength);
    plan.savePathLength = file.textLength;
  }
  plan.maxHops = <u32>integerOf(limits, Key.Hops, integerOf(supervisor, Key.MaxRounds, HOPS));
  plan.hopsEnd = child(limits, Key.Hops) !== null ? 1 : 0;
  plan.limitSteps = <u64>integerOf(limits, Key.Steps, 0);
  plan.limitActivations = <u64>integerOf(limits, Key.Activations, 0);
  plan.limitMemory = <u64>integerOf(limits, Key.Memory, MEMORY);
  plan.limitJournal = <u64>integerOf(limits, Key.Journal, JOURNAL);
  plan.limitTime = durationOf(limits, Key.RunTime, 0);
  plan.work = <u32>integerOf(limits, Key.Work, WORK);
  plan.hasSeed = child(root, Key.Seed) !== null ? 1 : 0;
  plan.seed = <u64>integerOf(root, Key.Seed, 0);
}

/** Which priorities there are: `classes[priority]` becomes the class, 0 the highest priority. */
function countClasses(plan: Plan, root: Doc, agents: Doc, classes: usize): void {
  for (let agent: Doc | null = agents.firstChild(); agent !== null; agent = agent!.nextSibling()) store<u8>(classes + priorityOf(root, agent), 1);
  store<u8>(classes + priorityOf(root, null), 1);
  let next: u32 = 0;
  for (let priority: i32 = 255; priority >= 0; priority--) {
    if (!load<u8>(classes + priority)) continue;
    // More classes than there are queues share the last one.
    store<u8>(classes + priority, <u8>min<u32>(next, 63));
    next++;
  }
  plan.classes = min<u32>(next, 64);
}

function priorityOf(root: Doc, agent: Doc | null): u32 {
  return <u32>integerOf(agent, Key.Priority, integerOf(root, Key.Priority, 128));
}

function readAgent(plan: Plan, root: Doc, agent: Doc, index: u32, classes: usize, arena: Arena): void {
  const to = agentPlanAt(plan, index);
  const name = textOf(agent, Key.Name)!;
  to.name = arena.copy(name.textAt, name.textLength);
  to.nameLength = name.textLength;
  to.role = <u8>roleOf(agent);
  to.hidden = <u8>isHidden(agent);
  const role = textOf(agent, Key.Role);
  if (role !== null) {
    to.roleName = arena.copy(role.textAt, role.textLength);
    to.roleNameLength = role.textLength;
  }
  const prompt = textOf(agent, Key.Prompt);
  if (prompt !== null) {
    to.prompt = arena.copy(prompt.textAt, prompt.textLength);
    to.promptLength = prompt.textLength;
  }
  const description = textOf(agent, Key.Description);
  if (description !== null) {
    to.description = arena.copy(description.textAt, description.textLength);
    to.descriptionLength = description.textLength;
  }
  if (to.role == <u8>Role.Given) {
    writeGiven(given.clear(), agent);
    to.prompt = arena.copy(given.at, given.length);
    to.promptLength = given.length;
  }
  to.prompts = readPrompts(child(agent, Key.Prompts), plan.prompts, arena);
  to.maxTurns = 10;
  readGuide(to, child(agent, Key.GuidedConfig), arena);
  readOutputSchema(to, child(agent, Key.OutputSchema), arena);
  to.interval = durationOf(agent, Key.Interval, 0);
  if (to.role != <u8>Role.Aggregator) to.timeout = durationOf(agent, Key.Timeout, 0);
  to.retry = readRetry(child(agent, Key.Retry), arena);
  if (to.role == <u8>Role.Classifier) {
    to.classifier = readClassifier(root, agent, arena);
    if (!changetype<usize>(to.retry)) to.retry = workflowRetry(child(root, Key.Workflow), arena);
  }
  readProviders(to, agent, arena);
  to.maxTokens = <u32>integerOf(agent, Key.MaxTokens, 0);
  const window = child(agent, Key.Context);
  to.window = readWindow(window === null ? child(root, Key.Context) : window, root, agent, arena);
  readModels(to, agent, root, arena);
  to.firstModel = plan.models;
  plan.models += to.models;
  const budget = readBudget(agent, arena);
  to.account = accountFor(plan, root, budget);
  const time = budget ? changetype<BudgetPlan>(budget).time : 0;
  if (time && (!to.timeout || time < to.timeout)) {
    to.timeout = time;
    to.timeoutOfBudget = 1;
  }
  readTools(plan, to, agent, root, arena);
  if (to.hasModel && to.role != <u8>Role.Custom) gateProviders(plan, to, agent, root, arena);
  gateTools(plan, to, agent, arena);
  if (to.role == <u8>Role.Planner) to.planner = readPlanner(plan, index, child(agent, Key.PlannerConfig), arena);
  if (to.role == <u8>Role.Aggregator) to.aggregator = readAggregator(agent, to.hasModel != 0, arena);
  if (to.role == <u8>Role.Retriever || to.role == <u8>Role.Indexer) to.search = readSearch(root, agent, arena);
  layRow(plan, root, agent, index, <Role>to.role, classes);
}

function layChannel(plan: Plan, root: Doc, index: u32, name: usize, length: u32, classes: usize, arena: Arena): void {
  const to = agentPlanAt(plan, index);
  to.name = arena.copy(name, length);
  to.nameLength = length;
  to.role = <u8>Role.Relay;
  layRow(plan, root, null, index, Role.Relay, classes);
}

function layRow(plan: Plan, root: Doc, agent: Doc | null, index: u32, role: Role, classes: usize): void {
  const row = changetype<Agent>(plan.rows + index * offsetof<Agent>());
  const mailbox = child(agent, Key.Mailbox);
  const shared = child(root, Key.Mailbox);
  const size = integerOf(mailbox, Key.Size, integerOf(shared, Key.Size, integerOf(child(root, Key.Config), Key.ChannelBufferSize, MAILBOX)));
  row.limit = <u16>min<i64>(size, 65_535);
  row.overflow = <u8>choiceOf(mailbox, Key.Overflow, choiceOf(shared, Key.Overflow, Overflow.Block));
  row.role = <u8>role;
  const priority = priorityOf(root, agent);
  agentPlanAt(plan, index).priority = priority;
  row.priorityClass = load<u8>(classes + priority);
  row.plan = index;
}

function roleOf(agent: Doc): Role {
  if (isGiven(agent)) return Role.Given;
  const role = textOf(agent, Key.Role);
  if (role === null) return Role.React;
  if (isWord(role.textAt, role.textLength, "react")) return Role.React;
  if (isWord(role.textAt, role.textLength, "producer")) return Role.Producer;
  if (isWord(role.textAt, role.textLength, "logger")) return Role.Logger;
  if (isWord(role.textAt, role.textLength, "aggregator")) return Role.Aggregator;
  if (isWord(role.textAt, role.textLength, "classifier")) return Role.Classifier;
  if (isWord(role.textAt, role.textLength, "planner")) return Role.Planner;
  if (isWord(role.textAt, role.textLength, "retriever")) return Role.Retriever;
  if (isWord(role.textAt, role.textLength, "indexer")) return Role.Indexer;
  return Role.Custom;
}

function readGuide(to: AgentPlan, from: Doc | null, arena: Arena): void {
  to.confirmsTools = boolOf(from, Key.RequireConfirmation, false) ? 1 : 0;
  if (!boolOf(from, Key.Enabled, false)) return;
  to.guidedTurns = <u32>integerOf(from, Key.MaxIterations, 5);
  const question = textOf(from, Key.VerificationPrompt);
  if (question === null) return;
  to.verification = arena.copy(question.textAt, question.textLength);
  to.verificationLength = question.textLength;
}

function readOutputSchema(to: AgentPlan, from: Doc | null, arena: Arena): void {
  if (from === null) return;
  to.outputSchema = compileToolSchema(arena, from);
  words.clear();
  writeJson(words, from);
  to.outputSchemaText = arena.copy(words.at, words.length);
  to.outputSchemaLength = words.length;
}

function readProviders(to: AgentPlan, agent: Doc, arena: Arena): void {
  const providers = child(agent, Key.Providers);
  if (providers === null || !providers.count) {
    to.providers = 1;
    return;
  }
  to.hasModel = 1;
  to.providers = 0;
  to.providerTimeouts = arena.allocate(providers.count << 3);
  to.encodings = arena.allocate(providers.count);
  let i: u32 = 0;
  for (let each: Doc | null = providers.firstChild(); each !== null; each = each!.nextSibling(), i++) {
    store<u64>(to.providerTimeouts + (i << 3), durationOf(each, Key.Timeout, 0));
    if (to.providers == i && child(each, Key.Only) === null) to.providers++;
    const model = textOf(each, Key.Model);
    if (model !== null) store<u8>(to.encodings + i, <u8>encodingOf(model.textAt, model.textLength));
  }
}

function readTools(plan: Plan, to: AgentPlan, agent: Doc, root: Doc, arena: Arena): void {
  const tools = child(agent, Key.Tools);
  if (tools === null) return;
  to.toolCount = tools.count;
  to.tools = arena.allocate(tools.count * offsetof<ToolPlan>());
  let index: u32 = 0;
  const told = words.clear();
  for (let each: Doc | null = tools.firstChild(); each !== null; each = each!.nextSibling()) {
    const tool = toolPlanAt(to, index++);
    const name = textOf(each, Key.Name)!;
    tool.name = arena.copy(name.textAt, name.textLength);
    tool.nameLength = name.textLength;
    tool.timeout = durationOf(each, Key.Timeout, 60 * SECOND);
    tool.effectClass = <u8>choiceOf(each, Key.Effect, Effect.Once);
    tool.onUnknown = <u8>choiceOf(each, Key.OnUnknown, OnUnknown.Tell);
    tool.confirm = boolOf(each, Key.Confirm, false) ? 1 : 0;
    tool.confirmExpiry = durationOf(each, Key.ConfirmExpiry, DAY);
    tool.retry = readRetry(child(each, Key.Retry), arena);
    tool.account = accountFor(plan, root, readBudget(each, arena));
    const schema = child(each, Key.InputSchema);
    tool.schema = compileToolSchema(arena, schema);
    told.bytes(name.textAt, name.textLength);
    const description = textOf(each, Key.Description);
    if (description !== null) told.bytes(description.textAt, description.textLength);
    if (schema !== null) writeJson(told, schema);
  }
  to.toolText = arena.copy(told.at, told.length);
  to.toolBytes = told.length;
}

function readAggregator(agent: Doc, hasModel: bool, arena: Arena): AggregatorPlan {
  const plan = changetype<AggregatorPlan>(arena.allocate(offsetof<AggregatorPlan>()));
  plan.join = readJoin(child(agent, Key.AggregatorConfig), Key.AggregationStrategy, durationOf(agent, Key.Timeout, 5 * SECOND), arena);
  if (!plan.join.wordLength && !hasModel) plan.join.strategy = <u8>JoinStrategy.Concatenate;
  return plan;
}

/** Phase 0 depends on nobody; another's is one more than the highest of those it depends on. Cycles have been refused. */
function readPhases(plan: Plan, agents: Doc): void {
  let changed = true;
  while (changed) {
    changed = false;
    let index: u32 = 0;
    for (let agent: Doc | null = agents.firstChild(); agent !== null; agent = agent!.nextSibling(), index++) {
      const names = child(agent, Key.DependsOn);
      if (names === null) continue;
      const own = agentPlanAt(plan, index);
      for (let each: Doc | null = names.firstChild(); each !== null; each = each!.nextSibling()) {
        const phase = phaseOf(plan, each) + 1;
        if (phase <= own.phase) continue;
        own.phase = phase;
        changed = true;
      }
    }
  }
}

function phaseOf(plan: Plan, name: Doc): u16 {
  for (let i: u32 = 0; i < plan.agentCount; i++) {
    const agent = agentPlanAt(plan, i);
    if (sameBytes(agent.name, agent.nameLength, name.textAt, name.textLength)) return agent.phase;
  }
  return 0;
}

/** Whose conversations are kept. Without a `session` block nobody's are. */
function readSessions(plan: Plan, root: Doc, agents: Doc): void {
  const session = child(root, Key.Session);
  if (session === null || !boolOf(session, Key.Enabled, true)) return;
  const checkpoint = child(session, Key.Checkpoint);
  if (boolOf(checkpoint, Key.AutoSave, false)) plan.checkpointEvery = durationOf(checkpoint, Key.Interval, 5 * 60 * SECOND);
  let index: u32 = 0;
  for (let agent: Doc | null = agents.firstChild(); agent !== null; agent = agent!.nextSibling()) {
    const to = agentPlanAt(plan, index++);
    const mode = choiceOf(agent, Key.SessionMode, SessionMode.Enabled);
    if (to.role != <u8>Role.React || to.hidden || mode == <u32>SessionMode.Disabled || !boolOf(child(agent, Key.Session), Key.Enabled, true)) continue;
    to.session = <u8>(1 + mode);
    plan.sessions = 1;
  }
}

/** If nobody needs to be started, agents begin idle, and a run begins at once. */
function settleStart(plan: Plan): void {
  plan.instant = plan.sessions ? 0 : 1;
  for (let i: u32 = 0; i < plan.agentCount; i++) {
    const agent = agentPlanAt(plan, i);
    plan.phases = max<u32>(plan.phases, <u32>agent.phase + 1);
    if (agent.role == <u8>Role.Custom) plan.hasCustom = 1;
    if (agent.role == <u8>Role.Custom || agent.role == <u8>Role.Producer) plan.instant = 0;
  }
  if (!plan.instant) return;
  for (let i: u32 = 0; i < plan.agentCount; i++) changetype<Agent>(plan.rows + i * offsetof<Agent>()).state = <u8>AgentState.Idle;
}
