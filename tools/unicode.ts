import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ROOT } from "./generate.ts";
import { loadTiktoken, type Tiktoken, tiktokenVersion } from "./tiktoken.ts";

// `npx tsx tools/unicode.ts [--check]`: host/tokens/character-classes.ts, what each character is to the tokenizers' regular expressions. It is
// asked of tiktoken's own engine, of the version that package.json pins: Node knows another version of Unicode, and differs on thousands of
// characters.

/** The generated file, from the repository's root. */
export const CLASSES_FILE = "host/tokens/character-classes.ts";
const CODES = 0x110000;

/** By class, as assembly/tokens/characters.ts numbers them; the first one is all other characters. A later one overrides an earlier one. */
const CLASSES = ["", "\\s", "[\\r\\n]", "\\p{N}", "[\\p{Lu}\\p{Lt}]", "\\p{Ll}", "[\\p{Lm}\\p{Lo}]", "\\p{M}", "[\\p{P}\\p{S}]"];

/** The class of each code point. */
export function askForClasses({ Tiktoken }: Tiktoken): Uint8Array {
  // A vocabulary of single bytes: what the pattern matches comes back as it is, and what it does not is left out.
  const ranks = `! 0 ${Array.from({ length: 256 }, (_, byte) => Buffer.from([byte]).toString("base64")).join(" ")}`;
  const characters = Array.from({ length: CODES }, (_, code) => (code >= 0xd800 && code < 0xe000 ? "" : String.fromCodePoint(code))).join("");
  const classes = new Uint8Array(CODES);
  CLASSES.forEach((pattern, number) => {
    if (number === 0) return;
    const engine = new Tiktoken(ranks, {}, pattern);
    const matched = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(engine.encode_ordinary(characters)));
    engine.free();
    for (const character of matched) classes[character.codePointAt(0) as number] = number;
  });
  return classes;
}

/** Runs of characters of one class: how many << 4 | class, seven bits a byte, low ones first. */
export function encodeRuns(classes: Uint8Array): Uint8Array {
  const bytes: number[] = [];
  for (let from = 0, to = 0; from < CODES; from = to) {
    while (to < CODES && classes[to] === classes[from]) to++;
    let value = ((to - from) << 4) | classes[from];
    for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
    bytes.push(value);
  }
  return Uint8Array.from(bytes);
}

/** What the file is to be. */
export function generateClasses(): string {
  const runs = encodeRuns(askForClasses(loadTiktoken()));
  const lines = Buffer.from(runs)
    .toString("base64")
    .match(/.{1,140}/g) as string[];
  return `// Generated from tiktoken ${tiktokenVersion()} by tools/unicode.ts; do not edit.
// biome-ignore-all format: generated

/** What each character is to the tokenizers' expressions, as tables have it: runs of classes, in base64. ${runs.length} bytes. */
export const CHARACTER_CLASSES: string =
  "${lines.join('" +\n  "')}";
`;
}

function main(): void {
  const path = join(ROOT, CLASSES_FILE);
  const text = generateClasses();
  if (!process.argv.includes("--check")) writeFileSync(path, text);
  else if (readFileSync(path, "utf8") !== text) {
    console.error(`${CLASSES_FILE} is not what tools/unicode.ts makes: run npx tsx tools/unicode.ts`);
    process.exitCode = 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
