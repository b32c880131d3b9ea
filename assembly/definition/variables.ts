import { Builder } from "../text/builder";
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

let firstName: usize = 0;
let lastName: usize = 0;

/** Marks the strings that name variables; gives the names, each once, in order of appearance. */
export function findVariables(root: Doc): Name | null {
  firstName = 0;
  lastName = 0;
  mark(root);
  return changetype<Name | null>(firstName);
}

function mark(doc: Doc): void {
  if (doc.type == <u8>DocType.String) markText(doc);
  for (let below: Doc | null = doc.firstChild(); below !== null; below = below!.nextSibling()) mark(below);
}

function markText(doc: Doc): void {
  const isSecret = doc.is(DocFlag.Secret);
  let named = false;
  const end = doc.textAt + doc.textLength;
  for (let at = doc.textAt; at + 1 < end; at++) {
    if (load<u8>(at) != DOLLAR) continue;
    const next = load<u8>(at, 1);
    if (next == DOLLAR) {
      if (!isSecret) doc.flags |= <u8>DocFlag.Variables;
      at++;
    } else if (next == 0x7b) {
      if (!readReference(at, end)) {
        complain(Message.NotAVariable, doc);
        continue;
      }
      named = true;
      if (!isSecret) {
        doc.flags |= <u8>DocFlag.Variables;
        need(nameAt, nameLength);
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

function need(at: usize, length: u32): void {
  if (findName(changetype<Name | null>(firstName), at, length) !== null) return;
  const name = changetype<Name>(theArena().allocate(offsetof<Name>()));
  name.at = at;
  name.length = length;
  if (lastName) changetype<Name>(lastName).next = changetype<usize>(name);
  else firstName = changetype<usize>(name);
  lastName = changetype<usize>(name);
}

export function findName(names: Name | null, at: usize, length: u32): Name | null {
  for (let name: Name | null = names; name !== null; name = name!.nextName()) if (sameBytes(name.at, name.length, at, length)) return name;
  return null;
}

const filled: Builder = changetype<Builder>(memory.data(16));

/** Puts the values in. A value is not expanded again. */
export function substitute(doc: Doc, names: Name | null): void {
  if (doc.is(DocFlag.Variables)) substituteText(doc, names);
  for (let below: Doc | null = doc.firstChild(); below !== null; below = below!.nextSibling()) substitute(below, names);
}

function substituteText(doc: Doc, names: Name | null): void {
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
      putValue(doc, names);
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
  doc.textAt = theArena().copy(filled.at, filled.length);
  doc.textLength = filled.length;
}

function putValue(doc: Doc, names: Name | null): void {
  const name = findName(names, nameAt, nameLength);
  if (name !== null && name.isSet) filled.bytes(name.valueAt, name.valueLength);
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
