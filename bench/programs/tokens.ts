import { readFileSync } from "node:fs";
import { cpuMicros } from "../cpu.ts";

// Counts the tokens of a file by one library, as o200k_base has them: its load, the first pass in this process, and later ones.
// node tokens.mjs LIBRARY FILE ROUNDS

type Count = (text: string) => number;

/** Other libraries are found beside this program where it is built for them; they are not this project's. */
const libraries: Record<string, () => Promise<Count>> = {
  async aixlet() {
    const { loadTokenizer } = await import("../../host/tokens/index.ts");
    const tokenizer = await loadTokenizer("o200k_base");
    return (text) => tokenizer.count(text);
  },
  async tiktoken() {
    const { get_encoding } = (await import("tiktoken" as string)) as { get_encoding(name: string): { encode_ordinary(text: string): Uint32Array } };
    const encoding = get_encoding("o200k_base");
    return (text) => encoding.encode_ordinary(text).length;
  },
  async "gpt-tokenizer"() {
    const { countTokens } = (await import("gpt-tokenizer/encoding/o200k_base" as string)) as { countTokens(text: string, options: object): number };
    return (text) => countTokens(text, { disallowedSpecial: new Set() });
  },
  async "js-tiktoken"() {
    const { Tiktoken } = (await import("js-tiktoken/lite" as string)) as {
      Tiktoken: new (ranks: unknown) => { encode(text: string, allowed: string[], disallowed: string[]): number[] };
    };
    const ranks = (await import("js-tiktoken/ranks/o200k_base" as string)) as { default: unknown };
    const encoding = new Tiktoken(ranks.default);
    return (text) => encoding.encode(text, [], []).length;
  },
  async "ai-tokenizer"() {
    const { Tokenizer } = (await import("ai-tokenizer" as string)) as { Tokenizer: new (encoding: unknown) => { count(text: string): number } };
    const tokenizer = new Tokenizer(await import("ai-tokenizer/encoding/o200k_base" as string));
    return (text) => tokenizer.count(text);
  },
};

const [library, file, rounds] = process.argv.slice(2);
const text = readFileSync(file, "utf8");
const megabytes = Buffer.byteLength(text) / 1e6;
const begin = cpuMicros();
const count = await libraries[library]();
count("Hello, world!");
const loaded = cpuMicros();
const tokens = count(text);
const first = cpuMicros();
const warm: number[] = [];
for (let round = 0; round < Number(rounds); round++) {
  const start = cpuMicros();
  if (count(text) !== tokens) throw new Error("it counts differently the second time");
  warm.push((cpuMicros() - start) / megabytes);
}
console.log(JSON.stringify({ tokens, load: loaded - begin, first: (first - loaded) / megabytes, warm }));
