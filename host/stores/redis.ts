import { AixletError, MissingPackage } from "../errors.ts";
import { nextEpoch } from "./epoch.ts";
import { RunExists, RunFenced, RunMissing, StoreFailed } from "./errors.ts";
import { join } from "./memory.ts";
import { type Claim, type Snapshot, type Store, type StoredRun, TAIL } from "./store.ts";

/** A client, as the package `redis` has it. */
export interface RedisClient {
  readonly isOpen: boolean;
  connect(): Promise<unknown>;
  sendCommand(args: readonly (string | Buffer)[], options?: object): Promise<unknown>;
  on(event: "error", listener: (error: Error) => void): unknown;
  destroy(): unknown;
}

export interface RedisStoreOptions {
  /** What keys begin with. Default: `aixlet:`. */
  prefix?: string;
  /** Imports the package `redis`. */
  load?: (packageName: string) => Promise<object>;
}

/** Entries that are read at a time. */
const PAGE = 500;
/** Answers that are bytes come as such, whichever protocol they come by. */
const AS_BYTES = { typeMapping: { 36: Buffer } };

/**
 * Journals in Redis, by the package `redis`. How durable they are is the server's to say: `appendonly yes` and `appendfsync always` are the promise
 * that the other stores give. Whoever claims a run fences the writer before.
 *
 * ```
 * aixlet:runs            a set of ids           aixlet:{ID}:run        epoch, position, bytes, header, tail
 * aixlet:{ID}:entries    a list                 aixlet:{ID}:snapshot   position, state
 * aixlet:blob:HASH
 * ```
 */
export class RedisStore implements Store {
  readonly #connect: () => Promise<RedisClient>;
  readonly #prefix: string;
  readonly #own: boolean;
  #client: Promise<RedisClient> | undefined;

