import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

// The public JSON-Schema-Test-Suite (MIT). No npm package has it; the source distribution of the Python package jsonschema does, so it is
// taken from there, once, into build/.

const PACKAGE = "jsonschema==4.23.0";
const FOLDER = fileURLToPath(new URL("../../build/json-schema-test-suite", import.meta.url));

/** Formats and regular expressions are not checked by the core. */
const LEFT_OUT = /^optional\/(format|format-assertion|ecmascript-regex|non-bmp-regex|cross-draft|dynamicRef)\b/;
/** What the core reads of draft 7 as well. */
const DRAFT_7 = ["additionalItems", "definitions", "dependencies", "items"];

/** The texts of the suite's files by name; undefined if there is no Python to get them with. @throws on CI, where there has to be one */
export function suiteFiles(): Record<string, string> | undefined {
  if (!existsSync(FOLDER) && !download()) return undefined;
  const files: Record<string, string> = {};
  for (const name of jsonFiles(`${FOLDER}/draft2020-12`)) if (!LEFT_OUT.test(name)) files[`draft2020-12/${name}`] = "";
  for (const name of DRAFT_7) files[`draft7/${name}.json`] = "";
  for (const name of Object.keys(files)) files[name] = readFileSync(`${FOLDER}/${name}`, "utf8");
  return files;
}

function jsonFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".json"))
    .sort();
}

function download(): boolean {
  const fresh = `${FOLDER}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  try {
    execFileSync("python3", ["-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "jsonschema", "--dest", fresh, PACKAGE], { stdio: "pipe" });
    const [archive] = readdirSync(fresh);
    execFileSync("tar", ["xzf", archive, "--strip-components=3", "--wildcards", "*/json/tests/*"], { cwd: fresh });
    renameSync(fresh, FOLDER);
    return true;
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (process.env.CI) throw error;
    console.warn(`the JSON-Schema-Test-Suite is not here, and could not be had: ${(error as Error).message.split("\n")[0]}`);
    return false;
  }
}
