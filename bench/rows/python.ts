import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { pythonEnvironment } from "../../test/bindings/python-environment.ts";
import { ROOT } from "../build.ts";
import { spreadOf } from "../cpu.ts";
import type { Row } from "../row.ts";

const ROUNDS = 11;

/** The Python host: from the interpreter's start to the first result, with the compiled core in Wasmtime's cache; and what a step costs. */
export async function pythonRows(): Promise<Row[]> {
  const first: Row = { name: "Python: start, import, load YAML, first result", unit: "ms", most: 150 };
  let python: string;
  try {
    python = await pythonEnvironment();
  } catch (error) {
    return [{ ...first, note: (error as Error).message }];
  }
  const env: NodeJS.ProcessEnv = { ...process.env, PYTHONPATH: join(ROOT, "bindings/python/src"), PYTHONPYCACHEPREFIX: join(ROOT, "build/python/compiled") };
  // Where it is set nothing would be kept compiled, and every start would compile anew.
  delete env.PYTHONDONTWRITEBYTECODE;
  const run = (what: string): string =>
    execFileSync(python, [join(ROOT, "bench/programs/python_host.py"), what, join(ROOT, "bench/programs/pipeline.yaml")], { env, encoding: "utf8" });
  run("first");
  const starts = Array.from({ length: ROUNDS }, () => Number(run("first")));
  const rounds = Array.from({ length: 3 }, () => JSON.parse(run("speed")) as { frames: number; step: number });
  return [
    { ...first, measured: spreadOf(starts) },
    { name: "Python: frames", unit: "/s", measured: spreadOf(rounds.map(({ frames }) => frames)) },
    { name: "Python: pipeline step, 50 runs at once", unit: "µs", measured: spreadOf(rounds.map(({ step }) => step)) },
  ];
}
