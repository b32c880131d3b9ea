import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";
import { ROOT } from "../build.ts";
import { exactly, type Row } from "../row.ts";

const run = promisify(execFile);
const gzipped = (bytes: Uint8Array) => gzipSync(bytes, { level: 9 }).length;

const PAGE = 'import { Engine } from "./host/browser.ts"; globalThis.run = async (definition) => (await Engine.load(definition)).run("hello");';

/** What a page has to fetch to run a definition that it has as an object, and what more if it has it as YAML. */
export async function sizeRows(): Promise<Row[]> {
  const core = readFileSync(join(ROOT, "dist/core.wasm"));
  const { outputs, files } = await bundle();
  const zippedCore = gzipped(core) / 1024;
  const kilobytes = (paths: Iterable<string>) => [...paths].reduce((sum, path) => sum + gzipped(files.get(path) as Uint8Array), 0) / 1024;
  const [entry] = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint !== undefined) as [string, unknown];
  const parser = Object.keys(outputs).filter((path) => Object.keys(outputs[path].inputs).some((input) => input.includes("definition/nodes")));
  const first = reachable([entry], outputs);
  const script = kilobytes(first);
  const withYaml = kilobytes(reachable([entry, ...parser], outputs));
  const row = { unit: "KB", most: 80 };
  return [
    { name: "core.wasm, gzipped", unit: "KB", measured: exactly(zippedCore), most: 48, note: `${Math.round(core.length / 1024)} KB as it is` },
    {
      ...row,
      name: "page that gives an object, gzipped",
      measured: exactly(script + zippedCore),
      note: `script ${script.toFixed(1)} KB: ${shares(first, outputs)}`,
    },
    {
      ...row,
      name: "page that gives YAML, gzipped",
      measured: exactly(withYaml + zippedCore),
      note: `the parser of YAML ${(withYaml - script).toFixed(1)} KB`,
    },
  ];
}

async function bundle(): Promise<{ outputs: Metafile["outputs"]; files: Map<string, Uint8Array> }> {
  const { metafile, outputFiles } = await build({
    stdin: { contents: PAGE, resolveDir: ROOT },
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    outdir: "out",
    write: false,
    metafile: true,
    // Provider packages are the page's own affair: those that it wants it passes in.
    external: ["@ai-sdk/*", "node:*"],
    logLevel: "error",
  });
  const outputs = Object.keys(metafile.outputs);
  const files = outputFiles.map(({ path, contents }) => [outputs.find((output) => path.endsWith(output)) ?? path, contents] as const);
  return { outputs: metafile.outputs, files: new Map(files) };
}

/** These files and what they import at once. */
function reachable(from: readonly string[], outputs: Metafile["outputs"]): Set<string> {
  const found = new Set(from);
  for (const path of found) for (const { path: next, kind } of outputs[path].imports) if (kind === "import-statement" && next in outputs) found.add(next);
  return found;
}

/** Whose bytes they are, before gzip. */
function shares(paths: Iterable<string>, outputs: Metafile["outputs"]): string {
  const owners = new Map<string, number>();
  for (const path of paths) {
    for (const [input, { bytesInOutput }] of Object.entries(outputs[path].inputs)) {
      const owner = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? "aixlet";
      owners.set(owner, (owners.get(owner) ?? 0) + bytesInOutput);
    }
  }
  return [...owners]
    .sort(([, a], [, b]) => b - a)
    .map(([owner, bytes]) => `${owner} ${Math.round(bytes / 1024)}`)
    .join(", ");
}

/** How many packages come with the packed package, itself among them. */
export async function packageRows(): Promise<Row[]> {
  const row = { name: "npm install aixlet", unit: "packages", most: 5 };
  if (!existsSync(join(ROOT, "dist/index.js"))) return [{ ...row, note: "there is no dist/index.js: npm run build" }];
  const folder = mkdtempSync(join(tmpdir(), "aixlet-install-"));
  try {
    const packed = await run("npm", ["pack", ROOT, "--ignore-scripts", "--json", "--pack-destination", folder], { cwd: folder });
    const [{ filename, size }] = JSON.parse(packed.stdout) as { filename: string; size: number }[];
    writeFileSync(join(folder, "package.json"), '{"private":true}');
    await run("npm", ["install", `./${filename}`, "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"], { cwd: folder });
    const lock = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8")) as { packages: Record<string, { dev?: boolean }> };
    const names = Object.keys(lock.packages).filter((path) => path !== "");
    return [
      {
        ...row,
        measured: exactly(names.length),
        note: `${names.map((path) => path.replace(/^node_modules\//, "")).join(", ")}; packed ${Math.round(size / 1024)} KB`,
      },
    ];
  } catch (error) {
    return [{ ...row, note: `npm: ${String((error as { stderr?: string }).stderr ?? error).split("\n")[0]}` }];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
