import { child, Doc } from "./doc";
import { choiceWord, entryOf, entrySpec, specA } from "./grammar";
import { wordDoc } from "./pattern-terms";
import { complain, complainKey, put, putWord } from "./problems";
import { settleSpellings } from "./spelling";
import { Key, Message, Pattern, ROOT_SPEC } from "./table";

// The pattern that is being rewritten, and its parameters.

let root: Doc = changetype<Doc>(0);
let config: Doc | null = null;
/** The value of `orchestration.pattern`, where everything stands that has no place of its own. */
let named: Doc = changetype<Doc>(0);

export function openScope(theRoot: Doc, pattern: Doc, theConfig: Doc | null): void {
  root = theRoot;
  named = pattern;
  config = theConfig;
}

export function theRoot(): Doc {
  return root;
}

export function theConfig(): Doc | null {
  return config;
}

/** Where the pattern is named. */
export function thePlace(): Doc {
  return named;
}

export function thePattern(): Pattern {
  return <Pattern>named.number;
}

export function parameter(key: u32): Doc | null {
  return child(config, key);
}

/** One of two keys that mean the same (R1). */
export function eitherParameter(key: u32, other: u32): Doc | null {
  const first = parameter(key);
  const second = parameter(other);
  if (first === null) return second;
  if (second !== null) settleSpellings(first, second);
  return first;
}

/** Says that a parameter is missing; the caller may suggest one. */
export function complainMissing(key: u32): void {
  complain(Message.MissingKey, named);
  putWord(key);
}

/** Says that one of two parameters is too many, unless either is not there. */
export function refuseBoth(key: u32, other: u32): void {
  const first = parameter(key);
  if (first === null || parameter(other) === null) return;
  complainKey(Message.Beside, first);
  putWord(other);
}

/** Refuses a parameter of another kind of the pattern than that which `other` names. */
export function refusePart(value: Doc, other: u32, word: string): void {
  complainKey(Message.WrongPart, value);
  putWord(other);
  const meant = wordDoc(value, word);
  put(meant.textAt, meant.textLength);
}

function patternWord(pattern: u32): u32 {
  const orchestration = entrySpec(entryOf(specA(ROOT_SPEC), Key.Orchestration));
  return choiceWord(specA(entrySpec(entryOf(specA(orchestration), Key.Pattern))) + pattern);
}

/** Puts a pattern's name into the message at hand. */
export function putPattern(pattern: u32): void {
  putWord(patternWord(pattern));
}
