import { isWord } from "../text/slice";
import { Doc, DocFlag, DocType } from "./doc";

// What an unquoted scalar is, by the core schema of YAML 1.2 (chapter 10.3), and numbers as integers or units of 10⁻⁹. No floats.

const BILLION: i64 = 1_000_000_000;

/** Whether the text stands for infinity or for no number: there is no such value here. */
export function isUnbounded(at: usize, length: u32): bool {
  if (length == 5) {
    const sign = load<u8>(at);
    if (sign != 0x2b && sign != 0x2d) return false;
    return isInfinity(at + 1, 4);
  }
  return length == 4 && (isInfinity(at, 4) || isWord(at, 4, ".nan") || isWord(at, 4, ".NaN") || isWord(at, 4, ".NAN"));
}

function isInfinity(at: usize, length: u32): bool {
  return isWord(at, length, ".inf") || isWord(at, length, ".Inf") || isWord(at, length, ".INF");
}

/** Sets type, number and flags of a plain scalar from its text. */
export function resolvePlain(doc: Doc): void {
  const at = doc.textAt;
  const length = doc.textLength;
  doc.number = 0;
  doc.flags &= ~(<u8>DocFlag.Inexact);
  if (!length || isWord(at, length, "~") || isWord(at, length, "null") || isWord(at, length, "Null") || isWord(at, length, "NULL")) {
    doc.type = <u8>DocType.Null;
  } else if (isWord(at, length, "true") || isWord(at, length, "True") || isWord(at, length, "TRUE")) {
    doc.type = <u8>DocType.Bool;
    doc.number = 1;
  } else if (isWord(at, length, "false") || isWord(at, length, "False") || isWord(at, length, "FALSE")) {
    doc.type = <u8>DocType.Bool;
  } else if (isUnbounded(at, length)) {
    doc.type = <u8>DocType.Decimal;
    doc.flags |= <u8>DocFlag.Inexact;
  } else if (!resolveBased(doc) && !resolveNumber(doc)) {
    doc.type = <u8>DocType.String;
  }
}

/** 0o17 and 0xff. */
function resolveBased(doc: Doc): bool {
  const at = doc.textAt;
  const length = doc.textLength;
  if (length < 3 || load<u8>(at) != 0x30) return false;
  const mark = load<u8>(at, 1);
  if (mark != 0x6f && mark != 0x78) return false;
  const base: u64 = mark == 0x6f ? 8 : 16;
  let value: u64 = 0;
  let inexact = false;
  for (let i: u32 = 2; i < length; i++) {
    const digit = hexDigit(load<u8>(at + i));
    if (<u64>digit >= base) return false;
    if (value >= <u64>i64.MAX_VALUE / base) inexact = true;
    value = value * base + digit;
  }
  setInteger(doc, inexact ? i64.MAX_VALUE : <i64>value, inexact);
  return true;
}

function hexDigit(c: u32): u32 {
  if (c >= 0x30 && c <= 0x39) return c - 0x30;
  c |= 0x20;
  return c >= 0x61 && c <= 0x66 ? c - 0x57 : 99;
}

function setInteger(doc: Doc, value: i64, inexact: bool): void {
  doc.type = <u8>DocType.Integer;
  doc.number = value;
  if (inexact) doc.flags |= <u8>DocFlag.Inexact;
}

