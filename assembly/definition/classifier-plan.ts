import { Arena } from "../memory/arena";
import { Slice, sameBytes } from "../text/slice";
import { Doc, boolOf, child, choiceOf, countOf, decimalOf, durationOf, firstItem, integerOf, textOf } from "./doc";
import { ClassifierStrategy, Key } from "./table";

// What a classifier knows and gives, ready to run.

const THRESHOLD: i64 = 700_000_000;

@unmanaged
export class CategoryPlan {
  /** A Slice: lists of names are read whatever else stands behind each. */
  name: usize;
  nameLength: u32;
  description: Slice;
  keywords: usize; // Slice[keywordCount]
  keywordCount: u32;
  examples: usize; // Slice[exampleCount]
  exampleCount: u32;
}

/** A worked example. */
@unmanaged
export class ShotPlan {
  input: Slice;
  category: Slice;
  reason: Slice;
}

/** What follows a category. */
@unmanaged
export class RulePlan {
  category: Slice;
  team: Slice;
  /** Milliseconds until it is due; 0 is none. */
  due: u64;
  escalates: u8;
}

@unmanaged
export class ClassifierPlan {
  categories: usize; // CategoryPlan[categoryCount]
  categoryCount: u32;
  shots: usize; // ShotPlan[shotCount]
  shotCount: u32;
  rules: usize; // RulePlan[ruleCount]
  ruleCount: u32;
  /** Units of 10⁻⁹. */
  threshold: i64;
  several: u8;
  /** What the record says. */
  reasons: u8;
  alternatives: u8;
  sentiment: u8;
  priority: u8;
  /** How sure it was is reported. */
  reports: u8;
  mostAlternatives: u32;
  /** Inputs of one call, and how long to wait for them: milliseconds. */
  batch: u32;
  batchWindow: u64;
}

export function categoryAt(plan: ClassifierPlan, index: u32): CategoryPlan {
  assert(index < plan.categoryCount);
  return changetype<CategoryPlan>(plan.categories + index * offsetof<CategoryPlan>());
}

export function shotAt(plan: ClassifierPlan, index: u32): ShotPlan {
  assert(index < plan.shotCount);
  return changetype<ShotPlan>(plan.shots + index * offsetof<ShotPlan>());
}

export function ruleAt(plan: ClassifierPlan, index: u32): RulePlan {
  assert(index < plan.ruleCount);
  return changetype<RulePlan>(plan.rules + index * offsetof<RulePlan>());
}

/** The category of that name, first looked for where it stands if the names are the classifier's own; or 0. */
export function categoryNamed(plan: ClassifierPlan, name: Slice, place: u32): CategoryPlan {
  if (changetype<usize>(plan)) {
    if (place < plan.categoryCount && isNamed(categoryAt(plan, place), name)) return categoryAt(plan, place);
    for (let i: u32 = 0; i < plan.categoryCount; i++) if (isNamed(categoryAt(plan, i), name)) return categoryAt(plan, i);
  }
  return changetype<CategoryPlan>(0);
}

function isNamed(category: CategoryPlan, name: Slice): bool {
  return sameBytes(category.name, category.nameLength, name.at, name.length);
}

export function readClassifier(root: Doc, agent: Doc, arena: Arena): ClassifierPlan {
  const plan = changetype<ClassifierPlan>(arena.allocate(offsetof<ClassifierPlan>()));
  const config = child(agent, Key.ClassifierConfig);
  readCategories(plan, config, arena);
  readShots(plan, config, arena);
  readRules(plan, child(root, Key.Routing), arena);
  plan.threshold = decimalOf(config, Key.ConfidenceThreshold, THRESHOLD);
  const strategy = choiceOf(config, Key.Strategy, ClassifierStrategy.SingleLabel);
  plan.several = boolOf(config, Key.MultiLabel, strategy == ClassifierStrategy.MultiLabel) ? 1 : 0;
  const workflow = child(root, Key.Workflow);
  plan.reasons = boolOf(workflow, Key.IncludeReasoning, true) ? 1 : 0;
  plan.alternatives = boolOf(workflow, Key.ShowAlternatives, true) ? 1 : 0;
  plan.sentiment = boolOf(workflow, Key.AnalyzeSentiment, false) ? 1 : 0;
  plan.priority = boolOf(workflow, Key.CalculatePriority, false) ? 1 : 0;
  plan.mostAlternatives = <u32>integerOf(workflow, Key.MaxAlternatives, 3);
  plan.batch = <u32>integerOf(workflow, Key.BatchSize, 1);
  plan.batchWindow = durationOf(workflow, Key.BatchTimeoutSeconds, 0);
  plan.reports = boolOf(child(root, Key.Observability), Key.LogConfidenceScores, false) ? 1 : 0;
  return plan;
}

