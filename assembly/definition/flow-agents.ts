import { isWord, sameBytes } from "../text/slice";
import { Builder, newBuilder } from "../text/builder";
import { NO_AGENT } from "../flow/term";
import { findAgent, roleWordAt, roleWordLength } from "./agents";
import { child, Doc, DocFlag, DocType, firstItem, textOf } from "./doc";
import { addChild, addText, docAt, giveKey, inherit } from "./edit";
import { giveModel, isModelId } from "./models";
import { found, foundAt, foundLength, NAME_SLIP, offer, seek } from "./nearest";
import { writePath } from "./path";
import { complain, suggest, theArena } from "./problems";
import { Key, Message, Role } from "./table";

// Who a node of a flow means: agents by name, models in their place (R6), and agents that no file names because a node only says which model it
// asks. Those are added to the definition's agents: hosts find their models as they find all others'.

/** The definition whose run it is; all agents are its. */
let whole: Doc = changetype<Doc>(0);
/** The definition whose names count here: another one within `use`. */
let here: Doc = changetype<Doc>(0);
const path: Builder = newBuilder();

/** Gives all agents their numbers. */
export function beginAgents(root: Doc): void {
  whole = root;
  here = root;
  let index: i64 = 0;
  for (let agent: Doc | null = firstItem(root, Key.Agents); agent !== null; agent = agent!.nextSibling()) agent.number = index++;
}

export function theDefinition(): Doc {
  return here;
}

export function enterDefinition(definition: Doc): void {
  here = definition;
}

/** The agent that a name means, by its number; NO_AGENT if there is none, which is reported. */
export function agentNamed(name: Doc): u32 {
  if (name.type != <u8>DocType.String || name.is(DocFlag.Unset) || !name.textLength) return NO_AGENT;
  const agent = findAgent(here, name.textAt, name.textLength);
  if (agent !== null) return <u32>agent.number;
  const byModel = agentWithModel(name);
  if (byModel !== null) return <u32>byModel.number;
  if (isModelId(here, name)) return hiddenAgent(name, name, Role.React);
  complain(Message.UnknownFlowAgent, name);
  seek(name.textAt, name.textLength, NAME_SLIP);
  for (let each: Doc | null = firstItem(here, Key.Agents); each !== null; each = each!.nextSibling()) {
    const other = textOf(each, Key.Name);
    if (other !== null) offer(other.textAt, other.textLength);
  }
  if (found()) suggest(foundAt(), foundLength());
  return NO_AGENT;
}

/** The only agent that has a model of that name. */
function agentWithModel(name: Doc): Doc | null {
  let only: Doc | null = null;
  for (let agent: Doc | null = firstItem(here, Key.Agents); agent !== null; agent = agent!.nextSibling()) {
    // One that another mention of the model has added is that node's alone.
    const model = textOf(agent, Key.Model);
    if (isHidden(agent) || model === null || !sameBytes(model.textAt, model.textLength, name.textAt, name.textLength)) continue;
    if (only !== null) return null;
    only = agent;
  }
  return only;
}

/** An agent that no file names, for the node at `place`: its name is the node's path, which is nobody else's. `model` null: the file's own. */
export function hiddenAgent(place: Doc, model: Doc | null, role: Role): u32 {
  const agent = docAt(place, DocType.Map);
  agent.flags = <u8>DocFlag.Inherited;
  path.clear();
  writePath(path, place);
  addText(agent, Key.Name, theArena().copy(path.at, path.length), path.length);
  const word = addText(agent, Key.Role, roleWordAt(role), roleWordLength(role));
  word.number = role;
  if (model !== null) inherit(agent, Key.Model, model);
  if (role != Role.Retriever && !giveModel(here, agent, true)) {
    complain(Message.NoFlowModel, place);
    return NO_AGENT;
  }
  return addAgent(agent);
}

/** Puts one more at the end of all agents; gives its number. */
export function addAgent(agent: Doc): u32 {
  let agents = child(whole, Key.Agents);
  if (agents === null) {
    agents = docAt(agent, DocType.List);
    giveKey(agents, Key.Agents);
    addChild(whole, agents);
  }
  agent.number = agents.count;
  addChild(agents, agent);
  return agents.count - 1;
}

/** An agent by its number; null for NO_AGENT. */
export function agentDoc(index: u32): Doc | null {
  for (let agent: Doc | null = firstItem(whole, Key.Agents); agent !== null; agent = agent!.nextSibling()) if (agent.number == index) return agent;
  return null;
}

export function hasRole(agent: Doc | null, role: string): bool {
  const own = textOf(agent, Key.Role);
  return own !== null && isWord(own.textAt, own.textLength, role);
}

/** Whether an agent stands in no file, but was added for a node. */
export function isHidden(agent: Doc): bool {
  return agent.is(DocFlag.Inherited);
}
