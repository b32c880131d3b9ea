let compiled: Promise<WebAssembly.Module> | undefined;

/**
 * The core in a file, compiled once a process; if that fails, the next engine tries again. For Node, Deno and Bun, which all read files as
 * Node does. Without a file: where the build puts it, seen from the sources.
 */
export function findCore(file: URL = new URL(/* @vite-ignore */ BUILT, import.meta.url)): Promise<WebAssembly.Module> {
  compiled ??= compile(file).catch((error) => {
    compiled = undefined;
    throw error;
  });
  return compiled;
}

/** The bytes of the core in a file. */
export async function readCore(file: URL = new URL(/* @vite-ignore */ BUILT, import.meta.url)): Promise<Uint8Array<ArrayBuffer>> {
  const { readFile } = await import("node:fs/promises");
  return (await readFile(file)) as Uint8Array<ArrayBuffer>;
}

const BUILT = "../../dist/core.wasm";

async function compile(file: URL): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await readCore(file));
}
