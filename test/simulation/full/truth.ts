import { Violation } from "../../../host/simulate/violation.ts";
import type { Keys } from "../agents.ts";

/** What really happened in the world, whichever process did it. */
export class Truth {
  readonly #ran = new Map<string, number>();
  readonly #once = new Set<string>();

  constructor(definition: Keys) {
    for (const agent of (definition.agents ?? []) as Keys[])
      for (const { name, effect } of (agent.tools ?? []) as Keys[])
        if (effect === undefined || effect === "once") this.#once.add(`${String(agent.name)} ${String(name)}`);
  }

  /** A tool is run. */
  ran(agent: string, tool: string, key: string, found: (violation: Violation) => void): void {
    const times = (this.#ran.get(key) ?? 0) + 1;
    this.#ran.set(key, times);
    if (times > 1 && this.#once.has(`${agent} ${tool}`))
      found(new Violation("once-twice", `${tool} of ${agent} may run only once, and ran ${times} times as ${key}`));
  }
}
