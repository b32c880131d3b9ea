import { sameBytes } from "../text/slice";
import {
  CHOICE_POSITIONS,
  CHOICE_REASONS,
  CHOICE_WORDS,
  ENTRY_COUNT,
  ENTRY_EXTRAS,
  ENTRY_FLAGS,
  ENTRY_KEYS,
  ENTRY_REASONS,
  ENTRY_SPECS,
  EntryFlag,
  LISTS,
  NUMBERS,
  REASONS,
  SHAPES,
  SPEC_A,
  SPEC_B,
  SPEC_C,
  SPEC_FLAGS,
  SPEC_TYPES,
  TABLE,
  WORD_COUNT,
  WORDS,
} from "./table";

// Reads the table that the schema was turned into. Words, entries, specs, shapes and choices are numbers.

export const NOT_FOUND: u32 = u32.MAX_VALUE;
/** A bound that is not there. */
export const NO_NUMBER: u32 = 0xffff;

/** Where each word begins; keys and specs of entries, unpacked. Made by openTable. */
const wordStarts: usize = memory.data((WORD_COUNT + 1) * 2);
const entryKeys: usize = memory.data(ENTRY_COUNT * 2);
const entrySpecs: usize = memory.data(ENTRY_COUNT * 2);
let isOpen: bool = false;

/** Unpacks the table, once. */
export function openTable(): void {
  if (isOpen) return;
  isOpen = true;
  let at: u32 = 0;
  for (let word: u32 = 1; word <= WORD_COUNT; word++) {
    while (load<u8>(TABLE + WORDS + at)) at++;
    store<u16>(wordStarts + (word << 1), ++at);
  }
  unpack(TABLE + ENTRY_KEYS, entryKeys);
  unpack(TABLE + ENTRY_SPECS, entrySpecs);
}

function unpack(from: usize, to: usize): void {
  let greatest: u32 = 0;
  for (let i: u32 = 0; i < ENTRY_COUNT; i++) {
    let value = <u32>load<u8>(from++);
    if (!value) value = greatest + 1;
    else if (value & 0x80) value = ((value & 0x7f) << 8) | load<u8>(from++);
    greatest = max(greatest, value);
    store<u16>(to + (i << 1), value);
  }
}

export function wordAt(word: u32): usize {
  assert(word < WORD_COUNT);
  return TABLE + WORDS + load<u16>(wordStarts + (word << 1));
}

export function wordLength(word: u32): u32 {
  return <u32>load<u16>(wordStarts + (word << 1), 2) - load<u16>(wordStarts + (word << 1)) - 1;
}

export function isTableWord(at: usize, length: u32, word: u32): bool {
  return sameBytes(at, length, wordAt(word), wordLength(word));
}

// ---- entries: the keys of a map ----

export function entryKey(entry: u32): u32 {
  return load<u16>(entryKeys + (entry << 1));
}

export function entrySpec(entry: u32): u32 {
  return load<u16>(entrySpecs + (entry << 1)) - 1;
}

export function entryExtra(entry: u32): u32 {
  return load<u16>(TABLE + ENTRY_EXTRAS + (entry << 1));
}

export function entryIs(entry: u32, flag: EntryFlag): bool {
  return (load<u8>(TABLE + ENTRY_FLAGS + entry) & flag) != 0;
}

/** The word that says why the key is not in this version. */
export function entryReason(entry: u32): u32 {
  return load<u16>(TABLE + REASONS + ((<u32>load<u8>(TABLE + ENTRY_REASONS + entry)) << 1));
}

/** The word by which an entry is written. */
export function entryWord(entry: u32): u32 {
  return entryIs(entry, EntryFlag.Also) ? entryExtra(entry) : entryKey(entry);
}

export function shapeStart(shape: u32): u32 {
  return load<u16>(TABLE + SHAPES + (shape << 1));
}

export function shapeEnd(shape: u32): u32 {
  return load<u16>(TABLE + SHAPES + ((shape + 1) << 1));
}

/** The entry of a key as it is written, also-spellings included. */
export function findEntry(shape: u32, at: usize, length: u32): u32 {
  const end = shapeEnd(shape);
  for (let entry = shapeStart(shape); entry < end; entry++) if (isTableWord(at, length, entryWord(entry))) return entry;
  return NOT_FOUND;
}

/** The entry of a canonical key. */
export function entryOf(shape: u32, key: u32): u32 {
  const end = shapeEnd(shape);
  for (let entry = shapeStart(shape); entry < end; entry++) if (entryKey(entry) == key && !entryIs(entry, EntryFlag.Also)) return entry;
  return NOT_FOUND;
}

// ---- specs: what may stand under a key ----

export function specType(spec: u32): u32 {
  return load<u8>(TABLE + SPEC_TYPES + spec);
}

export function specIs(spec: u32, flag: u32): bool {
  return (load<u8>(TABLE + SPEC_FLAGS + spec) & flag) != 0;
}

/** By type: a map's shape, the spec of items, the first choice or alternative, the least number, the unit of a plain number. */
export function specA(spec: u32): u32 {
  return load<u16>(TABLE + SPEC_A + (spec << 1));
}

/** By type: how many choices or alternatives, the greatest number. */
export function specB(spec: u32): u32 {
  return load<u16>(TABLE + SPEC_B + (spec << 1));
}

/** Of a choice: the position of the word that switches it off. */
export function specC(spec: u32): u32 {
  return load<u16>(TABLE + SPEC_C + (spec << 1));
}

export function alternative(spec: u32, index: u32): u32 {
  return load<u16>(TABLE + LISTS + ((specA(spec) + index) << 1));
}

export function tableNumber(index: u32): i64 {
  return load<i64>(TABLE + NUMBERS + (index << 3));
}

// ---- choices: words that may stand under a key ----

export function choiceWord(choice: u32): u32 {
  return load<u16>(TABLE + CHOICE_WORDS + (choice << 1));
}

export function choicePosition(choice: u32): u32 {
  return load<u8>(TABLE + CHOICE_POSITIONS + choice);
}

export function choiceReason(choice: u32): u32 {
  return load<u16>(TABLE + REASONS + ((<u32>load<u8>(TABLE + CHOICE_REASONS + choice)) << 1));
}
