import { memoryUpTo } from "../memory/blocks";
import { Builder } from "../text/builder";
import { backtrack, stack } from "./backtrack";
import { NONE, find } from "./find";
import { SHORT_PIECE, mergeByRank, startOf } from "./merge";
import { beginPieces, pieceEnd } from "./pieces";
import { At, TokenTable, base } from "./table";
import { Whole } from "./whole";

// The ids of a text's tokens, four bytes each.

/** Appends the ids of valid UTF-8; special tokens in it are text. */
export function encodeText(ids: Builder, at: usize, length: u32): void {
  const end = at + length;
  memoryUpTo(end + 32);
  beginPieces();
  while (at < end) {
    const next = pieceEnd(at, end);
    encodePiece(ids, at, <u32>(next - at));
    at = next;
  }
}

function encodePiece(ids: Builder, at: usize, length: u32): void {
  const token = tokenAt(at, length);
  const whole = token == NONE ? Whole.piece(at, length) : token;
  if (whole != NONE) return putToken(ids, whole);
  if (length > SHORT_PIECE) {
    const count = backtrack(at, length);
    for (let i: u32 = 0; i < count; i++) putToken(ids, load<u32>(stack + ((<usize>i) << 2)));
    return;
  }
  const parts = mergeByRank(at, length);
  for (let part: u32 = 0; part < parts; part++) putToken(ids, tokenAt(at + startOf(part), startOf(part + 1) - startOf(part)));
}

function tokenAt(at: usize, length: u32): u32 {
  return length == 1 ? load<u32>(base + ((<usize>load<u8>(at)) << 2), At.BYTE_INDEX) : find(at, length);
}

function putToken(ids: Builder, index: u32): void {
  const map = changetype<TokenTable>(base).ids;
  store<u32>(ids.room(4), map ? load<u32>(map + ((<usize>index) << 2)) : index);
  ids.length += 4;
}
