import { CHARACTER_CLASSES } from "./character-classes.ts";
import { CONTRACTIONS, type Rules, TAILS, WORDS } from "./rules.ts";

/** A tokenizer, as a table is made of it. */
export interface TableSource {
  readonly rules: Rules;
  /** The bytes, in the order of their tokens: 256 of them. */
  readonly bytes: Uint8Array;
  /** By rank: the two tokens that a merge joins. Tokens are numbered: first the bytes, then the merges. */
  readonly merges: readonly (readonly [left: number, right: number])[];
  /** Tokens that no merge makes, numbered after all others. */
  readonly extra?: readonly Uint8Array[];
  /** A whole piece may be one of these. */
  readonly wholePieces?: boolean;
  /** By number: the id that models know; left out if it is the number. */
  readonly ids?: readonly number[];
  readonly specials?: readonly SpecialToken[];
  /** Texts are put into NFC first, by whoever has them counted. */
  readonly normalized?: boolean;
}

/** A text with an id of its own, which stands for something that is not text. */
export interface SpecialToken {
  readonly id: number;
  readonly text: string;
  /** In which of the table's sets it is, a bit each. */
  readonly sets: number;
}

const MAGIC = "aixtok\0\x01";
const HEAD = 48;

/** The bytes of a table's file, as assembly/tokens/file.ts reads it. */
export function packTable(source: TableSource): Uint8Array<ArrayBuffer> {
  const { rules, merges, extra = [] } = source;
  const specials = sorted(source.specials ?? []);
  const runs = idRuns(source.ids ?? []);
  const classes = Uint8Array.from(atob(CHARACTER_CLASSES), (character) => character.charCodeAt(0));
  const extraBytes = sum(extra);
  const specialBytes = sum(specials.map(({ bytes }) => bytes));
  const size = HEAD + 256 + 6 * merges.length + 2 * extra.length + extraBytes + 8 * runs.length + 8 * specials.length + specialBytes + classes.length;
  const packed = new Uint8Array(size);
  const view = new DataView(packed.buffer);
  let at = 0;
  const put = (bytes: Uint8Array) => {
    packed.set(bytes, at);
    at += bytes.length;
  };
  const word = (value: number) => {
    view.setUint32(at, value, true);
    at += 4;
  };
  const half = (value: number) => {
    view.setUint16(at, value, true);
    at += 2;
  };
  put(new TextEncoder().encode(MAGIC));
  const flags = [rules.newlines, rules.lastSpaces, source.wholePieces ?? false, source.normalized ?? false];
  put(
    Uint8Array.of(
      WORDS.indexOf(rules.words),
      CONTRACTIONS.indexOf(rules.contractions),
      rules.digits,
      TAILS.indexOf(rules.tail),
      ...flags.map((flag) => (flag ? 1 : 0)),
    ),
  );
  for (const count of [merges.length, extra.length, extraBytes, runs.length, specials.length, specialBytes, classes.length, 0]) word(count);
  put(source.bytes);
  for (const part of [0, 1]) {
    for (const shift of [16, 8, 0]) put(Uint8Array.from(merges, (merge) => merge[part] >>> shift));
  }
  for (const bytes of extra) half(bytes.length);
  for (const bytes of extra) put(bytes);
  for (const [first, count] of runs) {
    word(first);
    word(count);
  }
  for (const { id, sets, bytes } of specials) {
    word(id);
    half(sets);
    half(bytes.length);
  }
  for (const { bytes } of specials) put(bytes);
  put(classes);
  return packed;
}

/** Whether these bytes are meant to be a table's. */
export function isTable(bytes: Uint8Array): boolean {
  return bytes.length >= HEAD && [...MAGIC].every((character, i) => bytes[i] === character.charCodeAt(0));
}

/** Whether texts are put into NFC before they are counted by this table. */
export function isNormalized(table: Uint8Array): boolean {
  return table[15] === 1;
}

/** Ids that follow one another, as their first one and how many. */
function idRuns(ids: readonly number[]): [first: number, count: number][] {
  const runs: [number, number][] = [];
  for (const id of ids) {
    const last = runs.at(-1);
    if (last !== undefined && id === last[0] + last[1]) last[1]++;
    else runs.push([id, 1]);
  }
  return runs.length === 1 && runs[0][0] === 0 ? [] : runs;
}

/** In the order of their bytes. */
function sorted(specials: readonly SpecialToken[]): { id: number; sets: number; bytes: Uint8Array }[] {
  const list = specials.map(({ id, text, sets }) => ({ id, sets, bytes: new TextEncoder().encode(text) }));
  return list.sort((a, b) => compare(a.bytes, b.bytes));
}

function compare(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}

function sum(texts: readonly Uint8Array[]): number {
  return texts.reduce((total, { length }) => total + length, 0);
}
