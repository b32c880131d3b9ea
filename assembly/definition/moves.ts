import { Doc, DocType } from "./doc";
import { addChild, docAt, giveKey, removeChild } from "./edit";
import { choiceWord, entryKey, entryOf, entrySpec, findEntry, isTableWord, NOT_FOUND, specA, specB, specType, wordLength } from "./grammar";
import { complainKey } from "./problems";
import { roleMaskOf } from "./role";
import { settleSpellings, spellValue, theRoot } from "./spelling";
import { Key, Message, MOVES, ROOT_SPEC, SpecType, TABLE } from "./table";

// Keys that mean one elsewhere: they go there.

/** Moves an entry to where the table says; `at` is an offset into its moves. */
export function move(map: Doc, doc: Doc, at: u32): void {
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
    if (load<u8>(path, 2)) moveTo(theRoot(), ROOT_SPEC, doc, path + 4, steps);
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
  if (map !== theRoot()) spec = specA(specUnder(ROOT_SPEC, Key.Agents));
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

function entryByWord(map: Doc, key: u32): Doc | null {
  for (let entry: Doc | null = map.firstChild(); entry !== null; entry = entry!.nextSibling())
    if (isTableWord(entry.nameAt, entry.nameLength, key)) return entry;
  return null;
}

const toConfig: usize = memory.data<u16>([<u16>Key.Orchestration, <u16>Key.Config, 0]);

/** A pattern's parameters may stand beside its `config`, or under the supervisor as `PATTERN_config`. */
export function moveParameter(map: Doc, doc: Doc): bool {
  if (map.parent != changetype<usize>(theRoot())) return false;
  if (isTableWord(map.nameAt, map.nameLength, Key.Orchestration)) {
    const config = specUnder(specUnder(ROOT_SPEC, Key.Orchestration), Key.Config);
    const entry = findEntry(specA(config), doc.nameAt, doc.nameLength);
    if (entry == NOT_FOUND) return false;
    removeChild(map, doc);
    store<u16>(toConfig, <u16>entryKey(entry), 4);
    moveTo(theRoot(), ROOT_SPEC, doc, toConfig, 3);
    return true;
  }
  if (!isTableWord(map.nameAt, map.nameLength, Key.Supervisor) || !isPatternConfig(doc)) return false;
  removeChild(map, doc);
  moveTo(theRoot(), ROOT_SPEC, doc, toConfig, 2);
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
