import type { Paint } from "../paint.ts";
import { pad, widthOf } from "../text.ts";
import { colourOf, symbolOf } from "./look.ts";
import type { Graph } from "./model.ts";

/** The graph in words, a node a line: for what is too wide to draw, and for those who hear their terminal. */
export function toList({ nodes, edges }: Graph, paint: Paint, unicode: boolean): string {
  const wide = Math.max(0, ...nodes.map(({ name }) => widthOf(name)));
  const widest = Math.max(0, ...nodes.map(({ role }) => role.length));
  const arrow = unicode ? "→" : "->";
  const lines = nodes.map((node, i) => {
    const targets = edges.filter(({ from }) => from === i).map(({ to }) => nodes[to].name);
    const sent = targets.length === 0 ? "" : `${paint.dim(arrow)} ${targets.join(", ")}`;
    const start = `${paint.colour(colourOf(node.role), `${symbolOf(node.role, unicode)} ${pad(node.name, wide)}`)}  ${paint.dim(pad(node.role, widest))}  ${sent}`;
    return (node.detail === "" ? start : `${start}  ${paint.dim(`(${node.detail})`)}`).trimEnd();
  });
  return `${lines.join("\n")}\n`;
}
