import { describe, expect, it } from "vitest";
import { AixletError } from "../errors.ts";
import { readTokenizerJson, type TokenizerJson } from "./hugging-face.ts";

/** A byte as tokenizer.json spells it. */
function spell(byte: number): string {
  const hidden = Array.from({ length: 256 }, (_, other) => other).filter((other) => other <= 0x20 || (other >= 0x7f && other <= 0xa0) || other === 0xad);
  return String.fromCharCode(hidden.includes(byte) ? 0x100 + hidden.indexOf(byte) : byte);
}

const BYTES = Array.from({ length: 256 }, (_, byte) => spell(byte));
const SPACE = spell(0x20);

/** Ids: bytes from 10 on, merges behind them. */
function tokenizer(merges: NonNullable<TokenizerJson["model"]>["merges"], more: object = {}): TokenizerJson {
  const made = (merges ?? []).map((merge) => (typeof merge === "string" ? merge.replace(" ", "") : merge.join("")));
  const vocab = Object.fromEntries([...new Set([...BYTES, ...made])].map((token, i) => [token, 10 + i]));
  return { model: { type: "BPE", vocab, merges, ...more }, pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, use_regex: true } };
}

describe("a tokenizer.json", () => {
  it("becomes merges by number, with the ids that it gives", () => {
    const source = readTokenizerJson({
      ...tokenizer([
        ["a", "b"],
        ["ab", "c"],
        [SPACE, "abc"],
      ]),
      added_tokens: [{ id: 0, content: "<|end|>" }],
      normalizer: { type: "Sequence", normalizers: [{ type: "NFC" }] },
    });
    expect(source.bytes).toEqual(Uint8Array.from({ length: 256 }, (_, byte) => byte));
    expect(source.merges).toEqual([
      [97, 98],
      [256, 99],
      [32, 257],
    ]);
    expect(source.ids?.slice(0, 2)).toEqual([10, 11]);
    expect(source.ids?.slice(256)).toEqual([266, 267, 268]);
    expect(source).toMatchObject({ extra: [], wholePieces: false, normalized: true, specials: [{ id: 0, text: "<|end|>", sets: 1 }] });
    expect(source.rules.words).toBe("spaced");
  });

  it("has merges as texts or pairs, and is an object, a text or bytes", () => {
    const pairs = readTokenizerJson(tokenizer([["a", "b"]]));
    const json = JSON.stringify(tokenizer(["a b"]));
    expect(readTokenizerJson(json)).toEqual(pairs);
    expect(readTokenizerJson(new TextEncoder().encode(json))).toEqual(pairs);
  });

  it("may list merges of a token that never happen, and tokens that no merge makes", () => {
    const source = readTokenizerJson(
      tokenizer(
        [
          ["b", "c"],
          ["a", "bc"],
          ["a", "b"],
          ["ab", "c"],
          ["c", "d"],
          ["ab", "cd"],
          ["bc", "d"],
        ],
        { ignore_merges: true },
      ),
    );
    // "abcd" ends as abc and d, which nothing joins.
    const text = new TextDecoder();
    expect(source.extra?.map((bytes) => text.decode(bytes))).toEqual(["abcd"]);
    expect(source.wholePieces).toBe(true);
    expect(source.merges).toEqual([
      [98, 99],
      [97, 256],
      [97, 98],
      [99, 100],
      [256, 100],
    ]);
  });

  const sound = tokenizer([["a", "b"]]);
  const model = sound.model;
  it.each<[string, unknown, RegExp]>([
    ["no JSON", "{", /not JSON/],
    ["a list", "[]", /not an object/],
    ["nothing", {}, /model is missing/],
    ["another model", { ...sound, model: { ...model, type: "Unigram" } }, /Unigram, not BPE/],
    ["bytes to fall back on", { ...sound, model: { ...model, byte_fallback: true } }, /bytes to fall back on/],
    ["chance", { ...sound, model: { ...model, dropout: 0.1 } }, /at random/],
    ["ends of words", { ...sound, model: { ...model, end_of_word_suffix: "</w>" } }, /where words begin or end/],
    ["no merges", { ...sound, model: { ...model, merges: undefined } }, /merges are missing/],
    ["a merge of three", { ...sound, model: { ...model, merges: ["a b c"] } }, /not of two tokens/],
    ["a merge of what is no token", { ...sound, model: { ...model, merges: [["a", "zz"]] } }, /zz, which is no token/],
    ["a missing byte", { ...sound, model: { ...model, vocab: { a: 0 }, merges: [] } }, /1 bytes, not for 256/],
    ["a token that is not spelled in bytes", { ...sound, model: { ...model, vocab: { ...model?.vocab, 中: 7 } } }, /not spelled in bytes/],
    ["an id that is none", { ...sound, model: { ...model, vocab: { ...model?.vocab, ab: -1 } } }, /no id/],
    ["no bytes", { ...sound, pre_tokenizer: { type: "Metaspace" } }, /does not turn texts into bytes/],
    ["a space in front", { ...sound, pre_tokenizer: { type: "ByteLevel", add_prefix_space: true } }, /space before/],
    [
      "an unknown expression",
      {
        ...sound,
        pre_tokenizer: {
          type: "Sequence",
          pretokenizers: [
            { type: "Split", pattern: { Regex: "x+" }, behavior: "Isolated" },
            { type: "ByteLevel", use_regex: false },
          ],
        },
      },
      /not known: x\+/,
    ],
    ["another way to cut", { ...sound, pre_tokenizer: { type: "Sequence", pretokenizers: [{ type: "Digits" }, { type: "ByteLevel" }] } }, /Digits/],
    ["a normalizer", { ...sound, normalizer: { type: "Lowercase" } }, /changes texts by Lowercase/],
    ["a list that is none", { ...sound, pre_tokenizer: { type: "Sequence", pretokenizers: 7 } }, /no list/],
    ["a special token that takes spaces along", { ...sound, added_tokens: [{ id: 1, content: "<mask>", lstrip: true }] }, /around it/],
    ["a special token without an id", { ...sound, added_tokens: [{ content: "<mask>" }] }, /no id/],
  ])("is refused: %s", (_, json, message) => {
    const read = () => readTokenizerJson(json as TokenizerJson);
    expect(read).toThrow(message);
    try {
      read();
    } catch (error) {
      expect(AixletError.isInstance(error) && error.code).toBe("tokenizer-refused");
    }
  });
});
