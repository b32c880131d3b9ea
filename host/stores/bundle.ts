import { BadJournal, RunMissing, StoreFailed } from "./errors.ts";
import { checkJournal } from "./journal-file.ts";
import { BEFORE, headerSize, type readHeader } from "./journal-header.ts";
import { join } from "./memory.ts";
import { sha256Hex } from "./sha256.ts";
import type { Store } from "./store.ts";

// A run in one file: its journal, and what the journal's header names. docs/journal.md
//
//    0  u32  "AIXB"       4  u16  version: 1      6  u16  number of parts
//    8       the parts, each: u64 bytes, the bytes, zeros up to a multiple of 8
//
// The first part is the journal; each other one is known by its hash.

const MAGIC = 0x42584941;
const VERSION = 1;

/** A stored run as one file, with the engine and the definition that it was begun with. @throws RunMissing, BadJournal, StoreFailed */
export async function exportRun(store: Store, run: string): Promise<Uint8Array> {
  const header = await store.header(run);
  if (header === undefined) throw new RunMissing(run);
  const chunks = [header];
  for await (const chunk of store.read(run)) chunks.push(chunk);
  const journal = join(chunks);
  const parts = [journal];
  for (const hash of hashesOf(checkJournal(journal).header)) {
    const blob = await store.blob(hash);
    if (blob === undefined) throw new StoreFailed(`What the journal names by the hash ${hash} is not in the store`);
    parts.push(blob);
  }
  const head = new Uint8Array(8);
  const view = new DataView(head.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, VERSION, true);
  view.setUint16(6, parts.length, true);
  return join([head, ...parts.flatMap((bytes) => [sizeOf(bytes), bytes, new Uint8Array(-bytes.length & 7)])]);
}

/**
 * Takes a run in that was exported; gives its id. It can be resumed here, as far as nobody resumes it where it came from.
 * @throws BadJournal with the offset of what cannot be, RunExists, StoreFailed
 */
export async function importRun(store: Store, bundle: Uint8Array): Promise<string> {
  const [journal, ...blobs] = partsOf(bundle);
  const { header, records } = checkJournal(journal);
  if (records.length === 0) throw new BadJournal(8, "The run has not begun");
  const wanted = new Set(hashesOf(header));
  for (const blob of blobs) {
    const hash = sha256Hex(blob);
    if (!wanted.delete(hash)) throw new BadJournal(8, `The file holds something that the journal does not name: ${hash}`);
    await store.saveBlob(hash, blob);
  }
  for (const hash of wanted) throw new BadJournal(8, `The file lacks what the journal names: ${hash}`);
  const start = headerSize(journal);
  const claim = await store.create(header.run, journal.slice(0, start), entriesOf(journal.subarray(start)));
  await store.release(header.run, claim.epoch);
  return header.run;
}

/** Whether bytes begin as an exported run does. */
export function isBundle(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true) === MAGIC;
}

function partsOf(bundle: Uint8Array): Uint8Array[] {
  if (!isBundle(bundle)) throw new BadJournal(0, "This is no exported run");
  const view = new DataView(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  if (view.getUint16(4, true) !== VERSION) throw new BadJournal(4, "The file is of another version of aixlet");
  const parts: Uint8Array[] = [];
  let at = 8;
  for (let left = view.getUint16(6, true); left > 0; left--) {
    const size = bundle.length - at < 8 ? undefined : view.getBigUint64(at, true);
    if (size === undefined || size > BigInt(bundle.length - at - 8)) throw new BadJournal(at, "The file is cut off or damaged");
    const end = at + 8 + Number(size);
    parts.push(bundle.slice(at + 8, end));
    at = (end + 7) & ~7;
    if (at > bundle.length || bundle.subarray(end, at).some((byte) => byte !== 0)) throw new BadJournal(end, "The file is cut off or damaged");
  }
  if (at !== bundle.length || parts.length === 0) throw new BadJournal(at, "The file is cut off or damaged");
  return parts;
}

function hashesOf({ engine, inputs }: ReturnType<typeof readHeader>): string[] {
  const { [BEFORE]: _, ...kept } = inputs;
  return [...new Set([engine, ...Object.values(kept)])];
}

function entriesOf(entries: Uint8Array): Uint8Array[] {
  const view = new DataView(entries.buffer, entries.byteOffset, entries.byteLength);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < entries.length; ) {
    const end = at + view.getUint32(at, true) + 8;
    parts.push(entries.subarray(at, end));
    at = end;
  }
  return parts;
}

function sizeOf(bytes: Uint8Array): Uint8Array {
  const size = new Uint8Array(8);
  new DataView(size.buffer).setBigUint64(0, BigInt(bytes.length), true);
  return size;
}
