import { BadUsage } from "../errors.ts";
import type { Counter } from "./counter.ts";
import { normalize } from "./normalize.ts";

/** What special tokens in a text are: ordinary text (the default, right for everything a user wrote), or themselves. */
export interface SpecialOptions {
  specials?: boolean;
}

/** What a tokenizer is made of. */
export interface TokenizerParts {
  name: string;
  /** Its table's number in the counter. */
  table: number;
  hash: string;
  /** Which of the table's special tokens are its own. */
  sets: number;
  /** Texts are put into NFC first. */
  normalized: boolean;
}

/** Counts tokens exactly as one tokenizer does, and gives their ids. Load one with `loadTokenizer`, `tokenizerOf` or `readTokenizer`. */
export class Tokenizer {
  /** The encoding's name: "o200k_base", or what its file was given as. */
  readonly name: string;
  /** SHA-256 of its table's file, 64 hexadecimal digits: who counts by the same hash counts the same. Empty where the runtime has no SHA-256. */
  readonly hash: string;
  readonly #counter: Counter;
  readonly #table: number;
  readonly #sets: number;
  readonly #prepare: (text: string) => string;

  constructor(counter: Counter, { name, table, hash, sets, normalized }: TokenizerParts) {
    this.name = name;
    this.hash = hash;
    this.#counter = counter;
    this.#table = table;
    this.#sets = sets;
    this.#prepare = normalized ? normalize : (text) => text;
  }

  /** How many tokens a text is. Linear in its length, whatever it is. */
  count(text: string, { specials = false }: SpecialOptions = {}): number {
    return this.#counter.count(this.#table, this.#prepare(text), specials ? this.#sets : 0);
  }

  /** Whether a text has at most `most` tokens. Looks no further into it than is needed. */
  fits(text: string, most: number): boolean {
    return most >= 0 && this.#counter.fits(this.#table, this.#prepare(text), Math.floor(most));
  }

  /** The ids of a text's tokens. */
  encode(text: string, { specials = false }: SpecialOptions = {}): Uint32Array<ArrayBuffer> {
    return this.#counter.encode(this.#table, this.#prepare(text), specials ? this.#sets : 0);
  }

  /** The text of tokens. Where they end within a character, it is U+FFFD. @throws BadUsage if an id is no token's */
  decode(ids: ArrayLike<number>): string {
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(this.decodeBytes(ids));
  }

  /** The bytes of tokens: the parts of one character may be in several. @throws BadUsage if an id is no token's */
  decodeBytes(ids: ArrayLike<number>): Uint8Array<ArrayBuffer> {
    const bytes = this.#counter.decode(this.#table, ids);
    if (bytes === undefined) throw new BadUsage(`Not all of these ids are tokens of ${this.name}.`);
    return bytes;
  }
}
