import type { Definition } from "./definition/schema/definition.ts";
import type { StoreToolSettings } from "./tools/store-tool.ts";
import type { ModelReference } from "./models/resolve.ts";

/** What the core makes of a definition, for the host. The core writes it as JSON: docs/manifest.md. */
export interface Manifest {
  /** In the order of the core's agent numbers; channels come last. */
  agents: ManifestAgent[];
  /** Who sends to whom: names of agents, channels and ports. */
  edges: { from: string; to: string }[];
  /** Where messages from outside may go. */
  inputs: string[];
  /** Where messages leave. */
  outputs: string[];
  /** The most model calls, attempts included, that one run can make; without a flow that one activation can. */
  /** And what they can cost at most, in micro-dollars; not there: a price or a bound of a model is not known. */
  bound: { calls: number; money?: number; per?: "activation" };
  /** The whole definition in canonical spelling. */
  definition: CanonicalDefinition;
}

export interface ManifestAgent {
  name: string;
  role: string;
  /** A node of the flow only says which model it asks: no file has given this agent a name. */
  hidden?: boolean;
}

/** The parts of the canonical definition that a host reads. */
export interface CanonicalDefinition {
  agents?: CanonicalAgent[];
  config?: { enable_tracing?: boolean; enable_metrics?: boolean };
  session?: Definition["session"];
  vectorstore?: { provider?: string; memory?: { max_documents?: number } };
  [key: string]: unknown;
}

export interface CanonicalAgent extends ModelReference {
  name: string;
  role: string;
  description?: string;
  prompt?: string;
  temperature?: number;
  top_p?: number;
  max_tokens?: number;
  tools?: CanonicalTool[];
  providers?: ModelReference[];
  [key: string]: unknown;
}

export interface CanonicalTool {
  name: string;
  description?: string;
  input_schema?: Record<string, unknown>;
  effect?: "pure" | "idempotent";
  vectorstore?: StoreToolSettings;
}
