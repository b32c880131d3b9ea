import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { emitAssemblyScript } from "./emit-assemblyscript.ts";
import { emitLayout } from "./emit-layout.ts";
import { emitTypeScript } from "./emit-typescript.ts";
import { emitVectors } from "./emit-vectors.ts";
import { parseWit } from "./wit-parser.ts";
import { type Protocol, resolve } from "./wit-types.ts";

/** The repository's root. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");

/** The files of the package, in the order in which tools read them. */
export const WIT_FILES = ["types.wit", "events.wit", "commands.wit", "world.wit"];

const NOTICE = "Generated from wit/ by tools/generate.ts; do not edit.";

/** Reads wit/. */
export function readProtocol(root = ROOT): Protocol {
  return resolve(WIT_FILES.map((file) => parseWit(`wit/${file}`, readFileSync(join(root, "wit", file), "utf8"))));
}

/** All generated files: paths from the repository's root, and texts. */
export function generate(root = ROOT): Map<string, string> {
  const protocol = readProtocol(root);
  const code = `${NOTICE}\n// biome-ignore-all format: generated`;
  return new Map([...emitAssemblyScript(protocol, code), ...emitLayout(protocol, code), ...emitTypeScript(protocol, code), ...emitVectors(protocol, NOTICE)]);
}

/** The first file that is not as it would be generated. */
export function firstDifference(files: Map<string, string>, root = ROOT): string | undefined {
  for (const [path, text] of files) {
    const place = join(root, path);
    if (!existsSync(place) || readFileSync(place, "utf8") !== text) return path;
  }
  return undefined;
}

function main(): void {
  const files = generate();
  if (process.argv.includes("--check")) {
    const path = firstDifference(files);
    if (path) {
      console.error(`${path} is not what tools/generate.ts makes of wit/: run npx tsx tools/generate.ts`);
      process.exitCode = 1;
    }
    return;
  }
  for (const [path, text] of files) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
