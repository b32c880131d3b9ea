import type { FindCore } from "./core/core.ts";
import { findCore } from "./core/find-edge.ts";
import { Engine as Base } from "./engine.ts";

export * from "./main.ts";

/** Agents from a definition, ready to run. */
export class Engine extends Base {
  static override findCore: FindCore = findCore;
}
