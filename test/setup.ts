import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { buildCore, buildTokens } from "../tools/build-core.ts";
import { ROOT } from "../tools/generate.ts";
import { tiktokenFolder } from "../tools/tiktoken.ts";
import { buildTables } from "../tools/token-tables.ts";

/** Before all tests: the modules are compiled if any of their sources is newer, and so are the tables of tokens. */
export default async function setup(): Promise<void> {
  const sources = Math.max(newest(join(ROOT, "assembly")), newest(join(ROOT, "wit")));
  if (sources > builtAt("dist/core.wasm")) await buildCore();
  if (sources > builtAt("dist/tokens/tokens.wasm")) await buildTokens();
  if (tiktokenFolder() !== undefined) buildTables(newest(join(ROOT, "host/tokens")) > builtAt("dist/tokens/o200k_base.bin.gz"));
}

function builtAt(file: string): number {
  const path = join(ROOT, file);
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

function newest(folder: string): number {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    latest = Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }
  return latest;
}
