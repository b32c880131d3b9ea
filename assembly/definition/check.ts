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
import { add, complain, complainKey, putNumber, putPart, putWord, suggest, suggestQuoted } from "./problems";
import { roleMaskOf } from "./role";
import { resolvePlain, toDecimal, toInteger } from "./scalar";
import { fitting } from "./spelling";
import { EntryFlag, Key, Message, ROOT_SPEC, SpecFlag, SpecType } from "./table";
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

/** A flow that the core has written, whose values are what a file would hold or have been checked where they were copied from. */
export function checkFlow(flow: Doc): void {
  checkValue(flow, entrySpec(entryOf(specA(ROOT_SPEC), Key.Flow)), false);
}

/** The same of an agent. */
export function checkAgent(agent: Doc): void {
  checkValue(agent, specA(entrySpec(entryOf(specA(ROOT_SPEC), Key.Agents))), false);
}

/** `refused`: what is above is reported as not in this version already. */
function checkValue(doc: Doc, spec: u32, refused: bool): void {
  const type = specType(spec);
  if (type == SpecType.Any || type == SpecType.Refused) return;
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
      if (doc.type != <u8>DocType.String) wrongType(doc, Message.WantText);
      return;
    case SpecType.Flag:
      if (doc.type != <u8>DocType.Bool) wrongType(doc, Message.WantFlag);
      return;
    case SpecType.Integer:
      if (!isNumber(doc) || !toInteger(doc)) wrongType(doc, Message.WantInteger);
      else checkRange(doc, spec, doc.is(DocFlag.Inexact));
      return;
    case SpecType.Decimal:
      if (!isNumber(doc)) wrongType(doc, Message.WantNumber);
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
  complain(isLate ? Message.LateVariable : Message.UnsetVariable, doc);
  putUnsetName(doc);
}

function isNumber(doc: Doc): bool {
  return doc.type == <u8>DocType.Integer || doc.type == <u8>DocType.Decimal;
}

function wrongType(doc: Doc, wanted: Message): void {
  // A secret is not shown, whatever it is.
  complain(doc.is(DocFlag.Secret) ? Message.WrongSecret : Message.WrongType, doc);
  if (!doc.is(DocFlag.Secret)) putPart(wanted);
}

function checkText(doc: Doc, spec: u32): void {
  if (doc.type != <u8>DocType.String) {
    wrongType(doc, Message.WantText);
    if (doc.textLength) suggestQuoted(doc);
    return;
  }
  if (!doc.textLength && specIs(spec, SpecFlag.Filled)) complain(Message.EmptyText, doc);
  else if (specIs(spec, SpecFlag.Name) && !isName(doc)) complain(Message.BadName, doc);
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
  const isDecimal = specType(spec) == SpecType.Decimal;
  const hasBoth = least != NO_NUMBER && most != NO_NUMBER;
  const hasLeast = hasBoth || (least != NO_NUMBER && !tooLarge);
  complain(hasBoth ? Message.OutOfRange : hasLeast ? Message.TooSmall : Message.TooMuch, doc);
  if (hasLeast) putNumber(tableNumber(least), isDecimal);
  if (hasBoth) putNumber(tableNumber(most), isDecimal);
}

function checkDuration(doc: Doc, spec: u32): void {
  if (doc.type == <u8>DocType.Duration) return;
  let time: i64 = -1;
  const unit = tableNumber(specA(spec));
  if (doc.type == <u8>DocType.String) time = readDuration(doc.textAt, doc.textLength);
  else if (isNumber(doc) && unit) time = plainDuration(doc, unit);
  else if (!isNumber(doc)) {
    wrongType(doc, Message.WantDuration);
    return;
  }
  if (time < 0) {
    complain(Message.BadDuration, doc);
    if (!unit && isNumber(doc)) add(Message.NoUnit);
    return;
  }
  if (!time && specIs(spec, SpecFlag.Positive)) complain(Message.TimeMustPass, doc);
  doc.type = <u8>DocType.Duration;
  doc.number = time;
}

function checkBytes(doc: Doc): void {
  const size =
    doc.type == <u8>DocType.String ? readBytes(doc.textAt, doc.textLength) : doc.type == <u8>DocType.Integer && !doc.is(DocFlag.Inexact) ? doc.number : -1;
  if (size <= 0) {
    complain(Message.BadSize, doc);
    return;
  }
  doc.type = <u8>DocType.Bytes;
  doc.number = size;
}

function checkMoney(doc: Doc): void {
  if (doc.type == <u8>DocType.String) resolvePlain(doc);
  if (!isNumber(doc) || !toDecimal(doc) || doc.is(DocFlag.Inexact) || doc.number < 0) complain(Message.BadAmount, doc);
}

// ---- words ----

function checkChoice(doc: Doc, spec: u32, refused: bool): void {
  if (doc.type != <u8>DocType.String) {
    wrongType(doc, Message.WantWord);
    for (let i: u32 = 0; i < specB(spec); i++) if (isTableWord(doc.textAt, doc.textLength, choiceWord(specA(spec) + i))) suggestQuoted(doc);
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
      complain(Message.UnsupportedWord, doc);
      putWord(reason);
    }
    return;
  }
  doc.number = i64.MAX_VALUE;
  if (specIs(spec, SpecFlag.Open)) return;
  seek(doc.textAt, doc.textLength, WORD_SLIP);
  for (let choice = first; choice < end; choice++) offer(wordAt(choiceWord(choice)), wordLength(choiceWord(choice)));
  complain(Message.BadChoice, doc);
  for (let choice = first; choice < end; choice++) {
    add(choice > first ? Message.NextWord : Message.FirstWord);
    putWord(choiceWord(choice));
  }
  if (found()) suggest(foundAt(), foundLength());
}

// ---- lists and maps ----

function checkContainer(doc: Doc, spec: u32, type: u32, refused: bool): void {
  if (type == SpecType.List) {
    if (doc.type != <u8>DocType.List) wrongType(doc, Message.WantList);
    else for (let item: Doc | null = doc.firstChild(); item !== null; item = item!.nextSibling()) checkValue(item, specA(spec), refused);
  } else if (doc.type != <u8>DocType.Map) wrongType(doc, Message.WantMap);
  else if (type == SpecType.Record)
    for (let entry: Doc | null = doc.firstChild(); entry !== null; entry = entry!.nextSibling()) checkValue(entry, specA(spec), refused);
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
    complain(Message.MissingKey, map);
    putWord(key);
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
      complainKey(Message.WrongRole, value);
      refused = true;
    }
  }
  const later = entryIs(entry, EntryFlag.Later);
  if (!refused && (later || entryIs(entry, EntryFlag.Idle)) && !isOff(value, spec)) {
    complainKey(later ? Message.Unsupported : Message.NoEffect, value);
    putWord(entryReason(entry));
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
        if (isTableWord(entry.nameAt, entry.nameLength, Key.Enabled)) return entry.type == <u8>DocType.Bool && !entry.number;
      }
      return false;
    }
    case DocType.String:
      if (!value.textLength) return true;
      return (
        specType(spec) == SpecType.Choice && specIs(spec, SpecFlag.Off) && isTableWord(value.textAt, value.textLength, choiceWord(specA(spec) + specC(spec)))
      );
  }
  return false;
}
