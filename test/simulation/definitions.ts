import type { Choices } from "../../host/simulate/choices.ts";
import { aggregator, breaker, classifier, custom, definite, type Keys, maybe, planner, react } from "./agents.ts";
import { modelledDefinition } from "./model/modelled.ts";
import { Terms } from "./terms.ts";

// Random definitions over every role, pattern, kind of flow node and class of tool.

export function definitionOf(choices: Choices): Keys {
  const kind = choices.below(10);
  if (kind >= 8) return modelledDefinition(choices);
  const body = kind < 3 ? graph(choices) : kind < 6 ? flow(choices) : pattern(choices);
  return definite({
    ...body,
    budget: maybe(choices, 9, () =>
      definite({
        calls: maybe(choices, 2, () => choices.between(1, 25)),
        tokens: maybe(choices, 2, () => choices.between(10, 400)),
        time: maybe(choices, 3, () => "300ms"),
      }),
    ),
    limits: maybe(choices, 6, () =>
      definite({
        work: maybe(choices, 2, () => choices.between(1, 20)),
        steps: maybe(choices, 6, () => choices.between(3, 60)),
        hops: maybe(choices, 6, () => choices.between(3, 60)),
        activations: maybe(choices, 6, () => choices.between(3, 60)),
        memory: maybe(choices, 8, () => "64KiB"),
        run_time: maybe(choices, 6, () => "400ms"),
      }),
    ),
    circuit_breaker: maybe(choices, 8, () => breaker(choices)),
  });
}

function flow(choices: Choices): Keys {
  const terms = new Terms(choices);
  const term = terms.term(choices.between(1, 4));
  const { agents } = terms;
  return { agents: agents.length > 0 ? agents : [custom("a0", choices)], flow: term };
}

// ---- graph mode ----

const ROLES = ["custom", "react", "logger", "react", "custom", "aggregator", "producer", "classifier", "planner", "retriever", "indexer"];

function graph(choices: Choices): Keys {
  const count = choices.between(1, 6);
  const names = Array.from({ length: count }, (_, index) => `n${index}`);
  const channels = new Map<number, number[]>();
  const agents = names.map((name, index) => {
    const role = choices.pick(ROLES);
    const agent = wired(role, name, choices);
    const targets = new Set(Array.from({ length: choices.below(3) }, () => choices.below(count)));
    const throughChannel = choices.once(5) && targets.size > 0;
    if (throughChannel) channels.set(index, [...targets]);
    const outputs: unknown[] = throughChannel ? [`ch${index}`] : [...targets].map((target) => names[target]);
    if (choices.once(3)) outputs.push("port");
    if (outputs.length > 0 && choices.once(8)) outputs[0] = { target: outputs[0], condition: choices.pick(["score >= 0.5", "text != 'no'", "true"]) };
    agent.outputs = outputs;
    agent.mailbox = maybe(choices, 2, () => ({ size: choices.between(1, 3), overflow: choices.pick(["block", "drop_oldest", "refuse"]) }));
    agent.priority = maybe(choices, 4, () => choices.below(4));
    agent.depends_on = index > 0 && choices.once(8) ? [names[choices.below(index)]] : undefined;
    return agent;
  });
  for (const [from, targets] of channels) for (const target of targets) agents[target].inputs = [...((agents[target].inputs as string[]) ?? []), `ch${from}`];
  return {
    agents: agents.map(definite),
    config: definite({
      send_timeout: maybe(choices, 2, () => `${choices.between(5, 200)}ms`),
      max_concurrent_calls: maybe(choices, 4, () => choices.between(1, 2)),
      agent_start_timeout: maybe(choices, 6, () => "40ms"),
    }),
    supervisor: definite({ max_rounds: choices.between(1, 5), failure_mode: maybe(choices, 3, () => "stop") }),
    workflow: maybe(choices, 6, () => ({ batch_size: choices.between(1, 3), batch_timeout_seconds: 0.1 })),
  };
}

