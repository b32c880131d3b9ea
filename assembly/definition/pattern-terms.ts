import { Prompt } from "../prompts/table";
import { writeText } from "../prompts/write";
import { Builder } from "../text/builder";
import { child, Doc, DocFlag, DocType } from "./doc";
import { addChild, copyDoc, docAt, giveKey, setName } from "./edit";
import { readPrompts } from "./prompts";
import { theArena } from "./problems";
import { Key } from "./table";

// Nodes of a flow as trees, for patterns. What is put into a map or list stands there from then on, and nowhere else.

const made: Builder = changetype<Builder>(memory.data(16));

export function put(map: Doc, key: u32, value: Doc): Doc {
  giveKey(value, key);
  addChild(map, value);
  return map;
}

/** A map with one key. */
export function mapWith(key: u32, value: Doc): Doc {
  return put(docAt(value, DocType.Map), key, value);
}

export function textDoc(place: Doc, at: usize, length: u32): Doc {
  const doc = docAt(place, DocType.String);
  doc.flags = <u8>DocFlag.Inherited;
  doc.textAt = theArena().copy(at, length);
  doc.textLength = length;
  return doc;
}

/** What has been written into the builder, as text. */
export function builtDoc(place: Doc, from: Builder): Doc {
  return textDoc(place, from.at, from.length);
}

export function wordDoc(place: Doc, word: string): Doc {
  return builtDoc(place, made.clear().ascii(word));
}

/** A text of the core's, or the one that the definition has in its place; gaps are set before. */
export function promptDoc(root: Doc, place: Doc, prompt: Prompt): Doc {
  const texts = readPrompts(child(root, Key.Prompts), 0, theArena());
  writeText(made.clear(), texts, prompt);
  return builtDoc(place, made);
}

export function putWord(map: Doc, key: u32, word: string): Doc {
  return put(map, key, wordDoc(map, word));
}

export function putInteger(map: Doc, key: u32, number: i64): Doc {
  const doc = docAt(map, DocType.Integer);
  doc.number = number;
  return put(map, key, doc);
}

/** A copy of a parameter, if there is one. */
export function putCopy(map: Doc, key: u32, from: Doc | null): Doc {
  if (from !== null) put(map, key, copyDoc(from));
  return map;
}

/** An entry of a map whose names are free. */
export function putNamed(map: Doc, name: string, value: Doc): Doc {
  made.clear().ascii(name);
  setName(value, theArena().copy(made.at, made.length), made.length);
  addChild(map, value);
  return map;
}

/** `$NAME` */
export function referenceTo(name: Doc): Doc {
  return builtDoc(name, made.clear().byte(0x24).bytes(name.textAt, name.textLength));
}

export function listOf(first: Doc): Doc {
  const list = docAt(first, DocType.List);
  addChild(list, first);
  return list;
}

/** One after the other. */
export function inSequence(first: Doc, second: Doc): Doc {
  const steps = listOf(first);
  addChild(steps, second);
  return mapWith(Key.Sequence, steps);
}

/** A node that asks an agent, for keys to be put beside it; without any, the agent's name alone is one, too. */
export function agentNode(name: Doc): Doc {
  return mapWith(Key.Agent, name);
}

/** All members on the same input. */
export function atOnce(members: Doc): Doc {
  return mapWith(Key.Parallel, mapWith(Key.Branches, members));
}

export function joinBy(place: Doc, strategy: string): Doc {
  return mapWith(Key.Join, mapWith(Key.Strategy, wordDoc(place, strategy)));
}
