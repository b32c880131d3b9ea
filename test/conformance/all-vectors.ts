import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../tools/generate.ts";
import { readScenario } from "./runner.ts";
import { damageVector, trapVector } from "./special-vectors.ts";
import { makeVector, writeVectors } from "./vectors.ts";

const SCENARIOS = new URL("scenarios/", import.meta.url);
const SOURCES = ["runner.ts", "vectors.ts", "special-vectors.ts"];

/** Where the vectors are, and what the core did otherwise than scenarios say, by their names. */
export interface AllVectors {
  path: string;
  failures: Record<string, string>;
}

/** All vectors, made with the core as it is built, unless that has been done. */
export async function allVectors(): Promise<AllVectors> {
  const names = readdirSync(SCENARIOS).filter((name) => name.endsWith(".yaml"));
  const hash = createHash("sha256").update(readFileSync(join(ROOT, "dist/core.wasm")));
  for (const url of [...SOURCES.map((name) => new URL(name, import.meta.url)), ...names.map((name) => new URL(name, SCENARIOS))])
    hash.update(readFileSync(url));
  const folder = join(ROOT, "build/conformance");
  const path = join(folder, `scenarios-${hash.digest("hex").slice(0, 16)}.bin`);
  const told = `${path}.failures.json`;
  if (existsSync(path)) return { path, failures: JSON.parse(readFileSync(told, "utf8")) };
  const vectors = [await trapVector(SCENARIOS), await damageVector()];
  for (const name of names.sort()) vectors.push(await makeVector(name.slice(0, -".yaml".length), readScenario(readFileSync(new URL(name, SCENARIOS), "utf8"))));
  const failures = Object.fromEntries(vectors.flatMap(({ name, failure }) => (failure === undefined ? [] : [[name, failure]])));
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) if (name.startsWith("scenarios-")) rmSync(join(folder, name), { force: true });
  const part = `${path}.${process.pid}`;
  // Whole or not at all: others may be making it, too.
  writeFileSync(told, JSON.stringify(failures));
  writeFileSync(part, writeVectors(vectors));
  renameSync(part, path);
  return { path, failures };
}
