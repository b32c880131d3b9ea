import { AixletError } from "../errors.ts";
import { nextEpoch } from "./epoch.ts";
import { RunExists, RunFenced, RunMissing, StoreFailed } from "./errors.ts";
import { join } from "./memory.ts";
import { type Claim, type Snapshot, type Store, type StoredRun, TAIL } from "./store.ts";

interface KeptRun {
  id: string;
  epoch: number;
  position: number;
  bytes: number;
  header: Uint8Array;
  tail: Uint8Array;
}

const RUNS = "runs";
const ENTRIES = "entries";
const SNAPSHOTS = "snapshots";
const BLOBS = "blobs";
const ALL = [RUNS, ENTRIES, SNAPSHOTS, BLOBS];
/** Entries that are read at a time. */
const PAGE = 500;

/**
 * Journals in a browser's IndexedDB, for one origin. An append is a transaction, of strict durability where that was asked for. Whoever claims a run,
 * in this tab or another one, fences the writer before.
 */
export class IndexedDbStore implements Store {
  readonly #name: string;
  #database: Promise<IDBDatabase> | undefined;

  constructor(name = "aixlet") {
    this.#name = name;
  }

  create(run: string, header: Uint8Array, entries: readonly Uint8Array[]): Promise<Claim> {
    return this.#change([RUNS, ENTRIES], true, async (at) => {
      if ((await asked(at(RUNS).getKey(run))) !== undefined) throw new RunExists(run);
      const epoch = nextEpoch();
      put(at(RUNS), { id: run, epoch, position: entries.length, bytes: header.length + sizeOf(entries), header, tail: tailOf(entries) });
      add(at(ENTRIES), run, 0, entries);
      return { epoch, position: entries.length };
    });
  }

  claim(run: string): Promise<Claim> {
    return this.#change([RUNS], true, async (at) => {
      const kept = (await asked(at(RUNS).get(run))) as KeptRun | undefined;
      if (kept === undefined) throw new RunMissing(run);
      kept.epoch = nextEpoch(kept.epoch);
      put(at(RUNS), kept);
      return { epoch: kept.epoch, position: kept.position };
    });
  }

  /** The next claim fences this one. */
  release(run: string, epoch: number): Promise<void> {
    return this.#change([RUNS], false, async (at) => {
      const kept = (await asked(at(RUNS).get(run))) as KeptRun | undefined;
      if (kept?.epoch === epoch) put(at(RUNS), { ...kept, epoch: nextEpoch(epoch) });
    });
  }

  append(run: string, claim: Claim, entries: readonly Uint8Array[], durable: boolean): Promise<void> {
    return this.#change([RUNS, ENTRIES], durable, async (at) => {
      const kept = (await asked(at(RUNS).get(run))) as KeptRun | undefined;
      if (kept === undefined || kept.epoch !== claim.epoch || kept.position !== claim.position) throw new RunFenced(run);
      put(at(RUNS), { ...kept, position: kept.position + entries.length, bytes: kept.bytes + sizeOf(entries), tail: tailOf(entries) });
      add(at(ENTRIES), run, claim.position, entries);
    });
  }

  cut(run: string, claim: Claim, header: Uint8Array, entries: readonly Uint8Array[]): Promise<void> {
    return this.#change([RUNS, ENTRIES, SNAPSHOTS], true, async (at) => {
      const kept = (await asked(at(RUNS).get(run))) as KeptRun | undefined;
      if (kept === undefined || kept.epoch !== claim.epoch || kept.position !== claim.position) throw new RunFenced(run);
      put(at(RUNS), { ...kept, header, position: entries.length, bytes: header.length + sizeOf(entries), tail: tailOf(entries) });
      at(SNAPSHOTS).delete(run);
      at(ENTRIES).delete(IDBKeyRange.bound([run], [run, []]));
      add(at(ENTRIES), run, 0, entries);
    });
  }

  async header(run: string): Promise<Uint8Array | undefined> {
    return (await this.#run(run))?.header;
  }

  async *read(run: string, from = 0): AsyncIterable<Uint8Array> {
    const kept = await this.#run(run);
    if (kept === undefined) throw new RunMissing(run);
    for (let position = from; position < kept.position; position += PAGE) {
      const range = IDBKeyRange.bound([run, position], [run, Math.min(position + PAGE, kept.position)], false, true);
      yield join((await this.#look(ENTRIES, (entries) => entries.getAll(range))) as Uint8Array[]);
    }
  }

  async *list(): AsyncIterable<StoredRun> {
    for (let after: string | undefined; ; ) {
      const range = after === undefined ? undefined : IDBKeyRange.lowerBound(after, true);
      const runs = (await this.#look(RUNS, (kept) => kept.getAll(range, PAGE))) as KeptRun[];
      for (const { id, bytes, header, tail } of runs) yield { id, bytes, header, tail };
      if (runs.length < PAGE) return;
      after = runs[runs.length - 1].id;
    }
  }

  delete(run: string): Promise<void> {
    return this.#change([RUNS, ENTRIES, SNAPSHOTS], true, async (at) => {
      at(RUNS).delete(run);
      at(SNAPSHOTS).delete(run);
      at(ENTRIES).delete(IDBKeyRange.bound([run], [run, []]));
    });
  }

  saveSnapshot(run: string, epoch: number, { position, state }: Snapshot): Promise<void> {
    return this.#change([RUNS, SNAPSHOTS], false, async (at) => {
      const kept = (await asked(at(RUNS).get(run))) as KeptRun | undefined;
      if (kept?.epoch !== epoch) throw new RunFenced(run);
      at(SNAPSHOTS).put({ position, state: own(state) }, run);
    });
  }

  snapshot(run: string): Promise<Snapshot | undefined> {
    return this.#look(SNAPSHOTS, (snapshots) => snapshots.get(run)) as Promise<Snapshot | undefined>;
  }

  saveBlob(hash: string, bytes: Uint8Array): Promise<void> {
    return this.#change([BLOBS], true, async (at) => {
      if ((await asked(at(BLOBS).getKey(hash))) === undefined) at(BLOBS).put(own(bytes), hash);
    });
  }

  blob(hash: string): Promise<Uint8Array | undefined> {
    return this.#look(BLOBS, (blobs) => blobs.get(hash)) as Promise<Uint8Array | undefined>;
  }

  async close(): Promise<void> {
    const database = await this.#database?.catch(() => undefined);
    this.#database = undefined;
    database?.close();
  }

  #run(run: string): Promise<KeptRun | undefined> {
    return this.#look(RUNS, (runs) => runs.get(run)) as Promise<KeptRun | undefined>;
  }

  #opened(): Promise<IDBDatabase> {
    if (this.#database === undefined) {
      this.#database = openDatabase(this.#name);
      this.#database.then(
        // Another tab has a newer version of this, or wants the database gone.
        (database) => (database.onversionchange = () => database.close()),
        () => (this.#database = undefined),
      );
    }
    return this.#database;
  }

  async #look(store: string, ask: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
    try {
      const database = await this.#opened();
      return await asked(ask(database.transaction(store).objectStore(store)));
    } catch (error) {
      throw ownError(error);
    }
  }

  /** Does something in a transaction; resolves when it is complete. What `work` throws takes all of it back. */
  async #change<T>(stores: string[], durable: boolean, work: (at: (store: string) => IDBObjectStore) => Promise<T>): Promise<T> {
    try {
      const database = await this.#opened();
      const transaction = database.transaction(stores, "readwrite", { durability: durable ? "strict" : "relaxed" });
      const complete = new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve();
        transaction.onabort = () => reject(transaction.error ?? new Error("the transaction was aborted"));
      });
      let value: T;
      try {
        value = await work((store) => transaction.objectStore(store));
      } catch (error) {
        complete.catch(() => {});
        transaction.abort();
        throw error;
      }
      await complete;
      return value;
    } catch (error) {
      throw ownError(error);
    }
  }
}

