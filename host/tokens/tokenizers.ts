import type { Tokenizer } from "./tokenizer.ts";

/** Finds the tokenizer of an encoding by its name; undefined if there is none. */
export type FindTokenizer = (encoding: string) => Promise<Tokenizer | undefined>;

/** The tokenizers that an engine counts by. */
export interface Tokenizers {
  /** Those that the application has, by the names of models. */
  own: Record<string, Tokenizer>;
  byEncoding: FindTokenizer | undefined;
}
