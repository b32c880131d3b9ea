// Patterns whose agents answer at once: what is left is what the engine itself takes. Agents are host code. Where a pattern wants a model (to
// classify, to give tasks, to read what was found), one that answers at once stands for it, and the same is measured once more with host code
// instead, written as a flow where the pattern does not take it.

export interface Pattern {
  name: string;
  definition: object;
  input: string;
  /** What agents answer, by what they hear; otherwise OK. */
  says: Record<string, string>;
  /** The same for models. */
  decides: Record<string, string>;
  /** Calls of agents and models in a run. */
  calls: number;
  /** What a run comes to. */
  result: string;
  /** CPU microseconds a run. */
  most?: number;
  /** LangGraph.js and Mastra have it, as a graph and as a workflow. */
  peers: boolean;
}

export const OK = "ok";
const INPUT = "keep a book";
const noop = (name: string) => ({ name, role: "noop" });
const model = (name: string) => ({ name, role: "react", model: "m" });
const ROUTED = JSON.stringify({ category: "loans", confidence: 0.9, reasoning: "", alternatives: [] });
const TASKS = ["upper", "lower"].map((member) => ({ member, task: `for ${member}` }));
const steps = { [INPUT]: "one", one: "two", two: "three" };

/** The names of so many agents. */
const some = (count: number) => Array.from({ length: count }, (_, index) => `agent-${index}`);
const plain = { input: INPUT, says: {}, decides: {}, result: OK, peers: false };

export const DOCUMENTS = [
  { id: "loans", text: "You may keep a book for four weeks. Ask at the desk to keep it for two weeks more." },
  { id: "late", text: "A book that comes back late costs 20 cents a day." },
  { id: "cards", text: "A reader's card costs nothing. Bring something with your name and address on it." },
  { id: "noise", text: "In the reading room nobody talks. There is a room for groups on the second floor." },
];
export const ITEMS = 8;
export const ROUNDS = 3;

