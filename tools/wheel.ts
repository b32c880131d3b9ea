import { execFile } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { pythonEnvironment } from "../test/bindings/python-environment.ts";
import { ROOT } from "./generate.ts";

const run = promisify(execFile);

/** Builds the wheel of the Python binding, with the core that is in dist/; gives its path. @throws ToolchainMissing */
export async function buildWheel(): Promise<string> {
  const python = await pythonEnvironment();
  const folder = join(ROOT, "build/python");
  const [source, wheels] = [join(folder, "source"), join(folder, "wheels")];
  for (const each of [source, wheels]) rmSync(each, { recursive: true, force: true });
  mkdirSync(wheels, { recursive: true });
  cpSync(join(ROOT, "bindings/python"), source, { recursive: true, filter: (path) => !/__pycache__|\.egg-info|\/tests$/.test(path) });
  copyFileSync(join(ROOT, "dist/core.wasm"), join(source, "src/aixlet/core.wasm"));
  copyFileSync(join(ROOT, "LICENSE"), join(source, "LICENSE"));
  await run(python, ["-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation", "--wheel-dir", wheels, source]);
  return join(wheels, readdirSync(wheels)[0]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await buildWheel());
