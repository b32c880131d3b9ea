import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import asc from "assemblyscript/asc";
import { ROOT } from "./generate.ts";
import { mergeData } from "./merge-data.ts";

/** Targets of asconfig.json: fast, small, or with names and line numbers. */
export type Target = "release" | "small" | "debug";

/** Compiles an entry of the core by a target of asconfig.json. @throws with the compiler's own words */
export async function compileCore(entry: string, outFile: string, target: Target = "release", options: string[] = []): Promise<void> {
  const out = join(ROOT, outFile);
  mkdirSync(dirname(out), { recursive: true });
  const { error, stderr } = await asc.main([entry, "--target", target, "--baseDir", ROOT, "--outFile", outFile, ...options], {});
  if (error) throw new Error(`${entry}: ${error.message}\n${stderr.toString()}`);
  refuseImports(out);
}

/** Of the core's module, as it is shipped. */
export const CORE_OPTIONS = ["--transform", "./tools/canonical-exports.mjs", "--transform", "./tools/small.mjs"];

/** The core's module, under the names of both doors. */
export async function buildCore(): Promise<void> {
  const outFile = "dist/core.wasm";
  await compileCore("assembly/index.ts", outFile, "small", CORE_OPTIONS);
  const path = join(ROOT, outFile);
  writeFileSync(path, mergeData(readFileSync(path)));
}

/** tokens.wasm, which counts tokens by itself. */
export async function buildTokens(): Promise<void> {
  const outFile = "dist/tokens/tokens.wasm";
  await compileCore("assembly/tokens/index.ts", outFile);
  const path = join(ROOT, outFile);
  writeFileSync(path, mergeData(readFileSync(path)));
}

/** The same core with names and line numbers, to find a trap's place from a journal. */
export function buildDebugCore(): Promise<void> {
  return compileCore("assembly/index.ts", "build/core.debug.wasm", "debug");
}

/** A core that imports anything could differ from host to host. */
function refuseImports(path: string): void {
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(readFileSync(path)));
  if (imports.length > 0) throw new Error(`${path} imports ${imports.map(({ module, name }) => `${module}.${name}`).join(", ")}`);
}
