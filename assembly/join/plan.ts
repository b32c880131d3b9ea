import { Doc, DocType, boolOf, child, choiceOf, decimalOf, durationOf, integerOf, textOf } from "../definition/doc";
import { Conflict, Extraction, JoinStrategy, Key, ScoreMethod } from "../definition/table";
import { Arena } from "../memory/arena";
import { sameBytes } from "../text/slice";

// How many messages become one, as a definition says it: an aggregator's `aggregator_config`, or the `join` of a flow, which have the same keys.

/** In place of a way to deduplicate. */
export const NOTHING: u8 = 255;
const ONE: i64 = 1_000_000_000;
/** So that two of them can be added. */
export const MOST_WEIGHT: i64 = 1 << 61;
/** No threshold. */
export const NONE: i64 = -1;

@unmanaged
export class NamedWeight {
  name: usize;
  nameLength: u32;
  /** Units of 10⁻⁹. */
  weight: i64;
}

@unmanaged
export class JoinPlan {
  /** The strategy as the definition has it. */
  word: usize;
  wordLength: u32;
  /** JoinStrategy, Conflict, Deduplication (or NOTHING), ScoreMethod and Extraction of definition/table.ts. */
  strategy: u8;
  conflict: u8;
  deduplication: u8;
  /** Fill `summary_insights`. */
  summary: u8;
  method: u8;
  extraction: u8;
  /** Order documents by BM25 before they are cut. */
  rerank: u8;
  /** What the record does not tell. */
  hidesConflicts: u8;
  hidesConsensus: u8;
  hidesClusters: u8;
  most: u32; // 0: no limit
  least: u32;
  /** Milliseconds. */
  window: u64;
  /** Units of 10⁻⁹, as all thresholds: alike at or above. */
  similarity: i64;
  consensus: i64;
  /** Agreement needed, or NONE. */
  threshold: i64;
  /** By name: NamedWeight[weightCount]. */
  weights: usize;
  weightCount: u32;
  /** Of the lists of a fusion, in their order: i64[listWeightCount]. */
  listWeights: usize;
  listWeightCount: u32;
  k: u32;
  topK: u32; // 0: all
  /** The message that gets the score: a Reference of flow/term.ts, or 0. Laid by whoever knows the names. */
  of: usize;
}

/** `strategy` is a key of `doc`, which may be null: then it is all defaults. `window` is what holds without `timeout_ms`. */
export function readJoin(doc: Doc | null, strategy: u32, window: u64, arena: Arena): JoinPlan {
  const plan = changetype<JoinPlan>(arena.allocate(offsetof<JoinPlan>()));
  plan.strategy = <u8>choiceOf(doc, strategy, JoinStrategy.Consensus);
  const word = textOf(doc, strategy);
  if (word !== null) {
    plan.word = arena.copy(word.textAt, word.textLength);
    plan.wordLength = word.textLength;
  }
  plan.conflict = <u8>choiceOf(doc, Key.ConflictResolution, Conflict.LlmArbitration);
  plan.deduplication = <u8>choiceOf(doc, Key.DeduplicationMethod, NOTHING);
  plan.summary = boolOf(doc, Key.SummarizationEnabled, false) ? 1 : 0;
  plan.method = <u8>choiceOf(doc, Key.Method, ScoreMethod.Average);
  plan.extraction = <u8>choiceOf(doc, Key.Extraction, Extraction.JsonFirst);
  plan.rerank = boolOf(doc, Key.Rerank, false) ? 1 : 0;
  plan.hidesConflicts = boolOf(doc, Key.ShowConflicts, true) ? 0 : 1;
  plan.hidesConsensus = boolOf(doc, Key.ShowConsensus, true) ? 0 : 1;
  plan.hidesClusters = boolOf(doc, Key.ShowClusters, true) ? 0 : 1;
  plan.most = <u32>min<i64>(integerOf(doc, Key.MaxInputSources, 0), u32.MAX_VALUE);
  plan.least = <u32>min<i64>(integerOf(doc, Key.MinInputSources, 1), u32.MAX_VALUE);
  plan.window = durationOf(doc, Key.TimeoutMs, window);
  plan.similarity = decimalOf(doc, Key.SemanticSimilarityThreshold, 850_000_000);
  plan.consensus = decimalOf(doc, Key.ConsensusThreshold, 700_000_000);
  plan.threshold = decimalOf(doc, Key.Threshold, NONE);
  plan.k = <u32>min<i64>(integerOf(doc, Key.K, 60), i32.MAX_VALUE);
  plan.topK = <u32>min<i64>(integerOf(doc, Key.TopK, 0), u32.MAX_VALUE);
  readWeights(plan, child(doc, Key.SourceWeights), arena);
  const weights = child(doc, Key.Weights);
  if (weights !== null && weights.type == <u8>DocType.List) readListWeights(plan, weights, arena);
  else readWeights(plan, weights, arena);
  return plan;
}

/** Name → weight. */
function readWeights(plan: JoinPlan, doc: Doc | null, arena: Arena): void {
  if (doc === null || doc.type != <u8>DocType.Map) return;
  plan.weights = arena.allocate(doc.count * offsetof<NamedWeight>());
  for (let each: Doc | null = doc.firstChild(); each !== null; each = each!.nextSibling()) {
    const to = changetype<NamedWeight>(plan.weights + plan.weightCount++ * offsetof<NamedWeight>());
    to.name = arena.copy(each.nameAt, each.nameLength);
    to.nameLength = each.nameLength;
    to.weight = weightOf(each);
  }
}

function readListWeights(plan: JoinPlan, doc: Doc, arena: Arena): void {
  plan.listWeights = arena.allocate(doc.count << 3);
  for (let each: Doc | null = doc.firstChild(); each !== null; each = each!.nextSibling()) {
    store<i64>(plan.listWeights + (plan.listWeightCount++ << 3), weightOf(each));
  }
}

/** A number that a schema has not looked at may be anything. */
function weightOf(doc: Doc): i64 {
  if (doc.type == <u8>DocType.Decimal) return max<i64>(0, min(doc.number, MOST_WEIGHT));
  return doc.type == <u8>DocType.Integer ? max<i64>(0, min(doc.number, MOST_WEIGHT / ONE)) * ONE : ONE;
}

/** The weight a name was given, or NONE. */
export function weightNamed(plan: JoinPlan, name: usize, length: u32): i64 {
  for (let i: u32 = 0; i < plan.weightCount; i++) {
    const each = changetype<NamedWeight>(plan.weights + i * offsetof<NamedWeight>());
    if (sameBytes(each.name, each.nameLength, name, length)) return each.weight;
  }
  return NONE;
}

/** Whether it asks a model; all else is a calculation. */
export function asksModel(plan: JoinPlan): bool {
  return plan.strategy < <u8>JoinStrategy.VotingMajority;
}

/** Whether it is one of the four votes. */
export function isVote(plan: JoinPlan): bool {
  return plan.strategy >= <u8>JoinStrategy.VotingMajority && plan.strategy <= <u8>JoinStrategy.VotingConfidence;
}
