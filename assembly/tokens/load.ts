import { blockSize, giveBlock, takeBlock } from "../memory/blocks";
import { isUtf8 } from "../text/utf8";
import { Is } from "./characters";
import { readClasses } from "./classes";
import { Fault, TableFile } from "./file";
import { Find, longMasks } from "./find";
import { Hash, hashLong, hashToken, sameLong } from "./hash";
import { At, Contractions, LONGEST_TOKEN, MOST_BYTES, MOST_IDS, Token, TokenTable, Words, base, useTable } from "./table";
import { RECORD, compareBytes } from "./special";

// Makes a table in memory from its file. Nothing a file says can make it trap, and one that is refused leaves nothing behind.

const LINK: u32 = 8;
/** Times that tokens are gone through to find the parts of all. */
const MOST_ROUNDS: i32 = 32;
/** Readers of whole words look beyond the last token. */
const BEYOND: u32 = 16;
/** Merges at a time: an engine replaces a function by a faster one only when it is called again. */
const SLICE: u32 = 512;

/** Why the last table was refused. */
export let fault: Fault = Fault.None;

/** The file at hand, what is made of it, and how far: bytes of all tokens until now, and where the table's parts may have. */
let file: TableFile = changetype<TableFile>(0);
let table: TokenTable = changetype<TokenTable>(0);
let written: u32 = 0;
/** Bytes of all tokens that merges make. */
let wanted: u32 = 0;
let next: usize = 0;

/** The table of a file, which then is the one in use; null: it was refused. */
export function loadTable(at: usize, length: u32): TokenTable | null {
  file = changetype<TableFile>(at);
  fault = file.check(length);
  if (fault) return null;
  const size = layOut();
  if (fault) return null;
  build();
  if (!fault) return table;
  freeTable(table, size);
  return null;
}

/** A block that held a table: blocks of this size are not taken twice otherwise. */
let spare: usize = 0;
let spareSize: u32 = 0;

export function freeTable(which: TokenTable, size: u32): void {
  const block = changetype<usize>(which);
  if (size <= spareSize) return giveBlock(block, size);
  if (spareSize) giveBlock(spare, spareSize);
  spare = block;
  spareSize = size;
}

function takeTable(size: u32): usize {
  if (size > spareSize) return takeBlock(size);
  const block = spare;
  memory.fill(block, 0, size);
  if (spareSize > size) giveBlock(block + size, spareSize - size);
  spareSize = 0;
  return block;
}

/** Takes the table's block and says in it where its parts are. */
function layOut(): u32 {
  const tokens: u32 = 256 + file.merges;
  const bytes = measureBytes();
  if (fault) return 0;
  const all = tokens + file.extra;
  const slots = tokens << 1;
  const mapped = file.idRuns > 0;
  const ids = mapped ? greatestId() + 1 : 0;
  if (fault) return 0;
  const whole: u32 = file.extra && file.wholePieces ? (<u32>1) << (33 - clz(file.extra)) : 0;
  let size = <u32>At.END + tokens * LINK + slots * 4 + all * 4 + ((bytes + BEYOND + 7) & ~7);
  if (mapped) size += (all + ids) * 4;
  size += whole * 4 + file.specials * <u32>RECORD + file.specialBytes + 256 + BEYOND;
  size = blockSize(size);
  const start = takeTable(size);
  table = changetype<TokenTable>(start);
  table.size = size;
  table.words = <Words>file.words;
  table.contractions = <Contractions>file.contractions;
  table.digits = file.digits;
  table.tail = file.tail;
  table.newlines = <bool>file.newlines;
  table.lastSpaces = <bool>file.lastSpaces;
  table.wholePieces = whole > 0;
  table.merged = tokens;
  table.extra = file.extra;
  table.specials = file.specials;
  table.slotCount = slots;
  table.idCount = ids;
  table.wholeMask = whole - 1;
  next = start + At.END;
  table.links = part(tokens * LINK);
  table.slots = part(slots * 4);
  table.spans = part(all * 4);
  if (mapped) {
    table.ids = part(all * 4);
    table.indices = part(ids * 4);
  }
  table.whole = part(whole * 4);
  table.special = part(file.specials * <u32>RECORD);
  table.specialFirst = part(256);
  table.bytes = part((bytes + BEYOND + 7) & ~7);
  useTable(table);
  return size;
}

function part(bytes: u32): usize {
  const start = next;
  next += bytes;
  return start;
}

function build(): void {
  if (!readCharacters()) fault = Fault.Classes;
  else if (!readBytes()) fault = Fault.Bytes;
  if (fault) return;
  const tokens = table.merged;
  while (written < wanted && !fault) {
    for (let index: u32 = 256; index < tokens && !fault; index += SLICE) readMerges(index, min(index + SLICE, tokens));
  }
  if (!fault) readExtras();
  if (!fault && table.ids) readIds();
  if (!fault) readSpecials();
}

