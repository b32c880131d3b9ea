import type { Run } from "../run.ts";
import type { Attempt } from "./failures.ts";

const ofRun = Symbol("run");
const ofEffect = Symbol("effect");
const ofAttempt = Symbol("attempt");

interface OfAttempt {
  [ofRun]: Run;
  [ofEffect]: number;
  [ofAttempt]: number;
}

/** What code of the application is told of a call, besides what the call is. */
export interface CallContext {
  signal: AbortSignal;
  /** The same for every attempt. */
  idempotencyKey: string;
  run: string;
  agent: string;
}

const signal = {
  enumerable: true,
  configurable: true,
  get(this: OfAttempt): AbortSignal {
    return this[ofRun].signal(this[ofEffect], this[ofAttempt]);
  },
};

/**
 * The context of an attempt. The signal is made when somebody looks at it, and is a property of the context's own, so that a copy has it too. One
 * getter serves all, because a literal with a getter in it is slow.
 */
export function callContext<T extends object>(run: Run, { effect, attempt }: Attempt, agent: string, more: T): CallContext & T {
  const context = { idempotencyKey: `${run.id}/${effect}`, run: run.id, agent, ...more, [ofRun]: run, [ofEffect]: effect, [ofAttempt]: attempt };
  return Object.defineProperty(context, "signal", signal) as typeof context & { signal: AbortSignal };
}
