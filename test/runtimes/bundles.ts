import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { build as vite } from "vite";

// Programs bundled as users of the package would bundle them.

/** For a page: the bundle, and the core beside it. */
export async function bundlePage(entry: string, core: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await build({ entryPoints: [entry], outfile: join(folder, "page.js"), bundle: true, minify: true, format: "esm", platform: "browser", target: "es2022" });
  await copyFile(core, join(folder, "core.wasm"));
}

/** For a site: Vite sees the core's address in the code and brings it along. Gives the folder of the built site. */
export async function buildSite(root: string, entry: string): Promise<string> {
  await writeFile(join(root, "index.html"), `<!doctype html><script type="module" src="/${entry}"></script>`);
  const outDir = join(root, "built");
  await vite({ root, base: "/built/", configFile: false, logLevel: "error", build: { outDir, assetsInlineLimit: 0, target: "es2022", minify: false } });
  return outDir;
}

/** For Node: one file and the core. `require` is there for packages that are CommonJS on Node. */
export async function bundleNode(entry: string, core: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const banner = { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' };
  await build({ entryPoints: [entry], outfile: join(folder, "main.mjs"), bundle: true, format: "esm", platform: "node", target: "node20", banner });
  await copyFile(core, join(folder, "core.wasm"));
}

/** For an edge worker: WebAssembly stays an import, of a module that comes with the worker. */
export async function bundleWorker(entry: string, core: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const wasm: Plugin = { name: "wasm", setup: ({ onResolve }) => onResolve({ filter: /\.wasm$/ }, () => ({ path: "./core.wasm", external: true })) };
  await build({
    entryPoints: [entry],
    outfile: join(folder, "worker.js"),
    bundle: true,
    format: "esm",
    platform: "browser",
    conditions: ["workerd", "worker"],
    target: "es2022",
    plugins: [wasm],
  });
  await copyFile(core, join(folder, "core.wasm"));
  await writeFile(join(folder, "config.capnp"), CONFIG);
}

const CONFIG = `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js"), (name = "core.wasm", wasm = embed "core.wasm")],
  compatibilityDate = "2026-01-01",
);
`;

/** For a page without a bundler: a file for each package that aixlet needs, and the map that names them. */
export async function vendor(project: string, folder: string): Promise<Record<string, string>> {
  const names = ["yaml", "zod", "@opentelemetry/api"];
  const imports: Record<string, string> = {};
  for (const name of names) {
    const file = `${name.replaceAll(/[@/]/g, "-")}.js`;
    await build({
      stdin: { contents: `export * from "${name}";`, resolveDir: project },
      outfile: join(folder, file),
      bundle: true,
      format: "esm",
      platform: "browser",
      target: "es2022",
    });
    imports[name] = `/vendor/${file}`;
  }
  return imports;
}
