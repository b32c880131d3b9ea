import { scratch } from "../memory/scratch";
import { ln } from "../planner/ucb";
import { newBuilder } from "../text/builder";
import { foldText } from "../text/fold";
import { hashBytes } from "../text/hash";
import { codePointAt, sizeOfLead } from "../text/utf8";

// How well documents match the words of a query, by Okapi BM25 (Robertson and Zaragoza, 2009) with its usual constants, over the documents at hand.

/** Words of a query that count. */
const WORDS: u32 = 64;
const K1: f64 = 1.2;
const B: f64 = 0.75;

/** A document: its text, and what it scored in units of 10⁻⁹. */
@unmanaged
export class Scored {
  text: usize;
  length: u32;
  score: i64;
  /** Words in it, and how often each of the query's is among them: u32[]. */
  words: u32;
  hits: usize;
}

const folded = newBuilder();
/** Hashes of the query's words. */
const wanted: usize = memory.data(64 * 8, 8);
let wantedCount: u32 = 0;
let cursor: u32 = 0;

/** Scores the documents whose addresses are at `documents`. */
export function scoreDocuments(documents: usize, count: u32, query: usize, length: u32): void {
  wantedCount = 0;
  foldText(folded.clear(), query, length);
  cursor = 0;
  for (let word = nextWord(); word && wantedCount < WORDS; word = nextWord()) {
    if (indexOf(word) == wantedCount) store<u64>(wanted + (wantedCount++ << 3), word);
  }
  const holders = scratch.allocate(wantedCount << 2);
  let all: u64 = 0;
  for (let i: u32 = 0; i < count; i++) all += countWords(at(documents, i), holders);
  const mean = count && all ? <f64>all / <f64>count : 1;
  for (let i: u32 = 0; i < count; i++) {
    const document = at(documents, i);
    const length = K1 * (1 - B + (B * <f64>document.words) / mean);
    let score: f64 = 0;
    for (let k: u32 = 0; k < wantedCount; k++) {
      const hits = <f64>load<u32>(document.hits + (k << 2));
      const held = <f64>load<u32>(holders + (k << 2));
      if (hits) score += (ln(1 + (<f64>count - held + 0.5) / (held + 0.5)) * hits * (K1 + 1)) / (hits + length);
    }
    document.score = <i64>nearest(score * 1e9);
  }
}

function at(documents: usize, index: u32): Scored {
  return load<Scored>(documents + (index << 2));
}

function countWords(document: Scored, holders: usize): u32 {
  document.hits = scratch.allocate(wantedCount << 2);
  document.words = 0;
  foldText(folded.clear(), document.text, document.length);
  cursor = 0;
  for (let word = nextWord(); word; word = nextWord()) {
    document.words++;
    const index = indexOf(word);
    if (index == wantedCount) continue;
    const hits = document.hits + (index << 2);
    if (!load<u32>(hits)) store<u32>(holders + (index << 2), load<u32>(holders + (index << 2)) + 1);
    store<u32>(hits, load<u32>(hits) + 1);
  }
  return document.words;
}

/** The place of a word among those of the query, or their number. */
function indexOf(word: u64): u32 {
  let index: u32 = 0;
  while (index < wantedCount && load<u64>(wanted + (index << 3)) != word) index++;
  return index;
}

/** The hash of the next word in `folded`, 0 at the end: letters and digits in a row, or one sign of a script that has no spaces. */
function nextWord(): u64 {
  while (cursor < folded.length && !isLetter(codePointAt(folded.at + cursor))) cursor += sizeOfLead(load<u8>(folded.at + cursor));
  const start = cursor;
  while (cursor < folded.length) {
    const code = codePointAt(folded.at + cursor);
    if (!isLetter(code)) break;
    const alone = isIdeograph(code);
    if (alone && cursor > start) break;
    cursor += sizeOfLead(load<u8>(folded.at + cursor));
    if (alone) break;
  }
  return cursor > start ? hashBytes(0, folded.at + start, cursor - start) | 1 : 0;
}

/** What is no letter in Unicode, but for signs of ASCII and general punctuation, is rare enough to pass for one. */
function isLetter(code: u32): bool {
  if (code < 0x80) return code - 0x30 < 10 || code - 0x61 < 26;
  return code > 0xbf && code - 0x2000 >= 0x70 && code - 0x3000 >= 0x40;
}

function isIdeograph(code: u32): bool {
  return code - 0x3040 < 0x6fc0 || code - 0xac00 < 0x2bb0 || code - 0x20000 < 0x20000;
}
