// A JSON pointer (RFC 6901) as it stands in a reference: with percent signs for what a URI cannot hold.

import { member } from "../json/members";
import { JsonKind, JsonNode } from "../json/node";
import { newBuilder } from "../text/builder";

const part = newBuilder();

/** What the pointer leads to from `root`, or null. */
export function resolvePointer(root: JsonNode, at: usize, length: u32): JsonNode | null {
  const end = at + length;
  let node = root;
  while (at < end) {
    if (load<u8>(at++) != 0x2f) return null;
    part.clear();
    while (at < end && load<u8>(at) != 0x2f) {
      let c = <u32>load<u8>(at++);
      if (c == 0x25 && at + 2 <= end) {
        c = (hexDigit(load<u8>(at)) << 4) | hexDigit(load<u8>(at, 1));
        at += 2;
        if (c > 255) return null;
      }
      part.byte(c);
    }
    const step = child(node, undoTildes());
    if (!step) return null;
    node = step;
  }
  return node;
}

function hexDigit(c: u32): u32 {
  if (c - 0x30 < 10) return c - 0x30;
  c |= 0x20;
  return c - 0x61 < 6 ? c - 0x57 : 0x100;
}

/** ~1 is a slash and ~0 a tilde; the part's new length. */
function undoTildes(): u32 {
  let to = part.at;
  const end = part.at + part.length;
  for (let from = part.at; from < end; from++) {
    let c = load<u8>(from);
    if (c == 0x7e && from + 1 < end) c = load<u8>(++from) == 0x31 ? 0x2f : 0x7e;
    store<u8>(to++, c);
  }
  return <u32>(to - part.at);
}

function child(node: JsonNode, length: u32): JsonNode | null {
  if (node.kind == JsonKind.Object) return member(node, part.at, length);
  if (node.kind != JsonKind.Array || !length || length > 7) return null;
  let position: u32 = 0;
  for (let i: u32 = 0; i < length; i++) {
    const digit = <u32>load<u8>(part.at + i) - 0x30;
    if (digit > 9) return null;
    position = position * 10 + digit;
  }
  let each = node.first;
  for (; each && position; position--) each = each.next;
  return each;
}
