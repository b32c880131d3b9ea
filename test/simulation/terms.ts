import type { Choices } from "../../host/simulate/choices.ts";
import { aggregator, classifier, custom, definite, type Keys, maybe, planner, react } from "./agents.ts";

// Random flows: terms of every kind, a few levels deep, and the agents that they name.

const CONDITIONS = ["score >= 0.5 or text != ''", "not (n == 1)", "text != 'no'", "not (category == 'x')", "agreement > 0.6", "failed.0 == 0"];
const JOINS = ["voting_majority", "voting_confidence", "voting_weighted", "concat", "object", "first_success", "score", "concatenate"];
const MODEL_JOINS = ["consensus", "weighted", "semantic", "hierarchical"];

/** Makes terms, and remembers whom they name. */
export class Terms {
  readonly #choices: Choices;
  readonly #used = new Map<string, Keys>();

  constructor(choices: Choices) {
    this.#choices = choices;
  }

  /** The agents that were named. */
  get agents(): Keys[] {
    return [...this.#used.values()];
  }

  /** An agent of a kind, of which there are two. */
  agent(kind: "a" | "r" | "c" | "v" | "p" | "d" | "l"): string {
    const name = `${kind}${this.#choices.below(2)}`;
    if (!this.#used.has(name)) this.#used.set(name, make(kind, name, this.#choices));
    return name;
  }

  term(level: number): Keys {
    const choices = this.#choices;
    const node = level <= 0 ? this.#leaf() : this.#node(level - 1);
    return definite({
      ...node,
      share: maybe(choices, 9, () => choices.pick(["own", "none", "group"])),
      when: maybe(choices, 14, () => choices.pick(CONDITIONS)),
      retry: maybe(choices, 9, () => ({ max_attempts: 2, initial_backoff: "1ms", backoff: "constant" })),
      on_error: maybe(choices, 4, () => (choices.once(2) ? { agent: this.agent("a") } : "skip")),
      deadline: maybe(choices, 10, () => `${choices.between(1, 90)}ms`),
    });
  }

  #leaf(): Keys {
    const choices = this.#choices;
    switch (choices.below(12)) {
      case 6:
      case 7:
        return { agent: this.agent("r"), decide: choices.pick(["score", "done", "queries"]) };
      case 8:
        return { agent: this.agent("r"), decide: "category", options: ["x", "y"] };
      case 9:
        return { agent: this.agent("c") };
      case 10:
        return { retrieve: definite({ from: this.agent("d"), top_k: 2, rerank: maybe(choices, 3, () => true) }) };
      case 11:
        return { join: { strategy: choices.pick(JOINS) } };
      default:
        return { agent: this.agent(choices.once(2) ? "r" : "a") };
    }
  }

  #node(level: number): Keys {
    const choices = this.#choices;
    switch (choices.below(14)) {
      case 0:
      case 1:
      case 2:
        return this.#sequence(level);
      case 3:
      case 4:
        return this.#parallel(level);
      case 5:
        return this.#map(level);
      case 6:
        return this.#choose(level);
      case 7:
        return this.#loop(level);
      case 8:
        return { handoff: { members: this.#members(level), max_hops: choices.below(4) } };
      case 9:
        return this.#supervise(level);
      case 10:
        return { sequence: [this.#parallel(level), { join: { strategy: choices.pick(MODEL_JOINS), model: "gpt-4" } }] };
      case 11:
        return this.#plan();
      case 12:
        return { use: { agents: [custom("a", choices), react("r", choices)], flow: { sequence: ["a", "r"] } } };
      default:
        return this.#leaf();
    }
  }

  #several(level: number, most = 3): Keys[] {
    return Array.from({ length: this.#choices.between(1, most) }, () => this.term(level));
  }

  #sequence(level: number): Keys {
    const nodes = this.#several(level);
    if (nodes.length > 1 && this.#choices.once(4)) {
      nodes[0].as = "kept";
      nodes[nodes.length - 1].input = ["$prev", "$kept"];
    }
    return { sequence: nodes };
  }

  #parallel(level: number): Keys {
    const choices = this.#choices;
    const branches = this.#several(level);
    return {
      parallel: definite({
        branches: Object.fromEntries(branches.map((branch, index) => [`b${index}`, branch])),
        max_concurrency: maybe(choices, 4, () => choices.between(1, 2)),
        fail_fast: maybe(choices, 4, () => true),
        join: maybe(choices, 3, () => (choices.once(2) ? "first" : { quorum: choices.between(1, branches.length) })),
      }),
    };
  }

  #map(level: number): Keys {
    const choices = this.#choices;
    return {
      map: definite({
        do: this.#several(level, 2),
        max_concurrency: maybe(choices, 2, () => choices.between(1, 3)),
        on_item_error: maybe(choices, 4, () => "fail"),
        max_items: maybe(choices, 6, () => 2),
      }),
    };
  }

  #choose(level: number): Keys {
    const choices = this.#choices;
    const otherwise = maybe(choices, 2, () => this.term(level));
    if (choices.once(3)) return { choose: definite({ cases: [{ when: choices.pick(CONDITIONS), do: this.term(level) }], else: otherwise }) };
    const by = choices.pick(["category", { agent: this.agent("r"), decide: "category", options: ["x", "y"] }, { agent: this.agent("c") }]);
    const min_confidence = typeof by === "string" ? undefined : maybe(choices, 3, () => 0.5);
    return { choose: definite({ by, cases: { x: this.term(level), y: this.term(level) }, else: otherwise, min_confidence }) };
  }

  #loop(level: number): Keys {
    const choices = this.#choices;
    const until = choices.pick([undefined, choices.pick(CONDITIONS), "gain < 0.1 or iteration > 2", "elapsed > 50", "decide"]);
    return {
      loop: definite({
        do: this.term(level),
        until: until === "decide" ? { agent: this.agent("r"), decide: "done" } : until,
        max: choices.between(1, 3),
        keep: maybe(choices, 2, () => "best"),
        each: maybe(choices, 3, () => "$input"),
      }),
    };
  }

  #members(level: number): Keys {
    const choices = this.#choices;
    const count = choices.between(1, 3);
    return Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`m${index}`, choices.once(4) ? this.term(level) : { agent: this.agent(choices.once(3) ? "a" : "r") }]),
    );
  }

  #supervise(level: number): Keys {
    const choices = this.#choices;
    return {
      supervise: definite({
        members: this.#members(level),
        by: choices.pick(["round_robin", "manual", { model: "gpt-4" }]),
        model: maybe(choices, 2, () => "gpt-4"),
        max_rounds: choices.between(1, 4),
        on_member_error: maybe(choices, 2, () => "stop"),
        summarise: maybe(choices, 3, () => false),
      }),
    };
  }

  #plan(): Keys {
    const choices = this.#choices;
    return {
      plan: definite({
        planner: this.agent("p"),
        executors: [this.agent("a"), this.agent("r")],
        max_concurrency: maybe(choices, 2, () => 2),
        replans: maybe(choices, 2, () => choices.below(3)),
        backtrack: maybe(choices, 3, () => true),
        step_deadline: maybe(choices, 5, () => "60ms"),
      }),
    };
  }
}

function make(kind: string, name: string, choices: Choices): Keys {
  switch (kind) {
    case "a":
      return custom(name, choices);
    case "c":
      return classifier(name, choices);
    case "v":
      return aggregator(name, choices);
    case "p":
      return planner(name, choices);
    case "d":
      return { name, role: "retriever", collection: "books" };
    case "l":
      return { name, role: "logger" };
    default:
      return react(name, choices);
  }
}
