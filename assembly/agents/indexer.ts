import { JsonKind, JsonNode } from "../json/node";
import { memberNamed } from "../json/members";
import { readJson } from "../json/reader";
import { writeJson } from "../json/writer";
import { activationAt, openNotes, setNoteText } from "../kernel/activation";
import { dispatch } from "../kernel/attempt";
import { failActivation } from "../kernel/closing";
import { EffectKind, effectAt, freeEffect, newEffect } from "../kernel/effect";
import { words } from "../kernel/emit";
import { Run } from "../kernel/run";
import { newText, textBytes, textLength } from "../kernel/text";
import { finishWith, unlinkEffect } from "../kernel/think";
import { scratch } from "../memory/scratch";
import { StopReason } from "../protocol/types";
import { Builder, newBuilder } from "../text/builder";
import { hashBytes } from "../text/hash";

// Documents in, chunks kept: each document is cut where a line or a word ends, with some of the end of a chunk at the beginning of the next. A
// document is a text, or an object with `text`, and `id` and `metadata` if it has them; several are a list, or a list under `documents`.

/** Bytes of a chunk and of what two share: about 500 and 50 tokens of English. */
const CHUNK: u32 = 2000;
const SHARED: u32 = 200;

const chunks = newBuilder();
let count: u32 = 0;

export function beginIndex(run: Run, ref: u32): void {
  const activation = activationAt(run, ref);
  chunks.clear().byte(0x5b);
  count = 0;
  const at = textBytes(run, activation.input);
  const length = textLength(run, activation.input);
  scratch.free();
  const root = readJson(scratch, at, length).root;
  if (root === null || root.kind < JsonKind.Array) cutDocument(at, length, null);
  else cutAll(root);
  if (!count) {
    words.clear().ascii("there is no text to keep");
    return failActivation(run, ref, StopReason.Failed);
  }
  chunks.byte(0x5d);
  openNotes(run, ref, 1, 0);
  setNoteText(run, ref, 0, newText(run, chunks.at, chunks.length));
  const effect = newEffect(run, EffectKind.Index, activation.agent, ref);
  activationAt(run, ref).effects = effect;
  dispatch(run, effect);
}

function cutAll(root: JsonNode): void {
  const list: JsonNode | null = root.kind == JsonKind.Array ? root : memberNamed(root, "documents");
  if (list === null || list.kind != JsonKind.Array) {
    const text = memberNamed(root, "text");
    if (text !== null && text.kind == JsonKind.String) cutDocument(text.at, text.length, root);
    return;
  }
  for (let each = list.first; changetype<usize>(each); each = each.next) {
    if (each.kind == JsonKind.String) cutDocument(each.at, each.length, null);
    else if (each.kind == JsonKind.Object) {
      const text = memberNamed(each, "text");
      if (text !== null && text.kind == JsonKind.String) cutDocument(text.at, text.length, each);
    }
  }
}

/** The chunks of one document; the first has the document's id, the others that and their number. */
function cutDocument(at: usize, length: u32, about: JsonNode | null): void {
  let number: u32 = 0;
  let begin: u32 = 0;
  while (begin < length) {
    const end = endOf(at, begin, length);
    if (count++) chunks.byte(0x2c);
    chunks.ascii('{"id":"');
    writeId(chunks, at, length, about);
    if (number) chunks.byte(0x23).integer(number + 1);
    number++;
    chunks.ascii('","text":').json(at + begin, end - begin);
    let metadata: JsonNode | null = null;
    if (about !== null) metadata = memberNamed(about, "metadata");
    if (metadata !== null && metadata.kind == JsonKind.Object) {
      chunks.ascii(',"metadata":');
      writeJson(chunks, metadata);
    }
    chunks.byte(0x7d);
    if (end == length) return;
    begin = beginAfter(at, begin, end);
  }
}

const id = newBuilder();

function writeId(to: Builder, at: usize, length: u32, about: JsonNode | null): void {
  let given: JsonNode | null = null;
  if (about !== null) given = memberNamed(about, "id");
  if (given === null || (given.kind != JsonKind.String && given.kind != JsonKind.Number)) {
    to.hex(hashBytes(0, at, length), 16);
    return;
  }
  // Without its quotes, since the chunk's number follows.
  id.clear().json(given.at, given.length);
  to.bytes(id.at + 1, id.length - 2);
}

/** Where a chunk that begins there ends: at its last line's or word's end, never within a character. */
function endOf(at: usize, begin: u32, length: u32): u32 {
  if (length - begin <= CHUNK) return length;
  const most = begin + CHUNK;
  for (let end = most; end > begin + CHUNK / 2; end--) if (load<u8>(at + end - 1) == 0x0a) return end;
  for (let end = most; end > begin + CHUNK / 2; end--) if (load<u8>(at + end - 1) == 0x20) return end;
  let end = most;
  while ((load<u8>(at + end) & 0xc0) == 0x80) end--;
  return end;
}

/** Where the chunk after one begins: a little before its end, at a word. */
function beginAfter(at: usize, begin: u32, end: u32): u32 {
  let next = end - SHARED;
  while (next < end && load<u8>(at + next - 1) != 0x20 && load<u8>(at + next - 1) != 0x0a) next++;
  return max(next, begin + 1);
}

/** The store has kept them. */
export function documentsKept(run: Run, effectRef: u32, kept: u32): void {
  const ref = effectAt(run, effectRef).activation;
  unlinkEffect(run, activationAt(run, ref), effectRef);
  freeEffect(run, effectRef);
  words.clear().ascii('{"indexed":').integer(kept).byte(0x7d);
  finishWith(run, ref, words, null);
}
