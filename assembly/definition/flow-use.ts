import { Builder, newBuilder } from "../text/builder";
import { Term } from "../flow/term";
import { child, Doc, DocType, firstItem, textOf } from "./doc";
import { addChild, copyDoc, docAt, giveKey, inherit } from "./edit";
import { addAgent, enterDefinition, theDefinition } from "./flow-agents";
import { readOnly } from "./flow-control";
import { enterUse } from "./flow-scope";
import { writePath } from "./path";
import { complain, complainKey, theArena } from "./problems";
import { settle } from "./settle";
import { Key, Message } from "./table";

// Another definition's flow as a node. Its agents become agents of the whole, by names that begin with the path of the node; what its top says
// for all of its agents stands with each of them from then on.

const name: Builder = newBuilder();

export function readUse(term: Term, index: u32, definition: Doc): void {
  if (definition.type == <u8>DocType.String) return complain(Message.NoUse, definition);
  if (definition.type != <u8>DocType.Map) return;
  settle(definition);
  const flow = child(definition, Key.Flow);
  if (flow === null) return complain(Message.NoInnerFlow, definition);
  refuseOuterKeys(definition);
  for (let agent: Doc | null = firstItem(definition, Key.Agents); agent !== null; agent = agent!.nextSibling()) bringIn(definition, agent);
  const outer = theDefinition();
  enterDefinition(definition);
  term.own = enterUse();
  readOnly(term, index, flow);
  enterDefinition(outer);
}

/** What stands at the top of a file for the run as a whole says nothing within another. */
function refuseOuterKeys(definition: Doc): void {
  for (let entry: Doc | null = definition.firstChild(); entry !== null; entry = entry!.nextSibling()) {
    switch (<u32>entry.key) {
      case Key.Agents:
      case Key.Flow:
      case Key.Supervisor:
      case Key.Llm:
      case Key.ModelServices:
      case Key.Prompts:
      case Key.Priority:
      case Key.CircuitBreaker:
      case Key.Context:
        break;
      default:
        complainKey(Message.OuterKey, entry);
    }
  }
}

/** An agent becomes one of the whole, and knows its number. */
function bringIn(definition: Doc, agent: Doc): void {
  const own = textOf(agent, Key.Name);
  if (own === null) return;
  const copy = copyDoc(agent);
  rename(definition, textOf(copy, Key.Name)!);
  for (let each: Doc | null = firstItem(copy, Key.DependsOn); each !== null; each = each!.nextSibling()) rename(definition, each);
  inheritKey(copy, Key.Priority, definition);
  inheritKey(copy, Key.CircuitBreaker, definition);
  inheritKey(copy, Key.Context, definition);
  inheritPrompts(copy, child(definition, Key.Prompts));
  agent.number = addAgent(copy);
}

/** `flow.sequence[1].use/editor` */
function rename(definition: Doc, text: Doc): void {
  name.clear();
  writePath(name, definition);
  name.byte(0x2f).bytes(text.textAt, text.textLength);
  text.textAt = theArena().copy(name.at, name.length);
  text.textLength = name.length;
}

function inheritKey(agent: Doc, key: u32, from: Doc): void {
  const value = child(from, key);
  if (value !== null && child(agent, key) === null) inherit(agent, key, value);
}

function inheritPrompts(agent: Doc, from: Doc | null): void {
  if (from === null || from.type != <u8>DocType.Map) return;
  let own = child(agent, Key.Prompts);
  if (own === null) {
    own = docAt(from, DocType.Map);
    giveKey(own, Key.Prompts);
    addChild(agent, own);
  }
  for (let each: Doc | null = from.firstChild(); each !== null; each = each!.nextSibling()) inheritKey(own, each.key, from);
}
