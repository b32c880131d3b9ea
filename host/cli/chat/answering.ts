import type { RunResult } from "../../run-events.ts";
import type { Run } from "../../run.ts";
import type { Talk } from "./talk.ts";
import type { ChatView } from "./view.ts";

/** Says a message, and shows what comes of it. */
export class Answering {
  readonly #talk: Talk;
  readonly #view: ChatView;
  #run: Run | undefined;
  #abort = new AbortController();

  constructor(talk: Talk, view: ChatView) {
    this.#talk = talk;
    this.#view = view;
  }

  get isUnderWay(): boolean {
    return this.#run !== undefined;
  }

  /** Aborted when the answer under way is wanted no more, or is over. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Stops the answer under way, if there is one. */
  cancel(reason: string): void {
    this.#abort.abort();
    this.#run?.cancel(reason);
  }

  async say(text: string): Promise<RunResult> {
    const run = this.#talk.say(text);
    this.#run = run;
    this.#abort = new AbortController();
    this.#view.say(text, run.id);
    try {
      for await (const event of run) this.#view.event(event);
      const result = await run.result;
      this.#talk.totals.add(result);
      this.#view.end(result);
      return result;
    } finally {
      this.#run = undefined;
      this.#abort.abort();
    }
  }
}
