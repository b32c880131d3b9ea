import type { CustomAgent, HostAgent } from "../agents.ts";
import type { Approver } from "../approval.ts";
import type { SearchStores } from "../search/stores.ts";

/** Who is behind the core's agent numbers. */
export class Crew {
  agents: readonly HostAgent[] = [];
  /** Host code as agents, by role. */
  custom: Record<string, CustomAgent> = {};
  stores: SearchStores | undefined;
  approve: Approver | undefined;

  name(agent: number): string {
    return this.agents[agent]?.name ?? "";
  }
}
