import { systemClock } from "../clock.ts";
import { AixletError, BadUsage } from "../errors.ts";
import { SessionMissing, StoreFailed } from "../stores/errors.ts";
import type { Claim, Store } from "../stores/store.ts";
import { type EntryKind, isSession, SessionLog, sessionHeader } from "./session-log.ts";
import type { Session, SessionCheckpoint, SessionPart } from "./types.ts";

/** Sessions whose entries are remembered. */
const MOST_KNOWN = 256;
/** How often, and how long, somebody waits who finds a session being written by another one: a second and a half in all. */
const TRIES = 30;
const WAIT_MS = 50;

/** What goes into a session: the entries that follow from how it stands, or none. */
type Change = (log: SessionLog, add: (kind: EntryKind, json: string) => void) => void;

/**
 * Conversations in a store. Each is a journal of its own, beside those of runs, in which nothing is ever taken out but the whole. One process
 * changes a session at a time; the others wait.
 */
export class Sessions {
  readonly #open: () => Promise<Store>;
  readonly #now: () => number;
  #store: Promise<Store> | undefined;
  /** Those that were used last stand last. */
  readonly #known = new Map<string, SessionLog>();
  readonly #queues = new Map<string, Promise<unknown>>();

  /** The store is opened when it is needed. */
  constructor(open: () => Promise<Store>, now: () => number = systemClock.now) {
    this.#open = open;
    this.#now = now;
  }

  /** The session of this name. @throws BadJournal, StoreFailed */
  async get(id: string): Promise<Session | undefined> {
    return (await this.read(id))?.session;
  }

  /** The session of this name, which is made if there is none. @throws BadUsage if it is another user's; StoreFailed */
  open(id: string, { user = "" }: { user?: string } = {}): Promise<Session> {
    return this.#change(id, user, () => {});
  }

