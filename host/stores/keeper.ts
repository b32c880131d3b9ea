import { AixletError, BadUsage, EngineTrapped, EventRefused } from "../errors.ts";
import { PROTOCOL } from "../protocol/index.ts";
import * as protocol from "../protocol/index.ts";
import type { RunOutput } from "../run-events.ts";
import type { Run } from "../run.ts";
import { type Equipment, type Loading, type Seat, takeSeat } from "../seat.ts";
import { Chain } from "./chain.ts";
import { writeDefinition, writePrices } from "./definition-blob.ts";
import { endOf, type RunEnd } from "./end-entry.ts";
import { plainCore } from "./engine-hash.ts";
import type { RunDiff } from "./diff.ts";
import type { ForkOptions } from "./fork.ts";
import { BadJournal, RunMissing, RunSuspended } from "./errors.ts";
import { JournalReader } from "./journal-file.ts";
import { DEFINE, openKept, PRICES, readKept } from "./kept.ts";
import { BEFORE, type JournalHeader, readHeader, writeHeader } from "./journal-header.ts";
import { type LogListener, RunLog } from "./run-log.ts";
import { fromHex, sha256Hex, toHex } from "./sha256.ts";
import type { Head, SignedHead } from "./signed-head.ts";
import type { Claim, Store } from "./store.ts";

export { readHeader, readKept, RunMissing };

/** Records that are done again before others on this thread have their turn. */
const AT_ONCE = 2000;

/** A run in a store. */
export interface RunInfo {
  id: string;
  /** Milliseconds since 1970. */
  created: number;
  /** Bytes of its journal. */
  bytes: number;
  /** SHA-256 of the engine and of the definition that it runs on. */
  engine: string;
  definition: string;
  /** How it ended; undefined if it has not, or its writer had no time to say so. */
  end: RunEnd | undefined;
}

/** A journal's header, and what it says. */
interface Headed {
  bytes: Uint8Array;
  header: JournalHeader;
}

/** What replaying a journal came to. */
export interface Replay {
  steps: number;
  /** The run had come to its end. */
  finished: boolean;
}

/**
 * The engine's side of a store: journals of its runs begin here, and runs come back from theirs, each on the engine and the definition that
 * it was begun with, which are kept beside it once.
 */
export class Keeper {
  readonly #store: Store;
  readonly #equipment: Equipment;
  readonly #own: Seat;
  readonly #header: Omit<JournalHeader, "run" | "created">;
  readonly #blobs: Promise<void>;
  readonly #others = new Map<string, Promise<Seat>>();
  readonly #stopping = new Set<Promise<void>>();

  /** `core`: the bytes of the engine's core; `loading`: what the definition was loaded from. */
  constructor(store: Store, core: Uint8Array, own: Seat, loading: Loading, equipment: Equipment) {
    this.#store = store;
    this.#own = own;
    this.#serve(own);
    this.#equipment = equipment;
    const engine = plainCore(core);
    const { sources, roles, tools, models } = loading;
    const definition = writeDefinition({ sources, roles: [...roles], tools: [...tools], variables: own.variables });
    const blobs = [engine, definition, ...(models.length > 0 ? [writePrices(models)] : [])];
    const [hash, define, prices] = blobs.map((blob) => sha256Hex(blob));
    const inputs = { [DEFINE]: define, ...(prices !== undefined && { [PRICES]: prices }) };
    this.#header = { protocol: PROTOCOL, engine: hash, definition: own.defined.hash, inputs };
    this.#blobs = Promise.all(blobs.map((blob) => store.saveBlob(sha256Hex(blob), blob))).then(() => {});
    // Whoever begins a run is told.
    this.#blobs.catch(() => {});
  }

  /** Gives a new run its journal, which comes to be with the first record. */
  begin(run: Run): void {
    this.#begin(run, this.#own, this.#header);
  }

