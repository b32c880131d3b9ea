import { APICallError, EmptyResponseBodyError, JSONParseError, LoadAPIKeyError, NoSuchModelError, TypeValidationError } from "@ai-sdk/provider";
import { describe, expect, it } from "vitest";
import { toFailure } from "./map-failure.ts";
import { keepSecret } from "./redact.ts";

const now = Date.parse("2026-01-01T00:00:00Z");

function http(statusCode: number | undefined, more: Partial<ConstructorParameters<typeof APICallError>[0]> = {}) {
  return new APICallError({ message: "no", url: "https://example.org", requestBodyValues: { prompt: "private" }, statusCode, ...more });
}

const failure = (error: unknown, signal?: AbortSignal) => toFailure(error, "openai", signal, now);

describe("kinds", () => {
  it.each([
    [400, "invalid-request"],
    [401, "authentication"],
    [402, "authentication"],
    [403, "authentication"],
    [404, "invalid-request"],
    [408, "timeout"],
    [409, "server-error"],
    [413, "invalid-request"],
    [422, "invalid-request"],
    [429, "rate-limit"],
    [500, "server-error"],
    [503, "server-error"],
    [529, "server-error"],
  ])("of HTTP %i: %s", (status, kind) => {
    expect(failure(http(status)).kind).toBe(kind);
  });

  it.each([
    ["a key that Gemini does not know", http(400, { message: "API key not valid." }), "authentication"],
    ["an account without money", http(429, { data: { error: { code: "insufficient_quota" } } }), "authentication"],
    ["a filter", http(400, { data: { error: { code: "content_filter" } } }), "content-filter"],
    ["a body that is no JSON", http(200, { cause: new JSONParseError({ text: "{", cause: 1 }) }), "malformed"],
    ["an empty body", new EmptyResponseBodyError(), "malformed"],
    ["no connection", http(undefined, { cause: Object.assign(new Error(), { code: "ECONNREFUSED" }) }), "network"],
    [
      "a connection that broke in the answer",
      http(200, { cause: Object.assign(new TypeError("terminated"), { cause: { code: "UND_ERR_SOCKET" } }) }),
      "network",
    ],
    ["a socket that said nothing", http(undefined, { cause: Object.assign(new Error(), { code: "UND_ERR_HEADERS_TIMEOUT" }) }), "timeout"],
    ["no name", Object.assign(new Error("x"), { code: "ENOTFOUND" }), "network"],
    ["a browser without network", new TypeError("Failed to fetch"), "network"],
    ["no key", new LoadAPIKeyError({ message: "no key" }), "authentication"],
    ["no model", new NoSuchModelError({ modelId: "x", modelType: "languageModel" }), "invalid-request"],
    ["an abort from elsewhere", new DOMException("stop", "AbortError"), "aborted"],
    ["a mistake in a program", new TypeError("x is not a function"), "failed"],
    ["a string", "boom", "failed"],
    ["nothing", undefined, "failed"],
  ])("of %s", (_, error, kind) => {
    expect(failure(error).kind).toBe(kind);
  });

  it("of a signal: whatever else went wrong, it was aborted", () => {
    expect(failure(http(500), AbortSignal.abort()).kind).toBe("aborted");
    expect(failure(http(500), AbortSignal.abort(new DOMException("late", "TimeoutError"))).kind).toBe("timeout");
  });
});

describe("retry-after", () => {
  const wait = (headers: Record<string, string>, status = 429, data?: unknown) => failure(http(status, { responseHeaders: headers, data })).retryAfter;

  it("is read in all its forms, to milliseconds", () => {
    expect(wait({ "retry-after": "2" })).toBe(2000);
    expect(wait({ "Retry-After": " 1.5 " })).toBe(1500);
    expect(wait({ "retry-after": "0" })).toBe(0);
    expect(wait({ "retry-after": "9", "retry-after-ms": "12.2" })).toBe(13);
    expect(wait({ "retry-after": "Thu, 01 Jan 2026 00:00:07 GMT" }, 503)).toBe(7000);
    expect(wait({ "retry-after": "Wed, 31 Dec 2025 00:00:00 GMT" })).toBe(0);
    expect(wait({}, 429, { error: { details: [{}, null, { retryDelay: "31s" }] } })).toBe(31000);
  });

  it("is none where there is none, or where waiting cannot help", () => {
    expect(wait({})).toBeUndefined();
    expect(wait({ "retry-after": "soon" })).toBeUndefined();
    expect(wait({ "retry-after": "-3" })).toBeUndefined();
    expect(wait({ "retry-after": "3" }, 401)).toBeUndefined();
  });
});

describe("the text", () => {
  it("says who, the status, and what", () => {
    expect(failure(http(500, { message: "Internal error" })).message).toBe("openai: 500 Internal error");
    expect(failure(new TypeValidationError({ value: "private", cause: "long" })).message).toBe("openai: the answer has not the agreed form");
    expect(failure(http(404, { message: "404 not found" })).message).toBe("openai: 404 not found");
  });

  it("has no key in it, and neither has the cause a request", () => {
    keepSecret("a-very-private-value");
    const error = http(401, {
      message: "Incorrect API key: sk-proj-abcdefgh1234. header Authorization: Bearer abc.def-123, a-very-private-value ?key=AIzaSyA1234567890",
    });
    const seen = failure(error);
    expect(seen.message).not.toMatch(/abcdefgh|abc\.def|a-very-private|AIzaSy/);
    expect(seen.message).toContain("Incorrect API key: ***");
    expect(JSON.stringify(seen.cause)).not.toContain("private");
  });

  it("is one line, and not a page", () => {
    expect(failure(new Error(`a\nb${"c".repeat(2000)}`)).message).toMatch(/^openai: a bc+…$/);
    expect(failure(new Error("c".repeat(2000))).message.length).toBe(500);
  });
});

describe("a request of too many tokens", () => {
  it.each([
    { data: { error: { code: "context_length_exceeded" } } },
    { message: "prompt is too long: 210442 tokens > 200000 maximum" },
    { message: "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000" },
    { message: "The input token count (1100000) exceeds the maximum number of tokens allowed (1048576)." },
    { message: "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens." },
  ])("is told by a word or a sentence: %j", (more) => {
    expect(failure(http(400, more)).kind).toBe("context-length");
  });

  it("is not what another refusal that speaks of tokens is", () => {
    expect(failure(http(400, { message: "max_tokens is too large: 100000" })).kind).toBe("invalid-request");
    expect(failure(http(429, { message: "too many tokens per minute" })).kind).toBe("rate-limit");
  });
});
