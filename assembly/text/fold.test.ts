import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { type Compiled, compile, getText, put } from "./testing.ts";

let core: Compiled;
let at: number;

beforeAll(async () => {
  core = await compile("assembly/text/testing.entry.ts");
  at = core.room(1 << 18);
});

/** The simple mapping of one character, for the scripts that are covered. */
const lower = (code: number) => (code < 0x2c00 || (code >= 0xff00 && code < 0x10000) ? String.fromCodePoint(code).toLowerCase().codePointAt(0)! : code);

function fold(text: string): string {
  const length = core.fold(at, put(core, at, text));
  return getText(core, core.written(), length);
}

test("every covered character goes to its lower case by Unicode, and no other changes", () => {
  for (let code = 0; code < 0x10000; code++) {
    if ((code & 0xf800) === 0xd800) continue;
    // A Node older than the table does not know every letter in it.
    if (core.lowerCase(code) !== lower(code) && !/\p{Cn}/u.test(String.fromCodePoint(core.lowerCase(code)))) expect.fail(code.toString(16));
    expect(Boolean(core.isSpace(code)), code.toString(16)).toBe(/\s/u.test(String.fromCodePoint(code)));
  }
  expect(core.lowerCase(0x10400)).toBe(0x10400);
  expect(core.lowerCase(0x10ffff)).toBe(0x10ffff);
});

test("votes that look alike are the same text", () => {
  expect(fold("  Accept \n\t the\u00a0OFFER ")).toBe("accept the offer");
  expect(fold("ÅNGSTRÖM Ñandú ŠKODA ǅ ẞ İ")).toBe("ångström ñandú škoda ǆ ß i");
  expect(fold("ΑΘΉΝΑ ΣΑΣ Ἀθῆναι")).toBe("αθήνα σασ ἀθῆναι");
  expect(fold("ПРИВЕТ Ёлка Ґанок")).toBe("привет ёлка ґанок");
  expect(fold("ՀԱՅԵՐԵՆ Երևան")).toBe("հայերեն երևան");
  expect(fold("日本語 😀 Ａ Ⱥ")).toBe("日本語 😀 ａ ⱥ");
  expect(fold("")).toBe("");
  expect(fold(" \u3000\ufeff ")).toBe("");
});

test("any text is folded as JavaScript folds it, character by character, and only once", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
      const expected = [...text.trim().replace(/\s+/gu, " ")].map((c) => String.fromCodePoint(lower(c.codePointAt(0)!))).join("");
      expect(fold(text)).toBe(expected);
      expect(fold(expected)).toBe(expected);
    }),
    { numRuns: 2000 },
  );
});
