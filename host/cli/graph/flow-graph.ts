import type { CanonicalAgent, CanonicalDefinition, Manifest } from "../../manifest.ts";
import { durationText } from "../../definition/as-written.ts";
import { agentDetail, type Graph } from "./model.ts";

// A flow as boxes and arrows: what may come after what. An agent has a box for each node that asks it.

type Node = string | { [key: string]: unknown };
type Params = Record<string, unknown>;

/** Where a part of a flow begins and ends: numbers of boxes. */
interface Part {
  first: number[];
  last: number[];
}

const nodeKinds = ["agent", "sequence", "parallel", "map", "choose", "loop", "handoff", "supervise", "join", "retrieve", "plan", "use"] as const;

/** What a definition with a flow looks like. */
export function flowGraph({ definition }: Manifest): Graph {
  let agents = agentsOf(definition);
  const graph: Graph = { nodes: [], edges: [] };
  const input = box("input", "port");
  const whole = draw(definition.flow as Node);
  link([input], whole.first);
  link(whole.last, [box("output", "port")]);
  return graph;

  function box(name: string, role: string, detail = ""): number {
    return graph.nodes.push({ name, role, detail, dependsOn: [] }) - 1;
  }

  function link(from: readonly number[], to: readonly number[], label = ""): void {
    for (const a of from) {
      for (const b of to) if (!graph.edges.some((edge) => edge.from === a && edge.to === b)) graph.edges.push({ from: a, to: b, label });
    }
  }

  function single(name: string, role: string, detail = ""): Part {
    const at = box(name, role, detail);
    return { first: [at], last: [at] };
  }

  function draw(node: Node): Part {
    if (typeof node === "string") return agentBox(node, "");
    const kind = nodeKinds.find((word) => word in node);
    const inner = (kind === undefined ? {} : node[kind]) as never;
    switch (kind) {
      case "agent":
        return agentBox(node.agent as string, decision(node));
      case "sequence":
        return chain(inner);
      case "parallel":
        return sideBySide(members((inner as Params).branches).map(([, branch]) => draw(branch)));
      case "map":
        return drawMap(inner);
      case "choose":
        return drawChoose(inner);
      case "loop":
        return drawLoop(inner);
      case "handoff":
        return hub(box((node.name as string | undefined) ?? "handoff", "handoff", `at most ${(inner as Params).max_hops ?? 10} hops`), inner);
      case "supervise":
        return hub(box((node.name as string | undefined) ?? "supervise", "supervise", picker(inner)), inner);
      case "join":
        return reranked(single("join", "join", (inner as Params).strategy as string), inner);
      case "retrieve":
        return drawRetrieve(inner);
      case "plan":
        return drawPlan(inner);
      default:
        return drawUse(node, inner);
    }
  }

  /** What another definition does, if it stands here; its names are its own. */
  function drawUse(node: Params, other: string | CanonicalDefinition): Part {
    if (typeof other === "string" || other.flow === undefined)
      return single((node.name as string | undefined) ?? (typeof other === "string" ? other : "definition"), "use");
    const outer = agents;
    agents = agentsOf(other);
    const part = draw(other.flow as Node);
    agents = outer;
    return part;
  }

  function agentBox(name: string, what: string): Part {
    const agent: CanonicalAgent | undefined = agents.get(name);
    const role = agent?.role ?? "react";
    return single(name, role, [what, agentDetail(role, agent)].filter((part) => part !== "").join(", "));
  }

  function decision({ decide }: Params): string {
    return decide === undefined ? "" : `decides ${decide}`;
  }

  function chain(nodes: readonly Node[]): Part {
    const parts = nodes.map(draw);
    for (let i = 1; i < parts.length; i++) link(parts[i - 1].last, parts[i].first);
    return { first: parts[0].first, last: parts[parts.length - 1].last };
  }

  function sideBySide(parts: readonly Part[]): Part {
    return { first: parts.flatMap(({ first }) => first), last: parts.flatMap(({ last }) => last) };
  }

  /** The items are cut up in a box of their own. */
  function drawMap({ do: work, over, max_concurrency: most }: Params): Part {
    const head = box("each item", "map", [over === undefined ? "" : `of ${over}`, `${most ?? 8} at once`].filter((part) => part !== "").join(", "));
    const inner = sideBySide((Array.isArray(work) ? work : [work]).map((one) => draw(one as Node)));
    link([head], inner.first);
    return { first: [head], last: inner.last };
  }

  function drawChoose({ by, cases, else: otherwise }: Params): Part {
    const decides = by !== undefined && (typeof by !== "string" || agents.has(by));
    const head = decides ? draw(by as Node) : single("choose", "choose", (by as string | undefined) ?? "");
    const ends = Array.isArray(cases)
      ? cases.map(({ when, do: then }) => [when as string, draw(then as Node)] as const)
      : members(cases).map(([name, one]) => [name, draw(one)] as const);
    if (otherwise !== undefined) ends.push(["else", draw(otherwise as Node)]);
    for (const [name, part] of ends) link(head.last, part.first, name);
    return { first: head.first, last: ends.flatMap(([, { last }]) => last) };
  }

  function drawLoop({ do: work, until, max }: Params): Part {
    const inner = draw(work as Node);
    if (until !== undefined && typeof until !== "string") {
      const judge = draw(until as Node);
      link(inner.last, judge.first);
      link(judge.last, inner.first, `at most ${max} times`);
      return { first: inner.first, last: judge.last };
    }
    link(inner.last, inner.first, until === undefined ? `${max} times` : `until ${until}, at most ${max} times`);
    return inner;
  }

  /** Members around the one that they all come back to. */
  function hub(centre: number, { members: all, by }: Params): Part {
    const picks = typeof by === "object" && by !== null && nodeKinds.some((word) => word in by) ? draw(by as Node) : undefined;
    if (picks !== undefined) link([centre], picks.first);
    for (const [name, member] of members(all)) {
      const part = draw(member);
      link(picks?.last ?? [centre], part.first, typeof member === "string" ? "" : name);
      link(part.last, [centre]);
    }
    return { first: [centre], last: [centre] };
  }

  function picker({ by, model, max_rounds: rounds }: Params): string {
    const who = typeof by === "string" ? by : ((by as Params | undefined)?.model ?? model ?? "");
    return [who as string, `at most ${rounds ?? 10} rounds`].filter((part) => part !== "").join(", ");
  }

  function drawRetrieve(params: Params): Part {
    const { from, top_k: most, method } = params;
    const detail = [method ?? "", `${most ?? 5} documents`].filter((part) => part !== "").join(", ");
    return reranked(single((from as string | undefined) ?? "store", "retrieve", detail), params);
  }

  function reranked(found: Part, { rerank }: Params): Part {
    if (typeof rerank !== "string") return found;
    const ordered = agentBox(rerank, "reranks");
    link(found.last, ordered.first);
    return { first: found.first, last: ordered.last };
  }

  function drawPlan({ planner, executors, step_deadline: deadline }: Params): Part {
    const head = agentBox(planner as string, "plans");
    const steps = sideBySide(
      (executors as string[]).map((name) => agentBox(name, deadline === undefined ? "does steps" : `does steps in ${durationText(deadline as number)}`)),
    );
    link(head.last, steps.first);
    return { first: head.first, last: steps.last };
  }
}

function agentsOf({ agents }: CanonicalDefinition): Map<string, CanonicalAgent> {
  return new Map((agents ?? []).map((agent) => [agent.name, agent]));
}

/** Named nodes: of a list by nothing, of a map by their keys. */
function members(nodes: unknown): [string, Node][] {
  return Array.isArray(nodes) ? nodes.map((node) => ["", node as Node]) : Object.entries(nodes as Record<string, Node>);
}
