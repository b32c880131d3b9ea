import type { CanonicalAgent, Manifest } from "../../manifest.ts";
import { showDuration } from "../duration.ts";
import { plural } from "../plural.ts";
import { groupsOf } from "./groups.ts";

export interface GraphNode {
  name: string;
  /** `port` is a place outside, `channel` a name that several read. */
  role: string;
  /** What is worth knowing of it, in few words. */
  detail: string;
  dependsOn: readonly string[];
}

export interface GraphEdge {
  from: number;
  to: number;
  /** The type of its messages, or empty. */
  label: string;
}

/** Who sends to whom, ready to be drawn. */
export interface Graph {
  nodes: GraphNode[];
  edges: GraphEdge[];
}

/** What a definition looks like; places outside become nodes of their own. */
export function graphOf(manifest: Manifest): Graph {
  const { agents, edges, inputs, definition } = manifest;
  const canonical = new Map((definition.agents ?? []).map((agent) => [agent.name, agent]));
  const nodes: GraphNode[] = agents.map(({ name, role }) => nodeOf(name, role, canonical.get(name)));
  const places = new Map(nodes.map(({ name }, i) => [name, i]));
  const placeOf = (name: string): number => {
    const known = places.get(name);
    if (known !== undefined) return known;
    places.set(name, nodes.length);
    return nodes.push({ name, role: "port", detail: "", dependsOn: [] }) - 1;
  };
  const found: GraphEdge[] = [];
  const add = (from: number, to: number, label: string) => {
    if (!found.some((edge) => edge.from === from && edge.to === to)) found.push({ from, to, label });
  };
  for (const { from, to } of edges) add(placeOf(from), placeOf(to), labelOf(canonical.get(from), to));
  // The outside that is not named: an input and an output for each group of agents, or else they would all seem to be tied together.
  const groups = groupsOf(nodes.length, found);
  const outside = new Map<string, number>();
  const outsideOf = (place: number, name: string): number => {
    const key = `${groups[place]} ${name}`;
    const known = outside.get(key) ?? nodes.push({ name, role: "port", detail: "", dependsOn: [] }) - 1;
    outside.set(key, known);
    return known;
  };
  const senders = new Set(found.map(({ from }) => from));
  for (const [i, { name, role }] of [...nodes.entries()]) {
    if (role === "port" || role === "producer") continue;
    if (inputs.includes(name)) add(outsideOf(i, "input"), i, "");
    if (role !== "logger" && !senders.has(i)) add(i, outsideOf(i, "output"), "");
  }
  return { nodes, edges: found };
}

function nodeOf(name: string, role: string, agent: CanonicalAgent | undefined): GraphNode {
  return { name, role, detail: agentDetail(role, agent), dependsOn: (agent?.depends_on as string[] | undefined) ?? [] };
}

/** What is worth knowing of an agent, in few words. */
export function agentDetail(role: string, agent: CanonicalAgent | undefined): string {
  if (agent === undefined) return "";
  if (role === "producer") return agent.interval === undefined ? "" : `every ${showInterval(agent.interval as number)}`;
  const config = agent.aggregator_config as { aggregation_strategy?: string } | undefined;
  if (role === "aggregator") return config?.aggregation_strategy ?? "";
  const parts = [agent.model ?? ""];
  if (agent.tools !== undefined && agent.tools.length > 0) parts.push(plural(agent.tools.length, "tool"));
  return parts.filter((part) => part !== "").join(", ");
}

function showInterval(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds}ms` : showDuration(milliseconds).replace(/\.0s$/, "s");
}

function labelOf(agent: CanonicalAgent | undefined, to: string): string {
  const outputs = (agent?.outputs ?? []) as { target?: string; type?: string }[];
  return outputs.find(({ target }) => target === to)?.type ?? "";
}
