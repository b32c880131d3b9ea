/**
 * Where everything that a simulated world decides comes from: random numbers of a seed, the same in every process, or a script of
 * numbers, such as those that a seed once gave. A script is what shrinking makes shorter: past its end every choice is 0, and so 0 is to
 * mean the least that can happen.
 */
export class Choices {
  #a: number;
  #b: number;
  #c: number;
  #count: number;
  readonly #script: readonly number[] | undefined;
  #next = 0;
  /** What was chosen so far, if it is kept. */
  taken: number[] | undefined;

  private constructor(seed: number, script?: readonly number[]) {
    this.#a = seed >>> 0;
    this.#b = Math.floor(seed / 0x1_0000_0000) >>> 0;
    this.#c = 0x9e3779b9;
    this.#count = 1;
    this.#script = script;
    if (script === undefined) for (let i = 0; i < 12; i++) this.#number();
  }

  /** Of a seed: a whole number below 2^53. */
  static of(seed: number): Choices {
    return new Choices(seed);
  }

  static scripted(script: readonly number[]): Choices {
    return new Choices(0, script);
  }

  /** Keeps what is chosen from now on. */
  keep(): this {
    this.taken = [];
    return this;
  }

  /** A whole number from 0 to below `end`. */
  below(end: number): number {
    let value: number;
    if (this.#script === undefined) value = end <= 1 ? 0 : Math.floor((this.#number() / 0x1_0000_0000) * end);
    else value = Math.min(this.#script[this.#next++] ?? 0, Math.max(0, end - 1));
    this.taken?.push(value);
    return value;
  }

  /** True once in `times`; a script's 0 is false. */
  once(times: number): boolean {
    return this.below(times) === times - 1;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)];
  }

  /** From `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** sfc32, by Chris Doty-Humphrey (PractRand). */
  #number(): number {
    const sum = (this.#a + this.#b + this.#count++) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return sum >>> 0;
  }
}
