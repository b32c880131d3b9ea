import { hashBytes } from "../text/hash";
import { isWord, sameBytes } from "../text/slice";
import { Doc, DocFlag, DocType } from "./doc";
import { wordAt, wordLength } from "./grammar";
import { theArena } from "./problems";

// Changes to a tree: what spelling, merging and inheritance do with it.

export function addChild(parent: Doc, added: Doc): void {
  added.parent = changetype<usize>(parent);
  added.next = 0;
  parent.count++;
  let last: Doc | null = parent.firstChild();
  if (last === null) {
    parent.first = changetype<usize>(added);
    return;
  }
  for (let next: Doc | null = last.nextSibling(); next !== null; next = last.nextSibling()) last = next;
  last.next = changetype<usize>(added);
}

export function removeChild(parent: Doc, removed: Doc): void {
  let before: Doc | null = null;
  for (let doc: Doc | null = parent.firstChild(); doc !== null; doc = doc!.nextSibling()) {
    if (doc === removed) {
      if (before === null) parent.first = doc.next;
      else before.next = doc.next;
      parent.count--;
      doc.next = 0;
      return;
    }
    before = doc;
  }
}

export function replaceChild(parent: Doc, removed: Doc, added: Doc): void {
  let before: Doc | null = null;
  for (let doc: Doc | null = parent.firstChild(); doc !== removed; doc = doc!.nextSibling()) {
    assert(doc !== null);
    before = doc;
  }
  added.parent = changetype<usize>(parent);
  added.next = removed.next;
  if (before === null) parent.first = changetype<usize>(added);
  else before.next = changetype<usize>(added);
  removed.next = 0;
}

/** A new node at the place of another. */
export function docAt(place: Doc, type: DocType): Doc {
  const doc = changetype<Doc>(theArena().allocate(offsetof<Doc>()));
  doc.type = <u8>type;
  doc.source = place.source;
  doc.line = place.line;
  doc.column = place.column;
  return doc;
}

/** Makes `doc` the value of a key of the grammar. */
export function giveKey(doc: Doc, key: u32): void {
  doc.key = <u16>key;
  setName(doc, wordAt(key), wordLength(key));
}

export function setName(doc: Doc, at: usize, length: u32): void {
  doc.nameAt = at;
  doc.nameLength = length;
  doc.nameHash = <u32>hashBytes(0, at, length);
}

/** The value in `map` that has the same name as another. */
export function namesake(map: Doc, doc: Doc): Doc | null {
  for (let entry: Doc | null = map.firstChild(); entry !== null; entry = entry!.nextSibling()) {
    if (entry.nameHash == doc.nameHash && sameBytes(entry.nameAt, entry.nameLength, doc.nameAt, doc.nameLength)) return entry;
  }
  return null;
}

export function copyDoc(from: Doc): Doc {
  const doc = docAt(from, DocType.Null);
  memory.copy(changetype<usize>(doc), changetype<usize>(from), offsetof<Doc>());
  doc.first = 0;
  doc.next = 0;
  doc.parent = 0;
  doc.count = 0;
  for (let below: Doc | null = from.firstChild(); below !== null; below = below!.nextSibling()) addChild(doc, copyDoc(below));
  return doc;
}

/** Adds a copy of a value that another part of the definition gives. */
export function inherit(map: Doc, key: u32, from: Doc): Doc {
  const doc = copyDoc(from);
  doc.flags |= <u8>DocFlag.Inherited;
  giveKey(doc, key);
  addChild(map, doc);
  return doc;
}

/** Adds a text that the core has decided. */
export function addText(map: Doc, key: u32, at: usize, length: u32): Doc {
  const doc = docAt(map, DocType.String);
  doc.flags = <u8>DocFlag.Inherited;
  doc.textAt = at;
  doc.textLength = length;
  giveKey(doc, key);
  addChild(map, doc);
  return doc;
}

/** Whether two trees say the same. */
export function sameDoc(a: Doc, b: Doc): bool {
  if (a.type != b.type || a.count != b.count) return false;
  if (a.type == <u8>DocType.Map) {
    for (let entry: Doc | null = a.firstChild(); entry !== null; entry = entry!.nextSibling()) {
      const other = namesake(b, entry);
      if (other === null || !sameDoc(entry, other)) return false;
    }
    return true;
  }
  if (a.type == <u8>DocType.List) {
    let other: Doc | null = b.firstChild();
    for (let item: Doc | null = a.firstChild(); item !== null && other !== null; item = item!.nextSibling(), other = other!.nextSibling())
      if (!sameDoc(item, other)) return false;
    return true;
  }
  if (a.type == <u8>DocType.String || a.is(DocFlag.Inexact)) return sameBytes(a.textAt, a.textLength, b.textAt, b.textLength);
  return a.number == b.number;
}

/** Whether a string is this ASCII word. */
export function isText(doc: Doc | null, word: string): bool {
  return doc !== null && doc.type == <u8>DocType.String && isWord(doc.textAt, doc.textLength, word);
}
