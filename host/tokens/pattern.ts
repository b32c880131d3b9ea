import type { Rules } from "./rules.ts";

// The regular expressions of tokenizers differ in few ways. One is read by its alternatives: each must be one that is known, and they must come
// in the order in which the scanner tries them.

/** How DeepSeek's tokenizers cut: three expressions, one after the other. */
const APART = [
  "\\p{N}{1,3}",
  "[一-龥぀-ゟ゠-ヿ]+",
  "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
];

const UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
const LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
const BEFORE = "[^\\r\\n\\p{L}\\p{N}]?";
const ENDING = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";

const CONTRACTIONS: Record<string, Rules["contractions"]> = {
  [`${ENDING}|`]: "leading",
  "'(?i:[sdmt]|ll|ve|re)|": "leading",
  "'s|'t|'re|'ve|'m|'ll|'d|": "leading-small",
  "'(?:[sdmt]|ll|ve|re)|": "leading-small",
};

const WORDS: Record<string, Pick<Rules, "words"> & Partial<Rules>> = {
  [`${BEFORE}${UPPER}*${LOWER}+${ENDING}?|${BEFORE}${UPPER}+${LOWER}*${ENDING}?|`]: { words: "cased", contractions: "trailing" },
  [`${BEFORE}${UPPER}*${LOWER}+|${BEFORE}${UPPER}+${LOWER}*|`]: { words: "cased" },
  [`${BEFORE}\\p{L}+|`]: { words: "letters" },
  [`${BEFORE}[\\p{L}\\p{M}]+|`]: { words: "marked" },
  " ?\\p{L}+|": { words: "spaced" },
};

const DIGITS: Record<string, number> = { "\\p{N}|": 1, "\\p{N}{1,2}|": 2, "\\p{N}{1,3}|": 3, " ?\\p{N}+|": 0 };

const SIGNS: Record<string, boolean> = { " ?[^\\s\\p{L}\\p{N}]+": false, " ?[^\\s\\p{L}\\p{M}\\p{N}]+": true };

const TAILS: Record<string, Rules["tail"]> = { "[\\r\\n]*|": "newlines", "[\\r\\n/]*|": "newlines-and-slashes", "|": "none" };

const SPACES: Record<string, Pick<Rules, "newlines" | "lastSpaces">> = {
  "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+": { newlines: true, lastSpaces: false },
  "\\s+$|\\s*[\\r\\n]|\\s+(?!\\S)|\\s": { newlines: true, lastSpaces: true },
  "\\s+(?!\\S)|\\s+": { newlines: false, lastSpaces: false },
  "\\s+$|\\s+(?!\\S)|\\s": { newlines: false, lastSpaces: false },
};

/** The rules that expressions, applied one after the other, amount to; undefined: they are not known. */
export function readPattern(patterns: readonly string[]): Rules | undefined {
  const plain = patterns.map(spell);
  if (plain.length === APART.length && plain.every((pattern, i) => pattern === spell(APART[i]))) {
    return { words: "apart", contractions: "none", digits: 3, tail: "newlines", newlines: true, lastSpaces: false };
  }
  if (plain.length !== 1) return undefined;
  let rest = plain[0];
  const take = <T>(known: Record<string, T>): T | undefined => {
    const found = Object.keys(known).find((start) => rest.startsWith(start));
    if (found === undefined) return undefined;
    rest = rest.slice(found.length);
    return known[found];
  };
  const contractions = take(CONTRACTIONS) ?? "none";
  const words = take(WORDS);
  const digits = take(DIGITS);
  const marked = take(SIGNS);
  const tail = take(TAILS);
  const spaces = SPACES[rest];
  if (words === undefined || digits === undefined || marked === undefined || tail === undefined || spaces === undefined) return undefined;
  if ((digits === 0) !== (words.words === "spaced") || marked !== (words.words === "marked")) return undefined;
  return { contractions, digits, tail, ...spaces, ...words };
}

/** The same expression without what only makes it faster, and with newlines spelled out. */
function spell(pattern: string): string {
  return pattern
    .replaceAll("\r", "\\r")
    .replaceAll("\n", "\\n")
    .replaceAll(/([+*?]|\{\d[\d,]*\})\+/g, "$1");
}
