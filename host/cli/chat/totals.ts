import { showDollars } from "../../money.ts";
import type { RunResult } from "../../run-events.ts";
import type { ModelUsage } from "../../usage.ts";
import { plural } from "../plural.ts";

interface Sum {
  calls: number;
  input: number;
  output: number;
  cost: number | undefined;
}

/** What a chat has used so far, by model. */
export class Totals {
  answers = 0;
  /** Some of it was made up, and cost nothing. */
  label: string | undefined;
  readonly #models = new Map<string, Sum>();

  add({ usage, label }: RunResult): void {
    this.answers++;
    this.label ??= label;
    for (const one of usage) this.#sum(one, label !== undefined);
  }

  #sum({ model, calls, input, output, cost }: ModelUsage, madeUp: boolean): void {
    const sum = this.#models.get(model) ?? { calls: 0, input: 0, output: 0, cost: undefined };
    this.#models.set(model, {
      calls: sum.calls + calls,
      input: sum.input + input,
      output: sum.output + output,
      cost: madeUp || cost === undefined ? sum.cost : (sum.cost ?? 0) + cost,
    });
  }

  /** A line for each model, and one for all. */
  lines(): string[] {
    const rows = [...this.#models].map(([model, sum]) => `${model}: ${describe(sum)}${this.#money(sum.cost)}`);
    if (rows.length === 0) return ["Nothing has been used yet."];
    const all = { calls: 0, input: 0, output: 0, cost: undefined as number | undefined };
    for (const { calls, input, output, cost } of this.#models.values()) {
      all.calls += calls;
      all.input += input;
      all.output += output;
      if (cost !== undefined) all.cost = (all.cost ?? 0) + cost;
    }
    return [...rows, `${plural(this.answers, "answer")}: ${describe(all)}${this.#money(all.cost)}`];
  }

  #money(cost: number | undefined): string {
    if (cost !== undefined) return ` · ${showDollars(cost)}`;
    return this.label === undefined ? " · price not known" : ` · ${this.label}`;
  }
}

function describe({ calls, input, output }: Pick<Sum, "calls" | "input" | "output">): string {
  return `${plural(calls, "model call")} · ${plural(input + output, "token")} (${input} in, ${output} out)`;
}
