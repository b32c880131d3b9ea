import { spawn } from "node:child_process";
import { join } from "node:path";
import { type EncodingName, loadTokenizer } from "../../../host/tokens/index.ts";

// `npx tsx test/tokens/differential/compare.ts PYTHON ENCODING MODE ...`: every count, id and text of reference.py against our own. PYTHON is one
// that has tiktoken. README.md has what was compared, and with what outcome.

const [python, encoding, ...rest] = process.argv.slice(2);
const tokenizer = await loadTokenizer(encoding as EncodingName);
const reference = spawn(python, [join(import.meta.dirname, "reference.py"), encoding, ...rest], { stdio: ["ignore", "pipe", "inherit"] });
const decoder = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });

const seen = { texts: 0, bytes: 0, tokens: 0, differences: 0 };
let pending: Buffer = Buffer.alloc(0);

/** Takes one record from where it begins; its size, or 0 if there is not all of it. */
function take(buffer: Buffer, at: number): number {
  if (buffer.length - at < 8) return 0;
  const length = buffer.readUInt32LE(at);
  const count = buffer.readUInt32LE(at + 4);
  const size = 8 + length + 4 * count;
  if (buffer.length - at < size) return 0;
  const text = decoder.decode(buffer.subarray(at + 8, at + 8 + length));
  const expected = Array.from({ length: count }, (_, i) => buffer.readUInt32LE(at + 8 + length + 4 * i));
  seen.texts++;
  seen.bytes += length;
  seen.tokens += count;
  if (!same(text, expected) && seen.differences++ < 5)
    console.log(JSON.stringify(text.slice(0, 200)), expected.slice(0, 20), [...tokenizer.encode(text)].slice(0, 20));
  return size;
}

function same(text: string, expected: readonly number[]): boolean {
  const ids = tokenizer.encode(text);
  return (
    tokenizer.count(text) === expected.length &&
    ids.length === expected.length &&
    ids.every((id, i) => id === expected[i]) &&
    tokenizer.decode(ids) === text &&
    tokenizer.fits(text, expected.length) &&
    (expected.length === 0 || !tokenizer.fits(text, expected.length - 1))
  );
}

reference.stdout.on("data", (chunk: Buffer) => {
  const buffer = pending.length > 0 ? Buffer.concat([pending, chunk]) : chunk;
  let at = 0;
  for (let size = take(buffer, at); size > 0; size = take(buffer, at)) at += size;
  pending = buffer.subarray(at);
});
reference.on("close", (code) => {
  console.log(`${encoding} ${rest.slice(0, 3).join(" ")}: ${JSON.stringify(seen)}`);
  process.exitCode = code || seen.differences > 0 || seen.texts === 0 ? 1 : 0;
});
