import { Characters, Is, code, width } from "./characters";
import { Contractions, TokenTable, Tail, Words, base } from "./table";

// How a text is cut into pieces before it is merged: the regular expressions of the tokenizers, as functions. `end` is the text's end; each
// gives where the piece that begins at `at` ends.

/** The end of the piece at `at`. */
export function pieceEnd(at: usize, end: usize): usize {
  switch (changetype<TokenTable>(base).words) {
    case Words.Cased:
      return casedPiece(at, end);
    case Words.Spaced:
      return spacedPiece(at, end);
    case Words.Apart:
      return apartPiece(at, end);
    case Words.Marked:
      return plainPiece(at, end, Is.LETTER | Is.MARK);
    default:
      return plainPiece(at, end, Is.LETTER);
  }
}

/** Forgets where the text was cut before: it is another one. */
export function beginPieces(): void {
  segmentEnd = 0;
}

/** o200k: capital letters then small ones, after any one character that is not a letter, number or newline. */
function casedPiece(at: usize, end: usize): usize {
  const flags = Characters.flags(at);
  if (flags & Is.LETTER) return endContraction(casedWord(at, end, true), end);
  if (flags & Is.NUMBER) return numbers(at, end);
  const behind = at + width;
  if (!(flags & Is.NEWLINE) && behind < end && Characters.flags(behind) & (Is.UPPER | Is.LOWER)) {
    // A mark may be the character before a word or belong to it. In the expression's order: a word with small letters after it, one
    // that it belongs to, one of capital letters.
    let word = casedWord(behind, end, false);
    if (!word && flags & Is.MARK) word = casedWord(at, end, false);
    if (!word) word = casedWord(behind, end, true);
    if (word) return endContraction(word, end);
  }
  if (flags & Is.MARK) return endContraction(casedWord(at, end, true), end);
  const signs = signsEnd(at, end, Is.SPACE | Is.LETTER | Is.NUMBER);
  return signs ? signs : spaces(at, end);
}

/** Capital letters and then at least one small one, or else, if `capitals`, at least one capital letter; 0: there is no such word. */
function casedWord(at: usize, end: usize, capitals: bool): usize {
  let next = at;
  let flags: u32 = 0;
  /** Behind the last letter that may count as a small one. */
  let small: usize = 0;
  for (; next < end; next += width) {
    flags = Characters.flags(next);
    if (!(flags & Is.UPPER)) break;
    if (flags & Is.LOWER) small = next + width;
  }
  if (next < end && flags & Is.LOWER) {
    do next += width;
    while (next < end && Characters.flags(next) & Is.LOWER);
    return next;
  }
  return small ? small : capitals && next > at ? next : 0;
}

/** cl100k and its kin: letters, after any one character that is not a letter, number or newline. */
function plainPiece(at: usize, end: usize, letters: u32): usize {
  const contraction = leadContraction(at, end);
  if (contraction) return contraction;
  const flags = Characters.flags(at);
  if (flags & letters) return run(at, end, letters);
  if (flags & Is.NUMBER) return numbers(at, end);
  const behind = at + width;
  if (!(flags & Is.NEWLINE) && behind < end && Characters.flags(behind) & letters) return run(behind, end, letters);
  const signs = signsEnd(at, end, Is.SPACE | Is.NUMBER | letters);
  return signs ? signs : spaces(at, end);
}

/** GPT-2: letters, numbers or signs, after at most a space. */
function spacedPiece(at: usize, end: usize): usize {
  const contraction = leadContraction(at, end);
  if (contraction) return contraction;
  const start = load<u8>(at) == 0x20 && at + 1 < end ? at + 1 : at;
  const flags = Characters.flags(start);
  if (flags & Is.LETTER) return run(start, end, Is.LETTER);
  if (flags & Is.NUMBER) return run(start, end, Is.NUMBER);
  if (!(flags & Is.SPACE)) return runWithout(start, end, Is.SPACE | Is.LETTER | Is.NUMBER);
  return spaces(at, end);
}

/** Where the part between numbers and ideographs ends that was cut last. */
let segmentEnd: usize = 0;

/** DeepSeek: numbers are cut out first, then runs of ideographs and kana; what is between is cut as if it were a text of its own. */
function apartPiece(at: usize, end: usize): usize {
  const flags = Characters.flags(at);
  if (flags & Is.NUMBER) return numbers(at, end);
  if (isIdeograph()) {
    let next = at;
    do next += width;
    while (next < end && !(Characters.flags(next) & Is.NUMBER) && isIdeograph());
    return next;
  }
  if (at >= segmentEnd) {
    let next = at;
    do next += width;
    while (next < end && !(Characters.flags(next) & Is.NUMBER || isIdeograph()));
    segmentEnd = next;
  }
  const piece = segmentPiece(at, segmentEnd);
  if (piece) return piece;
  // No alternative begins here: up to where one does, the characters are a piece.
  let next = at;
  do {
    Characters.flags(next);
    next += width;
  } while (next < segmentEnd && !segmentPiece(next, segmentEnd));
  return next;
}