  /** All sessions, or one user's, or those in which an agent has said something; in any order. */
  async *list({ user, agent }: { user?: string; agent?: string } = {}): AsyncGenerator<Session> {
    for await (const { id, header } of (await this.#opened()).list()) {
      const session = isSession(header) ? await this.get(id) : undefined;
      if (session === undefined || (user !== undefined && session.user !== user)) continue;
      if (agent === undefined || session.agents.includes(agent)) yield session;
    }
  }

  /**
   * Puts a turn behind the others: what an agent heard and what it answered. Under a `key` that was used before nothing is added.
   * @throws SessionMissing
   */
  append(id: string, turn: { agent: string; parts: readonly SessionPart[]; key?: string }): Promise<Session> {
    const { agent, parts } = turn;
    return this.#change(id, undefined, (log, add) => {
      const key = turn.key ?? `${log.position + 1}`;
      if (!log.has(key)) add("turn", JSON.stringify({ key, turn: { agent, parts } }));
    });
  }

  /** Marks how a session stands, so that it can be brought back to it. @throws SessionMissing */
  async checkpoint(id: string): Promise<SessionCheckpoint> {
    const { checkpoints } = await this.#change(id, undefined, (log, add) => add("checkpoint", JSON.stringify({ sha256: log.head })));
    return checkpoints[checkpoints.length - 1];
  }

  /**
   * Brings a session back to a checkpoint: to the last one, or to the one whose SHA-256 begins so. What was said since then is in the store, but no
   * part of the conversation any more.
   * @throws SessionMissing if there is no such session or checkpoint
   */
  restore(id: string, sha256?: string): Promise<Session> {
    return this.#change(id, undefined, (log, add) => {
      const mark = log.find(sha256);
      if (mark === undefined)
        throw new SessionMissing(id, sha256 === undefined ? "There is no checkpoint in the session" : `There is no checkpoint ${sha256} in the session`);
      add("restored", JSON.stringify({ sha256: mark.sha256 }));
    });
  }

  /** Removes a session and all that was said in it. Nothing happens if there is none. */
  async delete(id: string): Promise<void> {
    await this.#inTurn(id, async () => {
      this.#known.delete(id);
      await patiently(async () => (await this.#opened()).delete(id));
    });
  }

  /** For the engine: how a session stands. */
  async read(id: string): Promise<SessionLog | undefined> {
    const store = await this.#opened();
    const header = await store.header(id);
    if (header === undefined || !isSession(header)) return undefined;
    return this.#upToDate(store, id, header);
  }

  /** For the engine: keeps a turn that the core wrote, once; with `checkpoint` a checkpoint behind it. */
  async keep(id: string, user: string, key: string, turn: string, checkpoint: boolean): Promise<void> {
    await this.#change(id, user, (log, add) => {
      if (log.has(key)) return;
      add("turn", `{"key":${JSON.stringify(key)},"turn":${turn}}`);
      if (checkpoint) add("checkpoint", JSON.stringify({ sha256: log.head }));
    });
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#queues.values());
    const store = this.#store;
    this.#store = undefined;
    await (await store?.catch(() => undefined))?.close();
  }

  #opened(): Promise<Store> {
    this.#store ??= this.#open();
    return this.#store;
  }

  /** `user`: whose it is to be; undefined if it has to be there already. */
  #change(id: string, user: string | undefined, change: Change): Promise<Session> {
    return this.#inTurn(id, async () => {
      const store = await this.#opened();
      return patiently(async () => {
        const header = await store.header(id);
        if (header === undefined) return this.#create(store, id, user, change);
        if (!isSession(header)) throw new BadUsage(`${JSON.stringify(id)} is a run in this store, and no session`);
        const claim = await store.claim(id);
        try {
          return await this.#write(store, claim, await this.#upToDate(store, id, header), user, change);
        } finally {
          await store.release(id, claim.epoch);
        }
      });
    });
  }

  async #create(store: Store, id: string, user: string | undefined, change: Change): Promise<Session> {
    if (user === undefined) throw new SessionMissing(id);
    const log = new SessionLog(sessionHeader(id, this.#now()));
    const entries = this.#entries(log, (_, add) => {
      add("opened", JSON.stringify({ user }));
      change(log, add);
    });
    const claim = await store.create(id, log.header, entries);
    this.#remember(log);
    await store.release(id, claim.epoch);
    return log.session;
  }

  async #write(store: Store, claim: Claim, log: SessionLog, user: string | undefined, change: Change): Promise<Session> {
    if (claim.position !== log.position)
      throw new StoreFailed(`The session ${JSON.stringify(log.id)} has ${claim.position} entries in the store, and ${log.position} could be read`);
    if (user !== undefined && user !== log.user) throw new BadUsage(`The session ${JSON.stringify(log.id)} is another user's`);
    // What has been read is not to be believed any more if what follows does not come to be.
    this.#known.delete(log.id);
    const entries = this.#entries(log, change);
    if (entries.length > 0) await store.append(log.id, claim, entries, true);
    this.#remember(log);
    return log.session;
  }

  #entries(log: SessionLog, change: Change): Uint8Array[] {
    const entries: Uint8Array[] = [];
    change(log, (kind, json) => {
      const entry = log.next(kind, this.#now(), json);
      log.take(entry);
      entries.push(entry);
    });
    return entries;
  }

  async #upToDate(store: Store, id: string, header: Uint8Array): Promise<SessionLog> {
    let log = this.#known.get(id);
    // One of that name was deleted, and this is another.
    if (log === undefined || log.header.some((byte, at) => byte !== header[at])) log = new SessionLog(header);
    for await (const chunk of store.read(id, log.position)) log.take(chunk);
    this.#remember(log);
    return log;
  }

  #remember(log: SessionLog): void {
    this.#known.delete(log.id);
    this.#known.set(log.id, log);
    if (this.#known.size > MOST_KNOWN) this.#known.delete(this.#known.keys().next().value as string);
  }

  /** One after the other, of one session. */
  async #inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const done = (this.#queues.get(id) ?? Promise.resolve()).then(work, work);
    this.#queues.set(id, done);
    try {
      return await done;
    } finally {
      if (this.#queues.get(id) === done) this.#queues.delete(id);
    }
  }
}

/** Again, if somebody else was writing just then. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      const passes = AixletError.isInstance(error) && ["run-locked", "run-fenced", "run-exists"].includes(error.code);
      if (!passes || tries === TRIES) throw error;
      await new Promise<void>((resolve) => void systemClock.setTimeout(resolve, WAIT_MS));
    }
  }
}
