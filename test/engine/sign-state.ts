// XXH64 and the digest of a saved run, for tests that forge one.

const mask = (1n << 64n) - 1n;
const primes = [0x9e3779b185ebca87n, 0xc2b2ae3d27d4eb4fn, 0x165667b19e3779f9n, 0x85ebca77c2b2ae63n, 0x27d4eb2f165667c5n];
const turn = (value: bigint, by: bigint): bigint => ((value << by) | ((value & mask) >> (64n - by))) & mask;

/** XXH64 in its plainest form, over whole words. */
function xxh64(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [p1, p2, p3, p4, p5] = primes;
  const round = (lane: bigint, word: bigint) => (turn((lane + word * p2) & mask, 31n) * p1) & mask;
  let at = 0;
  let hash = p5;
  if (bytes.length >= 32) {
    const lanes = [(p1 + p2) & mask, p2, 0n, -p1 & mask];
    for (; at + 32 <= bytes.length; at += 32) for (let i = 0; i < 4; i++) lanes[i] = round(lanes[i], view.getBigUint64(at + i * 8, true));
    hash = (turn(lanes[0], 1n) + turn(lanes[1], 7n) + turn(lanes[2], 12n) + turn(lanes[3], 18n)) & mask;
    for (const lane of lanes) hash = ((hash ^ round(0n, lane)) * p1 + p4) & mask;
  }
  hash = (hash + BigInt(bytes.length)) & mask;
  for (; at < bytes.length; at += 8) hash = (turn(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * p1 + p4) & mask;
  hash = ((hash ^ (hash >> 33n)) * p2) & mask;
  hash = ((hash ^ (hash >> 29n)) * p3) & mask;
  return hash ^ (hash >> 32n);
}

/** Gives a forged state of a run the digest that fits it. */
export function sign(state: Uint8Array): void {
  new DataView(state.buffer, state.byteOffset).setBigUint64(16, xxh64(state.subarray(24)), true);
}
