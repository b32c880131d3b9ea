import type { Graph } from "./model.ts";

// Which layer a node stands in, and in which order. Lines that go back against the rest are turned round for this, and drawn as what they are.

/** A node's place, or the place where a longer line passes a layer. */
export interface Vertex {
  /** The node's number, or undefined of a passing line. */
  node: number | undefined;
  layer: number;
  /** For a passing line: goes back. */
  back: boolean;
}

/** A piece of a line, from a layer to the next. */
export interface Segment {
  upper: number;
  lower: number;
  /** Messages go from the lower to the upper. */
  back: boolean;
}

export interface Layered {
  vertices: Vertex[];
  segments: Segment[];
  /** Vertices by layer, in order. */
  layers: number[][];
  /** Nodes that send to themselves. */
  loops: Set<number>;
}

/** Nodes in layers, so that nearly all lines go the same way, and few cross. */
export function layered({ nodes, edges }: Graph): Layered {
  const loops = new Set(edges.filter(({ from, to }) => from === to).map(({ from }) => from));
  const lines = directed(
    nodes.length,
    edges.filter(({ from, to }) => from !== to).map(({ from, to }) => [from, to] as const),
  );
  const levels = levelsOf(nodes.length, lines);
  const vertices: Vertex[] = nodes.map((_, node) => ({ node, layer: levels[node], back: false }));
  const segments = inPieces(lines, vertices);
  const layers: number[][] = [];
  for (const [i, { layer }] of vertices.entries()) (layers[layer] ??= []).push(i);
  return { vertices, segments, layers: inOrder(layers, segments), loops };
}

interface Line {
  upper: number;
  lower: number;
  back: boolean;
}

/** Lines from top to bottom: what leads to a node whose turn is not over yet leads back. */
function directed(count: number, edges: readonly (readonly [number, number])[]): Line[] {
  const targets = Array.from({ length: count }, (_, i) => edges.filter(([from]) => from === i).map(([, to]) => to));
  const entered = new Set(edges.map(([, to]) => to));
  const state = new Array<"new" | "open" | "done">(count).fill("new");
  const lines: Line[] = [];
  const visit = (node: number): void => {
    state[node] = "open";
    for (const to of targets[node]) {
      if (state[to] === "open") lines.push({ upper: to, lower: node, back: true });
      else {
        lines.push({ upper: node, lower: to, back: false });
        if (state[to] === "new") visit(to);
      }
    }
    state[node] = "done";
  };
  // Where things begin first, and then what only goes round.
  for (let i = 0; i < count; i++) if (!entered.has(i)) visit(i);
  for (let i = 0; i < count; i++) if (state[i] === "new") visit(i);
  return lines;
}

/** As far from the start as its longest way; a start stands right before what it leads to. */
function levelsOf(count: number, lines: readonly Line[]): number[] {
  const levels = new Array<number>(count).fill(0);
  for (let changed = true; changed; ) {
    changed = false;
    for (const { upper, lower } of lines) {
      if (levels[lower] > levels[upper]) continue;
      levels[lower] = levels[upper] + 1;
      changed = true;
    }
  }
  const entered = new Set(lines.map(({ lower }) => lower));
  for (let i = 0; i < count; i++) {
    const below = lines.filter(({ upper }) => upper === i).map(({ lower }) => levels[lower]);
    if (!entered.has(i) && below.length > 0) levels[i] = Math.min(...below) - 1;
  }
  return levels;
}

/** Longer lines in pieces; those that begin at one node pass a layer at one place. */
function inPieces(lines: readonly Line[], vertices: Vertex[]): Segment[] {
  const segments = new Map<string, Segment>();
  const passing = new Map<string, number>();
  const add = (upper: number, lower: number, back: boolean) => segments.set(`${upper} ${lower} ${back}`, { upper, lower, back });
  for (const { upper, lower, back } of lines) {
    let last = upper;
    for (let layer = vertices[upper].layer + 1; layer < vertices[lower].layer; layer++) {
      const key = `${upper} ${layer} ${back}`;
      let at = passing.get(key);
      if (at === undefined) passing.set(key, (at = vertices.push({ node: undefined, layer, back }) - 1));
      add(last, at, back);
      last = at;
    }
    add(last, lower, back);
  }
  return [...segments.values()];
}

const SWEEPS = 12;

/** Each vertex near the middle of those it is tied to; the order with the fewest crossings. */
function inOrder(layers: number[][], segments: readonly Segment[]): number[][] {
  let best = layers.map((layer) => [...layer]);
  let least = crossings(best, segments);
  const order = best.map((layer) => [...layer]);
  for (let sweep = 0; sweep < SWEEPS && least > 0; sweep++) {
    const down = sweep % 2 === 0;
    for (let i = 1; i < order.length; i++) {
      const at = down ? i : order.length - 1 - i;
      const beside = order[down ? at - 1 : at + 1];
      const middles = new Map(order[at].map((vertex, place) => [vertex, middle(vertex, beside, segments, down) ?? place]));
      order[at].sort((a, b) => (middles.get(a) ?? 0) - (middles.get(b) ?? 0));
    }
    const count = crossings(order, segments);
    if (count >= least) continue;
    least = count;
    best = order.map((layer) => [...layer]);
  }
  return best;
}

function middle(vertex: number, beside: readonly number[], segments: readonly Segment[], down: boolean): number | undefined {
  const places = segments
    .filter((segment) => (down ? segment.lower : segment.upper) === vertex)
    .map((segment) => beside.indexOf(down ? segment.upper : segment.lower));
  if (places.length === 0) return undefined;
  return places.reduce((sum, place) => sum + place, 0) / places.length;
}

function crossings(layers: readonly number[][], segments: readonly Segment[]): number {
  const places = new Map<number, number>();
  for (const layer of layers) for (const [place, vertex] of layer.entries()) places.set(vertex, place);
  const layerOf = new Map<number, number>();
  for (const [at, layer] of layers.entries()) for (const vertex of layer) layerOf.set(vertex, at);
  let count = 0;
  for (const [i, a] of segments.entries()) {
    for (const b of segments.slice(i + 1)) {
      if (layerOf.get(a.upper) !== layerOf.get(b.upper)) continue;
      const above = (places.get(a.upper) ?? 0) - (places.get(b.upper) ?? 0);
      const below = (places.get(a.lower) ?? 0) - (places.get(b.lower) ?? 0);
      if (above * below < 0) count++;
    }
  }
  return count;
}
