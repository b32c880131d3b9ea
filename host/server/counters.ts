import type { RunResult } from "../run-events.ts";

/** What a service counts, as text in the format that Prometheus reads (version 0.0.4). */
export class Counters {
  readonly #requests = new Map<string, number>();
  readonly #runs = new Map<string, number>();
  #inputTokens = 0;
  #outputTokens = 0;
  #cost = 0;

  request(status: number): void {
    count(this.#requests, String(status));
  }

  run({ stop, counters, cost }: RunResult): void {
    count(this.#runs, stop);
    this.#inputTokens += counters.inputTokens;
    this.#outputTokens += counters.outputTokens;
    this.#cost += cost;
  }

  text(liveRuns: number, memoryBytes: number): string {
    const labelled = (name: string, label: string, counts: Map<string, number>) =>
      [...counts].map(([value, number]) => `${name}{${label}="${value}"} ${number}`);
    return `${[
      "# TYPE aixlet_requests_total counter",
      ...labelled("aixlet_requests_total", "status", this.#requests),
      "# TYPE aixlet_runs_total counter",
      ...labelled("aixlet_runs_total", "stop", this.#runs),
      "# TYPE aixlet_runs_live gauge",
      `aixlet_runs_live ${liveRuns}`,
      "# TYPE aixlet_tokens_total counter",
      `aixlet_tokens_total{direction="input"} ${this.#inputTokens}`,
      `aixlet_tokens_total{direction="output"} ${this.#outputTokens}`,
      "# TYPE aixlet_cost_dollars_total counter",
      `aixlet_cost_dollars_total ${this.#cost}`,
      "# TYPE aixlet_memory_bytes gauge",
      `aixlet_memory_bytes ${memoryBytes}`,
    ].join("\n")}\n`;
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
