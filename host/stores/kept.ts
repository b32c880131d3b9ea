import { Core } from "../core/core.ts";
import type { Loading } from "../seat.ts";
import { readDefinition, readPrices } from "./definition-blob.ts";
import { StoreFailed } from "./errors.ts";
import type { JournalHeader } from "./journal-header.ts";
import { sha256Hex } from "./sha256.ts";
import type { Store } from "./store.ts";

// What journals name by hashes, and is kept beside them.

/** The name under which a journal's header names what its definition was loaded by. */
export const DEFINE = "define";
/** And what was known of its models; no such name: nothing. */
export const PRICES = "prices";

/** The engine that a run was begun with, which may be older than this host. @throws BadJournal, StoreFailed */
export async function openKept(store: Store, header: JournalHeader): Promise<{ core: Core; loading: Loading }> {
  const { bytes, loading } = await readKept(store, header);
  return { core: new Core(await WebAssembly.compile(bytes as Uint8Array<ArrayBuffer>), true), loading };
}

/** What a run was begun with. @throws BadJournal, StoreFailed */
export async function readKept(store: Store, header: JournalHeader): Promise<{ bytes: Uint8Array; loading: Loading }> {
  const bytes = await blobOf(store, header.engine, "engine");
  const { sources, roles, tools, variables } = readDefinition(await blobOf(store, header.inputs[DEFINE] ?? "", "definition"));
  const prices = header.inputs[PRICES];
  const models = prices === undefined ? [] : readPrices(await blobOf(store, prices, "list of prices"));
  const values = new Map(variables.map(({ name, value }) => [name, value]));
  return { bytes, loading: { sources, roles, tools, models, variables: (names) => names.map((name) => ({ name, value: values.get(name) })) } };
}

async function blobOf(store: Store, hash: string, what: string): Promise<Uint8Array> {
  const bytes = await store.blob(hash);
  if (bytes === undefined) throw new StoreFailed(`The ${what} that the run was begun with is not in the store: ${hash}`);
  if (sha256Hex(bytes) !== hash) throw new StoreFailed(`The ${what} in the store is damaged: it has not the hash ${hash}`);
  return bytes;
}
