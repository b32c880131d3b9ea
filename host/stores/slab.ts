/** Bytes of a slab, of which many entries take their place: a piece of memory of its own for each costs more than what is put in it. */
const SLAB = 1 << 16;
/** What is larger has one of its own. */
const LARGE = SLAB >> 3;

let bytes = new Uint8Array(0);
let words = new Uint32Array(0);
let used = 0;

/** A copy of so many words, with room for `more` bytes behind them. */
export function copyWords(from: Uint32Array, at: number, count: number, more: number): Uint8Array {
  const size = count * 4 + more;
  if (size > LARGE) {
    const own = new Uint32Array((size + 3) >> 2);
    own.set(from.subarray(at, at + count));
    return new Uint8Array(own.buffer, 0, size);
  }
  if (used + size > bytes.length) {
    words = new Uint32Array(SLAB >> 2);
    bytes = new Uint8Array(words.buffer);
    used = 0;
  }
  const to = used >> 2;
  // A loop is faster than `set` where little is copied, since that needs a subarray.
  if (count < 64) for (let i = 0; i < count; i++) words[to + i] = from[at + i];
  else words.set(from.subarray(at, at + count), to);
  const copy = bytes.subarray(used, used + size);
  used = (used + size + 7) & ~7;
  return copy;
}
