import type { RunnableConfig } from "@langchain/core/runnables";
import {
  BaseCheckpointSaver,
  type ChannelVersions,
  type Checkpoint,
  type CheckpointListOptions,
  type CheckpointMetadata,
  type CheckpointPendingWrite,
  type CheckpointTuple,
  compareWritesSortKeys,
  copyCheckpoint,
  getCheckpointId,
  maxChannelVersion,
  type PendingWrite,
  TASKS,
  WRITES_IDX_MAP,
  writesSortKey,
} from "@langchain/langgraph-checkpoint";
import { Chain, entryOf } from "../../host/stores/chain.ts";
import { JournalReader } from "../../host/stores/journal-file.ts";
import { writeHeader } from "../../host/stores/journal-header.ts";
import { sha256Hex } from "../../host/stores/sha256.ts";
import type { Store } from "../../host/stores/store.ts";

// LangGraph's checkpoints in a store of aixlet's: each thread is a journal, into which every checkpoint and every list of writes goes as an entry. What
// a thread holds is read out of its journal, link by link.

type Typed = [type: string, base64: string];

interface Saved {
  ns: string;
  id: string;
  parent: string | undefined;
  /** Without the values of channels. */
  checkpoint: Typed;
  metadata: Typed;
  /** Of the channels that are new in it; the others stand with an earlier one, under the same version. */
  values: [channel: string, version: string | number, value: Typed][];
}

interface Writes {
  ns: string;
  id: string;
  task: string;
  path: string;
  writes: [index: number, channel: string, value: Typed][];
}

interface Thread {
  saved: Map<string, Saved>;
  values: Map<string, Typed>;
  writes: Map<string, Map<string, { task: string; path: string; index: number; channel: string; value: Typed }>>;
}

const NONE = "00".repeat(32);
const HEAD = 48;
const valueAt = (ns: string, channel: string, version: string | number) => JSON.stringify([ns, channel, version]);
const keyOf = (ns: string, id: string) => JSON.stringify([ns, id]);
/** A thread's name may be longer than a run's. */
const journalOf = (thread: string) => sha256Hex(new TextEncoder().encode(thread));

export class StoreSaver extends BaseCheckpointSaver {
  readonly store: Store;

  constructor(store: Store) {
    super();
    this.store = store;
  }

