import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { ROOT } from "../../tools/generate.ts";

/** A mistake that somebody could make: a change of one place in the source, which is kept as data and never stands there. */
export interface Bug {
  name: string;
  about: string;
  profile: "light" | "full";
  file: string;
  find: string;
  put: string;
}

/** What the simulator made of a bug. */
export interface Found {
  bug: Bug;
  /** How many seeds it took; undefined: it was not found. */
  seeds: number | undefined;
  invariant: string;
  message: string;
}

const FOLDER = join(ROOT, "test/simulation/bugs");
const COPIED = ["assembly", "host", "test/simulation", "tools", "wit", "schema", "asconfig.json", "package.json", "tsconfig.json"];
/** Seeds that a bug is looked for in. */
const MOST = { light: 100_000, full: 20_000 };

/** The bugs, by their names. */
export function readBugs(): Bug[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .map((file) => ({ name: file.slice(0, -5), ...(parse(readFileSync(join(FOLDER, file), "utf8")) as Omit<Bug, "name">) }));
}

/** The source with the bug in it. @throws if the place is not there, or not once */
export function plant({ name, file, find, put }: Bug): string {
  const source = readFileSync(join(ROOT, file), "utf8");
  const places = source.split(find).length - 1;
  if (places !== 1) throw new Error(`${name}: ${file} has the text that is to be changed ${places} times, and not once`);
  return source.replace(find, () => put);
}

/** Copies the project, plants the bug there, and looks how many seeds it takes to find it. */
export function hunt(bug: Bug): Found {
  const copy = mkdtempSync(join(tmpdir(), "aixlet-bug-"));
  try {
    for (const path of COPIED) cpSync(join(ROOT, path), join(copy, path), { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
    writeFileSync(join(copy, bug.file), plant(bug));
    mkdirSync(join(copy, "dist"));
    if (bug.file.startsWith("assembly/")) run(copy, ["-e", 'import("./tools/build-core.ts").then((tools) => tools.buildCore())']);
    else cpSync(join(ROOT, "dist/core.wasm"), join(copy, "dist/core.wasm"));
    const out = run(copy, ["test/simulation/main.ts", "--json", "--profile", bug.profile, "--seeds", String(MOST[bug.profile])]);
    const { failures } = JSON.parse(out) as { failures: { after: number; invariant: string; message: string }[] };
    const [first] = failures;
    return { bug, seeds: first?.after, invariant: first?.invariant ?? "", message: first?.message ?? "" };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Runs a program of the copy by tsx; gives what it wrote. */
function run(folder: string, args: string[]): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--import", "tsx", ...args], { cwd: folder, encoding: "utf8", maxBuffer: 1 << 28 });
  // A simulation that has found something says so by its exit code.
  if (status !== 0 && !stdout.startsWith("{")) throw new Error(`${args.join(" ")}:\n${stderr}`);
  return stdout;
}

/** A table for people, as it stands in docs/simulation.md. */
export function bugTable(found: readonly Found[]): string {
  const rows = found.map(
    ({ bug, seeds, invariant }) => `| ${bug.name} | ${bug.about} | ${bug.profile} | ${seeds ?? "not found"} | ${invariant === "" ? "" : `\`${invariant}\``} |`,
  );
  return ["| bug | what is wrong | profile | seeds | found as |", "|---|---|---|---|---|", ...rows].join("\n");
}
