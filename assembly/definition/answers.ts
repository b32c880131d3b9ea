import { refuseEvent } from "../commons/refuse";
import { PORT, Plan, agentPlanAt, edgeAt, portAt } from "../definition/plan";
import { Agent, ONE_TARGET, Role } from "../kernel/agent";
import { words } from "../kernel/emit";
import { listEntryNames } from "../kernel/entry";
import {
  CommandKind,
  DEFINED_FIXED,
  DefinedCommand,
  PROBLEMS_FIXED,
  ProblemsCommand,
  VARIABLES_NEEDED_FIXED,
  VariablesNeededCommand,
} from "../protocol/commands";
import { DefineEvent, ForgetEvent, VariablesEvent } from "../protocol/events";
import { beginRecord, endRecord, putBytes, putBytesOf, putList } from "../protocol/output";
import { PROBLEM_SIZE, Problem as ProblemRecord, STRING_ELEMENT_SIZE } from "../protocol/types";
import { Builder, newBuilder } from "../text/builder";
import { Arena } from "../memory/arena";
import { LoadState, Loading, freeLoading, giveVariables, loadDefinition } from "./definition";
import { writeManifest } from "./manifest";
import { buildPlan } from "./plan-build";
import { findPlan, forgetPlan, keepPlan } from "./plans";
import { ENDLESS } from "./bound-activation";
import { Problem } from "./problems";
import { Name } from "./variables";

// Definitions as the protocol sees them: what comes in, and the answers.

/** A definition that waits for its variables. */
@unmanaged
class Waiting {
  next: usize;
  loading: Loading;
}

let waiting: usize = 0;
const manifest: Builder = newBuilder();

export function defineEvent(event: DefineEvent): void {
  answer(loadDefinition(changetype<usize>(event)));
}

export function variablesEvent(event: VariablesEvent, place: u32): void {
  let before: usize = 0;
  for (let at = waiting; at; at = changetype<Waiting>(at).next) {
    const loading = changetype<Waiting>(at).loading;
    if (loading.tag != event.tag) {
      before = at;
      continue;
    }
    if (before) changetype<Waiting>(before).next = changetype<Waiting>(at).next;
    else waiting = changetype<Waiting>(at).next;
    giveVariables(loading, changetype<usize>(event));
    return answer(loading);
  }
  words.clear().ascii("no definition waits for these variables");
  refuseEvent(place, event.tag, 0, "unknown-definition");
}

export function forgetEvent(event: ForgetEvent, place: u32): void {
  const plan = findPlan(event.definition);
  if (plan !== null) return forgetPlan(plan);
  words.clear().ascii("there is no definition ").integer(event.definition);
  refuseEvent(place, 0, 0, "unknown-definition");
}

function answer(loading: Loading): void {
  if (loading.state == LoadState.NeedsVariables) {
    const wait = changetype<Waiting>(changetype<Arena>(loading.arena).allocate(offsetof<Waiting>()));
    wait.loading = loading;
    wait.next = waiting;
    waiting = changetype<usize>(wait);
    return emitVariablesNeeded(loading);
  }
  if (loading.state == LoadState.Refused) emitProblems(loading);
  else if (loading.checkOnly) emitDefined(loading, null);
  else {
    const plan = buildPlan(loading.root, loading.takePlanArena(), loading.flow);
    memory.copy(plan.hash, loading.hash, 32);
    keepPlan(plan);
    emitDefined(loading, plan);
  }
  freeLoading(loading);
}

function emitVariablesNeeded(loading: Loading): void {
  let bytes: u32 = 0;
  for (let name: Name | null = loading.firstName(); name !== null; name = name!.nextName()) bytes += name.length + STRING_ELEMENT_SIZE;
  const command = changetype<VariablesNeededCommand>(beginRecord(CommandKind.VariablesNeeded, VARIABLES_NEEDED_FIXED, bytes + 8));
  command.tag = loading.tag;
  let at = putList(offsetof<VariablesNeededCommand>("namesAt"), loading.nameCount, STRING_ELEMENT_SIZE, 4);
  for (let name: Name | null = loading.firstName(); name !== null; name = name!.nextName()) {
    putBytesOf(at, name.at, name.length);
    at += STRING_ELEMENT_SIZE;
  }
  endRecord();
}

function problemBytes(loading: Loading): u32 {
  let bytes: u32 = 8;
  for (let each: Problem | null = loading.firstProblem(); each !== null; each = each!.nextProblem()) {
    bytes += PROBLEM_SIZE + each.codeLength + each.fileLength + each.pathLength + each.messageLength + each.suggestionLength;
  }
  return bytes;
}

function emitProblems(loading: Loading): void {
  const command = changetype<ProblemsCommand>(beginRecord(CommandKind.Problems, PROBLEMS_FIXED, problemBytes(loading)));
  command.tag = loading.tag;
  putProblems(offsetof<ProblemsCommand>("problemsAt"), loading);
  endRecord();
}

