import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadTokenizer } from "../../host/tokens/index.ts";
import { ROOT } from "../../tools/generate.ts";
import { loadTiktoken, readEncoding } from "../../tools/tiktoken.ts";
import { Random } from "../fuzz/random.ts";
import { HAS_TABLES, HAS_TIKTOKEN } from "./tables.ts";

// Counts and ids against tiktoken: this repository's own files, and random texts of all of Unicode. differential/ compares far more, by hand.

/** npm's tiktoken lacks an alternative that OpenAI's own has: white space at the end of a text is one piece. */
const CL100K = "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}++|\\p{N}{1,3}+| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*+|\\s++$|\\s*[\\r\\n]|\\s+(?!\\S)|\\s";

function filesOf(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|md|yaml|json|wit)$/.test(entry.name))
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8"));
}

function randomTexts(count: number): string[] {
  const random = new Random(20);
  const parts = [
    "'s",
    "'LL",
    "'ſ",
    "don't",
    "  ",
    " ",
    "\n",
    "\r\n",
    "\t",
    "//",
    "hello",
    " World",
    "HTTPServer",
    "12345",
    "的",
    "é",
    "e\u0301",
    "\u0085",
    "\ufeff",
    "<|endoftext|>",
    "\0",
  ];
  // Where characters are dense, and now and then anywhere.
  const planes = [0x80, 0x250, 0x600, 0x3000, 0x10000, 0x1f700, 0x110000];
  const character = () => {
    const code = random.below(random.pick(planes));
    return code >= 0xd800 && code < 0xe000 ? "\ufffd" : String.fromCodePoint(code);
  };
  return Array.from({ length: count }, () => {
    const few = random.once(3) ? [character(), character(), random.pick(parts)] : undefined;
    return Array.from({ length: random.below(few ? 150 : 40) }, () => (few ? random.pick(few) : random.once(2) ? random.pick(parts) : character())).join("");
  });
}

describe.skipIf(!HAS_TABLES || !HAS_TIKTOKEN)("tiktoken", () => {
  it.each(["o200k_base", "cl100k_base"] as const)("gives the same tokens: %s", async (name) => {
    const ours = await loadTokenizer(name);
    const { bpe_ranks, special_tokens, pat_str } = readEncoding(name);
    const theirs = new (loadTiktoken().Tiktoken)(bpe_ranks, special_tokens, name === "cl100k_base" ? CL100K : pat_str);
    const texts = [...filesOf("host"), ...filesOf("docs"), ...filesOf("test/configs"), ...randomTexts(20_000)];
    for (const text of texts) {
      const expected = theirs.encode_ordinary(text);
      const ids = ours.encode(text);
      if (Buffer.compare(Buffer.from(ids.buffer), Buffer.from(expected.buffer, expected.byteOffset, expected.byteLength)) !== 0) {
        expect([...ids], JSON.stringify(text)).toEqual([...expected]);
      }
      if (ours.count(text) !== expected.length) expect(ours.count(text), JSON.stringify(text)).toBe(expected.length);
      if (ours.decode(ids) !== text) expect(ours.decode(ids)).toBe(text);
    }
    theirs.free();
  });
});
