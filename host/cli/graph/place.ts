import type { Layered } from "./layers.ts";

// Where the vertices of a layer stand across the direction in which lines run.

/** How much room a vertex takes across, and where lines meet it: first those that go on, then those that go back. */
export interface Extent {
  size: number;
  pin: number;
  backPin: number;
}

const SWEEPS = 10;

/** The start of each vertex across, from 0: in order, apart, and as straight behind each other as that allows. */
export function placed(graph: Layered, extents: readonly Extent[], gap: number, shifts: ReadonlyMap<number, number>): number[] {
  const { layers, segments } = graph;
  const starts = new Array<number>(extents.length).fill(0);
  for (const layer of layers) {
    let next = 0;
    for (const vertex of layer) {
      starts[vertex] = next;
      next += extents[vertex].size + gap;
    }
  }
  const wanted = (vertex: number, up: boolean): { at: number; weight: number } | undefined => {
    let sum = 0;
    let weight = 0;
    for (const { upper, lower, back } of segments) {
      if ((up ? lower : upper) !== vertex) continue;
      const other = up ? upper : lower;
      const pin = (of: number) => (back ? extents[of].backPin : extents[of].pin);
      // A line that only passes is seen to be bent more than one that begins here.
      const share = graph.vertices[vertex].node === undefined && graph.vertices[other].node === undefined ? 8 : 1;
      sum += (starts[other] + pin(other) - pin(vertex)) * share;
      weight += share;
    }
    return weight === 0 ? undefined : { at: sum / weight, weight };
  };
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const up = sweep % 2 === 0;
    for (let i = 0; i < layers.length; i++) {
      const layer = layers[up ? i : layers.length - 1 - i];
      const wishes = layer.map((vertex) => wanted(vertex, up) ?? { at: starts[vertex], weight: 0.1 });
      const distances = layer.map((vertex, place) => (place === 0 ? 0 : extents[layer[place - 1]].size + gap) + (shifts.get(vertex) ?? 0));
      for (const [place, start] of apart(wishes, distances).entries()) starts[layer[place]] = start;
    }
  }
  const least = Math.min(...starts);
  return starts.map((start) => start - least);
}

/** The places nearest to those wished for (least squares) that keep their order and distances. */
function apart(wishes: readonly { at: number; weight: number }[], distances: readonly number[]): number[] {
  const blocks: { sum: number; weight: number; count: number }[] = [];
  const offsets: number[] = [];
  let offset = 0;
  for (const [i, { at, weight }] of wishes.entries()) {
    offset += distances[i];
    offsets.push(offset);
    blocks.push({ sum: (at - offset) * weight, weight, count: 1 });
    while (blocks.length > 1) {
      const last = blocks[blocks.length - 1];
      const before = blocks[blocks.length - 2];
      if (before.sum / before.weight <= last.sum / last.weight) break;
      blocks.pop();
      before.sum += last.sum;
      before.weight += last.weight;
      before.count += last.count;
    }
  }
  const starts: number[] = [];
  for (const { sum, weight, count } of blocks) {
    const base = Math.round(sum / weight);
    for (let i = 0; i < count; i++) starts.push(base + offsets[starts.length]);
  }
  return starts;
}
