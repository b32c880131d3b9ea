import { sameBytes } from "../text/slice";
import { child, Doc, DocFlag, DocType, firstItem, textOf } from "./doc";
import { removeChild } from "./edit";
import { findAgent } from "./agents";
import { readCondition } from "./flow-condition";
import { found, foundAt, foundLength, NAME_SLIP, offer, seek } from "./nearest";
import { add, addText, complain, complainKey, suggest, theArena } from "./problems";
import { Key, Message } from "./table";

// Names in `inputs`, `outputs` and `depends_on`. A name that is no agent is a channel or a port (R24), but near an agent's name it may be a slip.

/** Where a flow says how agents work together, their inputs and outputs are taken out. A flow that stands in a file says so. */
export function dropWiring(root: Doc): void {
  const flow = child(root, Key.Flow)!;
  for (let agent: Doc | null = firstItem(root, Key.Agents); agent !== null; agent = agent!.nextSibling()) {
    drop(agent, <u16>Key.Inputs, flow);
    drop(agent, <u16>Key.Outputs, flow);
  }
}

function drop(agent: Doc, key: u32, flow: Doc): void {
  const ends = child(agent, key);
  if (ends === null) return;
  if (!flow.is(DocFlag.Inherited) && ends.count) complainKey(Message.WiredInFlow, ends);
  removeChild(agent, ends);
}

export function checkWiring(root: Doc): void {
  for (let agent: Doc | null = firstItem(root, Key.Agents); agent !== null; agent = agent!.nextSibling()) {
    for (let edge: Doc | null = firstItem(agent, Key.Inputs); edge !== null; edge = edge!.nextSibling()) checkEnd(root, textOf(edge, Key.Source));
    for (let edge: Doc | null = firstItem(agent, Key.Outputs); edge !== null; edge = edge!.nextSibling()) {
      checkEnd(root, textOf(edge, Key.Target));
      readCondition(textOf(edge, Key.Condition), theArena());
    }
    checkDependencies(root, agent);
  }
  checkCycles(root);
}

function checkEnd(root: Doc, end: Doc | null): void {
  if (end === null || findAgent(root, end.textAt, end.textLength) !== null) return;
  if (!seekAgent(root, end) || differsInDigits(end.textAt, end.textLength, foundAt(), foundLength()) || isChannel(root, end)) return;
  complain(Message.NearName, end);
  suggest(foundAt(), foundLength());
}

function seekAgent(root: Doc, name: Doc): bool {
  seek(name.textAt, name.textLength, NAME_SLIP);
  for (let agent: Doc | null = firstItem(root, Key.Agents); agent !== null; agent = agent!.nextSibling()) {
    const other = textOf(agent, Key.Name);
    if (other !== null) offer(other.textAt, other.textLength);
  }
  return found();
}

/** `agent-1` and `agent-2` are two names, not one and a slip. */
function differsInDigits(a: usize, aLength: u32, b: usize, bLength: u32): bool {
  if (aLength != bLength) return false;
  for (let i: u32 = 0; i < aLength; i++) {
    const x = <u32>load<u8>(a + i);
    const y = <u32>load<u8>(b + i);
    if (x != y && (x - 0x30 >= 10 || y - 0x30 >= 10)) return false;
  }
  return true;
}

/** Whether a name that is no agent's has both a writer and a reader here: then somebody meant it. */
function isChannel(root: Doc, name: Doc): bool {
  let isRead = false;
  let isWritten = false;
  for (let agent: Doc | null = firstItem(root, Key.Agents); agent !== null; agent = agent!.nextSibling()) {
    for (let edge: Doc | null = firstItem(agent, Key.Inputs); edge !== null; edge = edge!.nextSibling())
      if (isSame(textOf(edge, Key.Source), name)) isRead = true;
    for (let edge: Doc | null = firstItem(agent, Key.Outputs); edge !== null; edge = edge!.nextSibling())
      if (isSame(textOf(edge, Key.Target), name)) isWritten = true;
  }
  return isRead && isWritten;
}

function isSame(a: Doc | null, b: Doc): bool {
  return a !== null && sameBytes(a.textAt, a.textLength, b.textAt, b.textLength);
}

// ---- depends_on ----

function checkDependencies(root: Doc, agent: Doc): void {
  for (let name: Doc | null = firstItem(agent, Key.DependsOn); name !== null; name = name!.nextSibling()) {
    if (name.type != <u8>DocType.String || findAgent(root, name.textAt, name.textLength) !== null) continue;
    complain(Message.UnknownAgent, name);
    if (seekAgent(root, name)) suggest(foundAt(), foundLength());
  }
}

// An agent's `number` says how far the search for cycles has come with it.
const NEW: i64 = 0;
const OPEN: i64 = 1;
const DONE: i64 = 2;

/** Of each cycle one problem, with its path from the agent declared first. */
function checkCycles(root: Doc): void {
  for (let agent: Doc | null = firstItem(root, Key.Agents); agent !== null; agent = agent!.nextSibling()) agent.number = NEW;
  for (let agent: Doc | null = firstItem(root, Key.Agents); agent !== null; agent = agent!.nextSibling()) if (agent.number == NEW) search(root, agent);
}

/**
 * Depth first without recursion, for a chain may be thousands long. An open agent's `textAt`, which a map does not need, is the dependency
 * it waits for, and `textLength` the agent before it on the way.
 */
function search(root: Doc, start: Doc): void {
  open(start, null);
  let agent: Doc | null = start;
  while (agent !== null) {
    const name = changetype<Doc | null>(agent.textAt);
    if (name === null) {
      agent.number = DONE;
      const before = changetype<Doc | null>(<usize>agent.textLength);
      agent.textLength = 0;
      agent = before;
      if (agent !== null) agent.textAt = changetype<Doc>(agent.textAt).next;
      continue;
    }
    const next = name.type == <u8>DocType.String ? findAgent(root, name.textAt, name.textLength) : null;
    if (next !== null && next.number == NEW) {
      open(next, agent);
      agent = next;
      continue;
    }
    if (next !== null && next.number == OPEN) complainCycle(next, agent, name);
    agent.textAt = name.next;
  }
}

function open(agent: Doc, before: Doc | null): void {
  agent.number = OPEN;
  agent.textAt = changetype<usize>(firstItem(agent, Key.DependsOn));
  agent.textLength = <u32>changetype<usize>(before);
}

function complainCycle(first: Doc, last: Doc, name: Doc): void {
  complain(Message.DependencyCycle, name);
  // Forward from the first: each open agent's `textAt` is the name it waits for; the last one's is `name`.
  let agent: Doc = first;
  for (;;) {
    const own = textOf(agent, Key.Name)!;
    addText(own.textAt, own.textLength);
    add(Message.Arrow);
    if (agent === last) break;
    agent = findOpen(agent);
  }
  addText(name.textAt, name.textLength);
}

function findOpen(agent: Doc): Doc {
  const name = changetype<Doc>(agent.textAt);
  return findAgent(changetype<Doc>(changetype<Doc>(agent.parent).parent), name.textAt, name.textLength)!;
}
