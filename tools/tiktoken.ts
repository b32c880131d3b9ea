import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

// tiktoken as npm has it: OpenAI's own engine, compiled to WebAssembly, and the ranks of its encodings. Tables are made from it when aixlet is
// built, and are compared with it; no user installs it.

const require = createRequire(import.meta.url);

/** tiktoken's module, as far as it is used here. */
export interface Tiktoken {
  Tiktoken: new (ranks: string, special: Record<string, number>, pattern: string) => Encoder;
  get_encoding(name: string): Encoder;
}

export interface Encoder {
  encode_ordinary(text: string): Uint32Array;
  decode(ids: Uint32Array): Uint8Array;
  free(): void;
}

/** An encoding as its package has it: ranks are "! first-rank token token ...", tokens in base64. */
export interface EncodingFile {
  pat_str: string;
  special_tokens: Record<string, number>;
  bpe_ranks: string;
}

/** Where it is installed; undefined: it is not. */
export function tiktokenFolder(): string | undefined {
  try {
    return dirname(require.resolve("tiktoken"));
  } catch {
    return undefined;
  }
}

export function loadTiktoken(): Tiktoken {
  return require("tiktoken") as Tiktoken;
}

export function tiktokenVersion(): string {
  return (JSON.parse(readFileSync(join(folder(), "package.json"), "utf8")) as { version: string }).version;
}

export function readEncoding(name: string): EncodingFile {
  return JSON.parse(readFileSync(join(folder(), "encoders", `${name}.json`), "utf8")) as EncodingFile;
}

function folder(): string {
  const found = tiktokenFolder();
  if (found === undefined) throw new Error("tiktoken is not installed: npm ci");
  return found;
}
