import { Arena } from "../memory/arena";
import { Agent, ENDS, ONE_TARGET, Role } from "../kernel/agent";
import { sameBytes } from "../text/slice";
import { AggregatorPlan, Edge, PORT, Plan, Port, agentPlanAt, edgeAt, portAt } from "./plan";
import { compileCondition } from "../flow/condition";
import { Condition, Operation } from "../flow/condition-tree";
import { Doc, DocType, child, textOf } from "./doc";
import { Key } from "./table";
import { Name, NameKind, Names, endName, endType } from "./plan-names";

// Edges: from A to B if A lists B as a target or B lists A as a source; stated on both sides it is still one. An agent's edges come in the
// order of its `outputs`, then of the agents that read from it without being listed.
//
// Types of messages: between two agents both sides are known, and an edge whose types differ is none. Through a channel a message carries
// its type as a label, and the channel's edges let only theirs pass. A message without a type, or an input without one, goes with all.

/** An edge while edges are being found. */
@unmanaged
class Link {
  next: Link | null;
  target: u32;
  typeAt: usize;
  typeLength: u32;
  /** In the plan's arena, or 0. */
  condition: usize;
}

/** The links of one agent or channel, and its sources in order, for those that gather them. */
@unmanaged
class Ends {
  first: Link | null;
  last: Link | null;
  count: u32;
  sources: Link | null;
  lastSource: Link | null;
  sourceCount: u32;
}

/** A type that is met on the way through a channel; its label is its place in the list, from 1. */
@unmanaged
class Label {
  next: Label | null;
  at: usize;
  length: u32;
}

let arena = changetype<Arena>(0);
/** Where conditions lie. */
let plans = changetype<Arena>(0);
let table: usize = 0;
let labels: Label | null = null;

function endsOf(index: u32): Ends {
  return changetype<Ends>(table + index * offsetof<Ends>());
}

/** Lays the plan's edges, ports and sources; `agents` is the definition's list, in which plan agents come first. `scratch` goes afterwards. */
export function layEdges(plan: Plan, names: Names, agents: Doc, scratch: Arena, into: Arena): void {
  arena = scratch;
  plans = into;
  labels = null;
  table = scratch.allocate(plan.agentCount * offsetof<Ends>());
  layPorts(plan, names, into);
  let index: u32 = 0;
  for (let agent: Doc | null = agents.firstChild(); agent !== null; agent = agent!.nextSibling()) {
    const outputs = child(agent, Key.Outputs);
    if (outputs !== null) {
      for (let end: Doc | null = outputs.firstChild(); end !== null; end = end!.nextSibling()) linkTo(names, index, end, agents);
    }
    index++;
  }
  index = 0;
  for (let agent: Doc | null = agents.firstChild(); agent !== null; agent = agent!.nextSibling()) {
    const inputs = child(agent, Key.Inputs);
    if (inputs !== null) {
      for (let end: Doc | null = inputs.firstChild(); end !== null; end = end!.nextSibling()) linkFrom(plan, names, index, end, agents);
    }
    index++;
  }
  storeEdges(plan, into);
}

function layPorts(plan: Plan, names: Names, into: Arena): void {
  for (let i: u32 = 0; i < names.count; i++) if (names.at(i).kind == NameKind.Port) plan.portCount++;
  plan.ports = into.allocate(plan.portCount * offsetof<Port>());
  for (let i: u32 = 0; i < names.count; i++) {
    const name = names.at(i);
    if (name.kind != NameKind.Port) continue;
    const port = portAt(plan, name.index);
    port.name = into.copy(name.at, name.length);
    port.nameLength = name.length;
    port.writers = name.writers;
    port.readers = into.allocate(name.readers << 2);
  }
}

/** An agent or channel as plan agents are numbered; a port from PORT on. */
function placeOf(name: Name): u32 {
  return name.kind == NameKind.Port ? PORT | name.index : name.index;
}

