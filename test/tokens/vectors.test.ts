import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type EncodingName, loadTokenizer } from "../../host/tokens/index.ts";
import { ROOT } from "../../tools/generate.ts";
import { HAS_TABLES } from "./tables.ts";

interface Vector {
  encoding: EncodingName;
  text: string;
  ids: number[];
  /** With special tokens as themselves, where that is something else. */
  special?: number[];
}

const vectors = JSON.parse(readFileSync(join(ROOT, "test/vectors/tokens.json"), "utf8")) as Vector[];

describe.skipIf(!HAS_TABLES)("OpenAI's own tiktoken", () => {
  it.each(["o200k_base", "o200k_harmony", "cl100k_base"] as const)("is matched on its vectors: %s", async (name) => {
    const tokenizer = await loadTokenizer(name);
    const own = vectors.filter(({ encoding }) => encoding === name);
    expect(own.length).toBeGreaterThan(30);
    for (const { text, ids, special = ids } of own) {
      expect([...tokenizer.encode(text)], text).toEqual(ids);
      expect(tokenizer.count(text), text).toBe(ids.length);
      expect([...tokenizer.encode(text, { specials: true })], text).toEqual(special);
      expect(tokenizer.count(text, { specials: true }), text).toBe(special.length);
      expect([tokenizer.decode(ids), tokenizer.decode(special)]).toEqual([text, text]);
    }
  });
});
