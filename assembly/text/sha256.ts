// SHA-256 (FIPS 180-4), for what has to withstand an attacker: the hash of a definition, the chain of a journal.
//
//   eight words of hash | bytes taken | the block that is not full yet (64)

const ROUNDS: usize = memory.data<u32>([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74,
  0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d,
  0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e,
  0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5,
  0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);
/** The message schedule of the block at hand. */
const schedule: usize = memory.data(256, 8);

@unmanaged
export class Sha256 {
  a: u32;
  b: u32;
  c: u32;
  d: u32;
  e: u32;
  f: u32;
  g: u32;
  h: u32;
  taken: u64;
  private block0: u64;
  private block1: u64;
  private block2: u64;
  private block3: u64;
  private block4: u64;
  private block5: u64;
  private block6: u64;
  private block7: u64;

  private get block(): usize {
    return changetype<usize>(this) + offsetof<Sha256>("block0");
  }

  begin(): this {
    this.a = 0x6a09e667;
    this.b = 0xbb67ae85;
    this.c = 0x3c6ef372;
    this.d = 0xa54ff53a;
    this.e = 0x510e527f;
    this.f = 0x9b05688c;
    this.g = 0x1f83d9ab;
    this.h = 0x5be0cd19;
    this.taken = 0;
    return this;
  }

  update(at: usize, length: u32): this {
    const held = <u32>this.taken & 63;
    this.taken += length;
    if (held) {
      const some = min(length, 64 - held);
      memory.copy(this.block + held, at, some);
      if (held + some < 64) return this;
      this.compress(this.block);
      at += some;
      length -= some;
    }
    for (; length >= 64; length -= 64) {
      this.compress(at);
      at += 64;
    }
    memory.copy(this.block, at, length);
    return this;
  }

  /** Writes the 32 bytes of the hash; what was taken is then used up. */
  finish(out: usize): void {
    const block = this.block;
    const held = <u32>this.taken & 63;
    store<u8>(block + held, 0x80);
    memory.fill(block + held + 1, 0, 63 - held);
    if (held >= 56) {
      this.compress(block);
      memory.fill(block, 0, 56);
    }
    store<u64>(block, bswap<u64>(this.taken << 3), 56);
    this.compress(block);
    for (let i: usize = 0; i < 32; i += 4) store<u32>(out + i, bswap<u32>(load<u32>(changetype<usize>(this) + i)));
  }

  private compress(block: usize): void {
    for (let i: usize = 0; i < 64; i += 4) store<u32>(schedule + i, bswap<u32>(load<u32>(block + i)));
    for (let i: usize = schedule; i < schedule + 192; i += 4) {
      const early = load<u32>(i, 4);
      const late = load<u32>(i, 56);
      const s0 = rotr<u32>(early, 7) ^ rotr<u32>(early, 18) ^ (early >> 3);
      const s1 = rotr<u32>(late, 17) ^ rotr<u32>(late, 19) ^ (late >> 10);
      store<u32>(i, load<u32>(i) + s0 + load<u32>(i, 36) + s1, 64);
    }
    let a = this.a;
    let b = this.b;
    let c = this.c;
    let d = this.d;
    let e = this.e;
    let f = this.f;
    let g = this.g;
    let h = this.h;
    for (let i: usize = 0; i < 256; i += 4) {
      const choice = g ^ (e & (f ^ g));
      const majority = (a & b) | (c & (a | b));
      const s1 = rotr<u32>(e, 6) ^ rotr<u32>(e, 11) ^ rotr<u32>(e, 25);
      const s0 = rotr<u32>(a, 2) ^ rotr<u32>(a, 13) ^ rotr<u32>(a, 22);
      const t = h + s1 + choice + load<u32>(ROUNDS + i) + load<u32>(schedule + i);
      h = g;
      g = f;
      f = e;
      e = d + t;
      d = c;
      c = b;
      b = a;
      a = t + s0 + majority;
    }
    this.a += a;
    this.b += b;
    this.c += c;
    this.d += d;
    this.e += e;
    this.f += f;
    this.g += g;
    this.h += h;
  }
}

const whole: usize = memory.data(offsetof<Sha256>(), 8);

/** The hash of one text, written to the 32 bytes at `out`. */
export function sha256(at: usize, length: u32, out: usize): void {
  changetype<Sha256>(whole).begin().update(at, length).finish(out);
}
