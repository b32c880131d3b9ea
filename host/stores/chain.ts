import { sha256 } from "./sha256.ts";

/** Bytes of a link: as much of the chain's SHA-256 as stands behind each record. */
export const LINK = 8;

/**
 * A journal's hash chain: the hash of a record is SHA-256 over the hash before it and the record. Behind each record stand the first eight
 * bytes of its hash, enough to find damage; whoever reads the journal has the whole one, which can be signed.
 */
export class Chain {
  #head: Uint8Array;

  /** A chain that begins with a header, or goes on behind a hash. */
  private constructor(head: Uint8Array) {
    this.#head = head;
  }

  static from(header: Uint8Array): Chain {
    return new Chain(sha256(header));
  }

  static after(head: Uint8Array): Chain {
    return new Chain(head);
  }

  /** The hash of all so far. */
  get head(): Uint8Array {
    return this.#head;
  }

  /** Takes the record in, and writes its link. */
  link(record: Uint8Array, to: Uint8Array, at: number): void {
    const head = (this.#head = sha256(this.#head, record));
    for (let i = 0; i < LINK; i++) to[at + i] = head[i];
  }

  /** Takes the record in if this is its link; else nothing has changed. */
  follow(record: Uint8Array, link: Uint8Array): boolean {
    const head = sha256(this.#head, record);
    for (let i = 0; i < LINK; i++) if (head[i] !== link[i]) return false;
    this.#head = head;
    return true;
  }
}

/** The entry of a record: the record and its link. */
export function entryOf(record: Uint8Array, chain: Chain): Uint8Array {
  const entry = new Uint8Array(record.length + LINK);
  entry.set(record);
  chain.link(record, entry, record.length);
  return entry;
}
