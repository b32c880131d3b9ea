import type { z } from "zod";
import type { aggregatorConfig, strategyWords } from "./roles.ts";
import type { retry } from "./runtime.ts";

// A flow's nodes as types: what the schema of flow.ts takes, one kind at a time.

/** `$input`, `$prev`, `$item`, `$last`, or `$` and the name of an earlier node; each with `.field` parts if wanted. */
export type Reference = `$${string}`;

/** Keys that every node may have, beside its kind. */
export interface NodeKeys {
  /** For people, and in the output of `parallel`. */
  name?: string;
  /** What it gets instead of what the node before it gave; a list becomes an object. */
  input?: Reference | readonly Reference[];
  /** Keeps what it gives under a name, for later nodes of the same sequence. */
  as?: string;
  share?: "own" | "none" | "group";
  /** All attempts together: `30s`. */
  deadline?: string;
  retry?: z.input<typeof retry>;
  /** From 0 to 255; higher goes first. */
  priority?: number;
  /** A condition on its input; if it does not hold, the input is passed through. */
  when?: string;
  /** A node receives the failure as JSON. */
  on_error?: "fail" | "skip" | FlowNode;
}

/** Keys of an agent's node alone. */
export interface AgentKeys {
  decide?: "category" | "next" | "assign" | "queries" | "plan" | "score" | "done";
  /** What it may decide. */
  options?: readonly string[];
  /** How many queries. */
  count?: number;
  /** What its prompt calls context. */
  with?: Reference;
  /** How many turns of its transcript it sees. */
  turns?: number;
  /** Added to its prompt. */
  prompt?: string;
}

/** Nodes in a row, or by name. */
export type Nodes = readonly FlowNode[] | Readonly<Record<string, FlowNode>>;

export interface ParallelParameters {
  branches: Nodes;
  join?: "all" | "first" | { quorum: number };
  fail_fast?: boolean;
  max_concurrency?: number;
}

export interface MapParameters {
  /** The items; the node's input if it is not given. */
  over?: Reference;
  /** A list takes items in turn. */
  do: FlowNode | readonly FlowNode[];
  max_concurrency?: number;
  max_items?: number;
  on_item_error?: "report" | "fail";
}

/** A node, a reference or a field says which case it is; or each case has a condition. */
export type ChooseParameters =
  | { by: Exclude<FlowNode, string> | string; cases: Readonly<Record<string, FlowNode>>; else?: FlowNode; min_confidence?: number }
  | { by?: never; cases: readonly { when: string; do: FlowNode }[]; else?: FlowNode };

export interface LoopParameters {
  do: FlowNode;
  /** A condition on what an iteration gave, or a node that decides whether it is done. */
  until?: string | Exclude<FlowNode, string>;
  /** From 1 to 1000. */
  max: number;
  keep?: "last" | "best";
  each?: "$last" | "$input";
}

/** Names of members: the keys of a map, or any names. */
type Member<M extends Nodes> = M extends readonly FlowNode[] ? string : keyof M & string;

export interface HandoffParameters<M extends Nodes = Nodes> {
  members: M;
  entry?: NoInfer<Member<M>>;
  max_hops?: number;
  /** Whoever is not named here may pass on to all others. */
  transfers?: Partial<Record<NoInfer<Member<M>>, readonly NoInfer<Member<M>>[]>>;
}

export interface SuperviseParameters {
  members: Nodes;
  by?: "round_robin" | "manual" | { model?: string; prompt?: string } | FlowNode;
  model?: string;
  max_rounds?: number;
  on_member_error?: "continue" | "stop";
  summarise?: boolean;
}

export type JoinStrategy = (typeof strategyWords)[number] | "concat" | "object" | "first_success" | "score" | "rrf";

export interface JoinParameters extends Omit<z.input<typeof aggregatorConfig>, "aggregation_strategy"> {
  strategy: JoinStrategy;
  model?: string;
  threshold?: number;
  of?: Reference;
  method?: "average" | "weighted_average" | "max" | "consensus";
  extraction?: "json_first" | "json" | "regex" | "sentiment";
  weights?: readonly number[] | Readonly<Record<string, number>>;
  k?: number;
  top_k?: number;
  /** true: by words; or an agent. */
  rerank?: boolean | string;
}

export interface RetrieveParameters {
  /** A retriever agent, a collection or a store. */
  from?: string;
  top_k?: number;
  min_score?: number;
  method?: "semantic" | "keyword";
  filters?: Readonly<Record<string, unknown>>;
  /** true: by words; or an agent. */
  rerank?: boolean | string;
}

export interface PlanParameters {
  planner: string;
  executors: readonly string[];
  max_concurrency?: number;
  backtrack?: boolean;
  replans?: number;
  step_deadline?: string;
}

/** One kind of node by its key. */
type Kind<K extends string, P> = { readonly [key in K]: P } & NodeKeys;

export type AgentNode = Kind<"agent", string> & AgentKeys;
export type SequenceNode = Kind<"sequence", readonly FlowNode[]>;
export type ParallelNode = Kind<"parallel", ParallelParameters>;
export type MapNode = Kind<"map", MapParameters>;
export type ChooseNode = Kind<"choose", ChooseParameters>;
export type LoopNode = Kind<"loop", LoopParameters>;
export type HandoffNode = Kind<"handoff", HandoffParameters>;
export type SuperviseNode = Kind<"supervise", SuperviseParameters>;
export type JoinNode = Kind<"join", JoinParameters>;
export type RetrieveNode = Kind<"retrieve", RetrieveParameters>;
export type PlanNode = Kind<"plan", PlanParameters>;
/** A definition within the one whose type this is a part of; `use()` knows its type. */
export type UseNode = Kind<"use", string | object>;

/** A node of a flow: an agent's name, or a map with one kind key. */
export type FlowNode =
  | string
  | AgentNode
  | SequenceNode
  | ParallelNode
  | MapNode
  | ChooseNode
  | LoopNode
  | HandoffNode
  | SuperviseNode
  | JoinNode
  | RetrieveNode
  | PlanNode
  | UseNode;
