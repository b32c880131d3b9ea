import { isWord, sameBytes } from "../text/slice";
import { Builder } from "../text/builder";
import { findAgent } from "./agents";
import { child, Doc, DocFlag, DocType, firstItem, textOf } from "./doc";
import { addChild, copyDoc, docAt, giveKey, removeChild, replaceChild, sameDoc } from "./edit";
import { isModelId } from "./models";
import { found, foundAt, foundLength, NAME_SLIP, offer, seek } from "./nearest";
import { complain, putWord, suggest, theArena } from "./problems";
import { complainMissing, eitherParameter, parameter, putPattern, theConfig, thePattern, thePlace, theRoot } from "./pattern-scope";
import { put, textDoc } from "./pattern-terms";
import { roleMaskOf } from "./role";
import { Key, Message, Role } from "./table";

// Who takes part in a pattern. A member is text: the agent's name, at the place where it was asked for.

/** The agent that a parameter names; null if it names nobody, which is said if it is needed. */
export function agentUnder(key: u32, needed: bool): Doc | null {
  const name = parameter(key);
  if (name !== null) return memberFor(name, false);
  if (needed) complainMissing(key);
  return null;
}

/** The same where an agent of this role is wanted: a missing one is suggested if the file has one. */
export function roleUnder(key: u32, role: Role): Doc | null {
  const name = parameter(key);
  if (name !== null) return memberFor(name, false);
  complainMissing(key);
  const only = onlyOf(role);
  if (only !== null) suggest(only.textAt, only.textLength);
  return null;
}

/** The name of the one agent of a role. */
export function onlyOf(role: Role): Doc | null {
  let only: Doc | null = null;
  for (let agent: Doc | null = firstItem(theRoot(), Key.Agents); agent !== null; agent = agent!.nextSibling()) {
    if (roleMaskOf(agent) != (<u32>1) << role) continue;
    if (only !== null) return null;
    only = textOf(agent, Key.Name);
  }
  return only;
}

/** Members in order: those under one of two keys, else all that R5 names. Null if there are none, which has been said. */
export function membersUnder(key: u32, other: u32): Doc | null {
  return readMembers(key, other, false);
}

/** The same of a pattern in which nobody can take part twice. */
export function differentMembers(): Doc | null {
  return readMembers(Key.Agents, Key.None, true);
}

function readMembers(key: u32, other: u32, differ: bool): Doc | null {
  const names = eitherParameter(key, other);
  const members = docAt(names === null ? thePlace() : names, DocType.List);
  if (names === null) addFree(members);
  else addNamed(members, names, key == Key.Models, differ);
  if (!members.count) complainNobody(names, key);
  return members.count ? members : null;
}

/** The members that a list, or a text, names. `anyModel`: they may be models that only the host knows. `differ`: none may come twice. */
export function addNamed(members: Doc, names: Doc, anyModel: bool, differ: bool): void {
  let name: Doc | null = names.type == <u8>DocType.List ? names.firstChild() : names;
  for (; name !== null; name = names.type == <u8>DocType.List ? name!.nextSibling() : null) {
    const member = memberFor(name, anyModel);
    if (member === null) continue;
    if (differ && isMember(members, member)) complain(Message.MemberTwice, name);
    else addChild(members, member);
  }
}

export function isMember(members: Doc, name: Doc): bool {
  for (let member: Doc | null = members.firstChild(); member !== null; member = member!.nextSibling()) if (sameDoc(member, name)) return true;
  return false;
}

export function complainNobody(names: Doc | null, key: u32): void {
  if (names !== null && names.count) return;
  complain(Message.NoMembers, names === null ? thePlace() : names);
  putPattern(thePattern());
  putWord(key);
}

const MEMBERS: u32 = (1 << (<u32>Role.React)) | (1 << (<u32>Role.Classifier)) | (1 << (<u32>Role.Planner));

/** All react, classifier and planner agents that no parameter names (R5). */
function addFree(members: Doc): void {
  const config = theConfig();
  for (let agent: Doc | null = firstItem(theRoot(), Key.Agents); agent !== null; agent = agent!.nextSibling()) {
    const name = textOf(agent, Key.Name);
    if (name === null || !(roleMaskOf(agent) & MEMBERS) || (config !== null && isNamed(config, name))) continue;
    addChild(members, textDoc(name, name.textAt, name.textLength));
  }
}

/** Whether a parameter names an agent; a swarm's `entry` is a member all the same. */
function isNamed(config: Doc, name: Doc): bool {
  for (let each: Doc | null = config.firstChild(); each !== null; each = each!.nextSibling()) if (each.key != Key.Entry && says(each, name)) return true;
  return false;
}

/** Whether a text stands anywhere in a tree. */
function says(tree: Doc, text: Doc): bool {
  if (tree.type == <u8>DocType.String) return sameBytes(tree.textAt, tree.textLength, text.textAt, text.textLength);
  for (let below: Doc | null = tree.firstChild(); below !== null; below = below!.nextSibling()) if (says(below, text)) return true;
  return false;
}