function segmentPiece(at: usize, end: usize): usize {
  const flags = Characters.flags(at);
  const behind = at + width;
  if (load<u8>(at) < 0x80 && flags & Is.SIGN && behind < end && isAsciiLetter(behind)) {
    let next = behind;
    do next++;
    while (next < end && isAsciiLetter(next));
    return next;
  }
  if (flags & (Is.LETTER | Is.MARK)) return run(at, end, Is.LETTER | Is.MARK);
  if (!(flags & (Is.NEWLINE | Is.SIGN)) && behind < end && Characters.flags(behind) & (Is.LETTER | Is.MARK)) return run(behind, end, Is.LETTER | Is.MARK);
  const start = load<u8>(at) == 0x20 && behind < end ? behind : at;
  if (Characters.flags(start) & Is.SIGN) return tailEnd(run(start, end, Is.SIGN), end);
  return flags & Is.SPACE ? spaces(at, end) : 0;
}

function isAsciiLetter(at: usize): bool {
  return <u32>((<u32>load<u8>(at) | 32) - 0x61) < 26;
}

/** Of the character that was last looked at: 一-龥, ぀-ゟ, ゠-ヿ. */
function isIdeograph(): bool {
  return width == 3 && ((code >= 0x4e00 && code <= 0x9fa5) || (code >= 0x3040 && code <= 0x30ff));
}

/** The end of the characters that are any of these. */
function run(at: usize, end: usize, flags: u32): usize {
  while (at < end && Characters.flags(at) & flags) at += width;
  return at;
}

/** The end of the characters that are none of these. */
function runWithout(at: usize, end: usize, flags: u32): usize {
  while (at < end && !(Characters.flags(at) & flags)) at += width;
  return at;
}

function numbers(at: usize, end: usize): usize {
  const most = changetype<TokenTable>(base).digits;
  for (let count: u32 = 0; count < most && at < end && Characters.flags(at) & Is.NUMBER; count++) at += width;
  return at;
}

/** At most a space, at least one character that is none of these, and what may follow; 0: it is something else. */
function signsEnd(at: usize, end: usize, others: u32): usize {
  const start = load<u8>(at) == 0x20 ? at + 1 : at;
  const next = runWithout(start, end, others);
  return next > start ? tailEnd(next, end) : 0;
}

function tailEnd(at: usize, end: usize): usize {
  const tail = changetype<TokenTable>(base).tail;
  if (tail == Tail.None) return at;
  for (; at < end; at++) {
    const byte = <u32>load<u8>(at);
    if (byte != 10 && byte != 13 && (byte != 0x2f || tail == Tail.Newlines)) break;
  }
  return at;
}

/** White space: up to its last newline, or all but the character before what follows. */
function spaces(at: usize, end: usize): usize {
  const table = changetype<TokenTable>(base);
  let next = at;
  let last = at;
  let newlineEnd: usize = 0;
  while (next < end) {
    const flags = Characters.flags(next);
    if (!(flags & Is.SPACE)) break;
    last = next;
    next += width;
    if (flags & Is.NEWLINE) newlineEnd = next;
  }
  if (next == end && table.lastSpaces) return end;
  if (newlineEnd && table.newlines) return newlineEnd;
  return next < end && last > at ? last : next;
}

/** Behind a word: 's, 't, 're, 've, 'm, 'll, 'd in any case, if the table has them there. */
function endContraction(at: usize, end: usize): usize {
  if (load<u8>(at) != 0x27 || changetype<TokenTable>(base).contractions != Contractions.Trailing) return at;
  const contraction = contractionEnd(at, end, false);
  return contraction ? contraction : at;
}

/** The same at the beginning of a piece; 0: there is none. */
function leadContraction(at: usize, end: usize): usize {
  if (load<u8>(at) != 0x27) return 0;
  const contractions = changetype<TokenTable>(base).contractions;
  if (contractions != Contractions.Leading && contractions != Contractions.LeadingSmall) return 0;
  return contractionEnd(at, end, contractions == Contractions.LeadingSmall);
}

/** Where it ends that begins with the apostrophe at `at`. */
function contractionEnd(at: usize, end: usize, small: bool): usize {
  if (at + 1 >= end) return 0;
  const first = <u32>load<u8>(at, 1);
  const folded = small ? first : first | 32;
  switch (folded) {
    case 0x73: // s
    case 0x74: // t
    case 0x6d: // m
    case 0x64: // d
      return at + 2;
  }
  // The long s is another case of s.
  if (first == 0xc5 && !small) return load<u8>(at, 2) == 0xbf ? at + 3 : 0;
  if (at + 2 >= end) return 0;
  const second = <u32>load<u8>(at, 2) | (small ? 0 : 32);
  if (second == 0x65 ? folded == 0x72 || folded == 0x76 : second == 0x6c && folded == 0x6c) return at + 3;
  return 0;
}
