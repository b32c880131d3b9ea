import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";
import { LIMITS } from "./limits.ts";
import { type Packed, packAndInstall } from "./packed.ts";

let packed: Packed;
let core: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  packed = await packAndInstall();
  core = await readFile(join(packed.installed, "dist/core.wasm"));
});

const zipped = (bytes: Uint8Array) => gzipSync(bytes, { level: 9 }).length;

/** The outputs that are loaded with an entry: itself, what it imports, and of what it may import later those that hold `later`. */
function loadedWith(entry: string, outputs: Metafile["outputs"], later: string | undefined, found = new Set<string>()): Set<string> {
  found.add(entry);
  for (const { path, kind } of outputs[entry].imports) {
    const wanted = kind === "import-statement" || (later !== undefined && Object.keys(outputs[path]?.inputs ?? {}).some((input) => input.includes(later)));
    if (wanted && !found.has(path)) loadedWith(path, outputs, later, found);
  }
  return found;
}

/** Gzipped bytes of what a page loads for a program, with those later imports that hold a file. */
async function bundle(program: string, later?: string): Promise<number> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: program, resolveDir: packed.project, sourcefile: "page.js" },
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    outdir: "out",
    write: false,
    metafile: true,
  });
  const [entry] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint?.endsWith("page.js"))!;
  const loaded = [...loadedWith(entry, metafile.outputs, later)].map((path) => resolve(path));
  return outputFiles.filter(({ path }) => loaded.includes(path)).reduce((bytes, { contents }) => bytes + zipped(contents), 0);
}

describe("sizes", () => {
  it("the core", () => {
    expect(zipped(core)).toBeLessThanOrEqual(LIMITS.core);
  });

  it.each([
    ["an object", undefined, LIMITS.browser],
    ["YAML", "definition/nodes", LIMITS.browserWithYaml],
  ] as const)("a page that runs a definition given as %s", async (_, later, limit) => {
    const page = 'import { Engine } from "aixlet"; globalThis.run = async (definition) => (await Engine.load(definition)).run("hi");';
    const script = await bundle(page, later);
    expect(script + zipped(core), `${script} bytes of script and ${zipped(core)} of core`).toBeLessThanOrEqual(limit);
  });
});

describe("the core's module", () => {
  it("imports nothing", () => {
    expect(WebAssembly.Module.imports(new WebAssembly.Module(core))).toEqual([]);
  });

  it("exports both doors and its memory, and nothing else", () => {
    const names = WebAssembly.Module.exports(new WebAssembly.Module(core)).map(({ name }) => name.replace("aixlet:engine/core@0.1.0#", "core#"));
    expect(names.sort()).toEqual(
      [
        "cabi_post_core#step",
        "cabi_post_core#step-frame",
        "cabi_realloc",
        "core#protocol",
        "core#step",
        "core#step-frame",
        "memory",
        "output",
        "protocol",
        "room",
        "step",
      ].sort(),
    );
  });
});