  #begin(run: Run, seat: Seat, about: Omit<JournalHeader, "run" | "created">): void {
    const bytes = new TextEncoder().encode(run.id);
    // An id that is none is for the core to refuse.
    if (bytes.length < 1 || bytes.length > 64) return;
    if (bytes.includes(0)) throw new BadUsage("The id of a run that is kept in a store cannot hold the character NUL.");
    const store = this.#store;
    const said = { ...about, run: run.id, created: this.#equipment.clock.now() };
    const header = writeHeader(said);
    const create = async (entries: readonly Uint8Array[]) => {
      await this.#blobs;
      return store.create(run.id, header, entries);
    };
    run.log = RunLog.begin(store, run.id, Chain.from(header), { create, anew: anewOf(said) }, this.#listener(run, seat));
  }

  /**
   * Brings a run back, and lets it go on; gives the loop that it goes on in. What is under way in it is asked for again, but for tools that may
   * run only once.
   * @throws RunMissing, RunLocked, BadJournal, EventRefused, StoreFailed
   */
  async resume(run: Run): Promise<Seat> {
    const claim = await this.#store.claim(run.id);
    try {
      const headed = await this.#headerOf(run.id);
      const seat = await this.#seatOf(headed.header);
      if (!(await this.#fromSnapshot(run, seat, claim, headed))) await this.#fromJournal(run, seat, claim, headed);
      return seat;
    } catch (error) {
      if (run.log === undefined) await this.#store.release(run.id, claim.epoch).catch(() => {});
      throw error;
    }
  }

  /**
   * Makes a run of another one's first steps, and lets it go on otherwise; gives the loop that it goes on in.
   * @throws RunMissing, BadJournal, BadUsage, EventRefused, StoreFailed
   */
  async fork(run: Run, from: string, options: ForkOptions): Promise<Seat> {
    const { changesOf, firstSteps, forkPoint, startOf } = await import("./fork.ts");
    const { bytes, header } = await this.#headerOf(from);
    const reader = new JournalReader(bytes, undefined, header);
    const records: Uint8Array[] = [];
    for await (const chunk of this.#store.read(from)) records.push(...reader.records(chunk));
    const { changes = {} } = options;
    const steps = forkPoint(records, reader.end !== undefined, options);
    const { engine, inputs, protocol, definition } = reader.header;
    const about = options.engine === "new" ? { ...this.#header, inputs } : { protocol, engine, definition, inputs };
    const seat = await this.#seatOf({ ...reader.header, ...about });
    if (steps === 0) {
      const start = startOf(records[0], changes);
      this.#begin(run, seat, about);
      const { seed: _, ...others } = changesOf(changes);
      const isPlain = others.amendments.length + others.results.length === 0;
      seat.driver.start({ run, event: { ...start, definition: seat.definition, id: run.id }, ...(!isPlain && { changes: { ...others, seed: undefined } }) });
      return seat;
    }
    const common = firstSteps(records, steps);
    const replaying = new Replaying(seat, run);
    try {
      await replaying.take(common);
      if (replaying.result.finished) throw new BadUsage(`The run ends with step ${steps}: a fork has fewer of its steps.`);
      this.#begin(run, seat, about);
      for (const record of common) run.log?.adopt(record);
      run.replaying = false;
      const refused = seat.driver.fork(run, changesOf(changes));
      if (refused !== undefined) throw new EventRefused(refused.code, refused.path, refused.message);
    } catch (error) {
      await run.log?.stop();
      replaying.drop();
      throw error;
    }
    return seat;
  }

  /** Does two stored runs again, and compares them. */
  async diff(left: string, right: string): Promise<RunDiff> {
    return (await import("./diff.ts")).diffRuns(this.#store, left, right);
  }

  /** Does a stored run again, and proves every step. */
  async replay(id: string): Promise<Replay> {
    const { bytes, header } = await this.#headerOf(id);
    const seat = await this.#seatOf(header);
    const replaying = new Replaying(seat);
    const reader = new JournalReader(bytes, undefined, header);
    try {
      for await (const chunk of this.#store.read(id)) await replaying.take(reader.records(chunk));
    } finally {
      replaying.drop();
    }
    return replaying.result;
  }

  /** Follows a run's chain, and proves a signature of it if there is one. */
  async verify(id: string, signed?: SignedHead, key?: CryptoKey): Promise<Head> {
    const store = this.#store.sealed ?? this.#store;
    const { headOf, verifyHead } = await import("./signed-head.ts");
    return signed === undefined || key === undefined ? headOf(store, id) : verifyHead(store, { ...signed, run: id }, key);
  }

  async sign(id: string, key: CryptoKey): Promise<SignedHead> {
    const { signHead } = await import("./signed-head.ts");
    return signHead(this.#store.sealed ?? this.#store, id, key);
  }

  /** @throws BadUsage, RunMissing */
  async erase(id: string): Promise<void> {
    if (this.#store.erase === undefined)
      throw new BadUsage("The store seals nothing: what a run has said can be deleted, but not erased. Give the engine a SealedStore.");
    await this.#headerOf(id);
    await this.#store.erase(id);
  }

  async *list(): AsyncGenerator<RunInfo> {
    for await (const { id, bytes, header, tail } of this.#store.list()) {
      const { created, engine, definition, inputs } = readHeader(header);
      // A session, in a store that keeps both.
      if (inputs[DEFINE] === undefined) continue;
      yield { id, created, bytes, engine, definition, end: endOf(tail) };
    }
  }

  /** Lets go of all runs, so that they can be resumed: what is in the store is all there is of them. */
  async suspend(): Promise<void> {
    for (const seat of [this.#own, ...(await this.others())]) await Promise.all(seat.driver.runs.map((run) => this.#suspend(run, seat)));
  }

  /** Waits until nothing is being written, and all claims of ended runs are given back. */
  async settle(): Promise<void> {
    await this.#blobs.catch(() => {});
    await Promise.all(this.#stopping);
  }

  /** The other engines that runs have come back on. */
  async others(): Promise<Seat[]> {
    return (await Promise.allSettled(this.#others.values())).flatMap((seat) => (seat.status === "fulfilled" ? [seat.value] : []));
  }

  #serve(seat: Seat): void {
    seat.driver.keepSnapshots((run) => this.#keepSnapshot(run, seat));
  }

  #listener(run: Run, seat: Seat): LogListener {
    const stopping = (done: Promise<void>) => {
      this.#stopping.add(done);
      void done.then(() => this.#stopping.delete(done));
    };
    return { ...seat.driver.listener(run), stopping };
  }

  async #suspend(run: Run, seat: Seat): Promise<void> {
    const { log } = run;
    await log?.settle();
    if (run.finished) return;
    const settled = log?.settled;
    const saved =
      settled === undefined || seat.core.trapped !== undefined ? undefined : seat.driver.ask((_, events) => protocol.writeSave(events, { run: run.handle }));
    // A step was taken meanwhile: the snapshot would be of another moment than the journal.
    const still = log?.settled?.claim.position === settled?.claim.position;
    seat.driver.abandon(run, new RunSuspended(run.id));
    if (saved?.type === "saved" && settled !== undefined && still) {
      const state = packSnapshot({ head: toHex(settled.head), step: saved.step, outputs: run.outputs }, saved.state);
      await this.#store.saveSnapshot(run.id, settled.claim.epoch, { position: settled.claim.position, state }).catch(() => {});
    }
    await log?.stop();
  }

  async #headerOf(id: string): Promise<Headed> {
    const bytes = await this.#store.header(id);
    if (bytes === undefined) throw new RunMissing(id);
    const header = readHeader(bytes);
    if (header.run !== id) throw new BadJournal(92, `This is the journal of the run ${JSON.stringify(header.run)}, and not of ${JSON.stringify(id)}`);
    return { bytes, header };
  }

  /** Keeps a snapshot of a run as it is, as soon as nothing of it waits for its journal. */
  #keepSnapshot(run: Run, seat: Seat): void {
    const { log } = run;
    const at = log?.point;
    if (log === undefined || run.finished) return;
    if (at === undefined) return log.whenFree(() => this.#keepSnapshot(run, seat));
    const outputs = [...run.outputs];
    // What else goes in with the question comes after it.
    const saved = seat.driver.ask((_, events) => protocol.writeSave(events, { run: run.handle }));
    if (saved.type !== "saved") return;
    const state = packSnapshot({ head: toHex(at.head), step: saved.step, outputs }, saved.state);
    void this.#store.saveSnapshot(run.id, at.epoch, { position: at.position, state }).catch(() => {});
  }

  /** From the newest snapshot, and the rest of the journal; gives whether that could be. A snapshot is a cache: the journal is the truth. */
  async #fromSnapshot(run: Run, seat: Seat, claim: Claim, { bytes, header }: Headed): Promise<boolean> {
    const snapshot = await this.#store.snapshot(run.id);
    if (snapshot === undefined || snapshot.position > claim.position) return false;
    const packed = unpackSnapshot(snapshot.state);
    if (packed === undefined) return false;
    for (const output of packed.outputs) run.addOutput(output);
    const replaying = new Replaying(seat, run);
    try {
      if (seat.driver.restore(run, seat.definition, packed.state, true) === undefined) {
        replaying.goOn(run.handle, packed.step);
        const reader = new JournalReader(bytes, { position: snapshot.position, step: packed.step, head: fromHex(packed.head) }, header);
        await this.#replayRest(run, seat, claim, reader, replaying);
        return true;
      }
    } catch (error) {
      if (!AixletError.isInstance(error) || seat.core.trapped !== undefined || run.log !== undefined) throw error;
      replaying.drop();
    }
    run.forgetOutputs();
    run.handle = 0;
    return false;
  }

  async #fromJournal(run: Run, seat: Seat, claim: Claim, { bytes, header }: Headed): Promise<void> {
    const replaying = new Replaying(seat, run);
    try {
      await this.#replayRest(run, seat, claim, new JournalReader(bytes, undefined, header), replaying);
    } catch (error) {
      replaying.drop();
      throw error;
    }
  }

  /** Does what the journal has behind the reader again, and lets the run go on. */
  async #replayRest(run: Run, seat: Seat, claim: Claim, reader: JournalReader, replaying: Replaying): Promise<void> {
    if (reader.position < claim.position) for await (const chunk of this.#store.read(run.id, reader.position)) await replaying.take(reader.records(chunk));
    if (reader.position !== claim.position)
      throw new BadJournal(reader.offset, `The store says that the journal has ${claim.position} records, and it has ${reader.position}`);
    run.endReplay();
    const log = RunLog.resume(this.#store, run.id, reader.chain, claim, anewOf(reader.header), this.#listener(run, seat));
    if (!replaying.result.finished) {
      run.log = log;
      seat.driver.resume(run);
    } else {
      // The run was over, but for the word that says so.
      if (reader.end === undefined && run.stop !== undefined) log.end(run.stop, replaying.result.steps, replaying.time);
      await log.settle();
      await log.stop();
    }
  }

  /** Where a run of this header goes on: on what it was begun with. */
  #seatOf(header: JournalHeader): Promise<Seat> {
    const define = header.inputs[DEFINE];
    if (define === undefined) throw new BadJournal(92, "The journal does not say what its definition was loaded from");
    const prices = header.inputs[PRICES];
    const { engine, inputs } = this.#header;
    if (header.engine === engine && define === inputs[DEFINE] && prices === inputs[PRICES]) return Promise.resolve(this.#own);
    const key = `${header.engine}/${define}/${prices}`;
    let seat = this.#others.get(key);
    if (seat === undefined) {
      this.#others.set(key, (seat = openSeat(this.#store, header, this.#equipment)));
      seat.then(
        (opened) => this.#serve(opened),
        () => this.#others.delete(key),
      );
    }
    return seat;
  }
}

/** Loads the engine and the definition that a run was begun with. @throws BadJournal, StoreFailed */
async function openSeat(store: Store, header: JournalHeader, equipment: Equipment): Promise<Seat> {
  const { core, loading } = await openKept(store, header);
  return takeSeat(core, loading, equipment);
}

/** A run that is done again, record by record. */
class Replaying {
  readonly #seat: Seat;
  readonly #run: Run | undefined;
  #handle = 0;
  result: Replay = { steps: 0, finished: false };
  /** The time of the last record. */
  time = 0;

  /** `run`: who is told of what leaves the run, and of its end. */
  constructor(seat: Seat, run?: Run) {
    this.#seat = seat;
    this.#run = run;
    if (run !== undefined) run.replaying = true;
  }

  /** @throws EventRefused if a step leads to something else */
  async take(records: Iterable<Uint8Array>): Promise<void> {
    let taken = 0;
    for (const record of records) {
      this.#take(record);
      if (++taken % AT_ONCE === 0) await new Promise<void>((resolve) => void this.#seat.driver.clock.setTimeout(resolve, 0));
    }
  }

  #take(record: Uint8Array): void {
    const { driver, definition } = this.#seat;
    this.time = Number(new DataView(record.buffer, record.byteOffset).getBigUint64(16, true));
    const answer = driver.replay(record, this.#handle, definition, this.#run);
    if (answer.type === "refused") {
      this.#handle = answer.run;
      throw new EventRefused(answer.code, answer.path, answer.message);
    }
    if (answer.type !== "replayed") throw new EngineTrapped(new Error(`${answer.type} instead of replayed`));
    this.#handle = answer.run;
    this.result = { steps: answer.step, finished: answer.finished };
  }

  /** The run is there already, up to a step. */
  goOn(handle: number, steps: number): void {
    this.#handle = handle;
    this.result = { steps, finished: false };
  }

  /** Takes the run out of the core again. */
  drop(): void {
    if (this.#handle === 0 || this.result.finished) return;
    if (this.#run !== undefined) this.#seat.driver.forget(this.#run);
    this.#seat.driver.drop(this.#handle);
  }
}

/** The header of a run's journal that begins anew, where its hash was this. */
function anewOf(header: JournalHeader): (before: Uint8Array) => Uint8Array {
  return (before) => writeHeader({ ...header, inputs: { ...header.inputs, [BEFORE]: toHex(before) } });
}

/** What a host needs beside a snapshot to go on. */
interface Beside {
  /** The hash of the journal so far. */
  head: string;
  /** The last step that is in it. */
  step: number;
  /** What has left the run. */
  outputs: readonly RunOutput[];
}

const decoder = new TextDecoder("utf-8", { fatal: true });

function packSnapshot(beside: Beside, state: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(beside));
  const start = (8 + text.length + 7) & ~7;
  const bytes = new Uint8Array(start + state.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 8);
  bytes.set(state, start);
  return bytes;
}

function unpackSnapshot(bytes: Uint8Array): (Beside & { state: Uint8Array }) | undefined {
  try {
    const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
    const { head, step, outputs } = JSON.parse(decoder.decode(bytes.subarray(8, 8 + length)));
    if (!/^[0-9a-f]{64}$/.test(head) || !Number.isSafeInteger(step) || !Array.isArray(outputs)) return undefined;
    return { head, step, outputs, state: bytes.subarray((8 + length + 7) & ~7) };
  } catch {
    return undefined;
  }
}
