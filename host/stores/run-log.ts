import { AixletError } from "../errors.ts";
import type { Command, StopReason } from "../protocol/index.ts";
import { Chain, LINK } from "./chain.ts";
import { writeEnd } from "./end-entry.ts";
import { StoreFailed } from "./errors.ts";
import { copyWords } from "./slab.ts";
import type { Claim, Store } from "./store.ts";

/** Commands of a run that wait until so many entries of its journal are durable. */
interface Held {
  until: number;
  commands: Command[];
  time: number;
}

/** How a journal comes to be with its first entries, and the header of one that was cut where its hash was this. */
export interface Beginnings {
  create?: (entries: readonly Uint8Array[]) => Promise<Claim>;
  anew: (before: Uint8Array) => Uint8Array;
}

/** Where a journal is: all so far is here or on its way. */
export interface LogPoint {
  head: Uint8Array;
  epoch: number;
  position: number;
}

/** What becomes of what waited. */
export interface LogListener {
  /** Does what had to wait. */
  release(commands: readonly Command[], time: number): void;
  /** The journal takes no more: what waited is never done. */
  failed(error: AixletError): void;
  /** Nothing more goes in; resolved when the claim has been given back. */
  stopping(done: Promise<void>): void;
}

/**
 * A run's way into its store: records go in, and commands that may not be done before their record is durable wait here, and all of the run
 * behind them. One append is under way at a time; what comes meanwhile goes with the next one.
 */
export class RunLog {
  readonly #store: Store;
  readonly #run: string;
  #chain: Chain;
  readonly #listener: LogListener;
  readonly #beginnings: Beginnings;
  /** The header that comes in the place of the journal's, with the entries that are pending. */
  #cutting: Uint8Array | undefined;
  /** What is to be done when nothing is held any more. */
  #whenFree: (() => void) | undefined;
  #claim: Claim | undefined;
  #pending: Uint8Array[] = [];
  /** Entries there have been with those that are pending; those in the store; up to which they have to be durable; and up to which they are. */
  #added: number;
  #stored: number;
  #wanted = 0;
  #durable: number;
  #held: Held[] = [];
  #busy: Promise<void> | undefined;
  #ended = false;
  #stopped = false;
  #stopping: Promise<void> | undefined;

  private constructor(store: Store, run: string, chain: Chain, listener: LogListener, claim: Claim | undefined, beginnings: Beginnings) {
    this.#store = store;
    this.#run = run;
    this.#chain = chain;
    this.#listener = listener;
    this.#claim = claim;
    this.#beginnings = beginnings;
    this.#added = this.#stored = this.#durable = claim?.position ?? 0;
  }

  /** The log of a new run. */
  static begin(store: Store, run: string, chain: Chain, beginnings: Beginnings, listener: LogListener): RunLog {
    return new RunLog(store, run, chain, listener, undefined, beginnings);
  }

  /** The log of a run that goes on. */
  static resume(store: Store, run: string, chain: Chain, claim: Claim, anew: Beginnings["anew"], listener: LogListener): RunLog {
    return new RunLog(store, run, chain, listener, claim, { anew });
  }

  /** Takes the record of so many words in. */
  append(memory: Uint32Array, from: number, words: number, barrier: boolean): void {
    this.#add(copyWords(memory, from, words, LINK), barrier);
  }

  /** Takes in a record that stands for all before it: the journal begins anew with it, where the store can do that. */
  cut(memory: Uint32Array, from: number, words: number): void {
    if (this.#store.cut !== undefined && this.#claim !== undefined && !this.#stopped) {
      this.#cutting = this.#beginnings.anew(this.#chain.head);
      this.#chain = Chain.from(this.#cutting);
      this.#pending = [];
    }
    this.append(memory, from, words, false);
  }

  /** Takes in a record of another run's journal, which is this one's, too. */
  adopt(record: Uint8Array): void {
    const entry = new Uint8Array(record.length + LINK);
    entry.set(record);
    this.#add(entry, false);
  }

  /** Takes the end in. */
  end(stop: StopReason, steps: number, time: number): void {
    const record = writeEnd({ stop, steps, time });
    const entry = new Uint8Array(record.length + LINK);
    entry.set(record);
    this.#add(entry, true);
    this.#ended = true;
  }

  #add(entry: Uint8Array, barrier: boolean): void {
    if (this.#stopped) return;
    const size = entry.length - LINK;
    this.#chain.link(entry.subarray(0, size), entry, size);
    this.#pending.push(entry);
    this.#added++;
    if (barrier) this.#wanted = this.#added;
  }