/** [-+]? ( digits ( . digits? )? | . digits ) ( [eE] [-+]? digits )? */
function resolveNumber(doc: Doc): bool {
  const end = doc.textAt + doc.textLength;
  let at = doc.textAt;
  const sign = load<u8>(at);
  if (sign == 0x2b || sign == 0x2d) at++;
  const whole = at;
  at = skipDigits(at, end);
  let fraction = at;
  let fractionEnd = at;
  let isInteger = true;
  if (at < end && load<u8>(at) == 0x2e) {
    isInteger = false;
    fraction = at + 1;
    fractionEnd = skipDigits(fraction, end);
    if (fraction == fractionEnd && whole == at) return false;
    at = fractionEnd;
  } else if (at == whole) return false;
  const wholeEnd = isInteger ? at : fraction - 1;
  let exponent: i64 = 0;
  if (at < end && (load<u8>(at) | 0x20) == 0x65) {
    isInteger = false;
    at++;
    const negative = at < end && load<u8>(at) == 0x2d;
    if (negative || (at < end && load<u8>(at) == 0x2b)) at++;
    const digits = at;
    for (; at < end && isDigit(load<u8>(at)); at++) if (exponent < 1_000_000) exponent = exponent * 10 + load<u8>(at) - 0x30;
    if (at == digits) return false;
    if (negative) exponent = -exponent;
  }
  if (at != end) return false;
  const number = scaled(whole, wholeEnd, fraction, fractionEnd, exponent + (isInteger ? 0 : 9));
  if (isInteger) setInteger(doc, number, inexact);
  else {
    doc.type = <u8>DocType.Decimal;
    doc.number = number;
    if (inexact) doc.flags |= <u8>DocFlag.Inexact;
  }
  if (sign == 0x2d) doc.number = -doc.number;
  return true;
}

/** Whether the last `scaled` had to round or to stop at the largest i64. */
let inexact: bool = false;

/** The digits of two stretches as a number, times ten to the `power`, rounded half to even. */
function scaled(whole: usize, wholeEnd: usize, fraction: usize, fractionEnd: usize, power: i64): i64 {
  inexact = false;
  let value: u64 = 0;
  // Digits that count: those of 10^0 and above. The first below it decides how to round, the others whether it was a tie.
  let place = <i64>(wholeEnd - whole) + power;
  let round: u32 = 0;
  let rest = false;
  let at = whole;
  const count = <u32>(wholeEnd - whole) + <u32>(fractionEnd - fraction);
  for (let i: u32 = 0; i < count; i++) {
    if (at == wholeEnd) at = fraction;
    const digit = <u32>load<u8>(at) - 0x30;
    at++;
    place--;
    if (place >= 0) {
      if (value > (<u64>i64.MAX_VALUE - digit) / 10) {
        inexact = true;
        return i64.MAX_VALUE;
      }
      value = value * 10 + digit;
    } else if (place == -1) round = digit;
    else if (digit) rest = true;
  }
  for (; value && place > 0; place--) {
    if (value > <u64>i64.MAX_VALUE / 10) {
      inexact = true;
      return i64.MAX_VALUE;
    }
    value *= 10;
  }
  if (round || rest) inexact = true;
  if (round > 5 || (round == 5 && (rest || (value & 1) == 1))) value++;
  return <i64>value;
}

function skipDigits(at: usize, end: usize): usize {
  while (at < end && isDigit(load<u8>(at))) at++;
  return at;
}

function isDigit(c: u32): bool {
  return c - 0x30 < 10;
}

/** Makes a decimal of an integer; false if it is too large. */
export function toDecimal(doc: Doc): bool {
  if (doc.type == <u8>DocType.Integer) {
    if (doc.is(DocFlag.Inexact) || doc.number > i64.MAX_VALUE / BILLION || doc.number < -(i64.MAX_VALUE / BILLION)) return false;
    doc.number *= BILLION;
    doc.type = <u8>DocType.Decimal;
  }
  return doc.number != i64.MAX_VALUE && doc.number != -i64.MAX_VALUE;
}

/** Makes an integer of a decimal without a fraction; false if it has one. */
export function toInteger(doc: Doc): bool {
  if (doc.type == <u8>DocType.Decimal) {
    if (doc.is(DocFlag.Inexact) || doc.number % BILLION != 0) return false;
    doc.number /= BILLION;
    doc.type = <u8>DocType.Integer;
  }
  return true;
}

/** A number of so many digits times ten to the `power`, or -1 if it is no such number or too large. Digits with at most one point. */
export function readScaled(at: usize, end: usize, power: i64): i64 {
  const whole = at;
  at = skipDigits(at, end);
  const wholeEnd = at;
  let fraction = at;
  if (at < end && load<u8>(at) == 0x2e) {
    fraction = at + 1;
    at = skipDigits(fraction, end);
  }
  if (at != end || (wholeEnd == whole && fraction >= end)) return -1;
  const value = scaled(whole, wholeEnd, fraction, at, power);
  return value == i64.MAX_VALUE ? -1 : value;
}
