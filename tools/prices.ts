import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";
import { type Catalogue, factsOf, type ModelRow } from "../host/prices/facts.ts";

// Makes host/prices/catalogue.ts, docs/prices.md and the prices of other languages of prices/catalogue.yaml: `npx tsx tools/prices.ts`, or with --check only compare.

const at = (path: string) => new URL(`../${path}`, import.meta.url);

const named: Record<string, keyof ModelRow> = {
  max_input: "maxInput",
  max_output: "maxOutput",
  cached_input: "cachedInput",
  cache_write: "cacheWrite",
  input_audio: "inputAudio",
  output_audio: "outputAudio",
  input_image: "inputImage",
};

function camel(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [named[key] ?? key, key === "long" ? camel(value as Record<string, unknown>) : value]));
}

/** prices/catalogue.yaml. @throws Error for a price that is none, and for a long tariff that is the cheaper one */
export function readCatalogue(text = readFileSync(at("prices/catalogue.yaml"), "utf8")): Catalogue {
  const { as_of: asOf, from, models } = parse(text) as { as_of: string; from: string; models: Record<string, unknown>[] };
  const rows = models.map(camel) as unknown as ModelRow[];
  const seen = new Set<string>();
  for (const row of rows) {
    const name = `${row.provider} ${row.model}`;
    if (seen.has(name)) throw new Error(`${name} stands there twice`);
    seen.add(name);
    const numbers = [row, row.long ?? {}].flatMap((each) => Object.values(each)).filter((value) => typeof value === "number");
    if (numbers.some((value) => value < 0) || typeof row.input !== "number" || typeof row.output !== "number")
      throw new Error(`${name} has a price that is none`);
    const { long } = row;
    if (long === undefined) continue;
    // What the usual tariff has beside input and output holds for long calls, too, unless it is said.
    for (const key of ["cachedInput", "cacheWrite", "reasoning"] as const) if (row[key] !== undefined) long[key] ??= row[key];
    for (const key of ["input", "output", "cachedInput", "cacheWrite", "reasoning"] as const) {
      if ((long[key] ?? 0) < (row[key] ?? 0)) throw new Error(`${name}: ${key} of a long call is cheaper`);
    }
  }
  return { asOf, from, models: rows };
}

/** The generated files, by path. */
export function generate(catalogue = readCatalogue()): Record<string, string> {
  return {
    "host/prices/catalogue.ts": moduleOf(catalogue),
    "docs/prices.md": pageOf(catalogue),
    "bindings/python/src/aixlet/prices.json": tableOfFacts(catalogue),
  };
}

function moduleOf({ asOf, from, models }: Catalogue): string {
  return `// Generated from prices/catalogue.yaml by tools/prices.ts; do not edit.
// biome-ignore-all format: generated
import type { Catalogue } from "./facts.ts";

/** What is known of models. */
export const catalogue: Catalogue = {
  asOf: ${JSON.stringify(asOf)},
  from: ${JSON.stringify(from)},
  models: [
${models.map((row) => `    ${JSON.stringify(row)},`).join("\n")}
  ],
};
`;
}

/** As the core takes them, micro-dollars and all: `[provider, model, max-input, max-output, price, long-from, long]`, tariffs as lists in the protocol's order. */
function tableOfFacts({ asOf, models }: Catalogue): string {
  const rows = models.map(factsOf).map(({ provider, model, maxInput, maxOutput, price, longFrom, long }) => {
    const tariff = ({ input, output, cachedRead, cachedWrite, reasoning }: typeof price) => [input, output, cachedRead, cachedWrite, reasoning];
    return `    ${JSON.stringify([provider, model, maxInput, maxOutput, tariff(price), longFrom, tariff(long)])}`;
  });
  const notice = "Generated from prices/catalogue.yaml by tools/prices.ts; do not edit.";
  return `{\n  "notice": ${JSON.stringify(notice)},\n  "as-of": ${JSON.stringify(asOf)},\n  "models": [\n${rows.join(",\n")}\n  ]\n}\n`;
}

function pageOf({ asOf, from, models }: Catalogue): string {
  const head = `<!-- Generated from prices/catalogue.yaml by tools/prices.ts; do not edit. -->

# Prices

What ${models.length} models cost and hold, as of ${asOf}: dollars for a million tokens, tokens at most. Made from ${from}, which names the page of each
model's maker; prices change, and a definition's \`prices\` overrules what stands here (docs/budgets.md). A model that is not here costs what nobody knows, and
is refused under a budget of money. *Long* is what the whole call costs when more than so many tokens go in.

`;
  const providers = [...new Set(models.map(({ provider }) => provider))];
  return head + providers.map((provider) => tableOf(provider, models)).join("\n");
}

function tableOf(provider: string, models: readonly ModelRow[]): string {
  const cell = (value: number | undefined) => (value === undefined ? "–" : String(value));
  const rows = models
    .filter((row) => row.provider === provider)
    .map(({ model, maxInput, maxOutput, input, output, cachedInput, cacheWrite, reasoning, long }) => {
      const more = long === undefined ? "–" : `> ${long.from}: ${long.input}, ${long.output}`;
      return `| \`${model}\` | ${[maxInput, maxOutput, input, output, cachedInput, cacheWrite, reasoning].map(cell).join(" | ")} | ${more} |`;
    });
  return `## ${provider}

| model | max input | max output | input | output | cached input | cache write | reasoning | long |
|---|---|---|---|---|---|---|---|---|
${rows.join("\n")}
`;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const check = process.argv.includes("--check");
  for (const [path, text] of Object.entries(generate())) {
    if (!check) writeFileSync(at(path), text);
    else if (readFileSync(at(path), "utf8") !== text) {
      console.error(`${path} is not what prices/catalogue.yaml gives: run npx tsx tools/prices.ts`);
      process.exitCode = 1;
    }
  }
}
