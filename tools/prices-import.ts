import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./generate.ts";

// Makes prices/catalogue.yaml of LiteLLM's list of models (MIT; model_prices_and_context_window.json of its repository, and in its Python package).
//
//   npx tsx tools/prices-import.ts FILE 2026-11-23 "LiteLLM 1.109.1"

type Row = Record<string, unknown> & { litellm_provider?: string; mode?: string; source?: string };

/** Providers as the configuration grammar names them, and what LiteLLM puts before their models' ids. */
const providers: Record<string, { name: string; prefix: string }> = {
  openai: { name: "openai", prefix: "" },
  anthropic: { name: "anthropic", prefix: "" },
  gemini: { name: "gemini", prefix: "gemini/" },
  xai: { name: "xai", prefix: "xai/" },
  mistral: { name: "mistral", prefix: "mistral/" },
  deepseek: { name: "deepseek", prefix: "deepseek/" },
  bedrock: { name: "bedrock", prefix: "" },
  bedrock_converse: { name: "bedrock", prefix: "" },
  "vertex_ai-language-models": { name: "vertexai", prefix: "" },
  "vertex_ai-anthropic_models": { name: "vertexai", prefix: "vertex_ai/" },
};

/** Of Bedrock only what costs the same everywhere: ids without a region. */
const OF_BEDROCK = /^(ai21|amazon|anthropic|cohere|deepseek|google|meta|minimax|mistral|moonshotai|nvidia|openai|qwen|writer|zai)\./;

/** Dollars for a million tokens, exactly: prices are decimals of dollars for one token, which floats hold well enough to be read back. */
function perMillion(value: unknown): string | undefined {
  if (typeof value !== "number" || !(value >= 0)) return undefined;
  return String(Number((value * 1e6).toPrecision(9)));
}

const names: [ours: string, theirs: string][] = [
  ["input", "input_cost_per_token"],
  ["output", "output_cost_per_token"],
  ["cached_input", "cache_read_input_token_cost"],
  ["cache_write", "cache_creation_input_token_cost"],
  ["reasoning", "output_cost_per_reasoning_token"],
  ["input_audio", "input_cost_per_audio_token"],
  ["output_audio", "output_cost_per_audio_token"],
  ["input_image", "input_cost_per_image_token"],
];

function pricesOf(row: Row, suffix = ""): string[] {
  return names.flatMap(([ours, theirs]) => {
    const price = perMillion(row[`${theirs}${suffix}`]);
    return price === undefined ? [] : [`${ours}: ${price}`];
  });
}

function lineOf(provider: string, model: string, row: Row): string | undefined {
  const fields = [`provider: ${provider}`, `model: ${JSON.stringify(model)}`];
  const whole = (name: string) => (Number.isSafeInteger(row[name]) && (row[name] as number) > 0 ? (row[name] as number) : undefined);
  const input = whole("max_input_tokens");
  const output = whole("max_output_tokens");
  if (input !== undefined) fields.push(`max_input: ${input}`);
  if (output !== undefined) fields.push(`max_output: ${output}`);
  const prices = pricesOf(row);
  if (!prices.some((price) => price.startsWith("input:")) || !prices.some((price) => price.startsWith("output:"))) return undefined;
  fields.push(...prices);
  const steps = Object.keys(row).flatMap((key) => /^input_cost_per_token_above_(\d+)k_tokens$/.exec(key)?.[1] ?? []);
  if (steps.length > 0) {
    const from = Math.min(...steps.map(Number));
    fields.push(`long: {from: ${from * 1000}, ${pricesOf(row, `_above_${Math.max(...steps.map(Number))}k_tokens`).join(", ")}}`);
  }
  if (row.source !== undefined) fields.push(`source: ${JSON.stringify(row.source)}`);
  return `  - {${fields.join(", ")}}`;
}

function main([file, asOf, source]: string[]): void {
  const all = JSON.parse(readFileSync(file, "utf8")) as Record<string, Row>;
  const lines = new Map<string, string>();
  for (const [id, row] of Object.entries(all)) {
    const provider = providers[row.litellm_provider ?? ""];
    if (provider === undefined || (row.mode !== "chat" && row.mode !== "responses") || !id.startsWith(provider.prefix)) continue;
    const model = id.slice(provider.prefix.length);
    if (/[/*]|^ft:/.test(model) || (provider.name === "bedrock" && !OF_BEDROCK.test(model))) continue;
    const line = lineOf(provider.name, model, row);
    if (line !== undefined) lines.set(`${provider.name} ${model}`, line);
  }
  const sorted = [...lines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
  const head = [
    "# What models cost and hold: dollars for a million tokens, tokens at most. Facts of a day; a definition's `prices` overrules them.",
    "# `max_input` is the most that may go in, `long` what the whole call costs when more than `from` tokens go in.",
    "# Made by tools/prices-import.ts; host/prices/catalogue.ts and docs/prices.md are made of this by `npm run generate`.",
    `as_of: ${asOf}`,
    `from: ${JSON.stringify(source)}`,
    "models:",
  ];
  writeFileSync(join(ROOT, "prices/catalogue.yaml"), `${[...head, ...sorted].join("\n")}\n`);
}

main(process.argv.slice(2));
