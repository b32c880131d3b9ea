import type { DefinitionFile, DefinitionInput, EngineOptions } from "../engine-options.ts";
import type { Source } from "../protocol/index.ts";
import { readObject } from "./object.ts";

/** What the core reads of a definition: nodes, with the definitions that it names by path brought in. @throws DefinitionRefused */
export async function sourcesOf(definition: DefinitionInput, { name = "definition", read }: Pick<EngineOptions, "name" | "read">): Promise<Source[]> {
  const files = typeof definition === "string" || definition instanceof Uint8Array ? [{ path: name, content: definition }] : definition;
  const isObject = !Array.isArray(files);
  if (isObject && read === undefined) return [readObject(name, files)];
  // The parser of YAML is half of what a page would load, and who gives an object needs none.
  const { readYaml } = await import("./nodes.ts");
  const sources = isObject ? [readObject(name, files)] : files.map(({ path, content }: DefinitionFile) => readYaml(path, content));
  if (read === undefined) return sources;
  const { bringIn } = await import("./uses.ts");
  return Promise.all(sources.map((source: Source) => bringIn(source, read, readYaml)));
}