function readCategories(plan: ClassifierPlan, config: Doc | null, arena: Arena): void {
  plan.categoryCount = countOf(config, Key.Categories);
  plan.categories = arena.allocate(plan.categoryCount * offsetof<CategoryPlan>());
  let at = plan.categories;
  for (let each: Doc | null = firstItem(config, Key.Categories); each !== null; each = each!.nextSibling(), at += offsetof<CategoryPlan>()) {
    const category = changetype<CategoryPlan>(at);
    readText(changetype<Slice>(at), each, Key.Name, arena);
    category.description = newSlice(each, Key.Description, arena);
    category.keywordCount = countOf(each, Key.Keywords);
    category.keywords = readTexts(child(each, Key.Keywords), arena);
    category.exampleCount = countOf(each, Key.Examples);
    category.examples = readTexts(child(each, Key.Examples), arena);
  }
}

function readShots(plan: ClassifierPlan, config: Doc | null, arena: Arena): void {
  plan.shotCount = countOf(config, Key.FewShotExamples);
  plan.shots = arena.allocate(plan.shotCount * offsetof<ShotPlan>());
  let at = plan.shots;
  for (let each: Doc | null = firstItem(config, Key.FewShotExamples); each !== null; each = each!.nextSibling(), at += offsetof<ShotPlan>()) {
    const shot = changetype<ShotPlan>(at);
    shot.input = newSlice(each, Key.Input, arena);
    shot.category = newSlice(each, Key.Category, arena);
    shot.reason = newSlice(each, Key.Reason, arena);
  }
}

function readRules(plan: ClassifierPlan, routing: Doc | null, arena: Arena): void {
  plan.ruleCount = countOf(routing, Key.Rules);
  plan.rules = arena.allocate(plan.ruleCount * offsetof<RulePlan>());
  let at = plan.rules;
  for (let each: Doc | null = firstItem(routing, Key.Rules); each !== null; each = each!.nextSibling(), at += offsetof<RulePlan>()) {
    const rule = changetype<RulePlan>(at);
    rule.category = newSlice(each, Key.Category, arena);
    rule.team = newSlice(each, Key.Team, arena);
    rule.due = durationOf(each, Key.SlaHours, 0);
    rule.escalates = boolOf(each, Key.AutoEscalate, false) ? 1 : 0;
  }
}

function readText(to: Slice, map: Doc, key: u32, arena: Arena): void {
  const text = textOf(map, key);
  if (text === null) return;
  to.at = arena.copy(text.textAt, text.textLength);
  to.length = text.textLength;
}

function newSlice(map: Doc, key: u32, arena: Arena): Slice {
  const slice = changetype<Slice>(arena.allocate(offsetof<Slice>()));
  readText(slice, map, key, arena);
  return slice;
}

function readTexts(list: Doc | null, arena: Arena): usize {
  if (list === null) return 0;
  const texts = arena.allocate(list.count * offsetof<Slice>());
  let at = texts;
  for (let each: Doc | null = list.firstChild(); each !== null; each = each!.nextSibling(), at += offsetof<Slice>()) {
    const slice = changetype<Slice>(at);
    slice.at = arena.copy(each.textAt, each.textLength);
    slice.length = each.textLength;
  }
  return texts;
}
