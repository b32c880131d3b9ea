import { describe, expect, it } from "vitest";
import { readPattern } from "./pattern.ts";
import { CL100K, O200K } from "./rules.ts";

const ANY = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
const SPACES = "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const CASED = [
  "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+",
  "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*",
];
const GPT2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

describe("an expression", () => {
  it.each([
    ["o200k_base", [`${CASED[0]}${ANY}?|${CASED[1]}${ANY}?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|${SPACES}`], O200K],
    ["Mistral's", [`${CASED.join("|")}|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|${SPACES}`], { ...O200K, contractions: "none", digits: 1 }],
    [
      "cl100k_base, written to be fast",
      ["'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}++|\\p{N}{1,3}+| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*+|\\s++$|\\s*[\\r\\n]|\\s+(?!\\S)|\\s"],
      CL100K,
    ],
    ["Llama 3's", [`${ANY}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|${SPACES}`], { ...CL100K, lastSpaces: false }],
    ["Qwen's", [`${ANY}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|${SPACES}`], { ...CL100K, digits: 1, lastSpaces: false }],
    ["GPT-2's", [GPT2], { words: "spaced", contractions: "leading-small", digits: 0, tail: "none", newlines: false, lastSpaces: false }],
    [
      "DeepSeek's, with newlines as they are",
      [
        "\\p{N}{1,3}",
        "[一-龥぀-ゟ゠-ヿ]+",
        "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+",
      ],
      { words: "apart", contractions: "none", digits: 3, tail: "newlines", newlines: true, lastSpaces: false },
    ],
  ])("is read: %s", (_, patterns, rules) => {
    expect(readPattern(patterns)).toEqual(rules);
  });

  it.each([
    ["none", []],
    ["another one", ["\\w+|\\W+"]],
    ["one that goes on", [`${GPT2}|x`]],
    ["one in another order", [`\\p{N}|${GPT2}`]],
    ["two", [GPT2, "\\p{N}{1,3}"]],
    ["words and digits of different kinds", [GPT2.replace(" ?\\p{N}+", "\\p{N}")]],
  ])("is not known: %s", (_, patterns) => {
    expect(readPattern(patterns)).toBeUndefined();
  });
});
