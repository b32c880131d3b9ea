import { Arena } from "../memory/arena";
import { Label, Origin, Reference } from "../flow/term";
import { isWord, sameBytes, startsWithWord } from "../text/slice";
import { Doc, DocFlag, DocType, child, textOf } from "./doc";
import { found, foundAt, foundLength, NAME_SLIP, offer, seek } from "./nearest";
import { complain, suggest, theArena } from "./problems";
import { Key, Message } from "./table";

// Which names a node of a flow sees, and what its references mean. Every name, `$input`, `$item` and `$last` is a binding: a number.

const DOLLAR: u32 = 0x24;
const POINT: u32 = 0x2e;
const NONE: u32 = u32.MAX_VALUE;

/** A name that has been set, and what was visible before it. */
@unmanaged
class Visible {
  outer: Visible | null;
  name: Doc;
  binding: u32;
}

let arena = changetype<Arena>(0);
let names: Visible | null = null;
/** Of the nearest flow, map and loop; NONE outside one. */
let input: u32 = NONE;
let item: u32 = NONE;
let last: u32 = NONE;
let bindings: u32 = 0;

/** Everything that is visible at a place, for coming back to it. */
@unmanaged
export class Sight {
  names: Visible | null;
  input: u32;
  item: u32;
  last: u32;
}

/** To be called once for each flow; `into` is where references lie. */
export function beginScopes(into: Arena): void {
  arena = into;
  names = null;
  item = NONE;
  last = NONE;
  bindings = 0;
  input = bindings++;
}

export function bindingCount(): u32 {
  return bindings;
}

export function sight(): Sight {
  const now = changetype<Sight>(theArena().allocate(offsetof<Sight>()));
  now.names = names;
  now.input = input;
  now.item = item;
  now.last = last;
  return now;
}

export function backTo(before: Sight): void {
  names = before.names;
  input = before.input;
  item = before.item;
  last = before.last;
}

/** Within another definition only its own names are seen; gives the binding of its `$input`. */
export function enterUse(): u32 {
  names = null;
  item = NONE;
  last = NONE;
  input = bindings++;
  return input;
}

/** Gives the binding of `$item`. */
export function enterMap(): u32 {
  item = bindings++;
  return item;
}

/** Gives the binding of `$last`. */
export function enterLoop(): u32 {
  last = bindings++;
  return last;
}

export function isInLoop(): bool {
  return last != NONE;
}

/** The binding of a node's `as`, or NONE if there is none. */
export function bindName(node: Doc): u32 {
  const name = textOf(node, Key.As);
  if (name === null) return NONE;
  if (isReserved(name.textAt, name.textLength)) complain(Message.ReservedBinding, name);
  return bindings++;
}

function isReserved(at: usize, length: u32): bool {
  return isWord(at, length, "input") || isWord(at, length, "prev") || isWord(at, length, "item") || isWord(at, length, "last");
}

/** A node's name is set from here on; `start` is what was visible where its sequence began. */
export function setName(node: Doc, binding: u32, start: Sight): void {
  const name = textOf(node, Key.As);
  if (name === null) return;
  for (let each = names; each !== null && each !== start.names; each = each!.outer) {
    if (sameBytes(each.name.textAt, each.name.textLength, name.textAt, name.textLength)) complain(Message.BoundTwice, name);
  }
  const visible = changetype<Visible>(theArena().allocate(offsetof<Visible>()));
  visible.outer = names;
  visible.name = name;
  visible.binding = binding;
  names = visible;
}

// ---- references ----

/** Reads `$NAME.field…` into `to`; false if it is none, which is reported. */
export function readReference(text: Doc, to: Reference): bool {
  if (text.type != <u8>DocType.String || text.is(DocFlag.Unset)) return false;
  const at = text.textAt;
  if (!text.textLength || load<u8>(at) != DOLLAR) {
    complain(Message.NotAReference, text);
    return false;
  }
  const length = partLength(at + 1, text.textLength - 1);
  if (!length || !readFields(at + 1 + length, text.textLength - 1 - length, to)) {
    complain(Message.BadReference, text);
    return false;
  }
  if (!to.fieldCount) {
    to.key = arena.copy(at + 1, length);
    to.keyLength = length;
  }
  return resolve(text, at + 1, length, to);
}

/** A field of what piping gives: `category`, `answer.category`. */
export function readField(text: Doc, to: Reference): bool {
  if (text.type != <u8>DocType.String || text.is(DocFlag.Unset)) return false;
  to.origin = Origin.Previous;
  const head = partLength(text.textAt, text.textLength);
  const name = theArena().allocate(text.textLength + 1);
  store<u8>(name, POINT);
  memory.copy(name + 1, text.textAt, text.textLength);
  if (head && readFields(name, text.textLength + 1, to)) return true;
  complain(Message.BadReference, text);
  return false;
}

/** How many bytes up to the next point. */
function partLength(at: usize, length: u32): u32 {
  let i: u32 = 0;
  while (i < length && load<u8>(at + i) != POINT) i++;
  return i;
}

/** `.field.field`, all of it. */
function readFields(at: usize, length: u32, to: Reference): bool {
  let count: u32 = 0;
  for (let i: u32 = 0; i < length; i++) if (load<u8>(at + i) == POINT) count++;
  to.fields = arena.allocate(count * offsetof<Label>());
  to.fieldCount = count;
  const end = at + length;
  for (let i: u32 = 0; i < count; i++) {
    const part = partLength(++at, <u32>(end - at));
    if (!part) return false;
    const field = changetype<Label>(to.fields + i * offsetof<Label>());
    field.at = arena.copy(at, part);
    field.length = part;
    to.key = field.at;
    to.keyLength = part;
    at += part;
  }
  return at == end;
}

function resolve(text: Doc, at: usize, length: u32, to: Reference): bool {
  if (isWord(at, length, "prev")) {
    to.origin = Origin.Previous;
    return true;
  }
  to.origin = Origin.Binding;
  if (isWord(at, length, "input")) to.binding = input;
  else if (isWord(at, length, "item")) to.binding = item;
  else if (isWord(at, length, "last")) to.binding = last;
  else return resolveName(text, at, length, to);
  if (to.binding != NONE) return true;
  complain(startsWithWord(at, length, "item") ? Message.NoItem : Message.NoLast, text);
  return false;
}

function resolveName(text: Doc, at: usize, length: u32, to: Reference): bool {
  seek(at, length, NAME_SLIP);
  for (let each = names; each !== null; each = each!.outer) {
    const name = each.name;
    if (sameBytes(name.textAt, name.textLength, at, length)) {
      to.binding = each.binding;
      return true;
    }
    offer(name.textAt, name.textLength);
  }
  complain(isSetSomewhere(text, at, length) ? Message.UncertainName : Message.UnknownName, text);
  if (found()) suggest(foundAt(), foundLength());
  return false;
}

/** Whether some node of the flow sets a name, wherever it stands. */
function isSetSomewhere(text: Doc, at: usize, length: u32): bool {
  let top = text;
  for (let above = changetype<Doc | null>(top.parent); above !== null && above.parent; above = changetype<Doc | null>(above!.parent)) top = above;
  return sets(top, at, length);
}

function sets(doc: Doc, at: usize, length: u32): bool {
  const name = child(doc, Key.As);
  if (name !== null && sameBytes(name.textAt, name.textLength, at, length)) return true;
  for (let below: Doc | null = doc.firstChild(); below !== null; below = below!.nextSibling()) if (sets(below, at, length)) return true;
  return false;
}
