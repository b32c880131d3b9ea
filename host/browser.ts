import type { FindCore } from "./core/core.ts";
import { findCore, readCore } from "./core/find-fetch.ts";
import { Engine as Base } from "./engine.ts";

export * from "./main.ts";

/** Agents from a definition, ready to run. */
export class Engine extends Base {
  /** Bundlers know this form of address and bring the file along; where one does not, core.wasm belongs beside the bundle. */
  static override findCore: FindCore = () => findCore(new URL("./core.wasm", import.meta.url));
  static override readCore: typeof Base.readCore = () => readCore(new URL("./core.wasm", import.meta.url));
}
