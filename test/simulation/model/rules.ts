import type { Keys } from "../agents.ts";
import { holds } from "./conditions.ts";
import { compose, fieldOf, isStructure, itemsOf, jsonOf, progressKey, scoreOf } from "./values.ts";

// The rules of flows, in the plainest form that could be thought of, from docs/flow.md and not from the core: a term and a message in, a message or a
// failure out. It knows no time, no steps and no order of arrival; where those matter it has nothing to say.

export interface Message {
  text: string;
  /** Why a loop or a supervisor ended, if the message is what it gave. */
  stop?: string;
}

export interface Failure {
  failed: string;
}

type Result = Message | Failure;

/** Who was told what. */
export interface Told {
  agent: string;
  text: string;
}

/** What an agent says to a text; undefined if it fails. */
export type Says = (agent: string, text: string) => string | undefined;

interface Scope {
  names: Readonly<Record<string, string>>;
  iteration?: number;
}

/** What the rules say becomes of a flow. */
export class Rules {
  readonly #says: Says;
  readonly told: Told[] = [];

  constructor(says: Says) {
    this.#says = says;
  }

  run(flow: Keys, input: string): Result {
    return this.#node(flow, { text: input }, { names: {} });
  }

  /** What every node may have: `input`, `when`, `retry`, `on_error`, around what its kind does. */
  #node(term: Keys, before: Message, scope: Scope): Result {
    const input = Array.isArray(term.input) ? this.#select(term.input as string[], before, scope) : before;
    if (typeof term.when === "string" && !holds(term.when, input, scope.iteration)) return input;
    const attempts = (term.retry as { max_attempts: number } | undefined)?.max_attempts ?? 1;
    let result = this.#kind(term, input, scope);
    for (let attempt = 1; attempt < attempts && isFailure(result) && /^(failed|bad-decision|deadline)$/.test(result.failed); attempt++)
      result = this.#kind(term, input, scope);
    if (isFailure(result) && term.on_error === "skip") return { text: "" };
    return result;
  }

  #select(references: readonly string[], before: Message, { names }: Scope): Message {
    return { text: compose(references.map((reference) => [reference.slice(1), reference === "$prev" ? before.text : names[reference.slice(1)]])) };
  }

  #kind(term: Keys, input: Message, scope: Scope): Result {
    if (typeof term.agent === "string") return this.#agent(term.agent, input);
    if (Array.isArray(term.sequence)) return this.#sequence(term.sequence as Keys[], input, scope);
    const [kind] = ["parallel", "map", "choose", "loop", "handoff", "supervise"].filter((name) => name in term);
    const parameters = term[kind] as Keys;
    switch (kind) {
      case "parallel":
        return this.#parallel(parameters.branches as Record<string, Keys>, input, scope);
      case "map":
        return this.#map(parameters, input, scope);
      case "choose":
        return this.#choose(parameters, input, scope);
      case "loop":
        return this.#loop(parameters, input, scope);
      case "handoff":
        return this.#handoff(Object.values(parameters.members as Record<string, Keys>)[0], input, scope);
      default:
        return this.#supervise(parameters, input, scope);
    }
  }

  #agent(agent: string, { text }: Message): Result {
    this.told.push({ agent, text });
    const said = this.#says(agent, text);
    return said === undefined ? { failed: "failed" } : { text: said };
  }

  /** Nobody here passes on: the first member answers, and what is said of its answer is the path, and nothing else. */
  #handoff(entry: Keys, input: Message, scope: Scope): Result {
    const result = this.#node(entry, input, scope);
    return isFailure(result) ? result : { text: result.text };
  }

  #sequence(nodes: readonly Keys[], input: Message, scope: Scope): Result {
    let last = input;
    let inner = scope;
    for (const node of nodes) {
      const result = this.#node(node, last, inner);
      if (isFailure(result)) return result;
      last = result;
      if (typeof node.as === "string") inner = { ...inner, names: { ...inner.names, [node.as]: result.text } };
    }
    return last;
  }

  #parallel(branches: Record<string, Keys>, input: Message, scope: Scope): Result {
    const results = Object.entries(branches).map(([name, branch]) => [name, this.#node(branch, input, scope)] as const);
    const good = results.filter((entry): entry is [string, Message] => !isFailure(entry[1]));
    if (good.length === 0) return results[0][1];
    return { text: compose(good.map(([name, { text }]) => [name, text])) };
  }

  #map({ do: work, max_items }: Keys, input: Message, scope: Scope): Result {
    const items = itemsOf(input.text);
    if (items.length > ((max_items as number | undefined) ?? 100_000)) return { failed: "limit" };
    const nodes = work as Keys[];
    const results = items.map((text, index) => this.#node(nodes[index % nodes.length], { text }, scope));
    if (results.length > 0 && results.every(isFailure)) return results[0];
    const parts = results.map((result) => (isFailure(result) ? JSON.stringify({ error: "", stop: result.failed }) : jsonOf(result.text)));
    return { text: `[${parts.join(",")}]` };
  }

  #choose({ by, cases, else: otherwise }: Keys, input: Message, scope: Scope): Result {
    let found: Keys | undefined;
    if (by === undefined) found = (cases as { when: string; do: Keys }[]).find(({ when }) => holds(when, input, scope.iteration))?.do;
    else {
      const value = fieldOf(input.text, by as string);
      found = typeof value === "string" ? (cases as Record<string, Keys>)[value] : undefined;
    }
    found ??= otherwise as Keys | undefined;
    return found === undefined ? { failed: "no-route" } : this.#node(found, input, scope);
  }

  #loop({ do: work, until, max, keep, each }: Keys, input: Message, scope: Scope): Result {
    const seen = new Set<string>();
    let kept: Message | undefined;
    let last = input;
    for (let iteration = 1; ; iteration++) {
      const result = this.#node(work as Keys, each === "$input" ? input : last, { ...scope, iteration });
      if (isFailure(result)) return kept === undefined ? result : { ...kept, stop: result.failed };
      last = result;
      if (kept === undefined || keep !== "best" || scoreOf(result.text) >= scoreOf(kept.text)) kept = result;
      if (typeof until === "string" && holds(until, result, iteration)) return { ...kept, stop: "done" };
      const key = progressKey(result.text);
      if (each !== "$input" && seen.has(key)) return { ...kept, stop: "no-progress" };
      seen.add(key);
      if (iteration >= (max as number)) return { ...kept, stop: "limit" };
    }
  }

  /** Members in turn, each on the node's own input, until there were enough rounds; the last answer counts, or why the last one failed. */
  #supervise({ members, max_rounds, on_member_error }: Keys, input: Message, scope: Scope): Result {
    const list = Object.values(members as Record<string, Keys>);
    let last: Message | undefined;
    let failure: Failure = { failed: "failed" };
    for (let round = 0; round < (max_rounds as number); round++) {
      const result = this.#node(list[round % list.length], input, scope);
      if (!isFailure(result)) last = result;
      else if (on_member_error === "stop") return result;
      else failure = result;
    }
    return last === undefined ? failure : { ...last, stop: "limit" };
  }
}

export function isFailure(result: Result): result is Failure {
  return "failed" in result;
}

export { isStructure };
