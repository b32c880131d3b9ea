import { AGENTS, DONE, inputOf } from "../work.ts";
import { serve } from "./contender.ts";
import { Annotation, END, field, Send, START, StateGraph } from "./langgraph-graph.ts";

// LangGraph.js: a state graph for the pipeline, Send for the fan-out, its prebuilt agent for the tool loop.

/** What is used of the packages, whose types are not there unless they are installed. */
interface ChatMessage {
  content: string;
  getType(): string;
}

const { createReactAgent } = (await import("@langchain/langgraph/prebuilt" as string)) as {
  createReactAgent(settings: object): { invoke(input: object, options?: object): Promise<{ messages: ChatMessage[] }> };
};
const { BaseChatModel } = (await import("@langchain/core/language_models/chat_models" as string)) as {
  BaseChatModel: new (settings: object) => { invoke(messages: ChatMessage[]): Promise<ChatMessage> };
};
const { AIMessage, HumanMessage } = (await import("@langchain/core/messages" as string)) as Record<
  "AIMessage" | "HumanMessage",
  new (
    content: unknown,
  ) => ChatMessage
>;
const { tool } = (await import("@langchain/core/tools" as string)) as { tool(code: (input: { q: number }) => Promise<string>, settings: object): unknown };
const { z } = (await import("zod" as string)) as typeof import("zod");

class Fake extends BaseChatModel {
  readonly answer: (messages: ChatMessage[]) => ChatMessage;

  constructor(answer: (messages: ChatMessage[]) => ChatMessage) {
    super({});
    this.answer = answer;
  }

  _llmType(): string {
    return "fake";
  }

  bindTools(): this {
    return this;
  }

  async _generate(messages: ChatMessage[]): Promise<object> {
    const message = this.answer(messages);
    return { generations: [{ text: message.content, message }] };
  }
}

const last = (messages: ChatMessage[]) => messages[messages.length - 1].content;

serve((work, witness) => {
  if (work.kind === "pipeline") {
    const { size } = work;
    const graph = new StateGraph(
      Annotation.Root({
        text: field(
          () => "",
          (_, b) => b,
        ),
      }),
    );
    for (const [index, name] of AGENTS.entries()) {
      const model = new Fake((messages) => new AIMessage(witness.answer(index, size, last(messages))));
      graph.addNode(name, async ({ text }: { text: string }) => ({ text: (await model.invoke([new HumanMessage(text)])).content }));
      graph.addEdge(index === 0 ? START : AGENTS[index - 1], name);
    }
    const app = graph.addEdge(AGENTS[AGENTS.length - 1], END).compile();
    const text = inputOf(work);
    return async () => (await app.invoke({ text })).text as string;
  }
  if (work.kind === "fan-out") {
    const model = new Fake((messages) => new AIMessage(witness.branch(last(messages))));
    const state = Annotation.Root({
      items: field<string[]>(
        () => [],
        (_, b) => b,
      ),
      answers: field<string[]>(
        () => [],
        (a, b) => a.concat(b),
      ),
      text: field(
        () => "",
        (_, b) => b,
      ),
    });
    const app = new StateGraph(state)
      .addNode("branch", async ({ item }: { item: string }) => ({ answers: [(await model.invoke([new HumanMessage(item)])).content] }))
      .addNode("join", ({ answers }: { answers: string[] }) => ({ text: answers.join("\n") }))
      .addConditionalEdges(START, ({ items }: { items: string[] }) => items.map((item) => new Send("branch", { item })), ["branch"])
      .addEdge("branch", "join")
      .addEdge("join", END)
      .compile();
    const items = Array.from({ length: work.branches }, () => inputOf(work));
    return async () => (await app.invoke({ items })).text as string;
  }
  const look = tool(async ({ q }) => witness.tool(q), { name: "look", description: "Looks something up.", schema: z.object({ q: z.number() }) });
  const model = new Fake((messages) => {
    const q = witness.next(messages.filter((message) => message.getType() === "tool").length, work.calls);
    return new AIMessage(q === undefined ? DONE : { content: "", tool_calls: [{ name: "look", args: { q }, id: `call-${q}`, type: "tool_call" }] });
  });
  const agent = createReactAgent({ llm: model, tools: [look] });
  return async () => last((await agent.invoke({ messages: [new HumanMessage("Look.")] }, { recursionLimit: 100 })).messages);
});
