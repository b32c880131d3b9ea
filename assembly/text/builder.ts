import { literalAt, literalLength } from "./literal";
import { blockSize, giveBlock, takeBlock } from "../memory/blocks";

// Builds UTF-8 text in a buffer that grows and is used again. Literals in this code are ASCII.

@unmanaged
export class Builder {
  at: usize;
  length: u32;
  capacity: u32;

  clear(): this {
    this.length = 0;
    return this;
  }

  /** Room for `bytes` more, and where they go; the length is the caller's to raise. */
  room(bytes: u32): usize {
    const needed = this.length + bytes;
    if (needed > this.capacity) this.grow(needed);
    return this.at + this.length;
  }

  private grow(needed: u32): void {
    const capacity = blockSize(max(needed, this.capacity << 1));
    const moved = takeBlock(capacity);
    if (this.capacity) {
      memory.copy(moved, this.at, this.length);
      giveBlock(this.at, this.capacity);
    }
    this.at = moved;
    this.capacity = capacity;
  }

  free(): void {
    if (this.capacity) giveBlock(this.at, this.capacity);
    this.capacity = 0;
    this.length = 0;
  }

  byte(value: u32): this {
    store<u8>(this.room(1), value);
    this.length++;
    return this;
  }

  bytes(from: usize, length: u32): this {
    memory.copy(this.room(length), from, length);
    this.length += length;
    return this;
  }

  ascii(text: string): this {
    const length = literalLength(text);
    memory.copy(this.room(length), literalAt(text), length);
    this.length += length;
    return this;
  }

  integer(value: u64): this {
    let digits: u32 = 1;
    for (let rest = value; rest >= 10; rest /= 10) digits++;
    let at = this.room(digits) + digits;
    this.length += digits;
    do {
      store<u8>(--at, 0x30 + <u32>(value % 10));
      value /= 10;
    } while (value);
    return this;
  }

  /** A decimal from units of 10⁻⁹, without zeros at the end. */
  decimal(billionths: i64): this {
    if (billionths < 0) {
      this.byte(0x2d);
      billionths = -billionths;
    }
    const whole = <u64>billionths / 1_000_000_000;
    let rest = <u64>billionths % 1_000_000_000;
    this.integer(whole);
    if (!rest) return this;
    this.byte(0x2e);
    for (let unit: u64 = 100_000_000; rest; unit /= 10) {
      this.byte(0x30 + <u32>(rest / unit));
      rest %= unit;
    }
    return this;
  }

  /** `value` as lower-case hexadecimal of `digits` digits. */
  hex(value: u64, digits: u32): this {
    const to = this.room(digits);
    for (let i: u32 = 0; i < digits; i++) {
      const digit = <u32>(value >> <u64>((digits - 1 - i) << 2)) & 15;
      store<u8>(to + i, digit < 10 ? 0x30 + digit : 0x57 + digit);
    }
    this.length += digits;
    return this;
  }

  /** A JSON string in quotes. */
  json(from: usize, length: u32): this {
    this.byte(0x22);
    let start: u32 = 0;
    for (let i: u32 = 0; i < length; i++) {
      const c = <u32>load<u8>(from + i);
      if (c >= 0x20 && c != 0x22 && c != 0x5c) continue;
      this.bytes(from + start, i - start);
      start = i + 1;
      this.byte(0x5c);
      if (c == 0x0a) this.byte(0x6e);
      else if (c == 0x0d) this.byte(0x72);
      else if (c == 0x09) this.byte(0x74);
      else if (c >= 0x20) this.byte(c);
      else this.ascii("u00").hex(c, 2);
    }
    this.bytes(from + start, length - start);
    return this.byte(0x22);
  }
}

/** A builder that lives as long as the module. */
export function newBuilder(): Builder {
  return changetype<Builder>(takeBlock(blockSize(offsetof<Builder>())));
}
