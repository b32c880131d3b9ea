import { DefinitionRefused } from "../errors.ts";
import type { Node, Source } from "../protocol/index.ts";

/** Reads a definition that another one names by its path. May throw: then the definition is refused with the error's message. */
export type ReadDefinition = (path: string) => string | Uint8Array | Promise<string | Uint8Array>;

type Parse = (path: string, content: string | Uint8Array) => Source;

/** What a value within a definition is, as far as paths may stand in it. */
type Place = "definition" | "flow" | "named" | "pattern" | "supervisor" | "other";

/** Keys of a flow whose maps have names for keys. */
const named = new Set(["branches", "members", "cases", "transfers", "filters", "weights", "source_weights"]);
/** More than the core takes. */
const MOST_NODES = 30_000;

/**
 * Puts the definitions that `use: PATH`, and `definition: PATH` of the pattern `nested`, name into the places of their paths, which are relative
 * to the files they stand in. What comes from another file has the line of its path, so that its problems are shown there.
 * @throws DefinitionRefused for a file that cannot be read, and for definitions that use each other in a circle
 */
export async function bringIn(source: Source, read: ReadDefinition, parse: Parse): Promise<Source> {
  let files = 0;
  return bring(source, [source.path]);

  async function bring({ path, documents, nodes }: Source, chain: readonly string[]): Promise<Source> {
    const out: Node[] = [];
    let next = 0;
    await copy("definition");
    return { path, documents, nodes: out };

    async function copy(place: Place): Promise<void> {
      const node = nodes[next++];
      if (node === undefined) return;
      out.push(node);
      if (out.length > MOST_NODES) throw refusal(node, "too-many-nodes", "more than 10000 nodes, with those of the definitions it uses");
      if (node.kind === "sequence") for (let i = 0; i < node.count; i++) await copy(place === "named" ? "flow" : place);
      if (node.kind !== "mapping") return;
      for (let i = 0; i < node.count; i += 2) {
        const key = nodes[next];
        await copy("other");
        const value = nodes[next];
        if (key === undefined || value === undefined) return;
        const below = placeUnder(place, key.text);
        if (below === "definition" && isPath(value)) {
          next++;
          await replace(value);
        } else await copy(below);
      }
    }

    async function replace(node: Node): Promise<void> {
      const whole = beside(path, node.text);
      if (chain.includes(whole)) throw refusal(node, "definition-cycle", `definitions use each other: ${[...chain, whole].join(" -> ")}`);
      let content: string | Uint8Array;
      try {
        content = await read(whole);
      } catch (error) {
        throw refusal(node, "no-definition", error instanceof Error ? error.message : String(error));
      }
      const parsed = parse(whole, content);
      if (parsed.documents !== 1 || parsed.nodes[0]?.kind !== "mapping") throw refusal(node, "no-definition", `${whole} is no definition`);
      const inner = await bring(parsed, [...chain, whole]);
      // Anchors of one file are none of another's.
      const mark = `${++files}/`;
      const { line, column } = node;
      for (const each of inner.nodes) out.push({ ...each, line, column, anchor: each.anchor === "" ? "" : mark + each.anchor });
    }

    function refusal({ line, column }: Node, code: string, message: string): DefinitionRefused {
      return new DefinitionRefused([{ severity: "error", code, file: path, line, column, path: "", message, suggestion: "" }]);
    }
  }
}

function placeUnder(place: Place, key: string): Place {
  if (place === "definition") return key === "flow" ? "flow" : key === "orchestration" ? "pattern" : key === "supervisor" ? "supervisor" : "other";
  if (place === "named") return "flow";
  if (place === "flow") return key === "use" ? "definition" : named.has(key) ? "named" : "flow";
  if (place === "pattern") return key === "definition" ? "definition" : key === "config" ? "pattern" : "other";
  return place === "supervisor" && key === "nested_config" ? "pattern" : "other";
}

/** What has a variable in it is left to the core, which says that it is no path. */
function isPath({ kind, text }: Node): boolean {
  return kind === "scalar" && text !== "" && text !== "~" && text !== "null" && !text.includes("${");
}

/** A path as the file at `from` means it. */
function beside(from: string, path: string): string {
  if (/^([a-z]+:)?\//i.test(path)) return path;
  const parts = from.split("/").slice(0, -1);
  for (const part of path.split("/")) {
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}
