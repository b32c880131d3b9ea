import { AixletError, MissingPackage } from "../errors.ts";
import { nextEpoch } from "./epoch.ts";
import { RunExists, RunFenced, RunMissing, StoreFailed } from "./errors.ts";
import { join } from "./memory.ts";
import { type Claim, type Snapshot, type Store, type StoredRun, TAIL } from "./store.ts";

/** A pool of connections, as the package `pg` has it. */
export interface PostgresPool {
  query(sql: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[]; rowCount: number | null }>;
  end(): Promise<unknown>;
}

export interface PostgresStoreOptions {
  /** What names of tables begin with. Default: `aixlet_`. */
  prefix?: string;
  /** Imports the package `pg`. */
  load?: (packageName: string) => Promise<object>;
}

/** Entries that are read at a time. */
const PAGE = 1000;

/**
 * Journals in PostgreSQL, by the package `pg`. An append is one statement, durable as the server's `synchronous_commit` says. Whoever claims a run
 * fences the writer before.
 */
export class PostgresStore implements Store {
  readonly #connect: () => Promise<PostgresPool>;
  readonly #prefix: string;
  readonly #own: boolean;
  #pool: Promise<PostgresPool> | undefined;

  /** An address (`postgres://user@host/database`), or a pool, which stays open when the store is closed. */
  constructor(connection: string | PostgresPool, { prefix = "aixlet_", load = (name) => import(/* @vite-ignore */ name) }: PostgresStoreOptions = {}) {
    if (!/^[a-z_][a-z0-9_]{0,40}$/.test(prefix)) throw new StoreFailed(`names of tables cannot begin with ${JSON.stringify(prefix)}`);
    this.#prefix = prefix;
    this.#own = typeof connection === "string";
    this.#connect = async () => {
      const pool = typeof connection === "string" ? await openPool(connection, load) : connection;
      await pool.query(this.#named(TABLES));
      return pool;
    };
  }

  async create(run: string, header: Uint8Array, entries: readonly Uint8Array[]): Promise<Claim> {
    const epoch = nextEpoch();
    const bytes = header.length + sizeOf(entries);
    const { rowCount } = await this.#query(CREATE, [run, epoch, entries.length, bytes, buffer(header), tailOf(entries), entries.map(buffer)]);
    if (rowCount === 0) throw new RunExists(run);
    return { epoch, position: entries.length };
  }

  async claim(run: string): Promise<Claim> {
    const { rows } = await this.#query("UPDATE @runs SET epoch = greatest(epoch + 1, $2) WHERE id = $1 RETURNING epoch, position", [run, nextEpoch()]);
    if (rows.length === 0) throw new RunMissing(run);
    return { epoch: Number(rows[0].epoch), position: Number(rows[0].position) };
  }

  async release(run: string, epoch: number): Promise<void> {
    await this.#query("UPDATE @runs SET epoch = epoch + 1 WHERE id = $1 AND epoch = $2", [run, epoch]);
  }

  async append(run: string, at: Claim, entries: readonly Uint8Array[]): Promise<void> {
    const { rowCount } = await this.#query(APPEND, [run, at.epoch, at.position, entries.length, sizeOf(entries), tailOf(entries), entries.map(buffer)]);
    if (rowCount === 0) throw new RunFenced(run);
  }

  async cut(run: string, at: Claim, header: Uint8Array, entries: readonly Uint8Array[]): Promise<void> {
    const bytes = header.length + sizeOf(entries);
    const values = [run, at.epoch, at.position, buffer(header), entries.length, bytes, tailOf(entries), entries.map(buffer)];
    const { rowCount } = await this.#query(CUT, values);
    if (rowCount === 0) throw new RunFenced(run);
  }

  async header(run: string): Promise<Uint8Array | undefined> {
    const { rows } = await this.#query("SELECT header FROM @runs WHERE id = $1", [run]);
    return rows.length === 0 ? undefined : plain(rows[0].header);
  }

  async *read(run: string, from = 0): AsyncIterable<Uint8Array> {
    const { rows } = await this.#query("SELECT position FROM @runs WHERE id = $1", [run]);
    if (rows.length === 0) throw new RunMissing(run);
    const end = Number(rows[0].position);
    for (let at = from; at < end; at += PAGE) {
      const page = await this.#query("SELECT entry FROM @entries WHERE run = $1 AND position >= $2 AND position < $3 ORDER BY position", [
        run,
        at,
        Math.min(at + PAGE, end),
      ]);
      yield join(page.rows.map(({ entry }) => plain(entry)));
    }
  }

  async *list(): AsyncIterable<StoredRun> {
    for (let after = ""; ; ) {
      const { rows } = await this.#query("SELECT id, bytes, header, tail FROM @runs WHERE $1 = '' OR id > $1 ORDER BY id LIMIT $2", [after, PAGE]);
      for (const { id, bytes, header, tail } of rows) yield { id: String(id), bytes: Number(bytes), header: plain(header), tail: plain(tail) };
      if (rows.length < PAGE) return;
      after = String(rows[rows.length - 1].id);
    }
  }

  async delete(run: string): Promise<void> {
    await this.#query("DELETE FROM @runs WHERE id = $1", [run]);
  }

  async saveSnapshot(run: string, epoch: number, { position, state }: Snapshot): Promise<void> {
    const { rowCount } = await this.#query(SNAPSHOT, [run, epoch, position, buffer(state)]);
    if (rowCount === 0) throw new RunFenced(run);
  }

  async snapshot(run: string): Promise<Snapshot | undefined> {
    const { rows } = await this.#query("SELECT position, state FROM @snapshots WHERE run = $1", [run]);
    return rows.length === 0 ? undefined : { position: Number(rows[0].position), state: plain(rows[0].state) };
  }

  async saveBlob(hash: string, bytes: Uint8Array): Promise<void> {
    await this.#query("INSERT INTO @blobs VALUES ($1, $2) ON CONFLICT DO NOTHING", [hash, buffer(bytes)]);
  }

  async blob(hash: string): Promise<Uint8Array | undefined> {
    const { rows } = await this.#query("SELECT bytes FROM @blobs WHERE hash = $1", [hash]);
    return rows.length === 0 ? undefined : plain(rows[0].bytes);
  }

  async close(): Promise<void> {
    const pool = await this.#pool?.catch(() => undefined);
    this.#pool = undefined;
    if (this.#own) await pool?.end();
  }

  #named(sql: string): string {
    return sql.replaceAll("@", this.#prefix);
  }

  async #query(sql: string, values: unknown[]): ReturnType<PostgresPool["query"]> {
    try {
      if (this.#pool === undefined) {
        this.#pool = this.#connect();
        this.#pool.catch(() => (this.#pool = undefined));
      }
      return await (await this.#pool).query(this.#named(sql), values);
    } catch (error) {
      if (AixletError.isInstance(error)) throw error;
      throw new StoreFailed(`PostgreSQL could not be used: ${error instanceof Error ? error.message || error.name : String(error)}`, error);
    }
  }
}

