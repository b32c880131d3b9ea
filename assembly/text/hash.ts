// XXH64 by Yann Collet (https://github.com/Cyan4973/xxHash, doc/xxhash_spec.md): fast, and not made to withstand an attacker.
//
// The seed is the running state: a chain of pieces is hashed by passing each result on to the next. Pieces matter, since each enters
// with its length: hashing "ab" is not hashing "a" and then "b".

const P1: u64 = 0x9e3779b185ebca87;
const P2: u64 = 0xc2b2ae3d27d4eb4f;
const P3: u64 = 0x165667b19e3779f9;
const P4: u64 = 0x85ebca77c2b2ae63;
const P5: u64 = 0x27d4eb2f165667c5;

/** The hash of any bytes. */
export function hashBytes(state: u64, at: usize, bytes: u32): u64 {
  const whole = bytes & ~7;
  let hash = gather(state, at, bytes);
  at += whole;
  if (bytes & 4) {
    hash = rotl<u64>(hash ^ (<u64>load<u32>(at) * P1), 23) * P2 + P3;
    at += 4;
  }
  for (let rest = bytes & 3; rest; rest--) hash = rotl<u64>(hash ^ (<u64>load<u8>(at++) * P5), 11) * P1;
  return avalanche(hash);
}

/** The same hash of bytes whose number is a multiple of 8. */
export function hashWords(state: u64, at: usize, bytes: u32): u64 {
  assert(!(bytes & 7));
  return avalanche(gather(state, at, bytes));
}

/** One more number in a chain, without a detour over memory: hashWords of its eight bytes. */
export function hashNumber(state: u64, value: u64): u64 {
  return avalanche(rotl<u64>((state + P5 + 8) ^ Lane.round(0, value), 27) * P1 + P4);
}

/** Everything up to the last whole word. */
function gather(seed: u64, at: usize, bytes: u32): u64 {
  const end = at + (bytes & ~7);
  let hash = seed + P5;
  if (bytes >= 32) {
    let a = seed + P1 + P2;
    let b = seed + P2;
    let c = seed;
    let d = seed - P1;
    for (; at + 32 <= end; at += 32) {
      a = Lane.round(a, load<u64>(at));
      b = Lane.round(b, load<u64>(at, 8));
      c = Lane.round(c, load<u64>(at, 16));
      d = Lane.round(d, load<u64>(at, 24));
    }
    hash = rotl<u64>(a, 1) + rotl<u64>(b, 7) + rotl<u64>(c, 12) + rotl<u64>(d, 18);
    hash = Lane.merge(Lane.merge(Lane.merge(Lane.merge(hash, a), b), c), d);
  }
  hash += bytes;
  for (; at < end; at += 8) hash = rotl<u64>(hash ^ Lane.round(0, load<u64>(at)), 27) * P1 + P4;
  return hash;
}

/** The steps of the hash, which are only as fast as they should be where they stand in the loop. */
class Lane {
  @inline static round(lane: u64, word: u64): u64 {
    return rotl<u64>(lane + word * P2, 31) * P1;
  }

  @inline static merge(hash: u64, lane: u64): u64 {
    return (hash ^ Lane.round(0, lane)) * P1 + P4;
  }
}

function avalanche(hash: u64): u64 {
  hash = (hash ^ (hash >> 33)) * P2;
  hash = (hash ^ (hash >> 29)) * P3;
  return hash ^ (hash >> 32);
}
