import type { HostAgent } from "./agents.ts";
import type { Spending } from "./protocol/index.ts";

/** What an agent has used of one of its models in a run. Tokens are those that its provider has told of. */
export interface ModelUsage {
  agent: string;
  /** As the definition names them. */
  provider: string;
  model: string;
  /** Attempts at calls. */
  calls: number;
  /** Those of which nothing was told: they count in `cost` with all that could have been. */
  assumed: number;
  /** Tokens, those read from and written to a cache included. */
  input: number;
  /** Tokens, reasoning included. */
  output: number;
  cachedRead: number;
  cachedWrite: number;
  reasoning: number;
  /** Dollars, to the millionth; undefined: the model's price is not known. */
  cost?: number;
}

/** Sums of what was used. */
export interface UsageSum extends Omit<ModelUsage, "agent" | "provider" | "model"> {
  cost: number;
  /** Models whose price is not known: the cost is without them. */
  unpriced: string[];
}

/** Dollars of a whole number of micro-dollars. */
export function toDollars(micro: number): number {
  return micro / 1e6;
}

/** A `finished` command's spendings, by names. */
export function usageOf(spent: readonly Spending[], agents: readonly HostAgent[]): ModelUsage[] {
  return spent.map(({ agent, provider, cost, ...counts }) => {
    const { name } = agents[agent];
    const usage: ModelUsage = { agent: name, ...agents[agent].reference(provider), ...counts };
    if (cost !== undefined) usage.cost = toDollars(cost);
    return usage;
  });
}

/** Sums by agent, model or provider, in the order in which they come; the cost of each is exact to the millionth of a dollar. */
export function sumUsage(usage: Iterable<ModelUsage>, by: "agent" | "model" | "provider"): Map<string, UsageSum> {
  const sums = new Map<string, UsageSum>();
  for (const each of usage) {
    let sum = sums.get(each[by]);
    if (sum === undefined) sums.set(each[by], (sum = noUsageSum()));
    addUsage(sum, each);
  }
  return sums;
}

export function noUsageSum(): UsageSum {
  return { calls: 0, assumed: 0, input: 0, output: 0, cachedRead: 0, cachedWrite: 0, reasoning: 0, cost: 0, unpriced: [] };
}

export function addUsage(sum: UsageSum, usage: ModelUsage): void {
  for (const key of ["calls", "assumed", "input", "output", "cachedRead", "cachedWrite", "reasoning"] as const) sum[key] += usage[key];
  // Sums of millionths stay millionths.
  sum.cost = Math.round((sum.cost + (usage.cost ?? 0)) * 1e6) / 1e6;
  if (usage.cost === undefined && !sum.unpriced.includes(usage.model)) sum.unpriced.push(usage.model);
}

/** Whose a run is. */
export interface UsageLabels {
  tenant?: string | undefined;
  user?: string | undefined;
  session?: string | undefined;
}

/** What the runs of an engine have used, by whatever one asks for. A run counts once, when it is over. */
export class UsageBook {
  readonly #sums = new Map<string, Map<string, UsageSum>>();

  add(run: { usage: readonly ModelUsage[] }, labels: UsageLabels): void {
    for (const usage of run.usage) {
      this.#add("agent", usage.agent, usage);
      this.#add("model", usage.model, usage);
      for (const [label, name] of Object.entries(labels)) if (name !== undefined) this.#add(label, name, usage);
      this.#add("all", "", usage);
    }
  }

  /** By name. */
  by(what: "agent" | "model" | keyof UsageLabels): ReadonlyMap<string, UsageSum> {
    return this.#sums.get(what) ?? new Map();
  }

  /** Of all runs. */
  get total(): UsageSum {
    return this.#sums.get("all")?.get("") ?? noUsageSum();
  }

  #add(what: string, name: string, usage: ModelUsage): void {
    let sums = this.#sums.get(what);
    if (sums === undefined) this.#sums.set(what, (sums = new Map()));
    let sum = sums.get(name);
    if (sum === undefined) sums.set(name, (sum = noUsageSum()));
    addUsage(sum, usage);
  }
}
