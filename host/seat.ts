import { type CustomAgent, type HostAgent, hostAgents } from "./agents.ts";
import type { Approver } from "./approval.ts";
import type { Clock } from "./clock.ts";
import type { Core } from "./core/core.ts";
import { Driver } from "./driver/driver.ts";
import type { Definition } from "./definition/schema/definition.ts";
import { DefinitionRefused, EngineTrapped } from "./errors.ts";
import type { Manifest } from "./manifest.ts";
import type { ModelSource } from "./models/resolve.ts";
import type { Auditor } from "./guard.ts";
import type { Source, Variable } from "./protocol/index.ts";
import * as protocol from "./protocol/index.ts";
import type { WriteFile } from "./results.ts";
import { type DocumentStores, SearchStores } from "./search/stores.ts";
import type { EngineSessions } from "./sessions/engine-sessions.ts";
import { Telemetry } from "./telemetry.ts";
import type { Tokenizers } from "./tokens/tokenizers.ts";
import type { Tool } from "./tools/tool.ts";

/** What an application brings along, whatever the definition. */
export interface Equipment {
  tools: Record<string, Tool>;
  custom: Record<string, CustomAgent>;
  models: ModelSource;
  documents: DocumentStores | undefined;
  approve: Approver | undefined;
  write: WriteFile | undefined;
  audit: Auditor | undefined;
  clock: Clock;
  tokenizers: Tokenizers;
  /** Where a definition's sessions are. */
  sessions: (session: Definition["session"]) => Promise<EngineSessions>;
  /** The definition's name in messages and telemetry. */
  name: string;
}

/** What a definition is loaded from. */
export interface Loading {
  sources: Source[];
  roles: readonly string[];
  tools: readonly string[];
  /** What is known of the models that it may ask. */
  models: readonly protocol.ModelFacts[];
  /** The values of variables that the core asks for. */
  variables: (names: readonly string[]) => Variable[];
}

/** A definition in a core of its own, and the loop around it. */
export interface Seat {
  core: Core;
  driver: Driver;
  /** The definition's number in the core. */
  definition: number;
  defined: protocol.DefinedCommand;
  manifest: Manifest;
  agents: readonly HostAgent[];
  /** None without a `session` block. */
  sessions: EngineSessions | undefined;
  /** The variables that were asked for. */
  variables: Variable[];
}

/** Loads a definition into a core. @throws DefinitionRefused */
export async function takeSeat(core: Core, loading: Loading, equipment: Equipment): Promise<Seat> {
  const telemetry = new Telemetry(equipment.name);
  const driver = new Driver(core, equipment.clock, telemetry);
  const { defined, variables } = define(driver, loading, false);
  const manifest = JSON.parse(defined.manifest) as Manifest;
  const stores = new SearchStores(equipment.documents, manifest.definition.vectorstore?.memory?.max_documents);
  const agents = hostAgents(manifest, equipment.tools, equipment.models, stores);
  const { session } = manifest.definition;
  const sessions = session === undefined ? undefined : await equipment.sessions(session);
  const { custom, approve, write, audit, tokenizers } = equipment;
  driver.serve({ agents, custom, stores, approve, write, audit, tokenizers, sessions });
  telemetry.serve(agents, manifest.definition.config);
  return { core, driver, definition: defined.definition, defined, manifest, agents, sessions, variables };
}

/** Loads or checks, asking for variables in between. */
export function define(driver: Driver, { sources, roles, tools, models, variables }: Loading, checkOnly: boolean): Pick<Seat, "defined" | "variables"> {
  let first = 0;
  let values: Variable[] = [];
  let answer = driver.ask((tag, events) => {
    first = tag;
    if (models.length > 0) protocol.writeModels(events, { models: [...models] });
    protocol.writeDefine(events, { tag, sources, roles: [...roles], tools: [...tools], checkOnly });
  });
  if (answer.type === "variables-needed") {
    values = variables(answer.names);
    answer = driver.ask((_, events) => protocol.writeVariables(events, { tag: first, values }), first);
  }
  if (answer.type === "problems") throw new DefinitionRefused(answer.problems);
  if (answer.type !== "defined") throw new EngineTrapped(new Error(`${answer.type} instead of defined`));
  return { defined: answer, variables: values };
}
