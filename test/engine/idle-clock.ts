import type { Clock } from "../../host/clock.ts";

interface Waiting {
  at: number;
  callback: () => void;
}

/** A clock that goes on to what is waited for next whenever there is nothing else to do. */
export class IdleClock implements Clock {
  #now = 1_000_000_000_000;
  #next = 1;
  #pumping = false;
  readonly #waiting = new Map<number, Waiting>();

  now = (): number => this.#now;

  setTimeout = (callback: () => void, milliseconds: number): number => {
    this.#waiting.set(this.#next, { at: this.#now + Math.max(0, milliseconds), callback });
    this.#pump();
    return this.#next++;
  };

  clearTimeout = (timer: unknown): void => {
    this.#waiting.delete(timer as number);
  };

  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    // Promises that can be kept are kept before the next turn but one of the event loop.
    setImmediate(() => setImmediate(() => this.#advance()));
  }

  #advance(): void {
    this.#pumping = false;
    let first: [number, Waiting] | undefined;
    for (const each of this.#waiting) if (first === undefined || each[1].at < first[1].at) first = each;
    if (first === undefined) return;
    const [timer, { at, callback }] = first;
    this.#waiting.delete(timer);
    this.#now = Math.max(this.#now, at);
    callback();
    if (this.#waiting.size > 0) this.#pump();
  }
}
