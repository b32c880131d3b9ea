import { Doc } from "./doc";
import { alternative, entryKey, entryOf, entrySpec, findEntry, NOT_FOUND, specA, specB, specType } from "./grammar";
import { complainKey, putWord } from "./problems";
import { Key, Message, ROOT_SPEC, SpecType } from "./table";

// Where keys of a flow's node belong: parameters in the map under the kind key, all others beside it.

export function isKind(key: u32): bool {
  return key >= <u32>Key.Agent && key <= <u32>Key.Use;
}

/** The shape of a node. */
function termShape(): u32 {
  const node = entrySpec(entryOf(specA(ROOT_SPEC), Key.Flow));
  let term = alternative(node, 0);
  for (let i: u32 = 1; i < specB(node); i++) if (specType(term) != SpecType.Map) term = alternative(node, i);
  return specA(term);
}

/** The shape of a kind's parameters; NOT_FOUND if the entry is no kind that has a map of them. */
function parameterShape(entry: u32): u32 {
  const isMap = isKind(entryKey(entry)) && specType(entrySpec(entry)) == SpecType.Map;
  return isMap ? specA(entrySpec(entry)) : NOT_FOUND;
}

/** Says where a key belongs that stands on the wrong side of a kind key; false if it is not one of a flow at all. */
export function saysPlace(map: Doc, shape: u32, doc: Doc): bool {
  const term = termShape();
  if (shape != term) {
    const kind = findEntry(term, map.nameAt, map.nameLength);
    if (kind == NOT_FOUND || parameterShape(kind) != shape || findEntry(term, doc.nameAt, doc.nameLength) == NOT_FOUND) return false;
    complainKey(Message.BesideKind, doc);
    putWord(entryKey(kind));
    return true;
  }
  for (let other: Doc | null = map.firstChild(); other !== null; other = other!.nextSibling()) {
    const kind = findEntry(term, other.nameAt, other.nameLength);
    const parameters = kind == NOT_FOUND ? NOT_FOUND : parameterShape(kind);
    if (parameters == NOT_FOUND || findEntry(parameters, doc.nameAt, doc.nameLength) == NOT_FOUND) continue;
    complainKey(Message.InsideKind, doc);
    putWord(entryKey(kind));
    return true;
  }
  return false;
}
