let compiled: Promise<WebAssembly.Module> | undefined;

/** The core at an address, fetched and compiled once a page; if that fails, the next engine tries again. For browsers. */
export function findCore(url: URL): Promise<WebAssembly.Module> {
  compiled ??= compile(url).catch((error) => {
    compiled = undefined;
    throw error;
  });
  return compiled;
}

// Not compileStreaming: it refuses servers that do not know what a .wasm file is.
const compile = async (url: URL): Promise<WebAssembly.Module> => WebAssembly.compile(await readCore(url));

/** The bytes of the core at an address. */
export async function readCore(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`core.wasm could not be fetched: ${response.status} at ${url.href}`);
  return new Uint8Array(await response.arrayBuffer());
}
