import { need } from "./flow-control";
import { Gap, Prompt } from "../prompts/table";
import { clearGaps, setGap } from "../prompts/write";
import { sameBytes } from "../text/slice";
import { Builder } from "../text/builder";
import { boolOf, child, childNamed, Doc, DocType, textOf } from "./doc";
import { addChild, copyDoc, docAt, isText, removeChild, sameDoc, setName } from "./edit";
import { checkAgent } from "./check";
import { enlist, freeName } from "./pattern-members";
import { agentNode, atOnce, inSequence, mapWith, promptDoc, put, putCopy, putWord, textDoc, wordDoc } from "./pattern-terms";
import { complainKey } from "./problems";
import { Key, Message } from "./table";

// A panel: experts answer one question, those with given answers and those that ask a model, and their answers become one by each strategy.
//
//   sequence [ parallel EXPERTS…, join ]     or, with several strategies,  sequence [ parallel EXPERTS…, parallel {STRATEGY: join …} ]

let root: Doc = changetype<Doc>(0);

/** The flow of a definition's panel; null if it has none. Experts become agents in any case. */
export function expandPanel(whole: Doc, asFlow: bool): Doc | null {
  root = whole;
  const output = child(root, Key.Output);
  if (boolOf(output, Key.SaveToFile, false)) need(output!, Key.FilePath);
  const given = listUnder(Key.Experts);
  const asked = listUnder(Key.ExpertAgents);
  const place = given === null ? asked : given;
  if (place === null || !asFlow) refuseRest();
  if (place === null) return null;
  const members = docAt(place, DocType.List);
  for (let expert: Doc | null = firstOf(given); expert !== null; expert = expert!.nextSibling()) addGiven(members, expert);
  const question = questionAt(place);
  for (let expert: Doc | null = firstOf(asked); expert !== null; expert = expert!.nextSibling()) addAsked(members, expert, question);
  let node: Doc | null = null;
  if (asFlow && members.count) node = inSequence(atOnce(members), joins(place));
  takeAway(Key.ExpertAgents);
  if (node === null) return null;
  takeAway(Key.ResearchTopic);
  takeAway(Key.VotingStrategies);
  takeAway(Key.Aggregator);
  takeAway(Key.Advanced);
  takeAway(Key.OutputFormat);
  return node;
}

function listUnder(key: u32): Doc | null {
  const list = child(root, key);
  return list !== null && list.type == <u8>DocType.List ? list : null;
}

function firstOf(list: Doc | null): Doc | null {
  return list === null ? null : list.firstChild();
}

function takeAway(key: u32): void {
  const value = child(root, key);
  if (value !== null) removeChild(root, value);
}

/** Keys of a panel where there is none, or where a flow or a pattern says what is done. */
function refuseRest(): void {
  refuse(Key.ResearchTopic);
  refuse(Key.VotingStrategies);
  refuse(Key.Aggregator);
  refuse(Key.Advanced);
}

function refuse(key: u32): void {
  const value = child(root, key);
  if (value !== null) complainKey(Message.NotInPanel, value);
}

// ---- experts ----

/** An expert whose answer stands in the definition. */
function addGiven(members: Doc, expert: Doc): void {
  const name = textOf(expert, Key.Name);
  if (name === null) return;
  const agent = docAt(expert, DocType.Map);
  putCopy(agent, Key.Name, name);
  putWord(agent, Key.Role, "given");
  putCopy(agent, Key.Recommendation, child(expert, Key.Recommendation));
  putCopy(agent, Key.Confidence, child(expert, Key.Confidence));
  putCopy(agent, Key.Rationale, child(expert, Key.Rationale));
  enlist(root, agent);
  addChild(members, textDoc(name, name.textAt, name.textLength));
}

const words: Builder = changetype<Builder>(memory.data(16));

/** An expert who asks a model. */
function addAsked(members: Doc, expert: Doc, question: Doc | null): void {
  const name = textOf(expert, Key.Name);
  if (name === null) return;
  const agent = docAt(expert, DocType.Map);
  putCopy(agent, Key.Name, name);
  putCopy(agent, Key.Description, textOf(expert, Key.Role));
  clearGaps();
  setGap(Gap.Name, name.textAt, name.textLength);
  fill(Gap.Title, textOf(expert, Key.Role));
  fillList(Gap.Expertise, child(expert, Key.Expertise));
  fill(Gap.Perspective, textOf(expert, Key.Perspective));
  put(agent, Key.Prompt, promptDoc(root, expert, Prompt.Expert));
  enlist(root, agent);
  const member = textDoc(name, name.textAt, name.textLength);
  addChild(members, question === null ? member : putCopy(agentNode(member), Key.Prompt, question));
}

function fill(gap: Gap, text: Doc | null): void {
  if (text !== null) setGap(gap, text.textAt, text.textLength);
}

function fillList(gap: Gap, list: Doc | null): void {
  if (list === null) return;
  words.clear();
  for (let item: Doc | null = list.firstChild(); item !== null; item = item!.nextSibling()) {
    if (words.length) words.ascii(", ");
    words.bytes(item.textAt, item.textLength);
  }
  setGap(gap, words.at, words.length);
}

/** What all are asked; null: only what the run brings. */
function questionAt(place: Doc): Doc | null {
  const topic = child(root, Key.ResearchTopic);
  const scenario = textOf(root, Key.Scenario);
  if (topic === null && scenario === null) return null;
  clearGaps();
  fill(Gap.Title, scenario === null ? textOf(topic, Key.Title) : scenario);
  fill(Gap.Question, textOf(topic, Key.Description));
  fillList(Gap.Aspects, child(topic, Key.Aspects));
  return promptDoc(root, place, Prompt.PanelQuestion);
}

