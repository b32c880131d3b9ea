import { beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../test/fuzz/random.ts";
import { CL100K, O200K, type Rules } from "../../host/tokens/rules.ts";
import { tableOf, Tokens } from "./testing.ts";

// The scanner against the regular expressions that it stands for, on characters that every version of Unicode sees alike.

const ANY = "(?:'[sSſ]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])";
const UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
const LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
const BEFORE = "[^\\r\\n\\p{L}\\p{N}]?";
const SPACES = "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

const cases: { name: string; rules: Rules; pattern: string }[] = [
  {
    name: "o200k",
    rules: O200K,
    pattern: `${BEFORE}${UPPER}*${LOWER}+${ANY}?|${BEFORE}${UPPER}+${LOWER}*${ANY}?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|${SPACES}`,
  },
  {
    name: "Mistral's tekken",
    rules: { ...O200K, contractions: "none", digits: 1 },
    pattern: `${BEFORE}${UPPER}*${LOWER}+|${BEFORE}${UPPER}+${LOWER}*|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|${SPACES}`,
  },
  {
    name: "cl100k",
    rules: CL100K,
    pattern: `${ANY}|${BEFORE}\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s+$|\\s*[\\r\\n]|\\s+(?!\\S)|\\s`,
  },
  {
    name: "Llama 3",
    rules: { ...CL100K, lastSpaces: false },
    pattern: `${ANY}|${BEFORE}\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|${SPACES}`,
  },
  {
    name: "Qwen",
    rules: { ...CL100K, digits: 1, lastSpaces: false },
    pattern: `${ANY}|${BEFORE}\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|${SPACES}`,
  },
  {
    name: "Qwen with marks in words",
    rules: { ...CL100K, words: "marked", digits: 1, lastSpaces: false },
    pattern: `${ANY}|${BEFORE}[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|${SPACES}`,
  },
  {
    name: "GPT-2",
    rules: { words: "spaced", contractions: "leading-small", digits: 0, tail: "none", newlines: false, lastSpaces: false },
    pattern: "'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
  },
];

const DEEPSEEK: Rules = { words: "apart", contractions: "none", digits: 3, tail: "newlines", newlines: true, lastSpaces: false };
const DEEPSEEK_PATTERNS = [
  "\\p{N}{1,3}",
  "[一-龥぀-ゟ゠-ヿ]+",
  `[!"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_\`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|${SPACES}`,
];

/** An expression as tokenizers mean it: JavaScript has another idea of white space. */
const expressionOf = (pattern: string, flags: string) => new RegExp(pattern.replaceAll("\\s", "\\p{White_Space}").replaceAll("\\S", "\\P{White_Space}"), flags);

/** What a text falls into where the expression matches, and what is left between. */
function split(text: string, pattern: string): string[] {
  const pieces: string[] = [];
  let at = 0;
  for (const { 0: piece, index } of text.matchAll(expressionOf(pattern, "gu"))) {
    if (index > at) pieces.push(text.slice(at, index));
    pieces.push(piece);
    at = index + piece.length;
  }
  if (at < text.length) pieces.push(text.slice(at));
  return pieces;
}

const CHARACTERS = [
  ..."aezAEZßÄäØøЖжΩωǅʰªא中文字かなカㄱ한ไทย0123456789٠١½Ⅷ²",
  ..." \t\u00a0\u3000\u0085\u2028",
  ..."\r\n",
  ..."\u0301\u0308\u093e\u20dd",
  ..."'’/.,:;!?-_=+*#%&@()[]{}<>|\\`~^$\"€→©",
  ..."😀\u200d\u{1d54f}\ud83c\udf00\u0000\u0001\u001f\u007f\ufeff\u200b\ufffd\ue000",
];
const PARTS = ["'s", "'S", "'ſ", "'ll", "'LL", "'Ve", "'re", "'d", "  ", "\r\n", "//", "hello", "World", "HTTP", " the", "don't", "ﾊﾟ"];

let tokens: Tokens;

beforeAll(async () => {
  tokens = await Tokens.compile();
});

function someTexts(seed: number, count: number): string[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const few = random.below(3) === 0 ? Array.from({ length: 1 + random.below(3) }, () => CHARACTERS[random.below(CHARACTERS.length)]) : CHARACTERS;
    return Array.from({ length: random.below(25) }, () => (random.below(4) === 0 ? PARTS[random.below(PARTS.length)] : few[random.below(few.length)])).join("");
  });
}

describe("pieces", () => {
  it.each(cases)("of $name are those of its expression", ({ rules, pattern }) => {
    expect(tokens.load(tableOf([], { rules }))).toBe(0);
    for (const text of someTexts(1, 10_000)) expect(tokens.pieces(text), JSON.stringify(text)).toEqual(split(text, pattern));
  });

  it("of DeepSeek are those of its three expressions, one after the other", () => {
    expect(tokens.load(tableOf([], { rules: DEEPSEEK }))).toBe(0);
    const [numbers, ideographs, rest] = DEEPSEEK_PATTERNS;
    const apart = (text: string, pattern: string, inner: (part: string) => string[]) =>
      split(text, pattern).flatMap((part) => (expressionOf(`^(?:${pattern})$`, "u").test(part) ? [part] : inner(part)));
    for (const text of someTexts(2, 10_000)) {
      const expected = apart(text, numbers, (part) => apart(part, ideographs, (inner) => split(inner, rest)));
      expect(tokens.pieces(text), JSON.stringify(text)).toEqual(expected);
    }
  });
});
