import { NODE_SIZE, Node, NodeKind, Source } from "../protocol/types";
import { isWord, sameBytes } from "../text/slice";
import { Doc, DocType } from "./doc";
import { copyDoc, namesake, setName } from "./edit";
import { add, complain, complainAt, complainIn, complainKey, put, putNumber, theArena } from "./problems";
import { checkTag, readScalar } from "./tagged";
import { Message } from "./table";

// From a host's nodes to a tree: scalars resolved, aliases expanded, duplicates, tags and sizes refused. One file at a time.

const DEEPEST: u32 = 20;
/** Containers in a flow: 64 of its nodes, of which each may take three. */
const DEEPEST_FLOW: u32 = 200;
const MOST_NODES: u32 = 10_000;
const MOST_ALIASES: u32 = 100;
const LONGEST_KEY: u32 = 1024;
const LARGEST_FILE: u64 = 10_000_000;
// What the seed's documentation allows; beyond it there are warnings.
const ADVISED_DEPTH: u32 = 10;
const ADVISED_KEYS: u32 = 1000;
const ADVISED_SIZE: u64 = 1_000_000;

/** A name that stands for a node. */
@unmanaged
class Anchor {
  next: usize;
  doc: usize;
  at: usize;
  length: u32;
  /** Its node is not read to the end yet. */
  open: u8;
}

// The file at hand.
let base: usize = 0;
let nodes: usize = 0;
let nodeCount: u32 = 0;
let position: u32 = 0;
let source: u32 = 0;
let anchors: usize = 0;
let total: u32 = 0;
let aliases: u32 = 0;
let keyCount: u32 = 0;
let deepest: u32 = 0;
let inFlow: bool = false;
/** Set when the file is given up: one problem says why. */
let stopped: bool = false;
let saidTooDeep: bool = false;

/** The tree of a source whose offsets count from `record`; null if there is none to go on with. */
export function readTree(record: usize, from: Source, index: u32): Doc | null {
  base = record;
  nodes = record + from.nodesAt;
  nodeCount = from.nodesCount;
  source = index;
  position = 0;
  anchors = 0;
  total = 0;
  aliases = 0;
  keyCount = 0;
  deepest = 0;
  inFlow = false;
  stopped = false;
  saidTooDeep = false;
  if (!from.documents || !nodeCount) {
    complainAt(Message.EmptyDocument, source, 1, 1);
    return null;
  }
  const first = changetype<Node>(nodes);
  if (from.documents > 1) {
    complainAt(Message.SeveralDocuments, source, first.line, first.column);
    putNumber(from.documents, false);
    return null;
  }
  const size = sizeOf();
  if (size > LARGEST_FILE) {
    complainAt(Message.TooLarge, source, first.line, first.column);
    return null;
  }
  const root = readNode(null, null, 1);
  if (root === null) return null;
  if (!stopped && position != nodeCount) broken(root.line, root.column);
  if (stopped) return null;
  if (root.type == <u8>DocType.Null) {
    complain(Message.EmptyDocument, root);
    return null;
  }
  if (root.type != <u8>DocType.Map) {
    complain(Message.NotAMap, root);
    return null;
  }
  if (deepest > ADVISED_DEPTH) complain(Message.DeepDocument, root);
  if (keyCount > ADVISED_KEYS) complain(Message.ManyKeys, root);
  if (size > ADVISED_SIZE) complain(Message.LargeDocument, root);
  return root;
}

function sizeOf(): u64 {
  let size: u64 = 0;
  for (let i: u32 = 0; i < nodeCount; i++) size += changetype<Node>(nodes + i * NODE_SIZE).textLength;
  return size;
}

/** Nodes that are no document, which no parser gives. */
function broken(line: u32, column: u32): void {
  stopped = true;
  complainAt(Message.BadNodes, source, line, column);
}

function nextNode(): Node | null {
  if (stopped) return null;
  if (position >= nodeCount) {
    broken(0, 0);
    return null;
  }
  return changetype<Node>(nodes + position++ * NODE_SIZE);
}

