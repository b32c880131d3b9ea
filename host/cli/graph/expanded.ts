import { Document, isCollection, isMap, isScalar, visit } from "yaml";
import { asWritten } from "../../definition/as-written.ts";
import { definition as schema } from "../../definition/schema.ts";
import type { CanonicalAgent, CanonicalDefinition } from "../../manifest.ts";

// A definition as the core understood it, as YAML that means the same: a pattern is the flow it became, the agents it needs are written down.

const agentName = /^[A-Za-z0-9_-]{1,64}$/;
/** Columns up to which a list or a map of a flow stands in one line. */
const SHORT = 90;

/** The definition as YAML; durations have units again, and what the core filled in for hosts is left out. */
export function expandedYaml(definition: CanonicalDefinition): string {
  const document = new Document(asWritten(written(definition), schema));
  const flowNode = document.get("flow");
  if (isCollection(flowNode)) visit(flowNode, (_, node) => (isCollection(node) && isShort(node) ? oneLine(node) : undefined));
  return document.toString({ lineWidth: 120, flowCollectionPadding: false });
}

/** Without what the core has added for hosts, the flow last; definitions within it, too. */
function written({ agents, flow, ...rest }: CanonicalDefinition): CanonicalDefinition {
  const own = (agents ?? []).filter(isWritten).map(ownKeys);
  return { ...rest, ...(own.length > 0 && { agents: own }), ...(flow !== undefined && { flow: withUses(flow) }) };
}

function withUses(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withUses);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, below]) => [key, key === "use" && typeof below === "object" ? written(below as CanonicalDefinition) : withUses(below)]),
  );
}

/** Agents of nodes that only name a model have the node's path for a name; experts stand under `experts`. */
function isWritten({ name, role }: CanonicalAgent): boolean {
  return agentName.test(name) && role !== "given";
}

/** Without the provider that only repeats what the agent says. */
function ownKeys(agent: CanonicalAgent): CanonicalAgent {
  const { providers, ...own } = agent;
  const [only, second] = providers ?? [];
  const repeats = only !== undefined && second === undefined && Object.entries(only).every(([key, value]) => own[key] === value);
  return providers === undefined || repeats ? (own as CanonicalAgent) : agent;
}

// ---- one line or several ----

function isShort(node: unknown): boolean {
  return !holdsLines(node) && JSON.stringify(node).length <= SHORT && depthOf(node) <= 2;
}

function holdsLines(node: unknown): boolean {
  if (isScalar(node)) return typeof node.value === "string" && node.value.includes("\n");
  return isCollection(node) && node.items.some((item) => holdsLines(isScalar(item) || isCollection(item) ? item : (item as { value: unknown }).value));
}

function depthOf(node: unknown): number {
  if (!isCollection(node)) return 0;
  return 1 + Math.max(0, ...node.items.map((item) => depthOf(isMap(node) ? (item as { value: unknown }).value : item)));
}

function oneLine(node: { flow?: boolean }): symbol {
  node.flow = true;
  return visit.SKIP;
}
