import { Builder, newBuilder } from "../text/builder";
import { wholeCharacters } from "./alike";
import { writeClusters } from "./cluster";
import { Part, Parts, partAt } from "./parts";
import { asksModel } from "./plan";
import { findFirst, winner } from "./votes";

// What a join came to, beside its text: who said it, how far they agree, what was settled and how. An aggregator's answer is all of it as one
// JSON object; of a join in a flow the text is the message, and the rest its metadata.

@unmanaged
export class Facts {
  /** Units of 10⁻⁹. */
  level: i64;
  tokens: u64;
  /** Milliseconds. */
  elapsed: u64;
  insights: usize;
  insightsLength: u32;
  /** Cluster[] of cluster.ts, or 0. */
  clusters: usize;
}

export const facts = changetype<Facts>(memory.data(offsetof<Facts>(), 8));
/** The inside of `conflicts_resolved`. */
export const conflicts: Builder = newBuilder();
const insights = newBuilder();
/** In `summary_insights`: bytes of an answer, and how many answers. */
const SHOWN: u32 = 100;
const ANSWERS: u32 = 10;

export function clearFacts(): void {
  memory.fill(changetype<usize>(facts), 0, offsetof<Facts>());
  conflicts.clear();
}

/** The record of an aggregator. */
export function writeRecord(to: Builder, parts: Parts, content: Builder): void {
  to.ascii('{"aggregated_content":').json(content.at, content.length);
  if (!parts.join.hidesConsensus) to.ascii(',"consensus_level":').decimal(facts.level);
  writeRest(to, parts);
}

/** The same as metadata of the content. */
export function writeFacts(to: Builder, parts: Parts): void {
  to.ascii('{"agreement":').decimal(facts.level);
  writeRest(to, parts);
}

function writeRest(to: Builder, parts: Parts): void {
  to.ascii(',"sources":[');
  writeNames(to, parts, 0, parts.count);
  if (parts.leftOut) {
    to.ascii('],"left_out":[');
    parts.count += parts.leftOut;
    writeNames(to, parts, parts.count - parts.leftOut, parts.count);
    parts.count -= parts.leftOut;
  }
  to.ascii('],"strategy_used":');
  if (parts.join.wordLength) to.json(parts.join.word, parts.join.wordLength);
  else to.ascii(asksModel(parts.join) ? '"consensus"' : '"concatenate"');
  if (!parts.join.hidesConflicts) to.ascii(',"conflicts_resolved":[').bytes(conflicts.at, conflicts.length).byte(0x5d);
  to.ascii(',"summary_insights":').json(facts.insights, facts.insightsLength);
  to.ascii(',"tokens_used":').integer(facts.tokens);
  to.ascii(',"processing_time_ms":').integer(facts.elapsed);
  if (!parts.join.hidesClusters) {
    to.ascii(',"semantic_clusters":');
    if (facts.clusters) writeClusters(to, parts, facts.clusters);
    else to.ascii("[]");
  }
  to.byte(0x7d);
}

function writeNames(to: Builder, parts: Parts, from: u32, end: u32): void {
  for (let i = from; i < end; i++) {
    if (i > from) to.byte(0x2c);
    to.json(partAt(parts, i).name, partAt(parts, i).nameLength);
  }
}

/** Whoever did not say what won the vote. */
export function noteDissent(parts: Parts): void {
  const won = partAt(parts, winner);
  let dissent = false;
  for (let i: u32 = 0; i < parts.count; i++) {
    const part = partAt(parts, i);
    if (part.first == winner) continue;
    conflicts.ascii(dissent ? "," : '{"topic":"vote","conflicting_sources":[').json(part.name, part.nameLength);
    dissent = true;
  }
  if (!dissent) return;
  conflicts.ascii('],"resolution":').json(won.answer, won.answerLength);
  conflicts.ascii(',"reasoning":"').integer(won.count).ascii(" of ").integer(parts.count).ascii(' inputs"}');
}

/** Without a model the insights are who said what, counted. */
export function noteTally(parts: Parts): void {
  insights.clear();
  findFirst(parts);
  for (let i: u32 = 0; i < parts.count; i++) partAt(parts, i).count = 0;
  for (let i: u32 = 0; i < parts.count; i++) partAt(parts, partAt(parts, i).first).count++;
  let answers: u32 = 0;
  for (let i: u32 = 0; i < parts.count; i++) {
    const part: Part = partAt(parts, i);
    if (part.first != i || ++answers > ANSWERS) continue;
    if (i) insights.ascii("; ");
    insights.integer(part.count).ascii(" of ").integer(parts.count).ascii(": ");
    insights.bytes(part.answer, wholeCharacters(part.answer, part.answerLength, SHOWN));
    if (part.answerLength > SHOWN) insights.ascii("...");
  }
  if (answers > ANSWERS)
    insights
      .ascii("; and ")
      .integer(answers - ANSWERS)
      .ascii(" other answers");
  facts.insights = insights.at;
  facts.insightsLength = insights.length;
}