  /** The hash of all entries, and how many there are, if all of them are in the store. */
  get settled(): { head: Uint8Array; claim: Claim } | undefined {
    if (this.#claim === undefined || this.#stored !== this.#added || this.#busy !== undefined) return undefined;
    return { head: this.#chain.head, claim: this.#claim };
  }

  /** Where the journal is, if nothing of the run waits for it. */
  get point(): LogPoint | undefined {
    if (this.#claim === undefined || this.#cutting !== undefined || this.holds || this.#held.length > 0) return undefined;
    return { head: this.#chain.head, epoch: this.#claim.epoch, position: this.#claim.position + this.#added - this.#stored };
  }

  /** Does something as soon as nothing of the run waits. */
  whenFree(act: () => void): void {
    this.#whenFree = act;
  }

  /** Whether a command of this run has to wait now. */
  get holds(): boolean {
    return this.#wanted > this.#durable || this.#stopped;
  }

  /** Lets a command wait until all so far is durable that has to be. */
  hold(command: Command, time: number): void {
    if (this.#stopped) return;
    const last = this.#held[this.#held.length - 1];
    if (last !== undefined && last.until === this.#wanted) last.commands.push(command);
    else this.#held.push({ until: this.#wanted, commands: [command], time });
  }

  /** Hands over what is pending, unless something is under way. */
  flush(): void {
    if (this.#busy !== undefined || this.#pending.length === 0 || this.#stopped) return;
    const entries = this.#pending;
    const stored = this.#added;
    const durable = this.#wanted > this.#durable;
    this.#pending = [];
    // What creates a journal or cuts it is durable when it is there.
    const isWhole = this.#claim === undefined || this.#cutting !== undefined;
    let writing: Promise<Claim> | undefined;
    try {
      writing = this.#write(entries, durable);
    } catch (error) {
      return this.#fail(error);
    }
    if (writing === undefined) {
      const { epoch, position } = this.#claim as Claim;
      return this.#written({ epoch, position: position + entries.length }, stored, durable);
    }
    this.#busy = writing.then(
      (claim) => {
        this.#busy = undefined;
        this.#written(claim, stored, durable || isWhole);
      },
      (error) => {
        this.#busy = undefined;
        this.#fail(error);
      },
    );
  }

  /** Creates the journal, cuts it or appends to it; gives the claim that then holds, or nothing if the entries are there at once. */
  #write(entries: readonly Uint8Array[], durable: boolean): Promise<Claim> | undefined {
    const at = this.#claim;
    const { create } = this.#beginnings;
    if (at === undefined) return create?.(entries);
    const header = this.#cutting;
    if (header === undefined || this.#store.cut === undefined)
      return this.#store.append(this.#run, at, entries, durable)?.then(() => ({ epoch: at.epoch, position: at.position + entries.length }));
    this.#cutting = undefined;
    return this.#store.cut(this.#run, at, header, entries).then(() => ({ epoch: at.epoch, position: entries.length }));
  }

  #written(claim: Claim, stored: number, durable: boolean): void {
    this.#claim = claim;
    this.#stored = stored;
    if (durable) this.#durable = stored;
    if (this.#stopped) return;
    // What is pending goes first: while it is written, what was waited for is done.
    this.flush();
    while (this.#held.length > 0 && this.#held[0].until <= this.#durable) {
      const { commands, time } = this.#held.shift() as Held;
      this.#listener.release(commands, time);
    }
    if (this.#whenFree !== undefined && this.point !== undefined) {
      const act = this.#whenFree;
      this.#whenFree = undefined;
      act();
    }
    if (this.#ended && this.#pending.length === 0 && this.#busy === undefined) void this.stop();
  }

  #fail(error: unknown): void {
    if (this.#stopped) return;
    this.#held = [];
    void this.stop();
    this.#listener.failed(
      AixletError.isInstance(error)
        ? error
        : new StoreFailed(`The run's journal could not be written: ${error instanceof Error ? error.message : String(error)}`, error),
    );
  }

  /** Waits until all so far is in the store. */
  async settle(): Promise<void> {
    this.flush();
    while (this.#busy !== undefined) await this.#busy;
  }

  /** Nothing more goes in, and what waits is never done. What is under way comes to its end, and the claim is given back. */
  stop(): Promise<void> {
    if (this.#stopping === undefined) this.#listener.stopping((this.#stopping = this.#stop()));
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#stopped = true;
    this.#held = [];
    this.#pending = [];
    await this.#busy;
    const claim = this.#claim;
    this.#claim = undefined;
    // A store that cannot take a claim back will tell whoever wants it next.
    if (claim !== undefined) await this.#store.release(this.#run, claim.epoch).catch(() => undefined);
  }
}
