const FIRST = 1024;

/** The records of one run, end to end, as the core wrote them. Each begins with its own size (u32, little-endian). docs/journal.md */
export class Journal {
  #bytes = new Uint8Array(FIRST);
  #length = 0;

  append(record: Uint8Array): void {
    const needed = this.#length + record.length;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(record, this.#length);
    this.#length = needed;
  }

  get length(): number {
    return this.#length;
  }

  /** A copy of all of it. */
  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

/** The records of a journal, one by one. @throws RangeError if it is cut off or damaged, with the offset. */
export function* recordsOf(journal: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(journal.buffer, journal.byteOffset, journal.byteLength);
  for (let at = 0; at < journal.length; ) {
    const size = journal.length - at < 4 ? 0 : view.getUint32(at, true);
    if (size < 32 || size > journal.length - at) throw new RangeError(`the journal is cut off or damaged at byte ${at}`);
    yield journal.subarray(at, at + size);
    at += size;
  }
}
