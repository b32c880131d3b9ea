import type { Choices } from "../../../host/simulate/choices.ts";
import { definite, type Keys, maybe } from "../agents.ts";
import { CONDITIONS, LOOP_CONDITIONS } from "./conditions.ts";

// Random flows of which the plain rules know everything: host code as agents, and nothing that depends on time or order.

const AGENTS = ["a0", "a1", "a2"];
const known = new WeakSet<object>();

/** Whether the rules can say what becomes of a definition. */
export function isModelled(definition: object): boolean {
  return known.has(definition);
}

export function modelledDefinition(choices: Choices): Keys {
  const flow = term(choices, choices.between(1, 4));
  const definition: Keys = {
    agents: AGENTS.map((name) => ({ name, role: "own" })),
    flow,
    ...(choices.once(6) && { limits: { work: choices.between(1, 12) } }),
    ...(choices.once(6) && { config: { max_concurrent_calls: choices.between(1, 2) } }),
  };
  known.add(definition);
  return definition;
}

function term(choices: Choices, level: number): Keys {
  const node = level <= 0 ? { agent: choices.pick(AGENTS) } : inner(choices, level - 1);
  return definite({
    ...node,
    share: maybe(choices, 12, () => choices.pick(["own", "none", "group"])),
    when: maybe(choices, 10, () => choices.pick(CONDITIONS)),
    retry: maybe(choices, 8, () => ({ max_attempts: 2, initial_backoff: "1ms", backoff: "constant" })),
    on_error: maybe(choices, 5, () => "skip"),
  });
}

function inner(choices: Choices, level: number): Keys {
  const several = (most: number) => Array.from({ length: choices.between(1, most) }, () => term(choices, level));
  const named = (letter: string) => Object.fromEntries(several(3).map((each, index) => [`${letter}${index}`, each]));
  switch (choices.below(10)) {
    case 3:
    case 4:
      return { parallel: definite({ branches: named("b"), max_concurrency: maybe(choices, 3, () => choices.between(1, 2)) }) };
    case 5:
      return { map: definite({ do: several(2), max_concurrency: maybe(choices, 2, () => choices.between(1, 3)), max_items: maybe(choices, 8, () => 2) }) };
    case 6: {
      const otherwise = maybe(choices, 2, () => term(choices, level));
      if (choices.once(2)) return { choose: definite({ by: "category", cases: { x: term(choices, level), y: term(choices, level) }, else: otherwise }) };
      return { choose: definite({ cases: [{ when: choices.pick(CONDITIONS), do: term(choices, level) }], else: otherwise }) };
    }
    case 7:
      return {
        loop: definite({
          do: term(choices, level),
          until: maybe(choices, 2, () => choices.pick(LOOP_CONDITIONS)),
          max: choices.between(1, 4),
          keep: maybe(choices, 2, () => "best"),
          each: maybe(choices, 3, () => "$input"),
        }),
      };
    case 8:
      return { handoff: { members: named("m"), max_hops: choices.below(3) } };
    case 9:
      return {
        supervise: definite({ members: named("m"), by: "round_robin", max_rounds: choices.between(1, 4), on_member_error: maybe(choices, 3, () => "stop") }),
      };
    default: {
      const nodes = several(3);
      if (nodes.length > 1 && choices.once(3)) {
        nodes[0].as = "kept";
        nodes[nodes.length - 1].input = ["$prev", "$kept"];
      }
      return { sequence: nodes };
    }
  }
}
