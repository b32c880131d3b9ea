import { AixletError } from "../errors.ts";
import { ModelFailure } from "../models/failure.ts";
import { noUsage } from "../models/types.ts";
import * as protocol from "../protocol/index.ts";
import type { Loop } from "./loop.ts";

/** An attempt at an effect, as commands and results name it. */
export interface Attempt {
  run: number;
  effect: number;
  attempt: number;
}

/** Tells the core that an attempt has failed. */
export function attemptFailed(loop: Loop, { run, effect, attempt }: Attempt, error: unknown): void {
  const failure = toFailure(error);
  loop.runs.get(run)?.forgetEffect(effect, attempt);
  loop.write((events) =>
    protocol.writeEffectFailed(events, {
      run,
      effect,
      attempt,
      failure: failure.kind,
      message: failure.message,
      retryAfter: toWait(failure.retryAfter),
      usage: failure.usage ?? noUsage(),
    }),
  );
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}

/** Milliseconds as the core takes them; what is no such number is none. */
function toWait(wait: number | undefined): number | undefined {
  return wait !== undefined && wait >= 0 && wait <= Number.MAX_SAFE_INTEGER ? Math.ceil(wait) : undefined;
}

function toFailure(error: unknown): ModelFailure {
  if (error instanceof ModelFailure) return error;
  const kind = AixletError.isInstance(error) ? "missing" : "failed";
  return new ModelFailure(kind, messageOf(error), { cause: error });
}
