import { TokenizerRefused } from "../errors.ts";
import { canonicalMerges } from "./merges.ts";
import type { SpecialToken, TableSource } from "./pack.ts";
import { readPattern } from "./pattern.ts";
import type { Rules } from "./rules.ts";

/** A tokenizer.json, as far as it is read. */
export interface TokenizerJson {
  readonly model?: {
    readonly type?: string;
    readonly vocab?: Readonly<Record<string, number>>;
    readonly merges?: readonly (string | readonly [string, string])[];
    readonly ignore_merges?: boolean;
    readonly byte_fallback?: boolean;
    readonly dropout?: number | null;
    readonly continuing_subword_prefix?: string | null;
    readonly end_of_word_suffix?: string | null;
  };
  readonly normalizer?: Step | null;
  readonly pre_tokenizer?: Step | null;
  readonly added_tokens?: readonly AddedToken[];
}

interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly single_word?: boolean;
  readonly lstrip?: boolean;
  readonly rstrip?: boolean;
}

interface Step {
  readonly type?: string;
  readonly pretokenizers?: readonly Step[];
  readonly normalizers?: readonly Step[];
  readonly pattern?: { readonly Regex?: string; readonly String?: string };
  readonly behavior?: string;
  readonly invert?: boolean;
  readonly add_prefix_space?: boolean;
  readonly use_regex?: boolean;
}

/** What a tokenizer.json of byte-level byte-pair encoding says, as a table is made of it. @throws TokenizerRefused if it is another kind, or broken */
export function readTokenizerJson(json: string | Uint8Array | TokenizerJson): TableSource {
  const { model, normalizer, pre_tokenizer, added_tokens = [] } = parse(json);
  if (model?.type !== "BPE") throw refused(`its model is ${model?.type ?? "missing"}, not BPE`);
  if (model.byte_fallback) throw refused("it is made of characters with bytes to fall back on, not of bytes");
  if (model.dropout) throw refused("it merges at random (dropout)");
  if (model.continuing_subword_prefix || model.end_of_word_suffix) throw refused("it marks where words begin or end");
  const { vocab, merges } = model;
  if (!isRecord(vocab) || !Array.isArray(merges)) throw refused("its vocabulary or merges are missing");
  const specials = added_tokens.map(readSpecial);
  const added = new Set(specials.map(({ text }) => text));
  const tokens = readVocabulary(vocab, added);
  const { bytes, pairs, rest } = canonicalMerges(tokens, merges.map(readMerge));
  const numbered = [...bytes, ...pairs.map(({ token }) => token), ...rest];
  const numbers = new Map(numbered.map((token, number) => [token, number]));
  const number = (token: string) => numbers.get(token) as number;
  return {
    rules: readRules(pre_tokenizer),
    bytes: Uint8Array.from(bytes, byteOf),
    merges: pairs.map(({ left, right }) => [number(left), number(right)] as const),
    extra: rest.map((token) => Uint8Array.from(token, byteOf)),
    wholePieces: model.ignore_merges ?? false,
    ids: numbered.map((token) => tokens.get(token) as number),
    specials,
    normalized: isNormalized(normalizer),
  };
}

function parse(json: string | Uint8Array | TokenizerJson): TokenizerJson {
  if (typeof json === "object" && !(json instanceof Uint8Array)) return json;
  try {
    const value: unknown = JSON.parse(typeof json === "string" ? json : new TextDecoder("utf-8", { fatal: true }).decode(json));
    if (isRecord(value)) return value as TokenizerJson;
  } catch (error) {
    throw refused("it is not JSON", error);
  }
  throw refused("it is not an object");
}

function readSpecial(token: AddedToken): SpecialToken {
  const { id, content } = token;
  if (typeof content !== "string" || content === "" || !isId(id)) throw refused("an added token has no text or no id");
  if (token.single_word || token.lstrip || token.rstrip) throw refused(`its token ${content} depends on what is around it`);
  return { id, text: content, sets: 1 };
}

/** By token, as the file spells it: its id. Added tokens are not among them. */
function readVocabulary(vocab: Readonly<Record<string, number>>, added: ReadonlySet<string>): Map<string, number> {
  const tokens = new Map<string, number>();
  for (const [token, id] of Object.entries(vocab)) {
    if (added.has(token)) continue;
    if (!isId(id)) throw refused(`its token ${token} has no id`);
    for (const character of token) if (!BYTES.has(character)) throw refused(`its token ${token} is not spelled in bytes`);
    if (token !== "") tokens.set(token, id);
  }
  return tokens;
}

function readMerge(merge: string | readonly [string, string]): readonly [string, string] {
  const parts = typeof merge === "string" ? merge.split(" ") : merge;
  if (!Array.isArray(parts) || parts.length !== 2 || parts.some((part) => typeof part !== "string" || part === ""))
    throw refused("a merge is not of two tokens");
  return parts as [string, string];
}

function readRules(step: Step | null | undefined): Rules {
  const steps = flatten(step, "pretokenizers");
  const bytes = steps.pop();
  if (bytes?.type !== "ByteLevel") throw refused("it does not turn texts into bytes");
  if (bytes.add_prefix_space) throw refused("it puts a space before texts");
  const patterns = steps.map(({ type, pattern, behavior, invert }) => {
    if (type !== "Split" || pattern?.Regex === undefined || behavior !== "Isolated" || invert)
      throw refused(`it cuts texts by ${type}, in a way that is not known`);
    return pattern.Regex;
  });
  if (bytes.use_regex ?? true) patterns.push(GPT2);
  const rules = readPattern(patterns);
  if (rules === undefined) throw refused(`it cuts texts by an expression that is not known: ${patterns.join(" then ")}`);
  return rules;
}

function isNormalized(step: Step | null | undefined): boolean {
  const steps = flatten(step, "normalizers");
  if (steps.some(({ type }) => type !== "NFC")) throw refused(`it changes texts by ${steps.map(({ type }) => type).join(", ")}`);
  return steps.length > 0;
}

function flatten(step: Step | null | undefined, key: "pretokenizers" | "normalizers"): Step[] {
  if (step === null || step === undefined) return [];
  if (step.type !== "Sequence") return [step];
  const inner: unknown = step[key] ?? [];
  if (!Array.isArray(inner)) throw refused(`its ${key} are no list`);
  return inner.flatMap((each: Step) => flatten(each, key));
}

const GPT2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

/** Each byte is spelled as a character that can be seen: as itself where it is one, or else one from U+0100 on. */
const BYTES: ReadonlyMap<string, number> = spellings();

function spellings(): Map<string, number> {
  const spelled = new Map<string, number>();
  let next = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    const seen = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
    spelled.set(String.fromCharCode(seen ? byte : next++), byte);
  }
  return spelled;
}

function byteOf(character: string): number {
  return BYTES.get(character) as number;
}

function isId(id: unknown): id is number {
  return Number.isInteger(id) && (id as number) >= 0 && (id as number) < 1 << 20;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refused(why: string, cause?: unknown): TokenizerRefused {
  return new TokenizerRefused(`This tokenizer cannot be counted by: ${why}.`, cause);
}
