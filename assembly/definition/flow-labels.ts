import { Builder, newBuilder } from "../text/builder";
import { Label, Term, labelOf } from "../flow/term";
import { sameBytes } from "../text/slice";
import { Doc, DocType, textOf } from "./doc";
import { flowArena, readNode } from "./flow-read";
import { complain, put } from "./problems";
import { Key, Message } from "./table";

// Nodes that stand beside each other and have names: branches, members, cases. A map's keys are their names; in a list it is the node's `name`,
// else its agent's, else its number from 1. An agent that comes again gets `-2`, `-3` …; nothing else may come twice.

const number: Builder = newBuilder();

/** Reads the nodes of a list or map as kids of `term`, with labels; whoever holds none is refused. */
export function readNamed(term: Term, index: u32, nodes: Doc | null): void {
  if (nodes === null || (nodes.type != <u8>DocType.List && nodes.type != <u8>DocType.Map)) return;
  takeKids(term, nodes);
  term.labels = flowArena().allocate(nodes.count * offsetof<Label>());
  let place: u32 = 0;
  for (let node: Doc | null = nodes.firstChild(); node !== null; node = node!.nextSibling(), place++) {
    giveLabel(term, place, nodes, node);
    readKid(term, index, place, node);
  }
}

/** Room for as many kids as there are nodes. */
export function takeKids(term: Term, nodes: Doc): void {
  if (!nodes.count) complain(Message.EmptyNodes, nodes);
  term.kids = flowArena().allocate(nodes.count << 2);
  term.kidCount = nodes.count;
}

export function readKid(term: Term, index: u32, place: u32, node: Doc): void {
  const kid = readNode(node, index);
  store<u32>(term.kids + (place << 2), kid);
}

function giveLabel(term: Term, place: u32, nodes: Doc, node: Doc): void {
  const label = labelOf(term, place);
  if (nodes.type == <u8>DocType.Map) return setLabel(label, node.nameAt, node.nameLength);
  const name = textOf(node, Key.Name);
  const agent = agentOf(node);
  if (name !== null) setLabel(label, name.textAt, name.textLength);
  else if (agent !== null) labelAgent(label, nodes, node, agent);
  else {
    number.clear().integer(place + 1);
    setLabel(label, number.at, number.length);
  }
  for (let i: u32 = 0; i < place; i++) {
    const other = labelOf(term, i);
    if (!sameBytes(other.at, other.length, label.at, label.length)) continue;
    complain(Message.SameLabel, node);
    put(label.at, label.length);
    return;
  }
}

function setLabel(label: Label, at: usize, length: u32): void {
  label.at = flowArena().copy(at, length);
  label.length = length;
}

/** The name of the agent that a node is. */
function agentOf(node: Doc): Doc | null {
  return node.type == <u8>DocType.String ? node : textOf(node, Key.Agent);
}

function labelAgent(label: Label, nodes: Doc, node: Doc, agent: Doc): void {
  let count: u32 = 1;
  for (let other: Doc | null = nodes.firstChild(); other !== null && other !== node; other = other!.nextSibling()) {
    const same = agentOf(other);
    if (same !== null && textOf(other, Key.Name) === null && sameBytes(same.textAt, same.textLength, agent.textAt, agent.textLength)) count++;
  }
  number.clear().bytes(agent.textAt, agent.textLength);
  if (count > 1) number.byte(0x2d).integer(count);
  setLabel(label, number.at, number.length);
}

/** The place of the kid that a text names; u32.MAX_VALUE if there is none. */
export function placeOf(term: Term, name: Doc): u32 {
  for (let i: u32 = 0; i < term.kidCount; i++) {
    const label = labelOf(term, i);
    if (sameBytes(label.at, label.length, name.textAt, name.textLength)) return i;
  }
  return u32.MAX_VALUE;
}
