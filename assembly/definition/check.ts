import { Builder } from "../text/builder";
import { Doc, DocFlag, DocType } from "./doc";
import {

  choicePosition,
  choiceReason,
  choiceWord,
  entryExtra,
  entryIs,
  entryKey,
  entryOf,
  entryReason,
  entrySpec,
  isTableWord,
  NO_NUMBER,
  NOT_FOUND,
  shapeEnd,
  shapeStart,
  specA,
  specB,
  specC,
  specIs,
  specType,
  tableNumber,
  wordAt,
  wordLength,
} from "./grammar";
import { found, foundAt, foundLength, offer, seek, WORD_SLIP } from "./nearest";
import { complain, suggest, suggestQuoted, warn } from "./problems";
import { roleMaskOf } from "./role";
import { resolvePlain, toDecimal, toInteger } from "./scalar";
import { fitting } from "./spelling";
import { EntryFlag, Key, ROOT_SPEC, SpecFlag, SpecType } from "./table";
import { plainDuration, readBytes, readDuration } from "./units";
import { putUnsetName } from "./variables";

// A tree in canonical spelling against the table: types, ranges, words, what must be there, what is not in this version.
// Values become what they mean: durations milliseconds, sizes bytes, words their place in the list of words.

let variablesCount: bool = true;

/** `checkOnly`: a value that waits for a variable is taken as it comes. */
export function check(root: Doc, checkOnly: bool): void {
  variablesCount = !checkOnly;
  checkValue(root, ROOT_SPEC, false);
}

/** `refused`: what is above is reported as not in this version already. */
function checkValue(doc: Doc, spec: u32, refused: bool): void {
  const type = specType(spec);
  if (type == SpecType.Any) return;
  if (type == SpecType.Either) {
    checkValue(doc, fitting(doc, spec), refused);
    return;
  }
  if (type >= <u32>SpecType.List) {
    checkContainer(doc, spec, type, refused);
    return;
  }
  if (doc.is(DocFlag.Unset)) {
    if (!refused) complainUnset(doc, spec);
    return;
  }
  // A variable's value is what it looks like, where no text is wanted.
  if (doc.is(DocFlag.Variables) && doc.type == <u8>DocType.String && type != SpecType.Text && type != SpecType.Choice) resolvePlain(doc);
  switch (type) {
    case SpecType.Text:
      checkText(doc, spec);
      return;
    case SpecType.Secret:
      if (doc.type != <u8>DocType.String) wrongType(doc, "text");
      return;
    case SpecType.Flag:
      if (doc.type != <u8>DocType.Bool) wrongType(doc, "true or false");
      return;
    case SpecType.Integer:
      if (!isNumber(doc) || !toInteger(doc)) wrongType(doc, "a whole number");
      else checkRange(doc, spec, doc.is(DocFlag.Inexact));
      return;
    case SpecType.Decimal:
      if (!isNumber(doc)) wrongType(doc, "a number");
      else checkRange(doc, spec, !toDecimal(doc));
      return;
    case SpecType.Duration:
      checkDuration(doc, spec);
      return;
    case SpecType.Bytes:
      checkBytes(doc);
      return;
    case SpecType.Money:
      checkMoney(doc);
      return;
    case SpecType.Choice:
      checkChoice(doc, spec, refused);
      return;
  }
}

/** A provider's setting may wait for its variable until the provider is called (R39); a run needs everything else from the start. */
function complainUnset(doc: Doc, spec: u32): void {
  if (!variablesCount) return;
  const isLate = specType(spec) == SpecType.Text && specIs(spec, SpecFlag.Late);
  const text = isLate ? warn("unset-variable", doc, false) : complain("unset-variable", doc, false);
  putUnsetName(text.ascii("the variable `"), doc).ascii("` has no value");
  if (isLate) text.ascii(": calls that need it will fail");
}

function isNumber(doc: Doc): bool {
  return doc.type == <u8>DocType.Integer || doc.type == <u8>DocType.Decimal;
}

/** What stands there, in words. */
function putWhat(text: Builder, doc: Doc): Builder {
  switch (<u32>doc.type) {
    case DocType.Null:
      return text.ascii("nothing");
    case DocType.List:
      return text.ascii("a list");
    case DocType.Map:
      return text.ascii("a map");
  }
  text.ascii(doc.type == <u8>DocType.String ? "the text `" : doc.type == <u8>DocType.Bool ? "the yes-or-no value `" : "the number `");
  return text.bytes(doc.textAt, cut(doc)).ascii("`");
}

/** Bytes of a text that a message shows: at most 60, ending with a whole character. */
function cut(doc: Doc): u32 {
  let length = doc.textLength;
  if (length <= 60) return length;
  length = 60;
  while (length && (load<u8>(doc.textAt + length) & 0xc0) == 0x80) length--;
  return length;
}

