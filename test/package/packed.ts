import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { makeComponent, readWit } from "../../tools/component.ts";
import { ROOT } from "../../tools/generate.ts";

// The package as a user gets it: compiled, packed by npm, and installed into an empty project. It is built beside the working tree's own
// dist, which other tests are reading, and kept until one of its sources changes.

const run = promisify(execFile);

/** What the package is made of. The modules in dist are compiled before all tests: test/setup.ts. */
const SOURCES = [
  "host",
  "wit",
  "schema",
  "dist/core.wasm",
  "dist/tokens",
  "package.json",
  "tsconfig.json",
  "tsconfig.build.json",
  "README.md",
  "LICENSE",
  "CHANGELOG.md",
];

export interface Packed {
  /** The tarball of `npm pack`. */
  tarball: string;
  /** An empty project, in which the tarball has been installed. */
  project: string;
  /** The package in it. */
  installed: string;
}

let packed: Promise<Packed> | undefined;

/** Packs and installs aixlet, once for all tests of all processes. */
export function packAndInstall(): Promise<Packed> {
  packed ??= make();
  return packed;
}

async function make(): Promise<Packed> {
  const home = join(ROOT, "build/packed", await hashOf(SOURCES));
  if (!existsSync(home)) {
    const making = `${home}.${process.pid}`;
    await mkdir(making, { recursive: true });
    await build(join(making, "package"));
    await run("npm", ["pack", "--ignore-scripts", "--pack-destination", making], { cwd: join(making, "package") });
    await rename(join(making, await findTarball(making)), join(making, "aixlet.tgz"));
    await install(making, join(making, "project"));
    await settle(making, home);
  }
  const project = join(home, "project");
  return { tarball: join(home, "aixlet.tgz"), project, installed: join(project, "node_modules/aixlet") };
}

/** The package's folder: what `npm run build` leaves in dist, and the files beside it. */
async function build(folder: string): Promise<void> {
  const dist = join(folder, "dist");
  await mkdir(dist, { recursive: true });
  const [core] = await Promise.all([
    readFile(join(ROOT, "dist/core.wasm")),
    run(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json", "--outDir", dist], { cwd: ROOT }).catch(({ stdout }) => {
      throw new Error(`the host does not compile:\n${stdout}`);
    }),
    ...["package.json", "README.md", "LICENSE", "CHANGELOG.md", "schema", "wit"].map(async (name) => {
      if (existsSync(join(ROOT, name))) await cp(join(ROOT, name), join(folder, name), { recursive: true });
    }),
  ]);
  await copyFile(join(ROOT, "dist/core.wasm"), join(dist, "core.wasm"));
  await mkdir(join(dist, "tokens"), { recursive: true });
  for (const file of await readdir(join(ROOT, "dist/tokens"))) {
    if (/\.(wasm|bin\.gz)$/.test(file)) await copyFile(join(ROOT, "dist/tokens", file), join(dist, "tokens", file));
  }
  await writeFile(join(dist, "component.wasm"), await makeComponent(core, readWit()));
}

async function findTarball(folder: string): Promise<string> {
  const [name] = (await readdir(folder)).filter((file) => file.endsWith(".tgz"));
  return name;
}

async function install(from: string, project: string): Promise<void> {
  await mkdir(project);
  await writeFile(join(project, "package.json"), '{ "name": "empty", "private": true, "type": "module" }\n');
  await run("npm", ["install", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", join(from, "aixlet.tgz")], { cwd: project });
}

/** Another process may have been faster, with the same bytes; older ones go. */
async function settle(making: string, home: string): Promise<void> {
  await rename(making, home).catch(() => rm(making, { recursive: true, force: true }));
  const kept = home.slice(home.lastIndexOf("/") + 1);
  for (const entry of await readdir(join(home, "..")))
    if (/^[0-9a-f]+$/.test(entry) && entry !== kept) await rm(join(home, "..", entry), { recursive: true, force: true });
}

async function hashOf(names: string[]): Promise<string> {
  const hash = createHash("sha256");
  const add = async (name: string): Promise<void> => {
    if (!existsSync(join(ROOT, name))) return;
    const entries = await readdir(join(ROOT, name)).catch(() => undefined);
    if (entries !== undefined) for (const entry of entries.sort()) await add(join(name, entry));
    else if (!name.endsWith(".test.ts")) hash.update(`${name}\0`).update(await readFile(join(ROOT, name)));
  };
  for (const name of names) await add(name);
  return hash.digest("hex").slice(0, 20);
}
