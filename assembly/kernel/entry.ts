import { Plan, Port, agentPlanAt, portAt } from "../definition/plan";
import { Builder } from "../text/builder";
import { sameBytes } from "../text/slice";
import { OUTSIDE, Role } from "./agent";

// Where a message from outside goes: an agent or a port, by name; or, without a name, the only place there is.

/** One of the two is OUTSIDE, or both. */
@unmanaged
export class Entry {
  agent: u32;
  port: u32;
  /** Several places would do. */
  ambiguous: bool;
}

const entry: Entry = changetype<Entry>(memory.data(12));

/** The place of that name; the answer is good until the next call. */
export function findEntry(plan: Plan, name: usize, length: u32): Entry {
  entry.agent = OUTSIDE;
  entry.port = OUTSIDE;
  entry.ambiguous = false;
  if (!length) {
    findOnly(plan);
    return entry;
  }
  for (let i: u32 = 0; i < plan.agentCount; i++) {
    const agent = agentPlanAt(plan, i);
    if (!sameBytes(agent.name, agent.nameLength, name, length)) continue;
    entry.agent = i;
    return entry;
  }
  for (let i: u32 = 0; i < plan.portCount; i++) {
    const port = portAt(plan, i);
    if (port.readerCount && sameBytes(port.name, port.nameLength, name, length)) entry.port = i;
  }
  return entry;
}

/** Ports that are read, then agents without inputs; producers only if there is nobody else. */
function findOnly(plan: Plan): void {
  let found: u32 = 0;
  for (let i: u32 = 0; i < plan.portCount; i++) {
    if (!portAt(plan, i).readerCount) continue;
    entry.port = i;
    found++;
  }
  found += findAgents(plan, false);
  if (!found) found = findAgents(plan, true);
  entry.ambiguous = found > 1;
}

function findAgents(plan: Plan, producers: bool): u32 {
  let found: u32 = 0;
  for (let i: u32 = 0; i < plan.agentCount; i++) {
    if (!isEntry(plan, i, producers)) continue;
    entry.agent = i;
    found++;
  }
  return found;
}

function isEntry(plan: Plan, index: u32, producers: bool): bool {
  const agent = agentPlanAt(plan, index);
  return !agent.inputs && agent.role != Role.Relay && (agent.role == Role.Producer) == producers;
}

/** The names of all places, with commas; as JSON strings if `quoted`. */
export function listEntryNames(plan: Plan, to: Builder, quoted: bool): void {
  let first = true;
  for (let i: u32 = 0; i < plan.portCount; i++) {
    const port: Port = portAt(plan, i);
    if (!port.readerCount) continue;
    if (!first) to.ascii(quoted ? "," : ", ");
    if (quoted) to.json(port.name, port.nameLength);
    else to.bytes(port.name, port.nameLength);
    first = false;
  }
  for (let i: u32 = 0; i < plan.agentCount; i++) {
    if (!isEntry(plan, i, false) && !isEntry(plan, i, true)) continue;
    if (!first) to.ascii(quoted ? "," : ", ");
    const agent = agentPlanAt(plan, i);
    if (quoted) to.json(agent.name, agent.nameLength);
    else to.bytes(agent.name, agent.nameLength);
    first = false;
  }
}