function wrongType(doc: Doc, wanted: string): void {
  const text = complain("wrong-type", doc, false).ascii("this must be ").ascii(wanted).ascii(", not ");
  // A secret is not shown, whatever it is.
  if (doc.is(DocFlag.Secret)) text.ascii("this");
  else putWhat(text, doc);
}

function checkText(doc: Doc, spec: u32): void {
  if (doc.type != <u8>DocType.String) {
    wrongType(doc, "text");
    if (doc.textLength) suggestQuoted(doc);
    return;
  }
  if (!doc.textLength && specIs(spec, SpecFlag.Filled)) complain("empty-text", doc, false).ascii("this may not be empty");
  else if (specIs(spec, SpecFlag.Name) && !isName(doc)) {
    complain("bad-name", doc, false).ascii("`").bytes(doc.textAt, cut(doc)).ascii("` is no name: letters, digits, `-` and `_`, at most 64");
  }
}

function isName(doc: Doc): bool {
  if (doc.textLength > 64) return false;
  for (let i: u32 = 0; i < doc.textLength; i++) {
    const c = <u32>load<u8>(doc.textAt + i);
    const letter = c | 0x20;
    if (!((letter >= 0x61 && letter <= 0x7a) || c - 0x30 < 10 || c == 0x5f || c == 0x2d)) return false;
  }
  return true;
}

function checkRange(doc: Doc, spec: u32, tooLarge: bool): void {
  const least = specA(spec);
  const most = specB(spec);
  if (!tooLarge && (least == NO_NUMBER || doc.number >= tableNumber(least)) && (most == NO_NUMBER || doc.number <= tableNumber(most))) return;
  const text = complain("out-of-range", doc, false).ascii("`").bytes(doc.textAt, cut(doc)).ascii("` is out of range: ");
  const isDecimal = specType(spec) == SpecType.Decimal;
  if (least != NO_NUMBER && most != NO_NUMBER) putBound(putBound(text.ascii("from "), least, isDecimal).ascii(" to "), most, isDecimal);
  else if (least != NO_NUMBER && !tooLarge) putBound(text, least, isDecimal).ascii(" or more");
  else text.ascii("it is too large");
}

function putBound(text: Builder, number: u32, isDecimal: bool): Builder {
  const value = tableNumber(number);
  return isDecimal ? text.decimal(value) : text.integer(<u64>value);
}

function checkDuration(doc: Doc, spec: u32): void {
  let time: i64 = -1;
  const unit = tableNumber(specA(spec));
  if (doc.type == <u8>DocType.String) time = readDuration(doc.textAt, doc.textLength);
  else if (isNumber(doc) && unit) time = plainDuration(doc, unit);
  else if (!isNumber(doc)) {
    wrongType(doc, "a duration such as `30s`");
    return;
  }
  if (time < 0) {
    const text = complain("bad-duration", doc, false).ascii("`").bytes(doc.textAt, cut(doc)).ascii("` is no duration: write numbers with units, as in `1h30m` or `1.5s` (ns us ms s m h d w)");
    if (!unit && isNumber(doc)) text.ascii("; a number alone has no unit");
    return;
  }
  if (!time && specIs(spec, SpecFlag.Positive)) complain("out-of-range", doc, false).ascii("time must pass: more than zero is needed");
  doc.type = <u8>DocType.Duration;
  doc.number = time;
}

function checkBytes(doc: Doc): void {
  const size = doc.type == <u8>DocType.String ? readBytes(doc.textAt, doc.textLength) : doc.type == <u8>DocType.Integer && !doc.is(DocFlag.Inexact) ? doc.number : -1;
  if (size <= 0) {
    complain("bad-size", doc, false).ascii("this must be a size such as `64 MB` or `512KiB`, or a number of bytes");
    return;
  }
  doc.type = <u8>DocType.Bytes;
  doc.number = size;
}

function checkMoney(doc: Doc): void {
  if (doc.type == <u8>DocType.String) resolvePlain(doc);
  if (!isNumber(doc) || !toDecimal(doc) || doc.is(DocFlag.Inexact) || doc.number < 0) {
    complain("bad-amount", doc, false).ascii("this must be an amount of dollars such as `\"2.50\"`, with at most nine digits after the point");
  }
}

// ---- words ----

