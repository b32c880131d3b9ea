import type { Clock, Timer } from "../../../host/clock.ts";

/** What ends with a process: nothing that it was to do is done any more. */
export interface Domain {
  alive: boolean;
}

interface Due {
  at: number;
  order: number;
  domain: Domain;
  act: () => void;
}

/** The only time there is: what is due, in order, and what is due at once in the order in which it was asked for. */
export class Timeline {
  now: number;
  #order = 0;
  readonly #due: Due[] = [];

  constructor(now: number) {
    this.now = now;
  }

  after(delay: number, domain: Domain, act: () => void): Due {
    const due = { at: this.now + Math.max(0, delay), order: this.#order++, domain, act };
    let place = this.#due.length;
    while (place > 0 && this.#due[place - 1].at > due.at) place--;
    this.#due.splice(place, 0, due);
    return due;
  }

  cancel(due: Due): void {
    const place = this.#due.indexOf(due);
    if (place >= 0) this.#due.splice(place, 1);
  }

  /** Resolves after so long, or never if the domain has ended by then. */
  wait(delay: number, domain: Domain): Promise<void> {
    return new Promise((resolve) => this.after(delay, domain, resolve));
  }

  /** Does what is due next, and all that follows from it at once. False if nothing will ever happen. */
  async next(): Promise<boolean> {
    for (let due = this.#due.shift(); due !== undefined; due = this.#due.shift()) {
      if (!due.domain.alive) continue;
      this.now = Math.max(this.now, due.at);
      due.act();
      await settled();
      return true;
    }
    return false;
  }

  /** A clock for a process; `skew`: how much it is wrong. */
  clock(domain: Domain, skew: () => number): Clock {
    return {
      now: () => Math.floor(this.now + skew()),
      setTimeout: (callback, milliseconds) => this.after(milliseconds, domain, callback) as unknown as Timer,
      clearTimeout: (timer) => timer !== undefined && this.cancel(timer as unknown as Due),
    };
  }
}

/** When all that follows at once has been done. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
