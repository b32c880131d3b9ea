/** What a clock gives for a timer, to take it back by. In Node it also says whether it keeps the process alive. */
export type Timer = number | { ref?(): unknown; unref?(): unknown };

/**
 * The only way in which a host learns what time it is, and waits: whoever gives another clock, such as the simulator, decides when anything
 * happens.
 */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once, after so many milliseconds, when nothing else is being done. */
  setTimeout(callback: () => void, milliseconds: number): Timer;
  clearTimeout(timer: Timer | undefined): void;
}

/** The system's. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds) as Timer,
  clearTimeout: (timer) => clearTimeout(timer as number | undefined),
};
