import { Arena } from "../memory/arena";
import { FailureKind } from "../protocol/types";
import { Doc, child, choiceOf, decimalOf, durationOf, integerOf } from "./doc";
import { RetryPlan } from "./plan";
import { Backoff, Key, RetryOn } from "./table";

// How often, and after which waits, something that failed is tried again: of an agent's calls, a tool, a node of a flow.

const SECOND: u64 = 1000;
const ONE: i64 = 1_000_000_000;

export function readRetry(from: Doc | null, arena: Arena): RetryPlan {
  if (from === null) return changetype<RetryPlan>(0);
  const retry = changetype<RetryPlan>(arena.allocate(offsetof<RetryPlan>()));
  retry.attempts = <u32>integerOf(from, Key.MaxAttempts, 3);
  retry.initial = durationOf(from, Key.InitialBackoff, SECOND);
  retry.most = durationOf(from, Key.MaxBackoff, 30 * SECOND);
  retry.multiplier = choiceOf(from, Key.Backoff, Backoff.Exponential) == Backoff.Constant ? ONE : decimalOf(from, Key.Multiplier, 2 * ONE);
  const on = child(from, Key.RetryOn);
  if (on === null) retry.retryOn = RATE_LIMIT | TIMEOUT | SERVER_ERROR;
  else for (let kind: Doc | null = on.firstChild(); kind !== null; kind = kind!.nextSibling()) retry.retryOn |= bitsOf(<RetryOn>kind.number);
  return retry;
}

/** `workflow.max_retries` and `retry_delay_seconds`. */
export function workflowRetry(workflow: Doc | null, arena: Arena): RetryPlan {
  const retries = <u32>integerOf(workflow, Key.MaxRetries, 0);
  if (!retries) return changetype<RetryPlan>(0);
  const retry = changetype<RetryPlan>(arena.allocate(offsetof<RetryPlan>()));
  retry.attempts = retries + 1;
  retry.initial = durationOf(workflow, Key.RetryDelaySeconds, SECOND);
  retry.most = max(retry.initial, 30 * SECOND);
  retry.multiplier = 2 * ONE;
  retry.retryOn = RATE_LIMIT | TIMEOUT | SERVER_ERROR;
  return retry;
}

const RATE_LIMIT: u32 = 1 << (<u32>FailureKind.RateLimit);
const TIMEOUT: u32 = 1 << (<u32>FailureKind.Timeout);
/** A server that cannot be reached is, for whoever tries again, a server that failed. */
const SERVER_ERROR: u32 = (1 << (<u32>FailureKind.ServerError)) | (1 << (<u32>FailureKind.Network));

function bitsOf(word: RetryOn): u32 {
  if (word == RetryOn.RateLimit) return RATE_LIMIT;
  return word == RetryOn.Timeout ? TIMEOUT : SERVER_ERROR;
}
