import { describe, expect, it } from "vitest";
import { Arrangement, type Way } from "./arrangement.ts";
import { layered } from "./layers.ts";
import type { Graph } from "./model.ts";

/** Numbers that look random, and are the same every time. */
function randomly(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return Math.floor((state / 0x7fffffff) * below) % below;
  };
}

function randomGraph(seed: number): Graph {
  const random = randomly(seed);
  const count = 2 + random(12);
  const roles = ["react", "port", "logger", "producer"];
  const nodes = Array.from({ length: count }, (_, i) => ({ name: `node-${i}`, role: roles[random(4)], detail: "", dependsOn: [] }));
  const edges = Array.from({ length: 1 + random(count * 2) }, () => ({ from: random(count), to: random(count), label: "" }));
  return { nodes, edges: edges.filter(({ from, to }, i) => edges.findIndex((edge) => edge.from === from && edge.to === to) === i) };
}

const ways: readonly Way[] = ["right", "down"];
const cases = Array.from({ length: 150 }, (_, i) => i + 1);

describe("arrangements of any graph", () => {
  it("have every line once, from a layer to the next", () => {
    for (const seed of cases) {
      const graph = randomGraph(seed);
      const { vertices, segments, layers, loops } = layered(graph);
      for (const { upper, lower } of segments) expect(vertices[lower].layer).toBe(vertices[upper].layer + 1);
      expect(layers.flat().sort((a, b) => a - b)).toEqual(vertices.map((_, i) => i));
      // Each message's way can be followed: onward by lines that go on, back by lines that go back.
      const reach = (from: number, back: boolean): Set<number> => {
        const found = new Set<number>();
        const waiting = [from];
        for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
          for (const segment of segments) {
            if (segment.back !== back || (back ? segment.lower : segment.upper) !== at) continue;
            const next = back ? segment.upper : segment.lower;
            if (vertices[next].node === undefined) waiting.push(next);
            else found.add(next);
          }
        }
        return found;
      };
      for (const { from, to } of graph.edges) {
        if (from === to) expect(loops.has(from)).toBe(true);
        else expect(reach(from, false).has(to) || reach(from, true).has(to)).toBe(true);
      }
    }
  });

  it("need not let lines lie on each other: one way or the other there is room", () => {
    for (const seed of cases) {
      const graph = randomGraph(seed);
      const clashes = ways.map((way) => new Arrangement(graph.nodes, layered(graph), way, 30, true).clashes);
      expect(Math.min(...clashes)).toBe(0);
    }
  });

  it.each(ways)("let nothing stand or run on anything else, going %s", (way) => {
    for (const seed of cases) {
      const { nodes, ...graph } = randomGraph(seed);
      const plan = new Arrangement(nodes, layered({ nodes, ...graph }), way, 30, true);
      for (const layer of plan.graph.layers) {
        for (const [place, vertex] of layer.entries()) {
          if (place === 0) continue;
          const before = layer[place - 1];
          expect(plan.starts[vertex]).toBeGreaterThanOrEqual(plan.starts[before] + plan.extents[before].size);
        }
      }
      for (const channel of plan.channels) {
        for (const [i, a] of channel.nets.entries()) {
          for (const b of channel.nets.slice(i + 1)) {
            if (a.track < 0 || a.track !== b.track) continue;
            const [from, to] = [
              Math.max(Math.min(...a.uppers, ...a.lowers), Math.min(...b.uppers, ...b.lowers)),
              Math.min(Math.max(...a.uppers, ...a.lowers), Math.max(...b.uppers, ...b.lowers)),
            ];
            expect(from).toBeGreaterThan(to);
          }
        }
      }
    }
  });

  it("keep straight what can be straight", () => {
    const nodes = ["a", "b", "c", "d"].map((name) => ({ name, role: "react", detail: "", dependsOn: [] }));
    const edges = [0, 1, 2].map((from) => ({ from, to: from + 1, label: "" }));
    const plan = new Arrangement(nodes, layered({ nodes, edges }), "right", 30, true);
    expect(plan.channels.map(({ tracks }) => tracks)).toEqual([0, 0, 0]);
  });
});
