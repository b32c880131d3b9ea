import { LINK } from "../chain.ts";
import { join as joinBytes } from "../memory.ts";
import { sha256 } from "../sha256.ts";

// A log is batches, each written and flushed at once:
//
//    0  u32  "AIXW"      4  u32  size of the batch, a multiple of 8
//    8       pieces, each: u32 size of the piece | u16 bytes of the file's name | u16 1 if the file was deleted | u64 offset | u32 bytes | u32 0 |
//            the last 8 bytes of the journal's header | the name | the bytes | zeros up to a multiple of 8
// size - 8   the first eight bytes of the SHA-256 of all before

const MAGIC = 0x57584941;
const PIECE = 32;

/** What was written to a journal's file, or that it was deleted. */
export interface Piece {
  /** The file's. */
  name: string;
  deleted: boolean;
  /** The last eight bytes of the journal's. */
  header: Uint8Array;
  offset: number;
  bytes: Uint8Array;
}

export function writePiece({ name: file, deleted, header, offset, bytes }: Piece): Uint8Array {
  const name = new TextEncoder().encode(file);
  const piece = new Uint8Array((PIECE + name.length + bytes.length + 7) & ~7);
  const view = new DataView(piece.buffer);
  view.setUint32(0, piece.length, true);
  view.setUint16(4, name.length, true);
  view.setUint16(6, deleted ? 1 : 0, true);
  view.setBigUint64(8, BigInt(offset), true);
  view.setUint32(16, bytes.length, true);
  piece.set(header, 24);
  piece.set(name, PIECE);
  piece.set(bytes, PIECE + name.length);
  return piece;
}

export function batchOf(pieces: readonly Uint8Array[]): Uint8Array {
  const batch = joinBytes([new Uint8Array(8), ...pieces, new Uint8Array(LINK)]);
  const view = new DataView(batch.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, batch.length, true);
  batch.set(sha256(batch.subarray(0, batch.length - LINK)).subarray(0, LINK), batch.length - LINK);
  return batch;
}

/** The pieces of all whole batches. */
export function* piecesOf(log: Uint8Array): Generator<Piece> {
  const view = new DataView(log.buffer, log.byteOffset, log.byteLength);
  for (let at = 0; log.length - at >= 16 && view.getUint32(at, true) === MAGIC; ) {
    const end = at + view.getUint32(at + 4, true);
    if (end > log.length || end < at + 16) return;
    const hash = sha256(log.subarray(at, end - LINK));
    if (!log.subarray(end - LINK, end).every((byte, index) => byte === hash[index])) return;
    for (let next = at + 8; next < end - LINK; next += view.getUint32(next, true)) {
      const named = next + PIECE + view.getUint16(next + 4, true);
      yield {
        deleted: view.getUint16(next + 6, true) === 1,
        name: new TextDecoder().decode(log.subarray(next + PIECE, named)),
        header: log.subarray(next + 24, next + 32),
        offset: Number(view.getBigUint64(next + 8, true)),
        bytes: log.subarray(named, named + view.getUint32(next + 16, true)),
      };
    }
    at = end;
  }
}
