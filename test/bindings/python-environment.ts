import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../../tools/generate.ts";
import { ToolchainMissing } from "../conformance/hosts/host.ts";

const run = promisify(execFile);

/** The sources of the Python binding. */
export const BINDING = join(ROOT, "bindings/python");

/** What the tests need beside what the binding depends on. */
const FOR_TESTS = ["setuptools>=68", "opentelemetry-sdk"];

let made: Promise<string> | undefined;

/** The interpreter of an environment with what the binding depends on, made once. @throws ToolchainMissing */
export function pythonEnvironment(): Promise<string> {
  made ??= make();
  return made;
}

async function make(): Promise<string> {
  const python = await findPython();
  const project = readFileSync(join(BINDING, "pyproject.toml"), "utf8");
  const wanted = [...dependenciesOf(project), ...FOR_TESTS];
  const key = createHash("sha256")
    .update(JSON.stringify([python, wanted]))
    .digest("hex")
    .slice(0, 12);
  const folder = join(ROOT, `build/python/environment-${key}`);
  const interpreter = interpreterOf(folder);
  const done = join(folder, "installed");
  if (existsSync(done)) return interpreter;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await makeEnvironment(folder);
  await run(interpreter, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...wanted]).catch((error: Error) => {
    throw new ToolchainMissing(`pip cannot install ${wanted.join(", ")}: ${error.message}`);
  });
  writeFileSync(done, "");
  return interpreter;
}

/** Makes an empty environment; gives its interpreter. @throws ToolchainMissing */
export async function makeEnvironment(folder: string): Promise<string> {
  await run(await findPython(), ["-m", "venv", folder]).catch((error: Error) => {
    throw new ToolchainMissing(`python3 -m venv does not work (on Debian it is in python3-venv): ${error.message}`);
  });
  return interpreterOf(folder);
}

function interpreterOf(folder: string): string {
  return join(folder, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
}

async function findPython(): Promise<string> {
  for (const name of ["python3", "python"]) {
    const version = await run(name, ["-c", "import sys; print(sys.version_info >= (3, 11))"]).catch(() => undefined);
    if (version?.stdout.trim() === "True") return name;
  }
  throw new ToolchainMissing("Python 3.11 or newer is not installed");
}

function dependenciesOf(project: string): string[] {
  const list = /^dependencies = \[(.*?)\]/ms.exec(project)?.[1] ?? "";
  return [...list.matchAll(/"([^"]+)"/g)].map(([, name]) => name);
}
