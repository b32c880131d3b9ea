import { describe, expect, it } from "vitest";
import { alignOf, endOf, fixedOf, offsetsOf, sizeOf, slotsOf } from "./wit-layout.ts";
import type { RecordType, Type } from "./wit-types.ts";

const record = (...types: Type[]): RecordType => ({ form: "record", name: "r", docs: "", fields: types.map((type, i) => ({ name: `f${i}`, docs: "", type })) });
const u8: Type = { form: "u8" };
const u16: Type = { form: "u16" };
const u32: Type = { form: "u32" };
const u64: Type = { form: "u64" };
const string: Type = { form: "string" };
const option = (some: Type): Type => ({ form: "option", some });

describe("the layout of the canonical ABI", () => {
  it("aligns fields by their own size, and pads a record to its largest alignment", () => {
    const mixed = record(u8, u16, u8, u32, u64, u8);
    expect(offsetsOf(mixed)).toEqual([0, 2, 4, 8, 16, 24]);
    expect([endOf(mixed), sizeOf(mixed), alignOf(mixed), fixedOf(mixed)]).toEqual([25, 32, 8, 33]);
  });

  it("lays strings and lists out as two words", () => {
    expect(offsetsOf(record(u8, string, u8, { form: "list", element: u64 }))).toEqual([0, 4, 12, 16]);
  });

  it("puts an option's payload on its alignment", () => {
    expect([option(u8), option(u16), option(u32), option(u64), option(string), option(option(u64))].map((type) => [sizeOf(type), alignOf(type)])).toEqual([
      [2, 1],
      [4, 2],
      [8, 4],
      [16, 8],
      [12, 4],
      [24, 8],
    ]);
  });

  it("keeps the padding behind a nested record", () => {
    const inner = record(u64, u8);
    expect(offsetsOf(record(u8, inner, u8))).toEqual([0, 8, 24]);
  });

  it("spreads records and options into slots", () => {
    const slots = slotsOf(record(u8, option(record(u32, string))), 8);
    expect(slots.map(({ path, offset, role, options }) => [path.join("."), offset, role, options.length])).toEqual([
      ["f0", 8, "value", 0],
      ["f1", 12, "has", 0],
      ["f1.f0", 16, "value", 1],
      ["f1.f1", 20, "at", 1],
      ["f1.f1", 24, "length", 1],
    ]);
  });
});
