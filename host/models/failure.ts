import { AixletError } from "../errors.ts";
import type { Part, Usage } from "./types.ts";

/** Why something outside failed. The protocol's `failure-kind`. */
export type FailureKind =
  | "rate-limit"
  | "timeout"
  | "server-error"
  | "network"
  | "authentication"
  | "invalid-request"
  | "content-filter"
  | "malformed"
  | "missing"
  | "failed"
  | "aborted"
  | "context-length";

export interface FailureDetails {
  /** Milliseconds that the other side asked to wait. */
  retryAfter?: number;
  /** Tokens that were used nevertheless, if the provider said so. */
  usage?: Usage;
  /** What had come in of an answer that broke off. */
  parts?: Part[];
  cause?: unknown;
}

/** One attempt at a model call that came to nothing. */
export class ModelFailure extends AixletError {
  readonly kind: FailureKind;
  // Declared, not defined: what is not known is not there.
  declare readonly retryAfter?: number;
  declare readonly usage?: Usage;
  declare readonly parts?: Part[];

  constructor(kind: FailureKind, message: string, details: FailureDetails = {}) {
    super("model-failed", message, details.cause);
    this.kind = kind;
    if (details.retryAfter !== undefined) this.retryAfter = details.retryAfter;
    if (details.usage !== undefined) this.usage = details.usage;
    if (details.parts !== undefined) this.parts = details.parts;
  }
}
