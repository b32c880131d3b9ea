import { Chain, entryOf, LINK } from "./chain.ts";
import { isEnd } from "./end-entry.ts";
import { BadJournal, RunErased, RunFenced } from "./errors.ts";
import { join } from "./memory.ts";
import type { RunKeys } from "./run-keys.ts";
import { sha256 } from "./sha256.ts";
import type { Claim, Snapshot, Store, StoredRun } from "./store.ts";

// A record that is sealed keeps its head, which holds no texts, so that its step, its time and its place in the chain are to be seen. Behind it, as
// one event of a kind that no core knows:
//
//   32  u32  bytes from here on, a multiple of 8      36  u16  255      38  u16  0
//   40  u32  bytes of what is sealed                  44  12 bytes: nonce
//   56       AES-256-GCM of the events, its tag of 16 bytes at the end; zeros
//
// Bit 14 of the head's flags says so. The head and the hash of the journal's header are authenticated with it. The links are those of the sealed
// records: the chain can be followed, and its head signed, by whoever has no key. The record of a run's end holds no texts, and is as it is.

const HEAD = 32;
const SEALED = 0x4000;
const KIND = 255;
const NONCE = 12;
const BODY = HEAD + 8 + 4 + NONCE;

interface Open {
  key: CryptoKey;
  /** The hash of the journal's header. */
  about: Uint8Array;
  /** Of the sealed records, and how many there are; undefined: not known yet. */
  chain: Chain | undefined;
  position: number;
}

/**
 * Journals and snapshots under a key for each run, in any store: erasing the key makes all texts of the run unreadable, wherever copies of them are,
 * and leaves the journal's chain as it is. Engines and definitions are not sealed: they are no run's own.
 */
export class SealedStore implements Store {
  readonly #store: Store;
  readonly #keys: RunKeys;
  readonly #open = new Map<string, Open>();

  constructor(store: Store, keys: RunKeys) {
    this.#store = store;
    this.#keys = keys;
  }

  get sealed(): Store {
    return this.#store;
  }

  async create(run: string, header: Uint8Array, entries: readonly Uint8Array[]): Promise<Claim> {
    const key = await importKey(await this.#keys.make(run));
    const open: Open = { key, about: sha256(header), chain: Chain.from(header), position: 0 };
    const claim = await this.#store.create(run, header, await seal(open, entries));
    this.#open.set(run, open);
    return claim;
  }

  claim(run: string): Promise<Claim> {
    this.#open.delete(run);
    return this.#store.claim(run);
  }

  async release(run: string, epoch: number): Promise<void> {
    this.#open.delete(run);
    await this.#store.release(run, epoch);
  }

  async append(run: string, at: Claim, entries: readonly Uint8Array[], durable: boolean): Promise<void> {
    try {
      if (!this.#open.has(run) && (await this.#store.header(run)) === undefined) throw new RunFenced(run);
      const open = await this.#opened(run);
      if (open.chain === undefined) await this.#follow(run, open);
      // Whoever is not where the journal ends is for the store to refuse: nothing that is sealed now counts.
      await this.#store.append(run, at, await seal(open, entries), durable);
    } catch (error) {
      this.#open.delete(run);
      throw error;
    }
  }

  header(run: string): Promise<Uint8Array | undefined> {
    return this.#store.header(run);
  }

  /** @throws RunErased, BadJournal where an entry is not what was sealed */
  async *read(run: string, from = 0): AsyncIterable<Uint8Array> {
    const header = await this.#store.header(run);
    let open: Open | undefined;
    const plain = header === undefined ? undefined : Chain.from(header);
    let position = 0;
    for await (const chunk of this.#store.read(run)) {
      open ??= await this.#opened(run);
      const parts: Uint8Array[] = [];
      for (const record of recordsIn(chunk)) {
        const entry = entryOf(await unseal(open, record), plain as Chain);
        if (position++ >= from) parts.push(entry);
      }
      if (parts.length > 0) yield join(parts);
    }
  }

  list(): AsyncIterable<StoredRun> {
    return this.#store.list();
  }

  async delete(run: string): Promise<void> {
    await this.#store.delete(run);
    await this.erase(run);
  }

  /** Makes the run's texts unreadable, for ever. Its journal stays, and can be verified. */
  async erase(run: string): Promise<void> {
    this.#open.delete(run);
    await this.#keys.erase(run);
  }

  async saveSnapshot(run: string, epoch: number, { position, state }: Snapshot): Promise<void> {
    const open = await this.#opened(run);
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE));
    const sealed = await crypto.subtle.encrypt(gcm(nonce, snapshotOf(open, position)), open.key, state as BufferSource);
    await this.#store.saveSnapshot(run, epoch, { position, state: join([nonce, new Uint8Array(sealed)]) });
  }

