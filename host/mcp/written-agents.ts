import type { Node, Source } from "../protocol/index.ts";

/** The names of the agents that stand in files themselves: a pattern's own are not among them. */
export function writtenAgents(sources: readonly Source[]): Set<string> {
  const names = new Set<string>();
  for (const { nodes } of sources) {
    const root = treeOf(nodes);
    const agents = root.entries?.find(([key]) => key === "agents")?.[1];
    for (const [key] of agents?.entries ?? []) names.add(key);
    for (const agent of agents?.items ?? []) for (const [key, value] of agent.entries ?? []) if (key === "name") names.add(value.text);
  }
  return names;
}

interface Tree {
  text: string;
  items?: Tree[];
  entries?: [key: string, value: Tree][];
}

function treeOf(nodes: readonly Node[]): Tree {
  const anchors = new Map<string, Tree>();
  let next = 0;
  return read();

  function read(): Tree {
    const node = nodes[next++];
    if (node === undefined) return { text: "" };
    if (node.kind === "alias") return anchors.get(node.anchor) ?? { text: "" };
    const tree: Tree = { text: node.text };
    if (node.anchor !== "") anchors.set(node.anchor, tree);
    if (node.kind === "sequence") tree.items = Array.from({ length: node.count }, read);
    if (node.kind === "mapping") tree.entries = Array.from({ length: node.count / 2 }, () => [read().text, read()]);
    return tree;
  }
}
