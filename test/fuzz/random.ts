/** Random numbers that are the same in every run: xorshift32. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed, 0x9e3779b1) | 1;
    for (let i = 0; i < 8; i++) this.next();
  }

  /** A whole number of 32 bits. */
  next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return x >>> 0;
  }

  /** Below `end`. */
  below(end: number): number {
    return end <= 1 ? 0 : this.next() % end;
  }

  /** True once in `n` times. */
  once(n: number): boolean {
    return this.below(n) === 0;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)];
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.next() & 0xff);
  }
}

/** How much is done, compared to an ordinary run of the tests: AIXLET_FUZZ=20 does twenty times as much, from other seeds. */
export const FUZZ = Math.max(1, Number(process.env.AIXLET_FUZZ ?? 1) || 1);
