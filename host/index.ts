import { findCore } from "./core/find-node.ts";
import { Engine as Base } from "./engine.ts";

export * from "./main.ts";

/** Agents from a definition, ready to run. */
export class Engine extends Base {
  static override findCore = findCore;
}
