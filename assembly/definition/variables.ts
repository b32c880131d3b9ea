import { Builder } from "../text/builder";
import { hashBytes } from "../text/hash";
import { sameBytes } from "../text/slice";
import { Doc, DocFlag, DocType } from "./doc";
import { complain, put, theArena } from "./problems";
import { Message } from "./table";

// `${NAME}`, `${NAME:-text}` and `$$` in string values. Keys that hold secrets keep their references: the host fills them in.

const DOLLAR: u32 = 0x24;
const LONGEST_VALUE: u32 = 1 << 20;

/** A variable that some value names. */
@unmanaged
export class Name {
  next: usize;
  at: usize;
  length: u32;
  /** Whether the host gave a value. */
  isSet: u8;
  valueAt: usize;
  valueLength: u32;

  nextName(): Name | null {
    return changetype<Name | null>(this.next);
  }
}

const MOST_NAMES: u32 = 1000;
/** All values together, as they are filled in. */
const MOST_FILLED: u32 = 10_000_000;

let firstName: usize = 0;
let lastName: usize = 0;
let nameCount: u32 = 0;
/** Names by hash: u32[2048], each the address of a Name; in the arena. */
let nameTable: usize = 0;
const TABLE_SIZE: u32 = 2048;

/** Marks the strings that name variables; gives the names, each once, in order of appearance. */
export function findVariables(root: Doc): Name | null {
  firstName = 0;
  lastName = 0;
  nameCount = 0;
  nameTable = theArena().allocate(TABLE_SIZE << 2);
  mark(root);
  return changetype<Name | null>(firstName);
}

function mark(doc: Doc): void {
  if (doc.is(DocFlag.Refused)) return;
  if (doc.type == <u8>DocType.String) markText(doc);
  for (let below: Doc | null = doc.firstChild(); below !== null; below = below!.nextSibling()) mark(below);
}

function markText(doc: Doc): void {
  const isSecret = doc.is(DocFlag.Secret);
  let named = false;
  let strange = false;
  const end = doc.textAt + doc.textLength;
  for (let at = doc.textAt; at + 1 < end; at++) {
    if (load<u8>(at) != DOLLAR) continue;
    const next = load<u8>(at, 1);
    if (next == DOLLAR) {
      if (!isSecret) doc.flags |= <u8>DocFlag.Variables;
      at++;
    } else if (next == 0x7b) {
      if (!readReference(at, end)) {
        if (!strange) complain(Message.NotAVariable, doc);
        strange = true;
        continue;
      }
      named = true;
      if (!isSecret) {
        doc.flags |= <u8>DocFlag.Variables;
        need(doc);
      }
      at = referenceEnd - 1;
    }
  }
  if (isSecret && !named && doc.textLength) {
    complain(Message.SecretInFile, doc);
  }
}

// The reference read last.
let nameAt: usize = 0;
let nameLength: u32 = 0;
let defaultAt: usize = 0;
let defaultLength: u32 = 0;
let hasDefault: bool = false;
let referenceEnd: usize = 0;

/** `${NAME}` or `${NAME:-text}` at `at`. */
function readReference(at: usize, end: usize): bool {
  at += 2;
  nameAt = at;
  while (at < end && isNamePart(load<u8>(at), at == nameAt)) at++;
  nameLength = <u32>(at - nameAt);
  hasDefault = false;
  if (!nameLength || at >= end) return false;
  if (load<u8>(at) == 0x3a) {
    if (at + 1 >= end || load<u8>(at, 1) != 0x2d) return false;
    hasDefault = true;
    defaultAt = at + 2;
    at = defaultAt;
    while (at < end && load<u8>(at) != 0x7d) at++;
    defaultLength = <u32>(at - defaultAt);
  }
  if (at >= end || load<u8>(at) != 0x7d) return false;
  referenceEnd = at + 1;
  return true;
}

function isNamePart(c: u32, isFirst: bool): bool {
  const letter = c | 0x20;
  if ((letter >= 0x61 && letter <= 0x7a) || c == 0x5f) return true;
  return !isFirst && c - 0x30 < 10;
}

