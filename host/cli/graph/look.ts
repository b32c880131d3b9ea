import type { Colour } from "../paint.ts";

const looks: Record<string, readonly [symbol: string, ascii: string, colour: Colour]> = {
  producer: ["◷", "~", "magenta"],
  react: ["◆", "*", "cyan"],
  aggregator: ["Σ", "+", "yellow"],
  classifier: ["◇", "?", "yellow"],
  planner: ["☰", "=", "blue"],
  logger: ["▤", "#", "gray"],
  channel: ["≡", "=", "gray"],
  port: ["○", "o", "gray"],
  join: ["Σ", "+", "yellow"],
  choose: ["◇", "?", "yellow"],
  map: ["≣", "=", "blue"],
  retrieve: ["▦", "#", "magenta"],
  handoff: ["⇄", "~", "blue"],
  supervise: ["☰", "=", "blue"],
  use: ["▣", "%", "green"],
};
const custom = ["●", "@", "green"] as const;

/** How a role is told at a glance, also without colour. */
export function symbolOf(role: string, unicode: boolean): string {
  const [symbol, ascii] = looks[role] ?? custom;
  return unicode ? symbol : ascii;
}

export function colourOf(role: string): Colour {
  return (looks[role] ?? custom)[2];
}
