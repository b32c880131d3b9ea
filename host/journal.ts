/** Words (4 bytes) of a slab, which the journals of many runs share: a short run costs no allocation of its own. */
const SLAB = 1 << 13;
/** A record of more words gets a slab to itself. */
const LARGE = SLAB >> 2;

let slab = new Uint32Array(0);
let used = 0;

/** The records of one run, end to end, as the core wrote them. Each begins with its own size (u32, little-endian). docs/journal.md */
export class Journal {
  /** Where they lie, in order: a slab, and the words from and to. */
  readonly #pieces: { slab: Uint32Array; from: number; to: number }[] = [];
  #words = 0;

  /** Adds the record of `words` words (4 bytes) that begins at `from`. */
  append(memory: Uint32Array, from: number, words: number): void {
    const large = words > LARGE;
    if (!large && used + words > slab.length) {
      slab = new Uint32Array(SLAB);
      used = 0;
    }
    const target = large ? new Uint32Array(words) : slab;
    const at = large ? 0 : used;
    // A loop is faster than `set` where little is copied, since that needs a subarray.
    if (words < 64) for (let i = 0; i < words; i++) target[at + i] = memory[from + i];
    else target.set(memory.subarray(from, from + words), at);
    if (!large) used += words;
    this.#words += words;
    const last = this.#pieces[this.#pieces.length - 1];
    if (last !== undefined && last.slab === target && last.to === at) last.to += words;
    else this.#pieces.push({ slab: target, from: at, to: at + words });
  }

  /** Its bytes. */
  get length(): number {
    return this.#words * 4;
  }

  /** A copy of all of it. */
  bytes(): Uint8Array {
    const bytes = new Uint8Array(this.length);
    const words = new Uint32Array(bytes.buffer);
    let at = 0;
    for (const { slab, from, to } of this.#pieces) {
      words.set(slab.subarray(from, to), at);
      at += to - from;
    }
    return bytes;
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
