import { sameBytes } from "../text/slice";
import { child, Doc, DocFlag, DocType } from "./doc";
import { addChild, addText, docAt, giveKey, namesake, removeChild, sameDoc, setName } from "./edit";
import {
  alternative,
  entryExtra,
  entryIs,
  entryKey,
  entrySpec,
  entryWord,
  findEntry,
  isTableWord,
  NOT_FOUND,
  shapeEnd,
  shapeStart,
  specA,
  specB,
  specIs,
  specType,
  wordAt,
  wordLength,
} from "./grammar";
import { saysPlace } from "./flow-shape";
import { move, moveParameter } from "./moves";
import { found, foundAt, foundLength, offer, seek, WORD_SLIP } from "./nearest";
import { add, complain, complainKey, put, putNumber, suggest } from "./problems";
import { EntryFlag, Key, Message, ROOT_SPEC, SpecFlag, SpecType } from "./table";

// Canonical spelling, one file at a time: other spellings become the canonical key, keys that mean one elsewhere go there, short forms
// become long ones. Two spellings of one key pass if they say the same (R1). Keys that are unknown are reported and taken out.

let root: Doc = changetype<Doc>(0);

/** The file at hand, where keys with a leading `/` go. */
export function theRoot(): Doc {
  return root;
}

export function spell(tree: Doc): void {
  root = tree;
  spellValue(tree, ROOT_SPEC);
}

/** Spells what lies under a key. */
export function spellValue(doc: Doc, spec: u32): void {
  switch (specType(spec)) {
    case SpecType.Secret:
      doc.flags |= <u8>DocFlag.Secret;
      return;
    case SpecType.Refused:
      doc.flags |= <u8>DocFlag.Refused;
      return;
    case SpecType.Map:
      if (doc.type == <u8>DocType.Map) spellShape(doc, specA(spec));
      return;
    case SpecType.Record:
      if (doc.type == <u8>DocType.Map)
        for (let entry: Doc | null = doc.firstChild(); entry !== null; entry = entry!.nextSibling()) spellValue(entry, specA(spec));
      return;
    case SpecType.List:
      if (doc.type == <u8>DocType.Map && specIs(spec, SpecFlag.Named)) listOfNamed(doc);
      if (doc.type == <u8>DocType.List) for (let item: Doc | null = doc.firstChild(); item !== null; item = item!.nextSibling()) spellValue(item, specA(spec));
      return;
    case SpecType.Either:
      spellValue(doc, choose(doc, spec));
      return;
  }
}

/** The alternative that a node of this kind stands for. A string may stand for a map with one needed key, and then becomes it. */
function choose(doc: Doc, spec: u32): u32 {
  const count = specB(spec);
  if (doc.type == <u8>DocType.String) {
    for (let i: u32 = 0; i < count; i++) {
      const option = alternative(spec, i);
      if (specType(option) != SpecType.Map) continue;
      const first = shapeStart(specA(option));
      if (!entryIs(first, EntryFlag.Required)) continue;
      const inner = docAt(doc, DocType.String);
      inner.flags = doc.flags;
      inner.textAt = doc.textAt;
      inner.textLength = doc.textLength;
      giveKey(inner, entryKey(first));
      doc.type = <u8>DocType.Map;
      doc.flags = 0;
      doc.textLength = 0;
      addChild(doc, inner);
      return option;
    }
  }
  return fitting(doc, spec);
}

/** The first alternative that takes nodes of this kind; else the first. */
export function fitting(doc: Doc, spec: u32): u32 {
  const count = specB(spec);
  for (let i: u32 = 0; i < count; i++) {
    let option = alternative(spec, i);
    if (specType(option) == SpecType.Either) option = fitting(doc, option);
    if (fits(doc, option)) return option;
  }
  const first = alternative(spec, 0);
  return specType(first) == SpecType.Either ? fitting(doc, first) : first;
}

function fits(doc: Doc, spec: u32): bool {
  const type = specType(spec);
  switch (<u32>doc.type) {
    case DocType.Map:
      return type == SpecType.Map || type == SpecType.Record || type == SpecType.Any;
    case DocType.List:
      return type == SpecType.List || type == SpecType.Any;
    case DocType.Bool:
      return type == SpecType.Flag || type == SpecType.Any;
    default:
      return type < <u32>SpecType.List && type != SpecType.Flag;
  }
}

