import type { ModelFacts } from "../protocol/index.ts";

/** What is known of a model on a day. Prices are dollars for a million tokens. */
export interface ModelRow {
  /** As definitions name it. */
  provider: string;
  model: string;
  /** Tokens that may go in, and that may come out, at most. */
  maxInput?: number;
  maxOutput?: number;
  input: number;
  output: number;
  /** Of input tokens that were read from a cache, and written to one. Default: as other input. */
  cachedInput?: number;
  cacheWrite?: number;
  /** Default: as other output. */
  reasoning?: number;
  inputAudio?: number;
  outputAudio?: number;
  inputImage?: number;
  /** What the whole call costs when more than `from` tokens go in. */
  long?: { from: number; input: number; output: number; cachedInput?: number; cacheWrite?: number; reasoning?: number };
  /** Where its maker says so. */
  source?: string;
}

/** Prices and bounds of models. */
export interface Catalogue {
  /** The day that it is of, as 2026-11-23. */
  asOf: string;
  /** What it was made from. */
  from: string;
  models: readonly ModelRow[];
}

/** Dollars as micro-dollars. */
function micro(dollars: number): number {
  return Math.round(dollars * 1e6);
}

function tariffOf({ input, output, cachedInput, cacheWrite, reasoning }: Omit<ModelRow, "provider" | "model">): ModelFacts["price"] {
  return {
    input: micro(input),
    output: micro(output),
    cachedRead: micro(cachedInput ?? input),
    cachedWrite: micro(cacheWrite ?? input),
    reasoning: micro(reasoning ?? output),
  };
}

/** A row as the core takes it. @throws RangeError for a price that is none */
export function factsOf(row: ModelRow): ModelFacts {
  const { provider, model, maxInput = 0, maxOutput = 0, long } = row;
  const facts = {
    provider,
    model,
    maxInput,
    maxOutput,
    price: tariffOf(row),
    longFrom: long?.from ?? 0,
    long: long === undefined ? { input: 0, output: 0, cachedRead: 0, cachedWrite: 0, reasoning: 0 } : tariffOf(long),
  };
  const wrong = [...Object.values(facts.price), ...Object.values(facts.long), maxInput, maxOutput].find((value) => !Number.isSafeInteger(value) || value < 0);
  if (wrong !== undefined) throw new RangeError(`The prices of ${provider}'s ${model} are none: one of them, or of its bounds, comes to ${wrong}`);
  return facts;
}

/** Those models that the texts may speak of: of the others the core would know for nothing. */
export function factsFor(catalogue: Catalogue, texts: Iterable<string>): ModelFacts[] {
  const named = new Set(texts);
  // Nobody knows yet what stands in place of a variable.
  const all = [...named].some((text) => text.includes("${"));
  return catalogue.models.filter(({ model }) => all || named.has(model)).map(factsOf);
}
