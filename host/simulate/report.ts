import type { Fault } from "./faults.ts";
import type { Subject } from "./subject.ts";
import { Violation } from "./violation.ts";
import type { Outcome } from "./world.ts";

/** What is wrong with a definition, or with the engine. */
export type FindingKind =
  /** A run came to a point at which everybody waits for somebody. */
  | "stall"
  /** A run made more calls than anybody would wait for, and nothing that the definition says would have stopped it. */
  | "unbounded"
  /** A run spent more than a budget has. */
  | "budget-overrun"
  /** The engine broke a promise. */
  | "broken-promise";

export interface Finding {
  kind: FindingKind;
  /** The first seed that it was found with. */
  seed: number;
  /** In how many runs. */
  runs: number;
  /** What was seen in the first of them. */
  message: string;
  /** The shortest run that shows it, line by line. */
  trace: readonly string[];
}

/** The largest of something, and the seed that it came with. */
export interface Worst {
  most: number;
  seed: number;
}

/** What came of all runs. */
export interface SimulationReport {
  seeds: number;
  /** The first seed. */
  seed: number;
  faults: readonly Fault[];
  /** How runs ended: how many by each reason. */
  ends: Record<string, number>;
  findings: readonly Finding[];
  /** Calls that a run waited for in vain, until it was cancelled: who made them and in how many runs. A deadline or a budget of time would end it. */
  waits: readonly { what: string; runs: number; seed: number }[];
  /** Attempts at calls of models, tokens, calls of tools, micro-dollars as far as prices are known, milliseconds of the world's time, bytes of a journal. */
  worst: { calls: Worst; tokens: Worst; toolCalls: Worst; cost: Worst; time: Worst; journal: Worst };
  /** The most calls of models that a run can make, as it is worked out when the definition is loaded. */
  bound: { calls: number; per?: "activation" };
}

/** Collects what came of runs. */
export class Report {
  readonly #subject: Subject;
  readonly #findings = new Map<FindingKind, Finding>();
  readonly #waits = new Map<string, { what: string; runs: number; seed: number }>();
  readonly #result: Pick<SimulationReport, "seeds" | "seed" | "faults" | "ends" | "worst">;

  constructor(subject: Subject, seed: number, seeds: number, faults: readonly Fault[]) {
    this.#subject = subject;
    const worst = () => ({ most: 0, seed });
    this.#result = {
      seeds,
      seed,
      faults,
      ends: {},
      worst: { calls: worst(), tokens: worst(), toolCalls: worst(), cost: worst(), time: worst(), journal: worst() },
    };
  }

  get findings(): Finding[] {
    return [...this.#findings.values()];
  }

  add(seed: number, outcome: Outcome | Violation | undefined): void {
    for (const { kind, message } of this.kindsOf(outcome)) {
      const known = this.#findings.get(kind);
      if (known === undefined) this.#findings.set(kind, { kind, seed, runs: 1, message, trace: [] });
      else known.runs++;
    }
    if (outcome === undefined || outcome instanceof Violation) return;
    const { finished, calls, time, journal, waitedFor } = outcome;
    const { counters, stop, cost } = finished;
    const { ends, worst } = this.#result;
    ends[stop] = (ends[stop] ?? 0) + 1;
    for (const what of new Set(waitedFor)) this.#wait(this.#describe(what), seed);
    const tokens = counters.inputTokens + counters.outputTokens;
    const all = { calls, tokens, toolCalls: counters.toolCalls, cost, time, journal };
    for (const name of Object.keys(all) as (keyof typeof all)[]) if (all[name] > worst[name].most) worst[name] = { most: all[name], seed };
  }

  /** What a run shows. */
  kindsOf(outcome: Outcome | Violation | undefined): { kind: FindingKind; message: string }[] {
    if (outcome === undefined) return [];
    if (outcome instanceof Violation) return [{ kind: "broken-promise", message: `${outcome.invariant}: ${outcome.message}` }];
    const { finished, runaway, calls } = outcome;
    const found: { kind: FindingKind; message: string }[] = [];
    if (finished.stop === "stalled") found.push({ kind: "stall", message: finished.message });
    if (runaway)
      found.push({ kind: "unbounded", message: `${calls} calls of models, and it would have gone on: no budget, limit or end of a loop stops it before` });
    const tokens = finished.counters.inputTokens + finished.counters.outputTokens;
    const { budget } = this.#subject;
    if (budget.tokens > 0 && tokens > budget.tokens)
      found.push({ kind: "budget-overrun", message: `${tokens} tokens were used, and the budget has ${budget.tokens}` });
    if (budget.calls > 0 && calls > budget.calls)
      found.push({ kind: "budget-overrun", message: `${calls} calls of models were made, and the budget has ${budget.calls}` });
    return found;
  }

  result(): SimulationReport {
    const waits = [...this.#waits.values()].sort((a, b) => b.runs - a.runs);
    return { ...this.#result, findings: this.findings, waits, bound: this.#subject.manifest.bound };
  }

  #wait(what: string, seed: number): void {
    const known = this.#waits.get(what);
    if (known === undefined) this.#waits.set(what, { what, runs: 1, seed });
    else known.runs++;
  }

  /** `call-model 3` as people say it. */
  #describe(what: string): string {
    const [kind, agent] = what.split(" ");
    const name = kind === "start-agent" ? agent : (this.#subject.manifest.agents[Number(agent)]?.name ?? "");
    const words: Record<string, string> = {
      "call-model": "the model of",
      "call-tool": "a tool of",
      "call-agent": "the agent",
      "start-agent": "the start of",
      search: "the store of",
      index: "the store of",
    };
    return name === "" ? kind : `${words[kind] ?? kind} ${name}`;
  }
}