function readCharacters(): bool {
  if (!readClasses(base, file.classes, file.classBytes)) return false;
  const leads = At.LEAD + base;
  for (let code: usize = 0; code < 128; code++) {
    const letter = load<u8>(base + code, At.CLASSES) & (Is.LETTER | Is.MARK | Is.NUMBER | Is.NEWLINE);
    const own = code == 0x27 && table.contractions != Contractions.None && table.contractions != Contractions.Trailing;
    store<u8>(leads + code, !letter && !own && (table.words != Words.Spaced || code == 0x20));
  }
  return asciiIsAscii();
}

/** The fast way through words knows what ASCII letters and numbers are, so a table must know the same. */
function asciiIsAscii(): bool {
  for (let code: u32 = 0; code < 128; code++) {
    const flags = load<u8>(base + code, At.CLASSES) & ~(Is.SIGN | Is.SPACE);
    const capital = code - 0x41 < 26;
    const small = code - 0x61 < 26;
    const expected = capital ? Is.LETTER | Is.UPPER : small ? Is.LETTER | Is.LOWER : code - 0x30 < 10 ? Is.NUMBER : code == 10 || code == 13 ? Is.NEWLINE : 0;
    if (flags != expected) return false;
  }
  return true;
}

function readBytes(): bool {
  for (let index: u32 = 0; index < 256; index++) {
    const byte = <u32>load<u8>(file.byteTokens + index);
    const place = base + (byte << 2);
    if (load<u32>(place, At.BYTE_INDEX) || (index && byte == load<u8>(file.byteTokens))) return false;
    store<u32>(place, index, At.BYTE_INDEX);
    store<u8>(table.bytes + index, byte);
    store<u32>(table.spans + (index << 2), index | (1 << 21));
  }
  written = 256;
  return true;
}

/** The part of a merge; its bytes are three planes apart. */
function partOf(plane: usize): u32 {
  const step = <usize>file.merges;
  return ((<u32>load<u8>(plane)) << 16) | ((<u32>load<u8>(plane + step)) << 8) | load<u8>(plane + 2 * step);
}

/** Bytes of all tokens, with `fault` if parts or lengths are not in order. The table's spans do not exist yet: lengths go to a block. */
function measureBytes(): u32 {
  const tokens: u32 = 256 + file.merges;
  const size = blockSize(tokens);
  const lengths = takeBlock(size);
  memory.fill(lengths, 1, 256);
  wanted = 256;
  let unknown = file.merges;
  // Almost always each token comes after its parts, and once is enough.
  for (let round = 0; unknown && round < MOST_ROUNDS && !fault; round++) {
    unknown = 0;
    for (let index: u32 = 256; index < tokens; index++) {
      if (load<u8>(lengths + index)) continue;
      const plane = file.planes + (index - 256);
      const left = partOf(plane);
      const right = partOf(plane + 3 * <usize>file.merges);
      if (left >= tokens || right >= tokens) {
        fault = Fault.Parts;
        break;
      }
      const leftLength = <u32>load<u8>(lengths + left);
      const rightLength = <u32>load<u8>(lengths + right);
      if (!leftLength || !rightLength) {
        unknown++;
        continue;
      }
      const length = leftLength + rightLength;
      wanted += length;
      if (length > LONGEST_TOKEN || wanted > MOST_BYTES) {
        fault = Fault.Length;
        break;
      }
      store<u8>(lengths + index, length);
    }
  }
  giveBlock(lengths, size);
  if (unknown && !fault) fault = Fault.Parts;
  if (!fault && wanted + file.extraBytes > MOST_BYTES) fault = Fault.Length;
  return wanted + file.extraBytes;
}

/** Makes the tokens from `first` on whose parts are there and that are not there themselves. */
function readMerges(first: u32, end: u32): void {
  for (let index = first; index < end; index++) {
    if (Token.length(index)) continue;
    const plane = file.planes + (index - 256);
    const left = partOf(plane);
    const right = partOf(plane + 3 * <usize>file.merges);
    const leftLength = Token.length(left);
    const rightLength = Token.length(right);
    if (!leftLength || !rightLength) continue;
    const at = table.bytes + written;
    const length = leftLength + rightLength;
    copyWords(at, Token.bytes(left), leftLength);
    copyWords(at + leftLength, Token.bytes(right), rightLength);
    const late = left >= index || right >= index || Token.isLate(left) || Token.isLate(right);
    store<u64>(table.links + ((<usize>index) << 3), <u64>left | ((<u64>right) << 18) | ((<u64>late) << 36));
    store<u32>(table.spans + ((<usize>index) << 2), written | (length << 21));
    if (!enter(index, at, length)) {
      fault = Fault.Twice;
      return;
    }
    written += length;
  }
}

