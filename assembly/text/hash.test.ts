import { beforeAll, expect, test } from "vitest";
import { type Compiled, compile, put } from "./testing.ts";

let core: Compiled;
let at: number;

beforeAll(async () => {
  core = await compile("assembly/text/testing.entry.ts");
  at = core.room(1 << 16);
});

const MASK = (1n << 64n) - 1n;
const [P1, P2, P3, P4, P5] = [0x9e3779b185ebca87n, 0xc2b2ae3d27d4eb4fn, 0x165667b19e3779f9n, 0x85ebca77c2b2ae63n, 0x27d4eb2f165667c5n];
const rotl = (x: bigint, by: bigint) => ((x << by) | (x >> (64n - by))) & MASK;
const round = (lane: bigint, word: bigint) => (rotl((lane + word * P2) & MASK, 31n) * P1) & MASK;

/** From the specification, with numbers that cannot overflow. */
function xxh64(seed: bigint, bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let p = 0;
  let hash = (seed + P5) & MASK;
  if (bytes.length >= 32) {
    const lanes = [seed + P1 + P2, seed + P2, seed, seed - P1].map((lane) => lane & MASK);
    for (; p + 32 <= bytes.length; p += 32) for (let i = 0; i < 4; i++) lanes[i] = round(lanes[i]!, view.getBigUint64(p + 8 * i, true));
    hash = [1n, 7n, 12n, 18n].reduce((sum, by, i) => (sum + rotl(lanes[i]!, by)) & MASK, 0n);
    for (const lane of lanes) hash = ((hash ^ round(0n, lane)) * P1 + P4) & MASK;
  }
  hash = (hash + BigInt(bytes.length)) & MASK;
  for (; p + 8 <= bytes.length; p += 8) hash = (rotl(hash ^ round(0n, view.getBigUint64(p, true)), 27n) * P1 + P4) & MASK;
  if (p + 4 <= bytes.length) {
    hash = (rotl(hash ^ ((BigInt(view.getUint32(p, true)) * P1) & MASK), 23n) * P2 + P3) & MASK;
    p += 4;
  }
  for (; p < bytes.length; p++) hash = (rotl(hash ^ ((BigInt(bytes[p]!) * P5) & MASK), 11n) * P1) & MASK;
  hash = ((hash ^ (hash >> 33n)) * P2) & MASK;
  hash = ((hash ^ (hash >> 29n)) * P3) & MASK;
  return hash ^ (hash >> 32n);
}

const hash = (seed: bigint, bytes: string | Uint8Array): bigint => BigInt.asUintN(64, core.hashBytes(seed, at, put(core, at, bytes)));

test("XXH64 gives what its author publishes", () => {
  expect(hash(0n, "")).toBe(0xef46db3751d8e999n);
  expect(hash(0n, "a")).toBe(0xd24ec4f1a98c6e5bn);
  expect(hash(0n, "abc")).toBe(0x44bc2cf5ad770999n);
  // The sanity buffer of xxHash: the top byte of a generator that starts at PRIME32 and is multiplied by PRIME64.
  const sanity = new Uint8Array(222);
  let generator = 2654435761n;
  for (let i = 0; i < sanity.length; i++) {
    sanity[i] = Number(generator >> 56n);
    generator = (generator * 11400714785074694797n) & MASK;
  }
  const prime32 = 2654435761n;
  const vectors: [number, bigint, bigint][] = [
    [1, 0n, 0xe934a84adb052768n],
    [1, prime32, 0x5014607643a9b4c3n],
    [4, 0n, 0x9136a0dca57457een],
    [14, 0n, 0x8282dcc4994e35c8n],
    [14, prime32, 0xc3bd6bf63deb6df0n],
    [222, 0n, 0xb641ae8cb691c174n],
    [222, prime32, 0x20cb8ab7ae10c14an],
  ];
  for (const [length, seed, expected] of vectors) expect(hash(seed, sanity.subarray(0, length)), `${length} bytes, seed ${seed}`).toBe(expected);
});

test("every length agrees with the specification written in BigInt", () => {
  let seed = 1n;
  for (let length = 0; length < 300; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 37 + length * 11) & 255);
    const expected = xxh64(seed, bytes);
    expect(hash(seed, bytes), `${length} bytes`).toBe(expected);
    if (length % 8 === 0) expect(BigInt.asUintN(64, core.hashWords(seed, at, length))).toBe(expected);
    if (length === 8) expect(BigInt.asUintN(64, core.hashNumber(seed, new DataView(bytes.buffer).getBigUint64(0, true)))).toBe(expected);
    seed = expected;
  }
});

test("half a word is refused as a word", () => {
  expect(() => core.hashWords(0n, at, 12)).toThrow(WebAssembly.RuntimeError);
});
