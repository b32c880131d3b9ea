import { type TokenFunctions, tokenFunctions } from "./functions.ts";

export * from "./main.ts";

/** Bundlers know these forms of address and bring the files along; where one does not, they belong beside the bundle. */
const ADDRESSES: Readonly<Record<string, () => URL>> = {
  "tokens.wasm": () => new URL("./tokens.wasm", import.meta.url),
  "o200k_base.bin.gz": () => new URL("./o200k_base.bin.gz", import.meta.url),
  "cl100k_base.bin.gz": () => new URL("./cl100k_base.bin.gz", import.meta.url),
};

async function read(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const url = ADDRESSES[name]();
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${name} could not be fetched: ${response.status} at ${url.href}`);
  return new Uint8Array(await response.arrayBuffer());
}

export const { countTokens, loadTokenizer, tokenizerOf, readTokenizer, loadEstimator }: TokenFunctions = tokenFunctions(read);
