import { describe, expect, it } from "vitest";
import { mergeData } from "./merge-data.ts";

const leb = (value: number): number[] => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)]);
const constant = (value: number): number[] => (value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...constant(value >>> 7)]);

/** A module with one page of memory, exported, and these segments. */
function moduleWith(segments: [number, string][]): Uint8Array<ArrayBuffer> {
  const data = segments.flatMap(([offset, text]) => [0, 0x41, ...constant(offset), 0x0b, ...leb(text.length), ...Buffer.from(text)]);
  const body = [...leb(segments.length), ...data];
  return Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 3, 1, 0, 1, 7, 7, 1, 3, 0x6d, 0x65, 0x6d, 2, 0, 11, ...leb(body.length), ...body]);
}

function memoryOf(module: Uint8Array<ArrayBuffer>): Buffer {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module));
  return Buffer.from((exports.mem as WebAssembly.Memory).buffer);
}

describe("mergeData", () => {
  it("leaves memory as it was, with fewer segments", () => {
    const segments: [number, string][] = [];
    for (let offset = 60_000; offset > 0; offset -= 20 + (offset % 61)) segments.push([offset, `at ${offset}`]);
    const module = moduleWith(segments);
    const merged = mergeData(module) as Uint8Array<ArrayBuffer>;
    expect(memoryOf(merged).equals(memoryOf(module))).toBe(true);
    expect(merged.length).toBeGreaterThan(module.length);
  });

  it("keeps apart what is far apart", () => {
    const merged = mergeData(
      moduleWith([
        [8, "near"],
        [20, "by"],
        [9_000, "far"],
      ]),
    );
    expect(Buffer.from(merged).indexOf("near")).toBeGreaterThan(0);
    expect(merged.length).toBeLessThan(100);
  });

  it("refuses segments that lie upon each other", () => {
    expect(() =>
      mergeData(
        moduleWith([
          [8, "twelve bytes"],
          [12, "four"],
        ]),
      ),
    ).toThrow("upon each other");
  });
});
