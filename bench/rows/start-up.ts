import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "../build.ts";
import { spreadOf } from "../cpu.ts";
import { runProgram } from "../programs/run.ts";
import type { Row } from "../row.ts";

const ROUNDS = 11;

/** Import, instantiate, load a YAML file, first result: CPU time above that of a Node that does nothing, from the built package. */
export async function startUpRows(): Promise<Row[]> {
  const row = { name: "import, load YAML, first result", unit: "ms above bare Node", most: 25 };
  const entry = join(ROOT, "dist/index.js");
  if (!existsSync(entry)) return [{ ...row, note: "there is no dist/index.js: npm run build" }];
  const file = join(ROOT, "bench/programs/first-result.mjs");
  const yaml = join(ROOT, "bench/programs/pipeline.yaml");
  const once = (what: string) => runProgram<number>(file, [what, yaml], []);
  const above: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const nothing = await once("nothing");
    above.push(((await once(pathToFileURL(entry).href)) - nothing) / 1000);
    bare.push(nothing / 1000);
  }
  return [{ ...row, measured: spreadOf(above), note: `bare Node: ${spreadOf(bare).median.toFixed(0)} ms` }];
}