/** A map of name → map becomes a list of maps with names. */
function listOfNamed(doc: Doc): void {
  doc.type = <u8>DocType.List;
  for (let item: Doc | null = doc.firstChild(); item !== null; item = item!.nextSibling()) {
    if (item.type == <u8>DocType.Null) item.type = <u8>DocType.Map;
    if (item.type == <u8>DocType.Map) {
      let name: Doc | null = item.firstChild();
      while (name !== null && !isTableWord(name.nameAt, name.nameLength, Key.Name)) name = name.nextSibling();
      if (name === null) {
        const added = addText(item, Key.Name, item.nameAt, item.nameLength);
        added.flags = 0;
        added.line = item.nameLine;
        added.column = item.nameColumn;
      } else if (!sameBytes(name.textAt, name.textLength, item.nameAt, item.nameLength)) {
        complain(Message.NamesDiffer, name);
        put(item.nameAt, item.nameLength);
      }
    }
    setName(item, 0, 0);
  }
}

/** A definition within another is the root of its own keys. */
function spellShape(map: Doc, shape: u32): void {
  const outer = root;
  if (shape == specA(ROOT_SPEC)) root = map;
  spellMap(map, shape);
  root = outer;
}

function spellMap(map: Doc, shape: u32): void {
  for (let entry: Doc | null = map.firstChild(); entry !== null; ) {
    const next = entry.nextSibling();
    spellEntry(map, shape, entry);
    entry = next;
  }
}

function spellEntry(map: Doc, shape: u32, doc: Doc): void {
  // Added by a move, in canonical spelling already.
  if (doc.key) return;
  const entry = findEntry(shape, doc.nameAt, doc.nameLength);
  if (entry == NOT_FOUND) {
    if (!moveParameter(map, doc)) {
      if (!saysPlace(map, shape, doc)) unknownKey(shape, doc);
      removeChild(map, doc);
    }
    return;
  }
  if (doc.type == <u8>DocType.Null) {
    complainKey(Message.EmptyValue, doc);
    removeChild(map, doc);
    return;
  }
  const key = entryKey(entry);
  if (entryIs(entry, EntryFlag.Moved)) {
    move(map, doc, entryExtra(entry));
    return;
  }
  spellValue(doc, entrySpec(entry));
  if (entryIs(entry, EntryFlag.Also) && key == Key.Source) {
    complainKey(Message.TargetAsSource, doc);
    suggest(wordAt(Key.Source), wordLength(Key.Source));
  }
  const other = child(map, key);
  if (other === null) {
    giveKey(doc, key);
    return;
  }
  settleSpellings(other, doc);
  removeChild(map, doc);
}

/** Two values of one key: equal ones pass, and of maps each may have what the other has not. */
export function settleSpellings(first: Doc, second: Doc): void {
  if (first.type == <u8>DocType.Map && second.type == <u8>DocType.Map) {
    mergeSpellings(first, second);
    return;
  }
  if (sameDoc(first, second)) return;
  complainKey(Message.TwoSpellings, second);
  put(first.nameAt, first.nameLength);
  if (!first.nameLine) return;
  add(Message.FirstInLine);
  putNumber(first.nameLine, false);
}

function mergeSpellings(first: Doc, second: Doc): void {
  for (let entry: Doc | null = second.firstChild(); entry !== null; ) {
    const next = entry.nextSibling();
    const other = namesake(first, entry);
    if (other === null) {
      removeChild(second, entry);
      addChild(first, entry);
    } else settleSpellings(other, entry);
    entry = next;
  }
}

function unknownKey(shape: u32, doc: Doc): void {
  seek(doc.nameAt, doc.nameLength, WORD_SLIP);
  const end = shapeEnd(shape);
  for (let entry = shapeStart(shape); entry < end; entry++) {
    const word = entryWord(entry);
    offer(wordAt(word), wordLength(word));
  }
  complainKey(Message.UnknownKey, doc);
  if (found()) suggest(foundAt(), foundLength());
}
