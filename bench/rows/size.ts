import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { ROOT } from "../build.ts";
import { exactly, type Row } from "../row.ts";

const run = promisify(execFile);
const gzipped = (bytes: Uint8Array) => gzipSync(bytes, { level: 9 }).length;

/** What a page has to fetch. */
export async function sizeRows(): Promise<Row[]> {
  const core = readFileSync(join(ROOT, "dist/core.wasm"));
  const bundle = await build({
    stdin: { contents: 'export * from "./host/browser.ts";', resolveDir: ROOT },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
    metafile: true,
    // Provider packages are a page's own affair; those that it wants it passes in.
    external: ["@ai-sdk/*", "node:*"],
    logLevel: "error",
  });
  const script = gzipped(bundle.outputFiles[0].contents);
  const inputs = Object.entries(Object.values(bundle.metafile.outputs)[0].inputs);
  const share = (name: string) =>
    Math.round(inputs.filter(([path]) => path.includes(name)).reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0) / 1024);
  const note = `script ${Math.round(script / 1024)} KB; of it, before gzip: zod ${share("/zod/")}, yaml ${share("/yaml/")}, telemetry API ${share("@opentelemetry")}, aixlet ${share("host/")} KB`;
  return [
    { name: "core.wasm, gzipped", unit: "KB", measured: exactly(gzipped(core) / 1024), most: 48, note: `${Math.round(core.length / 1024)} KB as it is` },
    { name: "browser bundle with the core, gzipped", unit: "KB", measured: exactly((script + gzipped(core)) / 1024), most: 80, note },
  ];
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
