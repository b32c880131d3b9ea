import { Arrangement, type Way } from "./arrangement.ts";
import { Drawing, type DrawingOptions } from "./drawing.ts";
import { groupsOf } from "./groups.ts";
import { layered } from "./layers.ts";
import type { Graph } from "./model.ts";

/** What is tried, in this order: which way, and how wide a box may be. */
const manners: readonly (readonly [Way, number])[] = [
  ["right", 48],
  ["right", 30],
  ["down", 48],
  ["right", 18],
  ["down", 30],
  ["down", 18],
];

/** The graph drawn, in lines; undefined if it is too wide both ways. */
export function draw(graph: Graph, options: DrawingOptions): string[] | undefined {
  const lines: string[] = [];
  // What is not tied together is drawn one below the other.
  for (const part of partsOf(graph)) {
    const drawing = drawPart(part, options);
    if (drawing === undefined) return undefined;
    if (lines.length > 0) lines.push("");
    lines.push(...drawing);
  }
  return lines;
}

function drawPart(graph: Graph, options: DrawingOptions): string[] | undefined {
  const layers = layered(graph);
  let unclear: string[] | undefined;
  for (const [way, widest] of manners) {
    const plan = new Arrangement(graph.nodes, layers, way, widest, options.unicode);
    const drawing = new Drawing(plan, options);
    if (drawing.width > options.columns) continue;
    if (plan.clashes === 0) return drawing.lines;
    unclear ??= drawing.lines;
  }
  return unclear;
}

function partsOf({ nodes, edges }: Graph): Graph[] {
  const groups = groupsOf(nodes.length, edges);
  return [...new Set(groups)].map((group) => {
    const members = nodes.flatMap((_, i) => (groups[i] === group ? [i] : []));
    const places = new Map(members.map((member, place) => [member, place]));
    const inside = edges.filter(({ from }) => groups[from] === group);
    return {
      nodes: members.map((member) => nodes[member]),
      edges: inside.map(({ from, to, label }) => ({ from: places.get(from) as number, to: places.get(to) as number, label })),
    };
  });
}
