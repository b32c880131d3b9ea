import type { Manifest } from "../../manifest.ts";
import type { RunEvent } from "../../run-events.ts";
import { Said } from "./said.ts";

/** What a run is for: what goes to stdout, and nothing else does. */
export class Answers {
  /** Nothing else leaves it: the loggers' lines are what it is for. */
  readonly logsCount: boolean;
  /** What models say on the way. */
  readonly said: Said;
  readonly #loggers: ReadonlySet<string>;

  constructor(manifest: Manifest) {
    this.logsCount = onlyLogs(manifest);
    this.said = new Said(manifest);
    this.#loggers = new Set(manifest.agents.filter(({ role }) => role === "logger").map(({ name }) => name));
  }

  /** A message that its logger says again at once. */
  isRepeated(event: RunEvent): boolean {
    return event.type === "message" && this.#loggers.has(event.to);
  }

  /** The text of an event that leaves the run, or undefined. */
  of(event: RunEvent): string | undefined {
    if (event.type === "output") return event.text;
    if (event.type === "log" && this.logsCount) return event.text;
    return undefined;
  }
}

/** Nothing but loggers stands at the end. */
function onlyLogs({ agents, edges, outputs }: Manifest): boolean {
  if (outputs.length > 0) return false;
  const senders = new Set(edges.map(({ from }) => from));
  return agents.every(({ name, role }) => role === "logger" || senders.has(name));
}
