import type { Paint } from "../paint.ts";
import { shorten, widthOf } from "../text.ts";
import { Canvas } from "./canvas.ts";
import { type Layered, layered, type Segment, type Vertex } from "./layers.ts";
import { colourOf, symbolOf } from "./look.ts";
import { type Graph, type GraphNode, groupsOf } from "./model.ts";
import { type Extent, placed } from "./place.ts";
import { type Channel, routed } from "./route.ts";

// Boxes and arrows. Everything is thought of along the way the messages go and across it; which of the two is level is decided last.

export interface DrawingOptions {
  paint: Paint;
  unicode: boolean;
  /** Columns that there are. */
  columns: number;
}

type Way = "right" | "down";

/** What is tried, in this order: which way, and how wide a box may be. */
const manners: readonly (readonly [Way, number])[] = [
  ["right", 48],
  ["right", 30],
  ["down", 48],
  ["right", 18],
  ["down", 30],
  ["down", 18],
];
const BOX_HEIGHT = 4;
const ATTEMPTS = 6;

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
  for (const [way, widest] of manners) {
    const drawing = new Drawing(graph, layers, way, widest, options);
    if (drawing.width <= options.columns) return drawing.lines;
  }
  return undefined;
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

class Drawing {
  readonly lines: string[];
  readonly width: number;
  readonly #nodes: readonly GraphNode[];
  readonly #graph: Layered;
  readonly #way: Way;
  readonly #widest: number;
  readonly #options: DrawingOptions;
  readonly #canvas: Canvas;
  readonly #extents: Extent[];
  /** How long each layer is, in the messages' direction. */
  readonly #lengths: number[];
  #starts: number[] = [];
  #channels: Channel[] = [];
  #net = 0;

  constructor({ nodes }: Graph, graph: Layered, way: Way, widest: number, options: DrawingOptions) {
    this.#nodes = nodes;
    this.#graph = graph;
    this.#way = way;
    this.#widest = widest;
    this.#options = options;
    this.#canvas = new Canvas(options.unicode);
    this.#extents = graph.vertices.map((vertex) => this.#extentOf(vertex));
    this.#lengths = graph.layers.map((layer) => Math.max(...layer.map((vertex) => this.#lengthOf(graph.vertices[vertex]))));
    this.#arrange();
    this.#paintAll();
    this.lines = this.#canvas.render(options.paint);
    this.width = this.#canvas.width;
  }

