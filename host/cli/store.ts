import { resolve } from "node:path";
import { loadFrom } from "../models/load-node.ts";
import type { Store } from "../stores/store.ts";
import type { Io } from "./io.ts";
import type { Parsed } from "./parse.ts";
import { UsageError } from "./usage-error.ts";

/** Where runs are kept unless one says otherwise. */
const DEFAULT = ".aixlet";

/** What `--store` or AIXLET_STORE names: a folder, a file of SQLite, or a server's address. */
export function storeName(io: Io, parsed: Parsed): string | undefined {
  return parsed.value("store") ?? (io.env.AIXLET_STORE || undefined);
}

/** Opens the store that is named, or the folder `.aixlet`. @throws UsageError */
export const openStore = (io: Io, name = DEFAULT): Promise<Store> => open(io, name, {}, {});

/** The store as it is, or, if `--keys` or AIXLET_KEYS names a folder of keys, one that seals what goes into it. */
export async function sealedBy(io: Io, parsed: Parsed, store: Store): Promise<Store> {
  const folder = parsed.value("keys") ?? (io.env.AIXLET_KEYS || undefined);
  if (folder === undefined) return store;
  const [{ SealedStore }, { FileKeys }] = [await import("../stores/sealed.ts"), await import("../stores/file-keys.ts")];
  return new SealedStore(store, new FileKeys(resolve(io.cwd, folder)));
}

/** Opens a store of sessions, which have names of their own where runs may be, too. @throws UsageError */
export const openSessionStore = (io: Io, name: string): Promise<Store> => open(io, name, { prefix: "aixlet:session:" }, { prefix: "aixlet_session_" });

async function open(io: Io, name: string, redis: { prefix?: string }, postgres: { prefix?: string }): Promise<Store> {
  const [scheme] = /^[a-z]+(?=:)/.exec(name) ?? [];
  const load = loadFrom(io.cwd);
  switch (scheme) {
    case "redis":
    case "rediss":
      return new (await import("../stores/redis.ts")).RedisStore(name, { ...redis, load });
    case "postgres":
    case "postgresql":
      return new (await import("../stores/postgres.ts")).PostgresStore(name, { ...postgres, load });
    case "sqlite":
      return new (await import("../stores/sqlite.ts")).SqliteStore(resolve(io.cwd, name.slice("sqlite:".length)));
    case undefined:
      return new (await import("../stores/files.ts")).FileStore(resolve(io.cwd, name));
    default:
      throw new UsageError(`there is no store of the kind ${scheme}`, "A store is a folder, sqlite:FILE, redis://... or postgres://...");
  }
}