/** Counts one more node of the tree. */
function count(line: u32, column: u32): bool {
  if (stopped) return false;
  if (++total <= MOST_NODES) return true;
  stopped = true;
  complainAt(Message.TooManyNodes, source, line, column);
  return false;
}

function newDoc(parent: Doc | null, line: u32, column: u32): Doc {
  const doc = changetype<Doc>(theArena().allocate(offsetof<Doc>()));
  doc.source = source;
  doc.line = line;
  doc.column = column;
  doc.parent = changetype<usize>(parent);
  return doc;
}

/** `key`: of a map's value. */
function readNode(parent: Doc | null, key: Doc | null, depth: u32): Doc | null {
  const node = nextNode();
  if (node === null || !count(node.line, node.column)) return null;
  if (node.kind == <u8>NodeKind.Alias) return readAlias(parent, key, node, depth);
  const doc = newDoc(parent, node.line, node.column);
  if (key !== null) takeName(doc, key);
  const anchor = node.anchorLength ? openAnchor(node, doc) : null;
  if (node.kind == <u8>NodeKind.Scalar) readScalar(doc, base, node);
  else {
    if (depth > (inFlow ? DEEPEST_FLOW : DEEPEST)) {
      tooDeep(doc, node);
      skip(node);
      return null;
    }
    deepest = max(deepest, inFlow ? 0 : depth);
    if (node.kind == <u8>NodeKind.Mapping) readMap(doc, node, depth);
    else readList(doc, node, depth);
  }
  if (anchor !== null) anchor.open = 0;
  return stopped ? null : doc;
}

/** Said once a file. */
function tooDeep(doc: Doc, node: Node): void {
  if (!saidTooDeep) complainIn(Message.TooDeep, doc, node.line, node.column);
  saidTooDeep = true;
}

/** Passes over what is below a node that was just taken. */
function skip(node: Node): void {
  let left = <u64>node.count;
  while (left) {
    const next = nextNode();
    if (next === null) return;
    left += <u64>next.count - 1;
  }
}

function readList(doc: Doc, node: Node, depth: u32): void {
  doc.type = <u8>DocType.List;
  checkTag(doc, base, node, "seq");
  let last: Doc | null = null;
  for (let i: u32 = 0; i < node.count && !stopped; i++) last = append(doc, last, readNode(doc, null, depth + 1));
}

function append(parent: Doc, last: Doc | null, doc: Doc | null): Doc | null {
  if (doc === null) return last;
  if (last === null) parent.first = changetype<usize>(doc);
  else last.next = changetype<usize>(doc);
  parent.count++;
  return doc;
}

function readMap(doc: Doc, node: Node, depth: u32): void {
  doc.type = <u8>DocType.Map;
  checkTag(doc, base, node, "map");
  if (node.count & 1) {
    broken(node.line, node.column);
    return;
  }
  let last: Doc | null = null;
  for (let i: u32 = 0; i < node.count && !stopped; i += 2) {
    const key = readKey(doc);
    if (stopped) return;
    if (key === null) {
      const value = nextNode();
      if (value !== null) skip(value);
      continue;
    }
    const wasInFlow = inFlow;
    if (depth == 1 && isWord(key.textAt, key.textLength, "flow")) inFlow = true;
    const value = readNode(doc, key, depth + 1);
    inFlow = wasInFlow;
    if (value === null) continue;
    const first = namesake(doc, value);
    if (first !== null) complainTwice(value, first);
    else last = append(doc, last, value);
  }
}

function takeName(value: Doc, key: Doc): void {
  setName(value, key.textAt, key.textLength);
  value.nameLine = key.line;
  value.nameColumn = key.column;
}

function complainTwice(value: Doc, first: Doc): void {
  complainKey(Message.DuplicateKey, value);
  if (!first.nameLine) return;
  add(Message.FirstInLine);
  putNumber(first.nameLine, false);
}

