import { AixletError, MissingPackage } from "../errors.ts";
import { nextEpoch } from "./epoch.ts";
import { RunExists, RunFenced, RunMissing, StoreFailed } from "./errors.ts";
import { join } from "./memory.ts";
import { type Claim, type Snapshot, type Store, type StoredRun, TAIL } from "./store.ts";

/** A database as `node:sqlite`, better-sqlite3 and `bun:sqlite` have it. */
export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
  close(): unknown;
}

export interface SqliteStatement {
  run(...values: SqliteValue[]): { changes: number | bigint };
  get(...values: SqliteValue[]): unknown;
  all(...values: SqliteValue[]): unknown[];
}

export type SqliteValue = string | number | Uint8Array;

/** Something to be done in a transaction. */
interface Task {
  work: () => unknown;
  resolve: (value: never) => void;
  reject: (error: unknown) => void;
}

interface RunRow {
  id: string;
  epoch: number;
  position: number;
  bytes: number;
  header: Uint8Array;
  tail: Uint8Array;
}

const TABLES = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA busy_timeout = 10000;
  CREATE TABLE IF NOT EXISTS aixlet_runs (id TEXT PRIMARY KEY, epoch INTEGER, position INTEGER, bytes INTEGER, header BLOB, tail BLOB);
  CREATE TABLE IF NOT EXISTS aixlet_entries (run TEXT, position INTEGER, entry BLOB, PRIMARY KEY (run, position)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS aixlet_snapshots (run TEXT PRIMARY KEY, position INTEGER, state BLOB);
  CREATE TABLE IF NOT EXISTS aixlet_blobs (hash TEXT PRIMARY KEY, bytes BLOB);
`;

/** Entries that are read at a time. */
const PAGE = 1000;

/**
 * Journals in a SQLite database, by `node:sqlite` (Node 22.13 and newer, Deno) or a database that is passed in. What comes in one turn of the event
 * loop goes in one transaction, and is durable with it. Whoever claims a run fences the writer before.
 */
export class SqliteStore implements Store {
  readonly #open: () => Promise<SqliteDatabase>;
  readonly #statements = new Map<string, SqliteStatement>();
  #database: Promise<SqliteDatabase> | undefined;
  #tasks: Task[] = [];

  /** A file's path, or a database that is open; it is closed with the store. */
  constructor(database: string | SqliteDatabase) {
    this.#open = async () => {
      const opened = typeof database === "string" ? await openFile(database) : database;
      opened.exec(TABLES);
      return opened;
    };
  }

  create(run: string, header: Uint8Array, entries: readonly Uint8Array[]): Promise<Claim> {
    return this.#write((database) => {
      const epoch = nextEpoch();
      const tail = entries[entries.length - 1].slice(-TAIL);
      const { changes } = this.#sql(database, "INSERT OR IGNORE INTO aixlet_runs VALUES (?, ?, ?, ?, ?, ?)").run(
        run,
        epoch,
        entries.length,
        header.length + sizeOf(entries),
        header,
        tail,
      );
      if (Number(changes) === 0) throw new RunExists(run);
      this.#add(database, run, 0, entries);
      return { epoch, position: entries.length };
    });
  }

  claim(run: string): Promise<Claim> {
    return this.#write((database) => {
      const found = this.#run(database, run);
      if (found === undefined) throw new RunMissing(run);
      const epoch = nextEpoch(found.epoch);
      this.#sql(database, "UPDATE aixlet_runs SET epoch = ? WHERE id = ?").run(epoch, run);
      return { epoch, position: found.position };
    });
  }

  /** The next claim fences this one. */
  release(run: string, epoch: number): Promise<void> {
    return this.#write((database) => {
      this.#sql(database, "UPDATE aixlet_runs SET epoch = ? WHERE id = ? AND epoch = ?").run(nextEpoch(epoch), run, epoch);
    });
  }

  append(run: string, at: Claim, entries: readonly Uint8Array[]): Promise<void> {
    return this.#write((database) => {
      const moved = this.#sql(
        database,
        "UPDATE aixlet_runs SET position = position + ?, bytes = bytes + ?, tail = ? WHERE id = ? AND epoch = ? AND position = ?",
      );
      const { changes } = moved.run(entries.length, sizeOf(entries), entries[entries.length - 1].slice(-TAIL), run, at.epoch, at.position);
      if (Number(changes) === 0) throw new RunFenced(run);
      this.#add(database, run, at.position, entries);
    });
  }

  cut(run: string, at: Claim, header: Uint8Array, entries: readonly Uint8Array[]): Promise<void> {
    return this.#write((database) => {
      const cut = this.#sql(database, "UPDATE aixlet_runs SET header = ?, position = ?, bytes = ?, tail = ? WHERE id = ? AND epoch = ? AND position = ?");
      const tail = entries[entries.length - 1].slice(-TAIL);
      const { changes } = cut.run(header, entries.length, header.length + sizeOf(entries), tail, run, at.epoch, at.position);
      if (Number(changes) === 0) throw new RunFenced(run);
      for (const table of ["entries", "snapshots"]) this.#sql(database, `DELETE FROM aixlet_${table} WHERE run = ?`).run(run);
      this.#add(database, run, 0, entries);
    });
  }

  header(run: string): Promise<Uint8Array | undefined> {
    return this.#read((database) => this.#run(database, run)?.header);
  }

  async *read(run: string, from = 0): AsyncIterable<Uint8Array> {
    const found = await this.#read((database) => this.#run(database, run));
    if (found === undefined) throw new RunMissing(run);
    for (let at = from; at < found.position; at += PAGE) {
      const rows = await this.#read((database) =>
        this.#sql(database, "SELECT entry FROM aixlet_entries WHERE run = ? AND position >= ? AND position < ? ORDER BY position").all(
          run,
          at,
          Math.min(at + PAGE, found.position),
        ),
      );
      yield join((rows as { entry: Uint8Array }[]).map(({ entry }) => entry));
    }
  }

  async *list(): AsyncIterable<StoredRun> {
    for (let after: string | undefined; ; ) {
      const rows = (await this.#read((database) =>
        this.#sql(database, "SELECT id, bytes, header, tail FROM aixlet_runs WHERE ? = '' OR id > ? ORDER BY id LIMIT ?").all(after ?? "", after ?? "", PAGE),
      )) as RunRow[];
      for (const { id, bytes, header, tail } of rows) yield { id, bytes: Number(bytes), header: plain(header), tail: plain(tail) };
      if (rows.length < PAGE) return;
      after = rows[rows.length - 1].id;
    }
  }

  delete(run: string): Promise<void> {
    return this.#write((database) => {
      for (const table of ["runs WHERE id", "entries WHERE run", "snapshots WHERE run"]) this.#sql(database, `DELETE FROM aixlet_${table} = ?`).run(run);
    });
  }

  saveSnapshot(run: string, epoch: number, { position, state }: Snapshot): Promise<void> {
    return this.#write((database) => {
      if (this.#run(database, run)?.epoch !== epoch) throw new RunFenced(run);
      this.#sql(database, "INSERT OR REPLACE INTO aixlet_snapshots VALUES (?, ?, ?)").run(run, position, state);
    });
  }

  snapshot(run: string): Promise<Snapshot | undefined> {
    return this.#read((database) => {
      const row = this.#sql(database, "SELECT position, state FROM aixlet_snapshots WHERE run = ?").get(run) as Snapshot | undefined;
      return row && { position: Number(row.position), state: plain(row.state) };
    });
  }

  saveBlob(hash: string, bytes: Uint8Array): Promise<void> {
    return this.#write((database) => {
      this.#sql(database, "INSERT OR IGNORE INTO aixlet_blobs VALUES (?, ?)").run(hash, bytes);
    });
  }

  blob(hash: string): Promise<Uint8Array | undefined> {
    return this.#read((database) => {
      const row = this.#sql(database, "SELECT bytes FROM aixlet_blobs WHERE hash = ?").get(hash) as { bytes: Uint8Array } | undefined;
      return row && plain(row.bytes);
    });
  }

  async close(): Promise<void> {
    const opened = await this.#database?.catch(() => undefined);
    if (opened === undefined) return;
    this.#commit(opened);
    this.#statements.clear();
    this.#database = undefined;
    opened.close();
  }

  #run(database: SqliteDatabase, run: string): RunRow | undefined {
    const row = this.#sql(database, "SELECT * FROM aixlet_runs WHERE id = ?").get(run) as RunRow | undefined;
    return row && { ...row, epoch: Number(row.epoch), position: Number(row.position), header: plain(row.header) };
  }

  #add(database: SqliteDatabase, run: string, from: number, entries: readonly Uint8Array[]): void {
    const insert = this.#sql(database, "INSERT INTO aixlet_entries VALUES (?, ?, ?)");
    for (const [index, entry] of entries.entries()) insert.run(run, from + index, entry);
  }

  #sql(database: SqliteDatabase, sql: string): SqliteStatement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) this.#statements.set(sql, (statement = database.prepare(sql)));
    return statement;
  }

  #opened(): Promise<SqliteDatabase> {
    if (this.#database === undefined) {
      this.#database = this.#open();
      this.#database.catch(() => (this.#database = undefined));
    }
    return this.#database;
  }

  async #read<T>(work: (database: SqliteDatabase) => T): Promise<T> {
    try {
      return work(await this.#opened());
    } catch (error) {
      throw ownError(error);
    }
  }

  /** Does something in the next transaction. What throws an error of ours has changed nothing, and lets the others be. */
  async #write<T>(work: (database: SqliteDatabase) => T): Promise<T> {
    const database = await this.#read((opened) => opened);
    return new Promise<T>((resolve, reject) => {
      if (this.#tasks.length === 0) setImmediate(() => this.#commit(database));
      this.#tasks.push({ work: () => work(database), resolve, reject });
    });
  }

  #commit(database: SqliteDatabase): void {
    const tasks = this.#tasks;
    this.#tasks = [];
    if (tasks.length === 0) return;
    const done: (() => void)[] = [];
    try {
      database.exec("BEGIN IMMEDIATE");
      try {
        for (const { work, resolve, reject } of tasks) {
          try {
            const value = work();
            done.push(() => resolve(value as never));
          } catch (error) {
            if (!AixletError.isInstance(error)) throw error;
            done.push(() => reject(error));
          }
        }
        database.exec("COMMIT");
      } catch (error) {
        database.exec("ROLLBACK");
        throw error;
      }
    } catch (error) {
      for (const { reject } of tasks) reject(ownError(error));
      return;
    }
    for (const tell of done) tell();
  }
}

async function openFile(path: string): Promise<SqliteDatabase> {
  let sqlite: { DatabaseSync: new (path: string) => SqliteDatabase };
  try {
    // A name that bundlers do not look for.
    const name = "node:sqlite";
    sqlite = await import(/* @vite-ignore */ name);
  } catch (error) {
    throw new MissingPackage(
      "node:sqlite",
      "SQLite comes with Node 22.13 and newer. On an older one install better-sqlite3, and pass a database of it to SqliteStore.",
      error,
    );
  }
  return new sqlite.DatabaseSync(path);
}

function sizeOf(entries: readonly Uint8Array[]): number {
  return entries.reduce((sum, { length }) => sum + length, 0);
}

/** Bytes of a database may be a Buffer, which has methods of its own. */
function plain(bytes: Uint8Array): Uint8Array {
  return bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes);
}

function ownError(error: unknown): AixletError {
  return AixletError.isInstance(error)
    ? error
    : new StoreFailed(`The database could not be used: ${error instanceof Error ? error.message : String(error)}`, error);
}
