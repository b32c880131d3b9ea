import { StopReason } from "../protocol/types";
import { JsonKind, JsonNode } from "../json/node";
import { memberNamed } from "../json/members";
import { readJson } from "../json/reader";
import { writeJson } from "../json/writer";
import { words } from "../kernel/emit";
import { stopWord } from "../kernel/failure";
import { Run } from "../kernel/run";
import { dropText, holdText, newText, textBytes, textLength } from "../kernel/text";
import { scratch } from "../memory/scratch";
import { Builder } from "../text/builder";
import { failHere, failWith, succeed } from "./end";
import { addCause, dropFailure, failureAt, setFailureCause } from "./failure";
import { Instance, InstanceFlag, dataAt, instanceAt, openData, termOf } from "./instance";
import { resolve } from "./select";
import { openWith, setMeta, takeFailure, takeOutput } from "./step";
import { branchTalk } from "./talk";
import { kidOf } from "./term";
import { putValue } from "./value";

// One instance for each item, opened as slots free up. The block: the first failure, then 8 bytes an item: a text, which is the item until it is
// over and then what it came to, and a state.

export const enum ItemState {
  Waiting,
  Running,
  Succeeded,
  Failed,
}

@unmanaged
export class Item {
  text: u32;
  state: u32;
}

@unmanaged
export class MapHead {
  /** The failure of the first item in order that failed. */
  first: u32;
  firstPlace: u32;
  /** Items that are over and failed. */
  count: u32;
  unused: u32;
}

export const MAP_HEAD: u32 = 16;

export function mapHead(run: Run, instance: Instance): MapHead {
  return changetype<MapHead>(dataAt(run, instance, 0));
}

export function itemAt(run: Run, instance: Instance, place: u32): Item {
  return changetype<Item>(dataAt(run, instance, MAP_HEAD + (place << 3)));
}

export function enterMap(run: Run, ref: u32): void {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  let source = holdText(run, instance.input);
  if (term.over) {
    dropText(run, source);
    if (!resolve(run, ref, term.over)) return failHere(run, ref, StopReason.Failed);
    source = newText(run, words.at, words.length);
  }
  const count = cut(run, instance, source, term.most);
  dropText(run, source);
  if (count > term.most) {
    words.clear().ascii("there are more than max_items: ").integer(term.most).ascii(" items");
    return failHere(run, ref, StopReason.Limit);
  }
  if (!count) {
    words.clear().ascii("[]");
    instance.output = newText(run, words.at, words.length);
    return succeed(run, ref);
  }
  const most = term.concurrency ? min(term.concurrency, count) : count;
  for (let i: u32 = 0; i < most; i++) enterNext(run, ref);
}

/** Makes the items of a text: elements of a JSON list, else of its `items`; other JSON is one; other text its paragraphs. How many there are. */
function cut(run: Run, instance: Instance, source: u32, most: u32): u32 {
  const at = textBytes(run, source);
  const length = textLength(run, source);
  scratch.free();
  const root = readJson(scratch, at, length).root;
  if (root === null) return paragraphs(run, instance, at, length, most);
  let list: JsonNode = root;
  if (root.kind == JsonKind.Object) {
    const items = memberNamed(root, "items");
    if (items !== null && items.kind == JsonKind.Array) list = items;
  }
  const single = list.kind != JsonKind.Array;
  const count: u32 = single ? 1 : list.count;
  if (count > most || !count) return count;
  openData(run, instance, MAP_HEAD + (count << 3));
  if (single) {
    putItem(run, instance, 0, list);
    return 1;
  }
  let place: u32 = 0;
  for (let each = list.first; changetype<usize>(each); each = each.next) putItem(run, instance, place++, each);
  return count;
}

function putItem(run: Run, instance: Instance, place: u32, node: JsonNode): void {
  words.clear();
  if (node.kind == JsonKind.String) words.bytes(node.at, node.length);
  else writeJson(words, node);
  const text = newText(run, words.at, words.length);
  itemAt(run, instance, place).text = text;
}

/** What stands between empty lines. Counted first, so that the block has its size. */
function paragraphs(run: Run, instance: Instance, at: usize, length: u32, most: u32): u32 {
  const count = eachParagraph(run, instance, at, length, false);
  if (!count || count > most) return count;
  openData(run, instance, MAP_HEAD + (count << 3));
  return eachParagraph(run, instance, at, length, true);
}

function eachParagraph(run: Run, instance: Instance, at: usize, length: u32, keep: bool): u32 {
  let count: u32 = 0;
  let begin: u32 = 0; // 1 + where it begins, 0: not in one
  let end: u32 = 0;
  for (let i: u32 = 0; i <= length; ) {
    let next = i;
    let filled = false;
    for (; next < length && load<u8>(at + next) != 0x0a; next++) filled = filled || load<u8>(at + next) > 0x20;
    if (filled) {
      if (!begin) begin = i + 1;
      end = next;
    }
    if (begin && (!filled || next >= length)) {
      if (keep) itemAt(run, instance, count).text = newText(run, at + begin - 1, end - begin + 1);
      count++;
      begin = 0;
    }
    i = next + 1;
  }
  return count;
}

