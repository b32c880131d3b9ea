import type { Clock, Timer } from "../clock.ts";

/** Longest wait that setTimeout can do. */
const LONGEST_WAIT = 0x7fffffff;

/** The time at which the core wants to be called again. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #timer: Timer | undefined;
  #timerAt = 0;
  #wake: number | undefined;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /**
   * Rings at this time, or not at all. A timer that comes too early stays: most deadlines are met, so that the next one is later, and a timer of
   * the system costs more than a look at the clock when it comes.
   */
  set(time: number | undefined): void {
    this.#wake = time;
    const timer = this.#timer;
    if (timer !== undefined) {
      if (time === undefined) return this.#rest(timer);
      if (this.#timerAt <= time) {
        if (typeof timer === "object") timer.ref?.();
        return;
      }
      this.#clock.clearTimeout(timer);
    } else if (time === undefined) return;
    this.#start(time);
  }

  stop(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #start(time: number): void {
    this.#timerAt = time;
    this.#timer = this.#clock.setTimeout(this.#timeIsUp, Math.min(LONGEST_WAIT, Math.max(0, time - this.#clock.now())));
  }

  readonly #timeIsUp = (): void => {
    this.#timer = undefined;
    if (this.#wake === undefined) return;
    if (this.#wake > this.#clock.now()) this.#start(this.#wake);
    else this.#ring();
  };

  /** Nothing is waited for: the timer must not keep the process alive. */
  #rest(timer: Timer): void {
    if (typeof timer === "object") timer.unref?.();
    else this.stop();
  }
}
