import { type ToolOutcome, ToolResult, ToolUnanswered } from "../tools/tool.ts";

/** The most characters of a result that a model is shown. */
export const LONGEST_RESULT = 256 * 1024;

interface Content {
  type: string;
  text?: string;
  data?: string;
  mimeType?: string;
  uri?: string;
  name?: string;
  resource?: { uri: string; mimeType?: string; text?: string; blob?: string };
}

/** A result as a model is shown it: texts one after the other, everything else named in brackets; structured content if there is nothing else. */
export function toolResult(result: { content?: readonly unknown[]; structuredContent?: unknown; isError?: boolean }): ToolOutcome {
  const parts = (result.content ?? []).map((content) => textOf(content as Content));
  if (parts.length === 0 && result.structuredContent !== undefined) parts.push(JSON.stringify(result.structuredContent));
  return new ToolResult(bounded(parts.join("\n")), result.isError === true);
}

function textOf({ type, text, data, mimeType, uri, name, resource }: Content): string {
  if (type === "text") return text ?? "";
  if (type === "resource_link") return `[resource ${name ?? ""} ${uri ?? ""}${kind(mimeType)}]`;
  if (type === "resource" && resource !== undefined) {
    if (resource.text !== undefined) return `[resource ${resource.uri}${kind(resource.mimeType)}]\n${resource.text}`;
    return `[resource ${resource.uri}${kind(resource.mimeType)}, ${bytesIn(resource.blob)} bytes]`;
  }
  return `[${type}${kind(mimeType)}, ${bytesIn(data)} bytes]`;
}

function kind(mimeType: string | undefined): string {
  return mimeType === undefined ? "" : ` ${mimeType}`;
}

/** Of base64. */
function bytesIn(data = ""): number {
  return Math.floor((data.replace(/=+$/, "").length * 3) / 4);
}

function bounded(text: string): string {
  if (text.length <= LONGEST_RESULT) return text;
  // Not within a character of two units.
  const end = (text.charCodeAt(LONGEST_RESULT - 1) & 0xfc00) === 0xd800 ? LONGEST_RESULT - 1 : LONGEST_RESULT;
  return `${text.slice(0, end)}\n[cut: ${end} of ${text.length} characters]`;
}

/** JSON-RPC codes that the SDK itself gives. */
const CONNECTION_CLOSED = -32000;
const REQUEST_TIMEOUT = -32001;

/**
 * What an error means for the call: an answer of the server is a result; everything else is thrown. What never reached the server did not run.
 * @throws ToolUnanswered
 */
export function answerIn(server: string, error: unknown): ToolOutcome {
  const { code, message, name, cause, issues } = error as { code?: unknown; message: string; name?: string; cause?: { code?: unknown }; issues?: unknown };
  const unanswered = (kind: ConstructorParameters<typeof ToolUnanswered>[0]) =>
    new ToolUnanswered(kind, `the tool server ${server}: ${message}`, { cause: error });
  if (issues !== undefined) throw new ToolUnanswered("malformed", `the tool server ${server} answered with what is no result`, { cause: error });
  if (message === "Not connected") throw unanswered("missing");
  if (name === "TypeError" && (cause?.code === "ECONNREFUSED" || cause?.code === "ENOTFOUND")) throw unanswered("missing");
  if (typeof code !== "number") throw unanswered("network");
  if (code === CONNECTION_CLOSED) throw unanswered("network");
  if (code === REQUEST_TIMEOUT) throw unanswered("timeout");
  if (code < 0) return new ToolResult(bounded(message), true);
  // What HTTP says no to has not run.
  if (code === 429) throw unanswered("rate-limit");
  throw unanswered(code >= 400 && code < 500 ? "invalid-request" : "server-error");
}
