import { BadJournal, RunMissing } from "./errors.ts";
import { JournalReader } from "./journal-file.ts";
import { toHex } from "./sha256.ts";
import type { Store } from "./store.ts";

/** Where a journal's chain stands. */
export interface Head {
  run: string;
  /** Entries of the journal, that of its end included. */
  entries: number;
  /** The chain's hash over header and entries: 64 hexadecimal digits. */
  head: string;
}

/** A head that somebody vouches for. */
export interface SignedHead extends Head {
  /** Ed25519 over `aixlet head`, run, entries and head, a line each: 128 hexadecimal digits. */
  signature: string;
}

/** Follows a journal's chain from its header to its end; of a sealed one, too, without its key. @throws RunMissing, BadJournal */
export async function headOf(store: Store, run: string): Promise<Head> {
  return (await headsOf(store, run, -1)).last;
}

/** Signs where a journal stands now. The journal may go on: what is behind it is vouched for by a later signature. */
export async function signHead(store: Store, run: string, key: CryptoKey): Promise<SignedHead> {
  const head = await headOf(store, run);
  return { ...head, signature: toHex(new Uint8Array(await crypto.subtle.sign("Ed25519", key, textOf(head)))) };
}

/**
 * Follows the chain, and proves that the journal begins with what was signed: that nothing of it was changed, left out or written anew.
 * @throws BadJournal where it does not
 */
export async function verifyHead(store: Store, signed: SignedHead, key: CryptoKey): Promise<Head> {
  const { at, last } = await headsOf(store, signed.run, signed.entries);
  const signature = /^[0-9a-f]{128}$/.test(signed.signature)
    ? Uint8Array.from(signed.signature.match(/../g) as string[], (byte) => Number.parseInt(byte, 16))
    : new Uint8Array();
  if (!(await crypto.subtle.verify("Ed25519", key, signature, textOf(signed))))
    throw new BadJournal(0, "The signature is not of this key, or not of this head");
  if (last.entries < signed.entries) throw new BadJournal(0, `The journal has ${last.entries} entries, and ${signed.entries} were signed`);
  if (at !== signed.head) throw new BadJournal(0, "The journal is another one than was signed: it has been written anew");
  return last;
}

async function headsOf(store: Store, run: string, wanted: number): Promise<{ at: string | undefined; last: Head }> {
  const header = await store.header(run);
  if (header === undefined) throw new RunMissing(run);
  const reader = new JournalReader(header);
  let at = wanted === 0 ? toHex(reader.head) : undefined;
  for await (const chunk of store.read(run)) {
    // One entry at a time, since a head is between two.
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let from = 0; from < chunk.length; ) {
      const size = chunk.length - from < 4 ? chunk.length : view.getUint32(from, true) + 8;
      for (const _ of reader.records(chunk.subarray(from, from + size)));
      if (reader.position === wanted) at = toHex(reader.head);
      from += size;
    }
  }
  return { at, last: { run, entries: reader.position, head: toHex(reader.head) } };
}

function textOf({ run, entries, head }: Head): BufferSource {
  return new TextEncoder().encode(`aixlet head\n${run}\n${entries}\n${head}`);
}
