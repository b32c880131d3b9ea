import type { Source } from "../protocol/index.ts";

/** What a definition may need of its host: every name under `role` or `type`, and every `name`. Those that are none are asked for by nobody. */
export function namesIn(sources: readonly Source[]): { roles: string[]; tools: string[] } {
  const roles = new Set<string>();
  const tools = new Set<string>();
  for (const { nodes } of sources) {
    for (let i = 0; i + 1 < nodes.length; i++) {
      if (nodes[i].kind !== "scalar" || nodes[i + 1].kind !== "scalar") continue;
      const { text } = nodes[i + 1];
      if (nodes[i].text === "role" || nodes[i].text === "type") roles.add(text);
      else if (nodes[i].text === "name") tools.add(text);
    }
  }
  for (const role of OWN) roles.delete(role);
  return { roles: [...roles].filter(isName), tools: [...tools].filter(isName) };
}

/** Roles of the engine's own. */
const OWN = ["producer", "logger", "react", "classifier", "aggregator", "planner", "indexer", "retriever"];

function isName(text: string): boolean {
  return /^[\w-]{1,64}$/.test(text);
}
