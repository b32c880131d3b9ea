import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { readYaml } from "../../host/definition/nodes.ts";
import { DefinitionRefused } from "../../host/errors.ts";
import { ROOT } from "../../tools/generate.ts";

/** Texts in which libraries of YAML differ most. */
const TRICKY = new URL("yaml-texts.json", import.meta.url);
const FOLDERS = ["examples", "test/configs", "test/conformance/scenarios"];

/** Writes what the TypeScript host makes of many texts, for other hosts to make the same: `[{ text, documents, nodes } | { text, refused }]`. */
export function writeTexts(path: string): void {
  const texts = [...(JSON.parse(readFileSync(TRICKY, "utf8")) as string[]), ...FOLDERS.flatMap((folder) => filesIn(join(ROOT, folder)))];
  writeFileSync(path, JSON.stringify(texts.map(readText)));
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .flatMap((entry) => {
      const text = readFileSync(join(entry.parentPath, entry.name), "utf8");
      const inner = /^definition: \|/m.test(text) ? (parse(text) as { definition: string }).definition : undefined;
      return inner === undefined ? [text] : [text, inner];
    });
}

function readText(text: string): object {
  try {
    const { documents, nodes } = readYaml("a.yaml", text);
    return { text, documents, nodes: nodes.map((node) => [node.kind, node.style, node.line, node.column, node.count, node.tag, node.anchor, node.text]) };
  } catch (error) {
    if (!(error instanceof DefinitionRefused)) throw error;
    return { text, refused: error.problems[0].code };
  }
}
