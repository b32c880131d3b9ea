import type { Definition } from "../definition/schema/definition.ts";
import type { Store } from "../stores/store.ts";

/** What a definition says about its sessions, and where variables and packages are found. */
export interface SessionSettings {
  session: Definition["session"];
  env: (name: string) => string | undefined;
  load: ((packageName: string) => Promise<object>) | undefined;
}

/** Opens the store that a definition names, where this runtime has it. */
export type OpenSessions = (settings: SessionSettings) => Promise<Store>;
