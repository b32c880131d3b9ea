import { systemClock } from "../clock.ts";
import { type FailureKind, ModelFailure } from "./failure.ts";
import { redact } from "./redact.ts";

/** What an error of the AI SDK may have. Told by its fields: there may be several copies and versions of its classes in one process. */
interface ErrorLike {
  name?: string;
  message?: string;
  code?: unknown;
  cause?: unknown;
  statusCode?: number;
  responseHeaders?: Record<string, string | undefined>;
  data?: unknown;
  /** Of an error that came as a piece of a stream. */
  type?: unknown;
  error?: unknown;
}

/** Whatever a model threw, as the failure that the core decides on. */
export function toFailure(error: unknown, provider: string, signal?: AbortSignal, now: number = systemClock.now()): ModelFailure {
  if (error instanceof ModelFailure) return error;
  if (signal?.aborted) return new ModelFailure(isTimeout(signal.reason) ? "timeout" : "aborted", `${provider}: the call was aborted`);
  const seen: ErrorLike = typeof error === "object" && error !== null ? error : { message: String(error) };
  const kind = kindOf(seen);
  const retryAfter = kind === "rate-limit" || kind === "server-error" ? retryAfterOf(seen, now) : undefined;
  return new ModelFailure(kind, redact(`${provider}: ${describe(seen)}`), { retryAfter, cause: withoutRequest(error) });
}

function kindOf(error: ErrorLike): FailureKind {
  const words = providerWords(error);
  // Sent as 429, but no waiting helps: the account is out of money.
  if (words.includes("insufficient_quota") || words.includes("billing_error")) return "authentication";
  if (words.includes("content_filter") || words.includes("content_policy_violation")) return "content-filter";
  if (isTooLong(error, words)) return "context-length";
  if (error.statusCode !== undefined && error.statusCode >= 300) {
    // Gemini and xAI say 400 to a key they do not know.
    if (error.statusCode === 400 && /\bapi[ _-]?key\b/i.test(error.message ?? "")) return "authentication";
    return kindOfStatus(error.statusCode);
  }
  return byWord(words) ?? byNetworkCode(error) ?? byName(error);
}

/**
 * A request of more tokens than the model takes. OpenAI and those who speak like it have a word for it; Anthropic ("prompt is too long", "exceed context
 * limit"), Gemini ("input token count … exceeds") and others say it in a sentence.
 */
function isTooLong(error: ErrorLike, words: unknown[]): boolean {
  if (words.includes("context_length_exceeded") || words.includes("context_window_exceeded") || words.includes("model_context_window_exceeded")) return true;
  if (error.statusCode !== 400 && error.statusCode !== 413 && error.statusCode !== 422) return false;
  return /prompt is too long|maximum context length|context (window|length|limit|size)|input token count.*exceeds|too many (input )?tokens/i.test(
    error.message ?? "",
  );
}

function byName(error: ErrorLike): FailureKind {
  switch (error.name) {
    case "AbortError":
      return "aborted";
    case "TimeoutError":
      return "timeout";
    case "AI_JSONParseError":
    case "AI_TypeValidationError":
    case "AI_InvalidResponseDataError":
    case "AI_EmptyResponseBodyError":
    case "AI_NoContentGeneratedError":
      return "malformed";
    case "AI_LoadAPIKeyError":
    case "AI_LoadSettingError":
      return "authentication";
    case "AI_NoSuchModelError":
    case "AI_InvalidPromptError":
    case "AI_InvalidArgumentError":
    case "AI_UnsupportedFunctionalityError":
      return "invalid-request";
    case "AI_APICallError":
      // An answer came, but not one of the shape that was agreed; or none came at all.
      return error.statusCode === undefined ? "network" : "malformed";
    default:
      return "failed";
  }
}

/** What an HTTP status that is no success says. */
export function kindOfStatus(status: number): FailureKind {
  if (status === 429) return "rate-limit";
  if (status === 408) return "timeout";
  if (status === 401 || status === 402 || status === 403) return "authentication";
  if (status === 409 || status >= 500) return "server-error";
  return "invalid-request";
}

