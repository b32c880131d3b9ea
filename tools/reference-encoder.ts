import { alignOf, alignTo, fixedOf, offsetsOf, payloadOffset, RECORD_HEADER, sizeOf } from "./wit-layout.ts";
import type { Case, EnumType, RecordType, Type } from "./wit-types.ts";

/** A value of a WIT type as JSON: records by WIT names, enums by name, list<u8> as numbers, options as null or the value. */
export type Value = null | boolean | number | string | Value[] | { [name: string]: Value };

/** What a frame's header says, and its records. */
export interface FrameValue {
  flags: number;
  /** Milliseconds; null for never. */
  time: number | null;
  records: { of: Case; value: Value }[];
}

// The plainest encoder there can be, straight from the layout rule: what the fast ones are tested against.

/** The bytes of a frame. */
export function encodeFrame({ flags, time, records }: FrameValue): Uint8Array {
  const header = new DataView(new ArrayBuffer(16));
  header.setUint16(0, 1, true);
  header.setUint16(2, flags, true);
  header.setUint32(4, records.length, true);
  header.setBigUint64(8, time === null ? 2n ** 64n - 1n : BigInt(time), true);
  return join([new Uint8Array(header.buffer), ...records.map(({ of, value }) => encodeRecord(of, value))]);
}

/** The bytes of one record. */
export function encodeRecord({ kind, record }: Case, value: Value): Uint8Array {
  const writer = new Writer();
  const fixed = fixedOf(record);
  writer.reserve(fixed, 1);
  writer.record(record, RECORD_HEADER, value);
  writer.reserve(0, 8);
  writer.number(0, 4, writer.bytes.length);
  writer.number(4, 2, kind);
  writer.number(6, 2, fixed);
  return Uint8Array.from(writer.bytes);
}

class Writer {
  readonly bytes: number[] = [];

  /** Zeroes up to a multiple of `alignment`, then `length` of them; gives where those begin. */
  reserve(length: number, alignment: number): number {
    const at = alignTo(this.bytes.length, alignment);
    while (this.bytes.length < at + length) this.bytes.push(0);
    return at;
  }

  number(at: number, size: number, value: number): void {
    for (let i = 0, rest = BigInt(value); i < size; i++, rest >>= 8n) this.bytes[at + i] = Number(rest & 255n);
  }

  record(type: RecordType, at: number, value: Value): void {
    const offsets = offsetsOf(type);
    type.fields.forEach((field, i) => {
      this.value(field.type, at + offsets[i], (value as { [name: string]: Value })[field.name]);
    });
  }

  value(type: Type, at: number, value: Value): void {
    if (type.form === "record") this.record(type, at, value);
    else if (type.form === "string") this.list({ form: "u8" }, at, [...new TextEncoder().encode(value as string)]);
    else if (type.form === "list") this.list(type.element, at, value as Value[]);
    else if (type.form === "enum") this.number(at, 1, numberOf(type, value));
    else if (type.form !== "option") this.number(at, sizeOf(type), Number(value));
    else if (value !== null) {
      this.number(at, 1, 1);
      this.value(type.some, at + payloadOffset(type.some), value);
    }
  }

  private list(element: Type, at: number, values: Value[]): void {
    if (!values.length) return;
    const stride = sizeOf(element);
    const start = this.reserve(values.length * stride, alignOf(element));
    this.number(at, 4, start);
    this.number(at + 4, 4, values.length);
    values.forEach((value, i) => {
      this.value(element, start + i * stride, value);
    });
  }
}

function numberOf(type: EnumType, value: Value): number {
  const number = type.cases.findIndex((found) => found.name === value);
  if (number < 0) throw new Error(`${type.name} has no case ${value}`);
  return number;
}

function join(parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
