// What is used of LangGraph.js, whose types are not there unless it is installed.

export interface Graph {
  addNode(name: string, node: (state: never) => unknown): Graph;
  addEdge(from: string, to: string): Graph;
  addConditionalEdges(from: string, choose: (state: never) => unknown, targets: string[]): Graph;
  compile(options?: object): { invoke(input: object, options?: object): Promise<Record<string, unknown>> };
}

interface LangGraph {
  StateGraph: new (state: unknown) => Graph;
  Annotation: { Root(fields: object): unknown } & ((field: object) => unknown);
  Send: new (node: string, state: object) => unknown;
  START: string;
  END: string;
}

export const { StateGraph, Annotation, Send, START, END } = (await import("@langchain/langgraph" as string)) as LangGraph;
/** A part of a graph's state. */
export const field = <T>(initial: () => T, reducer: (a: T, b: T) => T) => Annotation({ reducer, default: initial });