/** Notes the name of the reference read last. */
function need(doc: Doc): void {
  const slot = slotOf(nameTable, nameAt, nameLength);
  if (load<usize>(slot)) return;
  if (++nameCount > MOST_NAMES) {
    if (nameCount == MOST_NAMES + 1) complain(Message.TooManyVariables, doc);
    return;
  }
  const name = changetype<Name>(theArena().allocate(offsetof<Name>()));
  name.at = nameAt;
  name.length = nameLength;
  store<usize>(slot, changetype<usize>(name));
  if (lastName) changetype<Name>(lastName).next = changetype<usize>(name);
  else firstName = changetype<usize>(name);
  lastName = changetype<usize>(name);
}

/** Where a name is in a table that is never full, or where it belongs. */
function slotOf(table: usize, at: usize, length: u32): usize {
  let index = <u32>hashBytes(0, at, length);
  let slot = table + ((index & (TABLE_SIZE - 1)) << 2);
  for (let name = load<usize>(slot); name && !isNamed(name, at, length); name = load<usize>(slot)) slot = table + ((++index & (TABLE_SIZE - 1)) << 2);
  return slot;
}

function isNamed(name: usize, at: usize, length: u32): bool {
  return sameBytes(changetype<Name>(name).at, changetype<Name>(name).length, at, length);
}

/** The names of a definition, by hash: what findVariables has left. */
export function variableTable(): usize {
  return nameTable;
}

export function findName(table: usize, at: usize, length: u32): Name | null {
  return changetype<Name | null>(load<usize>(slotOf(table, at, length)));
}

const filled: Builder = changetype<Builder>(memory.data(16));

let filledBytes: u32 = 0;

/** Puts the values in. A value is not expanded again. */
export function substitute(root: Doc, table: usize): void {
  filledBytes = 0;
  fill(root, table);
}

function fill(doc: Doc, table: usize): void {
  if (doc.is(DocFlag.Variables)) substituteText(doc, table);
  for (let below: Doc | null = doc.firstChild(); below !== null; below = below!.nextSibling()) fill(below, table);
}

function substituteText(doc: Doc, table: usize): void {
  filled.clear();
  const end = doc.textAt + doc.textLength;
  let start = doc.textAt;
  for (let at = start; at + 1 < end; at++) {
    if (load<u8>(at) != DOLLAR) continue;
    if (load<u8>(at, 1) == DOLLAR) {
      filled.bytes(start, <u32>(at + 1 - start));
      start = at + 2;
      at++;
    } else if (load<u8>(at, 1) == 0x7b && readReference(at, end)) {
      filled.bytes(start, <u32>(at - start));
      putValue(doc, table);
      start = referenceEnd;
      at = referenceEnd - 1;
    }
    if (filled.length > LONGEST_VALUE) {
      complain(Message.FilledTooLong, doc);
      filled.clear();
      start = end;
      break;
    }
  }
  filled.bytes(start, <u32>(end - start));
  // Text that is not given stays as it was written, and says what is missing.
  if (doc.is(DocFlag.Unset)) return;
  filledBytes += filled.length;
  if (filledBytes > MOST_FILLED) {
    if (filledBytes - filled.length <= MOST_FILLED) complain(Message.FilledTooMuch, doc);
    filled.clear();
  }
  doc.textAt = theArena().copy(filled.at, filled.length);
  doc.textLength = filled.length;
}

function putValue(doc: Doc, table: usize): void {
  const name = findName(table, nameAt, nameLength);
  const isSet = name === null ? false : name.isSet != 0;
  if (isSet) filled.bytes(name!.valueAt, name!.valueLength);
  else if (hasDefault) filled.bytes(defaultAt, defaultLength);
  else doc.flags |= <u8>DocFlag.Unset;
}

/** Puts the name of the variable without a value that a text waits for into the message at hand. */
export function putUnsetName(doc: Doc): void {
  const end = doc.textAt + doc.textLength;
  for (let at = doc.textAt; at + 1 < end; at++) {
    if (load<u8>(at) == DOLLAR && load<u8>(at, 1) == 0x7b && readReference(at, end)) {
      if (!hasDefault) {
        put(nameAt, nameLength);
        return;
      }
      at = referenceEnd - 1;
    }
  }
}
