// Edge workers may compile no WebAssembly at run time: their bundlers import it, compiled, as a module.
// @ts-expect-error a module of WebAssembly has no types
import core from "../core.wasm";

/** The core that was bundled with the worker. */
export function findCore(): Promise<WebAssembly.Module> {
  return Promise.resolve(core as WebAssembly.Module);
}