function linkTo(names: Names, from: u32, end: Doc, agents: Doc): void {
  const text = endName(end, <u16>Key.Target);
  const name = names.find(text.textAt, text.textLength)!;
  const to = placeOf(name);
  const type = endType(end);
  if (name.kind == NameKind.Agent && !takes(agents, to, from, type)) return;
  const condition = compile(end);
  const link = linkBetween(from, to);
  if (link === null) addLink(from, to, type).condition = condition;
  else link.condition = either(link.condition, condition);
  if (to < PORT) addSource(to, from);
}

/** The condition of an output, or 0. */
function compile(end: Doc): usize {
  const text = end.type == <u8>DocType.Map ? textOf(end, Key.Condition) : null;
  return text === null ? 0 : compileCondition(plans, text.textAt, text.textLength);
}

/** Listed twice, a target gets what either condition holds of; without one it gets everything. */
function either(first: usize, second: usize): usize {
  if (!first || !second) return 0;
  const any = changetype<Condition>(plans.allocate(offsetof<Condition>()));
  any.operation = <u8>Operation.Or;
  any.first = changetype<Condition>(first);
  // The last of what is joined already is followed by nobody.
  any.first.next = changetype<Condition>(second);
  return changetype<usize>(any);
}

/** Whether the reader, if it lists this writer with a type, takes that type. */
function takes(agents: Doc, reader: u32, writer: u32, type: Doc | null): bool {
  if (type === null) return true;
  const inputs = child(itemAt(agents, reader), Key.Inputs);
  if (inputs === null) return true;
  const own = nameOf(itemAt(agents, writer));
  let takesAny = true;
  for (let end: Doc | null = inputs.firstChild(); end !== null; end = end!.nextSibling()) {
    if (!isNamed(endName(end, <u16>Key.Source), own)) continue;
    const wanted = endType(end);
    if (wanted === null || isNamed(wanted, type)) return true;
    takesAny = false;
  }
  return takesAny;
}

/** Whether an agent lists a reader as a target. */
function lists(agents: Doc, writer: u32, reader: Doc): bool {
  const outputs = child(itemAt(agents, writer), Key.Outputs);
  if (outputs === null) return false;
  for (let end: Doc | null = outputs.firstChild(); end !== null; end = end!.nextSibling()) if (isNamed(endName(end, <u16>Key.Target), reader)) return true;
  return false;
}

function isNamed(text: Doc, name: Doc): bool {
  return sameBytes(text.textAt, text.textLength, name.textAt, name.textLength);
}

function itemAt(list: Doc, index: u32): Doc {
  let item = list.firstChild()!;
  for (; index; index--) item = item.nextSibling()!;
  return item;
}

function nameOf(agent: Doc): Doc {
  return child(agent, Key.Name)!;
}

function linkFrom(plan: Plan, names: Names, to: u32, end: Doc, agents: Doc): void {
  const text = endName(end, <u16>Key.Source);
  const name = names.find(text.textAt, text.textLength)!;
  const from = placeOf(name);
  if (name.kind == NameKind.Agent) {
    if (hasLink(from, to)) return addSource(to, from);
    // A writer that lists this reader, and yet has no edge to it, writes other types.
    if (lists(agents, from, nameOf(itemAt(agents, to)))) return;
  }
  addSource(to, from);
  if (from >= PORT) {
    const port = portAt(plan, name.index);
    for (let i: u32 = 0; i < port.readerCount; i++) if (load<u32>(port.readers + (i << 2)) == to) return;
    store<u32>(port.readers + (port.readerCount++ << 2), to);
    return;
  }
  const type = endType(end);
  if (!hasLink(from, to)) addLink(from, to, type);
  else if (name.kind == NameKind.Channel && !passes(from, to, type)) addLink(from, to, type);
}

/** Whether a channel lets a type pass to a reader already. */
function passes(channel: u32, to: u32, type: Doc | null): bool {
  for (let link: Link | null = endsOf(channel).first; link !== null; link = link!.next) {
    if (link.target != to) continue;
    if (!link.typeLength || (type !== null && sameBytes(link.typeAt, link.typeLength, type.textAt, type.textLength))) return true;
  }
  return false;
}

