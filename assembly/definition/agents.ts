import { sameBytes } from "../text/slice";
import { boolOf, child, choiceOf, Doc, DocFlag, DocType, firstItem, textOf } from "./doc";
import { addText, isText } from "./edit";
import { checkClassifier } from "./classifiers";
import { choiceWord, entryOf, entrySpec, specA, specB, wordAt, wordLength } from "./grammar";
import { isGiven } from "../agents/given";
import { giveModel } from "./models";
import { giveSampling } from "./sampling";
import { found, foundAt, foundLength, offer, seek, WORD_SLIP } from "./nearest";
import { add, complain, complainKey, put, putNumber, suggest } from "./problems";
import { Key, Message, Role, ROOT_SPEC, Strategy } from "./table";
import { checkPlanner } from "./planners";
import { checkTools } from "./tools";

// Agents one by one: names, roles, what a role needs. Roles and models that are not written are settled here, and stand in the tree from then on.

/** Roles the host has registered. */
export let hostRoles: usize = 0;
export let hostRoleCount: u32 = 0;

/** `roles`: SourceText array of what the host has code for. */
export function setHostRoles(roles: usize, count: u32): void {
  hostRoles = roles;
  hostRoleCount = count;
}

export function checkAgents(root: Doc): void {
  const supervisor = child(root, Key.Supervisor);
  for (let agent: Doc | null = firstItem(root, Key.Agents); agent !== null; agent = agent!.nextSibling()) {
    if (agent.type != <u8>DocType.Map) continue;
    checkName(root, agent, supervisor);
    checkRole(root, agent);
  }
}

// ---- names ----

function checkName(root: Doc, agent: Doc, supervisor: Doc | null): void {
  const name = textOf(agent, Key.Name);
  if (name === null) return;
  if (isText(name, "user")) complain(Message.ReservedName, name);
  for (let other: Doc | null = firstItem(root, Key.Agents); other !== null && other !== agent; other = other!.nextSibling()) {
    const taken = textOf(other, Key.Name);
    if (taken === null || !sameBytes(taken.textAt, taken.textLength, name.textAt, name.textLength)) continue;
    complain(Message.DuplicateAgent, name);
    if (!taken.line) return;
    add(Message.FirstInLine);
    putNumber(taken.line, false);
    return;
  }
  if (supervisor === null) return;
  const own = textOf(supervisor, Key.Name);
  if (own === null ? isText(name, "supervisor") : sameBytes(own.textAt, own.textLength, name.textAt, name.textLength)) {
    complain(Message.SupervisorsName, name);
  }
}

/** An agent by name; null if there is none. */
export function findAgent(root: Doc, at: usize, length: u32): Doc | null {
  for (let agent: Doc | null = firstItem(root, Key.Agents); agent !== null; agent = agent!.nextSibling()) {
    const name = textOf(agent, Key.Name);
    if (name !== null && sameBytes(name.textAt, name.textLength, at, length)) return agent;
  }
  return null;
}

// ---- roles ----

function checkRole(root: Doc, agent: Doc): void {
  let role = child(agent, Key.Role);
  if (role === null) {
    if (!giveModel(root, agent, true)) {
      complain(Message.MissingRole, agent);
    }
    role = addText(agent, Key.Role, roleWordAt(Role.React), roleWordLength(Role.React));
    role.number = Role.React;
    checkTools(agent, true);
    return;
  }
  if (role.type != <u8>DocType.String || role.is(DocFlag.Unset) || isGiven(agent)) return;
  switch (<u32>role.number) {
    case Role.React:
      giveModel(root, agent, false);
      break;
    case Role.Producer:
    case Role.Logger:
      checkSilent(agent, role);
      break;
    case Role.Aggregator:
      checkAggregator(root, agent, role);
      break;
    case Role.Classifier:
      checkClassifier(root, agent, role);
      break;
    case Role.Planner:
      checkPlanner(root, agent);
      break;
    case Role.Indexer:
    case Role.Retriever:
      return;
    default:
      checkCustom(role);
  }
  checkTools(agent, role.number == Role.React || role.number == Role.Planner || role.number == Role.Classifier);
}

function isForModels(key: u32): bool {
  switch (key) {
    case Key.Model:
    case Key.Prompt:
    case Key.Provider:
    case Key.Providers:
    case Key.Temperature:
    case Key.MaxTokens:
    case Key.TopP:
      return true;
  }
  return false;
}

