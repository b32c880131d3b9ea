import type { Manifest } from "../../manifest.ts";
import type { RunEvent } from "../../run-events.ts";

/** What a model has said. */
export type Saying = RunEvent & { type: "model-end" };

/** In a flow answers go from node to node unseen: what models say is shown in their place, but not what leaves the run right after it. */
export class Said {
  readonly #inFlow: boolean;
  #last: Saying | undefined;

  constructor({ definition }: Manifest) {
    this.#inFlow = definition.flow !== undefined;
  }

  /** What is to be shown, now that this has happened: it, after what had waited for it. */
  next(event: RunEvent): RunEvent[] {
    if (event.type === "model-end") {
      const waited = this.#take();
      if (this.#inFlow && event.text !== undefined) this.#last = event;
      return waited;
    }
    // These say nothing to anybody.
    if (event.type === "agent-start" || event.type === "agent-end") return [event];
    if (event.type === "output" && this.#last?.text === event.text) this.#last = undefined;
    return [...this.#take(), event];
  }

  #take(): RunEvent[] {
    const last = this.#last;
    this.#last = undefined;
    return last === undefined ? [] : [last];
  }
}
