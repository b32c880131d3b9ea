import { describe, expect, it } from "vitest";
import { clean, oneLine, shorten, widthOf, wrap } from "./text.ts";

describe("text", () => {
  it("counts columns", () => {
    for (const [text, width] of [
      ["", 0],
      ["abc", 3],
      ["äöü", 3],
      ["字字", 4],
      ["한글", 4],
      ["e\u0301", 1],
      ["👩‍👩‍👧", 2],
      ["🇳🇴", 2],
      ["→ ◆ ▤ ╭", 7],
      ["\u001b[31mred\u001b[39m", 3],
      ["a\u200bb", 2],
    ] as const) {
      expect([text, widthOf(text)]).toEqual([text, width]);
    }
  });

  it("takes out what would move the cursor, and nothing else", () => {
    expect(clean("a\u001b[2Jb\u001b]0;title\u0007c\u001b]8;;x\u001b\\d\u0007\u0000\u009b e\r\nf\rg\th")).toBe("abcd e\nf\ng\th");
    expect(clean("[link] \n[1A is no escape sequence")).toBe("[link] \n[1A is no escape sequence");
    expect(oneLine("  a\n\n b\tc ")).toBe("a b c");
  });

  it("shortens to columns, never through a character", () => {
    expect(shorten("short", 5)).toBe("short");
    expect(shorten("too long", 5)).toBe("too…");
    expect(shorten("字字字", 4)).toBe("字…");
    expect(shorten("👩‍👩‍👧👩‍👩‍👧", 3)).toBe("👩‍👩‍👧…");
    expect(shorten("anything", 0)).toBe("");
    expect(shorten("anything", 1)).toBe("…");
  });

  it("wraps between words, and within those that are too long", () => {
    expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
    expect(wrap("abcdefgh ij", 3)).toEqual(["abc", "def", "gh", "ij"]);
    expect(wrap("a\n\n  b", 10)).toEqual(["a", "", "  b"]);
    expect(wrap("字字字", 4)).toEqual(["字字", "字"]);
    for (const line of wrap("the quick brown fox jumps ".repeat(20), 13)) expect(widthOf(line)).toBeLessThanOrEqual(13);
  });
});