// The lock keeps two that begin at one time from making the tables at one time. Ids are compared by their bytes.
const TABLES = `
  BEGIN;
  SELECT pg_advisory_xact_lock(7021802);
  CREATE TABLE IF NOT EXISTS @runs (id text COLLATE "C" PRIMARY KEY, epoch bigint NOT NULL, position bigint NOT NULL, bytes bigint NOT NULL, header bytea NOT NULL, tail bytea NOT NULL);
  CREATE TABLE IF NOT EXISTS @entries (run text COLLATE "C" REFERENCES @runs ON DELETE CASCADE, position bigint, entry bytea NOT NULL, PRIMARY KEY (run, position));
  CREATE TABLE IF NOT EXISTS @snapshots (run text COLLATE "C" PRIMARY KEY REFERENCES @runs ON DELETE CASCADE, position bigint NOT NULL, state bytea NOT NULL);
  CREATE TABLE IF NOT EXISTS @blobs (hash text PRIMARY KEY, bytes bytea NOT NULL);
  COMMIT;
`;

const CREATE = `
  WITH made AS (INSERT INTO @runs VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING id)
  INSERT INTO @entries SELECT made.id, e.number - 1, e.entry FROM made, unnest($7::bytea[]) WITH ORDINALITY AS e(entry, number)
`;

const APPEND = `
  WITH moved AS (
    UPDATE @runs SET position = position + $4, bytes = bytes + $5, tail = $6 WHERE id = $1 AND epoch = $2 AND position = $3 RETURNING id
  )
  INSERT INTO @entries SELECT moved.id, $3::bigint + e.number - 1, e.entry FROM moved, unnest($7::bytea[]) WITH ORDINALITY AS e(entry, number)
`;

// What is deleted and what is put are different rows: in one statement neither waits for the other.
const CUT = `
  WITH moved AS (
    UPDATE @runs SET header = $4, position = $5, bytes = $6, tail = $7 WHERE id = $1 AND epoch = $2 AND position = $3 RETURNING id
  ),
  gone AS (DELETE FROM @entries AS old USING moved WHERE old.run = moved.id AND old.position >= $5::bigint),
  unsaved AS (DELETE FROM @snapshots AS old USING moved WHERE old.run = moved.id)
  INSERT INTO @entries SELECT moved.id, e.number - 1, e.entry FROM moved, unnest($8::bytea[]) WITH ORDINALITY AS e(entry, number)
  ON CONFLICT (run, position) DO UPDATE SET entry = excluded.entry
`;

const SNAPSHOT = `
  INSERT INTO @snapshots SELECT id, $3, $4 FROM @runs WHERE id = $1 AND epoch = $2
  ON CONFLICT (run) DO UPDATE SET position = excluded.position, state = excluded.state
`;

async function openPool(address: string, load: (name: string) => Promise<object>): Promise<PostgresPool> {
  let pg: { Pool?: PoolClass; default?: { Pool: PoolClass } };
  try {
    pg = await load("pg");
  } catch (error) {
    throw new MissingPackage("pg", "The store in PostgreSQL needs the package pg: npm install pg", error);
  }
  const Pool = (pg.default?.Pool ?? pg.Pool) as PoolClass;
  const pool = new Pool({ connectionString: address });
  // A connection that is lost while nobody uses it is no event for anybody: the next query opens another one.
  pool.on("error", () => {});
  return pool;
}

type PoolClass = new (options: { connectionString: string }) => PostgresPool & { on(event: "error", listener: (error: Error) => void): unknown };

function sizeOf(entries: readonly Uint8Array[]): number {
  return entries.reduce((sum, { length }) => sum + length, 0);
}

function tailOf(entries: readonly Uint8Array[]): Buffer {
  return buffer(entries[entries.length - 1].slice(-TAIL));
}

/** The same bytes as the client wants them. */
function buffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

function plain(bytes: unknown): Uint8Array {
  return new Uint8Array(bytes as Uint8Array);
}
