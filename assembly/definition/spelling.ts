import { sameBytes } from "../text/slice";
import { child, Doc, DocFlag, DocType } from "./doc";
import { addChild, addText, docAt, giveKey, namesake, removeChild, sameDoc, setName } from "./edit";
import {
  alternative,
  choiceWord,
  entryExtra,
  entryIs,
  entryKey,
  entryOf,
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
import { found, foundAt, foundLength, offer, seek, WORD_SLIP } from "./nearest";
import { add, complain, complainKey, put, putNumber, suggest } from "./problems";
import { roleMaskOf } from "./role";
import { EntryFlag, Key, Message, MOVES, ROOT_SPEC, SpecFlag, SpecType, TABLE } from "./table";

// Canonical spelling, one file at a time: other spellings become the canonical key, keys that mean one elsewhere go there, short forms
// become long ones. Two spellings of one key pass if they say the same (R1). Keys that are unknown are reported and taken out.

let root: Doc = changetype<Doc>(0);

export function spell(tree: Doc): void {
  root = tree;
  spellValue(tree, ROOT_SPEC);
}

function spellValue(doc: Doc, spec: u32): void {
  switch (specType(spec)) {
    case SpecType.Secret:
      doc.flags |= <u8>DocFlag.Secret;
      return;
    case SpecType.Refused:
      doc.flags |= <u8>DocFlag.Refused;
      return;
    case SpecType.Map:
      if (doc.type == <u8>DocType.Map) spellMap(doc, specA(spec));
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
      unknownKey(shape, doc);
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
function settleSpellings(first: Doc, second: Doc): void {
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

// ---- keys that mean one elsewhere ----

function move(map: Doc, doc: Doc, at: u32): void {
  let path = TABLE + MOVES + at;
  const mask = roleMaskOf(map);
  for (let left = load<u8>(path++); left; left--) {
    const roles = load<u16>(path);
    const steps = <u32>load<u8>(path, 3);
    if (roles && !(roles & mask)) {
      path += 4 + (steps << 1);
      continue;
    }
    removeChild(map, doc);
    if (load<u8>(path, 2)) moveTo(root, ROOT_SPEC, doc, path + 4, steps);
    else moveTo(map, 0, doc, path + 4, steps);
    return;
  }
  complainKey(Message.WrongRole, doc);
  removeChild(map, doc);
}

/** The spec of the value under `key` in a map; of what is refused nothing is known below. */
function specUnder(spec: u32, key: u32): u32 {
  if (specType(spec) == SpecType.Refused) return spec;
  const entry = entryOf(specA(spec), key);
  assert(entry != NOT_FOUND);
  return entrySpec(entry);
}

/** `spec` 0 is the root's, and an agent's as well: then it is found by way of the root. */
function moveTo(map: Doc, spec: u32, doc: Doc, path: usize, steps: u32): void {
  if (map !== root) spec = specA(specUnder(ROOT_SPEC, Key.Agents));
  for (; steps > 1; steps--) {
    const key = load<u16>(path);
    path += 2;
    spec = specUnder(spec, key);
    let below = entryByWord(map, key);
    if (below === null) {
      below = docAt(doc, DocType.Map);
      below.nameLine = doc.nameLine;
      below.nameColumn = doc.nameColumn;
      giveKey(below, key);
      addChild(map, below);
    }
    // Something else than a map stands there, which is reported where it stands.
    if (below.type != <u8>DocType.Map) return;
    map = below;
  }
  const key = load<u16>(path);
  spec = specUnder(spec, key);
  spellValue(doc, spec);
  const other = entryByWord(map, key);
  if (other === null) {
    giveKey(doc, key);
    addChild(map, doc);
    return;
  }
  if (!other.key) spellValue(other, spec);
  other.key = <u16>key;
  settleSpellings(other, doc);
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

function entryByWord(map: Doc, key: u32): Doc | null {
  for (let entry: Doc | null = map.firstChild(); entry !== null; entry = entry!.nextSibling())
    if (isTableWord(entry.nameAt, entry.nameLength, key)) return entry;
  return null;
}

const toConfig: usize = memory.data<u16>([<u16>Key.Orchestration, <u16>Key.Config, 0]);

/** A pattern's parameters may stand beside its `config`, or under the supervisor as `PATTERN_config`. */
function moveParameter(map: Doc, doc: Doc): bool {
  if (map.parent != changetype<usize>(root)) return false;
  if (isTableWord(map.nameAt, map.nameLength, Key.Orchestration)) {
    const config = specUnder(specUnder(ROOT_SPEC, Key.Orchestration), Key.Config);
    const entry = findEntry(specA(config), doc.nameAt, doc.nameLength);
    if (entry == NOT_FOUND) return false;
    removeChild(map, doc);
    store<u16>(toConfig, <u16>entryKey(entry), 4);
    moveTo(root, ROOT_SPEC, doc, toConfig, 3);
    return true;
  }
  if (!isTableWord(map.nameAt, map.nameLength, Key.Supervisor) || !isPatternConfig(doc)) return false;
  removeChild(map, doc);
  moveTo(root, ROOT_SPEC, doc, toConfig, 2);
  return true;
}

function isPatternConfig(doc: Doc): bool {
  const tail = wordLength(Key.Config) + 1;
  if (doc.nameLength <= tail) return false;
  const stem = doc.nameLength - tail;
  if (load<u8>(doc.nameAt + stem) != 0x5f || !isTableWord(doc.nameAt + stem + 1, tail - 1, Key.Config)) return false;
  const patterns = specUnder(specUnder(ROOT_SPEC, Key.Orchestration), Key.Pattern);
  const count = specB(patterns);
  for (let i: u32 = 0; i < count; i++) if (isTableWord(doc.nameAt, stem, choiceWord(specA(patterns) + i))) return true;
  return false;
}
