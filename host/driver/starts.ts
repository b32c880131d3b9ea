import * as protocol from "../protocol/index.ts";
import type { Run } from "../run.ts";
import type { Questions } from "./questions.ts";

/** A run that is to begin with the next step. */
export interface PendingStart {
  run: Run;
  /** Complete but for the tag, and for who watches. */
  event: Omit<protocol.StartEvent, "type">;
  /** What it does otherwise than its definition says. */
  changes?: Changes;
}

/** What a run does otherwise than before, or than its definition says. */
export type Changes = Pick<protocol.AmendEvent, "seed" | "amendments" | "results">;

/** Runs that are to begin, and those that begin with the step under way. */
export class Starts {
  readonly #questions: Questions;
  readonly #waiting: PendingStart[] = [];
  /** Their tags count up from the first one's. */
  #beginning: readonly PendingStart[] = none;
  #firstTag = 0;

  constructor(questions: Questions) {
    this.#questions = questions;
  }

  add(start: PendingStart): void {
    this.#waiting.push(start);
  }

  /** Those that have not been told to the core. */
  get waiting(): Run[] {
    return this.#waiting.map(({ run }) => run);
  }

  /** A run is not to begin; says whether it was to. */
  remove(run: Run): boolean {
    const place = this.#waiting.findIndex((start) => start.run === run);
    if (place >= 0) this.#waiting.splice(place, 1);
    return place >= 0;
  }

  /** Tells the core of all that wait. */
  write(events: protocol.FrameWriter): void {
    if (this.#waiting.length === 0) return;
    this.#beginning = this.#waiting.splice(0);
    for (const [index, { run, event, changes }] of this.#beginning.entries()) {
      event.tag = this.#questions.newTag();
      if (index === 0) this.#firstTag = event.tag;
      event.watch = run.watched;
      protocol.writeStart(events, event);
      if (changes !== undefined) protocol.writeAmend(events, { ...changes, run: 0, tag: event.tag, id: "" });
    }
  }

  /** The run that begins under this tag. */
  find(tag: number): Run | undefined {
    return this.#beginning[tag - this.#firstTag]?.run;
  }

  /** The step is over. */
  settle(): void {
    this.#beginning = none;
  }

  /** Forgets all, and gives those that have no handle yet. */
  clear(): Run[] {
    const all = [...this.#waiting.splice(0), ...this.#beginning];
    this.#beginning = none;
    return all.map(({ run }) => run).filter((run) => run.handle === 0);
  }
}

/** Never written to. */
const none: readonly PendingStart[] = [];