function countOf(instance: Instance): u32 {
  return instance.data ? (instance.dataBytes - MAP_HEAD) >> 3 : 0;
}

function enterNext(run: Run, ref: u32): void {
  const instance = instanceAt(run, ref);
  const place = instance.cursor;
  if (place == countOf(instance)) return;
  instance.cursor++;
  const term = termOf(run, instance);
  const item = itemAt(run, instance, place);
  item.state = ItemState.Running;
  const kid = openWith(run, ref, kidOf(term, place % term.kidCount), place, holdText(run, item.text), 0, term.own, item.text, 0);
  branchTalk(run, instanceAt(run, kid));
}

export function mapKid(run: Run, ref: u32, kid: u32): void {
  const instance = instanceAt(run, ref);
  const term = termOf(run, instance);
  const ended = instanceAt(run, kid);
  const place = ended.place;
  if (ended.has(InstanceFlag.Failed)) {
    const failure = takeFailure(ended);
    if (term.failFast) return failWith(run, ref, failure);
    instance.failed++;
    noteFailed(run, instance, place, failure);
  } else {
    const item = itemAt(run, instance, place);
    dropText(run, item.text);
    item.text = takeOutput(ended);
    item.state = ItemState.Succeeded;
    instance.done++;
  }
  const count = countOf(instance);
  if (instance.done + instance.failed < count) return enterNext(run, ref);
  if (!instance.done) return failAll(run, ref, count);
  words.clear();
  writeItems(run, words, instance);
  instance.output = newText(run, words.at, words.length);
  if (instance.failed) {
    writeFailedPlaces(run, instance, count);
    setMeta(run, ref);
  }
  succeed(run, ref);
}

/** A failed item stands as {"error", "stop"}; the first in order is kept as it is. */
function noteFailed(run: Run, instance: Instance, place: u32, failure: u32): void {
  const told = failureAt(run, failure);
  words.clear().ascii('{"error":').json(textBytes(run, told.message), textLength(run, told.message));
  words.ascii(',"stop":"').ascii(stopWord(told.stop)).ascii('"}');
  const text = newText(run, words.at, words.length);
  const item = itemAt(run, instance, place);
  dropText(run, item.text);
  item.text = text;
  item.state = ItemState.Failed;
  const head = mapHead(run, instance);
  if (head.first && head.firstPlace < place) return dropFailure(run, failure);
  dropFailure(run, head.first);
  head.first = failure;
  head.firstPlace = place;
}

function failAll(run: Run, ref: u32, count: u32): void {
  const instance = instanceAt(run, ref);
  const head = mapHead(run, instance);
  const first = head.first;
  if (count == 1) {
    head.first = 0;
    return failWith(run, ref, first);
  }
  const told = failureAt(run, first);
  words.clear().ascii("all ").integer(count).ascii(" items failed, the first: ");
  words.bytes(textBytes(run, told.message), textLength(run, told.message));
  setFailureCause(told.kind - 1);
  failHere(run, ref, <StopReason>told.stop);
}

/** What was done, in item order: outputs and errors; items that are not over are null. */
export function writeItems(run: Run, to: Builder, instance: Instance): void {
  const count = countOf(instance);
  to.byte(0x5b);
  for (let i: u32 = 0; i < count; i++) {
    if (i) to.byte(0x2c);
    const item = itemAt(run, instance, i);
    if (item.state == ItemState.Succeeded) putValue(to, textBytes(run, item.text), textLength(run, item.text));
    else if (item.state == ItemState.Failed) to.bytes(textBytes(run, item.text), textLength(run, item.text));
    else to.ascii("null");
  }
  to.byte(0x5d);
}

function writeFailedPlaces(run: Run, instance: Instance, count: u32): void {
  words.clear().ascii('{"failed":[');
  let more = false;
  for (let i: u32 = 0; i < count; i++) {
    if (itemAt(run, instance, i).state != ItemState.Failed) continue;
    if (more) words.byte(0x2c);
    more = true;
    words.integer(i);
  }
  words.ascii("]}");
}

export function addFirstCause(run: Run, instance: Instance, failure: u32): void {
  if (!instance.data) return;
  const head = mapHead(run, instance);
  if (!head.first) return;
  const first = head.first;
  head.first = 0;
  addCause(run, failure, first);
}

export function loseMap(run: Run, instance: Instance): void {
  if (!instance.data) return;
  const count = countOf(instance);
  for (let i: u32 = 0; i < count; i++) dropText(run, itemAt(run, instance, i).text);
  dropFailure(run, mapHead(run, instance).first);
}