/** A key's scalar; null if it cannot be one, which is reported. */
function readKey(map: Doc): Doc | null {
  const node = nextNode();
  if (node === null || !count(node.line, node.column)) return null;
  keyCount++;
  let key: Doc;
  if (node.kind == <u8>NodeKind.Alias) {
    const anchor = findAnchor(node);
    if (anchor === null || !countAlias(node)) return null;
    key = copyDoc(changetype<Doc>(anchor.doc));
    key.line = node.line;
    key.column = node.column;
  } else {
    key = newDoc(map, node.line, node.column);
    if (node.kind == <u8>NodeKind.Scalar) {
      readScalar(key, base, node);
      const anchor = node.anchorLength ? openAnchor(node, key) : null;
      if (anchor !== null) anchor.open = 0;
    } else {
      skip(node);
      key.type = <u8>DocType.Map;
    }
  }
  if (key.type != <u8>DocType.String) {
    const isScalar = key.type < <u8>DocType.List;
    complainIn(isScalar ? Message.KeyNotText : Message.KeyNotScalar, map, node.line, node.column);
    if (isScalar) put(key.textAt, key.textLength);
    return null;
  }
  if (key.textLength > LONGEST_KEY) {
    complainIn(Message.KeyTooLong, map, node.line, node.column);
    return null;
  }
  return key;
}

// ---- anchors and aliases ----

function openAnchor(node: Node, doc: Doc): Anchor {
  const anchor = changetype<Anchor>(theArena().allocate(offsetof<Anchor>()));
  anchor.next = anchors;
  anchor.doc = changetype<usize>(doc);
  anchor.at = base + node.anchorAt;
  anchor.length = node.anchorLength;
  anchor.open = 1;
  anchors = changetype<usize>(anchor);
  return anchor;
}

/** The latest anchor of that name, whose node is complete. */
function findAnchor(node: Node): Anchor | null {
  let anchor = changetype<Anchor | null>(anchors);
  while (anchor !== null && !sameBytes(anchor.at, anchor.length, base + node.anchorAt, node.anchorLength)) anchor = changetype<Anchor | null>(anchor.next);
  if (anchor !== null && !anchor.open) return anchor;
  complainAt(anchor === null ? Message.NoAnchor : Message.AliasInside, source, node.line, node.column);
  put(base + node.anchorAt, node.anchorLength);
  return null;
}

function countAlias(node: Node): bool {
  if (++aliases <= MOST_ALIASES) return true;
  stopped = true;
  complainAt(Message.TooManyAliases, source, node.line, node.column);
  return false;
}

function readAlias(parent: Doc | null, key: Doc | null, node: Node, depth: u32): Doc | null {
  if (!countAlias(node)) return null;
  const anchor = findAnchor(node);
  if (anchor === null) return null;
  const from = changetype<Doc>(anchor.doc);
  const doc = copyTree(from, parent, key, depth, node);
  if (doc === null || stopped) return null;
  // The place is the alias's, so that a problem of the value is shown where it is used.
  doc.line = node.line;
  doc.column = node.column;
  return doc;
}

function copyTree(from: Doc, parent: Doc | null, key: Doc | null, depth: u32, node: Node): Doc | null {
  const isContainer = from.type == <u8>DocType.List || from.type == <u8>DocType.Map;
  const doc = newDoc(parent, from.line, from.column);
  doc.type = from.type;
  doc.flags = from.flags;
  doc.number = from.number;
  doc.textAt = from.textAt;
  doc.textLength = from.textLength;
  if (key !== null) takeName(doc, key);
  else {
    doc.nameAt = from.nameAt;
    doc.nameLength = from.nameLength;
    doc.nameHash = from.nameHash;
    doc.nameLine = from.nameLine;
    doc.nameColumn = from.nameColumn;
  }
  if (isContainer && depth > (inFlow ? DEEPEST_FLOW : DEEPEST)) {
    tooDeep(doc, node);
    return null;
  }
  let last: Doc | null = null;
  for (let below: Doc | null = from.firstChild(); below !== null && !stopped; below = below!.nextSibling()) {
    // A map's entry is two nodes.
    if (!count(node.line, node.column) || (from.type == <u8>DocType.Map && !count(node.line, node.column))) return null;
    last = append(doc, last, copyTree(below, doc, null, depth + 1, node));
  }
  return doc;
}
