import { BadJournal } from "./errors.ts";
import { LINK } from "./chain.ts";
import { fromHex, sha256, toHex } from "./sha256.ts";

// The header of a journal. Little-endian; docs/journal.md.
//
//    0  u32  "AIXJ"
//    4  u16  version: 1       6  u16  flags: 0
//    8  u32  size of the header, a multiple of 8
//   12  u32  version of the protocol, major * 65536 + minor
//   16  u64  when it was begun, milliseconds since 1970
//   24  32   SHA-256 of the engine: core.wasm without custom sections
//   56  32   SHA-256 of the definition before variables are put in
//   88  u16  bytes of the run's id     90  u16  number of other inputs
//   92       the id; then of each input: u8 bytes of its name, the name, 32 bytes of SHA-256; zeros
// size - 8   the first eight bytes of the SHA-256 of all before

export interface JournalHeader {
  /** The run's id. */
  run: string;
  /** Milliseconds since 1970. */
  created: number;
  /** Major * 65536 + minor. */
  protocol: number;
  /** SHA-256 in hexadecimal, as all hashes here. */
  engine: string;
  definition: string;
  /** Whatever else the run depends on, by name; kept in the store as blobs. */
  inputs: Readonly<Record<string, string>>;
}

/** The name under which the header of a journal that was cut names the hash of all that was before: the one input that nothing is kept of. */
export const BEFORE = "before";

export const MAGIC = 0x4a584941;
const VERSION = 1;
const FIXED = 92;
const HASH = 32;
const encoder = new TextEncoder();
/** So that a damaged size is not believed. */
const MOST = 1 << 20;

export function writeHeader({ run, created, protocol, engine, definition, inputs }: JournalHeader): Uint8Array {
  const id = encoder.encode(run);
  if (id.length < 1 || id.length > 64) throw new RangeError("a run's id has 1 to 64 bytes");
  const others = Object.entries(inputs).map(([name, hash]) => ({ name: encoder.encode(name), hash: hashOf(hash) }));
  const used = others.reduce((sum, { name }) => sum + 1 + name.length + HASH, FIXED + id.length);
  const size = ((used + 7) & ~7) + LINK;
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, VERSION, true);
  view.setUint32(8, size, true);
  view.setUint32(12, protocol, true);
  view.setBigUint64(16, BigInt(created), true);
  bytes.set(hashOf(engine), 24);
  bytes.set(hashOf(definition), 56);
  view.setUint16(88, id.length, true);
  view.setUint16(90, others.length, true);
  bytes.set(id, FIXED);
  let at = FIXED + id.length;
  for (const { name, hash } of others) {
    bytes[at] = name.length;
    bytes.set(name, at + 1);
    bytes.set(hash, at + 1 + name.length);
    at += 1 + name.length + HASH;
  }
  bytes.set(sha256(bytes.subarray(0, size - LINK)).subarray(0, LINK), size - LINK);
  return bytes;
}

/** Runs of one engine have all hashes in common. */
const known = new Map<string, Uint8Array>();

function hashOf(text: string): Uint8Array {
  let hash = known.get(text);
  if (hash === undefined) {
    hash = fromHex(text);
    if (hash.length !== HASH) throw new RangeError(`no hash: ${text.slice(0, 80)}`);
    if (known.size >= 64) known.clear();
    known.set(text, hash);
  }
  return hash;
}

/** The size of the header that a journal begins with. @throws BadJournal */
export function headerSize(journal: Uint8Array): number {
  const view = new DataView(journal.buffer, journal.byteOffset, journal.byteLength);
  if (journal.length < 12 || view.getUint32(0, true) !== MAGIC) throw new BadJournal(0, "This is no journal of a run");
  if (view.getUint16(4, true) !== VERSION)
    throw new BadJournal(4, `The journal is of version ${view.getUint16(4, true)}, which this version of aixlet cannot read`);
  const size = view.getUint32(8, true);
  if (size < FIXED + LINK || size % 8 !== 0 || size > MOST || size > journal.length) throw new BadJournal(8, "The journal's header is cut off or damaged");
  return size;
}

/** What the header of a journal says; `journal` may go on behind it. @throws BadJournal */
export function readHeader(journal: Uint8Array): JournalHeader {
  const size = headerSize(journal);
  const hash = sha256(journal.subarray(0, size - LINK));
  for (let i = 0; i < LINK; i++) if (journal[size - LINK + i] !== hash[i]) throw new BadJournal(size - LINK, "The journal's header is damaged");
  const view = new DataView(journal.buffer, journal.byteOffset, size - LINK);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  // From here on it is as somebody wrote it, but that need not have been us.
  try {
    if (view.getUint16(6, true) !== 0) throw new RangeError("unknown flags");
    let at = FIXED + view.getUint16(88, true);
    const run = decoder.decode(journal.subarray(FIXED, at));
    if (at === FIXED || at > FIXED + 64 || at > size - LINK) throw new RangeError("a run's id has 1 to 64 bytes");
    const inputs: Record<string, string> = Object.create(null);
    for (let left = view.getUint16(90, true); left > 0; left--) {
      const length = view.getUint8(at);
      const end = at + 1 + length + HASH;
      if (end > size - LINK) throw new RangeError("an input leaves the header");
      const name = decoder.decode(journal.subarray(at + 1, at + 1 + length));
      inputs[name] = toHex(journal.subarray(end - HASH, end));
      at = end;
    }
    const created = Number(view.getBigUint64(16, true));
    if (!Number.isSafeInteger(created)) throw new RangeError("no time");
    return {
      run,
      created,
      protocol: view.getUint32(12, true),
      engine: toHex(journal.subarray(24, 56)),
      definition: toHex(journal.subarray(56, 88)),
      inputs: { ...inputs },
    };
  } catch (error) {
    throw new BadJournal(FIXED, `The journal's header is not well-formed: ${(error as Error).message}`);
  }
}

/** Whether what cannot be read as a header is the beginning of one that was not written to its end. */
export function isTornHeader(journal: Uint8Array): boolean {
  if (journal.every((byte) => byte === 0)) return true;
  const begun = new Uint8Array(12);
  begun.set(journal.subarray(0, 12));
  const view = new DataView(begun.buffer);
  const given = Math.min(journal.length, 12);
  const like = new Uint8Array(12);
  new DataView(like.buffer).setUint32(0, MAGIC, true);
  like[4] = VERSION;
  for (let at = 0; at < Math.min(given, 8); at++) if (begun[at] !== like[at]) return false;
  if (given < 12) return true;
  const size = view.getUint32(8, true);
  if (size <= journal.length || size > MOST) return false;
  // A header that is whole, and only its size is not what was written.
  // Not by `slice`, which of a Buffer is no copy.
  const copy = new Uint8Array(journal.subarray(0, MOST));
  for (let end = (FIXED + LINK + 7) & ~7; end <= copy.length && end < 4096; end += 8) {
    new DataView(copy.buffer).setUint32(8, end, true);
    const link = sha256(copy.subarray(0, end - LINK));
    if (copy.subarray(end - LINK, end).every((byte, at) => byte === link[at])) return false;
  }
  return true;
}
