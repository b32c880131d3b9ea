import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { type Compiled, compile, getText, put } from "./testing.ts";

let core: Compiled;
let at: number;

beforeAll(async () => {
  core = await compile("assembly/text/testing.entry.ts");
  at = core.room(1 << 16);
});

const decodes = (bytes: Uint8Array) => {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
};
const isUtf8 = (bytes: Uint8Array) => Boolean(core.isUtf8(at, put(core, at, bytes)));

test("every pair of first bytes, with any ending, is taken or refused as the platform's decoder does", () => {
  for (let first = 0; first < 256; first++) {
    for (let second = 0; second < 256; second++) {
      for (const rest of [[], [0x80], [0xbf, 0xbf], [0x80, 0x41], [0x41]]) {
        const bytes = Uint8Array.from([first, second, ...rest]);
        if (isUtf8(bytes) !== decodes(bytes)) expect.fail(`${[...bytes]}`);
      }
    }
  }
});

test("damage anywhere in a long text is seen", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 60 }), fc.nat(), fc.nat(255), (text, where, byte) => {
      const bytes = new TextEncoder().encode(text);
      expect(isUtf8(bytes)).toBe(true);
      if (bytes.length) bytes[where % bytes.length] = byte;
      expect(isUtf8(bytes)).toBe(decodes(bytes));
    }),
    { numRuns: 2000 },
  );
});

test("code points are counted, read and written", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 100 }), (text) => {
      const length = put(core, at, text);
      const points = [...text].map((c) => c.codePointAt(0)!);
      expect(core.countCodePoints(at, length)).toBe(points.length);
      let from = at;
      let to = at + (1 << 15);
      for (const point of points) {
        expect(core.codePointAt(from)).toBe(point);
        from += core.sizeOfLead(new Uint8Array(core.memory.buffer)[from]);
        to = core.putCodePoint(to, point);
      }
      expect(getText(core, at + (1 << 15), to - at - (1 << 15))).toBe(text);
    }),
    { numRuns: 500 },
  );
});
