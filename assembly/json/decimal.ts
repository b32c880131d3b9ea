// Numbers of any length, as the text they were written in. No floats: 0.1 is a tenth, and 10000000000000000001 is not 10000000000000000000.
//
// A Decimal is where the digits that matter lie, without zeros at either end, and the power of ten of the first:
// -0.0250e3 is negative, digits "25", power 1. Powers stop at a thousand million.

const FURTHEST: i64 = 1_000_000_000;

@unmanaged
export class Decimal {
  /** The first digit that is not 0, or 0 for zero. */
  first: usize;
  /** Behind the last one; a point may lie between. */
  last: usize;
  /** How many there are. */
  count: u32;
  negative: bool;
  power: i64;

  read(at: usize, length: u32): this {
    const end = at + length;
    this.negative = length > 0 && load<u8>(at) == 0x2d;
    if (this.negative) at++;
    let point: usize = 0;
    this.first = 0;
    this.last = 0;
    this.count = 0;
    this.power = 0;
    for (; at < end; at++) {
      const c = load<u8>(at);
      if (c == 0x2e) point = at;
      else if ((c | 0x20) == 0x65) break;
      else if (c != 0x30) {
        if (!this.first) this.first = at;
        this.last = at + 1;
      }
    }
    const first = this.first;
    if (!first) {
      this.negative = false;
      return this;
    }
    if (!point) point = at;
    this.count = <u32>(this.last - first);
    if (first < point && point < this.last) this.count--;
    this.power = first < point ? <i64>(point - first) - 1 : -(<i64>(first - point));
    this.power += exponent(at, end);
    return this;
  }

  /** The power of ten of the last digit. */
  get lowest(): i64 {
    return this.power - this.count + 1;
  }

  get isInteger(): bool {
    return !this.first || this.lowest >= 0;
  }
}

function exponent(at: usize, end: usize): i64 {
  if (at >= end) return 0;
  const sign = load<u8>(++at);
  if (sign == 0x2d || sign == 0x2b) at++;
  let value: i64 = 0;
  for (; at < end; at++) value = min<i64>(value * 10 + (load<u8>(at) - 0x30), FURTHEST);
  return sign == 0x2d ? -value : value;
}

const left = changetype<Decimal>(memory.data(offsetof<Decimal>(), 8));
const right = changetype<Decimal>(memory.data(offsetof<Decimal>(), 8));

/** Below 0, 0 or above 0, as one number is less than the other, equal or more. */
export function compareDecimals(a: usize, aLength: u32, b: usize, bLength: u32): i32 {
  const x = left.read(a, aLength);
  const y = right.read(b, bLength);
  if (x.negative != y.negative) return x.negative ? -1 : 1;
  const size = compareSizes(x, y);
  return x.negative ? -size : size;
}

function compareSizes(x: Decimal, y: Decimal): i32 {
  if (!x.first || !y.first) return <i32>(x.first != 0) - <i32>(y.first != 0);
  if (x.power != y.power) return x.power < y.power ? -1 : 1;
  let a = x.first;
  let b = y.first;
  while (a < x.last && b < y.last) {
    if (load<u8>(a) == 0x2e) a++;
    if (load<u8>(b) == 0x2e) b++;
    const order = <i32>load<u8>(a++) - <i32>load<u8>(b++);
    if (order) return order;
  }
  return <i32>(a < x.last) - <i32>(b < y.last);
}

export function isIntegerText(at: usize, length: u32): bool {
  return left.read(at, length).isInteger;
}

/** In units of 10⁻⁹, rounded half to even; what does not fit is the largest or smallest i64. */
export function toUnits(at: usize, length: u32): i64 {
  const x = left.read(at, length);
  const digits = x.power + 10;
  if (!x.first || digits < 0) return 0;
  let units: u64 = 0;
  let from = x.first;
  if (digits > 19) units = u64.MAX_VALUE;
  else {
    for (let i: i64 = 0; i < digits; i++) {
      if (from < x.last && load<u8>(from) == 0x2e) from++;
      units = units * 10 + (from < x.last ? load<u8>(from++) - 0x30 : 0);
    }
    if (from < x.last && load<u8>(from) == 0x2e) from++;
    if (from < x.last) {
      const next = load<u8>(from) - 0x30;
      if (next > 5 || (next == 5 && (from + 1 < x.last || units & 1))) units++;
    }
  }
  if (x.negative) return units > <u64>i64.MAX_VALUE ? i64.MIN_VALUE : -(<i64>units);
  return units > <u64>i64.MAX_VALUE ? i64.MAX_VALUE : <i64>units;
}

/** Whether `toUnits` says exactly what is written. */
export function fitsUnits(at: usize, length: u32): bool {
  const units = toUnits(at, length);
  return units != i64.MAX_VALUE && units != i64.MIN_VALUE && (!left.first || left.lowest >= -9);
}

/** An integer that an i64 holds, however it is spelled; otherwise the largest or smallest i64. */
export function toInteger(at: usize, length: u32): i64 {
  const x = left.read(at, length);
  if (!x.first) return 0;
  let value: u64 = 0;
  let from = x.first;
  if (x.power > 18) value = u64.MAX_VALUE;
  else {
    for (let i: i64 = 0; i <= x.power; i++) {
      if (from < x.last && load<u8>(from) == 0x2e) from++;
      value = value * 10 + (from < x.last ? load<u8>(from++) - 0x30 : 0);
    }
  }
  if (x.negative) return value > <u64>i64.MAX_VALUE ? i64.MIN_VALUE : -(<i64>value);
  return value > <u64>i64.MAX_VALUE ? i64.MAX_VALUE : <i64>value;
}

/** The digits as one number; more than 18 of them are 0. */
export function significand(x: Decimal): u64 {
  if (x.count > 18) return 0;
  let value: u64 = 0;
  for (let at = x.first; at < x.last; at++) {
    const c = load<u8>(at);
    if (c != 0x2e) value = value * 10 + (c - 0x30);
  }
  return value;
}

/** Whether a number is a whole multiple of another, which is not 0 and has at most 18 digits. */
export function isMultiple(at: usize, length: u32, ofAt: usize, ofLength: u32): bool {
  const x = left.read(at, length);
  const y = right.read(ofAt, ofLength);
  if (!x.first) return true;
  // x ends in a digit that is not 0, so it is no multiple of ten times anything in its lowest place.
  if (x.lowest < y.lowest) return false;
  const divisor = significand(y);
  assert(divisor);
  let rest: u64 = 0;
  for (let from = x.first; from < x.last; from++) {
    const c = load<u8>(from);
    if (c != 0x2e) rest = (rest * 10 + (c - 0x30)) % divisor;
  }
  // Beyond 60 zeros another one adds no factor that a divisor of 18 digits could lack.
  for (let zeros = min<i64>(x.lowest - y.lowest, 64); rest && zeros; zeros--) rest = (rest * 10) % divisor;
  return !rest;
}

/** The value, not the spelling, as a hash: 1.0 and 1 are one number. */
export function decimalHash(at: usize, length: u32): u64 {
  const x = left.read(at, length);
  let hash = <u64>x.power * 2 + <u64>x.negative;
  for (let from = x.first; from < x.last; from++) {
    const c = load<u8>(from);
    if (c != 0x2e) hash = (rotl<u64>(hash, 5) ^ c) * 0x9e3779b185ebca87;
  }
  return hash;
}
