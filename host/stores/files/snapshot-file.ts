import { readFileSync } from "node:fs";
import type { Snapshot } from "../store.ts";
import { unlessMissing, writeWhole } from "./whole-file.ts";

// 0  u64  how many entries of the journal it stands for
// 8       the state

export function writeSnapshot(path: string, { position, state }: Snapshot): void {
  const bytes = new Uint8Array(8 + state.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(position), true);
  bytes.set(state, 8);
  writeWhole(path, bytes);
}

export function readSnapshot(path: string): Snapshot | undefined {
  try {
    const bytes = readFileSync(path);
    if (bytes.length < 8) return undefined;
    return { position: Number(bytes.readBigUInt64LE(0)), state: new Uint8Array(bytes.subarray(8)) };
  } catch (error) {
    return unlessMissing(undefined)(error);
  }
}
