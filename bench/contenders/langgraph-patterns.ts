import { judge, OK, type Pattern, patternOf, ROUNDS } from "../patterns.ts";
import type { PatternWork, Witness } from "../work.ts";
import { serve } from "./contender.ts";
import { Annotation, END, field, type Graph, Send, START, StateGraph } from "./langgraph-graph.ts";

// The same patterns as graphs of LangGraph.js; nodes answer at once, without its chat models.

interface State {
  text: string;
  route: string;
  score: number;
  rounds: number;
  answers: Record<string, string>;
  mapped: string[];
}

const lastOne = <T>(initial: T) =>
  field<T>(
    () => initial,
    (_, b) => b,
  );

const fields: Record<keyof State, unknown> = {
  text: lastOne(""),
  route: lastOne(""),
  score: lastOne(0),
  rounds: lastOne(0),
  answers: field<Record<string, string>>(
    () => ({}),
    (a, b) => ({ ...a, ...b }),
  ),
  mapped: field<string[]>(
    () => [],
    (a, b) => a.concat(b),
  ),
};

/** A graph whose state is a text and what else its nodes need. */
function withState(...names: (keyof State)[]): Graph {
  return new StateGraph(Annotation.Root(Object.fromEntries(["text" as const, ...names].map((name) => [name, fields[name]]))));
}

function graphOf({ name, says, decides }: Pattern, witness: Witness): Graph {
  const say = (heard: string, answer = says[heard] ?? OK) => {
    witness.effects++;
    return answer;
  };
  if (name.startsWith("sequential")) {
    const graph = withState();
    const names = ["first", "second", "third"];
    for (const [index, node] of names.entries()) {
      graph.addNode(node, async ({ text }: State) => ({ text: say(text) }));
      graph.addEdge(index === 0 ? START : names[index - 1], node);
    }
    return graph.addEdge("third", END);
  }
  if (name.startsWith("parallel")) {
    const graph = withState("answers");
    graph.addNode("merge", ({ answers }: State) => ({ text: JSON.stringify(answers) })).addEdge("merge", END);
    for (let index = 0; index < 4; index++) {
      graph.addNode(`agent-${index}`, async ({ text }: State) => ({ answers: { [`agent-${index}`]: say(text) } }));
      graph.addEdge(START, `agent-${index}`).addEdge(`agent-${index}`, "merge");
    }
    return graph;
  }
  if (name === "router") {
    const graph = withState("route");
    graph.addNode("desk", async ({ text }: State) => ({ route: JSON.parse(say(text, decides[text])).category }));
    for (const route of ["loans", "cards"]) graph.addNode(route, async ({ text }: State) => ({ text: say(text) })).addEdge(route, END);
    return graph.addEdge(START, "desk").addConditionalEdges("desk", ({ route }: State) => route, ["loans", "cards"]);
  }
  if (name === "reflection") {
    return withState("score")
      .addNode("writer", async ({ text }: State) => ({ text: say(text) }))
      .addNode("critic", async ({ text }: State) => ({ score: JSON.parse(say(text, judge(text))).score }))
      .addEdge(START, "writer")
      .addEdge("writer", "critic")
      .addConditionalEdges("critic", ({ score }: State) => (score < 0.8 ? "writer" : END), ["writer", END]);
  }
  if (name.startsWith("mapreduce")) {
    return withState("mapped")
      .addNode("mapper", async ({ item }: { item: string }) => ({ mapped: [say(item)] }))
      .addNode("reducer", async ({ mapped }: State) => ({ text: say(JSON.stringify(mapped)) }))
      .addConditionalEdges(START, ({ text }: State) => (JSON.parse(text) as string[]).map((item) => new Send("mapper", { item })), ["mapper"])
      .addEdge("mapper", "reducer")
      .addEdge("reducer", END);
  }
  return withState("rounds")
    .addNode("agent", async ({ text, rounds }: State) => ({ text: say(text), rounds: rounds + 1 }))
    .addEdge(START, "agent")
    .addConditionalEdges("agent", ({ rounds }: State) => (rounds < ROUNDS ? "agent" : END), ["agent", END]);
}

serve<PatternWork>(({ pattern: name }, witness) => {
  const pattern = patternOf(name);
  const app = graphOf(pattern, witness).compile();
  return async () => (await app.invoke({ text: pattern.input })).text as string;
});
