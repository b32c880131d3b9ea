import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../tools/generate.ts";
import { makeTable, tablePath } from "../../tools/token-tables.ts";
import { CLASSES_FILE, generateClasses } from "../../tools/unicode.ts";
import { HAS_TABLES, HAS_TIKTOKEN } from "./tables.ts";

describe.skipIf(!HAS_TIKTOKEN)("what is made from tiktoken", () => {
  it("is the classes of characters that are committed", () => {
    expect(generateClasses()).toBe(readFileSync(join(ROOT, CLASSES_FILE), "utf8"));
  });

  it.skipIf(!HAS_TABLES)("is the tables that were built, from ranks whose hash OpenAI publishes", () => {
    for (const name of ["o200k_base", "cl100k_base"]) {
      expect(Buffer.compare(makeTable(name), gunzipSync(readFileSync(tablePath(name)))), name).toBe(0);
    }
  });
});
