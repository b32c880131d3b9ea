import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AixletError } from "../../host/errors.ts";
import { countTokens, loadEstimator, loadTokenizer, packTokenizer, readTokenizer, TokenLibrary, tokenizerOf } from "../../host/tokens/index.ts";
import { ROOT } from "../../tools/generate.ts";
import { HAS_TABLES } from "./tables.ts";

// What aixlet/tokens promises, with the real module and tables.

const file = async (name: string) => new Uint8Array(readFileSync(join(ROOT, "dist/tokens", name)));

/** A text with U+FFFD for each half of a surrogate pair. */
const wellFormed = (text: string) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(new TextEncoder().encode(text));

/** The code of the AixletError that something throws. */
async function codeOf(run: () => unknown): Promise<string | undefined> {
  try {
    await run();
  } catch (error) {
    return AixletError.isInstance(error) ? error.code : String(error);
  }
  return undefined;
}

describe.skipIf(!HAS_TABLES)("aixlet/tokens", () => {
  it("knows OpenAI's models by name", async () => {
    const named = async (model: string) => (await tokenizerOf(model))?.name;
    const o200k = [
      "gpt-5",
      "gpt-5.1-mini",
      "gpt-4.1-nano",
      "gpt-4o",
      "gpt-4o-mini-2024-07-18",
      "openai/gpt-4o",
      "o1",
      "o3-mini",
      "o4-mini",
      "chatgpt-4o-latest",
      "ft:gpt-4o:me::1",
    ];
    for (const model of o200k) expect(await named(model), model).toBe("o200k_base");
    for (const model of ["gpt-4", "gpt-4-turbo", "gpt-3.5-turbo", "azure/gpt-35-turbo-16k", "text-embedding-3-small", "ft:gpt-4:x"]) {
      expect(await named(model), model).toBe("cl100k_base");
    }
    expect(await named("openai/gpt-oss-120b")).toBe("o200k_harmony");
    for (const model of ["", "claude-sonnet-4-5", "gemini-2.5-pro", "o10", "gpt-40", "llama-3"]) expect(await named(model), model).toBeUndefined();
  });

  it("counts for a model or by an encoding", async () => {
    expect(await countTokens("Hello, world!", { model: "gpt-5" })).toBe(4);
    expect(await countTokens("<|endoftext|>", { encoding: "cl100k_base" })).toBe(7);
    expect(await countTokens("<|endoftext|>", { encoding: "cl100k_base", specials: true })).toBe(1);
    expect(await codeOf(() => countTokens("", {}))).toBe("bad-usage");
    expect(await codeOf(() => countTokens("", { model: "gpt-5", encoding: "o200k_base" }))).toBe("bad-usage");
    expect(await codeOf(() => countTokens("", { model: "claude-opus-4" }))).toBe("bad-usage");
    expect(await codeOf(() => loadTokenizer("p50k" as "o200k_base"))).toBe("bad-usage");
  });

  it("names a table by its hash, which two encodings may share", async () => {
    const [base, harmony, cl100k] = [await loadTokenizer("o200k_base"), await loadTokenizer("o200k_harmony"), await loadTokenizer("cl100k_base")];
    expect(base.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(harmony.hash).toBe(base.hash);
    expect(cl100k.hash).not.toBe(base.hash);
  });

  it("reads each file once, when it is asked for, and again if that failed", async () => {
    const read: string[] = [];
    let broken = true;
    const library = new TokenLibrary(async (name) => {
      read.push(name);
      if (broken) throw new Error("not now");
      return file(name);
    });
    expect(read).toEqual([]);
    expect(await codeOf(() => library.load("cl100k_base"))).toBe("Error: not now");
    broken = false;
    const all = await Promise.all([library.load("cl100k_base"), library.load("cl100k_base"), library.load("o200k_harmony"), library.load("o200k_base")]);
    expect(all[0]).toBe(all[1]);
    expect(read.sort()).toEqual(["cl100k_base.bin.gz", "o200k_base.bin.gz", "tokens.wasm", "tokens.wasm"]);
    expect(await codeOf(() => new TokenLibrary(async (name) => (name === "tokens.wasm" ? file(name) : Uint8Array.of(1, 2, 3))).load("o200k_base"))).toBe(
      "tokenizer-refused",
    );
  });

  it("takes a module that is compiled already", async () => {
    const library = new TokenLibrary(
      async (name) => {
        if (name === "tokens.wasm") throw new Error("it is there");
        return file(name);
      },
      await WebAssembly.compile(await file("tokens.wasm")),
    );
    expect((await library.load("cl100k_base")).count("Hello")).toBe(1);
  });

  it("counts halves of surrogate pairs as tiktoken does, as U+FFFD", async () => {
    const tokenizer = await loadTokenizer("o200k_base");
    for (const text of ["\ud800", "a\udc00b", "\udc00\ud800 x", `${"\ud83d".repeat(100_000)}`]) {
      expect(tokenizer.count(text)).toBe(tokenizer.count(wellFormed(text)));
      expect(tokenizer.decode(tokenizer.encode(text))).toBe(wellFormed(text));
    }
  });

  it("gives parts of characters as bytes, and refuses ids that are nobody's", async () => {
    const tokenizer = await loadTokenizer("o200k_base");
    const ids = tokenizer.encode("\u{1ad7}");
    expect(ids.length).toBeGreaterThan(1);
    expect(tokenizer.decode(ids.slice(0, 1))).toContain("\ufffd");
    expect(Buffer.concat([...ids].map((id) => tokenizer.decodeBytes([id]))).toString()).toBe("\u{1ad7}");
    for (const id of [199_998, 201_088, 4_000_000_000, -1]) expect(await codeOf(() => tokenizer.decode([id]))).toBe(id === 199_998 ? undefined : "bad-usage");
  });

  it("sees at once that a long text does not fit, and that a short one does", async () => {
    const tokenizer = await loadTokenizer("o200k_base");
    for (const text of ["the ".repeat(5_000_000), "x".repeat(20_000_000)]) {
      const begin = process.cpuUsage();
      expect(tokenizer.fits(text, 1000)).toBe(false);
      const { user, system } = process.cpuUsage(begin);
      // Putting 20 MB into the module takes most of it; counting would take ten times as long.
      expect((user + system) / 1000).toBeLessThan(400);
    }
    expect([
      tokenizer.fits("Hello, world!", 4),
      tokenizer.fits("Hello, world!", 3),
      tokenizer.fits("", 0),
      tokenizer.fits("a", 0),
      tokenizer.fits("a", -1),
    ]).toEqual([true, false, true, false, false]);
    expect(tokenizer.fits("a", Number.POSITIVE_INFINITY)).toBe(true);
  });

  it("counts 100 MB", async () => {
    const tokenizer = await loadTokenizer("cl100k_base");
    expect(tokenizer.count("hello ".repeat(17_000_000))).toBe(17_000_001);
  });

  it("reads a tokenizer.json, and refuses what is none", async () => {
    const bytes = Array.from({ length: 256 }, (_, byte) => byte);
    const hidden = bytes.filter((byte) => byte <= 0x20 || (byte >= 0x7f && byte <= 0xa0) || byte === 0xad);
    const spelled = bytes.map((byte) => String.fromCharCode(hidden.includes(byte) ? 0x100 + hidden.indexOf(byte) : byte));
    const vocab = Object.fromEntries([...spelled, "he", "ll", "hell", "hello"].map((token, id) => [token, id]));
    const merges = [
      ["h", "e"],
      ["l", "l"],
      ["he", "ll"],
      ["hell", "o"],
    ] as [string, string][];
    const json = { model: { type: "BPE", vocab, merges }, normalizer: { type: "NFC" }, pre_tokenizer: { type: "ByteLevel", add_prefix_space: false } };
    const tokenizer = await readTokenizer(json, "mine");
    expect([tokenizer.name, [...tokenizer.encode("hello e\u0301")]]).toEqual(["mine", [259, vocab["Ġ"], vocab["Ã"], vocab["©"]]]);
    expect(tokenizer.hash).toMatch(/^[0-9a-f]{64}$/);
    const packed = await readTokenizer(packTokenizer(json));
    expect([packed.hash, [...packed.encode("hello e\u0301")]]).toEqual([tokenizer.hash, [...tokenizer.encode("hello é")]]);
    expect(await codeOf(() => readTokenizer(packTokenizer(json).slice(0, -1)))).toBe("tokenizer-refused");
    expect(await codeOf(() => readTokenizer("{}"))).toBe("tokenizer-refused");
  });

  it("estimates, and learns from what is reported", async () => {
    const estimator = await loadEstimator();
    const text = "An estimate is near, and what is certain is that there are no more tokens than bytes. ".repeat(20);
    const { tokens, most } = estimator.estimate(text);
    expect(most).toBe(text.length);
    expect(tokens / (await countTokens(text, { model: "gpt-5" }))).toBeGreaterThan(0.9);
    expect(tokens / (await countTokens(text, { model: "gpt-5" }))).toBeLessThan(1.25);
    for (let i = 0; i < 50; i++) estimator.learn(text, tokens * 2);
    estimator.learn(text, Number.NaN);
    expect(estimator.estimate(text).tokens / tokens).toBeCloseTo(2, 1);
    expect((await loadEstimator()).estimate(text).tokens).toBe(tokens);
    expect(estimator.estimate("")).toEqual({ tokens: 0, most: 0 });
  });
});
