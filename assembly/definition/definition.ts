import { Flow } from "../flow/term";
import { Arena, freeArena, newArena } from "../memory/arena";
import { DefineEvent, VariablesEvent } from "../protocol/events";
import { SOURCE_SIZE, Source, STRING_ELEMENT_SIZE, StringElement, VARIABLE_SIZE, Variable } from "../protocol/types";
import { Builder } from "../text/builder";
import { sha256 } from "../text/sha256";
import { setHostRoles } from "./agents";
import { callsOfActivation, callsOfRun, moneyOf } from "./bound";
import { checkPrices } from "./prices";
import { check } from "./check";
import { child, Doc, DocType } from "./doc";
import { addChild, docAt, giveKey, inherit } from "./edit";
import { readFlow } from "./flow-read";
import { openTable } from "./grammar";
import { writeJson } from "./manifest";
import { merge } from "./merge";
import { beginSeeking } from "./nearest";
import { closeProblems, complain, complainAt, complainKey, openProblems, Problem, Problems, SourceText } from "./problems";
import { askForEnvironment, settleSecurity } from "./security";
import { settle } from "./settle";
import { spell } from "./spelling";
import { Key, Message } from "./table";
import { setHostTools } from "./tools";
import { readTree } from "./tree";
import { findName, findVariables, Name, substitute, variableTable } from "./variables";

// A `define` event, all the way to a checked tree or to problems. Everything lies in an arena of the definition's own.

export const enum LoadState {
  /** `root` is checked, and in canonical spelling. There may be warnings. */
  Ready,
  /** Give values for `firstName()` and those after it, by giveVariables. */
  NeedsVariables,
  /** There are errors among the problems. */
  Refused,
}

/** A definition on its way. */
@unmanaged
export class Loading {
  state: u32;
  tag: u32;
  arena: usize;
  problems: Problems;
  tree: usize;
  names: usize;
  /** The same by hash. */
  nameTable: usize;
  nameCount: u32;
  checkOnly: u8;
  /** SourceText arrays: what the host has code for. */
  roles: usize;
  roleCount: u32;
  tools: usize;
  toolCount: u32;
  /** SHA-256 of the merged sources in canonical spelling, before substitution: 32 bytes. */
  hash: usize;

  /** What the plan is built in, and its flow, if it has one. */
  planArena: usize;
  flow: Flow | null;

  /** The most model calls of a run, or without a flow of one activation. */
  bound: u64;
  /** The same in micro-dollars; ENDLESS: it is not known, or nobody counts to it. */
  moneyBound: u64;

  /** The caller's from now on. */
  takePlanArena(): Arena {
    const arena = changetype<Arena>(this.planArena);
    this.planArena = 0;
    return arena;
  }

  /** The root of a definition that is ready. */
  get root(): Doc {
    return changetype<Doc>(this.tree);
  }

  firstProblem(): Problem | null {
    return this.problems.firstProblem();
  }

  /** Of the variables that values are needed for. */
  firstName(): Name | null {
    return changetype<Name | null>(this.names);
  }
}

/** Reads a `define` event. The record may be overwritten afterwards: what is needed of it is copied. */
export function loadDefinition(event: usize): Loading {
  const arena = newArena();
  const loading = changetype<Loading>(arena.allocate(offsetof<Loading>()));
  loading.arena = changetype<usize>(arena);
  loading.problems = changetype<Problems>(arena.allocate(offsetof<Problems>()));
  loading.problems.arena = loading.arena;
  const record = arena.copy(event, load<u32>(event));
  const define = changetype<DefineEvent>(record);
  loading.tag = define.tag;
  loading.checkOnly = define.checkOnly;
  loading.roles = readTexts(arena, record, define.rolesAt, define.rolesCount);
  loading.roleCount = define.rolesCount;
  loading.tools = readTexts(arena, record, define.toolsAt, define.toolsCount);
  loading.toolCount = define.toolsCount;
  loading.problems.files = readPaths(arena, record, define);
  openTable();
  openProblems(loading.problems);
  beginSeeking();
  readSources(loading, record, define);
  if (!loading.tree) loading.state = LoadState.Refused;
  else {
    hashTree(arena, loading);
    if (!loading.checkOnly) askForEnvironment(loading.root);
    findNames(loading);
    if (loading.nameCount && !loading.checkOnly) loading.state = LoadState.NeedsVariables;
    else finish(loading);
  }
  closeProblems();
  return loading;
}

