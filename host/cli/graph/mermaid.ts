import type { Graph, GraphNode } from "./model.ts";

// Mermaid: text that GitHub, GitLab, Obsidian and many editors draw.

const shapes: Record<string, readonly [string, string]> = {
  producer: ["[/", "\\]"],
  logger: ["[(", ")]"],
  aggregator: ["{{", "}}"],
  channel: ["[[", "]]"],
  port: ["([", "])"],
};

const classes: Record<string, string> = {
  producer: "fill:#f3e8ff,stroke:#9333ea,color:#3b0764",
  react: "fill:#e0f2fe,stroke:#0284c7,color:#082f49",
  aggregator: "fill:#fef9c3,stroke:#ca8a04,color:#422006",
  logger: "fill:#f1f5f9,stroke:#64748b,color:#0f172a",
  custom: "fill:#dcfce7,stroke:#16a34a,color:#052e16",
  channel: "fill:#ffffff,stroke:#64748b,color:#0f172a",
  port: "fill:#ffffff,stroke:#64748b,color:#0f172a,stroke-dasharray:4 3",
};

/** The graph as a Mermaid flowchart. */
export function toMermaid({ nodes, edges }: Graph): string {
  const lines = ["flowchart LR"];
  for (const [i, node] of nodes.entries()) lines.push(`  ${idOf(i)}${shapeOf(node)}:::${classOf(node.role)}`);
  for (const { from, to, label } of edges) lines.push(`  ${idOf(from)} -->${label === "" ? "" : `|"${escaped(label)}"|`} ${idOf(to)}`);
  for (const [i, node] of nodes.entries()) {
    for (const name of node.dependsOn) {
      const at = nodes.findIndex((one) => one.name === name);
      if (at >= 0) lines.push(`  ${idOf(at)} -. ready before .-> ${idOf(i)}`);
    }
  }
  for (const name of new Set(nodes.map(({ role }) => classOf(role)))) lines.push(`  classDef ${name} ${classes[name]}`);
  return `${lines.join("\n")}\n`;
}

/** Not the name: `end` and others are words of Mermaid's own. */
function idOf(index: number): string {
  return `n${index + 1}`;
}

function shapeOf({ name, role, detail }: GraphNode): string {
  const [open, close] = shapes[role] ?? ["[", "]"];
  const below = [role === "port" ? "" : role, detail].filter((part) => part !== "").join(" · ");
  return `${open}"${escaped(name)}${below === "" ? "" : `<br><small>${escaped(below)}</small>`}"${close}`;
}

function classOf(role: string): string {
  return Object.hasOwn(classes, role) ? role : "custom";
}

function escaped(text: string): string {
  return text.replace(/\p{Cc}/gu, " ").replace(/[#"<>&`\\|]/g, (character) => `#${character.charCodeAt(0)};`);
}
