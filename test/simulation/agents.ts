import type { Choices } from "../../host/simulate/choices.ts";

// Random agents of every role.

export type Keys = Record<string, unknown>;

/** Takes keys whose value is undefined away. */
export function definite(keys: Keys): Keys {
  for (const key of Object.keys(keys)) if (keys[key] === undefined) delete keys[key];
  return keys;
}

/** A value now and then. */
export function maybe<T>(choices: Choices, times: number, make: () => T): T | undefined {
  return choices.once(times) ? make() : undefined;
}

const STRATEGIES = [
  "voting_majority",
  "voting_unanimous",
  "voting_weighted",
  "voting_confidence",
  "concatenate",
  "consensus",
  "weighted",
  "semantic",
  "hierarchical",
  "rag_based",
];
const PLANNING = ["chain_of_thought", "tree_of_thought", "react_planning", "monte_carlo", "backward_chaining", "hierarchical_plan"];

export function toolsOf(choices: Choices): Keys[] {
  const count = choices.below(3);
  return Array.from({ length: count }, (_, index) => {
    const effect = choices.pick(["once", "pure", "idempotent"]);
    return definite({
      name: `t${index}`,
      effect: effect === "once" && choices.once(2) ? undefined : effect,
      on_unknown: maybe(choices, 3, () => choices.pick(effect === "once" ? ["tell", "fail"] : ["tell", "fail", "retry"])),
      timeout: maybe(choices, 2, () => `${choices.between(5, 200)}ms`),
      max_concurrency: maybe(choices, 5, () => 1),
      confirm: maybe(choices, 5, () => true),
      confirm_expiry: maybe(choices, 5, () => `${choices.between(10, 500)}ms`),
      retry: effect === "once" ? undefined : maybe(choices, 4, () => retry(choices)),
      circuit_breaker: maybe(choices, 8, () => breaker(choices)),
      input_schema: maybe(choices, 2, () => ({ type: "object", properties: { n: { type: "integer", default: 1 } }, additionalProperties: false })),
    });
  });
}

export function retry(choices: Choices): Keys {
  return definite({
    max_attempts: choices.between(1, 4),
    initial_backoff: `${choices.between(1, 50)}ms`,
    max_backoff: maybe(choices, 3, () => "80ms"),
    multiplier: maybe(choices, 3, () => 3),
    backoff: maybe(choices, 3, () => "constant"),
    retry_on: maybe(choices, 4, () => [choices.pick(["rate_limit", "timeout", "server_error"])]),
  });
}

export function breaker(choices: Choices): Keys {
  return { failures: choices.between(1, 2), window: "100ms", open_for: `${choices.between(5, 80)}ms` };
}

/** An agent that asks a model in the plainest way. */
export function react(name: string, choices: Choices): Keys {
  return definite({
    name,
    model: "gpt-4",
    prompt: maybe(choices, 3, () => "Be brief. {context}"),
    tools: maybe(choices, 2, () => toolsOf(choices)),
    retry: maybe(choices, 3, () => retry(choices)),
    timeout: maybe(choices, 5, () => `${choices.between(5, 300)}ms`),
    providers: maybe(choices, 5, () => ["gpt-4", "claude-3", "grok-1"].slice(0, choices.between(1, 3)).map((model) => ({ model, timeout: "90ms" }))),
    guided_config: maybe(choices, 6, () =>
      definite({
        enabled: true,
        max_iterations: choices.between(1, 3),
        verification_prompt: maybe(choices, 2, () => "Enough?"),
        require_confirmation: maybe(choices, 3, () => true),
      }),
    ),
    output_schema: maybe(choices, 8, () => ({ type: "object", properties: { ok: { type: "boolean" }, note: { type: "string" } }, required: ["ok"] })),
    circuit_breaker: maybe(choices, 10, () => breaker(choices)),
  });
}

export function classifier(name: string, choices: Choices): Keys {
  return definite({
    name,
    role: "classifier",
    model: maybe(choices, 2, () => "gpt-4"),
    retry: maybe(choices, 4, () => retry(choices)),
    classifier_config: definite({
      categories: [
        { name: "x", keywords: ["y", "go"] },
        { name: "y", examples: ["no"] },
      ],
      multi_label: maybe(choices, 3, () => true),
      confidence_threshold: maybe(choices, 3, () => choices.below(10) / 10),
      few_shot_examples: maybe(choices, 5, () => [{ input: "yes", category: "x" }]),
    }),
  });
}

export function aggregator(name: string, choices: Choices): Keys {
  const strategy = choices.pick(STRATEGIES);
  return {
    name,
    role: "aggregator",
    model: "gpt-4",
    aggregator_config: definite({
      aggregation_strategy: strategy,
      timeout_ms: choices.between(5, 400),
      max_input_sources: maybe(choices, 4, () => choices.between(1, 2)),
      min_input_sources: maybe(choices, 5, () => choices.between(1, 2)),
      summarization_enabled: maybe(choices, 4, () => true),
      deduplication_method: maybe(choices, 4, () => choices.pick(["exact", "fuzzy"])),
      conflict_resolution: maybe(choices, 3, () => choices.pick(["vote", "confidence", "merge", "llm_arbitration"])),
      consensus_threshold: maybe(choices, 4, () => 0.9),
    }),
  };
}

export function planner(name: string, choices: Choices): Keys {
  const strategy = choices.pick(PLANNING);
  return {
    name,
    role: "planner",
    model: "gpt-4",
    retry: maybe(choices, 4, () => retry(choices)),
    planner_config: definite({
      planning_strategy: strategy,
      max_steps: choices.between(2, 5),
      step_detail_level: maybe(choices, 3, () => choices.pick(["minimal", "standard", "comprehensive"])),
      parallelizable_steps: maybe(choices, 2, () => true),
      include_alternatives: maybe(choices, 3, () => true),
      enable_backtracking: maybe(choices, 3, () => true),
      enable_self_critique: maybe(choices, 4, () => true),
      enable_replanning: maybe(choices, 3, () => false),
      task_timeout_ms: maybe(choices, 4, () => choices.between(5, 200)),
      ...(strategy === "tree_of_thought" && { branching_factor: 2, max_depth: 2, beam_width: 2 }),
      ...(strategy === "monte_carlo" && { simulations: 2, max_depth: 2 }),
    }),
  };
}

export function custom(name: string, choices: Choices): Keys {
  return definite({
    name,
    role: "own",
    retry: maybe(choices, 3, () => retry(choices)),
    timeout: maybe(choices, 6, () => `${choices.between(5, 200)}ms`),
  });
}

/** Code that every definition here may name. */
export const HOST = { roles: ["own"], tools: ["t0", "t1", "t2"] };
