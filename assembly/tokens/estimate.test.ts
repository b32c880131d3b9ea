import { beforeAll, describe, expect, it } from "vitest";
import { Tokens, utf8 } from "./testing.ts";

let tokens: Tokens;

beforeAll(async () => {
  tokens = await Tokens.compile();
});

const estimate = (text: string) => tokens.wasm.estimate(tokens.put(utf8(text)));

describe("an estimate", () => {
  it("adds up what tokenizers have in common", () => {
    expect(estimate("")).toBe(0);
    expect(estimate("a")).toBe(1);
    // Three words of 985 and eight letters too many of 124.
    expect(estimate("the international words")).toBe(4);
    // A hump; digits by threes; white space but one space; a sign and three more of it.
    expect(["camelCase", "1234", "\n\n\n", "----"].map(estimate)).toEqual([3, 4, 2, 1]);
    expect(["ééé", "ののの", "漢字漢字", "한국어", "ไทย", "😀"].map(estimate)).toEqual([2, 2, 4, 3, 3, 3]);
  });

  it("is never more than the bytes", () => {
    for (const text of ["\n", "1", "\t", "7 7 7 7", "a.b", "\u00e9"]) expect(estimate(text)).toBeLessThanOrEqual(utf8(text).length);
  });
});

describe("a correction", () => {
  /** What eight bytes say after these reports, of 1000 tokens. */
  function corrected(reports: [estimated: number, reported: number][]): number {
    let learned = new Uint8Array(8);
    for (const [estimated, reported] of reports) {
      const at = tokens.wasm.room(8);
      tokens.put(learned);
      tokens.wasm.learn(estimated, reported);
      learned = new Uint8Array(tokens.wasm.memory.buffer).slice(at, at + 8);
    }
    tokens.put(learned);
    return tokens.wasm.correct(1000);
  }

  it("says nothing at first, and follows what is reported", () => {
    expect(corrected([])).toBe(1000);
    expect(corrected([[1000, 1500]])).toBe(1250);
    expect(corrected(Array.from({ length: 50 }, () => [2000, 3000]))).toBe(1496);
    expect(corrected(Array.from({ length: 50 }, () => [2000, 1000]))).toBe(505);
  });

  it("forgets what is long ago", () => {
    const first: [number, number][] = Array.from({ length: 200 }, () => [10_000, 5000]);
    const then: [number, number][] = Array.from({ length: 200 }, () => [10_000, 12_000]);
    expect(corrected([...first, ...then])).toBeGreaterThan(1190);
  });

  it("does not believe what cannot be about the text", () => {
    expect(
      corrected([
        [1000, 4001],
        [1000, 249],
        [0, 10],
        [4_000_000_000, 4_000_000_000],
        [1, 4_294_967_295],
      ]),
    ).toBe(1000);
  });
});
