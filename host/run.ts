import type { ApprovalDecision, Decision } from "./approval.ts";
import { RunFailed, type AixletError } from "./errors.ts";
import { Journal } from "./journal.ts";
import { Conversation } from "./models/conversation.ts";
import type { FinishedCommand } from "./protocol/index.ts";
import type { RunEvent, RunOutput, RunResult } from "./run-events.ts";
import { type ModelUsage, toDollars, type UsageBook, type UsageLabels } from "./usage.ts";
import type { RunLog } from "./stores/run-log.ts";

/** What a run needs of the engine that runs it. */
export interface RunOwner {
  deliver(run: Run, to: string, text: string): void;
  closeInput(run: Run): void;
  cancel(run: Run, reason: string): void;
  approve(run: Run, effect: number, decision: Decision): void;
}

/**
 * A run: a promise of its result, and an iterable of what happens in it. Whoever wants to see everything begins to iterate in the same turn
 * of the event loop in which the run was begun.
 */
export class Run implements PromiseLike<RunResult>, AsyncIterable<RunEvent> {
  /** The run's name, for ever. */
  readonly id: string;
  /** Its handle in the core; 0 until it has begun. */
  handle = 0;
  /** The run's records; empty if they are in a store. */
  readonly journal = new Journal();
  /** The way to its store, if it has one. */
  log: RunLog | undefined;
  /** It is done again from its journal, and does nothing in the world. */
  replaying = false;
  /** Who watches it wants pieces of answers as they come. */
  streams = false;
  /** Set if a model only stands in for a real one. */
  label: string | undefined;
  /** Where its usage is written down when it is over, and whose it is. */
  book: UsageBook | undefined;
  labels: UsageLabels = noLabels;
  readonly #owner: RunOwner;
  /** By attempt: made only for those whose signal somebody looked at, or that were withdrawn. */
  #aborts: Map<number, AbortController> | undefined;
  #conversations: (Conversation | undefined)[] = none;
  #outputs: RunOutput[] = none;
  #result: RunResult | undefined;
  #error: AixletError | undefined;
  #withheld: (() => void) | undefined;
  #promise: Promise<RunResult> | undefined;
  #settle: ((result: RunResult) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;
  #reader: EventQueue | undefined;

  constructor(id: string, owner: RunOwner) {
    this.id = id;
    this.#owner = owner;
  }

  /** Somebody wants to see what happens. */
  get watched(): boolean {
    return this.#reader !== undefined;
  }

  /** Why it stopped, if it has. */
  get stop(): RunResult["stop"] | undefined {
    return this.#result?.stop;
  }

  get finished(): boolean {
    return this.#result !== undefined || this.#error !== undefined;
  }

