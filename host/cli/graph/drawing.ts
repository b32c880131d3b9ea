import type { Paint } from "../paint.ts";
import { widthOf } from "../text.ts";
import type { Arrangement } from "./arrangement.ts";
import { Canvas } from "./canvas.ts";
import type { Segment } from "./layers.ts";
import { colourOf } from "./look.ts";

export interface DrawingOptions {
  paint: Paint;
  unicode: boolean;
  /** Columns that there are. */
  columns: number;
}

/** Boxes and arrows on a canvas. */
export class Drawing {
  readonly lines: string[];
  readonly width: number;
  readonly #plan: Arrangement;
  readonly #options: DrawingOptions;
  readonly #canvas: Canvas;
  #net = 0;

  constructor(plan: Arrangement, options: DrawingOptions) {
    this.#plan = plan;
    this.#options = options;
    this.#canvas = new Canvas(options.unicode);
    this.#paintAll();
    this.lines = this.#canvas.render(options.paint);
    this.width = this.#canvas.width;
  }

  #paintAll(): void {
    let along = 0;
    for (const [i, layer] of this.#plan.graph.layers.entries()) {
      const length = this.#plan.lengths[i];
      for (const vertex of layer) this.#paintVertex(vertex, along, length);
      along += length;
      if (i < this.#plan.channels.length) along = this.#paintChannel(i, along);
    }
    // Arrows and boxes cover the ends of lines.
    along = 0;
    for (const [i, layer] of this.#plan.graph.layers.entries()) {
      const length = this.#plan.lengths[i];
      for (const vertex of layer) if (this.#plan.graph.vertices[vertex].node !== undefined) this.#paintNode(vertex, along, length);
      along += length + (i < this.#plan.channels.length ? this.#plan.channelLength(i) : 0);
    }
  }

  /** A line that passes, or that leads on from a box that is shorter than its layer. */
  #paintVertex(vertex: number, along: number, length: number): void {
    const { node, back } = this.#plan.graph.vertices[vertex];
    if (node === undefined) return this.#line(along - 1, this.#plan.starts[vertex], along + length, this.#plan.starts[vertex], this.#net++, back);
    const own = this.#plan.way === "right" && this.#plan.nodes[node].role !== "port" ? length : this.#plan.lengthOf(this.#plan.graph.vertices[vertex]);
    if (own === length) return;
    const segments = this.#plan.graph.segments.filter(({ upper }) => upper === vertex);
    for (const segment of segments)
      this.#line(along + own, this.#plan.pinOf(vertex, segment), along + length, this.#plan.pinOf(vertex, segment), this.#net++, segment.back);
  }

  #paintChannel(i: number, along: number): number {
    const length = this.#plan.channelLength(i);
    const end = along + length - 1;
    for (const { uppers, lowers, back, track, joins } of this.#plan.channels[i].nets) {
      const net = this.#net++;
      if (track < 0) {
        this.#line(along - 1, uppers[0], end + 1, uppers[0], net, back);
        continue;
      }
      const at = along + (this.#plan.way === "down" ? track + 1 : track * 2 + 2) - (this.#plan.way === "down" ? 0 : 1);
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
    const node = this.#plan.graph.vertices[vertex].node as number;
    const { role } = this.#plan.nodes[node];
    const { paint } = this.#options;
    const style = (text: string) => paint.colour(colourOf(role), text);
    const start = this.#plan.starts[vertex];
    const [x, y] = this.#plan.way === "right" ? [along, start] : [start, along];
    const [first, second] = this.#plan.textOf(node);
    const into = this.#plan.graph.segments.filter(({ lower }) => lower === vertex);
    const from = this.#plan.graph.segments.filter(({ upper }) => upper === vertex);
    if (role === "port") this.#canvas.text(x, y, first, style);
    else {
      const width = this.#plan.way === "right" ? length : this.#plan.extents[vertex].size;
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
    this.#paintEnds(into, from, vertex, along, role === "port" ? this.#plan.lengthOf(this.#plan.graph.vertices[vertex]) : length, style);
  }

  /** Where lines leave a box its border shows it; where they arrive there is an arrow. */
  #paintEnds(into: readonly Segment[], from: readonly Segment[], vertex: number, along: number, length: number, style: (text: string) => string): void {
    const { unicode, paint } = this.#options;
    const right = this.#plan.way === "right";
    const [ahead, backward] = unicode ? (right ? ["▶", "◀"] : ["▼", "▲"]) : right ? [">", "<"] : ["v", "^"];
    const [leaving, leavingBack] = unicode ? (right ? ["├", "┤"] : ["┬", "┴"]) : ["+", "+"];
    const isPort = this.#plan.extents[vertex].size === 1 || this.#plan.nodes[this.#plan.graph.vertices[vertex].node as number].role === "port";
    for (const segment of into) {
      const pin = this.#plan.pinOf(vertex, segment);
      if (!segment.back) this.#text(along - 1, pin, ahead, style);
      else if (!isPort) this.#text(along, pin, leavingBack, style);
    }
    for (const segment of from) {
      const pin = this.#plan.pinOf(vertex, segment);
      if (segment.back) this.#text(along + length, pin, backward, (text) => paint.colour("yellow", text));
      else if (!isPort) this.#text(along + length - 1, pin, leaving, style);
    }
  }

  #arrow(along: number, across: number, onward: boolean): void {
    const arrows = this.#options.unicode ? (this.#plan.way === "right" ? "▼▲" : "▶◀") : this.#plan.way === "right" ? "v^" : "><";
    this.#text(along, across, arrows[onward ? 0 : 1], this.#options.paint.dim);
  }

  #line(along1: number, across1: number, along2: number, across2: number, net: number, back: boolean): void {
    if (this.#plan.way === "right") this.#canvas.line(along1, across1, along2, across2, net, back);
    else this.#canvas.line(across1, along1, across2, along2, net, back);
  }

  #text(along: number, across: number, text: string, style: (text: string) => string): void {
    if (this.#plan.way === "right") this.#canvas.text(along, across, text, style);
    else this.#canvas.text(across, along, text, style);
  }
}
