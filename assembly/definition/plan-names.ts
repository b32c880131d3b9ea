import { Arena } from "../memory/arena";
import { hashBytes } from "../text/hash";
import { isWord, sameBytes } from "../text/slice";
import { Doc, DocType, child, textOf } from "./doc";
import { Key } from "./table";

// The names of a definition's wiring. A name in `inputs` or `outputs` is an agent; or a channel, if agents write to it and agents read
// from it; or else a port to the outside. `user` is always outside.

export const enum NameKind {
  Agent,
  Channel,
  Port,
}

@unmanaged
export class Name {
  at: usize;
  length: u32;
  kind: u32;
  /** Agents come first, then channels; ports are counted by themselves. */
  index: u32;
  writers: u32;
  readers: u32;
  next: usize; // of the same bucket
}

/** All names of a definition, in order of appearance, found by hash. */
@unmanaged
export class Names {
  arena: usize;
  buckets: usize;
  mask: u32;
  list: usize; // addresses
  count: u32;
  room: u32;

  at(place: u32): Name {
    return changetype<Name>(load<usize>(this.list + (place << 2)));
  }

  find(at: usize, length: u32): Name | null {
    for (let each = load<usize>(this.bucket(at, length)); each; each = changetype<Name>(each).next) {
      const name = changetype<Name>(each);
      if (sameBytes(name.at, name.length, at, length)) return name;
    }
    return null;
  }

  add(at: usize, length: u32, kind: NameKind): Name {
    const arena = changetype<Arena>(this.arena);
    const name = changetype<Name>(arena.allocate(offsetof<Name>()));
    name.at = at;
    name.length = length;
    name.kind = kind;
    const bucket = this.bucket(at, length);
    name.next = load<usize>(bucket);
    store<usize>(bucket, changetype<usize>(name));
    if (this.count == this.room) {
      const moved = arena.allocate(this.room << 3);
      memory.copy(moved, this.list, this.room << 2);
      this.list = moved;
      this.room <<= 1;
    }
    store<usize>(this.list + (this.count++ << 2), changetype<usize>(name));
    return name;
  }

  private bucket(at: usize, length: u32): usize {
    return this.buckets + ((<u32>hashBytes(0, at, length) & this.mask) << 2);
  }
}

/** Reads the names of a checked definition: agents by their place, then channels and ports as they first appear. */
export function readNames(arena: Arena, agents: Doc | null): Names {
  const names = changetype<Names>(arena.allocate(offsetof<Names>()));
  const count: u32 = agents === null ? 0 : agents.count;
  let size: u32 = 16;
  while (size < count << 1) size <<= 1;
  names.arena = changetype<usize>(arena);
  names.mask = size - 1;
  names.buckets = arena.allocate(size << 2);
  names.room = 16;
  names.list = arena.allocate(names.room << 2);
  if (agents === null) return names;
  let index: u32 = 0;
  for (let agent: Doc | null = agents.firstChild(); agent !== null; agent = agent!.nextSibling()) {
    const text = textOf(agent, Key.Name)!;
    names.add(text.textAt, text.textLength, NameKind.Agent).index = index++;
  }
  for (let agent: Doc | null = agents.firstChild(); agent !== null; agent = agent!.nextSibling()) {
    countEnds(names, agent, <u16>Key.Inputs, <u16>Key.Source);
    countEnds(names, agent, <u16>Key.Outputs, <u16>Key.Target);
  }
  number(names, index);
  return names;
}

/** The name at an end: of a plain string itself, of a map the value under `key`. */
export function endName(end: Doc, key: u16): Doc {
  return end.type == <u8>DocType.Map ? textOf(end, key)! : end;
}

/** The message type at an end, or null. */
export function endType(end: Doc): Doc | null {
  return end.type == <u8>DocType.Map ? textOf(end, Key.Type) : null;
}

function countEnds(names: Names, agent: Doc, list: u16, key: u16): void {
  const ends = child(agent, list);
  if (ends === null) return;
  for (let end: Doc | null = ends.firstChild(); end !== null; end = end!.nextSibling()) {
    const text = endName(end, key);
    let name = names.find(text.textAt, text.textLength);
    if (name === null) name = names.add(text.textAt, text.textLength, NameKind.Port);
    if (list == <u16>Key.Inputs) name.readers++;
    else name.writers++;
  }
}

function number(names: Names, agents: u32): void {
  let channels = agents;
  let ports: u32 = 0;
  for (let i: u32 = 0; i < names.count; i++) {
    const name = names.at(i);
    if (name.kind == NameKind.Agent) continue;
    const outside = isWord(name.at, name.length, "user");
    if (name.writers && name.readers && !outside) {
      name.kind = NameKind.Channel;
      name.index = channels++;
    } else name.index = ports++;
  }
}