/** An agent by name; or the one with a model of that name, else a new one with it (R6). Null if there is neither, which has been said. */
export function memberFor(name: Doc, anyModel: bool): Doc | null {
  if (name.type != <u8>DocType.String || name.is(DocFlag.Unset)) return null;
  const agent = findAgent(theRoot(), name.textAt, name.textLength);
  if (agent !== null) return textDoc(name, name.textAt, name.textLength);
  const other = withModel(name);
  if (other !== null) return textDoc(name, other.textAt, other.textLength);
  if (anyModel || isModelId(theRoot(), name)) {
    const added = addAgent(name, name.textAt, name.textLength);
    put(added, Key.Model, copyDoc(name));
    const text = textOf(added, Key.Name)!;
    return textDoc(name, text.textAt, text.textLength);
  }
  complainUnknown(name);
  return null;
}

function complainUnknown(name: Doc): void {
  seek(name.textAt, name.textLength, NAME_SLIP);
  for (let agent: Doc | null = firstItem(theRoot(), Key.Agents); agent !== null; agent = agent!.nextSibling()) {
    const text = textOf(agent, Key.Name);
    if (text !== null) offer(text.textAt, text.textLength);
  }
  complain(Message.NoSuchAgent, name);
  if (found()) suggest(foundAt(), foundLength());
}

/** Says that a name is none of the members', and who may have been meant. */
export function complainNoMember(members: Doc, name: Doc): void {
  seek(name.textAt, name.textLength, NAME_SLIP);
  for (let member: Doc | null = members.firstChild(); member !== null; member = member!.nextSibling()) offer(member.textAt, member.textLength);
  complain(Message.NotAMember, name);
  if (found()) suggest(foundAt(), foundLength());
}

/** The name of the one agent of the file with a model, or of the one that was added for it. */
function withModel(model: Doc): Doc | null {
  let only: Doc | null = null;
  let several = false;
  for (let agent: Doc | null = firstItem(theRoot(), Key.Agents); agent !== null; agent = agent!.nextSibling()) {
    const own = textOf(agent, Key.Model);
    if (own === null || !sameBytes(own.textAt, own.textLength, model.textAt, model.textLength)) continue;
    if (agent.is(DocFlag.Added)) return textOf(agent, Key.Name);
    several = only !== null;
    only = textOf(agent, Key.Name);
  }
  return several ? null : only;
}

// ---- agents that are added ----

/** A new agent with a name like this one. */
export function addAgent(place: Doc, at: usize, length: u32): Doc {
  const agent = docAt(place, DocType.Map);
  put(agent, Key.Name, freeName(theRoot(), place, theArena().copy(at, length), length));
  return enlist(theRoot(), agent);
}

/** Puts an agent at the end of the definition's. */
export function enlist(root: Doc, agent: Doc): Doc {
  agent.flags = <u8>DocFlag.Added;
  let agents = child(root, Key.Agents);
  if (agents === null) {
    agents = docAt(agent, DocType.List);
    put(root, Key.Agents, agents);
  }
  addChild(agents, agent);
  return agent;
}

/** A new agent that asks the model of a member as that does. */
export function helperOf(member: Doc, called: string): Doc {
  const like = findAgent(theRoot(), member.textAt, member.textLength)!;
  name.clear().ascii(called);
  const agent = addAgent(member, name.at, name.length);
  for (let entry: Doc | null = like.firstChild(); entry !== null; entry = entry!.nextSibling()) if (isModels(entry.key)) put(agent, entry.key, copyDoc(entry));
  return agent;
}

/** What says which model is asked, and how. */
function isModels(key: u32): bool {
  switch (key) {
    case Key.Model:
    case Key.Provider:
    case Key.Providers:
    case Key.FallbackStrategy:
    case Key.Endpoint:
    case Key.ApiKey:
    case Key.Region:
    case Key.Location:
    case Key.ProjectId:
    case Key.Retry:
    case Key.CircuitBreaker:
      return true;
  }
  return false;
}

/** An agent like a member, by another name and wired to nobody. */
export function copyMember(member: Doc): Doc {
  const agent = copyDoc(findAgent(theRoot(), member.textAt, member.textLength)!);
  drop(agent, Key.Inputs);
  drop(agent, Key.Outputs);
  const name = freeName(theRoot(), member, member.textAt, member.textLength);
  replaceChild(agent, child(agent, Key.Name)!, name);
  giveKey(name, Key.Name);
  enlist(theRoot(), agent);
  return textDoc(member, name.textAt, name.textLength);
}

function drop(map: Doc, key: u32): void {
  const value = child(map, key);
  if (value !== null) removeChild(map, value);
}

const name: Builder = changetype<Builder>(memory.data(16));

/** A name that nobody has, made of a text: letters, digits, `-` and `_`, at most 64. */
export function freeName(root: Doc, place: Doc, at: usize, length: u32): Doc {
  length = min<u32>(length, 56);
  let number: u64 = 1;
  do {
    name.clear();
    for (let i: u32 = 0; i < length; i++) {
      const c = <u32>load<u8>(at + i);
      const letter = c | 0x20;
      name.byte((letter >= 0x61 && letter <= 0x7a) || c - 0x30 < 10 || c == 0x5f ? c : 0x2d);
    }
    if (number > 1) name.byte(0x2d).integer(number);
    number++;
  } while (!isFree(root));
  return textDoc(place, name.at, name.length);
}

function isFree(root: Doc): bool {
  const supervisor = child(root, Key.Supervisor);
  const own = textOf(supervisor, Key.Name);
  if (own !== null && sameBytes(own.textAt, own.textLength, name.at, name.length)) return false;
  if (isWord(name.at, name.length, "user") || (supervisor !== null && own === null && isWord(name.at, name.length, "supervisor"))) return false;
  return findAgent(root, name.at, name.length) === null;
}