// ---- their answers become one ----

/** By one strategy a `join`, by several one of each at once; if the whole record is wanted, aggregators in their place. */
function joins(place: Doc): Doc {
  const strategies = strategiesAt(place);
  const record = isRecordWanted();
  if (strategies.count == 1) return joinBy(strategies.firstChild()!, record);
  const branches = docAt(place, record ? DocType.List : DocType.Map);
  for (let strategy: Doc | null = strategies.firstChild(); strategy !== null; strategy = strategy!.nextSibling()) {
    const node = joinBy(strategy, record);
    if (!record) setName(node, strategy.textAt, strategy.textLength);
    addChild(branches, node);
  }
  return atOnce(branches);
}

/** Each once: those that are listed, else the aggregator's own, else a majority; and those that `advanced` adds. */
function strategiesAt(place: Doc): Doc {
  const all = docAt(place, DocType.List);
  const aggregator = child(root, Key.Aggregator);
  const advanced = child(root, Key.Advanced);
  addStrategies(all, child(root, Key.VotingStrategies));
  addStrategies(all, child(aggregator, Key.Strategies));
  const own = child(aggregator, Key.AggregationStrategy);
  if (own !== null) addStrategy(all, own);
  if (!all.count) addStrategy(all, wordDoc(place, child(root, Key.ExpertAgents) === null ? "voting_majority" : "consensus"));
  if (boolOf(advanced, Key.EnableRag, false)) addStrategy(all, wordDoc(place, "rag_based"));
  if (boolOf(advanced, Key.EnableHierarchical, false)) addStrategy(all, wordDoc(place, "hierarchical"));
  return all;
}

function addStrategies(all: Doc, list: Doc | null): void {
  if (list === null) return;
  for (let item: Doc | null = list.firstChild(); item !== null; item = item!.nextSibling()) addStrategy(all, item);
}

function addStrategy(all: Doc, strategy: Doc): void {
  for (let other: Doc | null = all.firstChild(); other !== null; other = other!.nextSibling()) if (sameDoc(other, strategy)) return;
  addChild(all, copyDoc(strategy));
}

/** `output_format: detailed`, or `output.format: json`. */
function isRecordWanted(): bool {
  const format = child(child(root, Key.Output), Key.Format);
  return isText(format === null ? child(root, Key.OutputFormat) : format, format === null ? "detailed" : "json");
}

function joinBy(strategy: Doc, record: bool): Doc {
  const config = docAt(strategy, DocType.Map);
  putCopy(config, record ? Key.AggregationStrategy : Key.Strategy, strategy);
  addSettings(config, child(root, Key.Aggregator), record);
  addSettings(config, child(root, Key.Advanced), record);
  addWeights(config);
  if (!record) return mapWith(Key.Join, config);
  addSettings(config, child(root, Key.Output), record);
  const agent = docAt(strategy, DocType.Map);
  put(agent, Key.Name, freeName(root, strategy, strategy.textAt, strategy.textLength));
  putWord(agent, Key.Role, "aggregator");
  put(agent, Key.AggregatorConfig, config);
  checkAgent(agent);
  enlist(root, agent);
  const name = textOf(agent, Key.Name)!;
  return textDoc(strategy, name.textAt, name.textLength);
}

/** What an aggregator and a join have in common, and what only an aggregator has if the whole record is wanted. */
function addSettings(config: Doc, from: Doc | null, record: bool): void {
  if (from === null) return;
  for (let entry: Doc | null = from.firstChild(); entry !== null; entry = entry!.nextSibling()) {
    if (isPanels(entry.key) || (!record && isRecords(entry.key)) || child(config, entry.key) !== null) continue;
    put(config, entry.key, copyDoc(entry));
  }
}

function isRecords(key: u32): bool {
  return key == Key.ShowConflicts || key == Key.ShowConsensus || key == Key.ShowClusters;
}

function isPanels(key: u32): bool {
  switch (key) {
    case Key.Format:
    case Key.SaveToFile:
    case Key.FilePath:
    case Key.Strategies:
    case Key.AggregationStrategy:
    case Key.EnableRag:
    case Key.EnableHierarchical:
    case Key.SemanticMemory:
      return true;
  }
  return false;
}

/** Weights by title are those of whoever has it; experts have weights of their own, too (R15). */
function addWeights(config: Doc): void {
  let weights = child(config, Key.SourceWeights);
  const experts = child(root, Key.Experts);
  const asked = child(root, Key.ExpertAgents);
  if (weights !== null) {
    for (let weight: Doc | null = weights.firstChild(); weight !== null; weight = weight!.nextSibling()) {
      nameByTitle(weight, experts);
      nameByTitle(weight, asked);
    }
  }
  for (let expert: Doc | null = firstOf(asked); expert !== null; expert = expert!.nextSibling()) {
    const name = textOf(expert, Key.Name);
    const own = child(expert, Key.Weight);
    if (own === null || name === null) continue;
    if (weights === null) {
      weights = docAt(expert, DocType.Map);
      put(config, Key.SourceWeights, weights);
    }
    if (childNamed(weights, name.textAt, name.textLength) !== null) continue;
    const weight = copyDoc(own);
    setName(weight, name.textAt, name.textLength);
    addChild(weights, weight);
  }
}

function nameByTitle(weight: Doc, experts: Doc | null): void {
  for (let expert: Doc | null = firstOf(experts); expert !== null; expert = expert!.nextSibling()) {
    const title = textOf(expert, Key.Role);
    const name = textOf(expert, Key.Name);
    if (title === null || name === null || !sameBytes(title.textAt, title.textLength, weight.nameAt, weight.nameLength)) continue;
    setName(weight, name.textAt, name.textLength);
    return;
  }
}
