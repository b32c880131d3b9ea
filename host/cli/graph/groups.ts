import type { GraphEdge } from "./model.ts";

/** For each node a number that all have in common that lines tie together. */
export function groupsOf(count: number, edges: readonly GraphEdge[]): number[] {
  const groups = Array.from({ length: count }, (_, i) => i);
  const find = (node: number): number => {
    while (groups[node] !== node) {
      groups[node] = groups[groups[node]];
      node = groups[node];
    }
    return node;
  };
  for (const { from, to } of edges) {
    const [a, b] = [find(from), find(to)];
    groups[Math.max(a, b)] = Math.min(a, b);
  }
  return groups.map((_, node) => find(node));
}