function wired(role: string, name: string, choices: Choices): Keys {
  switch (role) {
    case "react":
      return react(name, choices);
    case "classifier":
      return classifier(name, choices);
    case "aggregator":
      return aggregator(name, choices);
    case "planner":
      return planner(name, choices);
    case "retriever":
      return { name, role, collection: "books", top_k: choices.between(1, 3) };
    case "indexer":
      return { name, role, collection: "books" };
    case "producer":
      return { name, role, interval: maybe(choices, 2, () => `${choices.between(20, 200)}ms`) };
    case "logger":
      return { name, role };
    default:
      return custom(name, choices);
  }
}

// ---- patterns ----

const PATTERNS = [
  "sequential",
  "parallel",
  "router",
  "swarm",
  "supervisor",
  "hierarchical",
  "rag",
  "reflection",
  "ensemble",
  "classifier",
  "aggregation",
  "planning",
  "mapreduce",
  "debate",
  "nested",
  "panel",
];

function pattern(choices: Choices): Keys {
  const name = choices.pick(PATTERNS);
  const agents = ["a", "b", "c"].map((agent) => (choices.once(4) ? custom(agent, choices) : react(agent, choices)));
  const timeout = maybe(choices, 6, () => `${choices.between(5, 200)}ms`);
  const config = (keys: Keys, more: Keys[] = []): Keys => ({
    orchestration: definite({ pattern: name, config: definite({ ...keys, timeout }) }),
    agents: [...agents, ...more],
  });
  const members = ["a", "b", "c"];
  switch (name) {
    case "parallel":
      return config({
        agents: members,
        aggregation: maybe(choices, 2, () => choices.pick(["concat", "voting", "first_success"])),
        fail_fast: maybe(choices, 3, () => true),
      });
    case "router":
      return config({ classifier: "k", routes: { x: "a", y: "b" }, fallback: maybe(choices, 2, () => "c") }, [classifier("k", choices)]);
    case "swarm":
      return config({ agents: members, max_handoffs: choices.between(1, 4), shared_state: maybe(choices, 3, () => "none") });
    case "supervisor":
      return config({
        agents: members,
        model: maybe(choices, 2, () => "gpt-4"),
        max_rounds: choices.between(1, 4),
        routing_strategy: choices.pick(["round_robin", "manual"]),
      });
    case "hierarchical":
      agents[0] = react("a", choices);
      return config({ manager: "a", teams: { x: { workers: ["b", "c"] }, w: ["c"] } });
    case "rag":
      agents[0] = react("a", choices);
      return config(
        {
          generator: "a",
          retriever: "find",
          top_k: 2,
          retrieval_strategy: maybe(choices, 2, () => choices.pick(["hybrid", "multi_query"])),
          query_expander: undefined,
          rerank: maybe(choices, 3, () => true),
        },
        [{ name: "find", role: "retriever", collection: "books" }],
      );
    case "reflection":
      return config({ generator: "a", critics: ["b", "c"], max_iterations: choices.between(1, 3), quality_threshold: maybe(choices, 2, () => 0.8) });
    case "ensemble":
      return config({ agents: members, voting_strategy: choices.pick(["majority", "weighted", "unanimous", "confidence"]) });
    case "classifier":
      return config({ classifier: "k" }, [classifier("k", choices)]);
    case "aggregation":
      return config({ agents: members, aggregator: "v" }, [aggregator("v", choices)]);
    case "planning":
      return config({ planner: "p", executors: members }, [planner("p", choices)]);
    case "mapreduce":
      return config({ mapper: ["a", "b"], reducer: "c", max_concurrency: choices.between(1, 3) });
    case "debate":
      return config({ agents: ["a", "b"], rounds: choices.between(1, 2), judge: maybe(choices, 2, () => "c") });
    case "nested":
      return { orchestration: { pattern: name, definition: { orchestration: { pattern: "sequential" }, agents } } };
    case "panel":
      return {
        llm: { model: "gpt-4" },
        research_topic: { title: "Dinner", description: "What to cook?" },
        expert_agents: [{ name: "ann", role: "Cook", weight: 2 }, { name: "bob" }],
        aggregator: { strategies: [choices.pick(["voting_weighted", "consensus"]), "voting_majority"] },
      };
    default:
      return config({ agents: members });
  }
}
