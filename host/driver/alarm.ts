/** Longest wait that setTimeout can do. */
const LONGEST_WAIT = 0x7fffffff;

/** The time at which the core wants to be called again. */
export class Alarm {
  readonly #now: () => number;
  readonly #ring: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = 0;
  #wake: number | undefined;

  constructor(now: () => number, ring: () => void) {
    this.#now = now;
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
        if (typeof timer === "object") timer.ref();
        return;
      }
      clearTimeout(timer);
    } else if (time === undefined) return;
    this.#start(time);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #start(time: number): void {
    this.#timerAt = time;
    this.#timer = setTimeout(this.#timeIsUp, Math.min(LONGEST_WAIT, Math.max(0, time - this.#now())));
  }

  readonly #timeIsUp = (): void => {
    this.#timer = undefined;
    if (this.#wake === undefined) return;
    if (this.#wake > this.#now()) this.#start(this.#wake);
    else this.#ring();
  };

  /** Nothing is waited for: the timer must not keep the process alive. */
  #rest(timer: ReturnType<typeof setTimeout>): void {
    if (typeof timer === "object") timer.unref();
    else this.stop();
  }
}
