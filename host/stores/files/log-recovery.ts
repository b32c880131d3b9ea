import { closeSync, constants, openSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { LINK } from "../chain.ts";
import { headerSize, isTornHeader } from "../journal-header.ts";
import { flushNow, writeAll } from "./descriptors.ts";
import { type Piece, piecesOf } from "./log-pieces.ts";
import { codeOf, unlinkIfThere } from "./whole-file.ts";

/**
 * Puts what the logs of a writer hold, who is dead, where it belongs, and takes the logs away. Where nothing was lost that changes nothing, whoever
 * else does the same at the time.
 */
export function recoverLogs(path: string, journals: string): void {
  const prefix = `${basename(path)}.`;
  const logs = readdirSync(dirname(path)).filter((name) => name.startsWith(prefix) && name.endsWith(".log"));
  const numberOf = (name: string) => Number(name.slice(prefix.length, -".log".length));
  for (const log of logs.sort((left, right) => numberOf(left) - numberOf(right))) {
    const file = join(dirname(path), log);
    const bytes = readIfThere(file);
    const restored = new Set<string>();
    for (const piece of piecesOf(bytes)) if (restore(join(journals, piece.name), piece)) restored.add(piece.name);
    // Somebody else may have deleted what this writer made.
    for (const other of readdirSync(dirname(path))) {
      if (!other.endsWith(".log") || other === log) continue;
      for (const piece of piecesOf(readIfThere(join(dirname(path), other)))) if (piece.deleted) restore(join(journals, piece.name), piece);
    }
    for (const name of restored) flushNow(join(journals, name));
    if (restored.size > 0) flushNow(journals);
    unlinkIfThere(file);
  }
}

function readIfThere(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return new Uint8Array(0);
    throw error;
  }
}

/** Does a piece again, if its journal lacks it; gives whether there is something to flush. */
function restore(path: string, { name, deleted, header, offset, bytes }: Piece): boolean {
  if (basename(name) !== name) return false;
  const journal = readIfThere(path);
  if (deleted) {
    if (journal.length > 0 && isOf(journal, header, offset)) unlinkIfThere(path);
    return false;
  }
  if (journal.length === 0 ? offset > 0 : !isOf(journal, header, offset)) return false;
  const there = journal.subarray(offset, offset + bytes.length);
  if (there.length === bytes.length && there.every((byte, index) => byte === bytes[index])) return false;
  // Not "w": what stands behind is another piece's.
  const descriptor = openSync(path, constants.O_WRONLY | constants.O_CREAT, 0o600);
  try {
    writeAll(descriptor, bytes, offset);
    return true;
  } finally {
    closeSync(descriptor);
  }
}

/** Whether a journal is the one with this header: it may have been deleted, and another one have its name. */
function isOf(journal: Uint8Array, header: Uint8Array, offset: number): boolean {
  try {
    const size = headerSize(journal);
    return header.every((byte, index) => byte === journal[size - LINK + index]);
  } catch {
    // Of a journal that was lost whole the first piece has the header.
    return offset === 0 && isTornHeader(journal);
  }
}
