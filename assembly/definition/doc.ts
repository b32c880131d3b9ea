import { sameBytes } from "../text/slice";

// A definition as a tree, in the definition's own arena. Addresses are fine: a definition is never part of a snapshot.
//
//   type flags key | line | column | source | number (i64) | text | name, its place and hash | first next parent count     72 bytes
//
// `number` by type: Bool 0 or 1; Integer the integer; Decimal units of 10⁻⁹; Duration milliseconds; Bytes bytes.
// `text` of a scalar is its text: of a String the value, of any other what the file says.

/** What a node is. Duration and Bytes exist after checking only, under keys that hold them. */
export const enum DocType {
  Null,
  Bool,
  Integer,
  Decimal,
  String,
  List,
  Map,
  Duration,
  Bytes,
}

export const enum DocFlag {
  /** A scalar without quotes: what it is depends on how it looks. */
  Plain = 1,
  /** A key that holds a secret: its text is a `${NAME}` for the host, and is not substituted. */
  Secret = 2,
  /** Text that names variables, not substituted yet. */
  Variables = 4,
  /** Text whose variable has no value: an error as soon as a run uses it. */
  Unset = 8,
  /** A number that i64 cannot hold: infinite, too large, or (a decimal) not a multiple of 10⁻⁹. Its text is what counts. */
  Inexact = 16,
  /** Written by the core: a default that another part of the definition gives. */
  Inherited = 32,
  /** Under a key that this version refuses: nothing is known of what lies below, and its variables are not asked for. */
  Refused = 64,
  /** An agent that a pattern has added. */
  Added = 128,
}

@unmanaged
export class Doc {
  type: u8;
  flags: u8;
  /** Key id of a map entry whose map is a known one; else Key.None. */
  key: u16;
  line: u32;
  column: u32;
  source: u32;
  number: i64;
  textAt: usize;
  textLength: u32;
  /** Of a map entry: its key, in canonical spelling. */
  nameAt: usize;
  nameLength: u32;
  nameLine: u32;
  nameColumn: u32;
  /** So that two names are told apart without a look at them. */
  nameHash: u32;
  first: usize;
  next: usize;
  parent: usize;
  count: u32;

  /** A map's first value or a list's first item. */
  firstChild(): Doc | null {
    return changetype<Doc | null>(this.first);
  }

  /** The next value or item of the map or list that holds this one. */
  nextSibling(): Doc | null {
    return changetype<Doc | null>(this.next);
  }

  is(flag: DocFlag): bool {
    return (this.flags & <u8>flag) != 0;
  }
}

/** The value under `key`, which is a Key, in `map`; null if there is none, or if `map` is null or no map. */
export function child(map: Doc | null, key: u32): Doc | null {
  if (map === null || map.type != <u8>DocType.Map) return null;
  for (let entry: Doc | null = map.firstChild(); entry !== null; entry = entry!.nextSibling()) if (entry.key == key) return entry;
  return null;
}

/** The value under a name, in a map whose names are free. */
export function childNamed(map: Doc | null, at: usize, length: u32): Doc | null {
  if (map === null || map.type != <u8>DocType.Map) return null;
  for (let entry: Doc | null = map.firstChild(); entry !== null; entry = entry!.nextSibling()) {
    if (sameBytes(entry.nameAt, entry.nameLength, at, length)) return entry;
  }
  return null;
}

/** The first item of the list (or the first value of the map) under `key`; go on with `nextSibling`. */
export function firstItem(map: Doc | null, key: u32): Doc | null {
  const list = child(map, key);
  if (list === null) return null;
  return list.firstChild();
}

/** How many items the list under `key` has. */
export function countOf(map: Doc | null, key: u32): u32 {
  const list = child(map, key);
  return list === null ? 0 : list.count;
}

/** The string under `key` that has been given a value; null if there is none. Its bytes are at `textAt`. */
export function textOf(map: Doc | null, key: u32): Doc | null {
  const value = child(map, key);
  return value !== null && value.type == <u8>DocType.String && !value.is(DocFlag.Unset) ? value : null;
}

export function integerOf(map: Doc | null, key: u32, fallback: i64): i64 {
  const value = child(map, key);
  return value !== null && (value.type == <u8>DocType.Integer || value.type == <u8>DocType.Bytes) ? value.number : fallback;
}

/** In units of 10⁻⁹. */
export function decimalOf(map: Doc | null, key: u32, fallback: i64): i64 {
  const value = child(map, key);
  return value !== null && value.type == <u8>DocType.Decimal ? value.number : fallback;
}

export function boolOf(map: Doc | null, key: u32, fallback: bool): bool {
  const value = child(map, key);
  return value !== null && value.type == <u8>DocType.Bool ? value.number != 0 : fallback;
}

/** In milliseconds. */
export function durationOf(map: Doc | null, key: u32, fallback: u64): u64 {
  const value = child(map, key);
  return value !== null && value.type == <u8>DocType.Duration ? <u64>value.number : fallback;
}

/** Position, from 0, of the value under `key` in the key's list of words in the grammar (Word enums of table.ts); `fallback` if there is none. */
export function choiceOf(map: Doc | null, key: u32, fallback: u32): u32 {
  const value = child(map, key);
  return value !== null && value.type == <u8>DocType.String ? <u32>value.number : fallback;
}