/** The words that providers put in the body (OpenAI: `code`, Anthropic: `type`). */
function providerWords(error: ErrorLike): unknown[] {
  const words: unknown[] = [];
  for (const place of [error, error.error, error.data, (error.data as ErrorLike | undefined)?.error]) {
    if (typeof place === "object" && place !== null) words.push((place as ErrorLike).code, (place as ErrorLike).type);
  }
  return words;
}

/** In the middle of a stream there is no status, only a word. */
function byWord(words: unknown[]): FailureKind | undefined {
  for (const word of words) {
    switch (word) {
      case "rate_limit_exceeded":
      case "rate_limit_error":
        return "rate-limit";
      case "overloaded_error":
      case "api_error":
      case "server_error":
        return "server-error";
      case "timeout_error":
        return "timeout";
      case "authentication_error":
      case "permission_error":
        return "authentication";
      case "invalid_request_error":
        return "invalid-request";
    }
  }
  return undefined;
}

/** What Node, Deno, Bun and browsers say when there is no connection, or no longer one. */
function byNetworkCode(error: ErrorLike): FailureKind | undefined {
  let current: ErrorLike | undefined = error;
  for (let depth = 0; depth < 6 && typeof current === "object" && current !== null; depth++) {
    const code = typeof current.code === "string" ? current.code : "";
    if (code === "ETIMEDOUT" || /^UND_ERR_.*TIMEOUT$/.test(code) || current.name === "TimeoutError") return "timeout";
    if (/^(ECONN|ENOTFOUND|EAI_|EPIPE|EHOST|ENET|EPROTO|CERT_|ERR_TLS|ERR_SSL|UND_ERR_|ConnectionRefused|ConnectionClosed)/.test(code)) return "network";
    if (current.name === "TypeError" && /fetch failed|failed to fetch|terminated|network|load failed/i.test(current.message ?? "")) return "network";
    current = current.cause as ErrorLike | undefined;
  }
  return undefined;
}

/** Milliseconds: `retry-after-ms`, `retry-after` (seconds or an HTTP date), or Gemini's `retryDelay` in the body. */
function retryAfterOf(error: ErrorLike, now: number): number | undefined {
  const exact = Number(header(error, "retry-after-ms") || Number.NaN);
  if (exact >= 0) return Math.ceil(exact);
  const text = header(error, "retry-after") ?? "";
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  // Date.parse takes "-3" for a year; a date of HTTP has words in it.
  const date = /[a-z]{3}/i.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(date)) return Math.max(0, date - now);
  const details = (error.data as { error?: { details?: unknown } } | undefined)?.error?.details;
  if (!Array.isArray(details)) return undefined;
  for (const detail of details) {
    const delay = /^(\d+(?:\.\d+)?)s$/.exec(String((detail as { retryDelay?: unknown } | null)?.retryDelay));
    if (delay !== null) return Math.ceil(Number(delay[1]) * 1000);
  }
  return undefined;
}

function header(error: ErrorLike, name: string): string | undefined {
  for (const [key, value] of Object.entries(error.responseHeaders ?? {})) if (key.toLowerCase() === name) return value?.trim();
  return undefined;
}

function describe(error: ErrorLike): string {
  // Its own message is the whole answer, and all that a checker has to say about it.
  if (error.name === "AI_TypeValidationError") return "the answer has not the agreed form";
  const inner = (error.error ?? undefined) as ErrorLike | undefined;
  const message = error.message || inner?.message || (typeof error.type === "string" ? error.type : "") || "it failed";
  const status = error.statusCode;
  return status === undefined || message.includes(String(status)) ? message : `${status} ${message}`;
}

function isTimeout(reason: unknown): boolean {
  return typeof reason === "object" && reason !== null && (reason as ErrorLike).name === "TimeoutError";
}

/** The cause, unless it carries the request: prompts and headers have no place in a log of errors. */
function withoutRequest(error: unknown): unknown {
  if (typeof error !== "object" || error === null || !("requestBodyValues" in error)) return error;
  const { name, statusCode, cause } = error as ErrorLike;
  return { name, statusCode, cause };
}