  /** An address (`redis://host:port`, or a socket's path), or a client, which stays open when the store is closed. */
  constructor(connection: string | RedisClient, { prefix = "aixlet:", load = (name) => import(/* @vite-ignore */ name) }: RedisStoreOptions = {}) {
    this.#prefix = prefix;
    this.#own = typeof connection === "string";
    this.#connect = async () => {
      const client = typeof connection === "string" ? await openClient(connection, load) : connection;
      if (!client.isOpen) await client.connect();
      return client;
    };
  }

  async create(run: string, header: Uint8Array, entries: readonly Uint8Array[]): Promise<Claim> {
    const epoch = nextEpoch();
    const bytes = header.length + sizeOf(entries);
    // Before the run: a name without a run is passed over, a run without a name would never be found.
    await this.#send(["SADD", `${this.#prefix}runs`, run]);
    const made = await this.#script(CREATE, run, [
      String(epoch),
      String(entries.length),
      String(bytes),
      buffer(header),
      tailOf(entries),
      ...entries.map(buffer),
    ]);
    if (made !== 1) throw new RunExists(run);
    return { epoch, position: entries.length };
  }

  async claim(run: string): Promise<Claim> {
    const found = (await this.#script(CLAIM, run, [String(nextEpoch())])) as unknown[] | null;
    if (found === null) throw new RunMissing(run);
    return { epoch: Number(String(found[0])), position: Number(String(found[1])) };
  }

  async release(run: string, epoch: number): Promise<void> {
    await this.#script(RELEASE, run, [String(epoch), String(nextEpoch(epoch))]);
  }

  async append(run: string, at: Claim, entries: readonly Uint8Array[]): Promise<void> {
    const moved = await this.#script(APPEND, run, [
      String(at.epoch),
      String(at.position),
      String(entries.length),
      String(sizeOf(entries)),
      tailOf(entries),
      ...entries.map(buffer),
    ]);
    if (moved !== 1) throw new RunFenced(run);
  }

  async cut(run: string, at: Claim, header: Uint8Array, entries: readonly Uint8Array[]): Promise<void> {
    const bytes = header.length + sizeOf(entries);
    const numbers = [at.epoch, at.position, entries.length, bytes].map(String);
    const cut = await this.#script(CUT, run, [...numbers, tailOf(entries), buffer(header), ...entries.map(buffer)]);
    if (cut !== 1) throw new RunFenced(run);
  }

  async header(run: string): Promise<Uint8Array | undefined> {
    return plain(await this.#send(["HGET", this.#key(run, "run"), "header"]));
  }

  async *read(run: string, from = 0): AsyncIterable<Uint8Array> {
    const position = await this.#send(["HGET", this.#key(run, "run"), "position"]);
    if (position === null) throw new RunMissing(run);
    const end = Number(String(position));
    for (let at = from; at < end; at += PAGE) {
      const entries = await this.#send(["LRANGE", this.#key(run, "entries"), String(at), String(Math.min(at + PAGE, end) - 1)]);
      yield join(entries as Buffer[]);
    }
  }

  async *list(): AsyncIterable<StoredRun> {
    const seen = new Set<string>();
    for (let cursor = "0"; ; ) {
      const [next, ids] = (await this.#send(["SSCAN", `${this.#prefix}runs`, cursor, "COUNT", "500"])) as [unknown, unknown[]];
      for (const id of ids.map(String)) {
        if (seen.has(id)) continue;
        seen.add(id);
        const [bytes, header, tail] = (await this.#send(["HMGET", this.#key(id, "run"), "bytes", "header", "tail"])) as (Buffer | null)[];
        if (bytes !== null) yield { id, bytes: Number(String(bytes)), header: new Uint8Array(header as Buffer), tail: new Uint8Array(tail as Buffer) };
      }
      cursor = String(next);
      if (cursor === "0") return;
    }
  }

  async delete(run: string): Promise<void> {
    await this.#send(["DEL", this.#key(run, "run"), this.#key(run, "entries"), this.#key(run, "snapshot")]);
    await this.#send(["SREM", `${this.#prefix}runs`, run]);
  }

  async saveSnapshot(run: string, epoch: number, { position, state }: Snapshot): Promise<void> {
    if ((await this.#script(SNAPSHOT, run, [String(epoch), String(position), buffer(state)])) !== 1) throw new RunFenced(run);
  }

  async snapshot(run: string): Promise<Snapshot | undefined> {
    const [position, state] = (await this.#send(["HMGET", this.#key(run, "snapshot"), "position", "state"])) as (Buffer | null)[];
    return position === null ? undefined : { position: Number(String(position)), state: new Uint8Array(state as Buffer) };
  }

  async saveBlob(hash: string, bytes: Uint8Array): Promise<void> {
    await this.#send(["SET", `${this.#prefix}blob:${hash}`, buffer(bytes), "NX"]);
  }

  async blob(hash: string): Promise<Uint8Array | undefined> {
    return plain(await this.#send(["GET", `${this.#prefix}blob:${hash}`]));
  }

  async close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    this.#client = undefined;
    if (this.#own) client?.destroy();
  }

  /** All keys of a run are in one slot of a cluster. */
  #key(run: string, what: string): string {
    return `${this.#prefix}{${encodeURIComponent(run)}}:${what}`;
  }

  #script(script: string, run: string, values: (string | Buffer)[]): Promise<unknown> {
    return this.#send(["EVAL", script, "3", this.#key(run, "run"), this.#key(run, "entries"), this.#key(run, "snapshot"), ...values]);
  }

  async #send(args: (string | Buffer)[]): Promise<unknown> {
    try {
      if (this.#client === undefined) {
        this.#client = this.#connect();
        this.#client.catch(() => (this.#client = undefined));
      }
      return await (await this.#client).sendCommand(args, AS_BYTES);
    } catch (error) {
      if (AixletError.isInstance(error)) throw error;
      throw new StoreFailed(`Redis could not be used: ${error instanceof Error ? error.message || error.name : String(error)}`, error);
    }
  }
}

const CREATE = `
  if redis.call("EXISTS", KEYS[1]) == 1 then return 0 end
  redis.call("HSET", KEYS[1], "epoch", ARGV[1], "position", ARGV[2], "bytes", ARGV[3], "header", ARGV[4], "tail", ARGV[5])
  for at = 6, #ARGV do redis.call("RPUSH", KEYS[2], ARGV[at]) end
  return 1
`;

// Numbers of Lua are exact up to 2^53, and written out by format alone.
const CLAIM = `
  local found = redis.call("HMGET", KEYS[1], "epoch", "position")
  if not found[1] then return nil end
  local epoch = ARGV[1]
  if tonumber(epoch) <= tonumber(found[1]) then epoch = string.format("%.0f", tonumber(found[1]) + 1) end
  redis.call("HSET", KEYS[1], "epoch", epoch)
  return { epoch, found[2] }
`;

const RELEASE = `
  if redis.call("HGET", KEYS[1], "epoch") == ARGV[1] then redis.call("HSET", KEYS[1], "epoch", ARGV[2]) end
`;

const APPEND = `
  local found = redis.call("HMGET", KEYS[1], "epoch", "position")
  if found[1] ~= ARGV[1] or found[2] ~= ARGV[2] then return 0 end
  for at = 6, #ARGV do redis.call("RPUSH", KEYS[2], ARGV[at]) end
  redis.call("HINCRBY", KEYS[1], "position", ARGV[3])
  redis.call("HINCRBY", KEYS[1], "bytes", ARGV[4])
  redis.call("HSET", KEYS[1], "tail", ARGV[5])
  return 1
`;

const CUT = `
  local found = redis.call("HMGET", KEYS[1], "epoch", "position")
  if found[1] ~= ARGV[1] or found[2] ~= ARGV[2] then return 0 end
  redis.call("DEL", KEYS[2], KEYS[3])
  for at = 7, #ARGV do redis.call("RPUSH", KEYS[2], ARGV[at]) end
  redis.call("HSET", KEYS[1], "position", ARGV[3], "bytes", ARGV[4], "tail", ARGV[5], "header", ARGV[6])
  return 1
`;

const SNAPSHOT = `
  if redis.call("HGET", KEYS[1], "epoch") ~= ARGV[1] then return 0 end
  redis.call("HSET", KEYS[3], "position", ARGV[2], "state", ARGV[3])
  return 1
`;

async function openClient(address: string, load: (name: string) => Promise<object>): Promise<RedisClient> {
  let redis: { createClient(options: object): RedisClient };
  try {
    redis = (await load("redis")) as typeof redis;
  } catch (error) {
    throw new MissingPackage("redis", "The store in Redis needs the package redis: npm install redis", error);
  }
  const client = redis.createClient(address.startsWith("/") ? { socket: { path: address } } : { url: address });
  // Whoever uses it is told; the client connects again by itself.
  client.on("error", () => {});
  return client;
}

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

function plain(bytes: unknown): Uint8Array | undefined {
  return bytes === null ? undefined : new Uint8Array(bytes as Uint8Array);
}
