import { Doc } from "./doc";
import { readScaled, toDecimal } from "./scalar";

// Numbers with units: durations (`1h30m`, `1.5s`) in milliseconds, sizes (`64 MB`) in bytes. -1 is no such thing, or too much of it.

const BILLION: i64 = 1_000_000_000;
const MILLION: i64 = 1_000_000;

/** Milliseconds, rounded up, of `1h30m` and its like: numbers with units, joined. */
export function readDuration(at: usize, length: u32): i64 {
  const end = at + length;
  if (!length) return -1;
  let total: i64 = 0;
  while (at < end) {
    const number = at;
    while (at < end && isNumberPart(load<u8>(at))) at++;
    const numberEnd = at;
    while (at < end && !isNumberPart(load<u8>(at))) at++;
    const unit = nanoseconds(numberEnd, <u32>(at - numberEnd));
    const amount = readScaled(number, numberEnd, 9);
    if (!unit || amount < 0) return -1;
    const whole = amount / BILLION;
    const part = amount % BILLION;
    if (whole > i64.MAX_VALUE / unit) return -1;
    const value = whole * unit + (unit >= MILLION ? (part * (unit / MILLION)) / 1000 : (part * unit) / BILLION);
    if (value < 0 || total > i64.MAX_VALUE - value) return -1;
    total += value;
  }
  return total / MILLION + (total % MILLION ? 1 : 0);
}

/** Milliseconds of a plain number of `unit` milliseconds each. */
export function plainDuration(doc: Doc, unit: i64): i64 {
  if (!toDecimal(doc) || doc.number < 0) return -1;
  const whole = doc.number / BILLION;
  const part = doc.number % BILLION;
  const most = i64.MAX_VALUE / MILLION;
  if (whole > most / unit) return -1;
  return whole * unit + (part * unit + BILLION - 1) / BILLION;
}

function isNumberPart(c: u32): bool {
  return c - 0x30 < 10 || c == 0x2e;
}

function nanoseconds(at: usize, length: u32): i64 {
  if (length == 1) {
    switch (load<u8>(at)) {
      case 0x73: // s
        return BILLION;
      case 0x6d: // m
        return 60 * BILLION;
      case 0x68: // h
        return 3600 * BILLION;
      case 0x64: // d
        return 86400 * BILLION;
      case 0x77: // w
        return 604800 * BILLION;
    }
    return 0;
  }
  // µ is U+00B5 or U+03BC, two bytes each.
  if (length == 3 && load<u8>(at, 2) == 0x73) {
    const sign = load<u16>(at);
    return sign == 0xb5c2 || sign == 0xbcce ? 1000 : 0;
  }
  if (length != 2 || load<u8>(at, 1) != 0x73) return 0;
  switch (load<u8>(at)) {
    case 0x6e: // ns
      return 1;
    case 0x75: // us
      return 1000;
    case 0x6d: // ms
      return MILLION;
  }
  return 0;
}

/** Bytes of `64 MB`, `512KiB`, `1.5g`. */
export function readBytes(at: usize, length: u32): i64 {
  const end = at + length;
  let numberEnd = at;
  while (numberEnd < end && isNumberPart(load<u8>(numberEnd))) numberEnd++;
  let unit = numberEnd;
  while (unit < end && load<u8>(unit) == 0x20) unit++;
  const power = bytePower(unit, end);
  if (power < 0) return -1;
  const amount = readScaled(at, numberEnd, 9);
  if (amount < 0) return -1;
  const base: i64 = end - unit > 1 && (load<u8>(unit, 1) | 0x20) == 0x69 ? 1024 : 1000;
  let size: i64 = 1;
  for (let i = 0; i < power; i++) size *= base;
  const whole = amount / BILLION;
  if (whole > i64.MAX_VALUE / size / 2) return -1;
  return whole * size + ((amount % BILLION) * (size / 1000)) / MILLION;
}

/** 0 for bytes, 1 for kilo, up to 3 for giga; -1 for anything else. */
function bytePower(at: usize, end: usize): i32 {
  const length = end - at;
  if (!length) return 0;
  const first = load<u8>(at) | 0x20;
  if (first == 0x62) return length == 1 ? 0 : -1;
  const power = first == 0x6b ? 1 : first == 0x6d ? 2 : first == 0x67 ? 3 : -1;
  const last = load<u8>(end - 1) | 0x20;
  if (length == 1) return power;
  if (length == 2) return last == 0x62 ? power : -1;
  return length == 3 && last == 0x62 && (load<u8>(at, 1) | 0x20) == 0x69 ? power : -1;
}