/** May write up to seven bytes too many, where the next token comes. */
function copyWords(to: usize, from: usize, length: u32): void {
  store<u64>(to, load<u64>(from));
  for (let i: usize = 8; i < length; i += 8) store<u64>(to + i, load<u64>(from + i));
}

/** Puts a token where it is looked for; false if it is there. */
function enter(index: u32, at: usize, length: u32): bool {
  const hash = hashToken(at, length);
  const tag = Find.tag(hash);
  let slot = Find.slot(hash);
  for (; ; slot = Find.next(slot)) {
    const entry = load<u32>(table.slots + ((<usize>slot) << 2));
    if (!entry) break;
    if (entry >>> 18 != tag) continue;
    const other = (entry & 0x3ffff) - 1;
    if (Token.length(other) == length && sameLong(Token.bytes(other), at, length)) return false;
  }
  store<u32>(table.slots + ((<usize>slot) << 2), (index + 1) | (tag << 18));
  if (length == 2) store<u32>(base + ((<usize>load<u16>(at)) << 2), index + 1, At.TWOS);
  if (length <= 16) {
    const bit = <usize>(hash >> 43);
    const place = base + (bit >> 3);
    store<u8>(place, load<u8>(place, At.FILTER) | ((<u8>1) << (<u8>(bit & 7))), At.FILTER);
  }
  if (length >= 4) {
    const place = base + (Hash.four(at) << 2);
    store<u32>(place, load<u32>(place, At.MASKS) | ((<u32>1) << min(length - 4, 31)), At.MASKS);
  }
  if (length >= 35) {
    const place = longMasks(at) + (length >= 99 ? 8 : 0);
    store<u64>(place, load<u64>(place) | ((<u64>1) << (<u64>((length - 35) & 63))));
  }
  return true;
}

function readExtras(): void {
  const count = file.extra;
  let from = file.extras + 2 * <usize>count;
  const end = file.ids;
  for (let i: u32 = 0; i < count; i++) {
    const length = <u32>load<u16>(file.extras + ((<usize>i) << 1));
    if (!length || length > LONGEST_TOKEN || from + length > end) {
      fault = Fault.Length;
      return;
    }
    const index = table.merged + i;
    memory.copy(table.bytes + written, from, length);
    store<u32>(table.spans + ((<usize>index) << 2), written | (length << 21));
    if (table.wholePieces) {
      let slot = <u32>hashLong(from, length) & table.wholeMask;
      while (load<u32>(table.whole + ((<usize>slot) << 2))) slot = (slot + 1) & table.wholeMask;
      store<u32>(table.whole + ((<usize>slot) << 2), index + 1);
    }
    written += length;
    from += length;
  }
  if (from != end) fault = Fault.Size;
}

function greatestId(): u32 {
  let greatest: u32 = 0;
  for (let run = file.ids; run < file.special; run += 8) {
    const first = load<u32>(run);
    const count = load<u32>(run, 4);
    if (!count || first >= MOST_IDS || count > MOST_IDS - first) {
      fault = Fault.Ids;
      return 0;
    }
    greatest = max(greatest, first + count - 1);
  }
  return greatest;
}

function readIds(): void {
  const all = table.merged + table.extra;
  let index: u32 = 0;
  fault = Fault.Ids;
  for (let run = file.ids; run < file.special; run += 8) {
    const first = load<u32>(run);
    const count = load<u32>(run, 4);
    for (let id = first; id < first + count; id++) {
      const place = table.indices + ((<usize>id) << 2);
      if (index == all || load<u32>(place)) return;
      store<u32>(table.ids + ((<usize>index) << 2), id);
      store<u32>(place, ++index);
    }
  }
  if (index == all) fault = Fault.None;
}

function readSpecials(): void {
  const count = file.specials;
  const end = file.classes;
  let from = file.special + 8 * <usize>count;
  let to = table.bytes + written;
  fault = Fault.Specials;
  // Their bytes come after those of the tokens, of which the block has room for all.
  for (let i: u32 = 0; i < count; i++) {
    const entry = file.special + ((<usize>i) << 3);
    const length = <u32>load<u16>(entry, 6);
    if (!length || from + length > end || !isUtf8(from, length)) return;
    const record = table.special + RECORD * i;
    store<u32>(record, load<u32>(entry));
    store<u32>(record, load<u32>(entry, 4), 4);
    store<u32>(record, <u32>to, 8);
    memory.copy(to, from, length);
    if (i && compareBytes(load<u32>(record - RECORD, 8), load<u16>(record - RECORD, 6), to, length) >= 0) return;
    store<u8>(table.specialFirst + load<u8>(to), 1);
    to += length;
    from += length;
  }
  if (from == end) fault = Fault.None;
}
