/** From this size on what the runtime has in machine code is faster than what follows. */
const LARGE = 128;

type Native = (parts: readonly Uint8Array[], size: number) => Uint8Array;

let native: Native | undefined;
let looked = false;

/** SHA-256 of parts end to end, at once: what `crypto.subtle` has only as a promise. */
export function sha256(...parts: Uint8Array[]): Uint8Array {
  let size = 0;
  for (const part of parts) size += part.length;
  if (size >= LARGE) {
    if (!looked) native = findNative();
    if (native !== undefined) return native(parts, size);
  }
  return inScript(parts, size);
}

/** The same, in hexadecimal. */
export function sha256Hex(...parts: Uint8Array[]): string {
  return toHex(sha256(...parts));
}

const pairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i++) text += pairs[bytes[i]];
  return text;
}

/** @throws RangeError */
export function fromHex(text: string): Uint8Array {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new RangeError(`no hexadecimal number: ${text.slice(0, 80)}`);
  const bytes = new Uint8Array(text.length >> 1);
  for (let i = 0; i < bytes.length; i++) bytes[i] = (digit(text.charCodeAt(2 * i)) << 4) | digit(text.charCodeAt(2 * i + 1));
  return bytes;
}

function digit(code: number): number {
  return code < 0x3a ? code - 0x30 : code - 0x57;
}

/** Node, Deno and Bun give their modules without an import, which a bundler for pages would stumble over. */
function findNative(): Native | undefined {
  looked = true;
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => Crypto | undefined } };
  const crypto = process?.getBuiltinModule?.("node:crypto");
  if (crypto === undefined) return undefined;
  const bytes = new Uint8Array(1 << 14);
  return (parts, size) => {
    // One piece at once is faster than several one by one. Not there before Node 20.12.
    if (crypto.hash !== undefined && size <= bytes.length) {
      let at = 0;
      for (const part of parts) {
        bytes.set(part, at);
        at += part.length;
      }
      return crypto.hash("sha256", bytes.subarray(0, size), "buffer");
    }
    const hash = crypto.createHash("sha256");
    for (const part of parts) hash.update(part);
    return hash.digest();
  };
}

interface Crypto {
  hash?(algorithm: string, bytes: Uint8Array, encoding: "buffer"): Uint8Array;
  createHash(algorithm: string): { update(bytes: Uint8Array): unknown; digest(): Uint8Array };
}

const K = new Int32Array(64);
const FIRST = new Int32Array(8);
const words = new Int32Array(64);
const state = new Int32Array(8);
const block = new Uint8Array(64);

/** The constants are the first bits of the fractions of square and cube roots of primes. */
function prepare(): void {
  for (let found = 0, number = 2; found < 64; number++) {
    let prime = true;
    for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) prime = false;
    if (!prime) continue;
    if (found < 8) FIRST[found] = fraction(Math.sqrt(number));
    K[found++] = fraction(Math.cbrt(number));
  }
}

function fraction(root: number): number {
  return ((root - Math.floor(root)) * 0x1_0000_0000) | 0;
}

function inScript(parts: readonly Uint8Array[], size: number): Uint8Array {
  if (K[0] === 0) prepare();
  state.set(FIRST);
  let filled = 0;
  for (const part of parts) {
    let at = 0;
    if (filled > 0) {
      const taken = Math.min(64 - filled, part.length);
      for (let i = 0; i < taken; i++) block[filled + i] = part[i];
      filled += taken;
      at = taken;
      if (filled < 64) continue;
      compress(block, 0);
      filled = 0;
    }
    for (; at + 64 <= part.length; at += 64) compress(part, at);
    for (; at < part.length; at++) block[filled++] = part[at];
  }
  block[filled++] = 0x80;
  if (filled > 56) {
    block.fill(0, filled);
    compress(block, 0);
    filled = 0;
  }
  block.fill(0, filled);
  // Sizes stay below 2^53 bits.
  writeWord(block, 56, Math.floor(size / 0x2000_0000));
  writeWord(block, 60, size << 3);
  compress(block, 0);
  const digest = new Uint8Array(32);
  for (let i = 0; i < 8; i++) writeWord(digest, i * 4, state[i]);
  return digest;
}

function writeWord(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word >>> 24;
  bytes[at + 1] = word >>> 16;
  bytes[at + 2] = word >>> 8;
  bytes[at + 3] = word;
}

function compress(bytes: Uint8Array, at: number): void {
  for (let i = 0; i < 16; i++, at += 4) words[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  for (let i = 16; i < 64; i++) {
    const x = words[i - 15];
    const y = words[i - 2];
    const low = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const high = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    words[i] = (words[i - 16] + low + words[i - 7] + high) | 0;
  }
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let i = 0; i < 64; i++) {
    const high = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const first = (h + high + ((e & f) ^ (~e & g)) + K[i] + words[i]) | 0;
    const low = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const second = (low + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}
