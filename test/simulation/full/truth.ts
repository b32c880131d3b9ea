import { ModelFailure } from "../../../host/models/failure.ts";
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

  /** What a deterministic agent says to a text. */
  says(agent: string, text: string): string {
    const dice = hash(`${agent}: ${withoutPaths(text)}`);
    if (dice % 9 === 0) throw new ModelFailure("authentication", `broken ${dice % 3}`);
    return SAYS[(dice >>> 4) % SAYS.length](dice);
  }
}

/** Where failures stand is no part of what is said. */
function withoutPaths(text: string): string {
  return text.replace(/\\*"path\\*":\\*"[^"\\]*\\*"/g, '"path":""');
}

const SAYS: readonly ((dice: number) => string)[] = [
  (dice) => `said ${dice % 5}`,
  () => "no",
  () => '["one","two"]',
  (dice) => JSON.stringify({ score: (dice % 10) / 10, category: dice % 2 ? "x" : "y", n: dice % 3 }),
  (dice) => JSON.stringify({ done: dice % 2 === 0 }),
  (dice) => `@m${dice % 3} please`,
];

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return value >>> 3;
}