export const patterns: readonly Pattern[] = [
  {
    ...plain,
    name: "sequential of three",
    definition: { orchestration: { pattern: "sequential", agents: some(3) }, agents: some(3).map(noop) },
    says: steps,
    calls: 3,
    result: "three",
    peers: true,
  },
  {
    ...plain,
    name: "parallel of four",
    definition: { orchestration: { pattern: "parallel", agents: some(4) }, agents: some(4).map(noop) },
    calls: 4,
    result: JSON.stringify(Object.fromEntries(some(4).map((name) => [name, OK]))),
    most: 10,
    peers: true,
  },
  {
    ...plain,
    name: "router",
    definition: {
      orchestration: { pattern: "router", classifier: "desk", routes: { loans: "first", cards: "second" } },
      agents: [model("desk"), noop("first"), noop("second")],
    },
    decides: { [INPUT]: ROUTED },
    calls: 2,
    most: 1.3,
    peers: true,
  },
  {
    ...plain,
    name: "router, host code routes",
    definition: {
      flow: {
        sequence: [
          { agent: "desk", as: "kind" },
          { choose: { by: "$kind.category", cases: { loans: "first", cards: "second" } }, input: "$input" },
        ],
      },
      agents: ["desk", "first", "second"].map((name) => ({ name, role: name === "desk" ? "decider" : "noop" })),
    },
    decides: { [INPUT]: ROUTED },
    calls: 2,
    most: 1.3,
  },
  {
    ...plain,
    name: "ensemble of three",
    definition: { orchestration: { pattern: "ensemble", agents: some(3) }, agents: some(3).map(noop) },
    calls: 3,
    most: 12,
  },
  {
    ...plain,
    name: "hierarchical",
    definition: {
      orchestration: { pattern: "hierarchical", manager: "chief", teams: { upper: ["agent-0", "agent-1"], lower: ["agent-2", "agent-3"] } },
      agents: [model("chief"), ...some(4).map(noop)],
    },
    decides: { [INPUT]: JSON.stringify({ assignments: TASKS }) },
    calls: 6,
    most: 6,
  },
  {
    ...plain,
    name: "hierarchical, host code manages",
    definition: {
      flow: {
        sequence: [
          "chief",
          {
            map: {
              do: {
                choose: { by: "$item.member", cases: { upper: { parallel: { branches: some(2) } }, lower: { parallel: { branches: some(4).slice(2) } } } },
                input: "$item.task",
              },
            },
          },
          "chief",
        ],
      },
      agents: [{ name: "chief", role: "decider" }, ...some(4).map(noop)],
    },
    decides: { [INPUT]: JSON.stringify(TASKS) },
    calls: 6,
    most: 6,
  },
  {
    ...plain,
    name: "rag",
    definition: { orchestration: { pattern: "rag", generator: "librarian", top_k: 2 }, agents: [{ ...model("librarian"), prompt: "From: {context}" }] },
    calls: 1,
    most: 2.6,
  },
  {
    ...plain,
    name: "rag, host code answers",
    definition: { orchestration: { pattern: "rag", generator: "librarian", top_k: 2 }, agents: [noop("librarian")] },
    calls: 1,
    most: 2.6,
  },
  {
    ...plain,
    name: "reflection",
    definition: {
      orchestration: { pattern: "reflection", generator: "writer", critic: "critic", quality_threshold: 0.8 },
      agents: [noop("writer"), { name: "critic", role: "critic" }],
    },
    says: { [INPUT]: "draft", draft: "better" },
    calls: 4,
    result: "better",
    most: 2.4,
    peers: true,
  },
  {
    ...plain,
    name: `mapreduce of ${ITEMS}`,
    definition: { orchestration: { pattern: "mapreduce", mapper: "mapper", reducer: "reducer" }, agents: [noop("mapper"), noop("reducer")] },
    input: JSON.stringify(some(ITEMS)),
    calls: ITEMS + 1,
    most: 6,
    peers: true,
  },
  {
    ...plain,
    name: `loop of ${ROUNDS}`,
    definition: { flow: { loop: { do: "agent", max: ROUNDS } }, agents: [noop("agent")] },
    says: steps,
    calls: ROUNDS,
    result: "three",
    peers: true,
  },
];

/** The same with so many steps that a run's start and end do not count, for the core alone. */
const MANY = 100;
export const longPatterns: readonly Pattern[] = [
  {
    ...plain,
    name: `sequential of ${MANY}`,
    definition: { orchestration: { pattern: "sequential", agents: some(MANY) }, agents: some(MANY).map(noop) },
    calls: MANY,
  },
  {
    ...plain,
    name: `parallel of ${MANY}`,
    definition: { orchestration: { pattern: "parallel", agents: some(MANY) }, agents: some(MANY).map(noop) },
    calls: MANY,
    result: JSON.stringify(Object.fromEntries(some(MANY).map((name) => [name, OK]))),
  },
  {
    ...plain,
    name: `mapreduce of ${MANY}`,
    definition: { orchestration: { pattern: "mapreduce", mapper: "mapper", reducer: "reducer" }, agents: [noop("mapper"), noop("reducer")] },
    input: JSON.stringify(some(MANY)),
    calls: MANY + 1,
  },
  {
    ...plain,
    name: `loop of ${MANY}`,
    definition: { flow: { loop: { do: "agent", max: MANY } }, agents: [noop("agent")] },
    // Always something new: a loop that comes back to what it had ends.
    says: Object.fromEntries(Array.from({ length: MANY }, (_, index) => [index === 0 ? INPUT : String(index), String(index + 1)])),
    calls: MANY,
    result: String(MANY),
  },
];

/** What the critic of the reflection says: the first text could be better, the second is good. */
export function judge(heard: string): string {
  return JSON.stringify(heard === "better" ? { score: 0.99, critique: "" } : { score: 0.5, critique: "shorter" });
}

export function patternOf(name: string): Pattern {
  const found = [...patterns, ...longPatterns].find((pattern) => pattern.name === name);
  if (found === undefined) throw new Error(`there is no pattern "${name}"`);
  return found;
}
