import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { type CheckedJournal, checkJournal, MemoryStore, type Store } from "../../host/stores/index.ts";
import { BEFORE } from "../../host/stores/journal-header.ts";
import { join as joinBytes } from "../../host/stores/memory.ts";
import { ROOT } from "../../tools/generate.ts";

// Journals of releases, as files: VERSION/NAME.journal, and what their headers name, once each, as blobs/HASH.gz.

const FOLDER = join(ROOT, "test/golden");
const BLOBS = join(FOLDER, "blobs");

/** A kept journal. */
export interface Golden {
  release: string;
  name: string;
  journal: Uint8Array;
}

/** All of all releases. */
export async function allGolden(): Promise<Golden[]> {
  const golden: Golden[] = [];
  for (const { name: release } of (await readdir(FOLDER, { withFileTypes: true })).filter((entry) => entry.isDirectory() && /^\d/.test(entry.name)))
    for (const file of (await readdir(join(FOLDER, release))).sort())
      golden.push({ release, name: file.replace(/\.journal$/, ""), journal: new Uint8Array(await readFile(join(FOLDER, release, file))) });
  return golden;
}

/** Keeps a run of a store as a release's. */
export async function keepGolden(store: Store, run: string, release: string, name: string): Promise<void> {
  const parts = [(await store.header(run)) as Uint8Array];
  for await (const chunk of store.read(run)) parts.push(chunk);
  const journal = joinBytes(parts);
  await mkdir(join(FOLDER, release), { recursive: true });
  await mkdir(BLOBS, { recursive: true });
  await writeFile(join(FOLDER, release, `${name}.journal`), journal);
  for (const hash of namedBy(checkJournal(journal))) {
    const bytes = await store.blob(hash);
    if (bytes === undefined) throw new Error(`${name}: ${hash} is not kept`);
    await writeFile(join(BLOBS, `${hash}.gz`), gzipSync(bytes, { level: 9 }));
  }
}

/** A store that has this journal up to an entry (default: all of it), and what it names. */
export async function storeOf({ journal }: Golden, entries = Number.POSITIVE_INFINITY): Promise<{ store: MemoryStore; checked: CheckedJournal }> {
  const checked = checkJournal(journal);
  const store = new MemoryStore();
  for (const hash of namedBy(checked)) await store.saveBlob(hash, new Uint8Array(gunzipSync(await readFile(join(BLOBS, `${hash}.gz`)))));
  const view = new DataView(journal.buffer, journal.byteOffset);
  const kept: Uint8Array[] = [];
  const start = view.getUint32(8, true);
  for (let at = start; at < journal.length && kept.length < entries; ) {
    const end = at + view.getUint32(at, true) + 8;
    kept.push(journal.slice(at, end));
    at = end;
  }
  await store.create(checked.header.run, journal.slice(0, start), kept);
  return { store, checked };
}

function namedBy({ header: { engine, inputs } }: CheckedJournal): string[] {
  const { [BEFORE]: _, ...kept } = inputs;
  return [engine, ...Object.values(kept)];
}
