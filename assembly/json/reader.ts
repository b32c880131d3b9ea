// Reads JSON as RFC 8259 has it, from UTF-8 that has been checked: strict, without recursion, within limits.

import { Arena } from "../memory/arena";
import { INDEXED, indexMembers } from "./members";
import { DUPLICATE, Json, JsonError, JsonKind, JsonNode } from "./node";
import { undoEscapes } from "./unescape";
import { literalAt } from "../text/literal";

const NONE = changetype<JsonNode>(0);

export const JSON_DEPTH: u32 = 64;
export const JSON_VALUES: u32 = 1 << 20;
export const JSON_BYTES: u32 = 1 << 24;

const ONES: u64 = 0x0101010101010101;

// The reader at work. Without an arena it only walks over a value, and its nodes are these slots, one per depth.
let arena = changetype<Arena>(0);
let at: usize = 0;
let end: usize = 0;
let error: JsonError = JsonError.None;
let values: u32 = 0;
let duplicates: bool = false;
const slots: usize = memory.data(<i32>(JSON_DEPTH + 1) * offsetof<JsonNode>(), 8);

/** By depth: the array or object that is open, its last child, which key hashes it has seen. */
@unmanaged
class Open {
  node: JsonNode;
  last: JsonNode;
  seen: u64;
}
const stack: usize = memory.data(<i32>(JSON_DEPTH + 1) * offsetof<Open>(), 8);

/** The one value that the text is, with nothing around it but white space. */
export function readJson(into: Arena, text: usize, length: u32): Json {
  const json = changetype<Json>(into.allocate(offsetof<Json>()));
  begin(into, text, length);
  const root = length > JSON_BYTES ? stop(JsonError.TooLong) : readValue();
  if (error == JsonError.None) {
    skipSpace();
    if (at < end) stop(JsonError.Unexpected);
  }
  if (error == JsonError.None) json.root = root;
  json.error = error;
  json.offset = <u32>(at - text);
  json.duplicates = duplicates;
  arena = changetype<Arena>(0);
  return json;
}

/** The length of the value that begins at `text`, with white space before it; 0 if it is none. `walked` tells how far it was read. */
export function walkJson(text: usize, length: u32): u32 {
  begin(changetype<Arena>(0), text, min(length, JSON_BYTES));
  readValue();
  walked = <u32>(at - text);
  return error == JsonError.None ? walked : 0;
}

export let walked: u32 = 0;

function begin(into: Arena, text: usize, length: u32): void {
  arena = into;
  at = text;
  end = text + length;
  error = JsonError.None;
  values = 0;
  duplicates = false;
}

function stop(reason: JsonError): JsonNode {
  error = reason == JsonError.Unexpected && at >= end ? JsonError.Unfinished : reason;
  return NONE;
}

function readValue(): JsonNode {
  let depth: u32 = 0;
  let open = changetype<Open>(stack);
  let keyAt: usize = 0;
  let keyLength: u32 = 0;
  while (true) {
    // A value begins here.
    skipSpace();
    if (at >= end) return stop(JsonError.Unfinished);
    if (++values > JSON_VALUES) return stop(JsonError.TooMany);
    const into = arena;
    let node = changetype<JsonNode>(into ? into.allocate(offsetof<JsonNode>()) : slots + depth * offsetof<JsonNode>());
    node.at = at;
    if (depth && into) {
      const last = open.last;
      if (last) last.next = node;
      else open.node.first = node;
      open.last = node;
      open.node.count++;
      node.keyAt = keyAt;
      node.keyLength = keyLength;
    }
    const c = load<u8>(at);
    let opened = false;
    if (c == 0x22) {
      node.kind = JsonKind.String;
      readString();
      node.at = stringAt;
      node.length = stringLength;
    } else if (c == 0x7b || c == 0x5b) {
      if (depth == JSON_DEPTH) return stop(JsonError.TooDeep);
      node.kind = c == 0x7b ? JsonKind.Object : JsonKind.Array;
      open = changetype<Open>(stack + ++depth * offsetof<Open>());
      open.node = node;
      open.last = NONE;
      open.seen = 0;
      at++;
      opened = true;
    } else if (c == 0x2d || isDigit(c)) {
      node.kind = JsonKind.Number;
      readNumber();
      node.length = <u32>(at - node.at);
    } else {
      node.kind = c == 0x74 ? JsonKind.True : c == 0x66 ? JsonKind.False : JsonKind.Null;
      if (c == 0x74) readWord("true");
      else if (c == 0x66) readWord("false");
      else readWord("null");
      node.length = <u32>(at - node.at);
    }
    if (error != JsonError.None) return NONE;
    // What may follow it: the ends of what it lies in, then a comma, unless something was just opened.
    for (;;) {
      if (!depth) return node;
      skipSpace();
      if (at >= end) return stop(JsonError.Unfinished);
      const next = load<u8>(at);
      const within = open.node;
      const object = within.kind == JsonKind.Object;
      if (next == (object ? 0x7d : 0x5d)) {
        at++;
        node = within;
        close(node, open.seen);
        open = changetype<Open>(stack + --depth * offsetof<Open>());
        opened = false;
        continue;
      }
      if (!opened) {
        if (next != 0x2c) return stop(JsonError.Unexpected);
        at++;
        skipSpace();
      }
      if (object) {
        if (at >= end || load<u8>(at) != 0x22) return stop(JsonError.Unexpected);
        readString();
        if (error != JsonError.None) return NONE;
        keyAt = stringAt;
        keyLength = stringLength;
        open.seen = withKey(open.seen, keyAt, keyLength);
        skipSpace();
        if (at >= end || load<u8>(at) != 0x3a) return stop(JsonError.Unexpected);
        at++;
      }
      break;
    }
  }
}

