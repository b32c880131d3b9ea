import type { Tokenizer } from "../tokens/tokenizer.ts";
import { DONE } from "./exit-codes.ts";
import { readBytes } from "./files.ts";
import type { Io } from "./io.ts";
import type { Parsed } from "./parse.ts";
import { UsageError } from "./usage-error.ts";

/** What a model is taken for that nobody names. */
const MODEL = "gpt-5";

interface Row {
  file: string;
  tokens: number;
  bytes: number;
  /** Of an estimate: tokens at most. */
  most?: number;
}

/** `aixlet tokens` */
export async function tokensCommand(io: Io, parsed: Parsed): Promise<number> {
  const model = parsed.value("model") ?? MODEL;
  const { loadEstimator, tokenizerOf, readTokenizer } = await import("../tokens/index.ts");
  const own = parsed.value("tokenizer");
  const tokenizer = own === undefined ? await tokenizerOf(model) : await readTokenizer(await readBytes(io, own), own);
  const estimator = tokenizer === undefined ? await loadEstimator() : undefined;
  const rows: Row[] = [];
  for (const file of parsed.files) {
    const bytes = file === "-" ? await io.stdin.read() : await readBytes(io, file);
    const text = decode(file, bytes);
    if (estimator === undefined) rows.push({ file, bytes: bytes.length, tokens: (tokenizer as Tokenizer).count(text) });
    else rows.push({ file, bytes: bytes.length, ...estimator.estimate(text) });
  }
  const total = rows.reduce((sum, { tokens }) => sum + tokens, 0);
  const how = { model, exact: tokenizer !== undefined, tokenizer: tokenizer?.name };
  if (parsed.has("json")) io.stdout.write(`${JSON.stringify({ ...how, files: rows, total }, undefined, 2)}\n`);
  else io.stdout.write(`${table(rows, total, tokenizer, model).join("\n")}\n`);
  return DONE;
}

function decode(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UsageError(`cannot count ${file}: it is not UTF-8`);
  }
}

/** A line for each file, and one for all if there are several; an estimate has a sign in front. */
function table(rows: readonly Row[], total: number, tokenizer: Tokenizer | undefined, model: string): string[] {
  const sign = tokenizer === undefined ? "~" : "";
  const all = rows.length > 1 ? [...rows, { file: "total", tokens: total }] : rows;
  const width = Math.max(...all.map(({ tokens }) => `${sign}${tokens}`.length));
  const lines = all.map(({ file, tokens }) => `${`${sign}${tokens}`.padStart(width)}  ${file}`);
  const how = tokenizer === undefined ? `estimated: no public tokenizer is known for ${model} (docs/tokens.md)` : `exact, by ${tokenizer.name}`;
  return [...lines, how];
}
