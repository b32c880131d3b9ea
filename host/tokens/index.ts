import { type TokenFunctions, tokenFunctions } from "./functions.ts";

export * from "./main.ts";

/** Beside this file, or where the build puts them, seen from the sources. */
const FILES = import.meta.url.endsWith(".ts") ? "../../dist/tokens/" : "./";

async function read(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const { readFile } = await import("node:fs/promises");
  const bytes = (await readFile(new URL(/* @vite-ignore */ FILES + name, import.meta.url))) as Uint8Array<ArrayBuffer>;
  if (!name.endsWith(".gz")) return bytes;
  // Several times faster than the streams that browsers have.
  const { gunzipSync } = await import("node:zlib");
  return gunzipSync(bytes) as Uint8Array<ArrayBuffer>;
}

export const { countTokens, loadTokenizer, tokenizerOf, readTokenizer, loadEstimator }: TokenFunctions = tokenFunctions(read);