function putProblems(field: u32, loading: Loading): void {
  let at = putList(field, loading.problems.count, PROBLEM_SIZE, 4);
  for (let each: Problem | null = loading.firstProblem(); each !== null; each = each!.nextProblem(), at += PROBLEM_SIZE) {
    const record = changetype<ProblemRecord>(at);
    record.severity = <u8>each.severity;
    record.line = each.line;
    record.column = each.column;
    putBytesOf(at + offsetof<ProblemRecord>("codeAt"), each.codeAt, each.codeLength);
    putBytesOf(at + offsetof<ProblemRecord>("fileAt"), each.fileAt, each.fileLength);
    putBytesOf(at + offsetof<ProblemRecord>("pathAt"), each.pathAt, each.pathLength);
    putBytesOf(at + offsetof<ProblemRecord>("messageAt"), each.messageAt, each.messageLength);
    putBytesOf(at + offsetof<ProblemRecord>("suggestionAt"), each.suggestionAt, each.suggestionLength);
  }
}

function emitDefined(loading: Loading, plan: Plan | null): void {
  writeWhole(loading, plan);
  words.clear();
  for (let i = 0; i < 32; i++) words.hex(load<u8>(loading.hash + i), 2);
  const command = changetype<DefinedCommand>(beginRecord(CommandKind.Defined, DEFINED_FIXED, manifest.length + words.length + problemBytes(loading)));
  command.tag = loading.tag;
  if (plan !== null) command.definition = plan.handle;
  putBytes(offsetof<DefinedCommand>("hashAt"), words.at, words.length);
  putBytes(offsetof<DefinedCommand>("manifestAt"), manifest.at, manifest.length);
  putProblems(offsetof<DefinedCommand>("warningsAt"), loading);
  endRecord();
}

/** docs/manifest.md: agents, edges and places by the numbers and names of the run, then the definition. */
function writeWhole(loading: Loading, plan: Plan | null): void {
  manifest.clear().byte(0x7b);
  if (plan !== null) {
    writeAgents(plan);
    writeEdges(plan);
    manifest.ascii('"inputs":[');
    listEntryNames(plan, manifest, true);
    manifest.ascii('],"outputs":[');
    let first = true;
    for (let i: u32 = 0; i < plan.portCount; i++) {
      const port = portAt(plan, i);
      if (!port.writers) continue;
      if (!first) manifest.byte(0x2c);
      manifest.json(port.name, port.nameLength);
      first = false;
    }
    manifest.ascii("],");
  }
  manifest.ascii('"bound":{"calls":').integer(loading.bound);
  if (loading.moneyBound < ENDLESS) manifest.ascii(',"money":').integer(loading.moneyBound);
  if (loading.flow === null) manifest.ascii(',"per":"activation"');
  manifest.ascii('},"definition":');
  writeManifest(manifest, loading.root);
  manifest.byte(0x7d);
}

function writeAgents(plan: Plan): void {
  manifest.ascii('"agents":[');
  for (let i: u32 = 0; i < plan.agentCount; i++) {
    const agent = agentPlanAt(plan, i);
    if (i) manifest.byte(0x2c);
    manifest.ascii('{"name":').json(agent.name, agent.nameLength).ascii(',"role":');
    if (agent.roleNameLength) manifest.json(agent.roleName, agent.roleNameLength);
    else manifest.ascii(agent.role == <u8>Role.Relay ? '"channel"' : '"react"');
    if (agent.hidden) manifest.ascii(',"hidden":true');
    manifest.byte(0x7d);
  }
  manifest.ascii("],");
}

function writeEdges(plan: Plan): void {
  manifest.ascii('"edges":[');
  let first = true;
  for (let i: u32 = 0; i < plan.portCount; i++) {
    const port = portAt(plan, i);
    for (let k: u32 = 0; k < port.readerCount; k++) {
      if (!first) manifest.byte(0x2c);
      writeEdge(plan, PORT | i, load<u32>(port.readers + (k << 2)));
      first = false;
    }
  }
  for (let i: u32 = 0; i < plan.agentCount; i++) {
    const row = changetype<Agent>(plan.rows + i * offsetof<Agent>());
    for (let k: u32 = 0; k < <u32>row.edgeCount; k++) {
      if (!first) manifest.byte(0x2c);
      writeEdge(plan, i, row.flags & ONE_TARGET ? row.edges : edgeAt(plan, row.edges + k).target);
      first = false;
    }
  }
  manifest.ascii("],");
}

function writeEdge(plan: Plan, from: u32, to: u32): void {
  manifest.ascii('{"from":');
  writePlace(plan, from);
  manifest.ascii(',"to":');
  writePlace(plan, to);
  manifest.byte(0x7d);
}

function writePlace(plan: Plan, place: u32): void {
  if (place >= PORT) {
    const port = portAt(plan, place & ~PORT);
    manifest.json(port.name, port.nameLength);
  } else {
    const agent = agentPlanAt(plan, place);
    manifest.json(agent.name, agent.nameLength);
  }
}
