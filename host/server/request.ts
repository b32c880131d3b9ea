/** What somebody wants run. */
export interface RunRequest {
  input: string;
  /** The agent or port it goes to. */
  to: string | undefined;
  /** A conversation to go on with. */
  session: string | undefined;
  stream: boolean;
}

/** Why a request is none that can be answered. */
export class BadRequest extends Error {
  readonly status: 400 | 413 | 415;

  constructor(status: 400 | 413 | 415, message: string) {
    super(message);
    this.status = status;
  }
}

/** Bytes of a request. */
const MOST = 1 << 20;

/** Reads JSON `{input, to?, session?, stream?}`, or text, which is the input. @throws BadRequest */
export async function readRequest(request: Request): Promise<RunRequest> {
  const text = await readText(request);
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "text/plain";
  const wantsStream = request.headers.get("accept")?.includes("text/event-stream") === true;
  if (type === "text/plain") return { input: text, to: undefined, session: undefined, stream: wantsStream };
  if (type !== "application/json") throw new BadRequest(415, "a request is JSON or plain text");
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new BadRequest(400, "the body is no JSON");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw new BadRequest(400, "the body is no JSON object: {input, to, session, stream}");
  const { input, to, session, stream = wantsStream, ...rest } = body as Record<string, unknown>;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw new BadRequest(400, `\`${unknown}\` is unknown here: there are input, to, session and stream`);
  if (typeof input !== "string") throw new BadRequest(400, "`input` is missing, or no text");
  if (to !== undefined && typeof to !== "string") throw new BadRequest(400, "`to` is no text");
  if (session !== undefined && typeof session !== "string") throw new BadRequest(400, "`session` is no text");
  if (typeof stream !== "boolean") throw new BadRequest(400, "`stream` is true or false");
  return { input, to, session, stream };
}

async function readText(request: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > MOST) throw new BadRequest(413, `a request has at most ${MOST} bytes`);
    chunks.push(chunk);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new BadRequest(400, "the body is not UTF-8");
  }
}
