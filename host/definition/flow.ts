import type { Definition } from "./schema/definition.ts";
import type {
  AgentKeys,
  AgentNode,
  ChooseNode,
  ChooseParameters,
  FlowNode,
  HandoffNode,
  HandoffParameters,
  JoinNode,
  JoinParameters,
  LoopNode,
  LoopParameters,
  MapNode,
  MapParameters,
  NodeKeys,
  Nodes,
  ParallelNode,
  ParallelParameters,
  PlanNode,
  PlanParameters,
  RetrieveNode,
  RetrieveParameters,
  SequenceNode,
  SuperviseNode,
  SuperviseParameters,
  UseNode,
} from "./schema/flow-node.ts";

// Flows written in TypeScript. Each function gives the plain object that the YAML would be; docs/flow.md says what each node does.

/** One activation of an agent, which answers or, with `decide`, decides. */
export function agent(name: string, keys: AgentKeys & NodeKeys = {}): AgentNode {
  return { agent: name, ...keys };
}

/** One after the other; gives what the last one gives. */
export function sequence(nodes: readonly FlowNode[], keys: NodeKeys = {}): SequenceNode {
  return { sequence: nodes, ...keys };
}

/** All on the same input; gives an object of name → output. */
export function parallel(parameters: ParallelParameters, keys: NodeKeys = {}): ParallelNode {
  return { parallel: parameters, ...keys };
}

/** The same for each item, which is `$item`; gives a list in the order of the items. */
export function map(parameters: MapParameters, keys: NodeKeys = {}): MapNode {
  return { map: parameters, ...keys };
}

/** One of several, by a decision, a field, or the first condition that holds. */
export function choose(parameters: ChooseParameters, keys: NodeKeys = {}): ChooseNode {
  return { choose: parameters, ...keys };
}

/** Again, until a condition holds, a node says so, nothing new comes, or `max` is reached. */
export function loop(parameters: LoopParameters, keys: NodeKeys = {}): LoopNode {
  return { loop: parameters, ...keys };
}

/** Members pass the conversation on by themselves; whoever answers instead ends it. */
export function handoff<const M extends Nodes>(parameters: HandoffParameters<M>, keys: NodeKeys = {}): HandoffNode {
  return { handoff: parameters as unknown as HandoffParameters, ...keys };
}

/** Round by round somebody picks who goes on, until the work is done. */
export function supervise(parameters: SuperviseParameters, keys: NodeKeys = {}): SuperviseNode {
  return { supervise: parameters, ...keys };
}

/** Makes one message of the parts of its input: a vote, a calculation, or by a model. */
export function join(parameters: JoinParameters, keys: NodeKeys = {}): JoinNode {
  return { join: parameters, ...keys };
}

/** Searches; gives documents. */
export function retrieve(parameters: RetrieveParameters, keys: NodeKeys = {}): RetrieveNode {
  return { retrieve: parameters, ...keys };
}

/** An agent plans, others do the steps, in the order that the plan needs. */
export function plan(parameters: PlanParameters, keys: NodeKeys = {}): PlanNode {
  return { plan: parameters, ...keys };
}

/** Another definition as one node, with agents and names of its own. */
export function use(definition: string | Definition, keys: NodeKeys = {}): UseNode {
  return { use: definition, ...keys };
}
