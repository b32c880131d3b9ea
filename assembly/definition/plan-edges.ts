import { Arena } from "../memory/arena";
import { Agent, ENDS, ONE_TARGET, Role } from "../kernel/agent";
import { sameBytes } from "../text/slice";
import { AggregatorPlan, Edge, PORT, Plan, Port, SourcePlan, agentPlanAt, edgeAt, portAt } from "./plan";
import { Doc, child } from "./doc";
import { Key } from "./table";
import { Name, NameKind, Names, endName, endType } from "./plan-names";

// Edges: from A to B if A lists B as a target or B lists A as a source; stated on both sides it is still one. An agent's edges come in the
// order of its `outputs`, then of the agents that read from it without being listed.

/** An edge while edges are being found. */
@unmanaged
class Link {
  next: Link | null;
  target: u32;
  typeAt: usize;
  typeLength: u32;
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

let arena = changetype<Arena>(0);
let table: usize = 0;

function endsOf(index: u32): Ends {
  return changetype<Ends>(table + index * offsetof<Ends>());
}

/** Lays the plan's edges, ports and sources; `agents` is the definition's list, in which plan agents come first. `scratch` goes afterwards. */
export function layEdges(plan: Plan, names: Names, agents: Doc, scratch: Arena, into: Arena): void {
  arena = scratch;
  table = scratch.allocate(plan.agentCount * offsetof<Ends>());
  layPorts(plan, names, into);
  let index: u32 = 0;
  for (let agent: Doc | null = agents.firstChild(); agent !== null; agent = agent!.nextSibling()) {
    const outputs = child(agent, Key.Outputs);
    if (outputs !== null) {
      for (let end: Doc | null = outputs.firstChild(); end !== null; end = end!.nextSibling()) linkTo(plan, names, index, end, agents);
    }
    index++;
  }
  index = 0;
  for (let agent: Doc | null = agents.firstChild(); agent !== null; agent = agent!.nextSibling()) {
    const inputs = child(agent, Key.Inputs);
    if (inputs !== null) {
      for (let end: Doc | null = inputs.firstChild(); end !== null; end = end!.nextSibling()) linkFrom(plan, names, index, end, into);
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

function linkTo(plan: Plan, names: Names, from: u32, end: Doc, agents: Doc): void {
  const text = endName(end, <u16>Key.Target);
  const name = names.find(text.textAt, text.textLength)!;
  const to = placeOf(name);
  const type = endType(end);
  if (name.kind == NameKind.Agent && !takes(agents, to, from, type)) return;
  addLink(from, to, type);
  if (to < PORT) addSource(to, from);
}

/** Whether the reader, if it lists this writer with a type, takes that type. */
function takes(agents: Doc, reader: u32, writer: u32, type: Doc | null): bool {
  if (type === null) return true;
  const inputs = child(itemAt(agents, reader), Key.Inputs);
  if (inputs === null) return true;
  const own = nameOf(itemAt(agents, writer));
  for (let end: Doc | null = inputs.firstChild(); end !== null; end = end!.nextSibling()) {
    const text = endName(end, <u16>Key.Source);
    const wanted = endType(end);
    if (wanted === null || !sameBytes(text.textAt, text.textLength, own.textAt, own.textLength)) continue;
    return sameBytes(wanted.textAt, wanted.textLength, type.textAt, type.textLength);
  }
  return true;
}

function itemAt(list: Doc, index: u32): Doc {
  let item = list.firstChild()!;
  for (; index; index--) item = item.nextSibling()!;
  return item;
}

function nameOf(agent: Doc): Doc {
  return child(agent, Key.Name)!;
}

function linkFrom(plan: Plan, names: Names, to: u32, end: Doc, into: Arena): void {
  const text = endName(end, <u16>Key.Source);
  const name = names.find(text.textAt, text.textLength)!;
  const from = placeOf(name);
  addSource(to, from);
  if (from >= PORT) {
    const port = portAt(plan, name.index);
    for (let i: u32 = 0; i < port.readerCount; i++) if (load<u32>(port.readers + (i << 2)) == to) return;
    store<u32>(port.readers + (port.readerCount++ << 2), to);
    return;
  }
  // A writer that lists this reader with another type has said no.
  if (!hasLink(from, to)) addLink(from, to, null);
}

function hasLink(from: u32, to: u32): bool {
  for (let link: Link | null = endsOf(from).first; link !== null; link = link!.next) if (link.target == to) return true;
  return false;
}

function addLink(from: u32, to: u32, type: Doc | null): void {
  if (hasLink(from, to)) return;
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
    if (ends.count == 1 && first !== null && first.target < PORT) row.flags |= ONE_TARGET;
    if (!ends.count && row.role != <u8>Role.Logger) row.flags |= ENDS;
    for (let link: Link | null = first; link !== null; link = link!.next) edgeAt(plan, place++).target = link.target;
    if (row.flags & ONE_TARGET) row.edges = first!.target;
    agentPlanAt(plan, i).inputs = ends.sourceCount;
    const aggregator = agentPlanAt(plan, i).aggregator;
    if (changetype<usize>(aggregator)) storeSources(plan, aggregator, ends, into);
  }
}

function storeSources(plan: Plan, aggregator: AggregatorPlan, ends: Ends, into: Arena): void {
  aggregator.sources = into.allocate(ends.sourceCount * offsetof<SourcePlan>());
  for (let link: Link | null = ends.sources; link !== null; link = link!.next) {
    const sender = link.target;
    const source = changetype<SourcePlan>(aggregator.sources + aggregator.sourceCount++ * offsetof<SourcePlan>());
    source.sender = sender;
    if (sender >= PORT) {
      source.name = portAt(plan, sender & ~PORT).name;
      source.nameLength = portAt(plan, sender & ~PORT).nameLength;
    } else {
      source.name = agentPlanAt(plan, sender).name;
      source.nameLength = agentPlanAt(plan, sender).nameLength;
    }
  }
}
