import { JsonKind, JsonNode } from "../json/node";
import { writeJson } from "../json/writer";
import { scratch } from "../memory/scratch";
import { sortAddresses } from "../memory/sort";
import { Builder } from "../text/builder";
import { hashBytes } from "../text/hash";
import { isWord, sameBytes } from "../text/slice";
import { Scored, scoreDocuments } from "./bm25";
import { byScore, keyOf, textOf } from "./documents";
import { Part, Parts, partAt } from "./parts";
import { JoinPlan } from "./plan";

// Reciprocal rank fusion: each list gives a document its weight ÷ (k + rank), and the sums, rounded to nine digits, are the order. Ties go to the
// document that stands first, by list and then by rank.
//
// Sums are whole numbers of a unit so small that what each list loses by rounding down is never seen: 10⁻⁹ ÷ 2^shift.

const MOST: i64 = i64.MAX_VALUE >> 1;

/** A document. As it is met in later lists, those are chained to it. */
@unmanaged
class Fused extends Scored {
  sum: i64;
  fused: i64;
  seen: Seen;
  last: Seen;
  /** The last list that had it, by number from 1: no list counts twice. */
  list: u32;
  key: JsonNode;
}

@unmanaged
class Seen {
  node: JsonNode;
  next: Seen;
}

/** The documents of all parts as a list in JSON; the query is for those who want them ordered anew. */
export function fuse(to: Builder, parts: Parts, query: usize, queryLength: u32): void {
  const join = parts.join;
  let most: u32 = 0;
  for (let i: u32 = 0; i < parts.count; i++) most += sizeOf(partAt(parts, i));
  const mask = ((<u32>2) << (32 - clz(most | 1))) - 1;
  const table = scratch.allocate((mask + 1) << 2);
  const documents = scratch.allocate(most << 2);
  const shift = room(join, parts);
  let count: u32 = 0;
  for (let i: u32 = 0; i < parts.count; i++) {
    const part = partAt(parts, i);
    const weight = min(weightOfList(join, part, i), MOST >> shift) << shift;
    let rank: i64 = 1;
    for (let each = firstOf(part); each; each = each.next, rank++) {
      const place = placeOf(keyOf(each), table, mask);
      let document = load<Fused>(table + (place << 2));
      if (!document) {
        document = newFused(each);
        store<Fused>(table + (place << 2), document);
        store<Fused>(documents + (count++ << 2), document);
      }
      if (document.list == i + 1) continue;
      document.list = i + 1;
      chain(document, each);
      document.sum = min(document.sum + weight / (<i64>join.k + rank), MOST);
    }
  }
  for (let i: u32 = 0; i < count; i++) {
    const document = load<Fused>(documents + (i << 2));
    document.score = (document.sum + <i64>parts.count + (((<i64>1) << shift) >> 1)) >> shift;
    document.fused = document.score;
  }
  write(to, order(documents, count, join, query, queryLength), join.topK && !parts.uncut ? min(count, join.topK) : count);
}

/** So many bits are free below a unit of 10⁻⁹. */
function room(join: JoinPlan, parts: Parts): i64 {
  let heaviest: i64 = 1;
  for (let i: u32 = 0; i < parts.count; i++) heaviest = max(heaviest, weightOfList(join, partAt(parts, i), i));
  return max<i64>(0, clz(heaviest) - 2 - (32 - clz(parts.count)));
}

/** Documents stand as they were met: by list, then by rank. */
function order(documents: usize, count: u32, join: JoinPlan, query: usize, queryLength: u32): usize {
  const fused = sortAddresses(scratch, documents, count, byScore);
  if (!join.rerank) return fused;
  scoreDocuments(fused, count, query, queryLength);
  return sortAddresses(scratch, fused, count, byScore);
}

/** By the list's place, else by its name, else 1. */
function weightOfList(join: JoinPlan, part: Part, place: u32): i64 {
  return place < join.listWeightCount ? load<i64>(join.listWeights + (place << 3)) : part.weight;
}

function sizeOf(part: Part): u32 {
  return part.json && part.json.kind == JsonKind.Array ? part.json.count : 1;
}

/** A part that is no list is one document. */
function firstOf(part: Part): JsonNode {
  if (part.json) return part.json.kind == JsonKind.Array ? part.json.first : part.json;
  const node = changetype<JsonNode>(scratch.allocate(offsetof<JsonNode>()));
  node.kind = JsonKind.String;
  node.at = part.text;
  node.length = part.length;
  return node;
}

/** Where in the table a document is, or would be. */
function placeOf(key: JsonNode, table: usize, mask: u32): u32 {
  let place = <u32>hashBytes(0, key.at, key.length) & mask;
  while (true) {
    const taken = load<Fused>(table + (place << 2));
    if (!taken || sameBytes(taken.key.at, taken.key.length, key.at, key.length)) return place;
    place = (place + 1) & mask;
  }
}

function newFused(node: JsonNode): Fused {
  const document = changetype<Fused>(scratch.allocate(offsetof<Fused>()));
  const text = textOf(node);
  document.text = text.at;
  document.length = text.length;
  document.key = keyOf(node);
  return document;
}

function chain(document: Fused, node: JsonNode): void {
  const seen = changetype<Seen>(scratch.allocate(offsetof<Seen>()));
  seen.node = node;
  if (document.last) document.last.next = seen;
  else document.seen = seen;
  document.last = seen;
}

function write(to: Builder, documents: usize, count: u32): void {
  to.byte(0x5b);
  for (let i: u32 = 0; i < count; i++) {
    if (i) to.byte(0x2c);
    writeDocument(to, load<Fused>(documents + (i << 2)));
  }
  to.byte(0x5d);
}

/** All fields that it has anywhere, each as it stands first, and its score. */
function writeDocument(to: Builder, document: Fused): void {
  to.byte(0x7b);
  for (let seen = document.seen; seen; seen = seen.next) {
    if (seen.node.kind != JsonKind.Object) {
      if (seen != document.seen) continue;
      to.ascii('"text":');
      writeJson(to, seen.node);
      to.byte(0x2c);
      continue;
    }
    for (let each = seen.node.first; each; each = each.next) {
      if (isWord(each.keyAt, each.keyLength, "score") || stoodBefore(document, seen, each)) continue;
      to.json(each.keyAt, each.keyLength).byte(0x3a);
      writeJson(to, each);
      to.byte(0x2c);
    }
  }
  to.ascii('"score":').decimal(document.fused).byte(0x7d);
}

function stoodBefore(document: Fused, until: Seen, member: JsonNode): bool {
  for (let seen = document.seen; seen; seen = seen.next) {
    for (let each = seen.node.first; each; each = each.next) {
      if (each == member) return false;
      if (sameBytes(each.keyAt, each.keyLength, member.keyAt, member.keyLength)) return true;
    }
    if (seen == until) break;
  }
  return false;
}
