import { Deduplication, JoinStrategy } from "../definition/table";
import { JsonKind } from "../json/node";
import { readJson } from "../json/reader";
import { words } from "../kernel/emit";
import { scratch } from "../memory/scratch";
import { Builder } from "../text/builder";
import { isWord } from "../text/slice";
import { PAIRED } from "./alike";
import { deduplicate } from "./deduplicate";
import { fuse } from "./fusion";
import { ONE, Parts, partAt } from "./parts";
import { JoinPlan, NOTHING, asksModel } from "./plan";
import { clearFacts, facts, noteDissent, noteTally, writeFacts } from "./result";
import { NO_SCORE, scoreOf, writeParts } from "./score";
import { vote, winner } from "./votes";

// Joins that need no model: votes, scores, fusion, and putting one beside the other.

/**
 * The parts as one message, and its metadata, a JSON object. False: there is none, `words` says why, and `out` has the parts as an object.
 * The query is for what orders documents anew.
 */
export function computeJoin(join: JoinPlan, parts: Parts, query: usize, queryLength: u32, out: Builder, meta: Builder): bool {
  out.clear();
  meta.clear();
  if (!settleParts(parts) || !decide(join, parts, query, queryLength, out)) {
    if (parts.count) writeParts(out.clear(), parts);
    return false;
  }
  if (join.strategy == <u8>JoinStrategy.Score) writeScore(meta, parts);
  else writeFacts(meta, parts);
  return true;
}

/** What holds before any strategy: how many there are, and which are the same. False: `words` says why it cannot go on. */
export function settleParts(parts: Parts): bool {
  const join = parts.join;
  clearFacts();
  words.clear();
  if (!parts.count) {
    words.ascii("no input came");
    return false;
  }
  if (parts.count < join.least) {
    words.ascii("only ").integer(parts.count).ascii(" of at least ").integer(join.least).ascii(" inputs came in time");
    return false;
  }
  if (join.most && parts.count > join.most) {
    parts.leftOut = parts.count - join.most;
    parts.count = join.most;
  }
  if (parts.count > PAIRED && comparesAll(join)) {
    words.integer(parts.count).ascii(" inputs are more than the ").integer(PAIRED).ascii(" that can be compared with each other");
    return false;
  }
  deduplicate(parts);
  return true;
}

function comparesAll(join: JoinPlan): bool {
  return asksModel(join) || (join.deduplication != NOTHING && join.deduplication != <u8>Deduplication.Exact);
}

/** The content, for strategies without a model. False: `words` says why there is none. */
export function decide(join: JoinPlan, parts: Parts, query: usize, queryLength: u32, out: Builder): bool {
  if (join.summary) noteTally(parts);
  facts.level = ONE;
  switch (<JoinStrategy>join.strategy) {
    case JoinStrategy.Concatenate:
      concatenate(out, parts);
      return true;
    case JoinStrategy.Object:
      writeParts(out, parts);
      return true;
    case JoinStrategy.FirstSuccess:
      out.bytes(partAt(parts, 0).text, partAt(parts, 0).length);
      return true;
    case JoinStrategy.Score:
      return score(out, parts);
    case JoinStrategy.Rrf:
      fuse(out, parts, query, queryLength);
      return true;
    default:
      return elect(join, parts, out);
  }
}

function elect(join: JoinPlan, parts: Parts, out: Builder): bool {
  const agreement = vote(parts, join.strategy);
  if (agreement < 0) {
    const dissenter = partAt(parts, winner);
    const first = partAt(parts, 0);
    words.clear().ascii("not unanimous: ").bytes(dissenter.name, dissenter.nameLength);
    words.ascii(" disagrees with ").bytes(first.name, first.nameLength);
    return false;
  }
  if (agreement < join.threshold) {
    words.clear().ascii("agreement ").decimal(agreement).ascii(" is below the threshold ").decimal(join.threshold);
    return false;
  }
  facts.level = agreement;
  out.bytes(partAt(parts, winner).answer, partAt(parts, winner).answerLength);
  noteDissent(parts);
  return true;
}

function concatenate(out: Builder, parts: Parts): void {
  for (let i: u32 = 0; i < parts.count; i++) {
    const part = partAt(parts, i);
    if (part.same != i) continue;
    if (out.length) out.ascii("\n\n");
    out.bytes(part.text, part.length);
  }
}

/** The message that the score is for; the score stands in `facts.level`. */
function score(out: Builder, parts: Parts): bool {
  facts.level = scoreOf(parts);
  if (facts.level == NO_SCORE) {
    words.clear().ascii("there is no score in what any of ").integer(parts.count).ascii(" critics said");
    return false;
  }
  if (parts.hasOf) out.bytes(parts.of, parts.ofLength);
  else out.bytes(partAt(parts, 0).text, partAt(parts, 0).length);
  return true;
}

/** Its metadata as it was, with the score and what was said of it. */
function writeScore(to: Builder, parts: Parts): void {
  to.ascii('{"score":').decimal(facts.level).ascii(',"critiques":');
  writeParts(to, parts);
  const old = parts.ofMetaLength ? readJson(scratch, parts.ofMeta, parts.ofMetaLength).root : null;
  if (old !== null && old.kind == JsonKind.Object) {
    for (let each = old.first; each; each = each.next) {
      if (isWord(each.keyAt, each.keyLength, "score") || isWord(each.keyAt, each.keyLength, "critiques")) continue;
      to.byte(0x2c).json(each.keyAt, each.keyLength).byte(0x3a);
      if (each.kind == JsonKind.String) to.json(each.at, each.length);
      else to.bytes(each.at, each.length);
    }
  }
  to.byte(0x7d);
}
