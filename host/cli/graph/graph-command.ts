import { Engine } from "../../index.ts";
import { DONE } from "../exit-codes.ts";
import { readDefinition } from "../files.ts";
import type { Io } from "../io.ts";
import { nearest } from "../nearest.ts";
import { paintFor } from "../paint.ts";
import type { Parsed } from "../parse.ts";
import { hasUnicode } from "../unicode.ts";
import { UsageError } from "../usage-error.ts";
import { toList } from "./list.ts";
import { toMermaid } from "./mermaid.ts";
import { graphOf } from "./model.ts";

const formats = ["text", "mermaid", "list"];

/** `aixlet graph` */
export async function graphCommand(io: Io, parsed: Parsed): Promise<number> {
  const format = parsed.value("format") ?? "text";
  if (!formats.includes(format)) {
    const meant = nearest(format, formats);
    throw new UsageError(`no format ${format}${meant === undefined ? "" : ` (did you mean ${meant}?)`}`, `There are ${formats.join(", ")}.`);
  }
  const files = await readDefinition(io, parsed.files);
  // A drawing needs no values: a variable that is not set stands for itself.
  const engine = await Engine.load(files, { env: (name) => io.env[name] ?? `\${${name}}` });
  const graph = graphOf(engine.manifest);
  await engine.close();
  const paint = paintFor(io.stdout, io.env, parsed.has("no-color"));
  if (format === "mermaid") io.stdout.write(toMermaid(graph));
  else io.stdout.write(toList(graph, paint, hasUnicode(io.env)));
  return DONE;
}
