import { shorten, widthOf } from "../text.ts";
import type { Layered, Segment, Vertex } from "./layers.ts";
import { symbolOf } from "./look.ts";
import type { GraphNode } from "./model.ts";
import { type Extent, placed } from "./place.ts";
import { type Channel, routed } from "./route.ts";

// Where everything is to stand, thought of along the way the messages go and across it; which of the two is level is decided by `way`.

export type Way = "right" | "down";

export const BOX_HEIGHT = 4;
const ATTEMPTS = 12;

export class Arrangement {
  readonly nodes: readonly GraphNode[];
  readonly graph: Layered;
  readonly way: Way;
  readonly extents: readonly Extent[];
  /** How long each layer is, along. */
  readonly lengths: readonly number[];
  /** Where each vertex begins, across. */
  starts: readonly number[] = [];
  /** Lines from each layer to the next. */
  channels: readonly Channel[] = [];
  readonly #widest: number;
  readonly #unicode: boolean;

  constructor(nodes: readonly GraphNode[], graph: Layered, way: Way, widest: number, unicode: boolean) {
    this.nodes = nodes;
    this.graph = graph;
    this.way = way;
    this.#widest = widest;
    this.#unicode = unicode;
    this.extents = graph.vertices.map((vertex) => this.#extentOf(vertex));
    this.lengths = graph.layers.map((layer) => Math.max(...layer.map((vertex) => this.lengthOf(graph.vertices[vertex]))));
    this.#arrange();
  }

  /** Places and lines; if two lines would lie on each other, what they lead to moves aside. */
  #arrange(): void {
    const shifts = new Map<number, number>();
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      this.starts = placed(this.graph, this.extents, this.way === "right" ? 1 : 3, shifts);
      this.channels = this.graph.layers.slice(0, -1).map((layer) => {
        const here = new Set(layer);
        const segments = this.graph.segments.filter(({ upper }) => here.has(upper));
        return routed(
          segments,
          (segment) => this.pinOf(segment.upper, segment),
          (segment) => this.pinOf(segment.lower, segment),
        );
      });
      const clashing = this.#clashing(attempt % 2 === 0 ? "lower" : "upper");
      if (clashing.length === 0) return;
      for (const vertex of clashing) shifts.set(vertex, (shifts.get(vertex) ?? 0) + 1 + (attempt % 3));
    }
  }

  /** Lines that lie on others and cannot be told apart. */
  get clashes(): number {
    return this.channels.reduce((sum, { clashes }) => sum + clashes.length, 0);
  }

  /** One vertex of each channel, at one end of a line that lies on another. */
  #clashing(end: "upper" | "lower"): number[] {
    return this.channels.flatMap(({ clashes }, i) => {
      const layer = new Set(this.graph.layers[end === "lower" ? i + 1 : i]);
      const found = this.graph.segments.filter((segment) => layer.has(segment[end]) && clashes.includes(this.pinOf(segment[end], segment)));
      return found.length === 0 ? [] : [found[0][end]];
    });
  }

  /** Where a line meets a vertex, across. */
  pinOf(vertex: number, { back }: Segment): number {
    return this.starts[vertex] + (back ? this.extents[vertex].backPin : this.extents[vertex].pin);
  }

  #extentOf({ node }: Vertex): Extent {
    if (node === undefined) return { size: 1, pin: 0, backPin: 0 };
    const isPort = this.nodes[node].role === "port";
    if (this.way === "right") return isPort ? { size: 1, pin: 0, backPin: 0 } : { size: BOX_HEIGHT, pin: 1, backPin: 2 };
    const size = this.#boxWidth(node);
    const pin = Math.floor(size / 2);
    return { size, pin, backPin: isPort ? pin : Math.min(pin + 4, size - 2) };
  }

  /** How long a vertex is, along. */
  lengthOf({ node }: Vertex): number {
    if (node === undefined) return 1;
    if (this.way === "right") return this.#boxWidth(node);
    return this.nodes[node].role === "port" ? 1 : BOX_HEIGHT;
  }

  /** The two lines in a box; of a place outside only one. */
  textOf(node: number): [string, string] {
    const { name, role, detail, dependsOn } = this.nodes[node];
    const loop = this.graph.loops.has(node) ? ` ${this.#unicode ? "↻" : "(loop)"}` : "";
    const first = `${symbolOf(role, this.#unicode)} ${name}${loop}`;
    if (role === "port") return [this.way === "right" ? this.#spaced(node, first) : first, ""];
    const parts = [role, detail, dependsOn.length > 0 ? `after ${dependsOn.join(", ")}` : ""];
    return [shorten(first, this.#widest - 4), shorten(parts.filter((part) => part !== "").join(this.#unicode ? " · " : ", "), this.#widest - 4)];
  }

  /** Lines do not touch the letters. */
  #spaced(node: number, text: string): string {
    const { segments } = this.graph;
    return `${segments.some(({ lower }) => lower === node) ? " " : ""}${text}${segments.some(({ upper }) => upper === node) ? " " : ""}`;
  }

  #boxWidth(node: number): number {
    const [first, second] = this.textOf(node);
    return this.nodes[node].role === "port" ? widthOf(first) : Math.max(widthOf(first), widthOf(second)) + 4;
  }

  /** How far it is from a layer to the next. */
  channelLength(i: number): number {
    const { tracks } = this.channels[i];
    if (this.way === "down") return tracks + 2;
    return tracks === 0 ? 4 : tracks * 2 + 3;
  }
}
