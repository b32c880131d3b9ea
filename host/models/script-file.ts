import { type Problem, ScriptRefused } from "../errors.ts";
import { checkScript, type Path, type ScriptRule, scriptProblem } from "./script-format.ts";

/**
 * A script from the text of a YAML or JSON file.
 * @throws ScriptRefused with everything that is wrong with it, each with its line.
 */
export async function readScript(text: string, file: string): Promise<ScriptRule[]> {
  // Loaded late: most runs have no script.
  const { isMap, isNode, isScalar, LineCounter, parseDocument } = await import("yaml");
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems: Problem[] = [];
  for (const error of document.errors) {
    const { line, col } = lines.linePos(error.pos[0]);
    problems.push(scriptProblem(file, [], "bad-syntax", error.message, line, col));
  }
  if (problems.length > 0) throw new ScriptRefused(problems);

  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new ScriptRefused([scriptProblem(file, [], "bad-syntax", (error as Error).message)], error);
  }
  const report = (path: Path, code: string, message: string): void => {
    let node: unknown;
    if (code === "unknown-key") {
      const map = document.getIn(path.slice(0, -1), true);
      if (isMap(map)) node = map.items.find((item) => isScalar(item.key) && String(item.key.value) === path.at(-1))?.key;
    }
    // A key that is missing has no place: its map's will do.
    for (let length = path.length; length >= 0 && !isNode(node); length--) node = document.getIn(path.slice(0, length), true);
    const { line, col } = lines.linePos(isNode(node) ? (node.range?.[0] ?? 0) : 0);
    problems.push(scriptProblem(file, path, code, message, line, col));
  };
  const rules = checkScript(value, report);
  if (problems.length > 0) throw new ScriptRefused(problems);
  return rules;
}
