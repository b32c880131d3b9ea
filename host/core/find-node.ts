let compiled: Promise<WebAssembly.Module> | undefined;

/** The core beside this file, compiled once a process. For Node, Deno and Bun, which all read files as Node does. */
export function findCore(): Promise<WebAssembly.Module> {
  compiled ??= (async () => {
    const { readFile } = await import("node:fs/promises");
    const bytes = await readFile(new URL(/* @vite-ignore */ coreFile, import.meta.url));
    return WebAssembly.compile(bytes as Uint8Array<ArrayBuffer>);
  })();
  return compiled;
}

/** From source or from the package: the build puts the core in dist, beside the compiled host. */
const coreFile = import.meta.url.endsWith(".ts") ? "../../dist/core.wasm" : "../core.wasm";
