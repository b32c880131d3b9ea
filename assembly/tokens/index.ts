import { blockSize, giveBlock, takeBlock } from "../memory/blocks";
import { newBuilder } from "../text/builder";
import { isUtf8 } from "../text/utf8";
import { countTokens, fitsTokens } from "./count";
import { decodeToken } from "./decode";
import { encodeText } from "./encode";
import { Correction, estimateTokens } from "./estimate";
import { Fault } from "./file";
import { fault, freeTable, loadTable } from "./load";
import { countWithSpecials, encodeWithSpecials } from "./special";
import { Encoding, encodingOf } from "./models";
import { TokenTable, useTable } from "./table";

// tokens.wasm: counting by itself, for hosts that want no engine. It imports nothing. What goes in is put where `room` says: a table's file,
// text in UTF-8, or ids of four bytes. What comes out is where `output` says.

/** Tables at the same time. */
const TABLES: u32 = 64;
const tables: usize = memory.data(256, 4);

/** No count: there is no such table or token. */
const NOT: u32 = u32.MAX_VALUE;

let input: usize = 0;
let inputSize: u32 = 0;
const out = newBuilder();
let why: u32 = 0;

/** Where at least so many bytes may be put; 0: there can be no such room. What was there may be lost. */
export function room(bytes: u32): usize {
  const needed = blockSize(max<u32>(bytes, 4096) + 32);
  if (needed <= inputSize) return input;
  if (inputSize) giveBlock(input, inputSize);
  input = takeBlock(needed);
  inputSize = needed;
  return input;
}

/** Where it is. */
export function input_at(): usize {
  return input;
}

/** How much of it there is. */
export function capacity(): u32 {
  return inputSize - 32;
}

/** Makes a table of the file in the room. Gives its number, from 1 on; 0: it was refused, and `problem` says why. */
export function load_table(length: u32): u32 {
  for (let number: u32 = 1; number < TABLES; number++) {
    const place = tables + (number << 2);
    if (load<u32>(place)) continue;
    const table = loadTable(input, length);
    why = fault;
    if (table === null) return 0;
    store<u32>(place, <u32>changetype<usize>(table));
    return number;
  }
  why = Fault.Size;
  return 0;
}

export function problem(): u32 {
  return why;
}

export function drop_table(number: u32): void {
  if (!use_table(number)) return;
  const table = changetype<TokenTable>(load<u32>(tables + (number << 2)));
  store<u32>(tables + (number << 2), 0);
  freeTable(table, table.size);
}

/** Makes a table the one in use; false: there is none of that number. */
export function use_table(number: u32): bool {
  const table = number < TABLES ? load<u32>(tables + (number << 2)) : 0;
  if (table) useTable(changetype<TokenTable>(table));
  return table != 0;
}

/** How many tokens the text in the room is, special tokens of these sets among them. */
export function count(number: u32, length: u32, sets: u32): u32 {
  if (!use_table(number)) return NOT;
  return sets ? countWithSpecials(input, length, sets) : countTokens(input, length);
}

/** 1: the text in the room has at most so many tokens; 0: more. */
export function fits(number: u32, length: u32, most: u32): u32 {
  if (!use_table(number)) return NOT;
  return fitsTokens(input, length, most);
}

/** How many tokens the text in the room is; their ids are the output. */
export function encode(number: u32, length: u32, sets: u32): u32 {
  if (!use_table(number)) return NOT;
  out.clear();
  if (sets) encodeWithSpecials(out, input, length, sets);
  else encodeText(out, input, length);
  return out.length >> 2;
}

/** The bytes of so many ids in the room are the output; how many they are. If there is no such token, its place is the output's length. */
export function decode(number: u32, ids: u32): u32 {
  if (!use_table(number)) return NOT;
  out.clear();
  for (let i: u32 = 0; i < ids; i++) if (!decodeToken(out, load<u32>(input + ((<usize>i) << 2)))) return NOT;
  return out.length;
}

export function output(): usize {
  return out.at;
}

/** The encoding of the model whose name is in the room; 0: none is known. */
export function encoding_of(length: u32): u32 {
  const encoding = encodingOf(input, length);
  return encoding == Encoding.Secret ? Encoding.None : encoding;
}

/** Whether the bytes in the room are UTF-8. Whoever does not know asks first: of other bytes, counts mean nothing. */
export function is_text(length: u32): bool {
  return isUtf8(input, length);
}

/** How many tokens the text in the room probably is, for a model without a table. */
export function estimate(length: u32): u32 {
  return estimateTokens(input, length);
}

/** Corrects an estimate by the eight bytes in the room, which `learn` has changed, or are zero. */
export function correct(estimated: u32): u32 {
  return changetype<Correction>(input).apply(estimated);
}

/** Lets the eight bytes in the room learn that so many tokens were reported for such an estimate. */
export function learn(estimated: u32, reported: u32): void {
  changetype<Correction>(input).learn(estimated, reported);
}