/** Bit 63 says that two keys may be equal: their lengths and some of their bytes are. */
function withKey(seen: u64, key: usize, length: u32): u64 {
  let hash = length;
  if (length) hash += <u32>load<u8>(key) * 7 + <u32>load<u8>(key + length - 1) * 31 + <u32>load<u8>(key + (length >> 1)) * 13;
  const bit = (<u64>1) << (hash % 63);
  return seen | bit | (seen & bit ? (<u64>1) << 63 : 0);
}

function close(node: JsonNode, seen: u64): void {
  const into = arena;
  if (!into) return;
  node.length = <u32>(at - node.at);
  if (node.kind == JsonKind.Object && (node.count >= INDEXED || seen >> 63) && indexMembers(into, node)) {
    node.flags |= DUPLICATE;
    duplicates = true;
  }
}

function skipSpace(): void {
  for (; at < end; at++) {
    const c = load<u8>(at);
    if (c != 0x20 && c != 0x0a && c != 0x0d && c != 0x09) return;
  }
}

function isDigit(c: u32): bool {
  return c - 0x30 < 10;
}

function readWord(word: string): void {
  for (let wanted = literalAt(word); load<u8>(wanted); wanted++, at++) {
    if (at < end && load<u8>(at) == load<u8>(wanted)) continue;
    stop(JsonError.Unexpected);
    return;
  }
}

function readNumber(): void {
  if (load<u8>(at) == 0x2d) at++;
  if (at < end && load<u8>(at) == 0x30) at++;
  else readDigits();
  if (error == JsonError.None && at < end && load<u8>(at) == 0x2e) {
    at++;
    readDigits();
  }
  if (error == JsonError.None && at < end && (load<u8>(at) | 0x20) == 0x65) {
    at++;
    if (at < end && (load<u8>(at) == 0x2d || load<u8>(at) == 0x2b)) at++;
    readDigits();
  }
}

/** One digit or more. */
function readDigits(): void {
  const start = at;
  while (at < end && isDigit(load<u8>(at))) at++;
  if (at == start) stop(JsonError.Unexpected);
}

let stringAt: usize = 0;
let stringLength: u32 = 0;

function readString(): void {
  const start = ++at;
  let escapes = false;
  for (;;) {
    skipPlain();
    if (at >= end) break;
    const c = load<u8>(at);
    if (c == 0x22) {
      stringAt = start;
      stringLength = <u32>(at++ - start);
      if (!escapes) return;
      const into = arena;
      if (!into) return;
      stringAt = into.allocate(stringLength);
      stringLength = undoEscapes(start, stringLength, stringAt);
      return;
    }
    if (c != 0x5c) break;
    escapes = true;
    if (++at >= end) break;
    const escaped = <u32>load<u8>(at);
    if (escaped == 0x75) {
      for (let i = 0; i < 4; i++) {
        if (++at >= end || !isHex(load<u8>(at))) {
          stop(JsonError.Unexpected);
          return;
        }
      }
    } else if (!isEscape(escaped)) break;
    at++;
  }
  stop(JsonError.Unexpected);
}

/** To the next quote, backslash or control character, eight bytes at a time. */
function skipPlain(): void {
  for (; at + 8 <= end; at += 8) {
    const word = load<u64>(at);
    const quote = word ^ (ONES * 0x22);
    const slash = word ^ (ONES * 0x5c);
    const hit = (((word - ONES * 0x20) & ~word) | ((quote - ONES) & ~quote) | ((slash - ONES) & ~slash)) & (ONES * 0x80);
    if (hit) {
      at += <usize>ctz(hit) >> 3;
      return;
    }
  }
  for (; at < end; at++) {
    const c = load<u8>(at);
    if (c < 0x20 || c == 0x22 || c == 0x5c) return;
  }
}

function isHex(c: u32): bool {
  return isDigit(c) || (c | 0x20) - 0x61 < 6;
}

/** One of " \ / b f n r t. */
function isEscape(c: u32): bool {
  return c == 0x22 || c == 0x5c || c == 0x2f || c == 0x62 || c == 0x66 || c == 0x6e || c == 0x72 || c == 0x74;
}
