import { sameBytes } from "../text/slice";
import { checkSilent } from "./agents";
import { Doc, DocType, boolOf, child, choiceOf, countOf, firstItem, textOf } from "./doc";
import { isText } from "./edit";
import { giveModel } from "./models";
import { NAME_SLIP, found, foundAt, foundLength, offer, seek } from "./nearest";
import { complain, complainKey, put, suggest } from "./problems";
import { giveSampling } from "./sampling";
import { ClassifierStrategy, Key, Message } from "./table";

// Classifiers one by one, and what follows a classification.

const TEMPERATURE: i64 = 300_000_000;
const TOKENS: i64 = 500;

export function checkClassifier(root: Doc, agent: Doc, role: Doc): void {
  const config = child(agent, Key.ClassifierConfig);
  if (giveModel(root, agent, true)) giveSampling(agent, config, TEMPERATURE, TOKENS);
  else if (countOf(config, Key.Categories)) checkSilent(agent, role);
  else complain(Message.NothingToDecide, role);
  checkStrategy(config);
  for (let each: Doc | null = firstItem(config, Key.Categories); each !== null; each = each!.nextSibling()) checkCategory(config!, each);
  if (!countOf(config, Key.Categories)) return;
  for (let each: Doc | null = firstItem(config, Key.FewShotExamples); each !== null; each = each!.nextSibling()) {
    const category = textOf(each, Key.Category);
    if (category === null || hasCategory(config, category)) continue;
    seek(category.textAt, category.textLength, NAME_SLIP);
    offerCategories(config);
    complain(Message.UnknownCategory, category);
    if (found()) suggest(foundAt(), foundLength());
  }
}

/** `strategy` and `multi_label` say the same thing. */
function checkStrategy(config: Doc | null): void {
  const strategy = child(config, Key.Strategy);
  const several = child(config, Key.MultiLabel);
  if (strategy === null || several === null) return;
  if (boolOf(config, Key.MultiLabel, false) == (choiceOf(config, Key.Strategy, 0) == ClassifierStrategy.MultiLabel)) return;
  complainKey(Message.TwoSpellings, strategy);
  put(several.nameAt, several.nameLength);
}

function checkCategory(config: Doc, category: Doc): void {
  const name = textOf(category, Key.Name);
  if (name === null) return;
  for (let other: Doc | null = firstItem(config, Key.Categories); other !== null && other !== category; other = other!.nextSibling()) {
    if (isNamed(other, name)) complain(Message.DuplicateCategory, name);
  }
}

function isNamed(category: Doc, name: Doc): bool {
  const own = textOf(category, Key.Name);
  return own !== null && sameBytes(own.textAt, own.textLength, name.textAt, name.textLength);
}

function hasCategory(config: Doc | null, name: Doc): bool {
  for (let each: Doc | null = firstItem(config, Key.Categories); each !== null; each = each!.nextSibling()) if (isNamed(each, name)) return true;
  return false;
}

function offerCategories(config: Doc | null): void {
  for (let each: Doc | null = firstItem(config, Key.Categories); each !== null; each = each!.nextSibling()) {
    const name = textOf(each, Key.Name);
    if (name !== null) offer(name.textAt, name.textLength);
  }
}

/** A rule whose category no classifier has can only be a slip, unless some classifier names its own. */
export function checkRules(root: Doc): void {
  if (!hasClassifier(root)) {
    if (!countOf(root, Key.Agents)) return;
    complainUnused(child(root, Key.Routing));
    complainUnused(child(root, Key.Workflow));
    const observability = child(root, Key.Observability);
    if (boolOf(observability, Key.LogConfidenceScores, false)) complainUnused(child(observability, Key.LogConfidenceScores));
    return;
  }
  for (let rule: Doc | null = firstItem(child(root, Key.Routing), Key.Rules); rule !== null; rule = rule!.nextSibling()) {
    const category = textOf(rule, Key.Category);
    if (category === null || isDecided(root, category)) continue;
    complain(Message.UnusedRule, category);
    if (found()) suggest(foundAt(), foundLength());
  }
}

function isDecided(root: Doc, category: Doc): bool {
  seek(category.textAt, category.textLength, NAME_SLIP);
  for (let agent: Doc | null = firstItem(root, Key.Agents); agent !== null; agent = agent!.nextSibling()) {
    if (agent.type != <u8>DocType.Map || !isText(child(agent, Key.Role), "classifier")) continue;
    const config = child(agent, Key.ClassifierConfig);
    if (!countOf(config, Key.Categories) || hasCategory(config, category)) return true;
    offerCategories(config);
  }
  return false;
}

function complainUnused(value: Doc | null): void {
  if (value !== null) complainKey(Message.NoClassifier, value);
}

function hasClassifier(root: Doc): bool {
  for (let agent: Doc | null = firstItem(root, Key.Agents); agent !== null; agent = agent!.nextSibling())
    if (agent.type == <u8>DocType.Map && isText(child(agent, Key.Role), "classifier")) return true;
  return false;
}
