import { createHash } from "node:crypto";
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { packTable, type SpecialToken } from "../host/tokens/pack.ts";
import { CL100K, O200K, type Rules } from "../host/tokens/rules.ts";
import { ROOT } from "./generate.ts";
import { readEncoding } from "./tiktoken.ts";

// `npx tsx tools/token-tables.ts`: dist/tokens/*.bin.gz, the tables of OpenAI's encodings, from the ranks that npm's tiktoken carries. Each
// must be the very file that OpenAI publishes, by its hash.

interface Encoding {
  /** SHA-256 of the published list of ranks. */
  hash: string;
  rules: Rules;
  specials(own: Record<string, number>): SpecialToken[];
}

/** Sets of special tokens: host/tokens/encodings.ts asks for them by these bits. */
const BASE = 1;
const HARMONY = 2;

const ENCODINGS: Record<string, Encoding> = {
  o200k_base: { hash: "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d", rules: O200K, specials: withHarmony },
  cl100k_base: {
    hash: "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    rules: CL100K,
    specials: (own) => Object.entries(own).map(([text, id]) => ({ id, text, sets: BASE })),
  },
};

/** o200k_harmony has the tokens of o200k_base, and special ones of its own. */
function withHarmony(own: Record<string, number>): SpecialToken[] {
  const named: Record<number, string> = {
    199998: "startoftext",
    200002: "return",
    200003: "constrain",
    200005: "channel",
    200006: "start",
    200007: "end",
    200008: "message",
    200012: "call",
  };
  const specials = Object.entries(own).map(([text, id]) => ({ id, text, sets: BASE | HARMONY }));
  for (let id = 199_998; id < 201_088; id++) if (id !== 199_999) specials.push({ id, text: `<|${named[id] ?? `reserved_${id}`}|>`, sets: HARMONY });
  return specials;
}

/** Tokens by rank, each byte a character. */
function readRanks(name: string, hash: string): string[] {
  const [mark, first, ...tokens] = readEncoding(name).bpe_ranks.trim().split(" ");
  if (mark !== "!" || first !== "0") throw new Error(`the ranks of ${name} are written in a way that is not known`);
  const published = tokens.map((token, rank) => `${token} ${rank}\n`).join("");
  const found = createHash("sha256").update(published).digest("hex");
  if (found !== hash) throw new Error(`the ranks of ${name} are not the published ones: ${found}`);
  return tokens.map((token) => Buffer.from(token, "base64").toString("latin1"));
}

/** The two tokens that each one is merged from: what is left before the last merge when its bytes are encoded by themselves. */
export function mergesOf(tokens: readonly string[]): [number, number][] {
  const ranks = new Map(tokens.map((token, rank) => [token, rank]));
  return tokens.slice(256).map((token) => {
    const parts = [...token];
    while (parts.length > 2) {
      let best = -1;
      let lowest = Number.POSITIVE_INFINITY;
      for (let i = 0; i + 1 < parts.length; i++) {
        const rank = ranks.get(parts[i] + parts[i + 1]) ?? Number.POSITIVE_INFINITY;
        if (rank < lowest) [best, lowest] = [i, rank];
      }
      if (best < 0) throw new Error(`no merges make the token ${JSON.stringify(token)}`);
      parts.splice(best, 2, parts[best] + parts[best + 1]);
    }
    return [ranks.get(parts[0]) as number, ranks.get(parts[1]) as number];
  });
}

/** The file of an encoding's table, as it is before it is compressed. */
export function makeTable(name: string): Uint8Array {
  const { hash, rules, specials } = ENCODINGS[name];
  const tokens = readRanks(name, hash);
  return packTable({
    rules,
    bytes: Uint8Array.from(tokens.slice(0, 256), (token) => token.charCodeAt(0)),
    merges: mergesOf(tokens),
    specials: specials(readEncoding(name).special_tokens),
  });
}

/** Where the build puts a table. */
export function tablePath(name: string): string {
  return join(ROOT, "dist/tokens", `${name}.bin.gz`);
}

/** Writes the tables that are not there, or all of them. */
export function buildTables(again = false): void {
  for (const name of Object.keys(ENCODINGS)) {
    const path = tablePath(name);
    if (!again && existsSync(path)) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, gzipSync(makeTable(name), { level: 9 }));
    console.log(`dist/tokens/${name}.bin.gz: ${statSync(path).size} bytes`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildTables(true);
