import type { RecordType, Type } from "./wit-types.ts";

// The layout rule of the component model's canonical ABI: natural alignment, fields in order, an option is a u8 and its payload, a string
// or list is two u32. docs/protocol.md says where frames differ (an offset stands where the ABI has a pointer).

/** Bytes in front of a record's fixed part: u32 size, u16 kind, u16 fixed. */
export const RECORD_HEADER = 8;

/** A place for one scalar. Every type is a row of these once options and nested records are spread out. */
export interface Slot {
  /** Names from the record down; of an option's discriminant, a string's offset and the like, see `role`. */
  path: string[];
  offset: number;
  role: "value" | "has" | "at" | "length";
  /** Of the field that begins here, else empty. */
  docs: string;
  /** What is spelled in the WIT: for `value` a scalar or enum, for `at` and `length` the string or list, for `has` the option. */
  type: Type;
  /** Paths of the options that this slot lies in, outermost first. */
  options: string[][];
}

/** How many bytes a value takes. */
export function sizeOf(type: Type): number {
  switch (type.form) {
    case "bool":
    case "u8":
    case "enum":
      return 1;
    case "u16":
      return 2;
    case "u32":
      return 4;
    case "u64":
    case "string":
    case "list":
      return 8;
    case "option":
      return alignTo(payloadOffset(type.some) + sizeOf(type.some), alignOf(type));
    case "record":
      return alignTo(endOf(type), alignOf(type));
  }
}

/** What a value's address is a multiple of. */
export function alignOf(type: Type): number {
  switch (type.form) {
    case "string":
    case "list":
      return 4;
    case "option":
      return alignOf(type.some);
    case "record":
      return Math.max(1, ...type.fields.map((field) => alignOf(field.type)));
    default:
      return sizeOf(type);
  }
}

/** Where the payload of an option begins. */
export function payloadOffset(some: Type): number {
  return alignTo(1, alignOf(some));
}

/** Where each field begins. */
export function offsetsOf(record: RecordType): number[] {
  let end = 0;
  return record.fields.map(({ type }) => {
    const offset = alignTo(end, alignOf(type));
    end = offset + sizeOf(type);
    return offset;
  });
}

/** The end of the last field, without the padding behind it. */
export function endOf(record: RecordType): number {
  const last = record.fields.length - 1;
  return last < 0 ? 0 : offsetsOf(record)[last] + sizeOf(record.fields[last].type);
}

/** The end of the fixed part of a case, from the record's start. */
export function fixedOf(record: RecordType): number {
  return RECORD_HEADER + endOf(record);
}

/** A record's slots in order of offset, beginning at `base`. */
export function slotsOf(record: RecordType, base: number, path: string[] = [], options: string[][] = []): Slot[] {
  const offsets = offsetsOf(record);
  return record.fields.flatMap((field, i) => {
    const slots = spread(field.type, base + offsets[i], [...path, field.name], options);
    if (slots.length) slots[0].docs ||= field.docs;
    return slots;
  });
}

function spread(type: Type, offset: number, path: string[], options: string[][]): Slot[] {
  const slot = (role: Slot["role"], at: number): Slot => ({ path, offset: at, role, docs: "", type, options });
  switch (type.form) {
    case "record":
      return slotsOf(type, offset, path, options);
    case "option":
      return [slot("has", offset), ...spread(type.some, offset + payloadOffset(type.some), path, [...options, path])];
    case "string":
    case "list":
      return [slot("at", offset), slot("length", offset + 4)];
    default:
      return [slot("value", offset)];
  }
}

/** `value` rounded up to a multiple of `align`. */
export function alignTo(value: number, align: number): number {
  return Math.ceil(value / align) * align;
}
