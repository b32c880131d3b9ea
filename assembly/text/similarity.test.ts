import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { type Compiled, compile, put } from "./testing.ts";

let core: Compiled;
let a: number;
let b: number;

beforeAll(async () => {
  core = await compile("assembly/text/testing.entry.ts");
  a = core.room(1 << 20);
  b = core.room(1 << 20);
});

const similarity = (x: string, y: string) => Number(core.similarity(a, put(core, a, x), b, put(core, b, y)));

/** Levenshtein's distance, row by row. */
function distance(x: string[], y: string[]): number {
  let row = y.map((_, j) => j + 1);
  x.forEach((c, i) => {
    let [diagonal, left] = [i, i + 1];
    row = row.map((above, j) => {
      left = Math.min(above + 1, left + 1, diagonal + (c === y[j] ? 0 : 1));
      diagonal = above;
      return left;
    });
  });
  return row.at(-1) ?? x.length;
}

/** One less the distance over the longer length, in units of 10⁻⁹, half to even. */
function expected(x: string, y: string): number {
  const [p, q] = [[...x], [...y]];
  const longer = BigInt(Math.max(p.length, q.length));
  if (!longer) return 1e9;
  const scaled = (longer - BigInt(distance(p, q))) * 1_000_000_000n;
  const whole = scaled / longer;
  const rest = (scaled % longer) * 2n;
  return Number(rest > longer || (rest === longer && whole % 2n === 1n) ? whole + 1n : whole);
}

test("known pairs", () => {
  expect(similarity("kitten", "sitting")).toBe(571428571);
  expect(similarity("", "")).toBe(1e9);
  expect(similarity("", "abc")).toBe(0);
  expect(similarity("same", "same")).toBe(1e9);
  expect(similarity("ab", "cd")).toBe(0);
  expect(similarity("Größe", "Grösse")).toBe(666666667);
  expect(similarity("😀", "😁")).toBe(0);
  expect(similarity("é", "è")).toBe(0);
});

test("short texts of few letters agree with the definition", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "c", "é", "è", "😀", "😁"), maxLength: 12 });
  fc.assert(
    fc.property(text, text, (x, y) => void expect(similarity(x, y)).toBe(expected(x, y))),
    { numRuns: 5000 },
  );
});

test("texts over several blocks agree with the definition", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "c", "d", "ж", "😀"), minLength: 50, maxLength: 300 });
  const many = fc.string({ unit: "binary", minLength: 50, maxLength: 300 });
  fc.assert(
    fc.property(text, text, (x, y) => void expect(similarity(x, y)).toBe(expected(x, y))),
    { numRuns: 150 },
  );
  fc.assert(
    fc.property(many, many, (x, y) => void expect(similarity(x, y)).toBe(expected(x, y))),
    { numRuns: 50 },
  );
  fc.assert(
    fc.property(many, fc.array(fc.tuple(fc.nat(), fc.nat(1), fc.constantFrom("", "x", "yz")), { maxLength: 8 }), (x, edits) => {
      let y = [...x];
      for (const [where, drop, add] of edits) {
        const place = where % (y.length + 1);
        y = [...y.slice(0, place), ...add, ...y.slice(place + drop)];
      }
      expect(similarity(x, y.join(""))).toBe(expected(x, y.join("")));
    }),
    { numRuns: 150 },
  );
});

test("long texts take little time, and what lies beyond the limit counts as different", () => {
  const x = "abcdefghij".repeat(10_000);
  const y = "jihgfedcba".repeat(10_000);
  const start = performance.now();
  const answer = similarity(x, y);
  expect(performance.now() - start).toBeLessThan(200);
  expect(answer).toBe(Math.round(((4096 - distance([...x.slice(0, 4096)], [...y.slice(0, 4096)])) / 100_000) * 1e9));
  expect(similarity(x, `${x.slice(0, 50_000)}!${x.slice(50_000)}`)).toBe(Math.round((100_000 / 100_001) * 1e9));
});
