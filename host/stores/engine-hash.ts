import { sha256Hex } from "./sha256.ts";

/** The core as it is kept and named: without custom sections, which say nothing that it does. */
export function plainCore(module: Uint8Array): Uint8Array {
  if (module.length < 8 || module[0] !== 0 || module[1] !== 0x61 || module[2] !== 0x73 || module[3] !== 0x6d)
    throw new RangeError("this is no WebAssembly module");
  const kept: Uint8Array[] = [module.subarray(0, 8)];
  for (let at = 8; at < module.length; ) {
    const begin = at;
    const id = module[at++];
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = module[at++];
      if (byte === undefined || shift > 28) throw new RangeError(`the WebAssembly module is damaged at byte ${begin}`);
      size += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    at += size;
    if (at > module.length) throw new RangeError(`the WebAssembly module is damaged at byte ${begin}`);
    if (id !== 0) kept.push(module.subarray(begin, at));
  }
  const plain = new Uint8Array(kept.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of kept) {
    plain.set(part, at);
    at += part.length;
  }
  return plain;
}

/** SHA-256 of the core without its custom sections. */
export function engineHash(module: Uint8Array): string {
  return sha256Hex(plainCore(module));
}
