import { JsonKind, JsonNode } from "../json/node";
import { memberNamed } from "../json/members";
import { writeJson } from "../json/writer";
import { scratch } from "../memory/scratch";
import { sortAddresses } from "../memory/sort";
import { readJson } from "../json/reader";
import { Builder } from "../text/builder";
import { Scored, scoreDocuments } from "./bm25";

// Documents as searches give them: a list in JSON, best first, of objects with `id`, `text`, `score` and `metadata`, or of plain texts.

/** What identifies a document, else what it says: its `id`, its text, or all of it. */
export function keyOf(document: JsonNode): JsonNode {
  const id = memberNamed(document, "id");
  return id !== null ? id : textOf(document);
}

/** The text of a document: its `text` or `content`, else all of it. */
export function textOf(document: JsonNode): JsonNode {
  const text = memberNamed(document, "text");
  if (text !== null) return text;
  const content = memberNamed(document, "content");
  return content !== null ? content : document;
}

@unmanaged
class Ranked extends Scored {
  node: JsonNode;
}

/** A list of documents, ordered by how well they match the query, as JSON in `to`; false: it is no list, and nothing is written. */
export function rerankDocuments(to: Builder, list: usize, listLength: u32, query: usize, queryLength: u32): bool {
  const root = readJson(scratch, list, listLength).root;
  if (root === null || root.kind != JsonKind.Array) return false;
  const documents = scratch.allocate(root.count << 2);
  let place: u32 = 0;
  for (let each = root.first; each; each = each.next) {
    const document = changetype<Ranked>(scratch.allocate(offsetof<Ranked>()));
    const text = textOf(each);
    document.text = text.at;
    document.length = text.length;
    document.node = each;
    store<Ranked>(documents + (place++ << 2), document);
  }
  scoreDocuments(documents, place, query, queryLength);
  const sorted = sortAddresses(scratch, documents, place, byScore);
  to.byte(0x5b);
  for (let i: u32 = 0; i < place; i++) {
    if (i) to.byte(0x2c);
    writeJson(to, load<Ranked>(sorted + (i << 2)).node);
  }
  to.byte(0x5d);
  return true;
}

/** Higher scores first. */
export function byScore(a: usize, b: usize): i32 {
  const one = changetype<Scored>(a).score;
  const other = changetype<Scored>(b).score;
  return one > other ? -1 : <i32>(one < other);
}