/** Producers, loggers, votes and classifiers without a model ask none. */
export function checkSilent(agent: Doc, role: Doc): void {
  for (let entry: Doc | null = agent.firstChild(); entry !== null; entry = entry!.nextSibling()) {
    if (entry.is(DocFlag.Inherited)) continue;
    const isModels = isForModels(entry.key);
    if (!isModels && !(role.number == Role.Producer && entry.key == Key.Inputs && entry.count)) continue;
    complainKey(isModels ? Message.AsksNoModel : Message.TakesNoMessages, entry);
  }
}

/** Of the calls of a strategy that asks a model. */
export function giveJoinSampling(agent: Doc, config: Doc | null): void {
  giveSampling(agent, config, 500_000_000, 1500);
}

function checkAggregator(root: Doc, agent: Doc, role: Doc): void {
  const config = child(agent, Key.AggregatorConfig);
  const strategy = choiceOf(config, Key.AggregationStrategy, Strategy.Consensus);
  const asks = strategy < <u32>Strategy.VotingMajority;
  const written = child(config, Key.AggregationStrategy) !== null;
  if (asks || boolOf(config, Key.SummarizationEnabled, false)) {
    if (giveModel(root, agent, !asks || !written)) giveJoinSampling(agent, config);
    else if (!written) complain(Message.OnlyConcatenates, role);
  } else checkSilent(agent, role);
  const weights = child(config, Key.SourceWeights);
  // In a flow it hears whoever stands in the message.
  if (weights === null || child(root, Key.Flow) !== null) return;
  for (let weight: Doc | null = weights.firstChild(); weight !== null; weight = weight!.nextSibling()) {
    if (!hears(agent, weight)) complainKey(Message.UnknownSource, weight);
  }
}

/** Whether the name of an entry is a source of the agent, or an agent that names it as a target. */
function hears(agent: Doc, entry: Doc): bool {
  for (let edge: Doc | null = firstItem(agent, Key.Inputs); edge !== null; edge = edge!.nextSibling()) {
    const source = textOf(edge, Key.Source);
    if (source !== null && sameBytes(source.textAt, source.textLength, entry.nameAt, entry.nameLength)) return true;
  }
  const sender = findAgent(changetype<Doc>(changetype<Doc>(agent.parent).parent), entry.nameAt, entry.nameLength);
  const own = textOf(agent, Key.Name);
  if (own === null) return true;
  for (let edge: Doc | null = firstItem(sender, Key.Outputs); edge !== null; edge = edge!.nextSibling()) {
    const target = textOf(edge, Key.Target);
    if (target !== null && sameBytes(target.textAt, target.textLength, own.textAt, own.textLength)) return true;
  }
  return false;
}

function agentShape(): u32 {
  return specA(specA(entrySpec(entryOf(specA(ROOT_SPEC), Key.Agents))));
}

function roleSpec(): u32 {
  return entrySpec(entryOf(agentShape(), Key.Role));
}

export function roleWordAt(role: u32): usize {
  return wordAt(choiceWord(specA(roleSpec()) + role));
}

export function roleWordLength(role: u32): u32 {
  return wordLength(choiceWord(specA(roleSpec()) + role));
}

/** A role that is not the engine's is the host's, or nobody's. */
function checkCustom(role: Doc): void {
  for (let i: u32 = 0; i < hostRoleCount; i++) {
    if (sameBytes(hostTextAt(hostRoles, i), hostTextLength(hostRoles, i), role.textAt, role.textLength)) return;
  }
  seek(role.textAt, role.textLength, WORD_SLIP);
  const count = specB(roleSpec());
  for (let i: u32 = 0; i < count; i++) offer(roleWordAt(i), roleWordLength(i));
  for (let i: u32 = 0; i < hostRoleCount; i++) offer(hostTextAt(hostRoles, i), hostTextLength(hostRoles, i));
  complain(Message.UnknownRole, role);
  for (let i: u32 = 0; i < count; i++) addWord(i, roleWordAt(i), roleWordLength(i));
  add(hostRoleCount ? Message.HostRoles : Message.NoHostRoles);
  for (let i: u32 = 0; i < hostRoleCount; i++) addWord(i, hostTextAt(hostRoles, i), hostTextLength(hostRoles, i));
  if (found()) suggest(foundAt(), foundLength());
}

function addWord(index: u32, at: usize, length: u32): void {
  add(index ? Message.NextWord : Message.FirstWord);
  put(at, length);
}

/** A text of the host's lists, which are arrays of SourceText. */
export function hostTextAt(list: usize, index: u32): usize {
  return load<usize>(list + index * 8);
}

export function hostTextLength(list: usize, index: u32): u32 {
  return load<u32>(list + index * 8, 4);
}