  /** Places and lines; if two lines would lie on each other, what they lead to moves aside. */
  #arrange(): void {
    const shifts = new Map<number, number>();
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      this.#starts = placed(this.#graph, this.#extents, this.#way === "right" ? 1 : 3, shifts);
      this.#channels = this.#graph.layers.slice(0, -1).map((layer) => {
        const here = new Set(layer);
        const segments = this.#graph.segments.filter(({ upper }) => here.has(upper));
        return routed(
          segments,
          (segment) => this.#pinOf(segment.upper, segment),
          (segment) => this.#pinOf(segment.lower, segment),
        );
      });
      const clashing = this.#clashing();
      if (clashing.length === 0) return;
      for (const vertex of clashing) shifts.set(vertex, (shifts.get(vertex) ?? 0) + 1);
    }
  }

  #clashing(): number[] {
    return this.#channels.flatMap(({ clashes }, i) => {
      const below = new Set(this.#graph.layers[i + 1]);
      const found = this.#graph.segments.filter((segment) => below.has(segment.lower) && clashes.includes(this.#pinOf(segment.lower, segment)));
      return found.length === 0 ? [] : [found[0].lower];
    });
  }

  #pinOf(vertex: number, { back }: Segment): number {
    return this.#starts[vertex] + (back ? this.#extents[vertex].backPin : this.#extents[vertex].pin);
  }

  #extentOf({ node }: Vertex): Extent {
    if (node === undefined) return { size: 1, pin: 0, backPin: 0 };
    const isPort = this.#nodes[node].role === "port";
    if (this.#way === "right") return isPort ? { size: 1, pin: 0, backPin: 0 } : { size: BOX_HEIGHT, pin: 1, backPin: 2 };
    const size = this.#boxWidth(node);
    const pin = Math.floor(size / 2);
    return { size, pin, backPin: isPort ? pin : Math.min(pin + 4, size - 2) };
  }

  #lengthOf({ node }: Vertex): number {
    if (node === undefined) return 1;
    if (this.#way === "right") return this.#boxWidth(node);
    return this.#nodes[node].role === "port" ? 1 : BOX_HEIGHT;
  }

  #textOf(node: number): [string, string] {
    const { name, role, detail, dependsOn } = this.#nodes[node];
    const loop = this.#graph.loops.has(node) ? ` ${this.#options.unicode ? "↻" : "(loop)"}` : "";
    const first = `${symbolOf(role, this.#options.unicode)} ${name}${loop}`;
    if (role === "port") return [this.#way === "right" ? this.#spaced(node, first) : first, ""];
    const parts = [role, detail, dependsOn.length > 0 ? `after ${dependsOn.join(", ")}` : ""];
    return [shorten(first, this.#widest - 4), shorten(parts.filter((part) => part !== "").join(" · "), this.#widest - 4)];
  }

  /** Lines do not touch the letters. */
  #spaced(node: number, text: string): string {
    const { segments } = this.#graph;
    return `${segments.some(({ lower }) => lower === node) ? " " : ""}${text}${segments.some(({ upper }) => upper === node) ? " " : ""}`;
  }

  #boxWidth(node: number): number {
    const [first, second] = this.#textOf(node);
    return this.#nodes[node].role === "port" ? widthOf(first) : Math.max(widthOf(first), widthOf(second)) + 4;
  }

  #paintAll(): void {
    let along = 0;
    for (const [i, layer] of this.#graph.layers.entries()) {
      const length = this.#lengths[i];
      for (const vertex of layer) this.#paintVertex(vertex, along, length);
      along += length;
      if (i < this.#channels.length) along = this.#paintChannel(i, along);
    }
    // Arrows and boxes cover the ends of lines.
    along = 0;
    for (const [i, layer] of this.#graph.layers.entries()) {
      const length = this.#lengths[i];
      for (const vertex of layer) if (this.#graph.vertices[vertex].node !== undefined) this.#paintNode(vertex, along, length);
      along += length + (i < this.#channels.length ? this.#channelLength(i) : 0);
    }
  }

  /** A line that passes, or that leads on from a box that is shorter than its layer. */
  #paintVertex(vertex: number, along: number, length: number): void {
    const { node, back } = this.#graph.vertices[vertex];
    if (node === undefined) return this.#line(along - 1, this.#starts[vertex], along + length, this.#starts[vertex], this.#net++, back);
    const own = this.#way === "right" && this.#nodes[node].role !== "port" ? length : this.#lengthOf(this.#graph.vertices[vertex]);
    if (own === length) return;
    const segments = this.#graph.segments.filter(({ upper }) => upper === vertex);
    for (const segment of segments)
      this.#line(along + own, this.#pinOf(vertex, segment), along + length, this.#pinOf(vertex, segment), this.#net++, segment.back);
  }

  #channelLength(i: number): number {
    const { tracks } = this.#channels[i];
    if (this.#way === "down") return tracks + 2;
    return tracks === 0 ? 4 : tracks * 2 + 3;
  }

  #paintChannel(i: number, along: number): number {
    const length = this.#channelLength(i);
    const end = along + length - 1;
    for (const { uppers, lowers, back, track, joins } of this.#channels[i].nets) {
      const net = this.#net++;
      if (track < 0) {
        this.#line(along - 1, uppers[0], end + 1, uppers[0], net, back);
        continue;
      }
      const at = along + (this.#way === "down" ? track + 1 : track * 2 + 2) - (this.#way === "down" ? 0 : 1);
      for (const pin of uppers) this.#line(along - 1, pin, at, pin, net, back);
      for (const pin of lowers) this.#line(at, pin, end + 1, pin, net, back);
      const [first, last] = [Math.min(...uppers, ...lowers), Math.max(...uppers, ...lowers)];
      this.#line(at, first, at, last, net, back);
      // Where it runs into the line of others it shows which way it goes; or else theirs would seem to go its way, too.
      for (const pin of joins) {
        if (uppers.some((upper) => upper < pin - 1)) this.#arrow(at, pin - 1, true);
        if (uppers.some((upper) => upper > pin + 1)) this.#arrow(at, pin + 1, false);
      }
    }
    return along + length;
  }

  #paintNode(vertex: number, along: number, length: number): void {
    const node = this.#graph.vertices[vertex].node as number;
    const { role } = this.#nodes[node];
    const { paint } = this.#options;
    const style = (text: string) => paint.colour(colourOf(role), text);
    const start = this.#starts[vertex];
    const [x, y] = this.#way === "right" ? [along, start] : [start, along];
    const [first, second] = this.#textOf(node);
    const into = this.#graph.segments.filter(({ lower }) => lower === vertex);
    const from = this.#graph.segments.filter(({ upper }) => upper === vertex);
    if (role === "port") this.#canvas.text(x, y, first, style);
    else {
      const width = this.#way === "right" ? length : this.#extents[vertex].size;
      const [top, bottom, side, level] = this.#options.unicode ? ["╭╮", "╰╯", "│", "─"] : ["++", "++", "|", "-"];
      const inner = level.repeat(width - 2);
      const line = (text: string) => ` ${text}${" ".repeat(Math.max(0, width - 3 - widthOf(text)))}`;
      this.#canvas.text(x, y, top[0] + inner + top[1], style);
      this.#canvas.text(x, y + 1, side, style);
      this.#canvas.text(x + 1, y + 1, line(first), (text) => paint.bold(style(text)));
      this.#canvas.text(x + width - 1, y + 1, side, style);
      this.#canvas.text(x, y + 2, side, style);
      this.#canvas.text(x + 1, y + 2, line(second), paint.dim);
      this.#canvas.text(x + width - 1, y + 2, side, style);
      this.#canvas.text(x, y + 3, bottom[0] + inner + bottom[1], style);
    }
    this.#paintEnds(into, from, vertex, along, role === "port" ? this.#lengthOf(this.#graph.vertices[vertex]) : length, style);
  }

  /** Where lines leave a box its border shows it; where they arrive there is an arrow. */
  #paintEnds(into: readonly Segment[], from: readonly Segment[], vertex: number, along: number, length: number, style: (text: string) => string): void {
    const { unicode, paint } = this.#options;
    const right = this.#way === "right";
    const [ahead, backward] = unicode ? (right ? ["▶", "◀"] : ["▼", "▲"]) : right ? [">", "<"] : ["v", "^"];
    const [leaving, leavingBack] = unicode ? (right ? ["├", "┤"] : ["┬", "┴"]) : ["+", "+"];
    const isPort = this.#extents[vertex].size === 1 || this.#nodes[this.#graph.vertices[vertex].node as number].role === "port";
    for (const segment of into) {
      const pin = this.#pinOf(vertex, segment);
      if (!segment.back) this.#text(along - 1, pin, ahead, style);
      else if (!isPort) this.#text(along, pin, leavingBack, style);
    }
    for (const segment of from) {
      const pin = this.#pinOf(vertex, segment);
      if (segment.back) this.#text(along + length, pin, backward, (text) => paint.colour("yellow", text));
      else if (!isPort) this.#text(along + length - 1, pin, leaving, style);
    }
  }

  #arrow(along: number, across: number, onward: boolean): void {
    const arrows = this.#options.unicode ? (this.#way === "right" ? "▼▲" : "▶◀") : this.#way === "right" ? "v^" : "><";
    this.#text(along, across, arrows[onward ? 0 : 1], this.#options.paint.dim);
  }

  #line(along1: number, across1: number, along2: number, across2: number, net: number, back: boolean): void {
    if (this.#way === "right") this.#canvas.line(along1, across1, along2, across2, net, back);
    else this.#canvas.line(across1, along1, across2, along2, net, back);
  }

  #text(along: number, across: number, text: string, style: (text: string) => string): void {
    if (this.#way === "right") this.#canvas.text(along, across, text, style);
    else this.#canvas.text(across, along, text, style);
  }
}
