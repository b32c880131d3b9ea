import type { FindCore } from "./core/core.ts";
import { findCore, readCore } from "./core/find-node.ts";
import { Engine as Base } from "./engine.ts";
import type { EncodingName } from "./tokens/encodings.ts";
import type { FindTokenizer } from "./tokens/tokenizers.ts";

export * from "./main.ts";

/** Beside this file, or beside the bundle that it has become part of. */
const CORE = "./core.wasm";

/** Agents from a definition, ready to run. */
export class Engine extends Base {
  static override findCore: FindCore = () => findCore(coreFile());
  static override findPrices: typeof Base.findPrices = async () => (await import("./prices/catalogue.ts")).catalogue;
  static override readCore: typeof Base.readCore = () => readCore(coreFile());
  static override findTokenizer: FindTokenizer | undefined = async (encoding) => {
    const { loadTokenizer } = await import("./tokens/index.ts");
    return loadTokenizer(encoding as EncodingName);
  };
  static override openSessions: typeof Base.openSessions = async (settings) => (await import("./sessions/open-node.ts")).openSessions(settings);
}

function coreFile(): URL | undefined {
  return import.meta.url.endsWith(".ts") ? undefined : new URL(/* @vite-ignore */ CORE, import.meta.url);
}
