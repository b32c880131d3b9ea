// For edge workers, which may compile no WebAssembly at run time: their bundlers import it, compiled, as a module.
// @ts-expect-error a module of WebAssembly has no types
import core from "../core.wasm";
import { Engine as Base } from "./engine.ts";

export * from "./main.ts";

/** Agents from a definition, ready to run. */
export class Engine extends Base {
  static override findCore = (): Promise<WebAssembly.Module> => Promise.resolve(core as WebAssembly.Module);
}
