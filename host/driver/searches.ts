import * as protocol from "../protocol/index.ts";
import type { FrameWriter } from "../protocol/index.ts";
import { type SearchStores, toDocuments, toJson } from "../search/stores.ts";
import type { DocumentStore } from "../search/types.ts";
import type { Crew } from "./crew.ts";
import { type Attempt, attemptFailed } from "./failures.ts";
import type { Loop } from "./loop.ts";
import type { Watch } from "./watch.ts";

/** Searches stores of documents, and puts documents into them. */
export class Searches {
  readonly #loop: Loop;
  readonly #crew: Crew;
  readonly #watch: Watch;

  constructor(loop: Loop, crew: Crew, watch: Watch) {
    this.#loop = loop;
    this.#crew = crew;
    this.#watch = watch;
  }

  search(command: protocol.SearchCommand): void {
    const { collection, method, query, topK, filters } = command;
    this.#use(
      command,
      async (store, signal) => {
        const found = await store.search({ collection, method, query, topK, signal, ...(filters !== "" && { filters: JSON.parse(filters) }) });
        return toJson(found);
      },
      (events, documents, { run, effect, attempt }) => protocol.writeSearchResult(events, { run, effect, attempt, documents }),
    );
  }

  index(command: protocol.IndexCommand): void {
    this.#use(
      command,
      (store, signal) => store.index({ collection: command.collection, documents: toDocuments(command.documents), signal }),
      (events, count, { run, effect, attempt }) => protocol.writeIndexResult(events, { run, effect, attempt, count }),
    );
  }

  #use<T>(
    command: protocol.SearchCommand | protocol.IndexCommand,
    use: (store: DocumentStore, signal: AbortSignal) => Promise<T>,
    answer: (events: FrameWriter, outcome: T, attempt: Attempt) => void,
  ): void {
    const run = this.#loop.runs.get(command.run);
    if (run === undefined) return;
    const { effect, attempt } = command;
    if (run.watched) this.#watch.attempt(command.span);
    this.#loop.telemetry.search(run, command, this.#loop.time);
    const failed = (error: unknown) => attemptFailed(this.#loop, command, error);
    const done = (outcome: T) => {
      run.forgetEffect(effect, attempt);
      this.#loop.write((events) => answer(events, outcome, command));
    };
    try {
      const store = (this.#crew.stores as SearchStores).find(command.store);
      use(store, run.signal(effect, attempt)).then(done, failed);
    } catch (error) {
      failed(error);
    }
  }
}