  async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const { thread_id, checkpoint_ns = "" } = config.configurable ?? {};
    const thread = await this.#read(thread_id);
    if (thread === undefined) return undefined;
    const wanted = getCheckpointId(config);
    const found = newest(thread).find(({ ns, id }) => ns === checkpoint_ns && (!wanted || id === wanted));
    return found && this.#tuple(thread_id, thread, found);
  }

  async *list(config: RunnableConfig, { before, limit = Number.POSITIVE_INFINITY, filter }: CheckpointListOptions = {}): AsyncGenerator<CheckpointTuple> {
    const { thread_id, checkpoint_ns, checkpoint_id } = config.configurable ?? {};
    const earlier = before?.configurable?.checkpoint_id;
    let left = limit;
    for (const name of thread_id === undefined ? await this.#threads() : [thread_id]) {
      const thread = await this.#read(name);
      for (const saved of thread === undefined ? [] : newest(thread)) {
        if ((checkpoint_ns !== undefined && saved.ns !== checkpoint_ns) || (checkpoint_id && saved.id !== checkpoint_id)) continue;
        if (earlier && saved.id >= earlier) continue;
        const tuple = await this.#tuple(name, thread as Thread, saved);
        if (!Object.entries(filter ?? {}).every(([key, value]) => (tuple.metadata as Record<string, unknown>)[key] === value)) continue;
        if (left-- <= 0) return;
        yield tuple;
      }
    }
  }

  async put(config: RunnableConfig, checkpoint: Checkpoint, metadata: CheckpointMetadata, news: ChannelVersions): Promise<RunnableConfig> {
    const { thread_id, checkpoint_ns = "", checkpoint_id } = config.configurable ?? {};
    if (thread_id === undefined)
      throw new Error('Failed to put checkpoint. The passed RunnableConfig is missing a required "thread_id" field in its "configurable" property.');
    const { channel_values } = checkpoint;
    const values: Saved["values"] = [];
    for (const [channel, version] of Object.entries(news))
      if (channel_values[channel] !== undefined) values.push([channel, version, await this.#dump(channel_values[channel])]);
    const [kept, about] = await Promise.all([this.#dump({ ...copyCheckpoint(checkpoint), channel_values: {} }), this.#dump(metadata)]);
    await this.#append(thread_id, { ns: checkpoint_ns, id: checkpoint.id, parent: checkpoint_id, checkpoint: kept, metadata: about, values } satisfies Saved);
    return { configurable: { thread_id, checkpoint_ns, checkpoint_id: checkpoint.id } };
  }

  async putWrites(config: RunnableConfig, writes: PendingWrite[], task: string, path = ""): Promise<void> {
    const { thread_id, checkpoint_ns = "", checkpoint_id } = config.configurable ?? {};
    if (thread_id === undefined)
      throw new Error('Failed to put writes. The passed RunnableConfig is missing a required "thread_id" field in its "configurable" property.');
    if (checkpoint_id === undefined)
      throw new Error('Failed to put writes. The passed RunnableConfig is missing a required "checkpoint_id" field in its "configurable" property.');
    const dumped = await Promise.all(
      writes.map(async ([channel, value], at): Promise<Writes["writes"][number]> => [WRITES_IDX_MAP[channel] || at, channel, await this.#dump(value)]),
    );
    await this.#append(thread_id, { ns: checkpoint_ns, id: checkpoint_id, task, path, writes: dumped } satisfies Writes);
  }

  deleteThread(thread: string): Promise<void> {
    return this.store.delete(journalOf(thread));
  }

  async #tuple(thread_id: string, thread: Thread, { ns, id, parent, checkpoint, metadata }: Saved): Promise<CheckpointTuple> {
    const kept = (await this.#load(checkpoint)) as Checkpoint;
    for (const [channel, version] of Object.entries(kept.channel_versions)) {
      const value = thread.values.get(valueAt(ns, channel, version));
      if (value !== undefined) kept.channel_values[channel] = await this.#load(value);
    }
    if (kept.v < 4 && parent !== undefined) {
      // Of an older version: what is still to be sent stands with the writes of the one before.
      const sends = this.#ordered(thread, ns, parent).filter(({ channel }) => channel === TASKS);
      kept.channel_values[TASKS] = await Promise.all(sends.map(({ value }) => this.#load(value)));
      const versions = Object.values(kept.channel_versions);
      kept.channel_versions[TASKS] = versions.length > 0 ? maxChannelVersion(...versions) : this.getNextVersion(undefined as never);
    }
    const pendingWrites = await Promise.all(
      this.#ordered(thread, ns, id).map(async ({ task, channel, value }): Promise<CheckpointPendingWrite> => [task, channel, await this.#load(value)]),
    );
    const at = (checkpoint_id: string) => ({ configurable: { thread_id, checkpoint_ns: ns, checkpoint_id } });
    return {
      config: at(id),
      checkpoint: kept,
      metadata: (await this.#load(metadata)) as CheckpointMetadata,
      pendingWrites,
      ...(parent !== undefined && { parentConfig: at(parent) }),
    };
  }

  #ordered(thread: Thread, ns: string, id: string) {
    const keyed = [...(thread.writes.get(keyOf(ns, id))?.values() ?? [])].map((write) => ({ key: writesSortKey(write.path, write.task, write.index), write }));
    return keyed.sort((left, right) => compareWritesSortKeys(left.key, right.key)).map(({ write }) => write);
  }

  async #dump(value: unknown): Promise<Typed> {
    const [type, bytes] = await this.serde.dumpsTyped(value);
    return [type, Buffer.from(bytes).toString("base64")];
  }

  #load([type, base64]: Typed): Promise<unknown> {
    return this.serde.loadsTyped(type, new Uint8Array(Buffer.from(base64, "base64")));
  }

  async #threads(): Promise<string[]> {
    const threads: string[] = [];
    for await (const { id } of this.store.list()) threads.push((await this.#entries(id))[0].thread);
    return threads.sort();
  }

  async #read(thread: unknown): Promise<Thread | undefined> {
    if (typeof thread !== "string" || (await this.store.header(journalOf(thread))) === undefined) return undefined;
    const found: Thread = { saved: new Map(), values: new Map(), writes: new Map() };
    for (const { said } of await this.#entries(journalOf(thread))) {
      if ("checkpoint" in said) {
        found.saved.set(keyOf(said.ns, said.id), said);
        for (const [channel, version, value] of said.values) found.values.set(valueAt(said.ns, channel, version), value);
      } else {
        const key = keyOf(said.ns, said.id);
        const kept = found.writes.get(key) ?? new Map();
        found.writes.set(key, kept);
        for (const [index, channel, value] of said.writes) {
          const name = JSON.stringify([said.task, index]);
          // What a task has written stays; its errors and interrupts are the latest ones.
          if (index < 0 || !kept.has(name)) kept.set(name, { task: said.task, path: said.path, index, channel, value });
        }
      }
    }
    return found;
  }

  async #entries(journal: string): Promise<{ thread: string; said: Saved | Writes }[]> {
    const reader = new JournalReader((await this.store.header(journal)) as Uint8Array);
    const found: { thread: string; said: Saved | Writes }[] = [];
    for await (const chunk of this.store.read(journal)) {
      for (const record of reader.records(chunk)) {
        const length = new DataView(record.buffer, record.byteOffset).getUint32(40, true);
        found.push(JSON.parse(new TextDecoder().decode(record.subarray(HEAD, HEAD + length))));
      }
    }
    return found;
  }

  async #append(thread: string, said: Saved | Writes): Promise<void> {
    const journal = journalOf(thread);
    const json = JSON.stringify({ thread, said });
    if ((await this.store.header(journal)) === undefined) {
      const header = writeHeader({ run: journal, created: Date.now(), protocol: 1, engine: NONE, definition: NONE, inputs: {} });
      const claim = await this.store.create(journal, header, [entryOf(recordOf(1, json), Chain.from(header))]);
      return this.store.release(journal, claim.epoch);
    }
    const claim = await this.store.claim(journal);
    try {
      const reader = new JournalReader((await this.store.header(journal)) as Uint8Array);
      for await (const chunk of this.store.read(journal)) for (const _ of reader.records(chunk));
      await this.store.append(journal, claim, [entryOf(recordOf(claim.position + 1, json), reader.chain)], true);
    } finally {
      await this.store.release(journal, claim.epoch);
    }
  }
}

function newest({ saved }: Thread): Saved[] {
  return [...saved.values()].sort((left, right) => (left.id < right.id ? 1 : left.id > right.id ? -1 : 0));
}

function recordOf(step: number, json: string): Uint8Array {
  const text = new TextEncoder().encode(json);
  const record = new Uint8Array((HEAD + text.length + 7) & ~7);
  const view = new DataView(record.buffer);
  view.setUint32(0, record.length, true);
  view.setUint16(4, 1, true);
  view.setUint32(8, step, true);
  view.setUint32(32, record.length - 32, true);
  view.setUint32(40, text.length, true);
  record.set(text, HEAD);
  return record;
}
