import type { DefinitionFile } from "../../engine-options.ts";
import { DefinitionRefused } from "../../errors.ts";
import { Engine } from "../../index.ts";
import { DONE } from "../exit-codes.ts";
import { readBytes, readDefinition } from "../files.ts";
import type { Io } from "../io.ts";
import { nearest } from "../nearest.ts";
import { paintFor } from "../paint.ts";
import { type Parsed, wholeNumber } from "../parse.ts";
import { hasUnicode } from "../unicode.ts";
import { UsageError } from "../usage-error.ts";
import { expandedYaml } from "./expanded.ts";
import { flowGraph } from "./flow-graph.ts";
import { draw } from "./draw.ts";
import { toList } from "./list.ts";
import { toMermaid } from "./mermaid.ts";
import { graphOf } from "./model.ts";

/** Columns where nobody says how many there are. */
const NO_TERMINAL = 100;
/** The core asks for it without its being in any file; not set, it is what the file says. */
const HAS_DEFAULT = "ENVIRONMENT";
const formats = ["text", "mermaid", "list"];

/** `aixlet graph` */
export async function graphCommand(io: Io, parsed: Parsed): Promise<number> {
  const format = parsed.value("format") ?? "text";
  if (!formats.includes(format)) {
    const meant = nearest(format, formats);
    throw new UsageError(`no format ${format}${meant === undefined ? "" : ` (did you mean ${meant}?)`}`, `There are ${formats.join(", ")}.`);
  }
  const columns = wholeNumber(parsed, "width", 1) ?? io.stdout.columns ?? NO_TERMINAL;
  const files = await readDefinition(io, parsed.files);
  // A drawing needs no values: a variable that is not set stands for itself.
  if (parsed.has("expand")) return await expand(io, files);
  const engine = await Engine.load(files, {
    read: (path) => readBytes(io, path),
    env: (name) => io.env[name] ?? (name === HAS_DEFAULT ? undefined : `\${${name}}`),
  });
  const graph = "flow" in engine.manifest.definition ? flowGraph(engine.manifest) : graphOf(engine.manifest);
  await engine.close();
  if (format === "mermaid") {
    io.stdout.write(toMermaid(graph));
    return DONE;
  }
  const paint = paintFor(io.stdout, io.env, parsed.has("no-color"));
  const unicode = hasUnicode(io.env);
  const drawing = format === "text" ? draw(graph, { paint, unicode, columns }) : undefined;
  if (drawing !== undefined) io.stdout.write(drawing.length === 0 ? "There are no agents.\n" : `${drawing.join("\n")}\n`);
  else {
    io.stdout.write(toList(graph, paint, unicode));
    if (format === "text") io.stderr.write(`Too wide to draw in ${columns} columns: this is the list. --width N makes room.\n`);
  }
  return DONE;
}

/** The definition with the flow that a pattern became; variables stay what they are. */
async function expand(io: Io, files: readonly DefinitionFile[]): Promise<number> {
  const { problems, manifest } = await Engine.validate(files, { read: (path) => readBytes(io, path) });
  if (manifest === undefined) throw new DefinitionRefused(problems);
  io.stdout.write(expandedYaml(manifest.definition));
  return DONE;
}
