// Hashes of short texts, by words of eight bytes. They read up to seven bytes beyond the text, and do not let them count.

const A: u64 = 0x9e3779b97f4a7c15;
const B: u64 = 0xc2b2ae3d27d4eb4f;

export class Hash {
  /** All bits of the first `bytes` of a word. */
  @inline static mask(bytes: u32): u64 {
    return bytes >= 8 ? u64.MAX_VALUE : ((<u64>1) << ((<u64>bytes) << 3)) - 1;
  }

  /** Of up to 8 bytes. */
  @inline static one(word: u64): u64 {
    return word * A;
  }

  /** Of 9 to 16 bytes. */
  @inline static two(first: u64, second: u64): u64 {
    return (first ^ rotl<u64>(second * B, 29)) * A;
  }

  /** A number below 65,536 for four bytes. */
  @inline static four(at: usize): usize {
    return <usize>((load<u32>(at) * 0x9e3779b1) >>> 16);
  }
}

/** Of any number of bytes. */
export function hashLong(at: usize, length: u32): u64 {
  let hash: u64 = length;
  let left = length;
  for (; left >= 8; left -= 8) {
    hash = rotl<u64>((hash ^ load<u64>(at)) * A, 31);
    at += 8;
  }
  if (left) hash = rotl<u64>((hash ^ (load<u64>(at) & Hash.mask(left))) * A, 31);
  return hash * B;
}

/** Of a token, by its length, as `find` looks it up. */
export function hashToken(at: usize, length: u32): u64 {
  if (length <= 8) return Hash.one(load<u64>(at) & Hash.mask(length));
  if (length <= 16) return Hash.two(load<u64>(at), load<u64>(at, 8) & Hash.mask(length - 8));
  return hashLong(at, length);
}

/** Whether these bytes are the same, by words. */
export function sameLong(a: usize, b: usize, length: u32): bool {
  for (; length >= 8; length -= 8) {
    if (load<u64>(a) != load<u64>(b)) return false;
    a += 8;
    b += 8;
  }
  return !length || !((load<u64>(a) ^ load<u64>(b)) & Hash.mask(length));
}
