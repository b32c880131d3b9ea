// Compiles an entry of AssemblyScript for a test, as the core is compiled, and instantiates it.

import asc from "assemblyscript/asc";

export interface Compiled {
  memory: WebAssembly.Memory;
  // biome-ignore lint/suspicious/noExplicitAny: what a test entry exports is the test's to know
  [name: string]: any;
}

export async function compile(entry: string, ...options: string[]): Promise<Compiled> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [entry, "--config", "none", "--outFile", "out.wasm", "--runtime", "stub", "--use", "abort=", "-O3", "--transform", "./tools/literals.mjs", ...options],
    {
      writeFile(name: string, contents: Uint8Array) {
        if (name === "out.wasm") binary = contents;
      },
    },
  );
  if (error || !binary) throw new Error(`${entry} does not compile: ${stderr.toString()}`);
  const { instance } = await WebAssembly.instantiate(binary as BufferSource, {});
  return instance.exports as unknown as Compiled;
}

/** `text` in UTF-8 at `at`; its length in bytes. */
export function put(core: Compiled, at: number, text: string | Uint8Array): number {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  new Uint8Array(core.memory.buffer).set(bytes, at);
  return bytes.length;
}

/** The bytes that lie at `at`. */
export function get(core: Compiled, at: number, length: number): Uint8Array {
  return new Uint8Array(core.memory.buffer).slice(at, at + length);
}

export function getText(core: Compiled, at: number, length: number): string {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(get(core, at, length));
}
