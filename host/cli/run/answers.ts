import type { Manifest } from "../../manifest.ts";
import type { RunEvent } from "../../run-events.ts";

/** What a run is for: what goes to stdout, and nothing else does. */
export class Answers {
  readonly #logsCount: boolean;

  constructor(manifest: Manifest) {
    this.#logsCount = onlyLogs(manifest);
  }

  /** The text of an event that leaves the run, or undefined. */
  of(event: RunEvent): string | undefined {
    if (event.type === "output") return event.text;
    if (event.type === "log" && this.#logsCount) return event.text;
    return undefined;
  }
}

/** Nothing but loggers stands at the end. */
function onlyLogs({ agents, edges, outputs }: Manifest): boolean {
  if (outputs.length > 0) return false;
  const senders = new Set(edges.map(({ from }) => from));
  return agents.every(({ name, role }) => role === "logger" || senders.has(name));
}