/** The values of a `variables` event; those that it leaves out are not set. */
export function giveVariables(loading: Loading, event: usize): void {
  assert(loading.state == LoadState.NeedsVariables);
  const arena = changetype<Arena>(loading.arena);
  const variables = changetype<VariablesEvent>(event);
  for (let i: u32 = 0; i < variables.valuesCount; i++) {
    const variable = changetype<Variable>(event + variables.valuesAt + i * VARIABLE_SIZE);
    const name = findName(loading.nameTable, event + variable.nameAt, variable.nameLength);
    if (name === null || !variable.hasValue) continue;
    name.isSet = 1;
    name.valueAt = arena.copy(event + variable.valueAt, variable.valueLength);
    name.valueLength = variable.valueLength;
  }
  openProblems(loading.problems);
  finish(loading);
  closeProblems();
}

/** `observability.enabled` is both of the switches that are not set themselves. */
function settleTelemetry(root: Doc): void {
  const enabled = child(child(root, Key.Observability), Key.Enabled);
  if (enabled === null) return;
  let config = child(root, Key.Config);
  if (config === null) {
    config = docAt(enabled, DocType.Map);
    giveKey(config, Key.Config);
    addChild(root, config);
  }
  if (child(config, Key.EnableMetrics) === null) inherit(config, Key.EnableMetrics, enabled);
  if (child(config, Key.EnableTracing) === null) inherit(config, Key.EnableTracing, enabled);
}

/** Gives back the definition and everything that was read of it. */
export function freeLoading(loading: Loading): void {
  if (loading.planArena) freeArena(loading.takePlanArena());
  freeArena(changetype<Arena>(loading.arena));
}

function readTexts(arena: Arena, record: usize, at: u32, count: u32): usize {
  const texts = arena.allocate(count * offsetof<SourceText>());
  for (let i: u32 = 0; i < count; i++) {
    const element = changetype<StringElement>(record + at + i * STRING_ELEMENT_SIZE);
    const text = changetype<SourceText>(texts + i * offsetof<SourceText>());
    text.at = record + element.at;
    text.length = element.length;
  }
  return texts;
}

function readPaths(arena: Arena, record: usize, define: DefineEvent): usize {
  // One more, so that a problem of no source has a file, too: an empty one.
  const paths = arena.allocate((define.sourcesCount + 1) * offsetof<SourceText>());
  for (let i: u32 = 0; i < define.sourcesCount; i++) {
    const source = changetype<Source>(record + define.sourcesAt + i * SOURCE_SIZE);
    const path = changetype<SourceText>(paths + i * offsetof<SourceText>());
    path.at = record + source.pathAt;
    path.length = source.pathLength;
  }
  return paths;
}

function readSources(loading: Loading, record: usize, define: DefineEvent): void {
  if (!define.sourcesCount) complainAt(Message.NoSource, 0, 0, 0);
  let root: Doc | null = null;
  for (let i: u32 = 0; i < define.sourcesCount; i++) {
    const tree = readTree(record, changetype<Source>(record + define.sourcesAt + i * SOURCE_SIZE), i);
    if (tree === null) continue;
    spell(tree);
    if (root === null) root = tree;
    else merge(root, tree);
  }
  loading.tree = changetype<usize>(root);
}

const json: Builder = changetype<Builder>(memory.data(16));

function hashTree(arena: Arena, loading: Loading): void {
  json.clear();
  writeJson(json, loading.root);
  loading.hash = arena.allocate(32);
  sha256(json.at, json.length, loading.hash);
}

function findNames(loading: Loading): void {
  loading.names = changetype<usize>(findVariables(loading.root));
  loading.nameTable = variableTable();
  for (let name: Name | null = loading.firstName(); name !== null; name = name!.nextName()) loading.nameCount++;
}

function finish(loading: Loading): void {
  const root = loading.root;
  substitute(root, loading.nameTable);
  check(root, loading.checkOnly != 0);
  setHostTools(loading.tools, loading.toolCount, loading.toolCount || !loading.checkOnly);
  setHostRoles(loading.roles, loading.roleCount);
  settleTelemetry(root);
  settleSecurity(root);
  // A host that has asked them says so with a layer in which there are none any more.
  const servers = child(root, Key.McpServers);
  if (!loading.checkOnly && servers !== null && servers.count) complainKey(Message.ServersUnasked, servers);
  settle(root);
  loading.planArena = changetype<usize>(newArena());
  loading.flow = readFlow(root, changetype<Arena>(loading.planArena));
  const agents = child(root, Key.Agents);
  // A flow may have all it needs in definitions of its own.
  if (child(root, Key.Flow) === null && (agents === null || (agents.type == <u8>DocType.List && !agents.count))) complain(Message.NoAgents, root);
  checkPrices(root);
  loading.state = loading.problems.errors ? LoadState.Refused : LoadState.Ready;
  if (loading.state == LoadState.Refused) return;
  const flow = loading.flow;
  loading.bound = flow === null ? callsOfActivation(root) : callsOfRun(flow, root);
  loading.moneyBound = moneyOf(flow, root);
}
