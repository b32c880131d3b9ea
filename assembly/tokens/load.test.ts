import { beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../test/fuzz/random.ts";
import { ALL_BYTES, tableOf, Tokens, utf8 } from "./testing.ts";

// A table's file may come from anywhere: it is taken or refused, and never makes the module trap.

const MERGES: [string, string][] = [
  ["a", "b"],
  ["ab", "c"],
  ["t", "h"],
  ["th", "e"],
  [" ", "the"],
  ["abc", "abc"],
  ["x", "x"],
  ["xx", "xx"],
  ["xxxx", "xxxx"],
  ["xxxxxxxx", "xxxxxxxx"],
  ["x".repeat(16), "x".repeat(16)],
  ["x".repeat(32), "x".repeat(32)],
];
const SPECIALS = [
  { id: 2000, text: "<|end|>", sets: 1 },
  { id: 2001, text: "<|end|>s", sets: 2 },
  { id: 2002, text: "<|", sets: 4 },
];

/** By name: where in a file's head it is, and its number as a fault. */
const AT = { words: 8, digits: 10, wholePieces: 14, merges: 16, extra: 20, runs: 28, specials: 32, classes: 40, bytes: 48, planes: 304 };
const FAULT = { format: 1, size: 2, rules: 3, bytes: 4, parts: 5, length: 6, twice: 7, ids: 8, specials: 9, classes: 10 };

let tokens: Tokens;

beforeAll(async () => {
  tokens = await Tokens.compile();
});

const whole = () =>
  tableOf(MERGES, {
    specials: SPECIALS,
    extra: [utf8("hello"), utf8("good morning everyone")],
    wholePieces: true,
    ids: [...numbers(100, 256), ...numbers(1000, MERGES.length), 5, 3],
  });
const numbers = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i);

