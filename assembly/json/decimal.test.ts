import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { type Compiled, compile, put } from "../text/testing.ts";

let core: Compiled;
let a: number;
let b: number;

beforeAll(async () => {
  core = await compile("assembly/json/testing.entry.ts");
  a = core.room(4096);
  b = core.room(4096);
});

/** A number's value as digits × 10^power, with numbers that cannot overflow. */
function exact(text: string): { digits: bigint; power: number } {
  const [, sign, whole, fraction = "", power = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text)!;
  return { digits: BigInt(`${sign}${whole}${fraction}`), power: Number(power) - fraction.length };
}

/** Both as whole numbers of the same size of unit. */
function level(x: string, y: string): [bigint, bigint] {
  const [p, q] = [exact(x), exact(y)];
  const lowest = Math.min(p.power, q.power);
  return [p.digits * 10n ** BigInt(p.power - lowest), q.digits * 10n ** BigInt(q.power - lowest)];
}

const compare = (x: string, y: string) => Math.sign(core.compareDecimals(a, put(core, a, x), b, put(core, b, y)));
const units = (x: string): bigint => core.toUnits(a, put(core, a, x));
const integer = (x: string): bigint => core.toInteger(a, put(core, a, x));
const fits = (x: string) => Boolean(core.fitsUnits(a, put(core, a, x)));
const isInteger = (x: string) => Boolean(core.isIntegerText(a, put(core, a, x)));
const isMultiple = (x: string, y: string) => Boolean(core.isMultiple(a, put(core, a, x), b, put(core, b, y)));

const digits = fc.stringMatching(/^(0|[1-9][0-9]{0,24})$/);
const number = fc
  .record({
    sign: fc.constantFrom("", "-"),
    whole: digits,
    fraction: fc.option(fc.stringMatching(/^[0-9]{1,12}$/)),
    power: fc.option(fc.integer({ min: -30, max: 30 })),
  })
  .map(({ sign, whole, fraction, power }) => `${sign}${whole}${fraction === null ? "" : `.${fraction}`}${power === null ? "" : `e${power}`}`);

test("numbers compare by value, however they are spelled", () => {
  expect(compare("1", "1.0")).toBe(0);
  expect(compare("1e2", "100")).toBe(0);
  expect(compare("-0", "0.0e9")).toBe(0);
  expect(compare("0.1", "0.10000000000000000000001")).toBe(-1);
  expect(compare("10000000000000000000000001", "10000000000000000000000000")).toBe(1);
  expect(compare("-2", "-3")).toBe(1);
  expect(compare("-2", "1e-9")).toBe(-1);
  expect(compare("1e999999999999999999999", "9")).toBe(1);
  fc.assert(
    fc.property(number, number, (x, y) => {
      const [p, q] = level(x, y);
      expect(compare(x, y)).toBe(p < q ? -1 : p > q ? 1 : 0);
    }),
    { numRuns: 3000 },
  );
});

test("an integer is one however it is spelled", () => {
  for (const x of ["0", "-0.0", "1.0", "1.50e1", "1e400", "100e-2"]) expect(isInteger(x), x).toBe(true);
  for (const x of ["0.5", "1.5", "1e-1", "15e-1", "100e-3"]) expect(isInteger(x), x).toBe(false);
});

test("units are rounded half to even and stop at what an i64 holds", () => {
  const known: [string, bigint][] = [
    ["0", 0n],
    ["0.85", 850_000_000n],
    ["-1.5", -1_500_000_000n],
    ["1e-9", 1n],
    ["5e-10", 0n],
    ["15e-10", 2n],
    ["25e-10", 2n],
    ["2.5000000001e-9", 3n],
    ["6e-10", 1n],
    ["4e-10", 0n],
    ["9e-11", 0n],
    ["9223372036.854775807", 9223372036854775807n],
    ["9223372037", 9223372036854775807n],
    ["1e300", 9223372036854775807n],
    ["-1e300", -9223372036854775808n],
    ["1e-300", 0n],
  ];
  for (const [text, expected] of known) expect(units(text), text).toBe(expected);
  expect(fits("0.123456789")).toBe(true);
  expect(fits("0.1234567891")).toBe(false);
  expect(fits("1e10")).toBe(false);
  fc.assert(
    fc.property(number, (x) => {
      const { digits, power } = exact(x);
      const shift = power + 9;
      let expected: bigint;
      if (shift >= 0) expected = digits * 10n ** BigInt(shift);
      else {
        const by = 10n ** BigInt(-shift);
        const size = digits < 0n ? -digits : digits;
        const whole = size / by;
        const rest = size % by;
        expected = whole + (rest * 2n > by || (rest * 2n === by && whole % 2n === 1n) ? 1n : 0n);
        if (digits < 0n) expected = -expected;
      }
      const clamped = expected > 2n ** 63n - 1n ? 2n ** 63n - 1n : expected < -(2n ** 63n) ? -(2n ** 63n) : expected;
      expect(units(x), x).toBe(clamped);
    }),
    { numRuns: 3000 },
  );
});

test("integers are read up to what an i64 holds", () => {
  for (const [text, expected] of [
    ["1700000000000", 1700000000000n],
    ["1.7e12", 1700000000000n],
    ["-42.0", -42n],
    ["0", 0n],
    ["9223372036854775807", 9223372036854775807n],
    ["9223372036854775808", 9223372036854775807n],
    ["-9223372036854775808", -9223372036854775808n],
    ["1e99", 9223372036854775807n],
  ] as const) {
    expect(integer(text), text).toBe(expected);
  }
});

test("multiples are exact", () => {
  expect(isMultiple("0.3", "0.1")).toBe(true);
  expect(isMultiple("19.99", "0.01")).toBe(true);
  expect(isMultiple("0.0075", "0.0001")).toBe(true);
  expect(isMultiple("0.00751", "0.0001")).toBe(false);
  expect(isMultiple("1e308", "0.123456789")).toBe(false);
  expect(isMultiple("1e308", "0.125")).toBe(true);
  expect(isMultiple("0", "7")).toBe(true);
  const divisor = fc.tuple(fc.integer({ min: 1, max: 1_000_000_000 }), fc.integer({ min: -12, max: 12 })).map(([n, e]) => `${n}e${e}`);
  fc.assert(
    fc.property(number, divisor, (x, y) => {
      const [p, q] = level(x, y);
      expect(isMultiple(x, y), `${x} of ${y}`).toBe(p % q === 0n);
    }),
    { numRuns: 3000 },
  );
  fc.assert(
    fc.property(fc.integer({ min: -100000, max: 100000 }), divisor, (times, y) => {
      const { digits, power } = exact(y);
      expect(isMultiple(`${digits * BigInt(times)}e${power}`, y)).toBe(true);
    }),
  );
});
