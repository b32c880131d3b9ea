// What the tests beside these files call: joins as JSON in, what they come to as JSON out, many at once.

import { toUnits } from "../json/decimal";
import { memberNamed } from "../json/members";
import { JsonNode } from "../json/node";
import { readJson } from "../json/reader";
import { Arena } from "../memory/arena";
import { blockSize, takeBlock } from "../memory/blocks";
import { scratch } from "../memory/scratch";
import { words } from "../kernel/emit";
import { newBuilder } from "../text/builder";
import { cluster, writeClusters } from "./cluster";
import { computeJoin, settleParts } from "./compute";
import { rerankDocuments } from "./documents";
import { consensusLevel } from "./level";
import { partsOf } from "./parts";
import { JoinPlan, NamedWeight } from "./plan";
import { readScore } from "./score";
import { partAt } from "./parts";

const arena = changetype<Arena>(memory.data(offsetof<Arena>(), 8));
const answers = newBuilder();
const out = newBuilder();
const meta = newBuilder();

export function room(bytes: u32): usize {
  return takeBlock(blockSize(bytes));
}

export function answersAt(): usize {
  return answers.at;
}

function numberOf(test: JsonNode, word: string, fallback: i64): i64 {
  const node = memberNamed(test, word);
  return node === null ? fallback : toUnits(node.at, node.length);
}

function integerOf(test: JsonNode, word: string, fallback: i64): u32 {
  return <u32>(numberOf(test, word, fallback * 1_000_000_000) / 1_000_000_000);
}

function planOf(test: JsonNode): JoinPlan {
  const plan = changetype<JoinPlan>(arena.allocate(offsetof<JoinPlan>()));
  plan.strategy = <u8>integerOf(test, "strategy", 0);
  plan.deduplication = <u8>integerOf(test, "deduplication", 255);
  plan.method = <u8>integerOf(test, "method", 0);
  plan.extraction = <u8>integerOf(test, "extraction", 0);
  plan.summary = <u8>integerOf(test, "summary", 0);
  plan.rerank = <u8>integerOf(test, "rerank", 0);
  plan.most = integerOf(test, "most", 0);
  plan.least = integerOf(test, "least", 1);
  plan.similarity = numberOf(test, "similarity", 850_000_000);
  plan.threshold = numberOf(test, "threshold", -1);
  plan.k = integerOf(test, "k", 60);
  plan.topK = integerOf(test, "top_k", 0);
  const weights = memberNamed(test, "weights");
  if (weights === null) return plan;
  plan.weights = arena.allocate(weights.count * offsetof<NamedWeight>());
  for (let each = weights.first; each; each = each.next) {
    const to = changetype<NamedWeight>(plan.weights + plan.weightCount++ * offsetof<NamedWeight>());
    to.name = each.keyAt;
    to.nameLength = each.keyLength;
    to.weight = toUnits(each.at, each.length);
  }
  return plan;
}

/** A list of cases becomes a list of results: `{out, meta}` or `{error, out}`. */
export function joinAll(at: usize, length: u32): u32 {
  arena.free();
  const root = readJson(arena, at, length).root!;
  answers.clear().byte(0x5b);
  for (let test = root.first; test; test = test.next) {
    if (test != root.first) answers.byte(0x2c);
    scratch.free();
    const join = planOf(test);
    const value = memberNamed(test, "value")!;
    const about = memberNamed(test, "meta");
    const parts = partsOf(join, value.at, value.length, about === null ? 0 : about.at, about === null ? 0 : about.length);
    const target = memberNamed(test, "of");
    if (target !== null) {
      parts.hasOf = 1;
      parts.of = target.at;
      parts.ofLength = target.length;
      const ofMeta = memberNamed(test, "ofMeta");
      if (ofMeta !== null) {
        parts.ofMeta = ofMeta.at;
        parts.ofMetaLength = ofMeta.length;
      }
    }
    const query = memberNamed(test, "query");
    const done = computeJoin(join, parts, query === null ? 0 : query.at, query === null ? 0 : query.length, out, meta);
    answers.ascii('{"out":').json(out.at, out.length);
    if (done) answers.ascii(',"meta":').bytes(meta.at, meta.length);
    else answers.ascii(',"error":').json(words.at, words.length);
    answers.byte(0x7d);
  }
  answers.byte(0x5d);
  return answers.length;
}

/** Of each case: the level with `text`, the clusters, the score of each part, the documents of `value` ordered by `query`. */
export function measureAll(at: usize, length: u32): u32 {
  arena.free();
  const root = readJson(arena, at, length).root!;
  answers.clear().byte(0x5b);
  for (let test = root.first; test; test = test.next) {
    if (test != root.first) answers.byte(0x2c);
    scratch.free();
    const join = planOf(test);
    const value = memberNamed(test, "value")!;
    const query = memberNamed(test, "query");
    if (query !== null) {
      rerankDocuments(answers, value.at, value.length, query.at, query.length);
      continue;
    }
    const parts = partsOf(join, value.at, value.length, 0, 0);
    if (!settleParts(parts)) {
      answers.json(words.at, words.length);
      continue;
    }
    const text = memberNamed(test, "text");
    answers
      .ascii('{"level":')
      .decimal(text === null ? 0 : consensusLevel(parts, text.at, text.length))
      .ascii(',"clusters":');
    writeClusters(answers, parts, cluster(parts));
    answers.ascii(',"scores":[');
    for (let i: u32 = 0; i < parts.count; i++) {
      if (i) answers.byte(0x2c);
      answers.decimal(readScore(partAt(parts, i), join.extraction));
    }
    answers.ascii('],"same":[');
    for (let i: u32 = 0; i < parts.count; i++) {
      if (i) answers.byte(0x2c);
      answers.integer(partAt(parts, i).same);
    }
    answers.ascii("]}");
  }
  answers.byte(0x5d);
  return answers.length;
}
