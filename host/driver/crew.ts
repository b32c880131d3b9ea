import type { CustomAgent, HostAgent } from "../agents.ts";
import type { Approver } from "../approval.ts";
import type { Auditor } from "../guard.ts";
import type { WriteFile } from "../results.ts";
import type { SearchStores } from "../search/stores.ts";
import type { Tokenizers } from "../tokens/tokenizers.ts";
import type { EngineSessions } from "../sessions/engine-sessions.ts";

/** Who is behind the core's agent numbers. */
export class Crew {
  agents: readonly HostAgent[] = [];
  /** Host code as agents, by role. */
  custom: Record<string, CustomAgent> = {};
  stores: SearchStores | undefined;
  approve: Approver | undefined;
  /** Writes a run's result to a file that its definition names. */
  write: WriteFile | undefined;
  audit: Auditor | undefined;
  tokenizers: Tokenizers = { own: {}, byEncoding: undefined };
  sessions: EngineSessions | undefined;

  name(agent: number): string {
    return this.agents[agent]?.name ?? "";
  }
}
