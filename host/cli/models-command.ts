import { catalogue } from "../prices/catalogue.ts";
import type { ModelRow } from "../prices/facts.ts";
import { DONE, FAILED } from "./exit-codes.ts";
import type { Io } from "./io.ts";
import { paintFor } from "./paint.ts";
import type { Parsed } from "./parse.ts";
import { plural } from "./plural.ts";

/** `aixlet models` */
export async function modelsCommand(io: Io, parsed: Parsed): Promise<number> {
  const [text = ""] = parsed.files;
  const models = catalogue.models.filter(({ provider, model }) => `${provider}/${model}`.includes(text));
  if (parsed.has("json")) io.stdout.write(`${JSON.stringify({ asOf: catalogue.asOf, from: catalogue.from, models }, undefined, 2)}\n`);
  else if (models.length > 0) {
    const paint = paintFor(io.stdout, io.env, parsed.has("no-color"));
    const [head, ...rows] = table(models);
    const about = `${plural(models.length, "model")}, as of ${catalogue.asOf}: dollars for a million tokens, tokens at most (docs/prices.md)`;
    io.stdout.write(`${[paint.dim(head), ...rows, paint.dim(about)].join("\n")}\n`);
  }
  if (models.length > 0) return DONE;
  if (!parsed.has("json")) io.stderr.write(`No model is known by the name ${JSON.stringify(text)}, as of ${catalogue.asOf}.\n`);
  return FAILED;
}

const columns: [name: string, value: (row: ModelRow) => string][] = [
  ["provider", ({ provider }) => provider],
  ["model", ({ model }) => model],
  ["max in", ({ maxInput }) => count(maxInput)],
  ["max out", ({ maxOutput }) => count(maxOutput)],
  ["in", ({ input }) => String(input)],
  ["out", ({ output }) => String(output)],
  ["cached", ({ cachedInput }) => String(cachedInput ?? "")],
  ["reasoning", ({ reasoning }) => String(reasoning ?? "")],
];

function count(tokens: number | undefined): string {
  return tokens === undefined ? "?" : String(tokens);
}

/** Lines of columns as wide as they need to be; names stand left, numbers right. */
function table(models: readonly ModelRow[]): string[] {
  const cells = [columns.map(([name]) => name), ...models.map((row) => columns.map(([, value]) => value(row)))];
  const widths = columns.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  return cells.map((row) =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
      .join("  ")
      .trimEnd(),
  );
}
