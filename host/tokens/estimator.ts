import type { Counter } from "./counter.ts";

/** How many tokens a text is, as far as can be known without the model's tokenizer. */
export interface Estimate {
  /** Probably about so many; docs/tokens.md says how near. */
  tokens: number;
  /** Certainly no more, of any tokenizer that works on bytes: one for each. */
  most: number;
}

/**
 * Estimates tokens for one model whose tokenizer is not public, and learns from the usage that its provider reports. All in whole numbers: the
 * same texts and reports give the same estimates everywhere.
 */
export class TokenEstimator {
  readonly #counter: Counter;
  /** What was learned, as assembly/tokens/estimate.ts keeps it. */
  readonly #learned = new Uint8Array(8);

  constructor(counter: Counter) {
    this.#counter = counter;
  }

  estimate(text: string): Estimate {
    const most = new TextEncoder().encode(text).length;
    return { tokens: Math.min(this.#counter.correct(this.#counter.estimate(text), this.#learned), most), most };
  }

  /** For this text the provider has reported so many tokens of input. What is more than four times off is not believed. */
  learn(text: string, reported: number): void {
    if (Number.isInteger(reported) && reported > 0) this.#counter.learn(this.#counter.estimate(text), Math.min(reported, 0xffff_ffff), this.#learned);
  }
}
