/** What pairs of numbers make, by pair: a hash table of plain numbers, since a Map of objects or large numbers takes ten times as long. */
export class PairTable {
  /** left, right, rank, made; a free entry's rank is -1. */
  readonly #entries: Int32Array;
  readonly #mask: number;

  /** Room for so many pairs. */
  constructor(pairs: number) {
    const size = 2 ** Math.ceil(Math.log2(Math.max(pairs, 1) * 2));
    this.#entries = new Int32Array(4 * size).fill(-1);
    this.#mask = size - 1;
  }

  /** Adds a pair, unless it is there. */
  add(left: number, right: number, rank: number, made: number): void {
    const at = this.#find(left, right);
    if (this.#entries[at + 2] < 0) this.#entries.set([left, right, rank, made], at);
  }

  /** The rank of a pair; -1: they make nothing. */
  rank(left: number, right: number): number {
    return this.#entries[this.#find(left, right) + 2];
  }

  /** What a pair makes. */
  made(left: number, right: number): number {
    return this.#entries[this.#find(left, right) + 3];
  }

  /** Where a pair is, or would be. */
  #find(left: number, right: number): number {
    const entries = this.#entries;
    let slot = (Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b)) >>> 0;
    slot = (slot ^ (slot >>> 15)) & this.#mask;
    while (entries[4 * slot + 2] >= 0 && (entries[4 * slot] !== left || entries[4 * slot + 1] !== right)) slot = (slot + 1) & this.#mask;
    return 4 * slot;
  }
}