  /** A transcript by its number, as models are called with it. */
  conversation(number: number): Conversation {
    if (number >= this.#conversations.length) {
      // Not by assigning behind the end: that takes room for seventeen.
      const grown = new Array<Conversation | undefined>(Math.max(number + 1, this.#conversations.length * 2));
      for (let i = 0; i < this.#conversations.length; i++) grown[i] = this.#conversations[i];
      this.#conversations = grown;
    }
    let conversation = this.#conversations[number];
    if (conversation === undefined) this.#conversations[number] = conversation = new Conversation();
    return conversation;
  }

  /** The transcript is told anew from the start. */
  forgetConversation(number: number): void {
    this.#conversations[number] = undefined;
  }

  /** For the engine: the signal of an attempt at an effect. */
  signal(effect: number, attempt: number): AbortSignal {
    this.#aborts ??= new Map();
    const key = attemptKey(effect, attempt);
    let abort = this.#aborts.get(key);
    if (abort === undefined) this.#aborts.set(key, (abort = new AbortController()));
    return abort.signal;
  }

  /** For the engine: an attempt has come to its end. */
  forgetEffect(effect: number, attempt: number): void {
    if (this.#aborts !== undefined) this.#aborts.delete(attemptKey(effect, attempt));
  }

  /** For the engine: an attempt is wanted no more. Whoever asks for its signal only now finds it aborted. */
  withdraw(effect: number, attempt: number): void {
    this.signal(effect, attempt);
    this.#aborts?.get(attemptKey(effect, attempt))?.abort();
  }

  /** For the engine: whether an attempt was withdrawn that has not ended yet. */
  isWithdrawn(effect: number, attempt: number): boolean {
    return this.#aborts?.get(attemptKey(effect, attempt))?.signal.aborted === true;
  }

  /** Sends a message into the run: to an agent or port, or to the only place there is. */
  send(text: string, to = ""): void {
    this.#owner.deliver(this, to, text);
  }

  /** Nothing more will be sent: when all is done, the run ends. */
  close(): void {
    this.#owner.closeInput(this);
  }

  /** Answers an `approval-needed`: the tool is run, with other arguments if there are any, or the model is told that it was denied, and why. */
  approve(effect: number, decision: ApprovalDecision = true, reason = ""): void {
    this.#owner.approve(this, effect, typeof decision === "boolean" ? { approved: decision, reason } : decision);
  }

  /** Stops the run. What is under way is cancelled; the result says `cancelled`. */
  cancel(reason = "cancelled"): void {
    this.#owner.cancel(this, reason);
  }

  /** The result, however the run ended; rejected only if the engine failed. */
  get result(): Promise<RunResult> {
    this.#promise ??= new Promise((resolve, reject) => {
      if (this.#result !== undefined) resolve(this.#result);
      else if (this.#error !== undefined) reject(this.#error);
      else {
        this.#settle = resolve;
        this.#reject = reject;
      }
    });
    return this.#promise;
  }

  /** The text of the result. @throws RunFailed unless the run is done */
  async text(): Promise<string> {
    const result = await this.result;
    if (result.stop !== "done") throw new RunFailed(result.stop, result.path, result.message || `the run stopped: ${result.stop}`);
    return result.text;
  }

  then<A = RunResult, B = never>(
    done?: ((result: RunResult) => A | PromiseLike<A>) | null,
    failed?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.result.then(done, failed);
  }

  [Symbol.asyncIterator](): AsyncIterator<RunEvent> {
    this.#reader ??= new EventQueue();
    if (this.finished) this.#reader.end(this.#error);
    return this.#reader;
  }

  /** For the engine: something happened. */
  emit(event: RunEvent): void {
    this.#reader?.push(event);
  }

  /** For the engine: all messages that have left the run. */
  get outputs(): readonly RunOutput[] {
    return this.#outputs;
  }

  /** For the engine: they will be told anew. */
  forgetOutputs(): void {
    this.#outputs = none;
  }

  /** For the engine: a message left the run. */
  addOutput(output: RunOutput): void {
    if (this.#outputs.length === 0) this.#outputs = [output];
    else this.#outputs.push(output);
  }

  /** For the engine: all of its journal has been done again, and is good. */
  endReplay(): void {
    this.replaying = false;
    this.#withheld?.();
    this.#withheld = undefined;
  }

  /** For the engine: the run is over; if it is done again, that is told only when all of its journal has been read. */
  finish(command: Omit<FinishedCommand, "type" | "run">, time: number, usage: ModelUsage[] = none): void {
    if (this.replaying) {
      this.#withheld = () => this.finish(command, time, usage);
      return;
    }
    const { stop, path, message, output, counters, cost } = command;
    const result: RunResult = { stop, path, message, text: output, outputs: this.#outputs, counters, usage, cost: toDollars(cost) };
    if (this.label !== undefined) result.label = this.label;
    this.#result = result;
    this.book?.add(result, this.labels);
    this.journal.seal();
    this.#settle?.(result);
    if (this.#reader !== undefined) {
      this.#reader.push({ type: "finished", time, ...result });
      this.#reader.end();
    }
  }

  /** For the engine: the run cannot go on. */
  fail(error: AixletError): void {
    if (this.finished) return;
    this.#error = error;
    void this.log?.stop();
    if (this.#aborts !== undefined) for (const abort of this.#aborts.values()) abort.abort(error);
    this.#reject?.(error);
    this.#reader?.end(error);
  }
}

const noLabels: UsageLabels = {};

/** Never written to: most runs have none of something. */
const none: never[] = [];

/** Events between the engine, which does not wait, and a reader, which may. */
class EventQueue implements AsyncIterator<RunEvent> {
  #events: RunEvent[] = [];
  #next = 0;
  #ended = false;
  #error: unknown;
  #waiting: { resolve: (result: IteratorResult<RunEvent>) => void; reject: (error: unknown) => void } | undefined;

  push(event: RunEvent): void {
    if (this.#ended) return;
    const waiting = this.#waiting;
    if (waiting === undefined) this.#events.push(event);
    else {
      this.#waiting = undefined;
      waiting.resolve({ value: event, done: false });
    }
  }

  end(error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (error !== undefined) waiting?.reject(error);
    else waiting?.resolve({ value: undefined, done: true });
  }

  next(): Promise<IteratorResult<RunEvent>> {
    if (this.#next < this.#events.length) {
      const value = this.#events[this.#next++];
      if (this.#next === this.#events.length) {
        this.#events = [];
        this.#next = 0;
      }
      return Promise.resolve({ value, done: false });
    }
    if (!this.#ended) return new Promise((resolve, reject) => (this.#waiting = { resolve, reject }));
    const error = this.#error;
    this.#error = undefined;
    return error === undefined ? Promise.resolve({ value: undefined, done: true }) : Promise.reject(error);
  }

  return(): Promise<IteratorResult<RunEvent>> {
    this.#ended = true;
    this.#events = [];
    return Promise.resolve({ value: undefined, done: true });
  }
}

/** One number for an effect and an attempt at it, of which there are far fewer than 65 536. */
function attemptKey(effect: number, attempt: number): number {
  return effect * 65_536 + attempt;
}