function checkChoice(doc: Doc, spec: u32, refused: bool): void {
  if (doc.type != <u8>DocType.String) {
    wrongType(doc, "a word");
    return;
  }
  const first = specA(spec);
  const end = first + specB(spec);
  for (let choice = first; choice < end; choice++) {
    if (!isTableWord(doc.textAt, doc.textLength, choiceWord(choice))) continue;
    const position = choicePosition(choice);
    doc.number = position;
    // The canonical word stands at its own position.
    doc.textAt = wordAt(choiceWord(first + position));
    doc.textLength = wordLength(choiceWord(first + position));
    const reason = choiceReason(choice);
    if (reason && !refused) {
      const text = complain("unsupported", doc, false).ascii("`").bytes(doc.textAt, doc.textLength).ascii("`: ");
      text.bytes(wordAt(reason), wordLength(reason));
    }
    return;
  }
  doc.number = i64.MAX_VALUE;
  if (specIs(spec, SpecFlag.Open)) return;
  seek(doc.textAt, doc.textLength, WORD_SLIP);
  for (let choice = first; choice < end; choice++) offer(wordAt(choiceWord(choice)), wordLength(choiceWord(choice)));
  const text = complain("bad-choice", doc, false).ascii("`").bytes(doc.textAt, cut(doc)).ascii("` is none of ");
  for (let choice = first; choice < end; choice++) text.ascii(choice > first ? ", `" : "`").bytes(wordAt(choiceWord(choice)), wordLength(choiceWord(choice))).byte(0x60);
  if (found()) suggest(foundAt(), foundLength());
}

// ---- lists and maps ----

function checkContainer(doc: Doc, spec: u32, type: u32, refused: bool): void {
  if (type == SpecType.List) {
    if (doc.type != <u8>DocType.List) wrongType(doc, "a list");
    else for (let item: Doc | null = doc.firstChild(); item !== null; item = item!.nextSibling()) checkValue(item, specA(spec), refused);
  } else if (doc.type != <u8>DocType.Map) wrongType(doc, "a map");
  else if (type == SpecType.Record) for (let entry: Doc | null = doc.firstChild(); entry !== null; entry = entry!.nextSibling()) checkValue(entry, specA(spec), refused);
  else checkMap(doc, specA(spec), refused);
}

function checkMap(map: Doc, shape: u32, refused: bool): void {
  for (let value: Doc | null = map.firstChild(); value !== null; value = value!.nextSibling()) {
    const entry = entryOf(shape, value.key);
    // A key that only stands for another may be left here by a move that met something else than a map.
    if (entry != NOT_FOUND) checkEntry(map, value, entry, refused);
  }
  const end = shapeEnd(shape);
  for (let entry = shapeStart(shape); entry < end; entry++) {
    if (!entryIs(entry, EntryFlag.Required) || isThere(map, entryKey(entry))) continue;
    const key = entryKey(entry);
    complain("missing-key", map, false).ascii("`").bytes(wordAt(key), wordLength(key)).ascii("` is missing");
  }
}

function isThere(map: Doc, key: u32): bool {
  for (let entry: Doc | null = map.firstChild(); entry !== null; entry = entry!.nextSibling()) if (entry.key == key) return true;
  return false;
}

function checkEntry(map: Doc, value: Doc, entry: u32, refused: bool): void {
  const spec = entrySpec(entry);
  const errorsAbove = refused;
  if (entryIs(entry, EntryFlag.Roles)) {
    const mask = roleMaskOf(map);
    if (!(mask & entryExtra(entry))) {
      complain("wrong-role", value, true).ascii("`").bytes(value.nameAt, value.nameLength).ascii("` means nothing for an agent of this role");
      refused = true;
    }
  }
  const later = entryIs(entry, EntryFlag.Later);
  if (!refused && (later || entryIs(entry, EntryFlag.Idle)) && !isOff(value, spec)) {
    const reason = entryReason(entry);
    const text = later ? complain("unsupported", value, true) : warn("no-effect", value, true);
    text.ascii("`").bytes(value.nameAt, value.nameLength).ascii(later ? "`: " : "` has no effect: ").bytes(wordAt(reason), wordLength(reason));
    value.flags |= <u8>DocFlag.Refused;
    refused = true;
  }
  checkValue(value, spec, refused || errorsAbove);
}

/** Whether a key that is not in this version is not asked for either. */
function isOff(value: Doc, spec: u32): bool {
  switch (<u32>value.type) {
    case DocType.Bool:
      return !value.number;
    case DocType.List:
      return !value.count;
    case DocType.Map: {
      if (!value.count) return true;
      for (let entry: Doc | null = value.firstChild(); entry !== null; entry = entry!.nextSibling()) {
        if (entry.key == Key.Enabled) return entry.type == <u8>DocType.Bool && !entry.number;
      }
      return false;
    }
    case DocType.String:
      if (!value.textLength) return true;
      return specType(spec) == SpecType.Choice && specIs(spec, SpecFlag.Off) && isTableWord(value.textAt, value.textLength, choiceWord(specA(spec) + specC(spec)));
  }
  return false;
}
