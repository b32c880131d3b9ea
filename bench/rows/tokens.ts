import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OUT, PEERS, ROOT } from "../build.ts";
import { scaled, spreadOf } from "../cpu.ts";
import { runProgram } from "../programs/run.ts";
import { exactly, type Row } from "../row.ts";

// Counting tokens, by o200k_base: each library in fresh processes, taken in turn, the first pass over a text and later ones.

interface Measured {
  tokens: number;
  load: number;
  first: number;
  warm: number[];
}

const ROUNDS = 5;
const PASSES = 3;
const MEGABYTE = 1e6;

/** How many times as much each peer is to need for the first pass. */
const peers: Readonly<Record<string, number>> = { "gpt-tokenizer": 10, tiktoken: 4, "js-tiktoken": 4, "ai-tokenizer": 4 };

export async function tokenRows(withPeers: boolean, say: (line: string) => void): Promise<Row[]> {
  const rows: Row[] = [];
  const libraries = ["aixlet", ...(withPeers ? Object.keys(peers) : [])];
  for (const [name, text] of Object.entries(texts())) {
    const file = join(OUT, `tokens-${name}.txt`);
    writeFileSync(file, text);
    const done = new Map<string, Measured[]>(libraries.map((library) => [library, []]));
    for (let round = 0; round < ROUNDS; round++) {
      for (const library of libraries) {
        say(`tokens of ${name}, ${library}`);
        const program = join(library === "aixlet" ? join(OUT, "programs") : join(PEERS, "build"), "tokens.mjs");
        done.get(library)?.push(await runProgram<Measured>(program, [library, file, String(PASSES)], []));
      }
    }
    rows.push(...rowsOf(name, done));
  }
  rows.push({
    name: "o200k_base, gzipped",
    unit: "KB",
    measured: exactly(statSync(join(ROOT, "dist/tokens/o200k_base.bin.gz")).size / 1000),
    most: 730,
    note: `tokens.wasm ${statSync(join(ROOT, "dist/tokens/tokens.wasm")).size} bytes as it is`,
  });
  return rows;
}

function rowsOf(name: string, done: ReadonlyMap<string, readonly Measured[]>): Row[] {
  const ours = done.get("aixlet") as readonly Measured[];
  const row = (what: string, unit: string, of: (measured: Measured) => number, asked: boolean): Row => {
    const spread = (library: string) => scaled(spreadOf((done.get(library) as readonly Measured[]).map(of)), 1 / 1000);
    const others = [...done.keys()].slice(1);
    const beside = others.map((peer) => ({ name: peer, measured: spread(peer), least: asked ? peers[peer] : undefined }));
    const differing = others.filter((peer) => (done.get(peer) as readonly Measured[])[0].tokens !== ours[0].tokens);
    return {
      name: `tokens of ${name}: ${what}`,
      unit,
      measured: spread("aixlet"),
      beside,
      note: differing.length > 0 ? `counted otherwise by ${differing.join(", ")}` : undefined,
    };
  };
  const warm = ({ warm }: Measured) => spreadOf(warm).median;
  const rows = [row("first pass", "ms/MB", ({ first }) => first, true), row("later ones", "ms/MB", warm, false)];
  return name === "prose" ? [row("load", "ms", ({ load }) => load, false), ...rows] : rows;
}

/** A megabyte each, of what is installed for development: the same for the same lock file. */
function texts(): Record<string, string> {
  mkdirSync(OUT, { recursive: true });
  const installed = join(ROOT, "node_modules");
  return {
    prose: gather(installed, ["ai", "fast-check", "vitest", "undici", "esbuild", "zod", "yaml", "publint", "@opentelemetry"], /\.md$/),
    code: gather(installed, ["assemblyscript", "zod", "yaml", "undici"], /\.(js|ts)$/, /locales|dist|\.min\./),
    unicode: gather(installed, ["zod/v4/locales", "emojilib"], /\.(js|json)$/),
  };
}

function gather(root: string, folders: readonly string[], take: RegExp, leave?: RegExp): string {
  let text = "";
  for (const folder of folders) {
    const files = readdirSync(join(root, folder), { recursive: true }).map(String).sort();
    for (const file of files) {
      if (text.length >= MEGABYTE) return text.slice(0, MEGABYTE);
      if (take.test(file) && !leave?.test(file)) text += readFileSync(join(root, folder, file), "utf8").slice(0, 100_000);
    }
  }
  return text;
}
