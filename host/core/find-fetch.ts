let compiled: Promise<WebAssembly.Module> | undefined;

/** The core beside this file, fetched and compiled once a page. For browsers; bundlers know this form of URL and bring the file along. */
export function findCore(): Promise<WebAssembly.Module> {
  compiled ??= fetch(new URL("../core.wasm", import.meta.url)).then(async (response) => {
    if (!response.ok) throw new Error(`core.wasm could not be fetched: ${response.status} ${response.url}`);
    return WebAssembly.compile(await response.arrayBuffer());
  });
  return compiled;
}