function hasLink(from: u32, to: u32): bool {
  return linkBetween(from, to) !== null;
}

function linkBetween(from: u32, to: u32): Link | null {
  let link = endsOf(from).first;
  while (link !== null && link.target != to) link = link.next;
  return link;
}

function addLink(from: u32, to: u32, type: Doc | null): Link {
  const ends = endsOf(from);
  const link = changetype<Link>(arena.allocate(offsetof<Link>()));
  link.target = to;
  if (type !== null) {
    link.typeAt = type.textAt;
    link.typeLength = type.textLength;
  }
  const last = ends.last;
  if (last !== null) last.next = link;
  else ends.first = link;
  ends.last = link;
  ends.count++;
  return link;
}

function addSource(to: u32, from: u32): void {
  const ends = endsOf(to);
  for (let link: Link | null = ends.sources; link !== null; link = link!.next) if (link.target == from) return;
  const link = changetype<Link>(arena.allocate(offsetof<Link>()));
  link.target = from;
  const last = ends.lastSource;
  if (last !== null) last.next = link;
  else ends.sources = link;
  ends.lastSource = link;
  ends.sourceCount++;
}

function storeEdges(plan: Plan, into: Arena): void {
  for (let i: u32 = 0; i < plan.agentCount; i++) plan.edgeCount += endsOf(i).count;
  plan.edges = into.allocate(plan.edgeCount * offsetof<Edge>());
  let place: u32 = 0;
  for (let i: u32 = 0; i < plan.agentCount; i++) {
    const ends = endsOf(i);
    const row = changetype<Agent>(plan.rows + i * offsetof<Agent>());
    row.edges = place;
    row.edgeCount = <u16>ends.count;
    const first = ends.first;
    if (ends.count == 1 && first !== null && first.target < PORT && !first.condition && !labelOf(plan, i, first)) row.flags |= ONE_TARGET;
    if (!ends.count && row.role != <u8>Role.Logger) row.flags |= ENDS;
    for (let link: Link | null = first; link !== null; link = link!.next) {
      const edge = edgeAt(plan, place++);
      edge.target = link.target;
      edge.label = labelOf(plan, i, link);
      edge.condition = link.condition;
      for (let before: Link | null = first; before !== link; before = before!.next) if (before!.target == link.target) edge.again = 1;
    }
    if (row.flags & ONE_TARGET) row.edges = first!.target;
    agentPlanAt(plan, i).inputs = ends.sourceCount;
    const aggregator = agentPlanAt(plan, i).aggregator;
    if (changetype<usize>(aggregator)) storeSources(aggregator, ends, into);
  }
}

/** The label of a link's type; 0 unless it goes to a channel, or from one. */
function labelOf(plan: Plan, from: u32, link: Link): u16 {
  if (!link.typeLength || link.target >= PORT) return 0;
  if (agentPlanAt(plan, from).role != <u8>Role.Relay && agentPlanAt(plan, link.target).role != <u8>Role.Relay) return 0;
  let count: u16 = 1;
  let last: Label | null = null;
  for (let label: Label | null = labels; label !== null; label = label!.next, count++) {
    if (sameBytes(label.at, label.length, link.typeAt, link.typeLength)) return count;
    last = label;
  }
  const label = changetype<Label>(arena.allocate(offsetof<Label>()));
  label.at = link.typeAt;
  label.length = link.typeLength;
  if (last !== null) last.next = label;
  else labels = label;
  return count;
}

function storeSources(aggregator: AggregatorPlan, ends: Ends, into: Arena): void {
  aggregator.sources = into.allocate(ends.sourceCount << 2);
  for (let link: Link | null = ends.sources; link !== null; link = link!.next) {
    store<u32>(aggregator.sources + (aggregator.sourceCount++ << 2), link.target);
  }
}