  async snapshot(run: string): Promise<Snapshot | undefined> {
    const found = await this.#store.snapshot(run);
    if (found === undefined) return undefined;
    const open = await this.#opened(run);
    try {
      const about = gcm(found.state.subarray(0, NONCE), snapshotOf(open, found.position));
      return { position: found.position, state: new Uint8Array(await crypto.subtle.decrypt(about, open.key, found.state.subarray(NONCE) as BufferSource)) };
    } catch {
      // It is a cache: the journal is the truth.
      return undefined;
    }
  }

  saveBlob(hash: string, bytes: Uint8Array): Promise<void> {
    return this.#store.saveBlob(hash, bytes);
  }

  blob(hash: string): Promise<Uint8Array | undefined> {
    return this.#store.blob(hash);
  }

  close(): Promise<void> {
    this.#open.clear();
    return this.#store.close();
  }

  async #opened(run: string): Promise<Open> {
    let open = this.#open.get(run);
    if (open === undefined) {
      const [key, header] = [await this.#keys.read(run), await this.#store.header(run)];
      if (key === undefined) throw new RunErased(run);
      open = { key: await importKey(key), about: sha256(header ?? new Uint8Array()), chain: undefined, position: 0 };
      this.#open.set(run, open);
    }
    return open;
  }

  /** Finds where the chain of the sealed records is. */
  async #follow(run: string, open: Open): Promise<void> {
    const chain = Chain.from((await this.#store.header(run)) ?? new Uint8Array());
    for await (const chunk of this.#store.read(run)) for (const record of recordsIn(chunk)) chain.link(record, new Uint8Array(LINK), 0);
    open.chain = chain;
  }
}

/** Whether a record is sealed. */
export function isSealed(record: Uint8Array): boolean {
  return !isEnd(record) && ((record[7] << 8) & SEALED) !== 0;
}

function* recordsIn(chunk: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  for (let at = 0; at < chunk.length; ) {
    const size = chunk.length - at < HEAD + LINK ? 0 : view.getUint32(at, true);
    if (size < HEAD || size + LINK > chunk.length - at) throw new BadJournal(at, "The sealed journal is cut off or damaged");
    yield chunk.subarray(at, at + size);
    at += size + LINK;
  }
}

async function seal(open: Open, entries: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const sealed: Uint8Array[] = [];
  for (const entry of entries) {
    const record = entry.subarray(0, entry.length - LINK);
    sealed.push(entryOf(isEnd(record) ? record : await sealRecord(open, record), open.chain as Chain));
  }
  return sealed;
}

async function sealRecord(open: Open, record: Uint8Array): Promise<Uint8Array> {
  const length = record.length - HEAD + 16;
  const size = (BODY + length + 7) & ~7;
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  bytes.set(record.subarray(0, HEAD));
  view.setUint32(0, size, true);
  view.setUint16(6, view.getUint16(6, true) | SEALED, true);
  view.setUint32(HEAD, size - HEAD, true);
  view.setUint16(HEAD + 4, KIND, true);
  view.setUint32(HEAD + 8, length, true);
  const nonce = crypto.getRandomValues(bytes.subarray(BODY - NONCE, BODY));
  const about = gcm(nonce, join([open.about, bytes.subarray(0, HEAD)]));
  bytes.set(new Uint8Array(await crypto.subtle.encrypt(about, open.key, record.subarray(HEAD) as BufferSource)), BODY);
  return bytes;
}

async function unseal(open: Open, record: Uint8Array): Promise<Uint8Array> {
  if (!isSealed(record)) return record;
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const length = record.length < BODY + 16 ? 0 : view.getUint32(HEAD + 8, true);
  const about = gcm(record.subarray(BODY - NONCE, BODY), join([open.about, record.subarray(0, HEAD)]));
  try {
    const body = new Uint8Array(await crypto.subtle.decrypt(about, open.key, record.subarray(BODY, BODY + length) as BufferSource));
    const plain = new Uint8Array(HEAD + body.length);
    plain.set(record.subarray(0, HEAD));
    plain.set(body, HEAD);
    const head = new DataView(plain.buffer);
    head.setUint32(0, plain.length, true);
    head.setUint16(6, head.getUint16(6, true) & ~SEALED, true);
    return plain;
  } catch (error) {
    throw new BadJournal(0, `The record of step ${view.getUint32(8, true)} is not what was sealed under this run's key: ${(error as Error).name}`);
  }
}

function snapshotOf(open: Open, position: number): Uint8Array {
  return join([open.about, new TextEncoder().encode(`snapshot ${position}`)]);
}

function gcm(nonce: Uint8Array, about: Uint8Array): AesGcmParams {
  return { name: "AES-GCM", iv: nonce as BufferSource, additionalData: about as BufferSource };
}

function importKey(bytes: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", bytes as BufferSource, "AES-GCM", false, ["encrypt", "decrypt"]);
}
