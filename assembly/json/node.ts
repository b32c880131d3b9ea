// A JSON value in an arena. Members and elements are a chain in the order written; address 0 ends it.
//
//   kind | flags | count | at | length | next | first | keyAt | keyLength | index | mark
//
// A string, and a key, is its text with escapes undone: where it stood in the source if it had none. Everything else is the source
// from its first byte to its last, so that a number keeps its digits. `mark` is for whoever works on the tree.

import { isWord } from "../text/slice";

export const enum JsonKind {
  Null,
  False,
  True,
  Number,
  String,
  Array,
  Object,
}

/** An object in which a key comes twice. */
export const DUPLICATE: u8 = 1;

@unmanaged
export class JsonNode {
  kind: JsonKind;
  flags: u32;
  /** Members or elements. */
  count: u32;
  at: usize;
  length: u32;
  next: JsonNode;
  first: JsonNode;
  /** A member's name. */
  keyAt: usize;
  keyLength: u32;
  /** Of a large object: its members by key. See members.ts. */
  index: usize;
  mark: usize;
}

/** Of a JSON text: its root, or why there is none. */
@unmanaged
export class Json {
  root: JsonNode | null;
  error: JsonError;
  /** Where the error is, in bytes from the start. */
  offset: u32;
  /** An object somewhere in it has a key twice. */
  duplicates: bool;
}

export const enum JsonError {
  None,
  /** A byte that cannot stand there. */
  Unexpected,
  /** The text ends within a value. */
  Unfinished,
  /** More than JSON_DEPTH arrays and objects within each other. */
  TooDeep,
  /** More than JSON_VALUES values. */
  TooMany,
  /** More than JSON_BYTES bytes. */
  TooLong,
}

export function isTrue(node: JsonNode): bool {
  return node.kind == JsonKind.True;
}

/** Whether the value is exactly this string, in ASCII. */
export function isString(node: JsonNode, word: string): bool {
  return node.kind == JsonKind.String && isWord(node.at, node.length, word);
}