describe("a table's file", () => {
  it("is taken, with ids of its own, whole pieces and special tokens", () => {
    expect(tokens.load(whole())).toBe(0);
    const text = "abc the hello xxxxxxxxxxxxxxxxxxx<|end|>s<|end|>";
    expect(tokens.encode(utf8("hello"))).toEqual([5]);
    expect(tokens.encode(utf8("abcabc the"))).toEqual([1005, 1004]);
    expect(tokens.encode(utf8("good morning everyone"))).not.toContain(3);
    expect(tokens.count(utf8("hello"))).toBe(1);
    for (const sets of [0, 1, 2, 3, 4, 7]) {
      const ids = tokens.encode(utf8(text), sets);
      expect(tokens.count(utf8(text), sets)).toBe(ids.length);
      expect(new TextDecoder().decode(tokens.decode(ids))).toBe(text);
    }
    const special = (sets: number) => tokens.encode(utf8(text), sets).filter((id) => id >= 2000);
    expect(special(0)).toEqual([]);
    expect(special(1)).toEqual([2000, 2000]);
    expect(special(3)).toEqual([2001, 2000]);
    expect(special(4)).toEqual([2002, 2002]);
    expect(tokens.decode([99])).toBeUndefined();
    expect(tokens.decode([4_000_000_000])).toBeUndefined();
  });

  it("stands beside others", () => {
    const { wasm } = tokens;
    const other = new Tokens(wasm);
    expect(other.load(tableOf([["b", "c"]]))).toBe(0);
    expect(tokens.load(tableOf([["a", "b"]]))).toBe(0);
    expect([tokens.encode(utf8("abc")), other.encode(utf8("abc")), tokens.count(utf8("abcabc")), other.count(utf8("bcbc"))]).toEqual([
      [256, 99],
      [97, 256],
      4,
      2,
    ]);
    wasm.drop_table(other.table);
    expect(other.count(utf8("abc"))).toBe(-1);
  });

  it("tells texts from other bytes, and does not trap at those either", () => {
    expect(tokens.load(whole())).toBe(0);
    const random = new Random(3);
    expect([tokens.put(utf8("é中😀")), tokens.wasm.is_text(9)]).toEqual([9, 1]);
    expect(tokens.wasm.is_text(8)).toBe(0);
    for (let round = 0; round < 3000; round++) {
      const bytes = random.bytes(random.below(60));
      tokens.count(bytes);
      tokens.fits(bytes, 10);
      tokens.encode(bytes, 7);
    }
  });

  const damages: [name: string, fault: number, change: (file: Uint8Array, view: DataView) => Uint8Array | undefined][] = [
    ["no bytes", FAULT.format, () => new Uint8Array()],
    ["another version", FAULT.format, (file) => void (file[7] = 2)],
    ["a byte more", FAULT.size, (file) => Uint8Array.of(...file, 0)],
    ["a byte less", FAULT.size, (file) => file.slice(0, -1)],
    ["more merges than an index can have", FAULT.size, (_, view) => view.setUint32(AT.merges, 1 << 18, true)],
    ["counts that wrap around", FAULT.size, (_, view) => view.setUint32(AT.specials, 0xffff_ffff, true)],
    ["unknown words", FAULT.rules, (file) => void (file[AT.words] = 5)],
    ["no digits", FAULT.rules, (file) => void (file[AT.digits] = 0)],
    ["a flag of 2", FAULT.rules, (file) => void (file[AT.wholePieces] = 2)],
    ["a byte twice", FAULT.bytes, (file) => void (file[AT.bytes + 7] = 0)],
    ["a part that is no token", FAULT.parts, (file) => void (file[AT.planes + 2] = 255)],
    [
      "a token made of itself",
      FAULT.parts,
      (file) => {
        file[AT.planes + MERGES.length] = 1;
        file[AT.planes + 2 * MERGES.length] = 0;
      },
    ],
    ["an extra token of no bytes", FAULT.length, (_, view) => view.setUint16(AT.planes + 6 * MERGES.length, 0, true)],
    ["an extra token that is too long", FAULT.length, (_, view) => view.setUint16(AT.planes + 6 * MERGES.length, 129, true)],
    ["an id twice", FAULT.ids, (_, view) => view.setUint32(AT.planes + 6 * MERGES.length + 4 + 26 + 8, 100, true)],
    ["an id beyond all", FAULT.ids, (_, view) => view.setUint32(AT.planes + 6 * MERGES.length + 4 + 26, 0xffff_ff00, true)],
    [
      "classes that end early",
      FAULT.classes,
      (file, view) => {
        view.setUint32(AT.classes, view.getUint32(AT.classes, true) - 1, true);
        return file.slice(0, -1);
      },
    ],
    ["letters that are none", FAULT.classes, (file, view) => void (file[file.length - view.getUint32(AT.classes, true)] ^= 2)],
  ];
  it.each(damages)("is refused: %s", (_, fault, change) => {
    const file = whole();
    const changed = change(file, new DataView(file.buffer)) ?? file;
    expect(tokens.load(changed)).toBe(fault);
    expect(tokens.count(utf8("abc"))).toBe(-1);
  });

  it("is refused: a token twice, one that is too long, special tokens out of order", () => {
    expect(
      tokens.load(
        tableOf([
          ["a", "b"],
          ["b", "c"],
          ["ab", "c"],
          ["a", "bc"],
        ]),
      ),
    ).toBe(FAULT.twice);
    expect(tokens.load(tableOf([...MERGES, ["x".repeat(64), "x".repeat(64)], ["x".repeat(128), "x"]]))).toBe(FAULT.length);
    const file = tableOf([], { specials: SPECIALS });
    const end = file.length - new DataView(file.buffer).getUint32(AT.classes, true);
    file[end - 8] = 0x20;
    expect(tokens.load(file)).toBe(FAULT.specials);
    file[end - 8] = 0x3c;
    expect(tokens.load(file)).toBe(0);
    file[end - 1] = 0xff;
    expect(tokens.load(file)).toBe(FAULT.specials);
  });

  it("makes nothing trap, however it is damaged", () => {
    const random = new Random(7);
    const sound = whole();
    // The classes are most of the file; what is before them is what is interesting.
    const front = sound.length - new DataView(sound.buffer).getUint32(AT.classes, true);
    const texts = ["abcabc the theabx", "x".repeat(200), "ab".repeat(120), "\u0000<|end|>\u00e9\u4e2d hello"].map(utf8);
    let taken = 0;
    for (let round = 0; round < 6000; round++) {
      const file = sound.slice();
      // Every other time only the parts of merges: many such are taken, and make no sense.
      const merges = round % 2 === 0;
      for (let changes = 1 + random.below(4); changes > 0; changes--) {
        if (merges)
          file[AT.planes + MERGES.length * (2 + 3 * random.below(2)) + random.below(MERGES.length)] = random.below(3)
            ? 0x61 + random.below(24)
            : random.below(MERGES.length);
        else file[random.below(random.below(8) ? front : file.length)] = random.below(256);
      }
      if (tokens.load(file) !== 0) continue;
      taken++;
      for (const text of texts) {
        const ids = tokens.encode(text);
        expect(ids.length).toBeLessThanOrEqual(text.length);
        expect(tokens.count(text)).toBeLessThanOrEqual(text.length);
        expect(tokens.decode(ids)).toEqual(text);
        tokens.encode(text, 7);
      }
    }
    expect(taken).toBeGreaterThan(500);
  });

  it("leaves no memory behind when it is dropped or refused", () => {
    const file = whole();
    const broken = file.slice();
    broken[broken.length - new DataView(broken.buffer).getUint32(AT.classes, true)] ^= 1;
    tokens.load(file);
    const before = tokens.wasm.memory.buffer.byteLength;
    for (let i = 0; i < 100; i++) tokens.load(i % 2 ? file : broken);
    expect(tokens.wasm.memory.buffer.byteLength).toBe(before);
  });

  it("may order its bytes as it likes", () => {
    const bytes = Uint8Array.from(ALL_BYTES, (byte) => byte ^ 0x55);
    expect(tokens.load(tableOf([], { bytes }))).toBe(0);
    expect(tokens.encode(utf8("ab"))).toEqual([0x61 ^ 0x55, 0x62 ^ 0x55]);
  });
});
