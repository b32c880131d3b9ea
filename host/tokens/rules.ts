/**
 * How a tokenizer cuts a text into pieces before it merges them: its regular expression, taken apart into what such expressions differ in.
 * docs/tokens.md says which expression is which.
 */
export interface Rules {
  /** What a word is, and what may stand before it. */
  readonly words: (typeof WORDS)[number];
  /** Where 's and the like are cut off or belong to a word. */
  readonly contractions: (typeof CONTRACTIONS)[number];
  /** Digits in a piece; 0, for "spaced" words only: any number, after at most a space. */
  readonly digits: number;
  /** What belongs to signs that it follows. */
  readonly tail: (typeof TAILS)[number];
  /** White space up to its last newline is a piece. */
  readonly newlines: boolean;
  /** White space at the end of a text is one piece. */
  readonly lastSpaces: boolean;
}

// In the order in which assembly/tokens/table.ts numbers them.
export const WORDS = ["letters", "cased", "marked", "spaced", "apart"] as const;
export const CONTRACTIONS = ["none", "leading", "leading-small", "trailing"] as const;
export const TAILS = ["none", "newlines", "newlines-and-slashes"] as const;

/** o200k_base and o200k_harmony. */
export const O200K: Rules = { words: "cased", contractions: "trailing", digits: 3, tail: "newlines-and-slashes", newlines: true, lastSpaces: false };
/** cl100k_base. */
export const CL100K: Rules = { words: "letters", contractions: "leading", digits: 3, tail: "newlines", newlines: true, lastSpaces: true };
