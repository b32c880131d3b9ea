/** Words (4 bytes) of a slab, of which many runs take the pages of their journals: a short run costs no allocation of its own. */
const SLAB = 1 << 13;
const PAGE = 1 << 8;
/** What is larger is no page of a slab. */
const LARGE = SLAB >> 2;

let slab = new Uint32Array(0);
let used = 0;

/** The records of one run, end to end, as the core wrote them. Each begins with its own size (u32, little-endian). docs/journal.md */
export class Journal {
  /** The page that is being written: where it lies, the words from which on and to which it is written, and its end. */
  #page = slab;
  #from = 0;
  #to = 0;
  #end = 0;
  /** The pages before, as far as they are written. */
  #full: Uint32Array[] | undefined;
  #words = 0;

  /** Adds the record of `words` words (4 bytes) that begins at `from`. */
  append(memory: Uint32Array, from: number, words: number): void {
    if (this.#to + words > this.#end) this.#turn(words);
    const page = this.#page;
    const to = this.#to;
    // A loop is faster than `set` where little is copied, since that needs a subarray.
    if (words < 64) for (let i = 0; i < words; i++) page[to + i] = memory[from + i];
    else page.set(memory.subarray(from, from + words), to);
    this.#to = to + words;
    this.#words += words;
  }

  /** Goes on at a new page with room for so many words, and more the longer the journal is. */
  #turn(words: number): void {
    if (this.#to > this.#from) {
      const written = this.#page.subarray(this.#from, this.#to);
      if (this.#full === undefined) this.#full = [written];
      else this.#full.push(written);
    }
    const room = Math.max(PAGE, words, Math.min(this.#words, 8 * SLAB));
    if (room > LARGE) {
      this.#page = new Uint32Array(room);
      this.#from = 0;
    } else {
      if (used + room > slab.length) {
        slab = new Uint32Array(SLAB);
        used = 0;
      }
      this.#page = slab;
      this.#from = used;
      used += room;
    }
    this.#to = this.#from;
    this.#end = this.#from + room;
  }

  /** Forgets all so far: what comes stands for it. */
  cut(): void {
    this.#full = undefined;
    this.#from = this.#to;
    this.#words = 0;
  }

  /** Nothing more comes: what is left of its page is another's. */
  seal(): void {
    if (this.#page === slab && this.#end === used) used = this.#to;
    this.#end = this.#to;
  }

  /** Its bytes. */
  get length(): number {
    return this.#words * 4;
  }

  /** A copy of all of it. */
  bytes(): Uint8Array {
    const words = new Uint32Array(this.#words);
    let at = 0;
    for (const written of [...(this.#full ?? []), this.#page.subarray(this.#from, this.#to)]) {
      words.set(written, at);
      at += written.length;
    }
    return new Uint8Array(words.buffer);
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