function openDatabase(name: string): Promise<IDBDatabase> {
  const opening = indexedDB.open(name, 1);
  opening.onupgradeneeded = () => {
    const database = opening.result;
    for (const store of ALL) database.createObjectStore(store, store === RUNS ? { keyPath: "id" } : undefined);
  };
  return asked(opening) as Promise<IDBDatabase>;
}

function asked(request: IDBRequest): Promise<unknown> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function put(runs: IDBObjectStore, run: KeptRun): void {
  runs.put({ ...run, header: own(run.header), tail: own(run.tail) });
}

function add(kept: IDBObjectStore, run: string, from: number, entries: readonly Uint8Array[]): void {
  for (const [index, entry] of entries.entries()) kept.put(own(entry), [run, from + index]);
}

/** What is kept is the whole piece of memory that bytes lie in: so they are to have one of their own. */
function own(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
}

function sizeOf(entries: readonly Uint8Array[]): number {
  return entries.reduce((sum, { length }) => sum + length, 0);
}

function tailOf(entries: readonly Uint8Array[]): Uint8Array {
  return entries[entries.length - 1].slice(-TAIL);
}

function ownError(error: unknown): AixletError {
  return AixletError.isInstance(error)
    ? error
    : new StoreFailed(`IndexedDB could not be used: ${error instanceof Error ? error.message || error.name : String(error)}`, error);
}
