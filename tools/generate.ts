import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { emitAssemblyScript } from "./emit-assemblyscript.ts";
import { emitGo } from "./emit-go.ts";
import { emitLayout } from "./emit-layout.ts";
import { emitPage } from "./emit-page.ts";
import { emitPython } from "./emit-python.ts";
import { emitTypeScript } from "./emit-typescript.ts";
import { emitVectors } from "./emit-vectors.ts";
import { brokenBy, type Lock, makeLock } from "./wit-lock.ts";
import { parseWit } from "./wit-parser.ts";
import { type Protocol, resolve } from "./wit-types.ts";

/** The repository's root. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");

/** The files of the package, in the order in which tools read them. */
export const WIT_FILES = ["types.wit", "events.wit", "commands.wit", "world.wit"];

const NOTICE = "Generated from wit/ by tools/generate.ts; do not edit.";
const TYPESCRIPT_NOTICE = `${NOTICE}\n// biome-ignore-all format: generated`;

/** One a language, or a use: the files that are made of the protocol, each with a first line that says so. */
const BACK_ENDS: readonly ((protocol: Protocol) => Map<string, string>)[] = [
  (protocol) => emitAssemblyScript(protocol, TYPESCRIPT_NOTICE),
  (protocol) => emitLayout(protocol, TYPESCRIPT_NOTICE),
  (protocol) => emitTypeScript(protocol, TYPESCRIPT_NOTICE),
  (protocol) => emitPython(protocol, NOTICE),
  emitGo,
  (protocol) => emitVectors(protocol, NOTICE),
];

const LOCK = "wit/lock.json";
const PAGE = "docs/protocol.md";

/** Reads wit/. */
export function readProtocol(root = ROOT): Protocol {
  return resolve(WIT_FILES.map((file) => parseWit(`wit/${file}`, readFileSync(join(root, "wit", file), "utf8"))));
}

/** All generated files: paths from the repository's root, and texts. Throws if the protocol breaks what a release has published. */
export function generate(root = ROOT, release = false): Map<string, string> {
  const protocol = readProtocol(root);
  const published = readLock(root);
  const problems = published ? brokenBy(makeLock(protocol, true), published) : [];
  if (problems.length) throw new Error(`${LOCK} does not allow this:\n  ${problems.join("\n  ")}`);
  const files = new Map(BACK_ENDS.flatMap((emit) => [...emit(protocol)]));
  files.set(PAGE, emitPage(protocol, readFileSync(join(root, PAGE), "utf8")));
  // What a release has published stands until the next one.
  if (release || !published?.released) files.set(LOCK, `${JSON.stringify(makeLock(protocol, release), null, 2)}\n`);
  return files;
}

/** The first file that is not as it would be generated. */
export function firstDifference(files: Map<string, string>, root = ROOT): string | undefined {
  for (const [path, text] of files) {
    const place = join(root, path);
    if (!existsSync(place) || readFileSync(place, "utf8") !== text) return path;
  }
  return undefined;
}

function readLock(root: string): Lock | undefined {
  const place = join(root, LOCK);
  return existsSync(place) ? JSON.parse(readFileSync(place, "utf8")) : undefined;
}

/** `npx tsx tools/generate.ts [--check | --release]` */
function main(): void {
  const files = generate(ROOT, process.argv.includes("--release"));
  if (process.argv.includes("--check")) {
    const path = firstDifference(files);
    if (path === undefined) return;
    console.error(`${path} is not what tools/generate.ts makes of wit/: run npx tsx tools/generate.ts`);
    process.exitCode = 1;
    return;
  }
  for (const [path, text] of files) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
